package metra;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A registry with its reporters and threads. One that nobody closes is closed, without last reports, when neither it
 * nor any group or metric of it can be reached. Any thread may use it.
 */
public final class Registry extends Handle {
    /** How long {@link #close()} waits for last reports and callbacks. */
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    /** Makes a registry with every default and no reporters. */
    public Registry() {
        this(make(null));
    }

    /**
     * Makes a registry and starts the reporters that its configuration names.
     *
     * @throws MetraException ({@link Status#CONFIG}) naming key and value, ({@link Status#IO}) for a port in use or a
     *     thread that could not be started; nothing runs then
     */
    public Registry(Config config) {
        this(make(config));
    }

    private Registry(long registry) {
        super(registry, Registry::free, "registry");
    }

    private static long make(Config configOrNull) {
        Library.require();
        return configOrNull == null ? make(0) : configOrNull.using(Registry::make);
    }

    /**
     * Gives the registry that all languages of this process share. The first call makes it, after the file that the
     * environment variable METRA_CONFIG names, if any.
     *
     * @throws MetraException at that first call, if the file is bad; calling again gives a registry without reporters
     */
    public static Registry defaultRegistry() {
        Library.require();
        return new Registry(shared());
    }

    /**
     * Makes this the registry that {@link #defaultRegistry} gives. Setting the same one again is harmless.
     *
     * @throws MetraException ({@link Status#BUSY}) once there is another default registry
     */
    public void setDefault() {
        with(Registry::setDefault);
    }

    /** Closes the registry as {@link #close(Duration)} does, with {@link #DEADLINE}. */
    @Override
    public void close() {
        close(DEADLINE);
    }

    /**
     * Closes the registry: reporters report a last time and close, all groups are closed, threads end. Closing again is
     * harmless. Inside a callback of metra's it does not wait.
     *
     * @throws MetraException ({@link Status#TIMEOUT}) if a callback still runs after {@code deadline}; the registry is
     *     closed all the same, the callback is left to itself, and closing again waits again
     */
    public void close(Duration deadline) {
        int ms = (int) Math.max(0, Math.min(Integer.MAX_VALUE, deadline.toMillis()));
        with(registry -> close(registry, ms));
    }

    /** Gives the root of a program that has nothing to do with Flink. The same name gives the same group. */
    public MetricGroup root(String name) {
        return root(name, Map.of());
    }

    /**
     * Gives the root of a program that has nothing to do with Flink.
     *
     * @param name its first scope component and the prefix of Prometheus names; not empty
     * @param variables of everything below, keys without brackets
     */
    public MetricGroup root(String name, Map<String, String> variables) {
        return group(registry -> root(registry, name, Variables.toPairs(variables)));
    }

    /** Gives the group of a job manager. What is absent (null or empty) is no variable. */
    public MetricGroup jobManager(String hostOrNull) {
        return group(registry -> jobManager(registry, hostOrNull));
    }

    /** Gives the group of a task manager. What is absent (null or empty) is no variable. */
    public MetricGroup taskManager(String hostOrNull, String idOrNull) {
        return group(registry -> taskManager(registry, new String[] {hostOrNull, idOrNull}));
    }

    private MetricGroup group(LongCall make) {
        return using(registry -> new MetricGroup(make.apply(registry), this));
    }

    /**
     * Asks a gauge for its value, on the registry's gauge thread, and no longer than {@code metrics.gauge.timeout}. Do
     * not hold a lock that its supplier needs.
     *
     * @return a {@link Long}, {@link Double}, {@link Boolean} or {@link String}; empty if there is no value now
     * @throws MetraException ({@link Status#BUSY}) inside a gauge's supplier
     */
    public Optional<Object> read(Gauge gauge) {
        return using(registry -> Optional.ofNullable(gauge.read(registry)));
    }

    /** Describes the reporters that were started, in the order of their names. */
    public List<ReporterInfo> reporters() {
        return using(registry -> IntStream.range(0, reporterCount(registry))
                .mapToObj(index -> reporter(registry, index))
                .toList());
    }

    /** Tells what the registry survived and counted. */
    public Losses losses() {
        return using(Registry::losses);
    }

    /**
     * Reads all metrics and shows each with what it says, on this thread: group by group, and in each in the order of
     * registration. If {@code visitor} throws, it is shown no more and this method throws the same.
     *
     * @throws MetraException ({@link Status#BUSY}) inside a gauge's supplier: gauges with suppliers were left out then,
     *     everything else was shown
     */
    public void collect(Consumer<? super Reading> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        with(registry -> collect(registry, visitor));
    }

    /**
     * Writes all metrics in a format, for programs with a server of their own.
     *
     * @throws IOException what the stream throws; nothing more is written then
     * @throws MetraException ({@link Status#BUSY}) inside a gauge's supplier: gauges with suppliers were left out then,
     *     or everything if somebody else is writing
     */
    public void write(Format format, OutputStream stream) throws IOException {
        Objects.requireNonNull(stream, "stream");
        with(registry -> write(registry, format.ordinal(), stream));
    }

    private static native long make(long configOrZero);

    private static native long shared();

    private static native void setDefault(long registry);

    private static native void close(long registry, int deadlineMillis);

    private static native void free(long registry);

    /** Null for a gauge without a value. */
    static native Object readGauge(long registry, long gauge);

    private static native int reporterCount(long registry);

    private static native ReporterInfo reporter(long registry, int index);

    private static native Losses losses(long registry);

    private static native void collect(long registry, Consumer<? super Reading> visitor);

    private static native void write(long registry, int format, OutputStream stream);

    private static native long root(long registry, String name, String[] variables);

    private static native long jobManager(long registry, String host);

    private static native long taskManager(long registry, String[] texts);
}
