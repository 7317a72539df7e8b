package metra;

/** Receives what registries say of what they survive, each complaint once. */
@FunctionalInterface
public interface Log {
    /** Takes a line. Called from any thread, possibly from several at once; it must not call metra. */
    void log(LogLevel level, String line);
}
