package metra.scenarios;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import metra.DistributionReading;
import metra.HistogramReading;
import metra.MeterReading;

/** Values of the table, and what metra gives, in one form: Long, Double, Boolean, String, List, Map and null. */
final class Values {
    private Values() {}

    static Object of(JsonElement element) {
        if (element instanceof JsonArray array) {
            List<Object> list = new ArrayList<>();
            array.forEach(member -> list.add(of(member)));
            return list;
        }
        if (element instanceof JsonObject object) {
            Map<String, Object> map = new LinkedHashMap<>();
            object.asMap().forEach((key, value) -> map.put(key, of(value)));
            return map;
        }
        return element instanceof JsonPrimitive primitive ? of(primitive) : null;
    }

    private static Object of(JsonPrimitive primitive) {
        if (primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        String text = primitive.getAsString();
        boolean isDouble = List.of("NaN", "Infinity", "-Infinity").contains(text)
                || (primitive.isNumber() && text.matches(".*[.eE].*"));
        if (isDouble) {
            return Double.parseDouble(text);
        }
        return primitive.isNumber() ? (Object) Long.parseLong(text) : text;
    }

    static long number(JsonElement element) {
        return Long.parseLong(element.getAsString());
    }

    /** What a metric says, as {@link metra.Reading#value} or a gauge gives it. */
    static Object ofReading(Object value) {
        if (value instanceof DistributionReading reading) {
            return Map.of(
                    "count", reading.count(),
                    "sum", reading.sum(),
                    "min", reading.min(),
                    "max", reading.max(),
                    "mean", reading.mean());
        }
        if (value instanceof MeterReading reading) {
            return Map.of("count", reading.count(), "rate", reading.rate());
        }
        return value instanceof HistogramReading reading ? ofHistogram(reading) : value;
    }

    private static Map<String, Object> ofHistogram(HistogramReading reading) {
        return Map.ofEntries(
                Map.entry("count", reading.count()),
                Map.entry("sum", reading.sum()),
                Map.entry("window_count", reading.windowCount()),
                Map.entry("min", reading.min()),
                Map.entry("max", reading.max()),
                Map.entry("mean", reading.mean()),
                Map.entry("stddev", reading.stddev()),
                Map.entry("p50", reading.p50()),
                Map.entry("p75", reading.p75()),
                Map.entry("p95", reading.p95()),
                Map.entry("p98", reading.p98()),
                Map.entry("p99", reading.p99()),
                Map.entry("p999", reading.p999()));
    }
}
