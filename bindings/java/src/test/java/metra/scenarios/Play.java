package metra.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import metra.Clock;
import metra.Config;
import metra.Counter;
import metra.CounterCell;
import metra.Distribution;
import metra.DistributionCell;
import metra.Format;
import metra.Gauge;
import metra.Histogram;
import metra.IdentityOptions;
import metra.JobInfo;
import metra.Meter;
import metra.MeterCell;
import metra.MeterReading;
import metra.MetricGroup;
import metra.MonotonicCounter;
import metra.MonotonicCounterCell;
import metra.OperatorInfo;
import metra.Registry;
import metra.Scene;
import metra.SettableGauge;
import metra.TaskInfo;
import metra.ValueType;

/** One scenario under way. */
final class Play implements AutoCloseable {
    private static final List<String> TYPES = List.of("int64", "double", "bool", "text");

    private final Clock clock = new Clock();
    private final Recorder recorder = new Recorder();
    private final Registry registry;
    private final Map<String, Object> made = new HashMap<>();
    private final Map<String, WeakReference<Answers>> suppliers = new HashMap<>();

    Play(Map<String, String> settings) {
        try (Config config = new Config().setClock(clock).addReporter("scenario", recorder)) {
            config.set("metrics.gauge.timeout", Scene.PATIENCE);
            settings.forEach(config::set);
            registry = new Registry(config);
        }
    }

    @Override
    public void close() {
        registry.close();
        clock.close();
    }

    /** Does what a step says. Gives what its verb gives, or what it made. */
    Object play(Step step) throws IOException, InterruptedException {
        String verb = step.text("do");
        Object answer = make(verb, step);
        if (answer != null) {
            String name = step.text("as");
            made.put(name, answer);
            return null;
        }
        return act(verb, step);
    }

    /** What a verb makes, or null for the others. */
    private Object make(String verb, Step step) {
        return switch (verb) {
            case "root" -> registry.root(step.text("name"), step.texts("variables"));
            case "taskmanager" -> registry.taskManager(step.text("host"), step.text("tm_id"));
            case "jobmanager" -> registry.jobManager(step.text("host"));
            case "job" -> group(step).job(new JobInfo(step.text("job_id"), step.text("job_name")));
            case "task" -> group(step).task(task(step));
            case "operator" -> group(step).operator(operator(step));
            case "add_group" -> step.has("value")
                    ? group(step).addGroup(step.text("name"), step.text("value"))
                    : group(step).addGroup(step.text("name"));
            case "token" -> group(step).token();
            case "from_token" -> MetricGroup.fromToken((Long) named(step, "token"));
            case "counter" -> group(step).counter(step.text("name"));
            case "monotonic_counter" -> group(step).monotonicCounter(step.text("name"));
            case "gauge" -> gauge(step);
            case "settable_gauge" -> group(step).settableGauge(step.text("name"), type(step));
            case "distribution" -> group(step).distribution(step.text("name"));
            case "meter" -> meter(step);
            case "histogram" -> group(step).histogram(step.text("name"));
            case "cell_acquire" -> ownedCell(named(step, "metric"));
            case "cell_shared" -> sharedCell(named(step, "metric"));
            default -> null;
        };
    }

    private Object act(String verb, Step step) throws IOException, InterruptedException {
        switch (verb) {
            case "close" -> close(step);
            case "unregister" -> unregister(step);
            case "inc" -> increment(named(step, "metric"), step.number("by", 0));
            case "dec" -> ((Counter) named(step, "metric")).dec(step.number("by", 0));
            case "set" -> set(named(step, "metric"), Values.of(step.get("value")));
            case "update" -> update(named(step, "metric"), new long[] {step.number("value", 0)});
            case "update_many" -> updateMany(named(step, "metric"), values(step));
            case "mark_event" -> ((Meter) named(step, "metric")).markEvent(step.number("by", 0));
            case "cell_write" -> ((ScenarioCell) named(step, "cell")).write().accept(step.number("value", 0));
            case "cell_release" -> ((ScenarioCell) named(step, "cell")).release().run();
            case "advance" -> clock.advance(Duration.ofMillis(step.number("ms", 0)));
            default -> {
                return ask(verb, step);
            }
        }
        return null;
    }

