package metra;

import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** Many values for one call. */
final class Batch {
    private Batch() {}

    static boolean isIn(long[] values, int offset, int count) {
        return values != null && offset >= 0 && count >= 0 && offset <= values.length - count;
    }

    /** Tells whether C can read the buffer where it is. */
    static boolean isNative(LongBuffer values) {
        return values != null && values.isDirect() && values.order() == ByteOrder.nativeOrder();
    }

    /** The remaining values, or null for null. */
    static long[] copy(LongBuffer values) {
        if (values == null) {
            return null;
        }
        long[] copy = new long[values.remaining()];
        values.duplicate().get(copy);
        return copy;
    }
}
