package metra;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * A part of a metric that one task or thread at a time writes, without an atomic instruction. What it counts is the
 * metric's at once, and stays so after the cell is closed. A cell that is closed ignores updates; closing again is
 * harmless.
 *
 * <p>The memory goes back to metra when this object cannot be reached, so that a writer who comes late hits nobody else's.
 */
public abstract class Cell implements AutoCloseable {
    /** Kept from being forgotten, and its registry with it. */
    private final Metric metric;
    private ByteBuffer memory;

    Cell(Metric metric, LongFunction<ByteBuffer> acquire, Consumer<ByteBuffer> release) {
        this.metric = metric;
        ByteBuffer memory = metric.using(acquire);
        this.memory = memory;
        Forgotten.CLEANER.register(this, () -> release.accept(memory));
    }

    /** Where to write now; whoever writes keeps this object reachable meanwhile. */
    final ByteBuffer memory() {
        return memory;
    }

    /** Adds to the first word. Readers on other threads see whole numbers; nobody else writes. */
    final void add(long n) {
        ByteBuffer own = memory;
        Word.VALUE.setOpaque(own, 0, (long) Word.VALUE.get(own, 0) + n);
        Reference.reachabilityFence(this);
    }

    /** Ends the use of the cell. */
    @Override
    public final void close() {
        memory = Word.WASTE;
    }
}
