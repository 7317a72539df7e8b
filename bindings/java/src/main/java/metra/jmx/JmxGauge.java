package metra.jmx;

final class JmxGauge extends Bean implements JmxGaugeMBean {
    @Override
    public Object getValue() {
        return value();
    }
}
