//! Sums: one that goes both ways, one that only grows.

use crate::cell::{CounterCell, Pool};

/// A 64-bit sum that goes up and down and wraps on overflow, as Flink's; usable from any thread, exact under many.
#[derive(Debug)]
pub struct Counter {
    cell: CounterCell,
}

impl Counter {
    pub(crate) fn new(pool: &Pool) -> Self {
        Self {
            cell: CounterCell::new(pool),
        }
    }

    /// Adds `n`, which may be negative.
    pub fn inc(&self, n: i64) {
        self.cell.add(n);
    }

    /// Subtracts `n`, which may be negative.
    pub fn dec(&self, n: i64) {
        self.cell.add(n.wrapping_neg());
    }

    /// Begins again at 0.
    pub(crate) fn clear(&self) {
        self.cell.clear();
    }

    /// The sum now.
    pub fn count(&self) -> i64 {
        self.cell.get()
    }
}

/// A 64-bit sum that only grows, so that systems may compute rates from it; usable from any thread, exact under many.
///
/// Beyond `i64::MAX` it wraps.
#[derive(Debug)]
pub struct MonotonicCounter {
    cell: CounterCell,
}

impl MonotonicCounter {
    pub(crate) fn new(pool: &Pool) -> Self {
        Self {
            cell: CounterCell::new(pool),
        }
    }

    /// Adds `n`; a negative `n` is ignored.
    pub fn inc(&self, n: i64) {
        if n > 0 {
            self.cell.add(n);
        }
    }

    /// Begins again at 0.
    pub(crate) fn clear(&self) {
        self.cell.clear();
    }

    /// The sum now.
    pub fn count(&self) -> i64 {
        self.cell.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_goes_both_ways() {
        let counter = Counter::new(&Pool::new());
        let mut counts = Vec::new();
        for n in [1, 5, -1, -10, 0, -3] {
            counter.inc(n);
            counts.push(counter.count());
        }
        assert_eq!(counts, [1, 6, 5, -5, -5, -8]);
        counter.dec(-8);
        assert_eq!(counter.count(), 0);
    }

    #[test]
    fn counter_wraps() {
        let counter = Counter::new(&Pool::new());
        counter.inc(i64::MAX);
        counter.inc(1);
        assert_eq!(counter.count(), i64::MIN);
        counter.dec(1);
        assert_eq!(counter.count(), i64::MAX);
        counter.dec(-1);
        assert_eq!(counter.count(), i64::MIN);
        counter.dec(i64::MIN);
        assert_eq!(counter.count(), 0);
    }

    #[test]
    fn monotonic_counter_ignores_what_would_lower_it() {
        let counter = MonotonicCounter::new(&Pool::new());
        for n in [3, -1, 0, i64::MIN, 4] {
            counter.inc(n);
        }
        assert_eq!(counter.count(), 7);
    }
}
