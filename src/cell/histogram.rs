//! The cell of a histogram: a count for every bucket, and the totals of all values.

use std::fmt;

use super::bucket::{Bucket, NUMBERS};
use super::distribution::DistributionCell;
#[cfg(restartable)]
use super::path;
use super::pool::Pool;
#[cfg(restartable)]
use super::sequence;
use super::slab::{Part, Slot};
use super::tally::Tally;
use super::totals::Totals;
use crate::error::Error;
use crate::os::atomic::{AtomicU64, Ordering};

/// How often a reading looks for a moment in which no update is halfway.
const ATTEMPTS: u32 = 4;

/// How many values of a batch are counted under the lock of a shared stripe at once: some microseconds' worth.
const VALUES_PER_LOCK: usize = 1024;

/// How many values fell into each bucket, in memory: a slab, of which the pages exist that values fell into.
#[repr(C)]
pub(super) struct Counts([AtomicU64; NUMBERS]);

// SAFETY: atomic words; all zero is a histogram without values.
unsafe impl Part for Counts {}

/// Values in buckets; usable from any thread.
pub(crate) struct HistogramCell {
    counts: Slot<Counts>,
    /// Written after the counts, so that its count never runs ahead of theirs.
    life: DistributionCell,
}

impl HistogramCell {
    /// A cell of no values.
    ///
    /// # Errors
    /// As [`CounterCell::new`](super::CounterCell::new).
    pub(crate) fn new(pool: &Pool) -> Result<Self, Error> {
        Ok(Self {
            counts: Slot::new(&pool.histograms)?,
            life: DistributionCell::new(pool)?,
        })
    }

    /// Adds `value`.
    #[inline]
    pub(crate) fn update(&self, value: i64) {
        #[cfg(restartable)]
        if self.count_by_sequence(Bucket::of(value)) {
            return self.life.update(value);
        }
        self.update_elsewhere(value);
    }

    /// Counts a value of `bucket` in the slab of this processor; whether that is possible.
    #[cfg(restartable)]
    #[inline(always)]
    fn count_by_sequence(&self, bucket: Bucket) -> bool {
        let first = self.counts.first().cast::<i64>();
        // SAFETY: the slot's cell has a word for every number of a bucket, and its parts in processors' slabs are written
        // by sequences only.
        unsafe { sequence::add(first.add(bucket.number()), 1) }
    }

    /// Adds where no sequence did.
    #[inline(never)]
    fn update_elsewhere(&self, value: i64) {
        #[cfg(restartable)]
        if sequence::exist() && self.count_here_first(Bucket::of(value)) {
            return self.life.update(value);
        }
        self.write_shared(&Totals::of(value), &[value]);
    }

    /// Counts by the first sequence on a processor; whether there can be one.
    #[cfg(restartable)]
    #[cold]
    #[inline(never)]
    fn count_here_first(&self, bucket: Bucket) -> bool {
        path::reach_this_processor() && self.count_by_sequence(bucket)
    }

    /// Adds all of `values`. A reading may have some of them only, and in its buckets more than in its totals.
    pub(crate) fn update_many(&self, values: &[i64]) {
        let (counted, left) = self.count_many(values);
        self.life.update_many(counted);
        self.write_many_shared(left);
    }

    /// Adds values in shared parts, so many at a time that no stripe is busy for long.
    fn write_many_shared(&self, values: &[i64]) {
        for part in values.chunks(VALUES_PER_LOCK) {
            if let Some(totals) = Totals::of_all(part) {
                self.write_shared(&totals, part);
            }
        }
    }

