//! Sums: one that goes both ways, one that only grows.

use std::ptr::NonNull;
use std::sync::Arc;

use crate::cell::{Count, CounterCell, OwnedCell, Pool};
use crate::error::Error;

/// A 64-bit sum that goes up and down and wraps on overflow, as Flink's; usable from any thread, exact under many.
#[derive(Debug)]
pub struct Counter {
    cell: CounterCell,
}

impl Counter {
    pub(crate) fn new(pool: &Pool) -> Result<Self, Error> {
        let cell = CounterCell::new(pool)?;
        Ok(Self { cell })
    }

    /// Adds `n`, which may be negative.
    #[inline]
    pub fn inc(&self, n: i64) {
        self.cell.add(n);
    }

    /// Subtracts `n`, which may be negative.
    #[inline]
    pub fn dec(&self, n: i64) {
        self.cell.add(n.wrapping_neg());
    }

    /// A part of the counter that the caller alone writes, cheaper than the whole.
    pub fn cell(self: &Arc<Self>) -> OwnedCounter {
        OwnedCounter(self.cell.acquire(Arc::clone(self) as _))
    }

    /// The word that foreign writers may add to, atomically; it lives as long as `self`.
    pub(crate) fn shared_cell(&self) -> NonNull<i64> {
        self.cell.shared()
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
    pub(crate) fn new(pool: &Pool) -> Result<Self, Error> {
        let cell = CounterCell::new(pool)?;
        Ok(Self { cell })
    }

    /// Adds `n`; a negative `n` is ignored.
    #[inline]
    pub fn inc(&self, n: i64) {
        if n <= 0 {
            return ignore();
        }
        self.cell.add(n);
    }

    /// A part of the counter that the caller alone writes, cheaper than the whole.
    pub fn cell(self: &Arc<Self>) -> OwnedMonotonicCounter {
        OwnedMonotonicCounter(self.cell.acquire(Arc::clone(self) as _))
    }

    /// The word that foreign writers may add to, atomically; it lives as long as `self`.
    pub(crate) fn shared_cell(&self) -> NonNull<i64> {
        self.cell.shared()
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

/// Does nothing, and is opaque to the compiler: it would merge the test that leads here with the one for NULL, at a price of
/// three instructions in every update.
#[cold]
#[inline(never)]
fn ignore() {
    std::hint::black_box(());
}

/// A part of a counter, or of a meter, that one thread at a time writes. What it counted stays when it is dropped.
#[derive(Debug)]
pub struct OwnedCounter(pub(crate) OwnedCell<Count>);

impl OwnedCounter {
    /// Adds `n`, which may be negative.
    #[inline]
    pub fn inc(&mut self, n: i64) {
        self.0.add(n);
    }
}

/// A part of a monotonic counter that one thread at a time writes. What it counted stays when it is dropped.
#[derive(Debug)]
pub struct OwnedMonotonicCounter(pub(crate) OwnedCell<Count>);

impl OwnedMonotonicCounter {
    /// Adds `n`; a negative `n` is ignored.
    #[inline]
    pub fn inc(&mut self, n: i64) {
        if n > 0 {
            self.0.add(n);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn counter_goes_both_ways() {
        let counter = Counter::new(&Pool::new()).unwrap();
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
        let counter = Counter::new(&Pool::new()).unwrap();
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
        let counter = MonotonicCounter::new(&Pool::new()).unwrap();
        for n in [3, -1, 0, i64::MIN, 4] {
            counter.inc(n);
        }
        assert_eq!(counter.count(), 7);
    }
}
