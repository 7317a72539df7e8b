package metra;

/** How much a line of the log matters; in the order of metra.h. */
public enum LogLevel {
    /** Something was lost or does not work. */
    ERROR,
    /** Something is probably not as it was meant. */
    WARN,
    /** Something started or stopped. */
    INFO
}
