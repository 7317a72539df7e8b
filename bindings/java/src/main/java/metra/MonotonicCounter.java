package metra;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A sum that only goes up, which systems with real counters show as such. The ways to count are those of
 * {@link Counter}.
 */
public final class MonotonicCounter extends Metric {
    private ByteBuffer shared;

    MonotonicCounter(MetricGroup group, long counter) {
        super(group, counter, MonotonicCounter::free);
        shared = sharedCell(counter);
    }

    /** Adds one. */
    public void inc() {
        inc(1);
    }

    /** Adds; values below zero are ignored. */
    public void inc(long n) {
        if (n > 0) {
            Word.VALUE.getAndAdd(shared, 0, n);
        }
        Reference.reachabilityFence(this);
    }

    /** Adds as {@link #inc(long)} does, for a counter that several threads increment all the time. */
    public void incContended(long n) {
        inc(handle, n);
        Reference.reachabilityFence(this);
    }

    /**
     * Gives a cell that one task or thread alone writes.
     *
     * @throws MetraException if metra has none to give
     */
    public MonotonicCounterCell cell() {
        return new MonotonicCounterCell(this);
    }

    /** The sum of all that was added; exact once writers are quiet. */
    public long getCount() {
        return using(MonotonicCounter::count);
    }

    @Override
    public void close() {
        shared = Word.WASTE;
        super.close();
    }

    static native long register(long group, String name);

    private static native ByteBuffer sharedCell(long counter);

    private static native void inc(long counterOrZero, long n);

    private static native long count(long counterOrZero);

    private static native void free(long counter);
}
