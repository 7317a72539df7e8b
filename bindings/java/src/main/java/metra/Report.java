package metra;

import java.util.Objects;
import java.util.function.Consumer;

/** One report under way. It may be used inside the {@link Reporter#report} call it was passed to, on its thread. */
public final class Report {
    private final Thread thread = Thread.currentThread();
    /** Zero when the report is over. */
    private long report;

    /** Called from C. */
    Report(long report) {
        this.report = report;
    }

    /**
     * Shows every metric with what it says, in the order of registration. Gauges are asked at each call. If
     * {@code visitor} throws, it is shown no more.
     *
     * @throws IllegalStateException once the report is over, or on another thread
     */
    public void collect(Consumer<? super Reading> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        if (Thread.currentThread() != thread || report == 0) {
            throw new IllegalStateException("a report is only open inside Reporter.report, on its thread");
        }
        collect(report, visitor);
    }

    /** Called from C. */
    void end() {
        report = 0;
    }

    private static native void collect(long report, Consumer<? super Reading> visitor);
}
