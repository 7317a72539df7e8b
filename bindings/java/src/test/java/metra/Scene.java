package metra;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A registry on a manual clock, whose log is kept. */
public final class Scene implements AutoCloseable {
    /** What readings wait for gauges: a JVM on a busy machine may need longer than the default for its first one. */
    public static final String PATIENCE = "1 min";

    public final Clock clock = new Clock();
    public final Config config = new Config().setClock(clock);
    public final List<String> log = Collections.synchronizedList(new ArrayList<>());
    public final Registry registry;

    public Scene() {
        this(config -> {});
    }

    public Scene(Consumer<Config> settings) {
        config.setLog((level, line) -> log.add(level + " " + line));
        config.set("metrics.gauge.timeout", PATIENCE);
        settings.accept(config);
        registry = new Registry(config);
    }

    public MetricGroup shop() {
        return registry.root("shop");
    }

    public void advance(long ms) {
        clock.advance(Duration.ofMillis(ms));
    }

    /** What every metric says, by identifier. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        registry.collect(reading -> values.put(reading.metric().identifier(), reading.value()));
        return values;
    }

    public String page() throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        registry.write(Format.PROMETHEUS, page);
        return page.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        registry.close();
        config.close();
        clock.close();
    }
}
