//! Tallies that are kept for a while, in few bytes.

use super::bucket::Bucket;
use super::tally::Tally;

/// A tally as bytes: for bucket after bucket how many values it has, and for a row of empty ones a 0 and their number.
///
/// Numbers are in base 128, the lowest digit first, each but the last with its highest bit set (LEB128). Buckets in use
/// are neighbours as a rule, so most cost as many bytes as their count needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PackedTally {
    bytes: Box<[u8]>,
}

impl PackedTally {
    /// The tally in few bytes.
    pub(crate) fn of(tally: &Tally) -> Self {
        let mut packed = Self::default();
        packed.pack(tally);
        packed
    }

    /// Takes over a tally, in the memory that is there.
    pub(crate) fn pack(&mut self, tally: &Tally) {
        let mut bytes = std::mem::take(&mut self.bytes).into_vec();
        bytes.clear();
        let mut next = 0;
        for (bucket, count) in tally.entries() {
            let empty = bucket.number() - next;
            if empty > 0 {
                bytes.push(0);
                write(&mut bytes, empty as u64);
            }
            write(&mut bytes, count);
            next = bucket.number() + 1;
        }
        self.bytes = bytes.into_boxed_slice();
    }

    /// The buckets and how many values they hold, in the order of their values.
    #[inline]
    pub(super) fn entries(&self) -> impl Iterator<Item = (Bucket, u64)> + Clone {
        let (mut bytes, mut next) = (self.bytes.iter(), 0);
        std::iter::from_fn(move || {
            let mut count = read(&mut bytes)?;
            if count == 0 {
                next += read(&mut bytes)? as usize;
                count = read(&mut bytes)?;
            }
            let bucket = Bucket::numbered(next)?;
            next += 1;
            Some((bucket, count))
        })
    }

    /// What both hold together.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self::of(&Tally::of(self.entries().chain(other.entries())))
    }
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[inline]
fn read<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = bytes.next()?;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte <= 0x7f {
            return Some(number);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(entries: &[(i64, u64)]) -> Tally {
        let bucket = |(value, count): &(i64, u64)| (Bucket::of(*value), *count);
        Tally::of(entries.iter().map(bucket))
    }

    #[test]
    fn packed_tally_is_the_same_tally() {
        for entries in [
            &[][..],
            &[(0, 1)],
            &[(i64::MIN, 127), (-1, 128), (0, u64::MAX), (i64::MAX, 1)],
            &[(1, 1), (2, 300), (3, 70_000), (90, 5)],
        ] {
            let tally = tally(entries);
            let packed = PackedTally::of(&tally);
            assert!(packed.entries().eq(tally.entries()));
        }
    }

    #[test]
    fn tally_that_is_taken_over_leaves_nothing_of_the_one_before() {
        let mut packed = PackedTally::default();
        for entries in [&[(-9, 1), (5, 300), (1 << 50, 7)][..], &[(4, 1)], &[]] {
            let tally = tally(entries);
            packed.pack(&tally);
            assert_eq!(packed, PackedTally::of(&tally));
        }
    }

    #[test]
    fn sum_has_the_buckets_of_both() {
        let packed = |entries: &[(i64, u64)]| PackedTally::of(&tally(entries));
        let one = packed(&[(-3, 1), (5, 2), (900, 7)]);
        let other = packed(&[(-9, 2), (5, 3), (6, 1), (1 << 40, 4)]);
        let both = [(-9, 2), (-3, 1), (5, 5), (6, 1), (900, 7), (1 << 40, 4)];
        assert_eq!(one.and(&other), packed(&both));
        assert_eq!(other.and(&one), packed(&both));
        assert_eq!(one.and(&PackedTally::default()), one);
    }

    #[test]
    fn neighbours_cost_what_their_counts_need() {
        let entries: Vec<_> = (0..100).map(|value| (value, 1000)).collect();
        let packed = PackedTally::of(&tally(&entries));
        // The empty buckets before them take three bytes.
        assert_eq!(packed.bytes.len(), 3 + 2 * 100);
    }
}
