//! Exponential histograms, made of a histogram's own buckets.
//!
//! OpenTelemetry's data model (section "ExponentialHistogram") has buckets whose borders are powers of a base: with scale
//! `s` the bucket `i` holds what is above `2^(i / 2^s)`, up to `2^((i + 1) / 2^s)`. metra's buckets cut the values between
//! two powers of 2 into 64 equal parts instead. Each of them goes as a whole where its middle belongs, so a value is counted
//! as one that is at most 0.8 % away from it; magnitudes below 128, of which each has a bucket, as what they are. The finest
//! scale is the one whose buckets are as many.
//!
//! Where that takes more buckets than [`MOST`], the scale goes down as in the data model (section "Scale"): with each step
//! two neighbours become one, `i` goes to `i / 2` rounded down.

use crate::cell::{Bucket, Tally};

/// The scale of 64 buckets from one power of 2 to the next.
const FINEST: i32 = 6;
const PER_OCTAVE: i32 = 1 << FINEST;

/// How many buckets either sign may have: what OpenTelemetry's own libraries take by default. Values from 2 to 1000 have so
/// few at scale 4, where a bucket is 4.4 % wide, and all values of 64 bits at scale 1.
const MOST: i32 = 160;

/// Counts of values in exponential buckets, in memory that is used again.
#[derive(Debug, Default)]
pub(super) struct Exponential {
    scale: i32,
    zeros: u64,
    positive: Side,
    negative: Side,
}

/// The buckets of values of one sign.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// The indices of the first and the last bucket in use at the finest scale.
    range: Option<(i32, i32)>,
    /// The index of the first count.
    offset: i32,
    counts: Vec<u64>,
}

impl Exponential {
    /// Takes over the counts of `tally`.
    pub(super) fn take(&mut self, tally: &Tally) {
        self.zeros = 0;
        self.positive.range = None;
        self.negative.range = None;
        for (bucket, count) in tally.entries() {
            match self.place(bucket) {
                Some((side, index)) => side.reach(index),
                None => self.zeros += count,
            }
        }
        let steps = self.positive.steps().max(self.negative.steps());
        self.scale = FINEST - steps;
        self.positive.empty(steps);
        self.negative.empty(steps);
        for (bucket, count) in tally.entries() {
            if let Some((side, index)) = self.place(bucket) {
                side.add(index >> steps, count);
            }
        }
    }

    /// Where the values of a bucket go, at the finest scale; nowhere if they are 0.
    fn place(&mut self, bucket: Bucket) -> Option<(&mut Side, i32)> {
        let middle = bucket.middle();
        let side = match middle {
            0 => return None,
            1.. => &mut self.positive,
            _ => &mut self.negative,
        };
        Some((side, index(middle.unsigned_abs())))
    }

    pub(super) fn scale(&self) -> i32 {
        self.scale
    }

    /// How many values are 0.
    pub(super) fn zeros(&self) -> u64 {
        self.zeros
    }

    pub(super) fn positive(&self) -> &Side {
        &self.positive
    }

    pub(super) fn negative(&self) -> &Side {
        &self.negative
    }
}

impl Side {
    /// The index of the first count.
    pub(super) fn offset(&self) -> i32 {
        self.offset
    }

    pub(super) fn counts(&self) -> &[u64] {
        &self.counts
    }

    fn reach(&mut self, index: i32) {
        let (first, last) = self.range.unwrap_or((index, index));
        self.range = Some((first.min(index), last.max(index)));
    }

    /// How often neighbours have to become one until they are few enough.
    fn steps(&self) -> i32 {
        let (first, last) = self.range.unwrap_or_default();
        let fits = |steps: &i32| (last >> steps) - (first >> steps) < MOST;
        (0..).find(fits).unwrap_or(0)
    }

    fn empty(&mut self, steps: i32) {
        self.counts.clear();
        if let Some((first, last)) = self.range {
            self.offset = first >> steps;
            let buckets = (last >> steps) - self.offset + 1;
            self.counts.resize(buckets.unsigned_abs() as usize, 0);
        }
    }

    fn add(&mut self, index: i32, more: u64) {
        let place = usize::try_from(index - self.offset).ok();
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count = count.wrapping_add(more);
        }
    }
}

