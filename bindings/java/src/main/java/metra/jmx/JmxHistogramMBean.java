package metra.jmx;

/** A histogram, with the attributes that Flink gives it. */
public interface JmxHistogramMBean {
    long getCount();

    long getMin();

    long getMax();

    double getMean();

    double getStdDev();

    double getMedian();

    double get75thPercentile();

    double get95thPercentile();

    double get98thPercentile();

    double get99thPercentile();

    double get999thPercentile();
}
