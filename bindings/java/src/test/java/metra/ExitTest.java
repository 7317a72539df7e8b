package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A JVM ends, each in a process of its own. */
class ExitTest {
    /** Prints what metrics say at the last report: the clock stands still, so there is no other. */
    private static final class Printer implements Reporter {
        @Override
        public void report(ReporterInfo reporter, Report report) {
            report.collect(reading -> System.out.println(reading.metric().identifier() + "=" + reading.value()));
        }
    }

    public static final class Program {
        private static Scene scene;

        private Program() {}

        public static void main(String[] arguments) throws InterruptedException {
            scene = new Scene(config -> config.addReporter("printer", new Printer())
                    .set("metrics.reporter.r.factory.class", "printer"));
            switch (arguments[0]) {
                case "hook" -> closeInHook();
                case "exit" -> exitInSupplier();
                default -> hang();
            }
        }

        private static void closeInHook() {
            scene.shop().gauge("queue", () -> 3L);
            Runtime.getRuntime().addShutdownHook(new Thread(scene::close));
        }

        private static void exitInSupplier() {
            scene.shop().gauge("queue", () -> {
                System.exit(3);
                return 0L;
            });
            scene.values();
        }

        private static void hang() throws InterruptedException {
            CountDownLatch asked = new CountDownLatch(1);
            scene.shop().gauge("queue", () -> {
                asked.countDown();
                forever();
                return 0L;
            });
            Thread reader = new Thread(scene::values);
            reader.setDaemon(true);
            reader.start();
            asked.await();
        }

        private static void forever() {
            while (true) {
                LockSupport.park();
            }
        }
    }

    private static void assertEnds(String how, int status, String output) {
        assertEquals(new Child.Outcome(status, output), Child.java(Program.class, List.of(), how));
    }

    @Test
    void a_shutdown_hook_may_close_a_registry_which_reports_a_last_time() {
        assertEnds("hook", 0, "shop.queue=3\n");
    }

    @Test
    void a_supplier_may_end_it() {
        assertEnds("exit", 3, "");
    }

    @Test
    void a_supplier_that_hangs_does_not_keep_it() {
        assertEnds("hang", 0, "");
    }
}
