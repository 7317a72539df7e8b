//! The end of a thread, for those who wait for it no longer than they choose to.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Whether a thread has given everything back.
#[derive(Default)]
pub(crate) struct Ended {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Ended {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// What the thread owns; dropping it, also by a panic, is the end.
    pub(crate) fn mark(self: &Arc<Self>) -> MarkEnded {
        MarkEnded(Arc::clone(self))
    }

    /// Waits for the end, at most for `patience`; whether it has come.
    pub(crate) fn wait(&self, patience: Duration) -> bool {
        let flag = self.flag.lock().unwrap_or_else(PoisonError::into_inner);
        let (flag, _) = self
            .changed
            .wait_timeout_while(flag, patience, |ended| !*ended)
            .unwrap_or_else(PoisonError::into_inner);
        *flag
    }
}

/// Says on being dropped that the thread has ended.
pub(crate) struct MarkEnded(Arc<Ended>);

impl Drop for MarkEnded {
    fn drop(&mut self) {
        *self.0.flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}
