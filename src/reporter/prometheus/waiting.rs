//! What would be on the page if something else were not.

use std::collections::{HashMap, HashSet};

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
    claims: HashMap<Key, Box<(Obstacle, Claim)>>,
    behind: HashMap<Obstacle, HashSet<Key>>,
}

/// Metric and family. A metric has one series in a family; the metric comes first, so that keys sort in the order of
/// registration.
type Key = (u64, String);

impl Waiting {
    /// Makes `claim` wait until [`freed`](Self::freed) is told its obstacle.
    pub(super) fn insert(&mut self, claim: Claim, obstacle: Obstacle) {
        let key = (claim.metric, claim.family.clone());
        self.behind
            .entry(obstacle.clone())
            .or_default()
            .insert(key.clone());
        self.claims.insert(key, Box::new((obstacle, claim)));
    }

    /// Takes out the claim of a metric for a series in `family`; whether there was one.
    pub(super) fn remove(&mut self, metric: u64, family: &str) -> bool {
        if self.claims.is_empty() {
            return false;
        }
        let key = (metric, family.to_owned());
        let Some(waited) = self.claims.remove(&key) else {
            return false;
        };
        let (obstacle, _) = &*waited;
        if let Some(keys) = self.behind.get_mut(obstacle) {
            keys.remove(&key);
            if keys.is_empty() {
                self.behind.remove(obstacle);
            }
        }
        true
    }

    /// Takes out the claims that waited for one of these, in the order of registration.
    pub(super) fn freed(&mut self, obstacles: &[Obstacle]) -> Vec<Claim> {
        let behind = |obstacle| self.behind.remove(obstacle);
        let mut keys: Vec<Key> = obstacles.iter().filter_map(behind).flatten().collect();
        keys.sort_unstable();
        let claims = keys.iter().filter_map(|key| self.claims.remove(key));
        claims.map(|waited| waited.1).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    #[cfg(test)]
    pub(super) fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.values().map(|waited| &waited.1)
    }
}
