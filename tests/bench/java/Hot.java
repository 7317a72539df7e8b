import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import metra.Counter;
import metra.CounterCell;
import metra.Distribution;
import metra.DistributionCell;
import metra.Histogram;
import metra.Meter;
import metra.Metra;
import metra.MetricGroup;
import metra.Registry;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Updates: metra beside Flink's counters, the JDK's, and a JNI call that does nothing. */
public final class Hot {
    private static final int BATCH = 64;
    private static final long UNCOUNTED = -1;

    private Hot() {}

    /** Takes the path of the library with the empty call. */
    public static void main(String[] arguments) throws InterruptedException {
        System.load(arguments[0]);
        System.out.printf("path,%s,,,0%n", Metra.hotPath());
        Rounds rounds = new Rounds();
        try (Registry registry = new Registry()) {
            MetricGroup root = registry.root("bench");
            addBaselines(rounds);
            addFlink(rounds);
            addCounters(rounds, root);
            addOthers(rounds, root);
            rounds.measure();
        }
    }

    /** Compiles to nothing, but keeps the compiler from folding the turns of a loop into one. */
    private static void fence() {
        VarHandle.releaseFence();
        VarHandle.acquireFence();
    }

    private static native void empty(long handle, long n);

    private static void addBaselines(Rounds rounds) {
        AtomicLong atomic = new AtomicLong();
        rounds.add("baseline", "lock xadd", times -> {
            for (long at = 0; at < times; at++) {
                atomic.getAndAdd(1);
                fence();
            }
        }, atomic::get);
        rounds.add("call", "empty JNI call", times -> {
            for (long at = 0; at < times; at++) {
                empty(times, at);
                fence();
            }
        }, () -> UNCOUNTED);
        LongAdder adder = new LongAdder();
        rounds.add("counter", "LongAdder", times -> {
            for (long at = 0; at < times; at++) {
                adder.increment();
                fence();
            }
        }, adder::sum);
    }

    private static void addFlink(Rounds rounds) {
        ThreadSafeSimpleCounter shared = new ThreadSafeSimpleCounter();
        rounds.add("counter", "Flink ThreadSafeSimpleCounter", times -> {
            for (long at = 0; at < times; at++) {
                shared.inc();
                fence();
            }
        }, shared::getCount);
        SimpleCounter owned = new SimpleCounter();
        rounds.addOwned("owned counter", "Flink SimpleCounter", times -> {
            for (long at = 0; at < times; at++) {
                owned.inc();
                fence();
            }
        }, owned::getCount);
        MeterView meter = new MeterView(new ThreadSafeSimpleCounter(), 60);
        rounds.add("meter", "Flink MeterView", times -> {
            for (long at = 0; at < times; at++) {
                meter.markEvent();
                fence();
            }
        }, meter::getCount);
    }

    private static void addCounters(Rounds rounds, MetricGroup root) {
        Counter shared = root.counter("shared");
        rounds.add("counter", "metra", times -> {
            for (long at = 0; at < times; at++) {
                shared.inc();
                fence();
            }
        }, shared::getCount);
        Counter contended = root.counter("contended");
        rounds.add("call", "metra counter", times -> {
            for (long at = 0; at < times; at++) {
                contended.incContended(1);
                fence();
            }
        }, contended::getCount);
        Counter counter = root.counter("owned");
        CounterCell cell = counter.cell();
        rounds.addOwned("owned counter", "metra", times -> {
            for (long at = 0; at < times; at++) {
                cell.inc();
                fence();
            }
        }, counter::getCount);
        Meter meter = root.meter("meter");
        rounds.add("meter", "metra", times -> {
            for (long at = 0; at < times; at++) {
                meter.markEvent();
                fence();
            }
        }, meter::getCount);
    }

    private static void addOthers(Rounds rounds, MetricGroup root) {
        Distribution distribution = root.distribution("distribution");
        rounds.add("call", "metra distribution", times -> {
            for (long at = 0; at < times; at++) {
                distribution.update(at);
                fence();
            }
        }, () -> distribution.read().count());
        Distribution owned = root.distribution("owned distribution");
        DistributionCell cell = owned.cell();
        rounds.addOwned("owned distribution", "metra", times -> {
            for (long at = 0; at < times; at++) {
                cell.update(at);
                fence();
            }
        }, () -> owned.read().count());
        Histogram histogram = root.histogram("histogram");
        rounds.add("histogram", "metra", times -> {
            for (long at = 0; at < times; at++) {
                histogram.update(at & 1023);
                fence();
            }
        }, histogram::getCount);
        long[] values = new long[BATCH];
        Histogram batches = root.histogram("batches");
        rounds.add("histogram", "metra by 64", times -> {
            for (long at = 0; at < times / BATCH; at++) {
                batches.update(values);
                fence();
            }
        }, () -> UNCOUNTED);
    }
}
