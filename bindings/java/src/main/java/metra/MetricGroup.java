package metra;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A group of the tree: a place to register metrics and further groups. It owns its metrics, which end when it is
 * closed. Any thread may use it. A closed group still says what it was called.
 *
 * <p>Whatever registers throws a {@link MetraException}: {@link Status#CLOSED} once this group, one above it or the
 * registry is closed, {@link Status#NULL_ARGUMENT}, {@link Status#INVALID_UTF8} or {@link Status#INVALID_ARGUMENT} for
 * names that are no names; for metrics also {@link Status#NAME_COLLISION} and {@link Status#LIMIT}. Names are not empty
 * and have at most 65535 bytes of UTF-8.
 */
public final class MetricGroup extends Handle {
    /** The time span of a meter where nothing else is wanted, in seconds; Flink's default. */
    public static final long DEFAULT_TIME_SPAN_IN_SECONDS = 60;

    /** Kept from being forgotten; null for a group that came by its token. */
    private final Registry registry;

    MetricGroup(long group, Registry registry) {
        super(group, MetricGroup::free, "group");
        this.registry = registry;
    }

    /**
     * Gives the group of a token that another language of this process made.
     *
     * @throws MetraException ({@link Status#NOT_FOUND}) if it is the token of no open group
     */
    public static MetricGroup fromToken(long token) {
        Library.require();
        return new MetricGroup(byToken(token), null);
    }

    /** The number that stands for this group in this process, to hand it to another language; 0 for a closed group. */
    public long token() {
        return using(MetricGroup::token);
    }

    // --- groups ------------------------------------------------------------------------------------------------------

    /** Gives the job below a job manager or a task manager. */
    public MetricGroup job(JobInfo job) {
        return group(parent -> job(parent, new String[] {job.jobId(), job.jobName()}));
    }

    /** Gives the task below a task manager's job. */
    public MetricGroup task(TaskInfo task) {
        String[] texts = {task.taskId(), task.taskName(), task.attemptId()};
        return group(parent -> task(parent, texts, task.subtaskIndex(), task.attemptNumber()));
    }

    /** Gives the operator below a task, or the operator's coordinator below a job manager's job. */
    public MetricGroup operator(OperatorInfo operator) {
        String[] texts = {operator.operatorId(), operator.operatorName(), operator.taskId(), operator.taskName()};
        return group(parent -> operator(parent, texts, Variables.toPairs(operator.variables())));
    }

    /** Gives a user's group below this one, made if it is not there. */
    public MetricGroup addGroup(String name) {
        return group(parent -> addGroup(parent, name, null));
    }

    /** Gives the group of a variable, which differs from the groups key and value inside each other. */
    public MetricGroup addGroup(String key, String value) {
        if (value == null) {
            throw new MetraException(Status.NULL_ARGUMENT, "value is null");
        }
        return group(parent -> addGroup(parent, key, value));
    }

    private MetricGroup group(LongCall make) {
        return using(parent -> new MetricGroup(make.apply(parent), registry));
    }

    // --- metrics -----------------------------------------------------------------------------------------------------

    /** Gives a counter, registered if it is not there. */
    public Counter counter(String name) {
        return using(group -> new Counter(this, Counter.register(group, name)));
    }

    /** Gives a monotonic counter, registered if it is not there. */
    public MonotonicCounter monotonicCounter(String name) {
        return using(group -> new MonotonicCounter(this, MonotonicCounter.register(group, name)));
    }

    /** Registers a gauge of whole numbers; see {@link Gauge}. */
    public Gauge gauge(String name, LongSupplier supplier) {
        return gauge(name, Gauge.Asked.LONG, supplier);
    }

    /** Registers a gauge of floating-point numbers; see {@link Gauge}. */
    public Gauge gauge(String name, DoubleSupplier supplier) {
        return gauge(name, Gauge.Asked.DOUBLE, supplier);
    }

    /** Registers a gauge of truth values; see {@link Gauge}. */
    public Gauge gauge(String name, BooleanSupplier supplier) {
        return gauge(name, Gauge.Asked.BOOLEAN, supplier);
    }

    /**
     * Registers a gauge of whatever it answers: a {@link String}, {@link Boolean} or {@link Number}; null is no value
     * now. See {@link Gauge}.
     */
    public Gauge gauge(String name, Supplier<?> supplier) {
        return gauge(name, Gauge.Asked.ANY, AnySupplier.of(supplier));
    }

    private Gauge gauge(String name, Gauge.Asked asked, Object supplier) {
        return using(group -> new Gauge(this, Gauge.register(group, name, asked.ordinal(), supplier)));
    }

    /** Gives a gauge that holds what is set, registered if it is not there; its first value is 0, 0.0, false or "". */
    public SettableGauge settableGauge(String name, ValueType type) {
        return using(group -> new SettableGauge(this, SettableGauge.register(group, name, type.ordinal())));
    }

    /** Gives a distribution, registered if it is not there. */
    public Distribution distribution(String name) {
        return using(group -> new Distribution(this, Distribution.register(group, name)));
    }

    /** Gives a meter over {@link #DEFAULT_TIME_SPAN_IN_SECONDS}. */
    public Meter meter(String name) {
        return meter(name, DEFAULT_TIME_SPAN_IN_SECONDS);
    }

    /**
     * Gives a meter, registered if it is not there.
     *
     * @param timeSpanInSeconds cut to a multiple of 5; below 10 it is 5
     */
    public Meter meter(String name, long timeSpanInSeconds) {
        return using(group -> new Meter(this, Meter.register(group, name, timeSpanInSeconds)));
    }

    /** Gives a meter over a counter of any group: marking it increments the counter. */
    public Meter meter(String name, Counter counter, long timeSpanInSeconds) {
        return using(group ->
                new Meter(this, counter.using(of -> Meter.registerOver(group, name, of, timeSpanInSeconds))));
    }

    /** Gives a histogram, registered if it is not there. */
    public Histogram histogram(String name) {
        return using(group -> new Histogram(this, Histogram.register(group, name)));
    }

    /**
     * Unregisters a metric. Its objects stay valid and count for nobody; its name is free again. For a gauge it returns
     * when the supplier does not run and will not be called again; inside a supplier it does not wait. Do not hold a
     * lock that the supplier needs.
     *
     * @throws MetraException {@link Status#NOT_FOUND}, or {@link Status#TIMEOUT} if the supplier still runs after
     *     {@code metrics.gauge.timeout}: calling again waits again
     */
    public void unregister(String name) {
        with(group -> unregister(group, name));
    }

    /**
     * Closes the group with everything below it: all their metrics are unregistered, registrations are refused for
     * good. Asking its parent again makes a new group. Closing again is harmless. It waits for gauges as {@link
     * #unregister} does.
     *
     * @throws MetraException ({@link Status#TIMEOUT}) if suppliers still run after {@code metrics.gauge.timeout}: the
     *     group is closed all the same, closing again waits again
     */
    @Override
    public void close() {
        with(MetricGroup::close);
    }

    /** Tells whether the group, one above it, or its registry was closed. */
    public boolean isClosed() {
        return using(MetricGroup::isClosed);
    }

    // --- identity ----------------------------------------------------------------------------------------------------

    /** The scope components: what the scope format makes of the group's component, then its user groups. */
    public String[] getScopeComponents() {
        return using(Identity::scopeComponents);
    }

    /** The variables, inherited ones included, sorted by key; keys with angle brackets: {@code <host>}. */
    public Map<String, String> getAllVariables() {
        return using(Identity::variables);
    }

    /** The scope components and the name, joined with {@code metrics.scope.delimiter}; it need not be registered. */
    public String getMetricIdentifier(String name) {
        if (name == null) {
            throw new MetraException(Status.NULL_ARGUMENT, "name is null");
        }
        return using(group -> Identity.identifier(group, name));
    }

    /** The identifier of a metric as the options say. What the filter throws, this throws. */
    public String getMetricIdentifier(String name, IdentityOptions options) {
        return using(group -> Identity.identifier(group, name, options));
    }

    /** The names of the levels and user groups, without values. What the filter throws, this throws. */
    public String getLogicalScope(IdentityOptions options) {
        return using(group -> Identity.logicalScope(group, options));
    }

    private static native long job(long parent, String[] texts);

    private static native long task(long parent, String[] texts, int subtaskIndex, int attemptNumber);

    private static native long operator(long parent, String[] texts, String[] variables);

    private static native long addGroup(long parent, String key, String valueOrNull);

    private static native void unregister(long group, String name);

    private static native void close(long group);

    private static native boolean isClosed(long group);

    private static native void free(long group);

    private static native long token(long group);

    private static native long byToken(long token);
}
