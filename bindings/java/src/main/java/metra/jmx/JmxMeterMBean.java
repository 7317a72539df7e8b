package metra.jmx;

/** A meter. */
public interface JmxMeterMBean {
    long getCount();

    double getRate();
}
