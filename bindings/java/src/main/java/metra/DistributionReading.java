package metra;

/**
 * What a distribution says; all five belong to the same moment.
 *
 * @param count values ever
 * @param sum their sum, at most {@link Long#MAX_VALUE}, at least {@link Long#MIN_VALUE}
 * @param min the smallest; zero without values
 * @param max the largest; zero without values
 * @param mean the exact sum by the count; zero without values
 */
public record DistributionReading(long count, long sum, long min, long max, double mean) {
    static final DistributionReading EMPTY = new DistributionReading(0, 0, 0, 0, 0);
}
