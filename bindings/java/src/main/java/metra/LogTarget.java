package metra;

import java.util.Objects;

/** What C calls for a {@link Log}. */
final class LogTarget {
    private final Log log;

    LogTarget(Log log) {
        this.log = Objects.requireNonNull(log, "log");
    }

    void log(int level, String line) {
        log.log(LogLevel.values()[level], line);
    }
}
