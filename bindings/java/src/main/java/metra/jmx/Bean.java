package metra.jmx;

import metra.MetricType;

/** What a metric said at the last report. Written by the reporter, read by whoever asks the MBean server. */
abstract class Bean {
    private volatile Object value;

    static Bean of(MetricType type) {
        return switch (type) {
            case COUNTER, MONOTONIC_COUNTER -> new JmxCounter();
            case GAUGE -> new JmxGauge();
            case DISTRIBUTION -> new JmxDistribution();
            case METER -> new JmxMeter();
            case HISTOGRAM -> new JmxHistogram();
        };
    }

    /** Takes a {@link metra.Reading#value} of the metric's type. */
    final void update(Object value) {
        this.value = value;
    }

    final Object value() {
        return value;
    }
}
