package metra.jmx;

import metra.HistogramReading;

final class JmxHistogram extends Bean implements JmxHistogramMBean {
    @Override
    public long getCount() {
        return reading().count();
    }

    @Override
    public long getMin() {
        return reading().min();
    }

    @Override
    public long getMax() {
        return reading().max();
    }

    @Override
    public double getMean() {
        return reading().mean();
    }

    @Override
    public double getStdDev() {
        return reading().stddev();
    }

    @Override
    public double getMedian() {
        return reading().p50();
    }

    @Override
    public double get75thPercentile() {
        return reading().p75();
    }

    @Override
    public double get95thPercentile() {
        return reading().p95();
    }

    @Override
    public double get98thPercentile() {
        return reading().p98();
    }

    @Override
    public double get99thPercentile() {
        return reading().p99();
    }

    @Override
    public double get999thPercentile() {
        return reading().p999();
    }

    private HistogramReading reading() {
        return (HistogramReading) value();
    }
}
