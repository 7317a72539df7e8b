package metra;

/** What a gauge holds; in the order of metra.h. */
public enum ValueType {
    LONG,
    DOUBLE,
    BOOLEAN,
    TEXT
}
