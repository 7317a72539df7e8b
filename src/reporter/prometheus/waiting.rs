//! What would be on the page if something else were not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::blocks::BlockId;
use super::families::Claim;

/// What keeps a series from the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Obstacle {
    /// Another family has samples of this name.
    Name(String),
    /// The family has a series of these labels.
    Series(String, BlockId),
}

/// Claims that wait, each for one obstacle to go.
#[derive(Default)]
pub(super) struct Waiting {
    claims: BTreeMap<Key, (Obstacle, Claim)>,
    behind: HashMap<Obstacle, BTreeSet<Key>>,
}

/// Metric and family. A metric has one series in a family; the metric comes first, so that claims are in the order of
/// registration.
type Key = (u64, String);

impl Waiting {
    /// Makes `claim` wait until [`freed`](Self::freed) is told its obstacle.
    pub(super) fn insert(&mut self, claim: Claim, obstacle: Obstacle) {
        let key = (claim.series.metric, claim.family.clone());
        self.behind
            .entry(obstacle.clone())
            .or_default()
            .insert(key.clone());
        self.claims.insert(key, (obstacle, claim));
    }

    /// Takes out the claim of a metric for a series in `family`; whether there was one.
    pub(super) fn remove(&mut self, metric: u64, family: &str) -> bool {
        if self.claims.is_empty() {
            return false;
        }
        let key = (metric, family.to_owned());
        let Some((obstacle, _)) = self.claims.remove(&key) else {
            return false;
        };
        if let Some(keys) = self.behind.get_mut(&obstacle) {
            keys.remove(&key);
            if keys.is_empty() {
                self.behind.remove(&obstacle);
            }
        }
        true
    }

    /// Takes out the claims that waited for one of these, in the order of registration.
    pub(super) fn freed(&mut self, obstacles: &[Obstacle]) -> Vec<Claim> {
        let behind = |obstacle| self.behind.remove(obstacle);
        let keys: BTreeSet<Key> = obstacles.iter().filter_map(behind).flatten().collect();
        let claims = keys.iter().filter_map(|key| self.claims.remove(key));
        claims.map(|(_, claim)| claim).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    #[cfg(test)]
    pub(super) fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.values().map(|(_, claim)| claim)
    }
}
