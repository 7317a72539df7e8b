package metra.jmx;

import metra.DistributionReading;

final class JmxDistribution extends Bean implements JmxDistributionMBean {
    @Override
    public long getCount() {
        return reading().count();
    }

    @Override
    public long getSum() {
        return reading().sum();
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

    private DistributionReading reading() {
        return (DistributionReading) value();
    }
}
