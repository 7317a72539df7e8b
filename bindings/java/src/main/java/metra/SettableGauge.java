package metra;

import java.lang.ref.Reference;

/** A gauge that holds what is set. Setting converts between numbers and truth values, never to or from text. */
public final class SettableGauge extends Gauge {
    SettableGauge(MetricGroup group, long gauge) {
        super(group, gauge);
    }

    /** Sets a whole number. */
    public void set(long value) {
        setLong(handle, value);
        Reference.reachabilityFence(this);
    }

    /** Sets a floating-point number; a gauge of whole numbers cuts it. */
    public void set(double value) {
        setDouble(handle, value);
        Reference.reachabilityFence(this);
    }

    /** Sets a truth value; a gauge of numbers takes 1 or 0. */
    public void set(boolean value) {
        setBoolean(handle, value);
        Reference.reachabilityFence(this);
    }

    /** Sets a text; ignored if it is null, has a U+0000 or half of a surrogate pair. It allocates. */
    public void set(String value) {
        setText(handle, value);
        Reference.reachabilityFence(this);
    }

    static native long register(long group, String name, int valueType);

    private static native void setLong(long gaugeOrZero, long value);

    private static native void setDouble(long gaugeOrZero, double value);

    private static native void setBoolean(long gaugeOrZero, boolean value);

    private static native void setText(long gaugeOrZero, String value);
}
