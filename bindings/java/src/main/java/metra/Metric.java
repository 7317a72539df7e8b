package metra;

import java.lang.ref.Reference;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * A metric. Updates never throw, block or fail; any thread may make them. Closing it gives back this object, not the
 * metric, which stays with its group: {@link MetricGroup#close} and {@link MetricGroup#unregister} end metrics. An
 * object that is closed ignores updates and reads zero; closing again is harmless.
 *
 * <p>A hot path has no room for counting its users, so the native object stays until this one cannot be reached, and
 * closing only makes it forget the address.
 */
public abstract class Metric implements AutoCloseable {
    /** Kept from being forgotten, and its registry with it. */
    private final MetricGroup group;
    /** Zero once closed: C takes that for a metric that ignores updates. */
    long handle;

    Metric(MetricGroup group, long handle, LongConsumer free) {
        this.group = group;
        this.handle = handle;
        Forgotten.CLEANER.register(this, () -> free.accept(handle));
    }

    /** Calls something with the native object, or with zero once closed. */
    final <T> T using(LongFunction<T> call) {
        try {
            return call.apply(handle);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Gives the metric back. It stays registered. */
    @Override
    public void close() {
        handle = 0;
    }
}
