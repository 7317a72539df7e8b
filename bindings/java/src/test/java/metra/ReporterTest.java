package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ReporterTest {
    /** Writes down what it is told. */
    private static final class Recorder implements Reporter {
        final List<String> told = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void added(ReporterInfo reporter, MetricInfo metric) {
            told.add(reporter.name() + " added " + metric.identifier() + " " + metric.variables());
        }

        @Override
        public void removed(ReporterInfo reporter, MetricInfo metric) {
            told.add(reporter.name() + " removed " + metric.identifier());
        }

        @Override
        public void report(ReporterInfo reporter, Report report) {
            report.collect(reading -> told.add(
                    reporter.name() + " reports " + reading.metric().identifier() + "=" + reading.value()));
        }

        @Override
        public void close(ReporterInfo reporter) {
            told.add(reporter.name() + " closes");
        }
    }

    private static Scene sceneOf(Reporter reporter) {
        return new Scene(config -> config.addReporter("mine", reporter)
                .set("metrics.reporter.r.factory.class", "mine")
                .set("metrics.reporter.r.scope.delimiter", "-")
                .set("metrics.reporter.r.interval", "1 s"));
    }

    @Test
    void it_is_told_of_metrics_reports_at_its_interval_and_closes_last() {
        Recorder recorder = new Recorder();
        try (Scene scene = sceneOf(recorder)) {
            MetricGroup group = scene.shop().addGroup("k", "v");
            group.counter("orders").inc(2);
            group.gauge("queue", () -> "long");
            scene.advance(1000);
            group.unregister("orders");
        }
        assertEquals(
                List.of(
                        "r added shop-k-v-orders {<k>=v}",
                        "r added shop-k-v-queue {<k>=v}",
                        "r reports shop-k-v-orders=2",
                        "r reports shop-k-v-queue=long",
                        "r removed shop-k-v-orders",
                        "r reports shop-k-v-queue=long",
                        "r closes"),
                recorder.told);
    }

    @Test
    void what_it_throws_loses_that_call_only() {
        Logger.getLogger("metra").setUseParentHandlers(false);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Reporter throwing = new Reporter() {
            @Override
            public void added(ReporterInfo reporter, MetricInfo metric) {
                told.add("added " + metric.name());
                throw new IllegalStateException("cannot add");
            }

            @Override
            public void report(ReporterInfo reporter, Report report) {
                report.collect(reading -> {
                    told.add("report " + reading.metric().name());
                    throw new IllegalStateException("cannot report");
                });
            }
        };
        try (Scene scene = sceneOf(throwing)) {
            scene.shop().counter("a");
            scene.shop().counter("b");
            scene.advance(2000);
        }
        Logger.getLogger("metra").setUseParentHandlers(true);
        assertEquals(List.of("added a", "added b", "report a", "report a", "report a"), told);
    }

    @Test
    void a_report_that_is_over_or_on_another_thread_shows_nothing() {
        AtomicReference<Report> kept = new AtomicReference<>();
        Reporter keeping = new Reporter() {
            @Override
            public void report(ReporterInfo reporter, Report report) {
                kept.set(report);
            }
        };
        try (Scene scene = sceneOf(keeping)) {
            scene.shop().counter("a");
            scene.advance(1000);
            assertThrows(IllegalStateException.class, () -> kept.get().collect(reading -> {}));
        }
    }

    @Test
    void one_reporter_serves_every_name_of_its_class() {
        Recorder recorder = new Recorder();
        try (Scene scene = new Scene(config -> config.addReporter("mine", recorder)
                .set("metrics.reporter.a.factory.class", "mine")
                .set("metrics.reporter.b.factory.class", "mine"))) {
            scene.shop().counter("x");
            scene.advance(0);
        }
        List<String> news = List.of("a added shop.x {}", "b added shop.x {}", "a closes", "b closes");
        assertTrue(recorder.told.containsAll(news), recorder.told.toString());
    }

    @Test
    void nothing_that_is_null_reaches_metra() {
        Config config = new Config();
        assertThrows(NullPointerException.class, () -> config.addReporter("mine", null));
        assertThrows(NullPointerException.class, () -> config.setLog(null));
        Refusal.of(Status.NULL_ARGUMENT, () -> config.addReporter(null, new Recorder()));
    }
}
