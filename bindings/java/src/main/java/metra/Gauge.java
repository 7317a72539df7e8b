package metra;

/**
 * A value that is asked for at every reading.
 *
 * <p>The supplier is called on the registry's gauge thread, one gauge at a time, with no lock of metra's held. What it
 * throws means that there is no value now, and is said once through the platform's log ({@code metra}). One that runs
 * longer than {@code metrics.gauge.timeout} is left out of readings until it returns. A gauge registered under the name
 * of another gauge replaces it. The supplier is let go when the gauge is unregistered, replaced, or its group closed,
 * not when this object is.
 */
public sealed class Gauge extends Metric permits SettableGauge {
    /** How C asks a supplier; gauge.c has the same order. */
    enum Asked {
        LONG,
        DOUBLE,
        BOOLEAN,
        ANY
    }

    Gauge(MetricGroup group, long gauge) {
        super(group, gauge, Gauge::free);
    }

    /**
     * Unregisters the gauge, unless another one has replaced it. It returns when the supplier does not run and will not
     * be called again; inside a supplier it does not wait. Do not hold a lock that the supplier needs.
     *
     * @throws MetraException ({@link Status#TIMEOUT}) if the supplier still runs after {@code metrics.gauge.timeout}:
     *     calling again waits again
     */
    public void unregister() {
        using(gauge -> {
            if (gauge != 0) {
                unregister(gauge);
            }
            return null;
        });
    }

    /** What the gauge says now, or null; for a registry, whose thread asks. */
    final Object read(long registry) {
        return using(gauge -> gauge == 0 ? null : Registry.readGauge(registry, gauge));
    }

    /** A supplier that is null is refused by metra. */
    static native long register(long group, String name, int asked, Object supplier);

    private static native void unregister(long gauge);

    private static native void free(long gauge);
}
