//! The cell of a distribution: count, sum, minimum and maximum that always belong together.

use std::fmt;
use std::ptr::NonNull;

use super::owned::{Keeps, OwnedCell, OwnedCells};
#[cfg(restartable)]
use super::path;
use super::pool::Pool;
#[cfg(restartable)]
use super::sequence;
use super::slab::Slot;
use super::stripe::Stripe;
use super::totals::Totals;
use crate::error::Error;
use crate::os::atomic::spin_loop;

/// Rounds over all shared stripes after which a writer takes one beside them: whoever holds them is not running.
const PATIENCE: u32 = if cfg!(loom) { 0 } else { 100 };

/// Totals that any thread adds to and any thread reads, without two states ever being mixed.
///
/// A writer that finds a shared stripe busy moves on to the next one. One that finds all of them busy, again and again,
/// waits for nobody: their holders may be interrupted by signal handlers that are looking for a stripe as well, or have
/// stayed behind in the process that forked this one. It borrows one that it alone writes, and adds it if there is none.
/// A reader starts again when a stripe changed under it, and never holds up a writer.
pub(crate) struct DistributionCell {
    slot: Slot<Stripe>,
    owned: OwnedCells<Stripe>,
}

impl DistributionCell {
    /// A cell of no values.
    ///
    /// # Errors
    /// As [`CounterCell::new`](super::CounterCell::new).
    pub(crate) fn new(pool: &Pool) -> Result<Self, Error> {
        Ok(Self {
            slot: Slot::new(&pool.distributions)?,
            owned: OwnedCells::default(),
        })
    }

    /// Adds `value`.
    #[inline]
    pub(crate) fn update(&self, value: i64) {
        #[cfg(restartable)]
        if self.update_by_sequence(value) {
            return;
        }
        self.update_elsewhere(value);
    }

    /// Adds `value` in the slab of this processor; whether that is possible.
    #[cfg(restartable)]
    #[inline(always)]
    pub(super) fn update_by_sequence(&self, value: i64) -> bool {
        // SAFETY: the slot's cell, whose parts in processors' slabs are written by sequences only.
        unsafe { sequence::update(self.slot.first().cast(), value) }
    }

    /// Adds where no sequence did.
    #[inline(never)]
    fn update_elsewhere(&self, value: i64) {
        #[cfg(restartable)]
        if sequence::exist() && self.update_here_first(value) {
            return;
        }
        self.write_shared(|_, stripe| stripe.update(&Totals::of(value)));
    }

    /// Adds by the first sequence on a processor; whether there can be one.
    #[cfg(restartable)]
    #[cold]
    #[inline(never)]
    fn update_here_first(&self, value: i64) -> bool {
        path::reach_this_processor() && self.update_by_sequence(value)
    }

    /// Adds all of `values` at once: a reading has none or all of them.
    pub(crate) fn update_many(&self, values: &[i64]) {
        if let Some(totals) = Totals::of_all(values) {
            self.merge(&totals);
        }
    }

    fn merge(&self, totals: &Totals) {
        #[cfg(restartable)]
        {
            let addend = totals.into();
            // SAFETY: as in `update_by_sequence`.
            let merge = || unsafe { sequence::merge(self.slot.first().cast(), &addend) };
            if merge() || sequence::exist() && path::reach_this_processor() && merge() {
                return;
            }
        }
        self.write_shared(|_, stripe| stripe.update(totals));
    }

    /// Adds in a shared part: runs `write` on a stripe that nobody else writes meanwhile. It gets the number of the slab
    /// whose stripe it is, and for one beside them none.
    #[inline(always)]
    pub(super) fn write_shared(&self, write: impl Fn(Option<usize>, &Stripe)) {
        for (slab, stripe) in self.slot.shared_parts() {
            if stripe.try_lock() {
                write(Some(slab), stripe);
                return stripe.unlock();
            }
        }
        self.write_spare(&write);
    }

    /// The same, after every shared stripe was found busy. Where the system has no memory for another one it goes on looking.
    #[cold]
    #[inline(never)]
    fn write_spare(&self, write: &dyn Fn(Option<usize>, &Stripe)) {
        for round in 0.. {
            for (slab, stripe) in self.slot.shared_parts() {
                if stripe.try_lock() {
                    write(Some(slab), stripe);
                    return stripe.unlock();
                }
            }
            if round >= PATIENCE && self.owned.write_spare(|stripe| write(None, stripe)) {
                return;
            }
            spin_loop();
        }
    }

    /// The stripe that foreign writers may add to, under its lock, as long as this cell lives.
    pub(crate) fn shared(&self) -> NonNull<Stripe> {
        NonNull::from(self.slot.shared(0))
    }

    /// A stripe that the caller alone writes; `metric` is what this cell is a part of.
    pub(crate) fn acquire(&self, metric: Keeps) -> OwnedCell<Stripe> {
        self.owned.acquire(metric)
    }

    /// Begins again without values. Nobody else may update or read meanwhile.
    pub(crate) fn clear(&self) {
        self.stripes().for_each(Stripe::clear);
    }

