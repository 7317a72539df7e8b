package metra;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * A native object that is freed exactly once: when it was released and the last call that uses it has returned, or,
 * should nobody release it, when nobody can reach it any more.
 */
abstract class Handle implements AutoCloseable {
    private final Resource resource;
    private final Cleaner.Cleanable cleanable;
    private final String name;

    /** Takes a native object; {@code name} is what an exception calls it after its release. */
    Handle(long address, LongConsumer free, String name) {
        resource = new Resource(address, free);
        cleanable = Forgotten.CLEANER.register(this, resource);
        this.name = name;
    }

    /** Calls something with the native object, which stays until the call has returned. */
    final <T> T using(LongFunction<T> call) {
        if (!resource.enter()) {
            throw new MetraException(Status.CLOSED, "the " + name + " is closed");
        }
        try {
            return call.apply(resource.address);
        } finally {
            leave();
            Reference.reachabilityFence(this);
        }
    }

    /** As {@link #using}, without a result. */
    final void with(LongConsumer call) {
        using(address -> {
            call.accept(address);
            return null;
        });
    }

    /** Lets no further call begin, and frees the object when none is under way. */
    final void release() {
        if (resource.retire()) {
            cleanable.clean();
        }
    }

    private void leave() {
        if (resource.leave()) {
            cleanable.clean();
        }
    }

    /** What the cleaner holds: it must not refer to the handle. */
    private static final class Resource implements Runnable {
        /** Added when the object is released; the rest counts the calls under way. */
        private static final int RELEASED = Integer.MIN_VALUE;

        private final long address;
        private final LongConsumer free;
        private final AtomicInteger uses = new AtomicInteger();

        Resource(long address, LongConsumer free) {
            this.address = address;
            this.free = free;
        }

        boolean enter() {
            int seen = uses.get();
            while (seen >= 0) {
                int witness = uses.compareAndExchange(seen, seen + 1);
                if (witness == seen) {
                    return true;
                }
                seen = witness;
            }
            return false;
        }

        /** Tells whether this was the last call of a released object. */
        boolean leave() {
            return uses.decrementAndGet() == RELEASED;
        }

        /** Tells whether the object is released now and nobody uses it. */
        boolean retire() {
            return uses.getAndUpdate(seen -> seen | RELEASED) == 0;
        }

        @Override
        public void run() {
            free.accept(address);
        }
    }
}
