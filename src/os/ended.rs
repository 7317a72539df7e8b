//! The end of a thread, for those who wait for it no longer than they choose to.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::fork;
use super::sync::{Condvar, Mutex};
use super::thread;

/// A thread that can be waited for. Dropping this leaves the thread to itself.
///
/// In a child forked by the process that started the thread it is the memory of a thread: nothing to wait for.
#[derive(Debug)]
pub(crate) struct Waited {
    ended: Arc<Ended>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// That of the process that has the thread.
    generation: u64,
}

impl Waited {
    /// Starts a thread, as [`thread::spawn`] does.
    pub(crate) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let ended = Arc::<Ended>::default();
        let mark = MarkEnded(Arc::clone(&ended));
        let thread = thread::spawn(name, move || {
            // Dropped last, when the body has given everything back.
            let _mark = mark;
            body();
        })?;
        Ok(Self {
            ended,
            thread: Mutex::new(Some(thread)),
            generation: fork::generation(),
        })
    }

    /// Whether this process has the thread, or had it before it ended.
    pub(crate) fn is_ours(&self) -> bool {
        self.generation == fork::generation()
    }

    /// Waits until the thread is gone, at most for `patience`; whether it is. Must not be called by the thread itself
    /// with any patience.
    pub(crate) fn wait(&self, patience: Duration) -> bool {
        if !self.is_ours() {
            return true;
        }
        if !self.ended.wait(patience) {
            return false;
        }
        // All that is left of the thread is its exit.
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
        true
    }

    /// Makes this what it is in a forked child.
    #[cfg(test)]
    pub(crate) fn seem_forked(&mut self) {
        self.generation = 0;
    }
}

impl Drop for Waited {
    fn drop(&mut self) {
        if !self.is_ours() {
            // There is no such thread here, and what stood for it may be gone: not to be touched.
            std::mem::forget(self.thread.lock().take());
        }
    }
}

/// Whether a thread has given everything back.
#[derive(Debug, Default)]
struct Ended {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Ended {
    /// Waits for the end, at most for `patience`; whether it has come.
    fn wait(&self, patience: Duration) -> bool {
        let deadline = Instant::now().checked_add(patience);
        let mut flag = self.flag.lock();
        while !*flag {
            flag = match deadline {
                Some(deadline) if Instant::now() >= deadline => return false,
                Some(deadline) => self.changed.wait_until(flag, deadline),
                None => self.changed.wait(flag),
            };
        }
        true
    }
}

/// What the thread owns: dropping it, also by a panic, is the end.
struct MarkEnded(Arc<Ended>);

impl Drop for MarkEnded {
    fn drop(&mut self) {
        *self.0.flag.lock() = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn running_thread_is_waited_for_no_longer_than_told() {
        let (leave, left) = mpsc::channel::<()>();
        let thread = Waited::spawn("metra-test", move || left.recv().unwrap_or_default()).unwrap();
        assert!(!thread.wait(Duration::from_millis(1)));
        leave.send(()).unwrap();
        assert!(thread.wait(Duration::from_secs(60)));
        assert!(thread.wait(Duration::ZERO));
    }

    #[test]
    fn forked_child_has_nothing_to_wait_for() {
        let (leave, left) = mpsc::channel::<()>();
        let body = move || left.recv().unwrap_or_default();
        let mut thread = Waited::spawn("metra-test", body).unwrap();
        thread.seem_forked();
        assert!(thread.wait(Duration::from_secs(60)));
        assert!(leave.send(()).is_ok());
    }

    #[test]
    fn thread_that_panics_has_ended() {
        let thread = Waited::spawn("metra-test", || std::panic::resume_unwind(Box::new(())));
        assert!(thread.unwrap().wait(Duration::from_secs(60)));
    }
}
