package metra;

import java.lang.ref.Reference;
import java.nio.LongBuffer;

/** Values in buckets of 1 %: count and sum for life, quantiles over {@code metrics.histogram.window}. */
public final class Histogram extends Metric {
    Histogram(MetricGroup group, long histogram) {
        super(group, histogram, Histogram::free);
    }

    /** Adds a value. */
    public void update(long value) {
        update(handle, value);
        Reference.reachabilityFence(this);
    }

    /** Adds many values in one call, which costs a fraction of as many calls; null is ignored. */
    public void update(long[] values) {
        if (values != null) {
            update(values, 0, values.length);
        }
    }

    /** Adds the {@code count} values from {@code offset} on; ignored if the array has no such range, or is null. */
    public void update(long[] values, int offset, int count) {
        if (Batch.isIn(values, offset, count)) {
            updateArray(handle, values, offset, count);
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Adds the remaining values of a buffer, whose position stays; null is ignored. Direct buffers in native byte order
     * are not copied.
     */
    public void update(LongBuffer values) {
        if (Batch.isNative(values)) {
            updateBuffer(handle, values, values.position(), values.remaining());
        } else {
            update(Batch.copy(values));
        }
        Reference.reachabilityFence(this);
    }

    /** Values ever. */
    public long getCount() {
        return read().count();
    }

    /** What it says now. */
    public HistogramReading read() {
        return using(histogram -> histogram == 0 ? HistogramReading.EMPTY : read(histogram));
    }

    /**
     * Any quantile of the window, by Flink's definition; NaN without values in it.
     *
     * @param q above 0, at most 1
     * @throws MetraException ({@link Status#INVALID_ARGUMENT}) for any other
     */
    public double quantile(double q) {
        return using(histogram -> histogram == 0 ? Double.NaN : quantile(histogram, q));
    }

    static native long register(long group, String name);

    private static native void update(long histogramOrZero, long value);

    private static native void updateArray(long histogramOrZero, long[] values, int offset, int count);

    private static native void updateBuffer(long histogramOrZero, LongBuffer values, int offset, int count);

    private static native HistogramReading read(long histogram);

    private static native double quantile(long histogram, double q);

    private static native void free(long histogram);
}
