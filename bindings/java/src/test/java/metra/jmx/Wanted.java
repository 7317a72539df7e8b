package metra.jmx;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** How a reporter of a configuration names a metric of a vector. */
final class Wanted {
    private static final String KEY = "metrics.reporter.r.scope.variables.";

    private final String delimiter;
    private final List<String> excluded;
    private final Map<String, String> additional = new LinkedHashMap<>();

    Wanted(Map<String, String> settings) {
        delimiter = settings.getOrDefault("metrics.reporter.r.scope.delimiter", ".");
        excluded = List.of(settings.getOrDefault(KEY + "excludes", "").split(";"));
        for (String entry : settings.getOrDefault(KEY + "additional", "").split(",")) {
            if (!entry.isEmpty()) {
                additional.put(entry.substring(0, entry.indexOf(':')), entry.substring(entry.indexOf(':') + 1));
            }
        }
    }

    ObjectName of(JsonObject resolved, String name) throws MalformedObjectNameException {
        String domain = List.of(resolved.get("logical_scope").getAsString().split(Pattern.quote(delimiter))).stream()
                .map(Wanted::filtered)
                .collect(Collectors.joining(".", "org.apache.flink.", "."));
        Hashtable<String, String> properties = new Hashtable<>();
        variables(resolved).forEach((key, value) -> properties.put(filtered(key), filtered(value)));
        return new ObjectName(domain + name.replaceAll("[:*?\n]", "-"), properties);
    }

    /** Tells whether a configured variable has the name of one of the group. */
    boolean overrides(JsonObject resolved) {
        return additional.keySet().stream().anyMatch(own(resolved)::containsKey);
    }

    /** Tells whether Flink cannot show it. */
    boolean isDropped(JsonObject resolved, String name) {
        return name.matches("(?s).*[:*?\n].*") || variables(resolved).toString().contains("\n");
    }

    private Map<String, String> variables(JsonObject resolved) {
        Map<String, String> variables = own(resolved);
        variables.keySet().removeAll(excluded);
        variables.putAll(additional);
        return variables;
    }

    private static Map<String, String> own(JsonObject resolved) {
        Map<String, String> own = new LinkedHashMap<>();
        Map<String, JsonElement> variables = resolved.getAsJsonObject("variables").asMap();
        variables.forEach((key, value) -> own.put(key.substring(1, key.length() - 1), value.getAsString()));
        return own;
    }

    private static String filtered(String text) {
        return text.replaceAll("[<>\"]", "").replace(' ', '_').replaceAll("[,=;:?'*\n]", "-");
    }
}
