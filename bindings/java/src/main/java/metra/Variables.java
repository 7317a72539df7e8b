package metra;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Variables as arrays, in which they cross to C and back. */
final class Variables {
    private Variables() {}

    /** Keys and values by turns, in the order of the map. */
    static String[] toPairs(Map<String, String> variables) {
        String[] pairs = new String[variables.size() * 2];
        int at = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            pairs[at++] = variable.getKey();
            pairs[at++] = variable.getValue();
        }
        return pairs;
    }

    static Map<String, String> ofPairs(String[] pairs) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) {
            variables.put(pairs[at], pairs[at + 1]);
        }
        return Collections.unmodifiableMap(variables);
    }

    static Map<String, String> of(String[] keys, String[] values) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int at = 0; at < keys.length; at++) {
            variables.put(keys[at], values[at]);
        }
        return Collections.unmodifiableMap(variables);
    }
}
