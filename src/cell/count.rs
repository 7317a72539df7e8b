//! The cell of a counter.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use super::pool::Pool;
use super::slab::{Cell, Slot};

/// One word, in memory.
#[repr(transparent)]
pub(super) struct Count(AtomicI64);

const _: () = assert!(size_of::<Count>() == 8);

// SAFETY: one atomic word; zero is a counter that counted nothing.
unsafe impl Cell for Count {
    const STRIPES: usize = 1;
}

/// A 64-bit sum that any thread adds to.
///
/// Relaxed ordering is enough: the word is all there is to the value, and nobody concludes from it that other memory
/// was written. Additions are never lost, because each is one indivisible read-modify-write.
pub(crate) struct CounterCell {
    slot: Slot<Count>,
}

impl CounterCell {
    /// A cell that holds 0.
    pub(crate) fn new(pool: &Pool) -> Self {
        Self {
            slot: pool.counts.slot(),
        }
    }

    /// Adds `n`, which may be negative; wraps.
    pub(crate) fn add(&self, n: i64) {
        self.slot.0.fetch_add(n, Ordering::Relaxed);
    }

    /// Begins again at 0.
    pub(crate) fn clear(&self) {
        self.slot.0.store(0, Ordering::Relaxed);
    }

    /// The sum of what was added.
    pub(crate) fn get(&self) -> i64 {
        self.slot.0.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for CounterCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_takes_eight_bytes() {
        let pool = Pool::new();
        let (one, two) = (CounterCell::new(&pool), CounterCell::new(&pool));
        let address = |cell: &CounterCell| std::ptr::from_ref(&*cell.slot).addr();
        assert_eq!(address(&two) - address(&one), 8);
    }

    #[test]
    fn additions_of_many_threads_all_count() {
        let pool = Pool::new();
        let cell = CounterCell::new(&pool);
        drop(pool);
        let rounds = if cfg!(miri) { 100 } else { 100_000 };
        std::thread::scope(|scope| {
            for n in [3, -1, 5, 1] {
                let cell = &cell;
                scope.spawn(move || (0..rounds).for_each(|_| cell.add(n)));
            }
        });
        assert_eq!(cell.get(), 8 * rounds);
    }

    #[test]
    fn sum_wraps() {
        let cell = CounterCell::new(&Pool::new());
        cell.add(i64::MAX);
        cell.add(1);
        assert_eq!(cell.get(), i64::MIN);
    }
}
