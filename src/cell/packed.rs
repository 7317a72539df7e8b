//! Tallies that are kept for a while, in few bytes.

use super::bucket::Bucket;
use super::tally::Tally;

/// A tally as bytes: for bucket after bucket how many values it has, and for a row of empty ones a 0 and their number.
///
/// Numbers are in base 128, the lowest digit first, each but the last with its highest bit set (LEB128). Buckets in use
/// are neighbours as a rule, so most cost as many bytes as their count needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackedTally {
    bytes: Box<[u8]>,
}

impl PackedTally {
    /// The tally in few bytes.
    pub(crate) fn of(tally: &Tally) -> Self {
        let mut bytes = Vec::new();
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
        Self {
            bytes: bytes.into_boxed_slice(),
        }
    }

    /// The tally that was packed.
    pub(crate) fn unpack(&self) -> Tally {
        let mut tally = Tally::default();
        let mut bytes = self.bytes.iter();
        let mut next = 0;
        while let Some(count) = read(&mut bytes) {
            if count == 0 {
                next += read(&mut bytes).unwrap_or(0) as usize;
            } else if let Some(bucket) = Bucket::numbered(next) {
                tally.push(bucket, count);
                next += 1;
            }
        }
        tally
    }
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

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
        let mut tally = Tally::default();
        for (value, count) in entries {
            tally.push(Bucket::of(*value), *count);
        }
        tally
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
            assert_eq!(PackedTally::of(&tally).unpack(), tally);
        }
    }

    #[test]
    fn neighbours_cost_what_their_counts_need() {
        let entries: Vec<_> = (0..100).map(|value| (value, 1000)).collect();
        let packed = PackedTally::of(&tally(&entries));
        // The empty buckets before them take three bytes.
        assert_eq!(packed.bytes.len(), 3 + 2 * 100);
    }
}
