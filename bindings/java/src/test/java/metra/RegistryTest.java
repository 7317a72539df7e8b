package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    private final Scene scene = new Scene();

    @Test
    void collect_shows_every_metric_with_its_identity_in_order() {
        scene.registry.root("shop", Map.of("zone", "b")).counter("orders").inc(2);
        scene.registry.root("shop", Map.of("zone", "b")).distribution("size");
        List<Reading> readings = new ArrayList<>();
        scene.registry.collect(readings::add);
        MetricInfo orders = readings.get(0).metric();
        assertEquals(2, readings.size());
        assertEquals(MetricType.COUNTER, orders.type());
        assertEquals("orders", orders.name());
        assertEquals("shop.orders", orders.identifier());
        assertEquals("shop", orders.logicalScope());
        assertEquals(Map.of("<zone>", "b"), orders.variables());
        assertEquals(2L, readings.get(0).value());
        assertEquals(MetricType.DISTRIBUTION, readings.get(1).metric().type());
    }

    @Test
    void what_a_visitor_throws_ends_the_collecting_and_reaches_the_caller() {
        scene.shop().counter("a");
        scene.shop().counter("b");
        RuntimeException thrown = new IllegalStateException("enough");
        List<Reading> seen = new ArrayList<>();
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> scene.registry.collect(reading -> {
            seen.add(reading);
            throw thrown;
        })));
        assertEquals(1, seen.size());
    }

    @Test
    void the_page_is_prometheus() throws IOException {
        scene.shop().counter("orders").inc(2);
        String page = "# HELP shop_orders orders (scope: shop)\n# TYPE shop_orders gauge\nshop_orders 2\n";
        assertEquals(page, scene.page());
    }

    @Test
    void a_large_page_arrives_whole() throws IOException {
        MetricGroup shop = scene.shop();
        for (int at = 0; at < 3000; at++) {
            shop.counter("orders" + at).inc(at);
        }
        List<String> lines = scene.page().lines().toList();
        assertEquals(9000, lines.size());
        assertTrue(lines.contains("shop_orders2999 2999"));
    }

    @Test
    void what_a_stream_throws_ends_the_writing_and_reaches_the_caller() {
        scene.shop().counter("orders");
        IOException thrown = new IOException("disk full");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw thrown;
            }
        };
        assertSame(thrown, assertThrows(IOException.class, () -> scene.registry.write(Format.PROMETHEUS, full)));
    }

    @Test
    void a_closed_registry_has_only_closed_groups_and_closes_again() throws IOException {
        MetricGroup shop = scene.shop();
        Counter counter = shop.counter("orders");
        scene.registry.close();
        scene.registry.close(Duration.ZERO);
        counter.inc();
        assertEquals(1, counter.getCount());
        assertTrue(shop.isClosed());
        assertEquals("", scene.page());
        assertEquals(0, scene.registry.losses().panics());
        Refusal.of(Status.CLOSED, () -> scene.registry.root("shop"));
        Refusal.of(Status.CLOSED, () -> scene.registry.taskManager("a", "b"));
        Refusal.of(Status.CLOSED, () -> shop.counter("late"));
    }

    @Test
    void losses_count_what_was_survived() {
        scene.shop().addGroup("k", "outer").addGroup("k", "inner").counter("x");
        assertEquals(1, scene.registry.losses().hiddenVariables());
        assertEquals(1, scene.log.size());
        assertTrue(scene.log.get(0).startsWith("WARN "), scene.log.get(0));
    }

    @Test
    void reporters_are_described() {
        try (Scene served = new Scene(config -> config.set("metrics.reporter.p.factory.class", "prometheus")
                .set("metrics.reporter.p.port", "0"))) {
            ReporterInfo reporter = served.registry.reporters().get(0);
            assertEquals("p", reporter.name());
            assertEquals(".", reporter.delimiter());
            assertTrue(reporter.address().startsWith("127.0.0.1:"));
        }
    }

    @Test
    void a_configuration_is_copied_and_a_closed_one_refused() {
        Config config = new Config().set("metrics.scope.delimiter", "-");
        try (Registry registry = new Registry(config)) {
            config.set("metrics.scope.delimiter", "/");
            config.close();
            config.close();
            assertEquals("shop-x", registry.root("shop").getMetricIdentifier("x"));
        }
        assertEquals("the configuration is closed", Refusal.of(Status.CLOSED, () -> new Registry(config)));
        Refusal.of(Status.CLOSED, () -> config.set("a", "b"));
    }

    @Test
    void bad_configurations_are_refused_naming_key_and_value(@TempDir Path folder) throws IOException {
        Config config = new Config();
        String message = Refusal.of(Status.CONFIG, () -> config.set("metrics.gauge.timeout", "soon"));
        assertTrue(message.contains("metrics.gauge.timeout") && message.contains("soon"), message);
        Refusal.of(Status.NULL_ARGUMENT, () -> config.set(null, "x"));
        Refusal.of(Status.NULL_ARGUMENT, () -> config.set("x", null));
        Refusal.of(Status.INVALID_ARGUMENT, () -> config.set("x", "a\0b"));
        Refusal.of(Status.IO, () -> config.load(folder.resolve("nothing.yaml")));
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "metrics: [");
        Refusal.of(Status.CONFIG, () -> config.load(bad));
        Path good = Files.writeString(folder.resolve("ä 😀.yaml"), "metrics.scope.delimiter: '-'");
        try (Registry registry = new Registry(config.load(good))) {
            assertEquals("shop-x", registry.root("shop").getMetricIdentifier("x"));
        }
    }

    @Test
    void a_registry_whose_port_is_taken_is_refused() {
        try (Scene first = new Scene(config -> config.set("metrics.reporter.p.factory.class", "prometheus")
                .set("metrics.reporter.p.port", "0"))) {
            String address = first.registry.reporters().get(0).address();
            Config config = new Config()
                    .set("metrics.reporter.p.factory.class", "prometheus")
                    .set("metrics.reporter.p.port", address.substring(address.indexOf(':') + 1));
            Refusal.of(Status.IO, () -> new Registry(config));
        }
    }

    @Test
    void time_does_not_go_back() {
        Refusal.of(Status.INVALID_ARGUMENT, () -> scene.clock.advance(Duration.ofMillis(-1)));
        Clock clock = new Clock();
        clock.close();
        clock.close();
        Refusal.of(Status.CLOSED, () -> clock.advance(Duration.ZERO));
    }

    @Test
    void the_default_registry_is_one_for_all_and_set_once() {
        Registry first = Registry.defaultRegistry();
        first.root("default").counter("orders").inc(3);
        assertEquals(3, Registry.defaultRegistry().root("default").counter("orders").getCount());
        first.setDefault();
        Refusal.of(Status.BUSY, scene.registry::setDefault);
    }

    @Test
    void statuses_have_the_names_and_numbers_of_the_header() {
        for (Status status : Status.values()) {
            assertEquals("METRA_ERROR_" + status, status.symbol());
        }
    }

    @Test
    void the_library_says_its_version_and_its_hot_path() {
        assertTrue(Metra.version().startsWith("0.1."), Metra.version());
        assertTrue(!Metra.hotPath().isEmpty());
    }
}
