//! The series of one family, sorted.

use std::sync::Arc;

use super::blocks::{BlockId, Blocks};
use super::rounds::Round;
use super::slots::Slot;
use crate::metric::{Counter, Histogram, Meter, MonotonicCounter};

/// What one metric prints in one family.
pub(super) struct Series {
    pub(super) block: BlockId,
    /// When it came onto the page.
    pub(super) entered: Round,
    pub(super) source: Source,
}

const _: () = assert!(size_of::<Series>() == 24);

/// Where a series has its values from: a metric that is read when it is printed, or a reading that was taken before.
pub(super) enum Source {
    Counter(Arc<Counter>),
    MonotonicCounter(Arc<MonotonicCounter>),
    /// A gauge's number or truth value.
    GaugeNumber(Slot),
    /// A gauge's text.
    GaugeText(Slot),
    Distribution(Slot),
    DistributionMin(Slot),
    DistributionMax(Slot),
    DistributionMean(Slot),
    MeterRate(Arc<Meter>),
    MeterCount(Arc<Meter>),
    Histogram(Arc<Histogram>),
}

impl Source {
    /// Whether its samples stand for the metric: of the sources of one metric, one has samples that do.
    pub(super) fn stands_for_metric(&self) -> bool {
        match self {
            Self::Counter(_) | Self::MonotonicCounter(_) | Self::MeterRate(_) => true,
            Self::GaugeNumber(_) | Self::GaugeText(_) => true,
            Self::Distribution(_) | Self::Histogram(_) => true,
            Self::DistributionMin(_) | Self::DistributionMax(_) => false,
            Self::DistributionMean(_) | Self::MeterCount(_) => false,
        }
    }
}

/// Series in a run: few enough to be moved for one that comes between them.
const RUN: usize = 128;

/// Series, each once, sorted by what Prometheus tells them apart by: see [`Blocks::identity`].
///
/// They stand in short runs, one behind the other: in the order of registration, in which nearly all come, runs are
/// filled to the last place, and one that comes or goes anywhere else costs as much among a million as among a hundred.
#[derive(Default)]
pub(super) struct SortedSeries {
    /// None of them is empty.
    runs: Vec<Vec<Series>>,
}

/// Where a series is, or would be: the number of the run, and the place there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    run: usize,
    at: usize,
}

impl SortedSeries {
    /// Where the series of this identity is, or where it would be.
    pub(super) fn find(&self, identity: BlockId, blocks: &Blocks) -> Result<Place, Place> {
        let key = |series: &Series| blocks.identity(series.block);
        let is_later = |run: &Vec<Series>| run.first().is_some_and(|first| key(first) > identity);
        let run = match self.runs.last() {
            Some(last) if is_later(last) => self.runs.partition_point(|run| !is_later(run)),
            _ => self.runs.len(),
        };
        let run = run.saturating_sub(1);
        let series = self.runs.get(run).map_or(&[][..], Vec::as_slice);
        if series.last().is_some_and(|last| key(last) < identity) {
            let at = series.len();
            return Err(Place { run, at });
        }
        let found = series.binary_search_by_key(&identity, key);
        found
            .map(|at| Place { run, at })
            .map_err(|at| Place { run, at })
    }

    /// Puts a series where [`find`](Self::find) says that it would be.
    pub(super) fn insert(&mut self, mut place: Place, series: Series) {
        match self.runs.get(place.run).map(Vec::len) {
            None => self.runs.push(Vec::new()),
            Some(RUN) if place.at == RUN => {
                let run = place.run + 1;
                place = Place { run, at: 0 };
                self.runs.insert(run, Vec::new());
            }
            Some(RUN) => place = self.split(place),
            Some(_) => {}
        }
        if let Some(run) = self.runs.get_mut(place.run) {
            run.insert(place.at, series);
        }
    }

    /// Makes two runs of a full one; where `place` is now.
    fn split(&mut self, place: Place) -> Place {
        let Some(full) = self.runs.get_mut(place.run) else {
            return place;
        };
        let end = full.split_off(RUN / 2);
        let run = place.run + 1;
        self.runs.insert(run, end);
        let behind = place.at.checked_sub(RUN / 2);
        behind.map_or(place, |at| Place { run, at })
    }

    /// Takes a series out of its place.
    pub(super) fn remove(&mut self, place: Place) {
        let Some(run) = self.runs.get_mut(place.run) else {
            return;
        };
        run.remove(place.at);
        if run.is_empty() {
            self.runs.remove(place.run);
        } else {
            self.merge(place.run);
        }
    }

