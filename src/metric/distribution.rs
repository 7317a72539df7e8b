//! Values of which count, sum, minimum, maximum and mean are of interest.

use std::ptr::NonNull;
use std::sync::Arc;

use super::mean::mean;
use crate::cell::{DistributionCell, OwnedCell, Pool, Stripe};
use crate::error::Error;

/// Count, sum, minimum, maximum and mean of all values for life; usable from any thread, exact under many.
#[derive(Debug)]
pub struct Distribution {
    cell: DistributionCell,
}

/// What a distribution said at one moment: all parts are of the same values, and min <= mean <= max.
///
/// Without values everything is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DistributionReading {
    /// How many values there are.
    pub count: i64,
    /// Their sum; at `i64::MIN` or `i64::MAX` if it is beyond.
    pub sum: i64,
    /// The smallest.
    pub min: i64,
    /// The largest.
    pub max: i64,
    /// The exact sum, also where `sum` is not, divided by the count and rounded once.
    pub mean: f64,
}

impl Distribution {
    pub(crate) fn new(pool: &Pool) -> Result<Self, Error> {
        let cell = DistributionCell::new(pool)?;
        Ok(Self { cell })
    }

    /// Adds `value`.
    #[inline]
    pub fn update(&self, value: i64) {
        self.cell.update(value);
    }

    /// Adds all of `values` at once: a reading has none or all of them.
    pub fn update_many(&self, values: &[i64]) {
        self.cell.update_many(values);
    }

    /// A part of the distribution that the caller alone writes, cheaper than the whole.
    pub fn cell(self: &Arc<Self>) -> OwnedDistribution {
        OwnedDistribution(self.cell.acquire(Arc::clone(self) as _))
    }

    /// The part that foreign writers may add to, by the protocol of the C header; it lives as long as `self`.
    pub(crate) fn shared_cell(&self) -> NonNull<Stripe> {
        self.cell.shared()
    }

    /// Begins again without values. Nobody else may update or read meanwhile.
    pub(crate) fn clear(&self) {
        self.cell.clear();
    }

    /// What the values so far have in common.
    pub fn read(&self) -> DistributionReading {
        let totals = self.cell.read();
        DistributionReading {
            count: totals.count,
            sum: totals.saturated_sum(),
            min: totals.min,
            max: totals.max,
            mean: mean(totals.sum, totals.count.unsigned_abs()),
        }
    }
}

/// A part of a distribution that one thread at a time writes. What it counted stays when it is dropped.
#[derive(Debug)]
pub struct OwnedDistribution(pub(crate) OwnedCell<Stripe>);

impl OwnedDistribution {
    /// Adds `value`.
    #[inline]
    pub fn update(&mut self, value: i64) {
        self.0.update(value);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn reading(values: &[i64]) -> DistributionReading {
        let distribution = Distribution::new(&Pool::new()).unwrap();
        values.iter().for_each(|value| distribution.update(*value));
        distribution.read()
    }

    #[test]
    fn nothing_is_zero_throughout() {
        assert_eq!(reading(&[]), DistributionReading::default());
    }

    #[test]
    fn values_are_summed_up() {
        let expected = DistributionReading {
            count: 4,
            sum: 6,
            min: -5,
            max: 10,
            mean: 1.5,
        };
        assert_eq!(reading(&[-5, 10, 1, 0]), expected);
    }

    #[test]
    fn mean_is_exact_where_the_sum_saturates() {
        let high = reading(&[i64::MAX, i64::MAX, i64::MAX]);
        assert_eq!((high.sum, high.mean), (i64::MAX, i64::MAX as f64));
        let low = reading(&[i64::MIN, i64::MIN, i64::MIN + 3000]);
        assert_eq!((low.sum, low.mean), (i64::MIN, (i64::MIN + 1000) as f64));
        assert_eq!(reading(&[i64::MIN, i64::MAX]).mean, -0.5);
    }

    #[test]
    fn mean_stays_between_the_extremes() {
        for values in [
            [i64::MAX - 1, i64::MAX],
            [i64::MIN, i64::MIN + 1],
            [3, 3],
            [-1, 0],
        ] {
            let read = reading(&values);
            assert!(read.min as f64 <= read.mean && read.mean <= read.max as f64);
        }
    }
}
