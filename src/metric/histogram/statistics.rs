//! Flink's statistics, applied to the middles of buckets.

use crate::cell::{Bucket, Tally};
use crate::metric::mean::mean;

/// What the values of a tally have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statistics {
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Statistics {
    /// Minimum and maximum (0 without values), mean and sample deviation (NaN without values).
    pub(super) fn of(tally: &Tally) -> Self {
        let mut middles = tally.entries().map(|(bucket, _)| bucket.middle());
        let min = middles.next().unwrap_or(0);
        let max = middles.next_back().unwrap_or(min);
        let (mean, deviation) = mean_and_deviation(tally);
        Self {
            min,
            max,
            mean,
            deviation,
        }
    }
}

/// The number, or the border that it is beyond; NaN stays NaN.
///
/// As `clamp`, whose panic over impossible borders would bring everything that prints doubles.
pub(super) fn between(low: f64, number: f64, high: f64) -> f64 {
    if number < low {
        low
    } else if number > high {
        high
    } else {
        number
    }
}

/// The exact mean, and the sample deviation from it.
///
/// Flink's statistics come to both in one pass over the values (Welford's recurrence), with a division at each. Here the
/// sum is exact and so is the mean, and the distances from it are as good.
fn mean_and_deviation(tally: &Tally) -> (f64, f64) {
    // Fits: a middle has 63 bits beside its sign, and all counts together have 64.
    let product = |(middle, count)| i128::from(middle) * i128::from(count);
    let (sum, count) = (tally.middles().map(product).sum(), tally.total());
    let mean = mean(sum, count);
    match count {
        0 => (f64::NAN, f64::NAN),
        1 => (mean, 0.0),
        _ => (mean, (squares(tally, mean) / (count as f64 - 1.0)).sqrt()),
    }
}

/// The sum of the squared distances of all values from `mean`.
fn squares(tally: &Tally, mean: f64) -> f64 {
    let square = |(middle, count): (i64, u64)| {
        let distance = middle as f64 - mean;
        // As a signed number it is converted by one instruction; no count is near 2^63.
        count.cast_signed() as f64 * distance * distance
    };
    tally.middles().map(square).sum()
}

/// The quantiles `parts`, ascending, above 0 and at most 1, as Flink interpolates them; NaN without values.
pub(super) fn quantiles<const N: usize>(tally: &Tally, parts: [f64; N]) -> [f64; N] {
    let count = tally.total() as f64;
    let mut ascent = Ascent::new(tally.entries());
    parts.map(|part| {
        if count == 0.0 {
            return f64::NAN;
        }
        // Flink asks in percent. The way there and back may change the last bit, and this is what it computes with.
        let part = part * 100.0 / 100.0;
        let position = if part == 1.0 {
            count
        } else {
            between(1.0, part * (count + 1.0), count)
        };
        let whole = position.floor();
        let (below, above) = ascent.neighbours(whole as u64);
        below + (position - whole) * (above - below)
    })
}

/// A way through buckets from the smallest value on.
struct Ascent<I> {
    rest: I,
    /// The last bucket that was passed.
    at: Option<Bucket>,
    /// How many values are in those that were passed.
    passed: u64,
}

impl<I: Iterator<Item = (Bucket, u64)> + Clone> Ascent<I> {
    fn new(entries: I) -> Self {
        Self {
            rest: entries,
            at: None,
            passed: 0,
        }
    }

    /// The values at rank `rank` (the smallest has rank 1) and at the next; past the end it is the largest. No rank is below
    /// the one before.
    fn neighbours(&mut self, rank: u64) -> (f64, f64) {
        while self.passed < rank
            && let Some((bucket, count)) = self.rest.next()
        {
            self.at = Some(bucket);
            self.passed = self.passed.saturating_add(count);
        }
        let Some(at) = self.at else {
            return (f64::NAN, f64::NAN);
        };
        let next = (self.passed == rank).then(|| self.rest.clone().next());
        let above = next.flatten().map_or(at, |(bucket, _)| bucket);
        (at.middle() as f64, above.middle() as f64)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::cell::{HistogramCell, Pool};

    fn quantile(tally: &Tally, part: f64) -> f64 {
        let [value] = quantiles(tally, [part]);
        value
    }

    fn tally(values: &[i64]) -> Tally {
        let cell = HistogramCell::new(&Pool::new()).unwrap();
        cell.update_many(values);
        cell.read().0
    }

    #[test]
    fn one_value_is_everything() {
        let tally = tally(&[42]);
        let statistics = Statistics::of(&tally);
        assert_eq!((statistics.min, statistics.max), (42, 42));
        assert_eq!((statistics.mean, statistics.deviation), (42.0, 0.0));
        assert!(
            [0.001, 0.5, 1.0]
                .iter()
                .all(|q| quantile(&tally, *q) == 42.0)
        );
    }

    #[test]
    fn deviation_is_that_of_a_sample() {
        let two = Statistics::of(&tally(&[20, 10]));
        assert_eq!((two.mean, two.deviation), (15.0, 7.0710678118654755));
        let three = Statistics::of(&tally(&[30, 10, 20]));
        assert_eq!((three.mean, three.deviation), (20.0, 10.0));
        assert_eq!(Statistics::of(&tally(&[7; 11])).deviation, 0.0);
    }

    #[test]
    fn quantiles_are_interpolated_as_flink_does() {
        let ten = tally(&(1..=10).collect::<Vec<_>>());
        let expected = [
            (0.001, 1.0),
            (0.1, 1.1),
            (0.25, 2.75),
            (0.5, 5.5),
            (0.95, 10.0),
            (1.0, 10.0),
        ];
        for (q, value) in expected {
            assert_eq!(quantile(&ten, q), value);
        }
        let hundred = tally(&(1..=100).collect::<Vec<_>>());
        assert_eq!(quantile(&hundred, 0.95), 95.949_999_999_999_99);
        assert_eq!(quantile(&hundred, 0.98), 98.98);
    }

    #[test]
    fn quantile_between_two_buckets_interpolates_across_the_gap() {
        let values = tally(&[0, 0, 0, 100]);
        assert_eq!(quantile(&values, 0.7), 50.0);
        assert_eq!(quantile(&values, 0.5), 0.0);
    }

    #[test]
    fn nothing_is_not_a_number() {
        let nothing = Tally::default();
        let statistics = Statistics::of(&nothing);
        assert_eq!((statistics.min, statistics.max), (0, 0));
        assert!(statistics.mean.is_nan() && statistics.deviation.is_nan());
        assert!(quantile(&nothing, 1.0).is_nan());
    }
}
