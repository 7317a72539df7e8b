import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The measuring harness, as c/bench.h is for another language: interleaved rounds of short samples, on one thread and
 * on two, and the rows of the result. Its loops are warmed up first.
 */
final class Rounds {
    private static final int ROUNDS = setting("BENCH_ROUNDS", 41);
    private static final double SLICE_NS = 1000.0 * setting("BENCH_SLICE_US", 2000);
    private static final int WARM_UPS = 60;
    private static final long WARM_UP = 20_000;

    private final List<Operation> operations = new ArrayList<>();

    /** Something that is done very often: a loop of its own for each, so that it is compiled for itself. */
    private static final class Operation {
        final String name;
        final String subject;
        final LongConsumer loop;
        final LongSupplier count;
        final boolean shared;
        final double[] alone = new double[ROUNDS];
        final double[] together = new double[ROUNDS];
        long batch;
        long done;

        Operation(String name, String subject, LongConsumer loop, LongSupplier count, boolean shared) {
            this.name = name;
            this.subject = subject;
            this.loop = loop;
            this.count = count;
            this.shared = shared;
        }

        /** Nanoseconds for one time, of so many. */
        double time(long times) {
            long begin = System.nanoTime();
            loop.accept(times);
            return (System.nanoTime() - begin) / (double) times;
        }
    }

    /** Adds what two threads may do at once; {@code count} says how often it was done, negative if nobody counts. */
    void add(String name, String subject, LongConsumer loop, LongSupplier count) {
        operations.add(new Operation(name, subject, loop, count, true));
    }

    /** Adds what one thread may do. */
    void addOwned(String name, String subject, LongConsumer loop, LongSupplier count) {
        operations.add(new Operation(name, subject, loop, count, false));
    }

    void measure() throws InterruptedException {
        operations.forEach(Rounds::warmUp);
        for (int round = 0; round < ROUNDS; round++) {
            for (Operation operation : operations) {
                operation.alone[round] = operation.time(operation.batch);
                operation.done += operation.batch;
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Operation operation : operations) {
                if (operation.shared) {
                    operation.together[round] = together(operation);
                }
            }
        }
        operations.forEach(Rounds::report);
    }

    private static void warmUp(Operation operation) {
        double best = Double.MAX_VALUE;
        for (int turn = 0; turn < WARM_UPS; turn++) {
            best = Math.min(best, operation.time(WARM_UP));
        }
        operation.done = WARM_UPS * WARM_UP;
        // A multiple of 64, so that batches come out even.
        operation.batch = Math.max(1, (long) (SLICE_NS / best / 64)) * 64;
    }

    /** The time of the slower of two threads. */
    private static double together(Operation operation) throws InterruptedException {
        double[] times = new double[2];
        CyclicBarrier start = new CyclicBarrier(2);
        Thread[] threads = new Thread[2];
        for (int at = 0; at < 2; at++) {
            int index = at;
            threads[at] = new Thread(() -> {
                await(start);
                times[index] = operation.time(operation.batch);
            });
            threads[at].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        operation.done += 2 * operation.batch;
        return Math.max(times[0], times[1]);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException exception) {
            throw new IllegalStateException(exception);
        }
    }

    private static void report(Operation operation) {
        long counted = operation.count.getAsLong();
        if (counted >= 0 && counted != operation.done) {
            String what = operation.name + " of " + operation.subject;
            throw new IllegalStateException(what + " is " + counted + " and should be " + operation.done);
        }
        Arrays.sort(operation.alone);
        Arrays.sort(operation.together);
        row(operation, "1 thread min", operation.alone[0]);
        if (operation.shared) {
            row(operation, "2 threads median", operation.together[ROUNDS / 2]);
        }
    }

    private static void row(Operation operation, String measure, double value) {
        System.out.printf("%s,%s,,%s,%.4f%n", operation.name, operation.subject, measure, value);
    }

    private static int setting(String variable, int otherwise) {
        String text = System.getenv(variable);
        int value = text == null ? otherwise : Integer.parseInt(text);
        if (value <= 0) {
            throw new IllegalArgumentException(variable + " is no positive number");
        }
        return value;
    }
}
