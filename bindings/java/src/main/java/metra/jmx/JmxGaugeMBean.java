package metra.jmx;

/** A gauge. */
public interface JmxGaugeMBean {
    /** A {@link Long}, {@link Double}, {@link Boolean} or {@link String}; null if it had no value. */
    Object getValue();
}
