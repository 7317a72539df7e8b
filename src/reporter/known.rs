//! The metrics that one reporter shows.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use super::{MetricInfo, View};
use crate::group::{Feed, Live};
use crate::log::Loss;
#[cfg(feature = "push")]
use crate::metric::Metric;

/// The metrics that a reporter's filter lets through, in the order of registration, each with what the reporter keeps of
/// it.
pub(crate) struct Known<T> {
    view: Arc<View>,
    feed: Arc<Feed>,
    pub(super) entries: Vec<Entry<T>>,
    /// How many of the entries have an identifier of this hash.
    identifiers: HashMap<u64, usize, BuildHasherDefault<DefaultHasher>>,
}

/// A metric and what its reporter keeps of it.
pub(super) struct Entry<T> {
    pub(super) live: Live,
    #[cfg_attr(
        not(feature = "push"),
        expect(
            dead_code,
            reason = "nothing is kept for reporters of the program's own"
        )
    )]
    pub(super) kept: T,
}

/// What changed since the last time.
pub(super) struct News<T> {
    pub(super) removed: Vec<Entry<T>>,
    /// Not among the known ones yet: see [`Known::add`].
    pub(super) added: Vec<Live>,
}

impl<T> Known<T> {
    pub(super) fn new(view: Arc<View>, feed: Arc<Feed>) -> Self {
        Self {
            view,
            feed,
            entries: Vec::new(),
            identifiers: HashMap::default(),
        }
    }

    /// Takes out what went, and says what came.
    pub(super) fn news(&mut self) -> News<T> {
        let changes = self.feed.take();
        let mut gone: Vec<u64> = changes.removed.iter().map(|live| live.id).collect();
        gone.sort_unstable();
        let is_gone = |entry: &mut Entry<T>| gone.binary_search(&entry.live.id).is_ok();
        let removed: Vec<_> = match gone.is_empty() {
            true => Vec::new(),
            false => self.entries.extract_if(.., is_gone).collect(),
        };
        for entry in &removed {
            self.forget_identifier(&entry.live);
        }
        let mut added = changes.added;
        added.retain(|live| self.view.accepts(live));
        for live in &added {
            self.check_identifier(live);
        }
        News { removed, added }
    }

    /// Makes a metric of the news a known one. They must come in their order.
    pub(super) fn add(&mut self, live: Live, kept: T) {
        self.entries.push(Entry { live, kept });
    }

    /// The metrics, in their order.
    #[cfg(feature = "push")]
    pub(super) fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.entries.iter().map(|entry| &entry.live.metric)
    }

    fn identifier_hash(&self, live: &Live) -> u64 {
        let identifier = MetricInfo::new(&self.view, live.identity()).identifier();
        self.identifiers.hasher().hash_one(identifier)
    }

    fn check_identifier(&mut self, live: &Live) {
        let hash = self.identifier_hash(live);
        let others = self.identifiers.entry(hash).or_default();
        *others += 1;
        if *others > 1 {
            let identifier = MetricInfo::new(&self.view, live.identity()).identifier();
            let text = format!("more than one metric has the identifier '{identifier}'");
            self.view.log.lose(Loss::EqualIdentity, text);
        }
    }

    fn forget_identifier(&mut self, live: &Live) {
        let hash = self.identifier_hash(live);
        if let Some(others) = self.identifiers.get_mut(&hash) {
            *others -= 1;
            if *others == 0 {
                self.identifiers.remove(&hash);
            }
        }
    }
}
