//! The cell of a counter.

use std::fmt;
use std::ptr::NonNull;

use super::owned::{Keeps, OwnedCell, OwnedCells};
use super::path;
use super::pool::Pool;
#[cfg(restartable)]
use super::sequence;
use super::slab::{Part, Slot};
use crate::error::Error;
use crate::os::atomic::{AtomicI64, Ordering};

/// One word, in memory.
#[derive(Debug, Default)]
#[repr(transparent)]
pub(crate) struct Count(AtomicI64);

const _: () = assert!(size_of::<Count>() == 8);

// SAFETY: one atomic word; zero is a counter that counted nothing.
unsafe impl Part for Count {}

impl Count {
    fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// A 64-bit sum that any thread adds to.
///
/// Relaxed ordering is enough: the words are all there is to the value, and nobody concludes from them that other memory
/// was written. Additions are never lost, because each is either one indivisible read-modify-write of a shared word, or
/// made where nobody else writes.
pub(crate) struct CounterCell {
    slot: Slot<Count>,
    owned: OwnedCells<Count>,
}

impl CounterCell {
    /// A cell that holds 0.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the system has no memory left. The same holds for every other cell.
    pub(crate) fn new(pool: &Pool) -> Result<Self, Error> {
        Ok(Self {
            slot: Slot::new(&pool.counts)?,
            owned: OwnedCells::default(),
        })
    }

    /// Adds `n`, which may be negative; wraps.
    #[inline]
    pub(crate) fn add(&self, n: i64) {
        #[cfg(restartable)]
        // SAFETY: the slot's cell, whose parts in processors' slabs are written by this sequence only.
        if unsafe { sequence::add(self.slot.first().cast(), n) } {
            return;
        }
        self.add_elsewhere(n);
    }

    /// Adds where no sequence did. It saves no register: a store in front of a locked instruction has to be waited for.
    #[inline(never)]
    fn add_elsewhere(&self, n: i64) {
        #[cfg(restartable)]
        if sequence::exist() {
            return self.add_first(n);
        }
        match self.slot.own_shared() {
            Some(Count(count)) => {
                count.fetch_add(n, Ordering::Relaxed);
            }
            None => self.add_first(n),
        }
    }

    /// Adds as the first one on a processor, or of a thread.
    #[cold]
    #[inline(never)]
    fn add_first(&self, n: i64) {
        #[cfg(restartable)]
        if sequence::exist() && path::reach_this_processor() {
            // SAFETY: as in `add`.
            if unsafe { sequence::add(self.slot.first().cast(), n) } {
                return;
            }
        }
        let slab = path::own_shared().unwrap_or_else(path::assign_shared);
        self.slot.shared(slab).0.fetch_add(n, Ordering::Relaxed);
    }

    /// The word that foreign writers may add to, with atomic instructions only, as long as this cell lives.
    pub(crate) fn shared(&self) -> NonNull<i64> {
        NonNull::from(self.slot.shared(0)).cast()
    }

    /// A word that the caller alone writes; `metric` is what this cell is a part of.
    pub(crate) fn acquire(&self, metric: Keeps) -> OwnedCell<Count> {
        self.owned.acquire(metric)
    }

    /// Begins again at 0. Nobody else may add meanwhile.
    pub(crate) fn clear(&self) {
        self.slot.parts().for_each(Count::clear);
        self.owned.cells().for_each(Count::clear);
    }

    /// The sum of what was added.
    pub(crate) fn get(&self) -> i64 {
        let parts = self.slot.parts().chain(self.owned.cells());
        parts.map(Count::get).fold(0, i64::wrapping_add)
    }
}

impl OwnedCell<Count> {
    /// Adds `n`, which may be negative; wraps.
    #[inline]
    pub(crate) fn add(&mut self, n: i64) {
        self.0.store(self.get().wrapping_add(n), Ordering::Relaxed);
    }
}

impl fmt::Debug for CounterCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn cell_takes_eight_bytes() {
        let pool = Pool::new();
        let (one, two) = (
            CounterCell::new(&pool).unwrap(),
            CounterCell::new(&pool).unwrap(),
        );
        assert_eq!(two.shared().addr().get() - one.shared().addr().get(), 8);
    }

    #[test]
    fn additions_of_many_threads_all_count() {
        let pool = Pool::new();
        let cell = CounterCell::new(&pool).unwrap();
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
        let cell = CounterCell::new(&Pool::new()).unwrap();
        cell.add(i64::MAX);
        cell.add(1);
        assert_eq!(cell.get(), i64::MIN);
    }
}