    private Object ask(String verb, Step step) throws IOException, InterruptedException {
        return switch (verb) {
            case "is_closed" -> group(step).isClosed();
            case "identifier" -> identifier(step);
            case "logical_scope" -> group(step).getLogicalScope(options(step));
            case "scope_components" -> List.of(group(step).getScopeComponents());
            case "variables" -> group(step).getAllVariables();
            case "dropped" -> isDropped(step);
            case "read" -> Values.ofReading(read(named(step, "metric")));
            case "page" -> page();
            case "collect" -> collect();
            case "told" -> told(step.text("reporter"));
            default -> throw new AssertionError("unknown verb");
        };
    }

    private Object named(Step step, String field) {
        return made.get(step.text(field));
    }

    private MetricGroup group(Step step) {
        return (MetricGroup) named(step, "group");
    }

    private static TaskInfo task(Step step) {
        return new TaskInfo(
                step.text("task_id"),
                step.text("task_name"),
                step.text("task_attempt_id"),
                (int) step.number("subtask_index", 0),
                (int) step.number("task_attempt_num", 0));
    }

    private static OperatorInfo operator(Step step) {
        return new OperatorInfo(
                step.text("operator_id"),
                step.text("operator_name"),
                step.text("task_id"),
                step.text("task_name"),
                step.texts("variables"));
    }

    private static ValueType type(Step step) {
        return ValueType.values()[TYPES.indexOf(step.text("type"))];
    }

    private Gauge gauge(Step step) {
        List<Object> all = new ArrayList<>();
        step.get("answers").getAsJsonArray().forEach(answer -> all.add(Values.of(answer)));
        Answers answers = new Answers(all);
        suppliers.put(step.text("as"), new WeakReference<>(answers));
        return group(step).gauge(step.text("name"), answers);
    }

    private Meter meter(Step step) {
        long span = step.number("time_span_in_seconds", MetricGroup.DEFAULT_TIME_SPAN_IN_SECONDS);
        return step.has("over")
                ? group(step).meter(step.text("name"), (Counter) named(step, "over"), span)
                : group(step).meter(step.text("name"), span);
    }

    /** A way to write a metric, and how it ends. */
    private record ScenarioCell(LongConsumer write, Runnable release) {}

    private static ScenarioCell ownedCell(Object metric) {
        if (metric instanceof Counter counter) {
            CounterCell cell = counter.cell();
            return new ScenarioCell(cell::inc, cell::close);
        }
        if (metric instanceof MonotonicCounter counter) {
            MonotonicCounterCell cell = counter.cell();
            return new ScenarioCell(cell::inc, cell::close);
        }
        if (metric instanceof Meter meter) {
            MeterCell cell = meter.cell();
            return new ScenarioCell(cell::markEvent, cell::close);
        }
        DistributionCell cell = ((Distribution) metric).cell();
        return new ScenarioCell(cell::update, cell::close);
    }

    /** What Java writes without a cell of its own is the shared one. */
    private static ScenarioCell sharedCell(Object metric) {
        LongConsumer write;
        if (metric instanceof Counter counter) {
            write = counter::inc;
        } else if (metric instanceof MonotonicCounter counter) {
            write = counter::inc;
        } else if (metric instanceof Meter meter) {
            write = meter::markEvent;
        } else {
            write = ((Distribution) metric)::update;
        }
        return new ScenarioCell(write, () -> {});
    }

    private void close(Step step) {
        if (step.has("group")) {
            group(step).close();
        } else {
            registry.close();
        }
    }

    private void unregister(Step step) {
        if (step.has("metric")) {
            ((Gauge) named(step, "metric")).unregister();
        } else {
            group(step).unregister(step.text("name"));
        }
    }

