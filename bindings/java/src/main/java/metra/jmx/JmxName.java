package metra.jmx;

import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import metra.MetricInfo;

/**
 * What Flink calls a metric in JMX: the domain is {@code org.apache.flink}, the logical scope and the name; key
 * properties are the variables without their brackets. A plain root brings its own name instead of the prefix.
 *
 * <p>Flink takes metric names as they are and drops a metric whose name or variable no object name can hold. Here such
 * a character becomes a {@code -}, and a metric without variables has its name for one.
 */
final class JmxName {
    private static final String PREFIX = "org.apache.flink.";
    /** The outermost levels of Flink's logical scopes. */
    private static final Set<String> FLINKS = Set.of("jobmanager", "taskmanager");
    /** What no domain of an object name can hold. */
    private static final Pattern NOT_IN_DOMAINS = Pattern.compile("[:*?\n]");

    private JmxName() {}

    /** Names a metric; {@code delimiter} is what joins its logical scope. */
    static ObjectName of(MetricInfo metric, String delimiter) throws MalformedObjectNameException {
        String[] scope = metric.logicalScope().split(Pattern.quote(delimiter), -1);
        StringBuilder domain = new StringBuilder(FLINKS.contains(scope[0]) ? PREFIX : "");
        for (String part : scope) {
            domain.append(filtered(part)).append('.');
        }
        domain.append(NOT_IN_DOMAINS.matcher(metric.name()).replaceAll("-"));
        return new ObjectName(domain.toString(), properties(metric));
    }

    private static Hashtable<String, String> properties(MetricInfo metric) {
        Hashtable<String, String> properties = new Hashtable<>();
        for (Map.Entry<String, String> variable : metric.variables().entrySet()) {
            properties.put(filtered(withoutBrackets(variable.getKey())), filtered(variable.getValue()));
        }
        if (properties.isEmpty()) {
            properties.put("name", filtered(metric.name()));
        }
        return properties;
    }

    private static String withoutBrackets(String key) {
        return key.startsWith("<") && key.endsWith(">") ? key.substring(1, key.length() - 1) : key;
    }

    /** Flink's replacements, and the line feed. */
    private static String filtered(String text) {
        StringBuilder filtered = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            switch (character) {
                case '<', '>', '"' -> {}
                case ' ' -> filtered.append('_');
                case ',', '=', ';', ':', '?', '\'', '*', '\n' -> filtered.append('-');
                default -> filtered.append(character);
            }
        }
        return filtered.toString();
    }
}
