//! The metrics of one group, in the order of registration.

use hashbrown::HashTable;

use super::names::Name;
use crate::metric::Metric;

/// A group's metrics by name and in order.
///
/// The order is that of ascending ids. A metric that goes leaves a hole, so that no other one moves: a reader that comes
/// back for the rest finds it behind the last id it has seen. Holes are closed when they outnumber the metrics.
#[derive(Default)]
pub(super) struct Metrics {
    entries: Vec<Entry>,
    /// The places of the metrics that are there.
    index: HashTable<u32>,
    /// How many of them are gauges with a callback.
    asking: usize,
}

/// One metric, or the hole that it left.
pub(super) struct Entry {
    pub(super) id: u64,
    pub(super) name: Name,
    pub(super) metric: Option<Metric>,
}

/// So few holes are not worth closing.
const FEW: usize = 16;

impl Metrics {
    /// As many as there may be: their places, holes included, are numbers of 32 bits.
    pub(super) const MOST: usize = (u32::MAX / 4) as usize;

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether a gauge with a callback is among them.
    pub(super) fn ask(&self) -> bool {
        self.asking > 0
    }

    pub(super) fn get(&self, name: Name) -> Option<&Metric> {
        let is_it = |at: &u32| is_at(&self.entries, *at, name);
        let place = self.index.find(name.hash(), is_it)?;
        self.entries.get(*place as usize)?.metric.as_ref()
    }

    /// Puts a metric in. No other one has its name, and no other one a higher id.
    pub(super) fn insert(&mut self, id: u64, name: Name, metric: Metric) {
        let Ok(place) = u32::try_from(self.entries.len()) else {
            return;
        };
        self.asking += usize::from(asks(&metric));
        self.entries.push(Entry {
            id,
            name,
            metric: Some(metric),
        });
        let entries = &self.entries;
        let hash = |at: &u32| hash_at(entries, *at);
        self.index.insert_unique(name.hash(), place, hash);
    }

    /// Takes a metric out.
    pub(super) fn remove(&mut self, name: Name) -> Option<(u64, Metric)> {
        let entries = &self.entries;
        let is_it = |at: &u32| is_at(entries, *at, name);
        let found = self.index.find_entry(name.hash(), is_it).ok()?;
        let (place, _) = found.remove();
        let entry = self.entries.get_mut(place as usize)?;
        let (id, metric) = (entry.id, entry.metric.take()?);
        self.asking -= usize::from(asks(&metric));
        if self.entries.len() > 2 * self.index.len() + FEW {
            self.close_holes();
        }
        Some((id, metric))
    }

    /// The metrics, and holes, with an id above `after` and up to `last`.
    pub(super) fn between(&self, after: u64, last: u64) -> &[Entry] {
        let first_above = |id| match (self.entries.first(), self.entries.last()) {
            (Some(first), _) if first.id > id => 0,
            (_, Some(last)) if last.id <= id => self.entries.len(),
            _ => self.entries.partition_point(|entry| entry.id <= id),
        };
        let range = first_above(after)..first_above(last);
        self.entries.get(range).unwrap_or_default()
    }

    /// All metrics, and holes.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn close_holes(&mut self) {
        self.entries.retain(|entry| entry.metric.is_some());
        self.index.clear();
        let entries = &self.entries;
        for (place, entry) in (0..).zip(entries) {
            let hash = |at: &u32| hash_at(entries, *at);
            self.index.insert_unique(entry.name.hash(), place, hash);
        }
    }
}

/// Whether the metric `name` is at that place. The index knows no holes, so the name is enough.
fn is_at(entries: &[Entry], place: u32, name: Name) -> bool {
    let entry = entries.get(place as usize);
    entry.is_some_and(|entry| entry.name == name)
}

fn hash_at(entries: &[Entry], place: u32) -> u64 {
    entries
        .get(place as usize)
        .map_or(0, |entry| entry.name.hash())
}

/// Whether it is a gauge with a callback.
pub(super) fn asks(metric: &Metric) -> bool {
    metric.as_gauge().is_some_and(|gauge| gauge.asks())
}
