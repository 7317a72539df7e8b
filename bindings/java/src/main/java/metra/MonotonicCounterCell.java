package metra;

import java.nio.ByteBuffer;

/** A cell of a {@link MonotonicCounter}. */
public final class MonotonicCounterCell extends Cell {
    MonotonicCounterCell(MonotonicCounter counter) {
        super(counter, MonotonicCounterCell::acquire, MonotonicCounterCell::release);
    }

    /** Adds one. */
    public void inc() {
        add(1);
    }

    /** Adds; values below zero are ignored. */
    public void inc(long n) {
        if (n > 0) {
            add(n);
        }
    }

    private static native ByteBuffer acquire(long counter);

    private static native void release(ByteBuffer cell);
}