    /// What the values so far have in common.
    pub(crate) fn read(&self) -> Totals {
        self.stripes()
            .map(Stripe::read)
            .fold(Totals::default(), Totals::merge)
    }

    fn stripes(&self) -> impl Iterator<Item = &Stripe> {
        self.slot.parts().chain(self.owned.cells())
    }
}

impl OwnedCell<Stripe> {
    /// Adds `value`.
    #[inline]
    pub(crate) fn update(&mut self, value: i64) {
        Stripe::update(self, &Totals::of(value));
    }
}

impl fmt::Debug for DistributionCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn cell() -> DistributionCell {
        DistributionCell::new(&Pool::new()).unwrap()
    }

    fn totals(count: i64, sum: i128, min: i64, max: i64) -> Totals {
        Totals {
            count,
            sum,
            min,
            max,
        }
    }

    #[test]
    fn nothing_is_all_zero() {
        assert_eq!(cell().read(), Totals::default());
    }

    #[test]
    fn first_value_is_minimum_and_maximum() {
        for value in [5, -5, 0, i64::MIN, i64::MAX] {
            let cell = cell();
            cell.update(value);
            assert_eq!(cell.read(), totals(1, value.into(), value, value));
        }
    }

    #[test]
    fn sum_goes_beyond_64_bits_both_ways() {
        let cell = cell();
        for _ in 0..3 {
            cell.update(i64::MAX);
        }
        let up = 3 * i128::from(i64::MAX);
        assert_eq!(cell.read(), totals(3, up, i64::MAX, i64::MAX));
        assert_eq!(cell.read().saturated_sum(), i64::MAX);
        for _ in 0..6 {
            cell.update(i64::MIN);
        }
        let down = up + 6 * i128::from(i64::MIN);
        assert_eq!(cell.read(), totals(9, down, i64::MIN, i64::MAX));
        assert_eq!(cell.read().saturated_sum(), i64::MIN);
    }

    fn update_shared(cell: &DistributionCell, value: i64) {
        cell.write_shared(|_, stripe| stripe.update(&Totals::of(value)));
    }

    /// Locks shared stripes as a writer does that is stopped in the midst of an update: all but `free` of them.
    fn stop_writers(cell: &DistributionCell, free: usize) -> Vec<&Stripe> {
        let mut stripes: Vec<_> = cell.slot.shared_parts().map(|(_, stripe)| stripe).collect();
        stripes.truncate(stripes.len() - free);
        for stripe in &stripes {
            assert!(stripe.try_lock());
        }
        stripes
    }

    #[test]
    fn cells_of_all_kinds_are_added_up() {
        let metric = Arc::new(cell());
        metric.update(1);
        update_shared(&metric, 20);
        let mut owned = metric.acquire(Arc::clone(&metric) as _);
        owned.update(-300);
        assert_eq!(metric.read(), totals(3, -279, -300, 20));
        drop(owned);
        metric.acquire(Arc::clone(&metric) as _).update(5);
        assert_eq!(metric.read(), totals(4, -274, -300, 20));
        metric.clear();
        assert_eq!(metric.read(), Totals::default());
    }

    #[test]
    fn batch_adds_what_its_values_do() {
        let values = [5, i64::MIN, 0, i64::MAX, i64::MAX, -7];
        let (one, many, shared) = (cell(), cell(), cell());
        values.iter().for_each(|value| one.update(*value));
        for part in values.chunks(4) {
            many.update_many(part);
        }
        many.update_many(&[]);
        values
            .iter()
            .for_each(|value| update_shared(&shared, *value));
        assert_eq!(one.read(), many.read());
        assert_eq!(one.read(), shared.read());
    }

    #[test]
    fn writer_moves_on_when_stripes_are_busy() {
        let cell = cell();
        update_shared(&cell, 1);
        let busy = stop_writers(&cell, 1);
        update_shared(&cell, 20);
        let last = cell.slot.shared_parts().last();
        assert_eq!(
            last.map(|(_, stripe)| stripe.read()),
            Some(totals(1, 20, 20, 20))
        );
        busy.into_iter().for_each(Stripe::unlock);
        update_shared(&cell, -300);
        assert_eq!(cell.read(), totals(3, -279, -300, 20));
    }

    #[test]
    fn writer_waits_for_nobody_when_all_stripes_are_busy() {
        let cell = cell();
        let busy = stop_writers(&cell, 0);
        for value in [9, 10] {
            update_shared(&cell, value);
        }
        assert_eq!(cell.read(), totals(2, 19, 9, 10));
        assert_eq!(cell.owned.cells().count(), 1);
        busy.into_iter().for_each(Stripe::unlock);
        update_shared(&cell, 11);
        assert_eq!(cell.read(), totals(3, 30, 9, 11));
    }

    #[cfg(all(unix, not(miri)))]
    #[test]
    fn forked_child_updates_although_every_writer_was_interrupted() {
        let cell = cell();
        update_shared(&cell, 4);
        let busy = stop_writers(&cell, 0);
        // SAFETY: the child only writes cells and leaves; it is ended by a signal should it hang.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: both may be called after a fork of a process with threads.
            unsafe {
                libc::alarm(20);
                update_shared(&cell, 6);
                libc::_exit(i32::from(cell.read() != totals(2, 10, 4, 6)));
            }
        }
        let mut status = -1;
        // SAFETY: `status` is a place for the answer.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        busy.into_iter().for_each(Stripe::unlock);
        update_shared(&cell, 1);
        assert_eq!(cell.read(), totals(2, 5, 1, 4));
    }

    #[test]
    fn readings_under_eight_writers_are_never_mixed() {
        let cell = cell();
        let rounds: i64 = if cfg!(miri) { 30 } else { 200_000 };
        let quiet = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..rounds).for_each(|_| cell.update(7))))
                .collect();
            let reader = scope.spawn(|| {
                let mut last = 0;
                loop {
                    let finished = quiet.load(Ordering::Acquire);
                    let now = cell.read();
                    assert!(now.count >= last);
                    assert_eq!(now.sum, i128::from(now.count) * 7);
                    assert!(now.count == 0 || (now.min, now.max) == (7, 7));
                    last = now.count;
                    if finished {
                        break;
                    }
                }
            });
            for writer in writers {
                assert!(writer.join().is_ok());
            }
            quiet.store(true, Ordering::Release);
            assert!(reader.join().is_ok());
        });
        assert_eq!(cell.read(), totals(8 * rounds, (56 * rounds).into(), 7, 7));
    }

    /// Values grow by one, so a state of `n` values of one stripe is 1 to `n`: each of its four parts tells the others.
    #[test]
    fn every_part_of_a_reading_is_of_one_state() {
        let cell = cell();
        let rounds: i64 = if cfg!(miri) { 200 } else { 2_000_000 };
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (1..=rounds).for_each(|value| cell.update(value)));
            loop {
                let finished = writer.is_finished();
                let now = cell.read();
                let n = now.count;
                let sum = i128::from(n) * i128::from(n + 1) / 2;
                assert_eq!(now, totals(n, sum, n.min(1), n));
                if finished {
                    break;
                }
            }
        });
        assert_eq!(cell.read().count, rounds);
    }
}

