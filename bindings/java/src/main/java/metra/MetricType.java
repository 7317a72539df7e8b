package metra;

/** The type of a metric; in the order of metra.h. */
public enum MetricType {
    COUNTER,
    MONOTONIC_COUNTER,
    GAUGE,
    DISTRIBUTION,
    METER,
    HISTOGRAM
}
