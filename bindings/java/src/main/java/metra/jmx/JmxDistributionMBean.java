package metra.jmx;

/** A distribution, which Flink does not have. */
public interface JmxDistributionMBean {
    long getCount();

    long getSum();

    long getMin();

    long getMax();

    double getMean();
}
