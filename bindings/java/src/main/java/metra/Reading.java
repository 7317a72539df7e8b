package metra;

/**
 * A metric with what it says.
 *
 * @param metric the metric
 * @param value by the metric's type: a {@link Long} for counters and monotonic counters; a {@link Long}, {@link
 *     Double}, {@link Boolean} or {@link String} for a gauge, null if it has no value now; else a {@link
 *     DistributionReading}, {@link MeterReading} or {@link HistogramReading}
 */
public record Reading(MetricInfo metric, Object value) {}
