package metra;

/**
 * What a histogram says. Count and sum are exact, of all values ever; the rest is of the last {@code
 * metrics.histogram.window}, within 1 % of each value. Without values in the window, min and max are zero and the
 * doubles NaN.
 *
 * @param count values ever
 * @param sum their sum, at most {@link Long#MAX_VALUE}, at least {@link Long#MIN_VALUE}
 * @param windowCount values in the window
 * @param min the smallest in the window
 * @param max the largest in the window
 * @param mean the mean of the window
 * @param stddev the sample deviation of the window
 * @param p50 the median of the window
 * @param p75 the quantile .75 of the window
 * @param p95 the quantile .95 of the window
 * @param p98 the quantile .98 of the window
 * @param p99 the quantile .99 of the window
 * @param p999 the quantile .999 of the window
 */
public record HistogramReading(
        long count,
        long sum,
        long windowCount,
        long min,
        long max,
        double mean,
        double stddev,
        double p50,
        double p75,
        double p95,
        double p98,
        double p99,
        double p999) {
    private static final double NONE = Double.NaN;
    static final HistogramReading EMPTY =
            new HistogramReading(0, 0, 0, 0, 0, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
}