    /// Counts values in the slabs of processors as far as that goes, and gives those that were counted and the others.
    #[cfg(restartable)]
    fn count_many<'a>(&self, values: &'a [i64]) -> (&'a [i64], &'a [i64]) {
        let count = |value: &i64| {
            let bucket = Bucket::of(*value);
            self.count_by_sequence(bucket) || sequence::exist() && self.count_here_first(bucket)
        };
        let refused = values.iter().position(|value| !count(value));
        values.split_at(refused.unwrap_or(values.len()))
    }

    #[cfg(not(restartable))]
    fn count_many<'a>(&self, values: &'a [i64]) -> (&'a [i64], &'a [i64]) {
        (&[], values)
    }

    /// Adds values whose totals are `totals` under the lock of a shared stripe, which guards the shared counts of the
    /// same number as well: one locked instruction for both. A stripe without a number has no counts of its own: all
    /// such share the spare ones.
    #[inline(always)]
    fn write_shared(&self, totals: &Totals, values: &[i64]) {
        self.life.write_shared(|slab, stripe| {
            match slab {
                Some(slab) => self.counts.shared(slab).add_all(values),
                None => self.counts.spare().add_all_shared(values),
            }
            stripe.update(totals);
        });
    }

    /// Begins again without values. Nobody else may update or read meanwhile.
    pub(crate) fn clear(&self) {
        self.counts.parts().for_each(Counts::clear);
        self.life.clear();
    }

    /// What is in the buckets now and what the values have in common: the same values, unless updates come too fast. Then
    /// the totals are a little older. No count is ever less than in a reading before.
    ///
    /// An update counts in its bucket first. So all values of totals that are read first are in the buckets that are
    /// read next, and if the numbers are equal there are no others.
    pub(crate) fn read(&self) -> (Tally, Totals) {
        self.read_into(Tally::default())
    }

    /// The same, in the memory of `tally`.
    pub(crate) fn read_into(&self, mut tally: Tally) -> (Tally, Totals) {
        let mut attempts = 1;
        loop {
            let life = self.life.read();
            tally = self.count_into(tally, &life);
            if tally.total() == life.count.cast_unsigned() || attempts == ATTEMPTS {
                return (tally, life);
            }
            attempts += 1;
        }
    }

    /// The buckets from the smallest to the largest value of `life`, in the memory of `tally`.
    fn count_into(&self, tally: Tally, life: &Totals) -> Tally {
        let mut tally = tally.emptied(Bucket::of(life.min), Bucket::of(life.max));
        if life.count == 0 {
            return tally;
        }
        self.counts.parts().for_each(|part| part.add_to(&mut tally));
        tally
    }

    /// The smallest value; 0 if there is none.
    #[cfg(any(feature = "http", test))]
    pub(crate) fn min(&self) -> i64 {
        self.life.read().min
    }
}

impl Counts {
    /// Counts values. The caller is the only writer.
    #[inline]
    fn add_all(&self, values: &[i64]) {
        for count in self.counts_of(values) {
            let one_more = count.load(Ordering::Relaxed).wrapping_add(1);
            count.store(one_more, Ordering::Relaxed);
        }
    }

    /// Counts values beside other writers that do the same.
    #[cold]
    fn add_all_shared(&self, values: &[i64]) {
        for count in self.counts_of(values) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[inline]
    fn counts_of(&self, values: &[i64]) -> impl Iterator<Item = &AtomicU64> {
        values
            .iter()
            .filter_map(|value| self.0.get(Bucket::of(*value).number()))
    }

    /// Adds the counts to those in the row of `tally`.
    fn add_to(&self, tally: &mut Tally) {
        let (first, sums) = tally.row();
        let counts = self.0.get(first..).unwrap_or_default();
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum = sum.wrapping_add(count.load(Ordering::Relaxed));
        }
    }

    /// Writes only where there is something: a page that no value fell into stays untouched.
    fn clear(&self) {
        let used = |count: &&AtomicU64| count.load(Ordering::Relaxed) != 0;
        let counts = self.0.iter().filter(used);
        counts.for_each(|count| count.store(0, Ordering::Relaxed));
    }
}

