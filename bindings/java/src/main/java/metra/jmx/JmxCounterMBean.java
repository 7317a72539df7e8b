package metra.jmx;

/** A counter or monotonic counter. */
public interface JmxCounterMBean {
    long getCount();
}
