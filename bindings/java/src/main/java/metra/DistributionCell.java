package metra;

import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A cell of a {@link Distribution}, written as {@code metra_distribution_cell_update} of metra.h writes it: the totals go
 * into the slot that no reader looks at, and the header, count and active slot in one, commits them.
 */
public final class DistributionCell extends Cell {
    private static final int HEADER = 0;
    private static final int SLOTS = 8;
    private static final int SLOT_SIZE = 32;
    private static final int SUM_LOW = 0;
    private static final int SUM_HIGH = 8;
    private static final int BELOW = 16;
    private static final int ABOVE = 24;

    DistributionCell(Distribution distribution) {
        super(distribution, DistributionCell::acquire, DistributionCell::release);
    }

    /** Adds a value. */
    public void update(long value) {
        ByteBuffer own = memory();
        long header = (long) Word.VALUE.get(own, HEADER);
        int active = SLOTS + (int) (header & 1) * SLOT_SIZE;
        int idle = SLOTS + (int) (~header & 1) * SLOT_SIZE;
        long low = (long) Word.VALUE.get(own, active + SUM_LOW) + value;
        long carry = Long.compareUnsigned(low, value) < 0 ? 1 : 0;
        long high = (long) Word.VALUE.get(own, active + SUM_HIGH) + (value >> 63) + carry;
        long above = value ^ Long.MIN_VALUE;
        long below = unsignedMax(~above, (long) Word.VALUE.get(own, active + BELOW));
        above = unsignedMax(above, (long) Word.VALUE.get(own, active + ABOVE));
        // No reader that sees what follows takes the last header for the newest.
        VarHandle.releaseFence();
        Word.VALUE.setOpaque(own, idle + SUM_LOW, low);
        Word.VALUE.setOpaque(own, idle + SUM_HIGH, high);
        Word.VALUE.setOpaque(own, idle + BELOW, below);
        Word.VALUE.setOpaque(own, idle + ABOVE, above);
        Word.VALUE.setRelease(own, HEADER, (header + 2) ^ 1);
        Reference.reachabilityFence(this);
    }

    private static long unsignedMax(long one, long other) {
        return Long.compareUnsigned(one, other) < 0 ? other : one;
    }

    private static native ByteBuffer acquire(long distribution);

    private static native void release(ByteBuffer cell);
}
