package metra;

/**
 * A reporter that was started.
 *
 * @param name its name in the configuration
 * @param factoryClass the factory class that the configuration gives it
 * @param delimiter what joins its identifiers: one character
 * @param intervalMillis its configured interval; pull reporters do not use it
 * @param address where it listens, {@code 127.0.0.1:9249} for instance, or null
 */
public record ReporterInfo(String name, String factoryClass, String delimiter, long intervalMillis, String address) {}
