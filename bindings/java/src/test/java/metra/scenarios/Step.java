package metra.scenarios;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One step of a scenario, which knows the fields that nobody asked for. */
final class Step {
    private final JsonObject fields;
    private final Set<String> unread;

    Step(JsonObject fields) {
        this.fields = fields;
        unread = new HashSet<>(fields.keySet());
    }

    boolean has(String field) {
        unread.remove(field);
        return fields.has(field);
    }

    /** Null if it is absent. */
    JsonElement get(String field) {
        unread.remove(field);
        return fields.get(field);
    }

    /** Null if it is absent. */
    String text(String field) {
        return has(field) ? get(field).getAsString() : null;
    }

    long number(String field, long absent) {
        return has(field) ? Values.number(get(field)) : absent;
    }

    Map<String, String> texts(String field) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (has(field)) {
            get(field).getAsJsonObject().asMap().forEach((key, value) -> texts.put(key, value.getAsString()));
        }
        return texts;
    }

    /** The fields that no verb read. */
    Set<String> unread() {
        return unread;
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
