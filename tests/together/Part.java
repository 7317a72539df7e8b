import metra.Metra;
import metra.MetricGroup;
import metra.Registry;
import java.util.ArrayList;
import java.util.List;

/** Java's part: what part.c and part.py do, with the jar. */
public final class Part {
    private static final List<MetricGroup> KEPT = new ArrayList<>();
    private static final List<String> ORDERS = List.of("one", "two", "three");
    private static int[] nothing;

    private Part() {}

    /** What goes wrong is an answer, too. */
    public static String play(String verb, long token) {
        try {
            return answer(verb, token);
        } catch (RuntimeException | LinkageError error) {
            return "error: " + error;
        }
    }

    private static String answer(String verb, long token) {
        return switch (verb) {
            case "start" -> start();
            case "copy" -> Metra.version();
            case "where" -> Registry.defaultRegistry().reporters().get(0).address();
            case "join" -> join(token);
            case "trouble" -> trouble(MetricGroup.fromToken(token));
            case "leave" -> leave();
            case "close" -> close();
            default -> throw new IllegalArgumentException(verb);
        };
    }

    /** The first use loads the library. */
    private static String start() {
        Metra.version();
        return "ok";
    }

    private static void visit(MetricGroup group) {
        group.counter("visits").inc();
    }

    /** Registers in the group that was handed over, which is the default registry's too. */
    private static String join(long token) {
        MetricGroup root = Registry.defaultRegistry().root("together");
        MetricGroup shared = token == 0 ? root : MetricGroup.fromToken(token);
        visit(root);
        visit(shared);
        MetricGroup own = shared.addGroup("language", "java");
        own.counter("calls").inc(30);
        own.gauge("answer", ORDERS::size);
        KEPT.add(own);
        return Long.toUnsignedString(shared.token());
    }

    private static long endless(long depth) {
        return endless(depth + 1) + 1;
    }

    /** Gauges that fail in the ways that reach a JVM as signals. */
    private static String trouble(MetricGroup shared) {
        MetricGroup group = shared.addGroup("trouble", "java");
        group.gauge("nothing", () -> nothing.length);
        group.gauge("recurses", () -> endless(0));
        return "ok";
    }

    private static String leave() {
        KEPT.forEach(MetricGroup::close);
        KEPT.clear();
        return "ok";
    }

    private static String close() {
        Registry.defaultRegistry().close();
        return "ok";
    }
}
