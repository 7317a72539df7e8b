package metra;

import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * A part of a metric that one task or thread at a time writes, without an atomic instruction. What it counts is the
 * metric's at once, and stays so after the cell is closed. A cell that is closed ignores updates; closing again is
 * harmless.
 *
 * <p>The memory goes back to metra when this object cannot be reached, so that a writer who comes late hits nobody
 * else's.
 */
public abstract class Cell implements AutoCloseable {
    private static final LongBuffer WASTE = words(Word.WASTE);

    /** Kept from being forgotten, and its registry with it. */
    private final Metric metric;
    private LongBuffer words;

    Cell(Metric metric, LongFunction<ByteBuffer> acquire, Consumer<ByteBuffer> release) {
        this.metric = metric;
        ByteBuffer memory = metric.using(acquire);
        words = words(memory);
        Forgotten.CLEANER.register(this, () -> release.accept(memory));
    }

    private static LongBuffer words(ByteBuffer memory) {
        return memory.order(ByteOrder.nativeOrder()).asLongBuffer();
    }

    /** Where to write now; whoever writes keeps this object reachable meanwhile. */
    final LongBuffer words() {
        return words;
    }

    /**
     * Adds to the first word, which nobody else writes. A plain store to an aligned word is whole for readers on other
     * threads; the fence, no instruction on x86-64, keeps the compiler from storing once for many. An opaque access of
     * a VarHandle says the same, but checks so much on the way that it takes several times as long.
     */
    final void add(long n) {
        LongBuffer own = words;
        own.put(0, own.get(0) + n);
        VarHandle.releaseFence();
        Reference.reachabilityFence(this);
    }

    /** Ends the use of the cell. */
    @Override
    public final void close() {
        words = WASTE;
    }
}
