package metra;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Events and their rate per second over a time span, as Flink computes it: every five seconds, from the count then and
 * a time span before. The ways to count are those of {@link Counter}.
 */
public final class Meter extends Metric {
    private ByteBuffer shared;

    Meter(MetricGroup group, long meter) {
        super(group, meter, Meter::free);
        shared = sharedCell(meter);
    }

    /** Counts one event. */
    public void markEvent() {
        markEvent(1);
    }

    /** Counts events; negative values take back. */
    public void markEvent(long n) {
        Word.VALUE.getAndAdd(shared, 0, n);
        Reference.reachabilityFence(this);
    }

    /** Counts as {@link #markEvent(long)} does, for a meter that several threads mark all the time. */
    public void markEventContended(long n) {
        markEvent(handle, n);
        Reference.reachabilityFence(this);
    }

    /**
     * Gives a cell that one task or thread alone writes.
     *
     * @throws MetraException if metra has none to give
     */
    public MeterCell cell() {
        return new MeterCell(this);
    }

    /** Events ever; exact once writers are quiet. */
    public long getCount() {
        return using(Meter::count);
    }

    /** Events per second as of the last tick; zero until the second one. */
    public double getRate() {
        return using(Meter::rate);
    }

    @Override
    public void close() {
        shared = Word.WASTE;
        super.close();
    }

    static native long register(long group, String name, long timeSpanInSeconds);

    static native long registerOver(long group, String name, long counter, long timeSpanInSeconds);

    private static native ByteBuffer sharedCell(long meter);

    private static native void markEvent(long meterOrZero, long n);

    private static native long count(long meterOrZero);

    private static native double rate(long meterOrZero);

    private static native void free(long meter);
}
