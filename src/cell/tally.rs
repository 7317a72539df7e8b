//! How many values each bucket holds, at one moment or in one span of time.

use super::bucket::{Bucket, PARTS};
use super::packed::PackedTally;

/// How many values there are in each of a row of buckets; in the others there are none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// The number of the first bucket in the row, with which an octave begins.
    first: usize,
    counts: Vec<u64>,
}

impl Tally {
    /// No values, in a row that has the buckets from `first` to `last`, in the memory of this one.
    pub(super) fn emptied(mut self, first: Bucket, last: Bucket) -> Self {
        let first = first.octave().number();
        let buckets = (last.number() + 1).saturating_sub(first);
        self.counts.clear();
        self.counts.resize(buckets, 0);
        self.first = first;
        self
    }

    /// Buckets, in any order, with how many values they hold.
    pub(super) fn of(entries: impl Iterator<Item = (Bucket, u64)> + Clone) -> Self {
        let buckets = entries.clone().map(|(bucket, _)| bucket);
        let Some((first, last)) = buckets.clone().min().zip(buckets.max()) else {
            return Self::default();
        };
        let mut tally = Self::default().emptied(first, last);
        for (bucket, more) in entries {
            if let Some(count) = tally.count_of(bucket) {
                *count = count.wrapping_add(more);
            }
        }
        tally
    }

    /// The number of the first bucket in the row, and the counts of all in it.
    pub(super) fn row(&mut self) -> (usize, &mut [u64]) {
        (self.first, &mut self.counts)
    }

    #[inline]
    fn count_of(&mut self, bucket: Bucket) -> Option<&mut u64> {
        let place = bucket.number().checked_sub(self.first)?;
        self.counts.get_mut(place)
    }

    /// How many values all buckets hold together.
    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().copied().fold(0, u64::wrapping_add)
    }

    /// The middle of every bucket in the row, empty ones too, and how many values it holds: octave by octave, which costs
    /// less than to find the middle of each entry.
    pub(crate) fn middles(&self) -> impl Iterator<Item = (i64, u64)> {
        let numbers = (self.first..).step_by(PARTS);
        let octaves = numbers.zip(self.counts.chunks(PARTS));
        octaves.flat_map(|(number, counts)| {
            let first = Bucket::numbered(number).into_iter();
            first.flat_map(Bucket::middles).zip(counts.iter().copied())
        })
    }

    /// The buckets that hold something, in the order of their values, and how many values they hold.
    #[inline]
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = (Bucket, u64)> + Clone {
        let counts = self.counts.iter().enumerate();
        counts.filter_map(|(place, count)| match count {
            0 => None,
            count => Some((Bucket::numbered(self.first + place)?, *count)),
        })
    }

    /// What came since `base`, an earlier tally of the same buckets.
    pub(crate) fn since(mut self, base: &PackedTally) -> Self {
        for (bucket, before) in base.entries() {
            if let Some(count) = self.count_of(bucket) {
                *count = count.saturating_sub(before);
            }
        }
        self
    }
}

/// However many empty buckets are in their rows.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        self.entries().eq(other.entries())
    }
}

impl Eq for Tally {}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(entries: &[(i64, u64)]) -> Tally {
        let bucket = |(value, count): &(i64, u64)| (Bucket::of(*value), *count);
        Tally::of(entries.iter().map(bucket))
    }

    #[test]
    fn buckets_that_come_twice_are_added_up() {
        let twice = tally(&[(900, 7), (-3, 1), (5, 2), (900, 1)]);
        assert_eq!(twice, tally(&[(-3, 1), (5, 2), (900, 8)]));
        assert_eq!(twice.total(), 11);
    }

    #[test]
    fn difference_leaves_out_what_did_not_change() {
        let base = PackedTally::of(&tally(&[(-3, 1), (5, 2), (900, 7)]));
        let now = tally(&[(-3, 1), (0, 4), (5, 5), (900, 7), (1 << 50, 1)]);
        let gained = now.clone().since(&base);
        assert_eq!(gained, tally(&[(0, 4), (5, 3), (1 << 50, 1)]));
        assert_eq!(gained.total(), 8);
        assert_eq!(now.clone().since(&PackedTally::default()), now);
        assert_eq!(now.clone().since(&PackedTally::of(&now)), Tally::default());
    }
}
