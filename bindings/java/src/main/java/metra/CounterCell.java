package metra;

import java.nio.ByteBuffer;

/** A cell of a {@link Counter}. */
public final class CounterCell extends Cell {
    CounterCell(Counter counter) {
        super(counter, CounterCell::acquire, CounterCell::release);
    }

    /** Adds one. */
    public void inc() {
        add(1);
    }

    /** Adds; negative values subtract. */
    public void inc(long n) {
        add(n);
    }

    private static native ByteBuffer acquire(long counter);

    private static native void release(ByteBuffer cell);
}
