//! All families of the page, and who may print which sample.
//!
//! Prometheus drops a page that has one sample name in two families, and of two samples of one name and equal labels it
//! keeps one. So a series enters the page only if nothing there stands against it; else it waits, and of those that wait
//! the one registered first takes the place that becomes free.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::blocks::{BlockId, Blocks};
use super::family::{Family, Help, Kind};
use super::rounds::{Round, Rounds};
use super::series::{Place, Series, SortedSeries, Source};
use super::waiting::{Obstacle, Waiting};

/// A series that wants to be on the page.
pub(super) struct Claim {
    pub(super) family: String,
    pub(super) kind: Kind,
    /// The metric's id in the registry.
    pub(super) metric: u64,
    pub(super) block: BlockId,
    pub(super) source: Source,
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
    rounds: Rounds,
    /// When the last of those families went that are there no more.
    vanished: Option<Round>,
}

impl Families {
    /// The round of a page that begins now.
    pub(super) fn begin(&mut self) -> Round {
        self.rounds.begin()
    }

    /// Puts a series on the page.
    ///
    /// # Errors
    /// What stands against it. Then it waits for that to go.
    pub(super) fn enter(&mut self, claim: Claim, blocks: &Blocks) -> Result<(), Obstacle> {
        let identity = blocks.identity(claim.block);
        let obstacle = match self.by_name.get_mut(claim.family.as_str()) {
            Some(there) if there.kind != claim.kind => Obstacle::Name(claim.family.clone()),
            Some(there) => match there.series.find(identity, blocks) {
                Ok(_) => Obstacle::Series(claim.family.clone(), identity),
                Err(place) => {
                    let entered = self.rounds.change();
                    there.series.insert(place, claim.into_series(entered));
                    return Ok(());
                }
            },
            None => match self.taken_sample(&claim) {
                Some(name) => Obstacle::Name(name),
                None => {
                    self.found(claim);
                    return Ok(());
                }
            },
        };
        self.waiting.insert(claim, obstacle.clone());
        Err(obstacle)
    }

    /// Which sample of the family that `claim` would make is one of another family already.
    fn taken_sample(&self, claim: &Claim) -> Option<String> {
        let endings = claim.kind.sample_endings().iter();
        let mut names = endings.map(|ending| format!("{}{ending}", claim.family));
        names.find(|name| self.with_sample(name).next().is_some())
    }

    /// Makes the family of its first series.
    fn found(&mut self, claim: Claim) {
        let mut family = Family {
            kind: claim.kind,
            help: claim.help.clone(),
            series: SortedSeries::default(),
            lost: None,
        };
        let name = Arc::from(claim.family.as_str());
        let entered = self.rounds.change();
        family
            .series
            .insert(Place::default(), claim.into_series(entered));
        self.by_name.insert(name, Box::new(family));
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

    /// Takes a metric's series off the page, or lets it wait no more: it is one or the other. `block` tells its labels in
    /// a family of the kind it is given.
    pub(super) fn leave(
        &mut self,
        family: &str,
        metric: u64,
        block: impl FnOnce(Kind) -> BlockId,
        blocks: &Blocks,
    ) {
        if self.waiting.remove(metric, family) {
            return;
        }
        let Some(there) = self.by_name.get_mut(family) else {
            return;
        };
        let (kind, identity) = (there.kind, blocks.identity(block(there.kind)));
        let Ok(place) = there.series.find(identity, blocks) else {
            return;
        };
        let round = self.rounds.change();
        there.series.remove(place);
        there.lost = Some(round);
        let is_gone = there.series.is_empty();
        if is_gone {
            self.by_name.remove(family);
            self.vanished = Some(round);
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
    pub(super) fn admit_waiting(&mut self, blocks: &Blocks) {
        let freed = std::mem::take(&mut self.freed);
        for claim in self.waiting.freed(&freed) {
            // What finds another obstacle waits on; that it is left out was said when it came.
            self.enter(claim, blocks).ok();
        }
    }

    /// The families by name, from `first` on, or all.
    pub(super) fn from(&self, first: Option<&str>) -> impl Iterator<Item = (&Arc<str>, &Family)> {
        let first = first.map_or(Bound::Unbounded, Bound::Included);
        let families = self.by_name.range::<str, _>((first, Bound::Unbounded));
        families.map(|(name, family)| (name, &**family))
    }

    /// Whether families went that a page which began in `round` may have shown.
    #[cfg(any(feature = "http", test))]
    pub(super) fn has_lost_since(&self, round: Round) -> bool {
        self.vanished.is_some_and(|vanished| vanished > round)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.waiting.is_empty()
    }

    /// Whether a series waits that nothing stands against.
    #[cfg(test)]
    pub(super) fn keeps_waiting_in_vain(&self, blocks: &Blocks) -> bool {
        let is_free = |claim: &Claim| match self.by_name.get(claim.family.as_str()) {
            Some(there) => {
                let identity = blocks.identity(claim.block);
                there.kind == claim.kind && there.series.find(identity, blocks).is_err()
            }
            None => self.taken_sample(claim).is_none(),
        };
        self.waiting.claims().any(is_free)
    }
}

impl Claim {
    fn into_series(self, entered: Round) -> Series {
        Series {
            block: self.block,
            entered,
            source: self.source,
        }
    }
}
