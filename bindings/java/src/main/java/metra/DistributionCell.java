package metra;

import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * A cell of a {@link Distribution}, written as {@code metra_distribution_cell_update} of metra.h writes it: the totals
 * go into the slot that no reader looks at, and the header, count and active slot in one, commits them.
 */
public final class DistributionCell extends Cell {
    // Where the words are.
    private static final int HEADER = 0;
    private static final int SLOTS = 1;
    private static final int SLOT_SIZE = 4;
    private static final int SUM_LOW = 0;
    private static final int SUM_HIGH = 1;
    private static final int BELOW = 2;
    private static final int ABOVE = 3;

    DistributionCell(Distribution distribution) {
        super(distribution, DistributionCell::acquire, DistributionCell::release);
    }

    /** Adds a value. */
    public void update(long value) {
        LongBuffer own = words();
        long header = own.get(HEADER);
        int active = SLOTS + (int) (header & 1) * SLOT_SIZE;
        int idle = SLOTS + (int) (~header & 1) * SLOT_SIZE;
        long low = own.get(active + SUM_LOW) + value;
        long carry = Long.compareUnsigned(low, value) < 0 ? 1 : 0;
        long high = own.get(active + SUM_HIGH) + (value >> 63) + carry;
        long above = value ^ Long.MIN_VALUE;
        long below = unsignedMax(~above, own.get(active + BELOW));
        above = unsignedMax(above, own.get(active + ABOVE));
        // No reader that sees what follows takes the last header for the newest.
        VarHandle.releaseFence();
        own.put(idle + SUM_LOW, low);
        own.put(idle + SUM_HIGH, high);
        own.put(idle + BELOW, below);
        own.put(idle + ABOVE, above);
        // The totals are there before the header says so.
        VarHandle.releaseFence();
        own.put(HEADER, (header + 2) ^ 1);
        VarHandle.releaseFence();
        Reference.reachabilityFence(this);
    }

    private static long unsignedMax(long one, long other) {
        return Long.compareUnsigned(one, other) < 0 ? other : one;
    }

    private static native ByteBuffer acquire(long distribution);

    private static native void release(ByteBuffer cell);
}
