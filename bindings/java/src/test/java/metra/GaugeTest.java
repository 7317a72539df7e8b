package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class GaugeTest {
    private final Scene scene = new Scene();
    private final MetricGroup shop = scene.shop();
    private final Scene hasty = new Scene(config -> config.set("metrics.gauge.timeout", "100 ms"));
    private final MetricGroup hastyShop = hasty.shop();

    @Test
    void suppliers_of_each_type_answer_with_it() {
        shop.gauge("long", () -> 7L);
        shop.gauge("int", () -> 7);
        shop.gauge("double", () -> 2.5);
        shop.gauge("boolean", () -> true);
        shop.gauge("text", () -> "grün 😀");
        shop.gauge("boxed", () -> Integer.valueOf(7));
        shop.gauge("other number", () -> new BigDecimal("2.5"));
        List<Object> values = List.of(7L, 7L, 2.5, true, "grün 😀", 7L, 2.5);
        assertEquals(values, List.copyOf(scene.values().values()));
    }

    @Test
    void a_supplier_may_change_the_type_of_its_answers() {
        AtomicInteger asked = new AtomicInteger();
        Object[] answers = {1, 2.5, "three", null, false};
        Gauge gauge = shop.gauge("q", (Supplier<Object>) () -> answers[asked.getAndIncrement()]);
        for (Object answer : new Object[] {1L, 2.5, "three", null, false}) {
            assertEquals(Optional.ofNullable(answer), scene.registry.read(gauge));
        }
    }

    @Test
    void what_a_supplier_throws_is_no_value_and_said_once() {
        List<LogRecord> records = new ArrayList<>();
        Handler handler = recordingInto(records);
        Logger.getLogger("metra").addHandler(handler);
        Logger.getLogger("metra").setUseParentHandlers(false);
        RuntimeException thrown = new IllegalStateException("broken");
        shop.gauge("broken", (LongSupplier) () -> {
            throw thrown;
        });
        shop.gauge("works", () -> 1);
        for (int reading = 0; reading < 3; reading++) {
            assertNull(scene.values().get("shop.broken"));
            assertEquals(1L, scene.values().get("shop.works"));
        }
        Logger.getLogger("metra").removeHandler(handler);
        Logger.getLogger("metra").setUseParentHandlers(true);
        assertEquals(1, records.size());
        assertSame(thrown, records.get(0).getThrown());
        assertEquals(6, scene.registry.losses().gaugeFailures());
    }

    @Test
    void an_error_or_an_answer_of_another_type_loses_only_its_own_value() {
        Logger.getLogger("metra").setUseParentHandlers(false);
        shop.gauge("deep", () -> bottomless(0));
        shop.gauge("type", () -> new Object());
        shop.gauge("nul", () -> "a\0b");
        shop.gauge("works", () -> 1);
        assertNull(scene.values().get("shop.deep"));
        assertNull(scene.values().get("shop.type"));
        assertNull(scene.values().get("shop.nul"));
        assertEquals(1L, scene.values().get("shop.works"));
        Logger.getLogger("metra").setUseParentHandlers(true);
    }

    @Test
    void one_that_blocks_is_left_out_until_it_returns() {
        CountDownLatch release = new CountDownLatch(1);
        block(hastyShop, release);
        hastyShop.counter("orders").inc();
        assertNull(hasty.values().get("shop.blocks"));
        assertEquals(1L, hasty.values().get("shop.orders"));
        Refusal.of(Status.TIMEOUT, () -> hastyShop.unregister("blocks"));
        release.countDown();
    }

    @Test
    void closing_a_group_waits_no_longer_than_the_timeout_and_again_when_called_again() {
        CountDownLatch release = new CountDownLatch(1);
        MetricGroup sub = hastyShop.addGroup("sub");
        block(sub, release);
        Refusal.of(Status.TIMEOUT, sub::close);
        assertTrue(sub.isClosed());
        Refusal.of(Status.TIMEOUT, sub::close);
        release.countDown();
        closePatiently(sub);
        sub.close();
    }

    @Test
    void one_may_close_its_own_group_and_registry() {
        MetricGroup sub = shop.addGroup("sub");
        sub.gauge("closes", (LongSupplier) () -> {
            sub.close();
            return 5;
        });
        scene.values();
        assertTrue(sub.isClosed());
        shop.gauge("ends", (LongSupplier) () -> {
            scene.registry.close(Duration.ofSeconds(1));
            return 5;
        });
        scene.values();
        assertTrue(shop.isClosed());
    }

    @Test
    void reading_inside_a_supplier_is_refused() {
        AtomicReference<Status> status = new AtomicReference<>();
        shop.gauge("reads", (LongSupplier) () -> {
            try {
                scene.registry.collect(reading -> {});
            } catch (MetraException exception) {
                status.set(exception.status());
            }
            return 1;
        });
        scene.values();
        assertEquals(Status.BUSY, status.get());
    }

    @Test
    void a_second_gauge_of_a_name_replaces_the_first_which_is_let_go() throws InterruptedException {
        WeakReference<LongSupplier> first = registered("q");
        shop.gauge("q", () -> 2);
        assertEquals(2L, scene.values().get("shop.q"));
        assertLetGo(first);
    }

    @Test
    void a_supplier_is_let_go_when_its_gauge_ends_however_that_is() throws InterruptedException {
        WeakReference<LongSupplier> unregistered = registered("a");
        shop.unregister("a");
        assertLetGo(unregistered);

        AtomicReference<Gauge> gauge = new AtomicReference<>();
        WeakReference<LongSupplier> ended = registered("b", gauge);
        scene.values();
        gauge.get().unregister();
        gauge.get().unregister();
        assertLetGo(ended);

        WeakReference<LongSupplier> closed = registered("c");
        shop.close();
        assertLetGo(closed);

        WeakReference<LongSupplier> refused = refused();
        assertLetGo(refused);
    }

    @Test
    void closing_the_object_leaves_the_gauge() {
        Gauge gauge = shop.gauge("q", () -> 3);
        gauge.close();
        gauge.close();
        gauge.unregister();
        assertEquals(Optional.empty(), scene.registry.read(gauge));
        assertEquals(3L, scene.values().get("shop.q"));
    }

    @Test
    void metras_threads_are_daemons_of_the_jvm() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        shop.gauge("thread", () -> {
            thread.set(Thread.currentThread());
            return 1;
        });
        scene.values();
        assertTrue(thread.get().isDaemon());
        assertFalse(thread.get() == Thread.currentThread());
    }

    /** Registers a gauge that blocks, and reads until it does. */
    private void block(MetricGroup group, CountDownLatch release) {
        CountDownLatch entered = new CountDownLatch(1);
        group.gauge("blocks", (LongSupplier) () -> {
            entered.countDown();
            await(release);
            return 5;
        });
        while (entered.getCount() > 0) {
            hasty.values();
        }
    }

    /** Closes a group whose gauge is about to return, however long that takes. */
    private static void closePatiently(MetricGroup group) {
        for (boolean isClosed = false; !isClosed; ) {
            try {
                group.close();
                isClosed = true;
            } catch (MetraException exception) {
                assertEquals(Status.TIMEOUT, exception.status());
            }
        }
    }

    private WeakReference<LongSupplier> registered(String name) {
        return registered(name, new AtomicReference<>());
    }

    private WeakReference<LongSupplier> registered(String name, AtomicReference<Gauge> gauge) {
        AtomicInteger captured = new AtomicInteger();
        LongSupplier supplier = captured::get;
        gauge.set(shop.gauge(name, supplier));
        return new WeakReference<>(supplier);
    }

    private WeakReference<LongSupplier> refused() {
        AtomicInteger captured = new AtomicInteger();
        LongSupplier supplier = captured::get;
        Refusal.of(Status.CLOSED, () -> shop.gauge("late", supplier));
        return new WeakReference<>(supplier);
    }

    /** Collects garbage until it is gone; it hangs if that never happens, which the runner ends. */
    private static void assertLetGo(WeakReference<?> reference) throws InterruptedException {
        for (int attempt = 0; reference.get() != null; attempt++) {
            assertTrue(attempt < 1000, "still referenced");
            System.gc();
            Thread.sleep(1);
        }
    }

    private static long bottomless(long depth) {
        return bottomless(depth + 1) + 1;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException exception) {
            throw new IllegalStateException(exception);
        }
    }

    private static Handler recordingInto(List<LogRecord> records) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