    private static void increment(Object metric, long by) {
        if (metric instanceof Counter counter) {
            counter.inc(by);
        } else {
            ((MonotonicCounter) metric).inc(by);
        }
    }

    /** A gauge with a supplier ignores what is set; in Java nobody can even try. */
    private static void set(Object metric, Object value) {
        if (metric instanceof SettableGauge gauge) {
            set(gauge, value);
        }
    }

    private static void set(SettableGauge gauge, Object value) {
        if (value instanceof Long number) {
            gauge.set(number);
        } else if (value instanceof Double number) {
            gauge.set(number);
        } else if (value instanceof Boolean truth) {
            gauge.set(truth);
        } else {
            gauge.set((String) value);
        }
    }

    private static long[] values(Step step) {
        List<Long> values = new ArrayList<>();
        step.get("values").getAsJsonArray().forEach(value -> values.add(Values.number(value)));
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static void update(Object metric, long[] values) {
        for (long value : values) {
            if (metric instanceof Distribution distribution) {
                distribution.update(value);
            } else {
                ((Histogram) metric).update(value);
            }
        }
    }

    private static void updateMany(Object metric, long[] values) {
        if (metric instanceof Distribution distribution) {
            distribution.update(values);
        } else {
            ((Histogram) metric).update(values);
        }
    }

    private Object read(Object metric) {
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        if (metric instanceof MonotonicCounter counter) {
            return counter.getCount();
        }
        if (metric instanceof Meter meter) {
            return new MeterReading(meter.getCount(), meter.getRate());
        }
        if (metric instanceof Distribution distribution) {
            return distribution.read();
        }
        return metric instanceof Histogram histogram
                ? histogram.read()
                : registry.read((Gauge) metric).orElse(null);
    }

    private String identifier(Step step) {
        boolean isPlain = !step.has("delimiter") && !step.has("replace");
        return isPlain
                ? group(step).getMetricIdentifier(step.text("name"))
                : group(step).getMetricIdentifier(step.text("name"), options(step));
    }

    private static IdentityOptions options(Step step) {
        UnaryOperator<String> filter = step.has("replace") ? replacing(step.texts("replace")) : null;
        return new IdentityOptions(step.text("delimiter"), step.text("logical_delimiter"), filter);
    }

    private static UnaryOperator<String> replacing(Map<String, String> replacements) {
        return text -> {
            StringBuilder filtered = new StringBuilder();
            text.codePoints().mapToObj(Character::toString).forEach(character ->
                    filtered.append(replacements.getOrDefault(character, character)));
            return filtered.toString();
        };
    }

    /** Collects garbage as often as it takes, at most 10 s where it is expected to be gone. */
    private boolean isDropped(Step step) throws InterruptedException {
        WeakReference<Answers> supplier = suppliers.get(step.text("metric"));
        int attempts = step.get("expect").getAsBoolean() ? 1000 : 1;
        for (int attempt = 0; attempt < attempts && supplier.get() != null; attempt++) {
            System.gc();
            Thread.sleep(attempts == 1 ? 0 : 10);
        }
        return supplier.get() == null;
    }

    private List<String> page() throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        registry.write(Format.PROMETHEUS, page);
        String text = page.toString(StandardCharsets.UTF_8);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new AssertionError("the page ends inside a line");
        }
        return text.isEmpty() ? List.of() : List.of(text.substring(0, text.length() - 1).split("\n", -1));
    }

    private List<Object> collect() {
        List<Object> shown = new ArrayList<>();
        registry.collect(reading -> {
            Map<String, Object> entry = new HashMap<>();
            entry.put("type", reading.metric().type().name().toLowerCase());
            entry.put("name", reading.metric().name());
            entry.put("identifier", reading.metric().identifier());
            entry.put("logical_scope", reading.metric().logicalScope());
            entry.put("variables", reading.metric().variables());
            entry.put("value", Values.ofReading(reading.value()));
            shown.add(entry);
        });
        return shown;
    }

    private List<String> told(String reporter) {
        clock.advance(Duration.ZERO);
        return recorder.take(reporter);
    }
}
