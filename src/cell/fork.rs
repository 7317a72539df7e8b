//! Which process a lock in a cell was taken in.

use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

/// One more than the number of forks between this process and the one that loaded metra.
///
/// A global, because it is a fact about the process: whoever holds a lock of an earlier generation is a thread of the
/// parent, does not exist here, and will never let go.
static GENERATION: AtomicU64 = AtomicU64::new(1);

/// This process's generation; never 0.
pub(super) fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// Starts to notice forks; once per process is enough, more does no harm.
pub(super) fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(register);
}

#[cfg(unix)]
fn register() {
    // The only failure is being out of memory. Then a child does not know an orphaned lock from a busy one, and an
    // update waits for it only if every stripe was locked at the moment of the fork.
    // SAFETY: the function lives as long as the process, because the library is never unloaded, and does nothing that
    // a child of a process with threads may not do.
    unsafe { libc::pthread_atfork(None, None, Some(count_fork)) };
}

#[cfg(not(unix))]
fn register() {}

/// Runs in the child before any of its threads can update a metric.
#[cfg(unix)]
extern "C" fn count_fork() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}
