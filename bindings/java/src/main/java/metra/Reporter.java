package metra;

/**
 * A reporter of the program's own; see {@link Config#addReporter}. All methods are called on the reporter's own thread,
 * in order. What they throw is said once through the platform's log ({@code metra}) and loses that call only.
 */
public interface Reporter {
    /** A metric that the reporter's filter lets through is there from now on. */
    default void added(ReporterInfo reporter, MetricInfo metric) {}

    /** A metric that was added is gone. Metrics that live until the registry closes are not removed. */
    default void removed(ReporterInfo reporter, MetricInfo metric) {}

    /** An interval is over, or the registry closes. */
    default void report(ReporterInfo reporter, Report report) {}

    /** The registry closes; nothing is called for this reporter after it. */
    default void close(ReporterInfo reporter) {}
}
