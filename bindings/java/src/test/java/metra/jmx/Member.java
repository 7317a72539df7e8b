package metra.jmx;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import metra.Counter;
import metra.Histogram;
import metra.HistogramReading;
import metra.Meter;
import metra.MetricGroup;

/**
 * A metric of a vector. The statistics of fixed histograms and the rates of meters were made up for the vectors: counts
 * are judged by the vector, the rest by what the metric itself says.
 */
final class Member {
    private final String group;
    private final JsonObject described;
    private Counter counter;
    private Meter meter;
    private Histogram histogram;
    private volatile JsonObject value;

    Member(MetricGroup in, String group, JsonObject described) {
        this.group = group;
        this.described = described;
        switch (type()) {
            case "counter" -> counter = in.counter(name());
            case "gauge" -> in.gauge(name(), () -> GaugeValue.of(value));
            case "meter" -> meter = in.meter(name());
            case "histogram" -> histogram = in.histogram(name());
            default -> throw new AssertionError("unknown metric " + described);
        }
        set(described);
    }

    String group() {
        return group;
    }

    String name() {
        return described.get("name").getAsString();
    }

    private String type() {
        return described.get("type").getAsString();
    }

    boolean isBelow(String closed, Map<String, JsonObject> groups) {
        JsonObject at = groups.get(group);
        while (!at.get("id").getAsString().equals(closed) && at.has("parent")) {
            at = groups.get(at.get("parent").getAsString());
        }
        return at.get("id").getAsString().equals(closed);
    }

    /** Brings the metric to where the vector has it. */
    void set(JsonObject to) {
        value = to;
        switch (type()) {
            case "counter" -> counter.inc(to.get("value").getAsLong() - counter.getCount());
            case "meter" -> meter.markEvent(to.get("count").getAsLong() - meter.getCount());
            case "histogram" -> histogram.update(updates(to));
            default -> {}
        }
    }

    private static long[] updates(JsonObject to) {
        if (to.has("updates")) {
            return to.getAsJsonArray("updates").asList().stream().mapToLong(JsonElement::getAsLong).toArray();
        }
        long[] madeUp = new long[to.get("count").getAsInt()];
        Arrays.fill(madeUp, to.getAsJsonObject("stats").get("max").getAsLong());
        return madeUp;
    }

    /** Compares a bean with Flink's, or with what Flink would have shown. */
    void judge(Verdict verdict, MBeanServer server, ObjectName name, JsonObject flinksOrNull) throws JMException {
        Map<String, Object> actual = new LinkedHashMap<>();
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
            actual.put(attribute.getName() + " " + attribute.getType(), server.getAttribute(name, attribute.getName()));
        }
        Map<String, Object> expected = new LinkedHashMap<>(own(verdict));
        String type = server.getMBeanInfo(name).getClassName();
        if (flinksOrNull != null) {
            String flinks = flinksOrNull.get("class").getAsString();
            verdict.equal("class of " + name, flinks.substring(flinks.indexOf('$') + 1), type.replaceAll(".*\\.", ""));
            flinksOrNull.getAsJsonArray("attributes").forEach(attribute ->
                    take(expected, attribute.getAsJsonObject(), flinksOrNull));
        }
        verdict.equal("attributes of " + name, expected, actual);
    }

    /** Counts are Flink's. */
    private static void take(Map<String, Object> expected, JsonObject attribute, JsonObject bean) {
        String name = attribute.get("name").getAsString();
        String key = name + " " + attribute.get("declared_type").getAsString();
        if (name.equals("Count")) {
            expected.put(key, attribute.get("value").getAsLong());
        } else if (!expected.containsKey(key)) {
            throw new AssertionError("no attribute " + key + " in " + bean);
        }
    }

    private Map<String, Object> own(Verdict verdict) {
        return switch (type()) {
            case "counter" -> Map.of("Count long", counter.getCount());
            case "meter" -> Map.of("Count long", meter.getCount(), "Rate double", meter.getRate());
            case "gauge" -> GaugeValue.judged(verdict, value);
            default -> attributes(histogram.read());
        };
    }

    private static Map<String, Object> attributes(HistogramReading reading) {
        return Map.ofEntries(
                Map.entry("Count long", reading.count()),
                Map.entry("Min long", reading.min()),
                Map.entry("Max long", reading.max()),
                Map.entry("Mean double", reading.mean()),
                Map.entry("StdDev double", reading.stddev()),
                Map.entry("Median double", reading.p50()),
                Map.entry("75thPercentile double", reading.p75()),
                Map.entry("95thPercentile double", reading.p95()),
                Map.entry("98thPercentile double", reading.p98()),
                Map.entry("99thPercentile double", reading.p99()),
                Map.entry("999thPercentile double", reading.p999()));
    }
}
