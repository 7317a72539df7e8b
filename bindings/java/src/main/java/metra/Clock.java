package metra;

import java.time.Duration;

/**
 * A clock that stands still until it is advanced, so that tests of rates and intervals need not sleep. Any thread may
 * use it. Closing it gives back the handle; what uses the clock keeps it.
 */
public final class Clock extends Handle {
    /** Makes a clock. */
    public Clock() {
        super(fresh(), Clock::free, "clock");
    }

    private static long fresh() {
        Library.require();
        return make();
    }

    /**
     * Moves time forward and returns when all that became due on the way is done: ticks, reports, news for reporters.
     * Not to be called inside a callback of metra's: it would wait for itself.
     *
     * @param time not negative; parts of a millisecond are cut off
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new MetraException(Status.INVALID_ARGUMENT, "time does not go back: " + time);
        }
        with(clock -> advance(clock, time.toMillis()));
    }

    @Override
    public void close() {
        release();
    }

    private static native long make();

    private static native void advance(long clock, long ms);

    private static native void free(long clock);
}
