//! Forks of the process: none happens inside metra's locks, and a child is told from its parent.
//!
//! A child has one thread. Whatever lock another thread of the parent held at that moment would stay locked in it for
//! ever. So every lock of metra is held [`inside`] a gate, a fork waits until nobody is in there, and nobody gets in
//! until the fork is done. Foreign code never runs inside, and nobody waits there for anything but a lock.

use std::cell::Cell;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

/// One more than the number of forks between this process and the one that loaded metra. A global, because it is a fact
/// about the process.
static GENERATION: AtomicU64 = AtomicU64::new(1);

/// The number of threads inside, plus [`FORK`] for every fork under way.
static GATE: AtomicU64 = AtomicU64::new(0);
const FORK: u64 = 1 << 32;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// This process's generation; never 0. Threads of an earlier one do not exist here.
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// Keeps the process from forking until it is dropped, on the thread that made it.
#[derive(Debug)]
pub(crate) struct Inside {
    _not_send: std::marker::PhantomData<*const ()>,
}

/// Goes inside; waits while a fork is under way. Inside already, it is free.
pub(crate) fn inside() -> Inside {
    watch();
    let depth = DEPTH.get();
    // First, so that a signal handler that forks in between does not wait for its own thread.
    DEPTH.set(depth + 1);
    if depth == 0 {
        // Acquire pairs with the end of a fork: what the child changed for itself is seen.
        while GATE.fetch_add(1, Ordering::Acquire) >= FORK {
            GATE.fetch_sub(1, Ordering::Release);
            while GATE.load(Ordering::Relaxed) >= FORK {
                std::thread::yield_now();
            }
        }
    }
    Inside {
        _not_send: std::marker::PhantomData,
    }
}

/// Whether this thread is inside, where no foreign code may run.
pub(crate) fn is_inside() -> bool {
    DEPTH.get() > 0
}

impl Drop for Inside {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        if depth == 0 {
            // Release pairs with the fork that waits: all that was done inside is done.
            GATE.fetch_sub(1, Ordering::Release);
        }
        DEPTH.set(depth);
    }
}

/// Starts to notice forks.
fn watch() {
    static WATCHING: Once = Once::new();
    // SAFETY: the handlers live as long as the process, because the library is never unloaded, and do nothing but what
    // may be done around a fork. The only failure is being out of memory, and then forks go unnoticed.
    WATCHING.call_once(|| unsafe {
        libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child));
    });
}

/// One if the thread that forks is inside itself, in a signal handler.
fn own() -> u64 {
    u64::from(DEPTH.get() > 0)
}

extern "C" fn before() {
    GATE.fetch_add(FORK, Ordering::AcqRel);
    while GATE.load(Ordering::Acquire) % FORK > own() {
        std::thread::yield_now();
    }
}

extern "C" fn after_in_parent() {
    GATE.fetch_sub(FORK, Ordering::Release);
}

extern "C" fn after_in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    #[cfg(feature = "http")]
    super::descriptors::close_in_child();
    GATE.store(own(), Ordering::Release);
}
