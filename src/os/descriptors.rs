//! Descriptors that a forked child must not keep.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicI32, Ordering};

use super::fork::{generation, inside};

/// Descriptors that a child must not keep; [`NONE`] where there is none.
static CLOSED_IN_CHILD: [AtomicI32; 64] = [const { AtomicI32::new(NONE) }; 64];
const NONE: RawFd = -1;

/// A descriptor that is closed in every child until this is dropped.
#[derive(Debug)]
pub(crate) struct ClosedInChild {
    place: Option<usize>,
    generation: u64,
}

impl ClosedInChild {
    /// Has `descriptor` closed in children, unless there are too many such already.
    pub(crate) fn new(descriptor: RawFd) -> Self {
        let _inside = inside();
        let take = |place: &AtomicI32| {
            place
                .compare_exchange(NONE, descriptor, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        };
        Self {
            place: CLOSED_IN_CHILD.iter().position(take),
            generation: generation(),
        }
    }
}

impl Drop for ClosedInChild {
    fn drop(&mut self) {
        let _inside = inside();
        let place = self.place.and_then(|place| CLOSED_IN_CHILD.get(place));
        if let Some(place) = place.filter(|_| self.generation == generation()) {
            place.store(NONE, Ordering::Relaxed);
        }
    }
}

/// Closes them all. Runs in the child, before anything of metra.
pub(super) fn close_in_child() {
    for place in &CLOSED_IN_CHILD {
        let descriptor = place.swap(NONE, Ordering::Relaxed);
        if descriptor != NONE {
            // SAFETY: it was a descriptor of the parent's that nothing in this process uses.
            unsafe { libc::close(descriptor) };
        }
    }
}