/// How writers and readers of shared stripes get along. All threads of a model begin with the same stripe.
#[cfg(all(loom, test))]
#[allow(clippy::unwrap_used, reason = "a model fails by panicking")]
mod loom_models {
    use super::super::model::check;
    use super::*;
    use crate::os::atomic::Arc;
    use loom::thread;

    fn cell() -> Arc<DistributionCell> {
        Arc::new(DistributionCell::new(&Pool::new()).unwrap())
    }

    /// The totals of `values`, none of them mixed with another state's.
    fn totals(values: &[i64]) -> Totals {
        Totals::of_all(values).unwrap_or_default()
    }

    fn write(cell: &Arc<DistributionCell>, value: i64) -> thread::JoinHandle<()> {
        let cell = Arc::clone(cell);
        thread::spawn(move || cell.update(value))
    }

    /// Reads one of the `states`.
    fn read(cell: &Arc<DistributionCell>, states: &'static [&[i64]]) -> thread::JoinHandle<()> {
        let cell = Arc::clone(cell);
        thread::spawn(move || {
            let read = cell.read();
            assert!(states.iter().any(|state| read == totals(state)), "{read:?}");
        })
    }

    #[test]
    fn every_part_of_a_reading_is_of_one_state() {
        check(|| {
            let cell = cell();
            cell.update(1);
            let reader = read(&cell, &[&[1], &[1, 2], &[1, 2, 3]]);
            cell.update(2);
            cell.update(3);
            assert!(reader.join().is_ok());
            assert_eq!(cell.read(), totals(&[1, 2, 3]));
        });
    }

    #[test]
    fn writers_that_meet_at_a_stripe_lose_nothing() {
        check(|| {
            let cell = cell();
            let writer = write(&cell, 2);
            let reader = read(&cell, &[&[], &[2], &[-30], &[2, -30]]);
            cell.update(-30);
            assert!(writer.join().is_ok() && reader.join().is_ok());
            assert_eq!(cell.read(), totals(&[2, -30]));
        });
    }

    /// One writer is stopped at each of the two stripes.
    #[test]
    fn writers_that_find_every_stripe_busy_lose_nothing() {
        check(|| {
            let cell = cell();
            let (stopped, in_between) = (&cell, &cell);
            stopped.write_shared(|_, _| {
                in_between.write_shared(|_, _| {
                    let writer = write(&cell, 2);
                    let reader = read(&cell, &[&[], &[2], &[-30], &[2, -30]]);
                    cell.update(-30);
                    assert!(writer.join().is_ok() && reader.join().is_ok());
                    assert_eq!(cell.read(), totals(&[2, -30]));
                });
            });
        });
    }
}
