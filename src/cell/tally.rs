//! How many values each bucket holds, at one moment or in one span of time.

use super::bucket::Bucket;

/// The buckets that hold something, in the order of their values, with how many values they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    entries: Vec<(Bucket, u64)>,
    total: u64,
}

impl Tally {
    /// Adds a bucket that comes after all others; an empty one is left out.
    pub(super) fn push(&mut self, bucket: Bucket, count: u64) {
        if count > 0 {
            self.entries.push((bucket, count));
            self.total = self.total.wrapping_add(count);
        }
    }

    /// How many values all buckets hold together.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The buckets and how many values they hold.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = (Bucket, u64)> {
        self.entries.iter().copied()
    }

    /// What both hold together.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut tally = Self::default();
        let mut others = other.entries().peekable();
        for (bucket, count) in self.entries() {
            while let Some((before, count)) = others.next_if(|entry| entry.0 < bucket) {
                tally.push(before, count);
            }
            let more = others.next_if(|entry| entry.0 == bucket);
            tally.push(bucket, count.wrapping_add(more.map_or(0, |entry| entry.1)));
        }
        others.for_each(|(bucket, count)| tally.push(bucket, count));
        tally
    }

    /// What came since `base`, an earlier tally of the same buckets.
    pub(crate) fn since(&self, base: &Self) -> Self {
        let mut tally = Self::default();
        let mut earlier = base.entries.iter().peekable();
        for &(bucket, count) in &self.entries {
            let before = earlier.next_if(|entry| entry.0 == bucket);
            let before = before.map_or(0, |&(_, count)| count);
            tally.push(bucket, count.saturating_sub(before));
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(entries: &[(i64, u64)]) -> Tally {
        let mut tally = Tally::default();
        for (value, count) in entries {
            tally.push(Bucket::of(*value), *count);
        }
        tally
    }

    #[test]
    fn sum_has_the_buckets_of_both() {
        let one = tally(&[(-3, 1), (5, 2), (900, 7)]);
        let other = tally(&[(-9, 2), (5, 3), (6, 1), (1 << 40, 4)]);
        let both = [(-9, 2), (-3, 1), (5, 5), (6, 1), (900, 7), (1 << 40, 4)];
        assert_eq!(one.and(&other), tally(&both));
        assert_eq!(other.and(&one), tally(&both));
        assert_eq!(one.and(&Tally::default()), one);
    }

    #[test]
    fn difference_leaves_out_what_did_not_change() {
        let base = tally(&[(-3, 1), (5, 2), (900, 7)]);
        let now = tally(&[(-3, 1), (0, 4), (5, 5), (900, 7), (1 << 50, 1)]);
        assert_eq!(now.since(&base), tally(&[(0, 4), (5, 3), (1 << 50, 1)]));
        assert_eq!(now.since(&base).total(), 8);
        assert_eq!(now.since(&Tally::default()), now);
        assert_eq!(now.since(&now), Tally::default());
    }
}
