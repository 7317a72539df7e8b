package metra.jmx;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What came of a case. */
final class Verdict {
    /** Where metra answers otherwise than Flink, knowingly. */
    enum Rule {
        /** Flink drops a metric whose name or variable no object name can hold; here such characters become a dash. */
        NAMES,
        /** Metric names must not be empty. */
        ABSENT,
        /** A configured variable that exists wins, where Flink drops every metric. */
        ADDITIONAL,
        /** A gauge that throws has no value, where Flink's attribute throws. */
        ISOLATION,
        /** A gauge's value is a long, a double, a truth value or text; anything else is no value. */
        TYPES
    }

    private final Set<Rule> rules = EnumSet.noneOf(Rule.class);
    private final List<String> wrong = new ArrayList<>();

    void equal(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            wrong.add("\n" + what + ": expected " + expected + ", got " + actual);
        }
    }

    /** Notes that a rule spoke. */
    void deviates(Rule rule) {
        rules.add(rule);
    }

    List<String> wrong() {
        return wrong;
    }

    String line(String name) {
        String word = !wrong.isEmpty() ? "fail" : rules.isEmpty() ? "pass" : "deviates";
        return word + " ".repeat(10 - word.length()) + name + (rules.isEmpty() ? "" : "  " + rules);
    }
}
