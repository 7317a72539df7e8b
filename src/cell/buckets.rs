//! The cells of a histogram: a count for every bucket, in memory only where there are values.

use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::bucket::{Bucket, OCTAVES, PARTS};
use super::pool::Pool;
use super::slab::{Cell, Shelf};
use super::tally::Tally;

/// The counts of the buckets of one octave, in memory.
#[repr(C)]
pub(super) struct Octave {
    counts: [AtomicU64; PARTS],
}

// SAFETY: an array of atomic words; all zero is an octave without values.
unsafe impl Cell for Octave {
    const STRIPES: usize = 1;
}

/// How many values fell into each bucket, counted by any thread.
///
/// The first value in an octave brings its memory (512 bytes) from the pool, under the pool's lock; after that counting
/// is one atomic addition.
pub(crate) struct Buckets {
    /// The octaves in the order of their values; NULL where there was no value yet.
    ///
    /// **Invariant:** a pointer is NULL or leads to a cell that this table took from `shelf`, and once set it stays.
    ///
    /// **What would break it:** two threads meet the first value of an octave at once, and the pointer of one replaces
    /// the other's, with what was counted there. Therefore the pointer is exchanged for NULL only, and who comes second
    /// gives its own cell back and counts in the first one's.
    ///
    /// **Why the orderings suffice:** the cell was zeroed before it was taken; the exchange releases that, and whoever
    /// loads the pointer acquires it. The counts themselves are words that stand alone.
    octaves: [AtomicPtr<Octave>; OCTAVES],
    shelf: Arc<Shelf<Octave>>,
}

impl Buckets {
    /// Buckets without values and without memory for any.
    pub(crate) fn new(pool: &Pool) -> Self {
        Self {
            octaves: [const { AtomicPtr::new(ptr::null_mut()) }; OCTAVES],
            shelf: Arc::clone(&pool.octaves),
        }
    }

    /// Counts `value`.
    pub(crate) fn add(&self, value: i64) {
        let (octave, part) = Bucket::of(value).place();
        let Some(place) = self.octaves.get(octave) else {
            return;
        };
        if let Some(count) = self.octave_at(place).counts.get(part) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Begins again without values; the memory stays.
    pub(crate) fn clear(&self) {
        let octaves = self.octaves.iter().filter_map(|place| self.existing(place));
        for count in octaves.flat_map(|octave| &octave.counts) {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// How many values are in each bucket now. No count is ever less than in a tally that was taken before.
    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (number, place) in self.octaves.iter().enumerate() {
            let Some(octave) = self.existing(place) else {
                continue;
            };
            for (part, count) in octave.counts.iter().enumerate() {
                tally.push(Bucket::at(number, part), count.load(Ordering::Relaxed));
            }
        }
        tally
    }

    /// Whether there is, or will be in a moment, a value below 0. Once true it stays so.
    #[cfg(any(feature = "http", test))]
    pub(crate) fn go_below_zero(&self) -> bool {
        let negative = self.octaves.iter().take(OCTAVES / 2);
        let mut filled = negative.filter_map(|place| self.existing(place));
        filled.next().is_some()
    }

    fn octave_at(&self, place: &AtomicPtr<Octave>) -> &Octave {
        match self.existing(place) {
            Some(octave) => octave,
            None => self.fill(place),
        }
    }

    fn existing(&self, place: &AtomicPtr<Octave>) -> Option<&Octave> {
        // SAFETY: NULL or a cell of `shelf`, which `self` holds; it is given back when `self` is dropped.
        unsafe { place.load(Ordering::Acquire).as_ref() }
    }

    /// Brings memory for an octave that has none, unless another thread was faster.
    #[cold]
    fn fill(&self, place: &AtomicPtr<Octave>) -> &Octave {
        let fresh = self.shelf.take();
        let exchanged = place.compare_exchange(
            ptr::null_mut(),
            fresh.as_ptr(),
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        let octave = match exchanged.map_err(NonNull::new) {
            Err(Some(faster)) => {
                // SAFETY: taken above and shown to nobody.
                unsafe { self.shelf.put_back(fresh) };
                faster
            }
            Ok(_) | Err(None) => fresh,
        };
        // SAFETY: it is in the table now, by us or by the faster thread; see `existing`.
        unsafe { octave.as_ref() }
    }
}

impl Drop for Buckets {
    fn drop(&mut self) {
        for place in &mut self.octaves {
            if let Some(octave) = NonNull::new(*place.get_mut()) {
                // SAFETY: the table took it from this shelf, and all references to it ended with the table.
                unsafe { self.shelf.put_back(octave) };
            }
        }
    }
}

impl fmt::Debug for Buckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tally().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    fn counted(buckets: &Buckets) -> Vec<(i64, u64)> {
        let tally = buckets.tally();
        let entries = tally.entries();
        entries
            .map(|(bucket, count)| (bucket.middle(), count))
            .collect()
    }

    fn octaves_in_memory(buckets: &Buckets) -> usize {
        let places = buckets.octaves.iter();
        places
            .filter(|place| buckets.existing(place).is_some())
            .count()
    }

    #[test]
    fn values_are_counted_in_order() {
        let buckets = Buckets::new(&Pool::new());
        for value in [5, -100, 0, 5, 1000, 5, -1] {
            buckets.add(value);
        }
        let expected = [(-100, 1), (-1, 1), (0, 1), (5, 3), (1003, 1)];
        assert_eq!(counted(&buckets), expected);
    }

    #[test]
    fn extremes_have_their_buckets() {
        let buckets = Buckets::new(&Pool::new());
        for value in [i64::MIN, i64::MIN, i64::MAX] {
            buckets.add(value);
        }
        let tally = buckets.tally();
        let counts: Vec<_> = tally.entries().map(|(_, count)| count).collect();
        assert_eq!((counts, tally.total()), (vec![2, 1], 3));
    }

    #[test]
    fn only_octaves_with_values_take_memory() {
        let buckets = Buckets::new(&Pool::new());
        assert_eq!(octaves_in_memory(&buckets), 0);
        (0..128).for_each(|value| buckets.add(value));
        assert_eq!(octaves_in_memory(&buckets), 2);
        buckets.add(-1);
        assert_eq!(octaves_in_memory(&buckets), 3);
    }

    #[test]
    fn memory_comes_back_and_is_empty() {
        let pool = Pool::new();
        for round in 0..1000 {
            let buckets = Buckets::new(&pool);
            buckets.add(round);
            buckets.add(-round);
            assert_eq!(buckets.tally().total(), 2);
        }
        let buckets = Buckets::new(&pool);
        drop(pool);
        buckets.add(70);
        assert_eq!(counted(&buckets), [(70, 1)]);
    }

    #[test]
    fn threads_that_meet_in_a_new_octave_lose_nothing() {
        let pool = Pool::new();
        for _ in 0..if cfg!(miri) { 2 } else { 50 } {
            let buckets = Buckets::new(&pool);
            let start = Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        start.wait();
                        (0..62).for_each(|bit| buckets.add(1 << bit));
                    });
                }
            });
            assert!(counted(&buckets).iter().all(|(_, count)| *count == 4));
            assert_eq!(buckets.tally().total(), 4 * 62);
        }
    }
}