/// The index of the bucket that `magnitude`, which is not 0, belongs to at the finest scale.
///
/// Borders that are no powers of 2 are irrational, so the logarithm is a whole number of parts for powers of 2 only. These
/// belong to the bucket that they end.
fn index(magnitude: u64) -> i32 {
    if magnitude.is_power_of_two() {
        return magnitude.ilog2().cast_signed() * PER_OCTAVE - 1;
    }
    ((magnitude as f64).log2() * f64::from(PER_OCTAVE)).floor() as i32
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::cell::Pool;
    use crate::metric::Histogram;
    use std::time::Duration;

    fn of(values: &[i64]) -> Exponential {
        let histogram = Histogram::new(&Pool::new(), Duration::from_secs(60)).unwrap();
        histogram.update_many(values);
        let mut exponential = Exponential::default();
        exponential.take(&histogram.life(Tally::default()).0);
        exponential
    }

    /// The borders of a side's buckets that hold something, with how many values they hold, by the definition.
    fn buckets(side: &Side, scale: i32) -> Vec<(f64, f64, u64)> {
        let border = |index: i32| (f64::from(index) * f64::from(-scale).exp2()).exp2();
        let bucket = |(index, count): (i32, &u64)| (border(index), border(index + 1), *count);
        let all = (side.offset()..).zip(side.counts()).map(bucket);
        all.filter(|(_, _, count)| *count > 0).collect()
    }

    /// Pseudo-random numbers (Marsaglia's xorshift), the same in every run.
    fn random(count: usize) -> impl Iterator<Item = u64> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        std::iter::repeat_with(next).take(count)
    }

    #[test]
    fn small_values_are_where_the_definition_has_them() {
        for value in 1..=128 {
            let exponential = of(&[value, -value]);
            for side in [exponential.positive(), exponential.negative()] {
                let [(low, high, 1)] = buckets(side, exponential.scale())[..] else {
                    unreachable!("{side:?}");
                };
                assert!(low < value as f64 && value as f64 <= high, "{value}");
            }
            assert_eq!((exponential.scale(), exponential.zeros()), (FINEST, 0));
        }
    }

    #[test]
    fn powers_of_2_end_their_buckets_and_others_do_not() {
        for (magnitude, expected) in [
            (1, -1),
            (2, 63),
            (3, 101),
            (4, 127),
            (5, 148),
            (1 << 62, 3967),
        ] {
            assert_eq!(index(magnitude), expected);
        }
    }

    #[test]
    fn every_value_is_taken_for_one_at_most_a_hundred_and_twenty_eighth_away() {
        for bits in [8, 20, 41, 63] {
            for number in random(2000) {
                let value = (number >> (64 - bits)).cast_signed().max(1);
                let exponential = of(&[value]);
                let [(low, high, 1)] = buckets(exponential.positive(), exponential.scale())[..]
                else {
                    unreachable!("{value}: {exponential:?}");
                };
                let (value, off) = (value as f64, value as f64 / 128.0);
                assert!(low < value + off && value - off <= high, "{value}");
            }
        }
    }

    #[test]
    fn counts_are_those_of_all_values() {
        let exponential = of(&[0, 0, 5, 5, 5, -5, 9, 0]);
        assert_eq!(exponential.zeros(), 3);
        let counts = |side: &Side| Vec::from_iter(side.counts().iter().copied());
        let positive = counts(exponential.positive());
        assert_eq!((positive.first(), positive.last()), (Some(&3), Some(&1)));
        assert_eq!(positive.iter().sum::<u64>(), 4);
        assert_eq!(counts(exponential.negative()), [1]);
        assert_eq!(
            exponential.positive().offset(),
            exponential.negative().offset()
        );
    }

    #[test]
    fn memory_of_one_histogram_leaves_nothing_in_the_next() {
        let mut exponential = of(&[i64::MIN, 0, 7, i64::MAX]);
        exponential.take(&Tally::default());
        let sides = [exponential.positive(), exponential.negative()];
        assert!(sides.iter().all(|side| side.counts().is_empty()));
        assert_eq!((exponential.scale(), exponential.zeros()), (FINEST, 0));
    }

    #[test]
    fn scale_is_the_finest_that_needs_no_more_buckets_than_there_may_be() {
        for (low, high, scale) in [
            (1, 1, 6),
            (1000, 5500, 6),
            (1000, 6000, 5),
            (2, 1000, 4),
            (1, 1000, 3),
            (1, i64::MAX, 1),
        ] {
            for values in [[low, high], [-low, -high]] {
                let exponential = of(&values);
                assert_eq!(exponential.scale(), scale, "{values:?}");
                let [used, unused] = match low > values[0] {
                    true => [&exponential.negative, &exponential.positive],
                    false => [&exponential.positive, &exponential.negative],
                };
                assert!(used.counts().len() <= MOST as usize && unused.counts().is_empty());
                assert_eq!(used.counts().iter().sum::<u64>(), 2);
            }
        }
    }

    #[test]
    fn coarser_scale_joins_neighbours_of_the_finest() {
        let values: Vec<i64> = random(500).map(|n| (n >> 52).cast_signed() + 1).collect();
        let (fine, coarse) = (of(&values), of(&[&values[..], &[i64::MAX]].concat()));
        let steps = FINEST - coarse.scale();
        assert!(fine.scale() > coarse.scale());
        for (fine_low, fine_high, _) in buckets(fine.positive(), fine.scale()) {
            let around = buckets(coarse.positive(), coarse.scale());
            let is_in = |(low, high, _): &(f64, f64, u64)| *low <= fine_low && fine_high <= *high;
            assert_eq!(around.iter().filter(|bucket| is_in(bucket)).count(), 1);
        }
        let first = values.iter().min().map(|value| index(value.unsigned_abs()));
        assert_eq!(
            first.map(|first| first >> steps),
            Some(coarse.positive().offset())
        );
    }

    #[test]
    fn both_signs_have_the_scale_of_the_one_that_needs_the_coarser() {
        let exponential = of(&[-1, -1_000_000, 5]);
        assert_eq!(exponential.scale(), 2);
        let positive = buckets(exponential.positive(), exponential.scale());
        assert_eq!(positive.len(), 1);
    }
}
