//! A histogram in few buckets: one for each power of two.

use crate::cell::Tally;

/// Up to this value every octave above the first value has a bucket, also one without values: 2^40 - 1.
///
/// Histograms of several programs can only be added up where they have the same buckets. Larger values are rare whatever
/// the unit (18 minutes in nanoseconds, a tebibyte in bytes), and so are buckets for them.
const ALWAYS_UP_TO: i64 = (1 << 40) - 1;

/// All values for life, in octaves.
///
/// The borders of octaves are borders of the histogram's buckets, so these numbers are exact. No number ever falls, and a
/// bucket that was there once stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Octaves {
    /// The largest value of each bucket, increasing, and how many values are not larger. The last bucket, which holds all
    /// values, is not listed.
    pub(crate) cumulative: Vec<(i64, u64)>,
    /// How many values there are in all buckets.
    pub(crate) count: u64,
    /// The exact sum of all values; at `i64::MIN` or `i64::MAX` if it is beyond.
    pub(crate) sum: i64,
}

impl Octaves {
    /// The octaves of the values of `tally`, whose sum is `sum`.
    pub(super) fn of(tally: &Tally, sum: i64) -> Self {
        let mut octaves = Self {
            cumulative: Vec::new(),
            count: 0,
            sum,
        };
        for (bucket, count) in tally.entries() {
            octaves.add(border(bucket.middle()), count);
        }
        if !octaves.cumulative.is_empty() {
            octaves.extend_to(ALWAYS_UP_TO);
        }
        // Nothing is beyond it, so it would say what the last bucket says.
        octaves.cumulative.pop_if(|last| last.0 == i64::MAX);
        octaves
    }

    /// Adds values of the octave that ends with `border`, which is not below those that are there.
    fn add(&mut self, border: i64, count: u64) {
        if self.cumulative.is_empty() {
            self.cumulative.push((border, 0));
        }
        self.extend_to(border);
        self.count = self.count.wrapping_add(count);
        if let Some(last) = self.cumulative.last_mut() {
            last.1 = self.count;
        }
    }

    /// Adds the octaves without values up to `border`.
    fn extend_to(&mut self, border: i64) {
        while let Some((last, _)) = self
            .cumulative
            .last()
            .copied()
            .filter(|last| last.0 < border)
        {
            self.cumulative.push((next(last), self.count));
        }
    }
}

/// The largest value of the octave that `value` is in. Those of negative values mirror the others, as buckets do.
fn border(value: i64) -> i64 {
    let mirror = value >> 63;
    let bits = i64::BITS - (value ^ mirror).leading_zeros();
    match (mirror, bits) {
        (0, _) => i64::MAX >> (63 - bits),
        (_, 0) => -1,
        (_, _) => !(1 << (bits - 1)),
    }
}

/// The border after `border`.
fn next(border: i64) -> i64 {
    match border {
        ..-1 => !(!border >> 1),
        -1 => 0,
        _ => border.saturating_mul(2).saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_follow_each_other_from_end_to_end() {
        let mut last = border(i64::MIN);
        assert_eq!(last, -(1 << 62) - 1);
        let mut count = 1;
        while last < i64::MAX {
            let first_of_next = last + 1;
            assert_eq!(border(last), last);
            assert_eq!(border(first_of_next), next(last));
            last = next(last);
            count += 1;
        }
        assert_eq!(count, 2 * 64);
    }

    #[test]
    fn small_values_have_small_octaves() {
        let borders: Vec<i64> = (-9..=9).map(border).collect();
        let negative = [-9, -5, -5, -5, -5, -3, -3, -2, -1];
        let positive = [0, 1, 3, 3, 7, 7, 7, 7, 15, 15];
        assert_eq!(borders, [&negative[..], &positive].concat());
    }
}
