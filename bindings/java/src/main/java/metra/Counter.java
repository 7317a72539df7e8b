package metra;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A sum that goes up and down: 64-bit, wrapping.
 *
 * <p>There are three ways to count. {@link #inc} is one atomic instruction on a word that all threads share: the
 * fastest where threads seldom meet. {@link #incContended} calls the library, which keeps a word for each CPU: slower
 * alone, but threads do not wait for each other. {@link #cell} gives a word of one's own, which costs next to nothing.
 */
public final class Counter extends Metric {
    private ByteBuffer shared;

    Counter(MetricGroup group, long counter) {
        super(group, counter, Counter::free);
        shared = sharedCell(counter);
    }

    /** Adds one. */
    public void inc() {
        inc(1);
    }

    /** Adds; negative values subtract. */
    public void inc(long n) {
        Word.VALUE.getAndAdd(shared, 0, n);
        Reference.reachabilityFence(this);
    }

    /** Subtracts one. */
    public void dec() {
        inc(-1);
    }

    /** Subtracts; negative values add. */
    public void dec(long n) {
        inc(-n);
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
    public CounterCell cell() {
        return new CounterCell(this);
    }

    /** The sum of all that was added and subtracted; exact once writers are quiet. */
    public long getCount() {
        return using(Counter::count);
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
