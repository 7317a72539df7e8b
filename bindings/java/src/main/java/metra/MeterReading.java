package metra;

/**
 * What a meter says.
 *
 * @param count events ever
 * @param rate events per second, as of the last tick
 */
public record MeterReading(long count, double rate) {}
