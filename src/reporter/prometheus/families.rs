//! All families of the page, and who may print which sample.
//!
//! Prometheus drops a page that has one sample name in two families, and of two samples of one name and equal labels it
//! keeps one. So a series enters the page only if nothing there stands against it; else it waits, and of those that wait
//! the one registered first takes the place that becomes free.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::blocks::BlockId;
use super::family::{Family, Help, Kind, Series};
use super::waiting::{Obstacle, Waiting};

/// A series that wants to be on the page.
pub(super) struct Claim {
    pub(super) family: String,
    pub(super) kind: Kind,
    /// What Prometheus tells the series apart by in its family.
    pub(super) identity: BlockId,
    pub(super) series: Series,
    /// What the family says about itself if this makes it.
    pub(super) help: Help,
}

/// The families of the page, by name.
#[derive(Default)]
pub(super) struct Families {
    by_name: BTreeMap<Arc<str>, Box<Family>>,
    waiting: Waiting,
    /// What went since claims that wait were last looked through.
    freed: Vec<Obstacle>,
}

impl Families {
    /// Puts a series on the page.
    ///
    /// # Errors
    /// What stands against it. Then it waits for that to go.
    pub(super) fn enter(&mut self, claim: Claim) -> Result<(), Obstacle> {
        match self.obstacle(&claim) {
            None => self.insert(claim),
            Some(obstacle) => {
                self.waiting.insert(claim, obstacle.clone());
                return Err(obstacle);
            }
        }
        Ok(())
    }

    fn obstacle(&self, claim: &Claim) -> Option<Obstacle> {
        let family = &claim.family;
        match self.by_name.get(family.as_str()) {
            Some(there) if there.kind != claim.kind => Some(Obstacle::Name(family.clone())),
            Some(there) => {
                let taken = there.series.contains_key(&claim.identity);
                taken.then(|| Obstacle::Series(family.clone(), claim.identity))
            }
            None => {
                let samples = claim.kind.sample_endings().iter();
                let mut names = samples.map(|ending| format!("{family}{ending}"));
                names
                    .find(|name| self.with_sample(name).next().is_some())
                    .map(Obstacle::Name)
            }
        }
    }

    /// The families that have samples of this name.
    pub(super) fn with_sample(&self, sample: &str) -> impl Iterator<Item = &Family> {
        Kind::ALL_ENDINGS.into_iter().filter_map(move |ending| {
            let family = self.get(sample.strip_suffix(ending)?)?;
            family
                .kind
                .sample_endings()
                .contains(&ending)
                .then_some(family)
        })
    }

    /// The family of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Family> {
        self.by_name.get(name).map(|family| &**family)
    }

    fn insert(&mut self, claim: Claim) {
        let Claim {
            family,
            kind,
            identity,
            series,
            help,
        } = claim;
        let family = match self.by_name.get_mut(family.as_str()) {
            Some(there) => there,
            None => self.by_name.entry(family.into()).or_insert_with(|| {
                let series = BTreeMap::new();
                Box::new(Family { kind, help, series })
            }),
        };
        family.series.insert(identity, series);
    }

    /// Takes a metric's series off the page, or lets it wait no more. `identity` tells what it is told apart by in a
    /// family of the kind it is given.
    pub(super) fn leave(
        &mut self,
        family: &str,
        metric: u64,
        identity: impl FnOnce(Kind) -> BlockId,
    ) {
        if self.waiting.remove(metric, family) {
            return;
        }
        let Some(there) = self.by_name.get_mut(family) else {
            return;
        };
        let (kind, identity) = (there.kind, identity(there.kind));
        match there.series.entry(identity) {
            Entry::Occupied(series) if series.get().metric == metric => series.remove(),
            _ => return,
        };
        let is_gone = there.series.is_empty();
        if is_gone {
            self.by_name.remove(family);
        }
        if self.waiting.is_empty() {
            return;
        }
        self.freed
            .push(Obstacle::Series(family.to_owned(), identity));
        if is_gone {
            let samples = kind.sample_endings().iter();
            let names = samples.map(|ending| Obstacle::Name(format!("{family}{ending}")));
            self.freed.extend(names);
        }
    }

    /// Puts those on the page that waited for what has gone.
    pub(super) fn admit_waiting(&mut self) {
        let freed = std::mem::take(&mut self.freed);
        for claim in self.waiting.freed(&freed) {
            // What finds another obstacle waits on; that it is left out was said when it came.
            self.enter(claim).ok();
        }
    }

    /// All families, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Family)> {
        self.by_name
            .iter()
            .map(|(name, family)| (&**name, &**family))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.waiting.is_empty()
    }

    /// Whether a series waits that nothing stands against.
    #[cfg(test)]
    pub(super) fn keeps_waiting_in_vain(&self) -> bool {
        let mut claims = self.waiting.claims();
        claims.any(|claim| self.obstacle(claim).is_none())
    }
}
