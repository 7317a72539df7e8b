//! Locks that a forked child never finds locked, and that somebody else's panic does not poison.

use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::fork::{Inside, inside};

/// A mutual exclusion lock. While it is held the process does not fork, so it is held for short work only: never while
/// foreign code runs, never while anything is waited for.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T> {
    inner: std::sync::Mutex<T>,
}

/// The lock, held.
#[derive(Debug)]
pub(crate) struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
    // Dropped in this order: the lock is open again before the process may fork.
    guard: std::sync::MutexGuard<'a, T>,
    _inside: Inside,
}

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            inner: std::sync::Mutex::new(value),
        }
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        let inside = inside();
        Guard {
            mutex: self,
            guard: self.inner.lock().unwrap_or_else(PoisonError::into_inner),
            _inside: inside,
        }
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

/// Lets threads wait for a change of what a [`Mutex`] guards.
///
/// A count of notifications on a futex, because a waiter must not come back with the lock before it is inside again,
/// which the standard library's would.
#[derive(Debug, Default)]
pub(crate) struct Condvar {
    notified: AtomicU32,
}

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self {
            notified: AtomicU32::new(0),
        }
    }

    /// Opens the lock, waits for a notification, and takes the lock again. It may also return without one.
    pub(crate) fn wait<'a, T>(&self, guard: Guard<'a, T>) -> Guard<'a, T> {
        self.wait_for(guard, None)
    }

    /// As [`wait`](Self::wait), but no longer than until `deadline`.
    pub(crate) fn wait_until<'a, T>(&self, guard: Guard<'a, T>, deadline: Instant) -> Guard<'a, T> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.wait_for(guard, Some(left))
    }

    fn wait_for<'a, T>(&self, guard: Guard<'a, T>, patience: Option<Duration>) -> Guard<'a, T> {
        let mutex = guard.mutex;
        // Read under the lock: whoever changes something after this notifies after it too, and is not missed.
        let seen = self.notified.load(Ordering::Relaxed);
        drop(guard);
        futex_wait(&self.notified, seen, patience);
        mutex.lock()
    }

    /// Wakes everybody who waits.
    pub(crate) fn notify_all(&self) {
        self.notified.fetch_add(1, Ordering::Relaxed);
        futex_wake_all(&self.notified);
    }
}

/// Sleeps unless `word` differs from `seen`, until a wake, or for `patience`.
#[cfg(target_os = "linux")]
fn futex_wait(word: &AtomicU32, seen: u32, patience: Option<Duration>) {
    let timeout = patience.map(|patience| libc::timespec {
        tv_sec: patience.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: patience.subsec_nanos().into(),
    });
    let timeout = timeout
        .as_ref()
        .map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the word and the timeout live for the call; a futex changes neither.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            seen,
            timeout,
        );
    }
}

#[cfg(target_os = "linux")]
fn futex_wake_all(word: &AtomicU32) {
    // SAFETY: the word lives for the call; waking changes nothing.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            i32::MAX,
        );
    }
}

/// Where there is no futex, waiters look again after a while.
#[cfg(not(target_os = "linux"))]
fn futex_wait(word: &AtomicU32, seen: u32, patience: Option<Duration>) {
    const A_WHILE: Duration = Duration::from_millis(1);
    if word.load(Ordering::Relaxed) == seen {
        std::thread::sleep(patience.unwrap_or(A_WHILE).min(A_WHILE));
    }
}

#[cfg(not(target_os = "linux"))]
fn futex_wake_all(_: &AtomicU32) {}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn waiter_sees_every_change() {
        let shared = Arc::new((Mutex::new(0), Condvar::new()));
        let other = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for _ in 0..1000 {
                *other.0.lock() += 1;
                other.1.notify_all();
            }
        });
        let mut count = shared.0.lock();
        while *count < 1000 {
            count = shared.1.wait(count);
        }
        drop(count);
        thread.join().unwrap();
    }

    #[test]
    fn waiting_ends_at_the_deadline() {
        let (mutex, condvar) = (Mutex::new(()), Condvar::new());
        let deadline = Instant::now() + Duration::from_millis(10);
        let mut guard = mutex.lock();
        while Instant::now() < deadline {
            guard = condvar.wait_until(guard, deadline);
        }
        drop(guard);
    }

    #[test]
    fn panic_while_locked_does_not_poison() {
        let mutex = Mutex::new(1);
        let panicked = crate::caught::caught(|| {
            let _guard = mutex.lock();
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(panicked.is_none());
        assert_eq!(*mutex.lock(), 1);
    }
}
