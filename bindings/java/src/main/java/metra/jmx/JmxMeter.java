package metra.jmx;

import metra.MeterReading;

final class JmxMeter extends Bean implements JmxMeterMBean {
    @Override
    public long getCount() {
        return reading().count();
    }

    @Override
    public double getRate() {
        return reading().rate();
    }

    private MeterReading reading() {
        return (MeterReading) value();
    }
}
