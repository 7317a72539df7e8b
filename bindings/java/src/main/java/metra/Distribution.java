package metra;

import java.lang.ref.Reference;
import java.nio.LongBuffer;

/** Count, sum, minimum, maximum and mean of values. */
public final class Distribution extends Metric {
    Distribution(MetricGroup group, long distribution) {
        super(group, distribution, Distribution::free);
    }

    /** Adds a value. */
    public void update(long value) {
        update(handle, value);
        Reference.reachabilityFence(this);
    }

    /** Adds many values in one call, which costs a fraction of as many calls; null is ignored. */
    public void update(long[] values) {
        if (values != null) {
            update(values, 0, values.length);
        }
    }

    /** Adds the {@code count} values from {@code offset} on; ignored if the array has no such range, or is null. */
    public void update(long[] values, int offset, int count) {
        if (Batch.isIn(values, offset, count)) {
            updateArray(handle, values, offset, count);
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Adds the remaining values of a buffer, whose position stays; null is ignored. Direct buffers in native byte order
     * are not copied.
     */
    public void update(LongBuffer values) {
        if (Batch.isNative(values)) {
            updateBuffer(handle, values, values.position(), values.remaining());
        } else {
            update(Batch.copy(values));
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Gives a cell that one task or thread alone writes.
     *
     * @throws MetraException if metra has none to give
     */
    public DistributionCell cell() {
        return new DistributionCell(this);
    }

    /** What it says now. */
    public DistributionReading read() {
        return using(distribution -> distribution == 0 ? DistributionReading.EMPTY : read(distribution));
    }

    static native long register(long group, String name);

    private static native void update(long distributionOrZero, long value);

    private static native void updateArray(long distributionOrZero, long[] values, int offset, int count);

    private static native void updateBuffer(long distributionOrZero, LongBuffer values, int offset, int count);

    private static native DistributionReading read(long distribution);

    private static native void free(long distribution);
}
