package metra.jmx;

final class JmxCounter extends Bean implements JmxCounterMBean {
    @Override
    public long getCount() {
        return (Long) value();
    }
}
