package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private static final int THREADS = 4;
    private static final int TIMES = 20_000;

    private final Scene scene = new Scene();

    @Test
    void nothing_is_lost_whichever_way_threads_count() throws Exception {
        Counter counter = scene.shop().counter("orders");
        Distribution distribution = scene.shop().distribution("size");
        onThreads(() -> {
            try (CounterCell cell = counter.cell();
                    DistributionCell sizes = distribution.cell()) {
                for (int time = 0; time < TIMES; time++) {
                    counter.inc();
                    counter.incContended(1);
                    cell.inc();
                    sizes.update(time);
                    distribution.update(time);
                }
            }
            return null;
        });
        assertEquals(3L * THREADS * TIMES, counter.getCount());
        DistributionReading reading = distribution.read();
        assertEquals(2L * THREADS * TIMES, reading.count());
        assertEquals(2L * THREADS * (TIMES - 1) * TIMES / 2, reading.sum());
        assertEquals(0, reading.min());
        assertEquals(TIMES - 1, reading.max());
    }

    @Test
    void readings_meanwhile_are_of_one_moment() throws Exception {
        Distribution distribution = scene.shop().distribution("size");
        AtomicBoolean isOver = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            try (DistributionCell cell = distribution.cell()) {
                while (!isOver.get()) {
                    cell.update(7);
                }
            }
        });
        writer.start();
        for (int time = 0; time < TIMES; time++) {
            DistributionReading reading = distribution.read();
            assertEquals(7 * reading.count(), reading.sum());
            assertTrue(reading.count() == 0 || (reading.min() == 7 && reading.max() == 7 && reading.mean() == 7));
        }
        isOver.set(true);
        writer.join();
    }

    @Test
    void objects_that_nobody_closes_go_while_others_are_used() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!isOver.get()) {
                System.gc();
            }
        });
        collector.start();
        onThreads(() -> {
            for (int time = 0; time < TIMES / 10; time++) {
                MetricGroup group = scene.shop().addGroup("sub" + time % 10);
                group.counter("c").inc();
                group.counter("c").cell().inc();
                group.counter("c").incContended(1);
                group.meter("m").markEvent();
                group.distribution("d").update(new long[] {time});
                group.histogram("h").update(time);
                group.settableGauge("s", ValueType.TEXT).set("text " + time);
                group.gauge("g" + Thread.currentThread().getId(), () -> "text");
                if (time % 100 == 0) {
                    scene.values();
                }
            }
            return null;
        });
        isOver.set(true);
        collector.join();
        long counted = 0;
        for (int sub = 0; sub < 10; sub++) {
            counted += scene.shop().addGroup("sub" + sub).counter("c").getCount();
        }
        assertEquals(3L * THREADS * (TIMES / 10), counted);
    }

    @Test
    void closing_races_no_call() throws Exception {
        for (int round = 0; round < 200; round++) {
            Config config = new Config();
            MetricGroup group = scene.shop().addGroup("round" + round);
            Counter counter = group.counter("c");
            CounterCell cell = counter.cell();
            onThreads(List.of(
                    () -> closing(config, group, counter, cell),
                    () -> using(config, group, counter),
                    () -> writing(cell),
                    () -> using(config, group, counter)));
        }
    }

    private static Void closing(Config config, MetricGroup group, Counter counter, CounterCell cell) {
        config.close();
        group.close();
        counter.close();
        cell.close();
        return null;
    }

    private static Void using(Config config, MetricGroup group, Counter counter) {
        try {
            for (int time = 0; time < 50; time++) {
                counter.inc();
                counter.getCount();
                group.histogram("h" + time).update(time);
                config.set("metrics.scope.delimiter", "-");
            }
        } catch (MetraException exception) {
            assertEquals(Status.CLOSED, exception.status());
        }
        return null;
    }

    private static Void writing(CounterCell cell) {
        for (int time = 0; time < 1000; time++) {
            cell.inc();
        }
        return null;
    }

    private static void onThreads(Callable<Void> work) throws Exception {
        onThreads(Collections.nCopies(THREADS, work));
    }

    private static void onThreads(List<Callable<Void>> works) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(works.size());
        List<Future<Void>> all = new ArrayList<>(threads.invokeAll(works));
        threads.shutdown();
        for (Future<Void> one : all) {
            one.get();
        }
    }
}
