//! What changed among the live metrics since a reader last asked.

use super::live::Live;
use crate::metric::Metric;
use crate::os::sync::{Guard, Mutex};

/// Called when a feed that was empty has something. It runs while a registration is under way: it must not call back.
pub(crate) type Wake = Box<dyn Fn() + Send + Sync>;

/// The changes that one reader has not taken in yet.
///
/// It holds at most what is live and what the reader knows: a metric that comes and goes between two looks leaves
/// nothing behind, so a reader that never looks costs no more than one that does.
pub(crate) struct Feed {
    pending: Mutex<Pending>,
    wake: Wake,
    concerns: fn(&Metric) -> bool,
}

/// What a reader takes in at once: first what went, then what came.
#[derive(Default, Debug)]
pub(crate) struct Changes {
    pub(crate) removed: Vec<Live>,
    /// In the order of registration.
    pub(crate) added: Vec<Live>,
}

#[derive(Default)]
struct Pending {
    removed: Vec<Live>,
    /// Ascending ids; `None` where the metric went again.
    added: Vec<(u64, Option<Live>)>,
    holes: usize,
}

impl Feed {
    /// A feed of the metrics that `concerns` chooses, which begins with `added`: ascending ids, chosen already.
    pub(super) fn new(
        added: Vec<(u64, Option<Live>)>,
        concerns: fn(&Metric) -> bool,
        wake: Wake,
    ) -> Self {
        Self {
            pending: Mutex::new(Pending {
                added,
                ..Pending::default()
            }),
            wake,
            concerns,
        }
    }

    /// Wakes the reader if it has something to begin with.
    pub(super) fn announce(&self) {
        if !self.lock().is_empty() {
            (self.wake)();
        }
    }

    /// Takes everything that changed since the last time.
    pub(crate) fn take(&self) -> Changes {
        let pending = std::mem::take(&mut *self.lock());
        Changes {
            removed: pending.removed,
            added: pending
                .added
                .into_iter()
                .filter_map(|(_, live)| live)
                .collect(),
        }
    }

    pub(super) fn add(&self, live: &Live) {
        if (self.concerns)(&live.metric) {
            self.change(|pending| pending.added.push((live.id, Some(live.clone()))));
        }
    }

    pub(super) fn remove(&self, live: &Live) {
        if (self.concerns)(&live.metric) {
            self.change(|pending| pending.remove(live));
        }
    }

    fn change(&self, change: impl FnOnce(&mut Pending)) {
        let mut pending = self.lock();
        let was_empty = pending.is_empty();
        change(&mut pending);
        let wakes = was_empty && !pending.is_empty();
        drop(pending);
        if wakes {
            (self.wake)();
        }
    }

    fn lock(&self) -> Guard<'_, Pending> {
        self.pending.lock()
    }
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    fn remove(&mut self, live: &Live) {
        let found = self.added.binary_search_by_key(&live.id, |(id, _)| *id);
        match found.ok().and_then(|at| self.added.get_mut(at)) {
            Some((_, place)) => {
                *place = None;
                self.holes += 1;
                self.close_holes();
            }
            None => self.removed.push(live.clone()),
        }
    }

    /// Keeps the list at most twice as long as what it holds, at a constant cost per removal on average.
    fn close_holes(&mut self) {
        if self.holes * 2 > self.added.len() {
            self.added.retain(|(_, live)| live.is_some());
            self.holes = 0;
        }
    }
}
