//! Flink's statistics, applied to the middles of buckets.

use crate::cell::Tally;

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
            // Rounding must not carry the mean out of the values.
            mean: between(min as f64, mean, max as f64),
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

/// Welford's recurrence, as Flink's statistics have it, with all values of a bucket in one step: of `k` equal values
/// at distance `d` from the mean of the `n` before, the mean moves by `d * k / (n + k)` and the sum of the squared
/// distances grows by `d * d * n * k / (n + k)`.
fn mean_and_deviation(tally: &Tally) -> (f64, f64) {
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for (bucket, more) in tally.entries() {
        let more = more as f64;
        let all = count + more;
        let distance = bucket.middle() as f64 - mean;
        let step = distance * more / all;
        mean += step;
        squares += count * distance * step;
        count = all;
    }
    match tally.total() {
        0 => (f64::NAN, f64::NAN),
        1 => (mean, 0.0),
        _ => (mean, (squares / (count - 1.0)).sqrt()),
    }
}

/// The quantile `q`, which is above 0 and at most 1, as Flink interpolates it; NaN without values.
pub(super) fn quantile(tally: &Tally, q: f64) -> f64 {
    let count = tally.total() as f64;
    if count == 0.0 {
        return f64::NAN;
    }
    // Flink asks in percent. The way there and back may change the last bit, and this is what it computes with.
    let part = q * 100.0 / 100.0;
    let position = if part == 1.0 {
        count
    } else {
        between(1.0, part * (count + 1.0), count)
    };
    let whole = position.floor();
    let (below, above) = neighbours(tally, whole as u64);
    below + (position - whole) * (above - below)
}

/// The values at rank `rank` (the smallest has rank 1) and at the next; past the end it is the largest.
fn neighbours(tally: &Tally, rank: u64) -> (f64, f64) {
    let mut passed = 0_u64;
    let mut buckets = tally.entries().map(|(bucket, count)| {
        passed = passed.saturating_add(count);
        (bucket, passed)
    });
    let Some((at, reached)) = buckets.find(|(_, passed)| *passed >= rank) else {
        return (f64::NAN, f64::NAN);
    };
    let after = if reached > rank {
        at
    } else {
        buckets.next().map_or(at, |(bucket, _)| bucket)
    };
    (at.middle() as f64, after.middle() as f64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::cell::{HistogramCell, Pool};

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
