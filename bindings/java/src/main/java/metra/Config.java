package metra;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What registries are made after: Flink's configuration keys, a clock, a log, reporters of the program's own. A
 * registry copies what it needs: changing or closing the configuration later changes nothing. Any thread may use it.
 */
public final class Config extends Handle {
    /** Makes an empty configuration: every default holds, the log is silent. */
    public Config() {
        super(fresh(), Config::free, "configuration");
    }

    private static long fresh() {
        Library.require();
        return make();
    }

    /**
     * Sets one of Flink's keys, {@code metrics.scope.delimiter} for instance. Keys that metra does not know are
     * ignored.
     *
     * @throws MetraException ({@link Status#CONFIG}) for a value that the key cannot have; the old one stays
     */
    public Config set(String key, String value) {
        with(config -> set(config, key, value));
        return this;
    }

    /**
     * Sets all keys of a YAML file such as Flink's {@code config.yaml}: all of them or, on an error, none.
     *
     * @throws MetraException ({@link Status#IO}) if it cannot be read, ({@link Status#CONFIG}) naming line and column
     */
    public Config load(Path path) {
        with(config -> load(config, path.toString()));
        return this;
    }

    /** Makes registries run on a clock of the program's. */
    public Config setClock(Clock clock) {
        with(config -> clock.with(other -> setClock(config, other)));
        return this;
    }

    /** Makes registries say what they survive. Without this they are silent. */
    public Config setLog(Log log) {
        with(config -> setLog(config, new LogTarget(log)));
        return this;
    }

    /**
     * Makes {@code metrics.reporter.<name>.factory.class: <factoryClass>} mean this reporter, for every name that the
     * configuration gives the class. One of metra's own classes is replaced.
     */
    public Config addReporter(String factoryClass, Reporter reporter) {
        Objects.requireNonNull(reporter, "reporter");
        with(config -> addReporter(config, factoryClass, reporter));
        return this;
    }

    @Override
    public void close() {
        release();
    }

    private static native long make();

    private static native void set(long config, String key, String value);

    private static native void load(long config, String path);

    private static native void setClock(long config, long clock);

    private static native void setLog(long config, LogTarget log);

    private static native void addReporter(long config, String factoryClass, Reporter reporter);

    private static native void free(long config);
}