impl fmt::Debug for HistogramCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::sync::Barrier;

    fn cell() -> HistogramCell {
        HistogramCell::new(&Pool::new()).unwrap()
    }

    fn counted(cell: &HistogramCell) -> Vec<(i64, u64)> {
        let (tally, _) = cell.read();
        let entries = tally.entries();
        entries
            .map(|(bucket, count)| (bucket.middle(), count))
            .collect()
    }

    #[test]
    fn values_are_counted_in_order() {
        let cell = cell();
        for value in [5, -100, 0, 5, 1000, 5, -1] {
            cell.update(value);
        }
        let expected = [(-100, 1), (-1, 1), (0, 1), (5, 3), (1003, 1)];
        assert_eq!(counted(&cell), expected);
    }

    #[test]
    fn batch_counts_as_its_values_do() {
        let (one, many) = (cell(), cell());
        let values = [5, i64::MIN, 5, i64::MAX, 0, -7];
        values.iter().for_each(|value| one.update(*value));
        many.update_many(&values);
        many.update_many(&[]);
        assert_eq!(one.read(), many.read());
    }

    #[test]
    fn long_batch_counts_part_by_part_in_shared_stripes() {
        let (cell, count) = (cell(), 2 * VALUES_PER_LOCK + 1);
        cell.write_many_shared(&vec![7; count]);
        assert_eq!(counted(&cell), [(7, count as u64)]);
        assert_eq!(cell.read().1.sum, 7 * count as i128);
    }

    #[test]
    fn shared_values_are_counted_with_the_others() {
        let cell = cell();
        cell.update(3);
        cell.write_shared(&Totals::of(4), &[4]);
        assert_eq!(counted(&cell), [(3, 1), (4, 1)]);
        assert_eq!(cell.read().1.sum, 7);
        cell.clear();
        assert_eq!(counted(&cell), []);
    }

    #[test]
    fn values_of_many_threads_all_count() {
        let cell = cell();
        let (threads, rounds) = (4, if cfg!(miri) { 50 } else { 50_000 });
        let start = Barrier::new(threads);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    start.wait();
                    for value in 0..rounds {
                        cell.update(value % 1000 - 500);
                    }
                });
            }
        });
        let (tally, totals) = cell.read();
        let all = threads as i64 * rounds;
        assert_eq!((tally.total(), totals.count), (all.cast_unsigned(), all));
    }
}

/// How counts, totals and readings get along.
#[cfg(all(loom, test))]
#[allow(clippy::unwrap_used, reason = "a model fails by panicking")]
mod loom_models {
    use super::super::model::check;
    use super::*;
    use crate::os::atomic::Arc;
    use loom::thread;

    fn update(cell: &Arc<HistogramCell>) -> thread::JoinHandle<()> {
        let cell = Arc::clone(cell);
        thread::spawn(move || cell.update(1))
    }

    fn assert_counted(cell: &HistogramCell, count: i64) {
        let (tally, life) = cell.read();
        assert_eq!((tally.total().cast_signed(), life.count), (count, count));
    }

    #[test]
    fn totals_never_have_a_value_that_no_bucket_has() {
        check(|| {
            let cell = Arc::new(HistogramCell::new(&Pool::new()).unwrap());
            cell.update(1);
            let other = Arc::clone(&cell);
            let reader = thread::spawn(move || {
                let (tally, life) = other.read();
                assert!((1..=2).contains(&life.count));
                assert!((life.count..=2).contains(&tally.total().cast_signed()));
            });
            cell.update(1);
            assert!(reader.join().is_ok());
            assert_counted(&cell, 2);
        });
    }

    #[test]
    fn values_that_meet_are_all_counted() {
        check(|| {
            let cell = Arc::new(HistogramCell::new(&Pool::new()).unwrap());
            let writer = update(&cell);
            cell.update(1);
            assert!(writer.join().is_ok());
            assert_counted(&cell, 2);
        });
    }

    /// One writer is stopped at each of the two stripes.
    #[test]
    fn values_that_find_every_stripe_busy_are_all_counted() {
        check(|| {
            let cell = Arc::new(HistogramCell::new(&Pool::new()).unwrap());
            let (stopped, in_between) = (&cell.life, &cell.life);
            stopped.write_shared(|_, _| {
                in_between.write_shared(|_, _| {
                    let writer = update(&cell);
                    cell.update(1);
                    assert!(writer.join().is_ok());
                    assert_counted(&cell, 2);
                });
            });
        });
    }
}
