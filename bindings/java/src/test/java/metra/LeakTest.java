package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** A million registrations and closes, in a JVM whose heap does not grow. */
class LeakTest {
    private static final int BEGINNING = 100_000;
    private static final int BETWEEN = 50_000;
    private static final int ALL = 1_000_000;

    static final class Program {
        private static final AtomicLong LIVE = new AtomicLong();

        private Program() {}

        /** A supplier that is counted until it is collected. */
        private static final class Counted implements LongSupplier {
            Counted() {
                LIVE.incrementAndGet();
                Forgotten.CLEANER.register(this, LIVE::decrementAndGet);
            }

            @Override
            public long getAsLong() {
                return 1;
            }
        }

        public static void main(String[] arguments) throws IOException, InterruptedException {
            long beginning = 0;
            try (Registry registry = new Registry()) {
                MetricGroup root = registry.root("leak");
                for (int time = 2; time <= ALL; time += 2) {
                    register(root);
                    // How far the cleaner lags behind on a busy machine is no leak.
                    long now = time % BETWEEN == 0 ? resident() : 0;
                    beginning = time == BEGINNING ? now : beginning;
                }
            }
            System.out.println("beginning " + beginning + " end " + resident() + " suppliers " + LIVE.get());
        }

        /** Two registrations and closes. */
        private static void register(MetricGroup root) {
            try (MetricGroup group = root.addGroup("sub");
                    Counter counter = group.counter("counter");
                    CounterCell cell = counter.cell();
                    Gauge gauge = group.gauge("gauge", new Counted())) {
                counter.inc();
                cell.inc();
            }
        }

        /** Kilobytes in memory once the cleaner has freed what it has to. */
        private static long resident() throws IOException, InterruptedException {
            for (int attempt = 0; attempt < 1000 && (attempt < 3 || LIVE.get() > 0); attempt++) {
                System.gc();
                Thread.sleep(10);
            }
            String status = Files.readString(Path.of("/proc/self/status"));
            return Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s*(\\d+) kB.*", "$1"));
        }
    }

    @Test
    void a_million_registrations_and_closes_leave_nothing_behind() {
        Child.Outcome outcome = Child.java(
                Program.class, List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        assertEquals(0, outcome.status(), outcome.output());
        String[] words = outcome.output().strip().split(" ");
        long beginning = Long.parseLong(words[1]);
        long end = Long.parseLong(words[3]);
        System.out.println(outcome.output().strip());
        assertTrue(end <= beginning * 1.05, outcome.output());
        assertEquals("0", words[5], outcome.output());
    }
}