    /// Makes one run of two that are not half of one together, so that memory goes with what was in it.
    fn merge(&mut self, first: usize) {
        let length = |at: usize| self.runs.get(at).map_or(RUN, Vec::len);
        if length(first) + length(first + 1) > RUN / 2 {
            return;
        }
        let mut second = self.runs.remove(first + 1);
        if let Some(first) = self.runs.get_mut(first) {
            first.append(&mut second);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// All of them.
    #[cfg(any(feature = "http", test))]
    pub(super) fn iter(&self) -> impl Iterator<Item = &Series> {
        self.runs.iter().flatten()
    }

    /// Those behind an identity, or all of them, in pieces that lie together in memory.
    pub(super) fn behind(
        &self,
        identity: Option<BlockId>,
        blocks: &Blocks,
    ) -> impl Iterator<Item = &[Series]> {
        let place = identity.map_or(Place::default(), |identity| {
            match self.find(identity, blocks) {
                Ok(Place { run, at }) => Place { run, at: at + 1 },
                Err(place) => place,
            }
        });
        let (first, rest) = match self.runs.get(place.run..) {
            Some([first, rest @ ..]) => (first.get(place.at..).unwrap_or_default(), rest),
            _ => (&[][..], &[][..]),
        };
        std::iter::once(first).chain(rest.iter().map(Vec::as_slice))
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::labels::Labels;
    use super::*;
    use crate::cell::Pool;
    use crate::scope::Scope;

    fn blocks(count: usize) -> (Blocks, Vec<BlockId>) {
        let mut blocks = Blocks::default();
        let ids = (0..count).map(|number| {
            let (scope, _) = Scope::root("shop", &[("k", &number.to_string())]);
            blocks.intern(&Labels::of(scope.variables(), &scope, true, |_, _| ()))
        });
        let ids = ids.collect();
        (blocks, ids)
    }

    fn series(block: BlockId) -> Series {
        Series {
            block,
            entered: Round::default(),
            source: Source::Counter(Arc::new(Counter::new(&Pool::new()).unwrap())),
        }
    }

    #[test]
    fn any_order_of_coming_and_going_keeps_them_sorted_and_memory_small() {
        let (blocks, ids) = blocks(3_000);
        let mut random = super::super::tests::clashes::random();
        let (mut sorted, mut expected) = (SortedSeries::default(), BTreeSet::new());
        for round in 0..60_000 {
            let id = ids[random() as usize % ids.len()];
            // By turns mostly filling and mostly emptying.
            let comes = random() % 10 < if round / 10_000 % 2 == 0 { 8 } else { 2 };
            match sorted.find(id, &blocks) {
                Err(place) if comes => {
                    sorted.insert(place, series(id));
                    expected.insert(id);
                }
                Ok(place) if !comes => {
                    sorted.remove(place);
                    expected.remove(&id);
                }
                found => assert_eq!(found.is_ok(), expected.contains(&id)),
            }
            if round % 1_000 == 0 {
                assert!(
                    sorted
                        .iter()
                        .map(|series| series.block)
                        .eq(expected.iter().copied())
                );
                let places = sorted.runs.iter().map(Vec::capacity).sum::<usize>();
                assert!(places <= 8 * expected.len() + RUN, "{places} places");
                assert!(sorted.runs.iter().all(|run| (1..=RUN).contains(&run.len())));
            }
        }
    }

    #[test]
    fn in_the_order_of_registration_runs_are_full() {
        let (blocks, ids) = blocks(10 * RUN);
        let mut sorted = SortedSeries::default();
        for id in &ids {
            let place = sorted.find(*id, &blocks).unwrap_err();
            sorted.insert(place, series(*id));
        }
        assert!(
            sorted
                .runs
                .iter()
                .all(|run| run.len() == RUN && run.capacity() == RUN)
        );
        assert!(sorted.find(ids[RUN], &blocks).is_ok());
    }

    #[test]
    fn walk_goes_on_behind_what_is_there_no_more() {
        let (blocks, ids) = blocks(3 * RUN);
        let mut sorted = SortedSeries::default();
        for id in ids.iter().step_by(2) {
            let place = sorted.find(*id, &blocks).unwrap_err();
            sorted.insert(place, series(*id));
        }
        for (at, id) in ids.iter().enumerate() {
            let behind = sorted.behind(Some(*id), &blocks).flatten();
            let expected = ids
                .iter()
                .enumerate()
                .filter(|(other, _)| *other > at && other % 2 == 0);
            assert!(
                behind
                    .map(|series| series.block)
                    .eq(expected.map(|(_, id)| *id))
            );
        }
        assert_eq!(
            sorted.behind(None, &blocks).flatten().count(),
            ids.len().div_ceil(2)
        );
    }
}
