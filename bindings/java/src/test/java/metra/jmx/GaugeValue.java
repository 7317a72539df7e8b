package metra.jmx;

import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What a gauge of a vector answers, and what its bean then says. */
final class GaugeValue {
    private GaugeValue() {}

    static Object of(JsonObject described) {
        String text = described.has("value") && !described.get("value").isJsonNull()
                ? described.get("value").getAsString()
                : null;
        return switch (described.get("value_type").getAsString()) {
            case "int" -> Integer.valueOf(text);
            case "long" -> Long.valueOf(text);
            case "short" -> Short.valueOf(text);
            case "byte" -> Byte.valueOf(text);
            case "float" -> Float.valueOf(text);
            case "double" -> Double.valueOf(text);
            case "bigint" -> new BigInteger(text);
            case "bigdecimal" -> new BigDecimal(text);
            case "bool" -> Boolean.valueOf(text);
            case "string" -> text;
            case "list" -> List.of(text);
            case "null" -> null;
            default -> throw new IllegalStateException("a gauge that throws");
        };
    }

    /** The attribute: Flink's object, or by a rule what metra makes of it. */
    static Map<String, Object> judged(Verdict verdict, JsonObject described) {
        return Collections.singletonMap("Value java.lang.Object", attribute(verdict, described));
    }

    private static Object attribute(Verdict verdict, JsonObject described) {
        String type = described.get("value_type").getAsString();
        if (type.equals("throws")) {
            verdict.deviates(Verdict.Rule.ISOLATION);
            return null;
        }
        Object answer = of(described);
        if (answer == null || List.of("long", "double", "bool", "string").contains(type)) {
            return answer;
        }
        verdict.deviates(Verdict.Rule.TYPES);
        if (!(answer instanceof Number number)) {
            return null;
        }
        return List.of("int", "short", "byte").contains(type) ? (Object) number.longValue() : number.doubleValue();
    }
}
