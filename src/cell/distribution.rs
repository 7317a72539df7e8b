//! The cell of a distribution: count, sum, minimum and maximum that always belong together.

use std::fmt;
use std::mem::offset_of;
use std::sync::atomic::{AtomicU64, Ordering, fence};

use super::pool::Pool;
use super::slab::{Cell, Slot};
use crate::os::fork;

/// How many stripes a writer may move on to.
///
/// A stripe is busy for a few nanoseconds unless its writer is stopped in the midst, so a second one serves a signal
/// handler on top of its own thread, and two more serve threads that the scheduler stopped. More would only make
/// readings longer: updates that never meet at all are not for shared cells.
const STRIPES: usize = 4;

/// Rounds over all stripes after which a writer lets other threads run: whoever holds them is not running.
const PATIENCE: u32 = 100;

/// What some values have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// How many values there are.
    pub(crate) count: i64,
    /// Their sum, exact.
    pub(crate) sum: i128,
    /// The smallest; 0 if there is none.
    pub(crate) min: i64,
    /// The largest; 0 if there is none.
    pub(crate) max: i64,
}

impl Totals {
    fn of(value: i64) -> Self {
        Self {
            count: 1,
            sum: value.into(),
            min: value,
            max: value,
        }
    }

    fn merge(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        if other.count == 0 {
            return self;
        }
        Self {
            count: self.count.wrapping_add(other.count),
            sum: self.sum.wrapping_add(other.sum),
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    /// The sum as far as 64 bits go.
    pub(crate) fn saturated_sum(&self) -> i64 {
        let limit = if self.sum < 0 { i64::MIN } else { i64::MAX };
        i64::try_from(self.sum).unwrap_or(limit)
    }
}

/// One stripe, in memory; the layout is part of the ABI.
#[repr(C, align(128))]
pub(super) struct Stripe {
    /// `count << 1 | active`, where `active` says which slot holds the totals of `count` values.
    ///
    /// **Invariant:** the slot that the header names is complete and not written as long as the header names it. Only
    /// the holder of `lock` writes; it fills the idle slot and then stores the header, which commits both at once. A
    /// writer that never gets that far (its thread did not survive a fork) has changed nothing that a reader sees.
    ///
    /// **What would break a reading:** a reader loads header *n* and half of its slot; update *n + 1* fills the other
    /// slot and commits; update *n + 2* fills the reader's slot; the reader loads the other half. Therefore it loads
    /// the header again: equal headers mean that no update was committed meanwhile (the count never repeats), so none
    /// after *n + 1* can have begun, and *n + 1* writes the other slot.
    ///
    /// **Why the orderings suffice:** the commit is a release store and the reader's first load an acquire load, so the
    /// slot is at least as new as its header. For the second load, update *n + 2* has a release fence before its first
    /// store to a slot, and commit *n + 1* comes before that fence (by the lock, if another thread made it); the
    /// reader has an acquire fence after its loads. If any of them saw a store of *n + 2*, the fences synchronise, and
    /// the second load finds header *n + 1* or a later one.
    header: AtomicU64,
    slots: [Sums; 2],
    /// The generation of the process whose thread writes now, else 0 or a generation whose threads are gone.
    lock: AtomicU64,
    _reserved: [AtomicU64; 6],
}

/// The totals in one slot, without their count.
#[repr(C)]
struct Sums {
    sum_low: AtomicU64,
    sum_high: AtomicU64,
    min: AtomicU64,
    max: AtomicU64,
}

const _: () = {
    assert!(size_of::<Stripe>() == 128 && align_of::<Stripe>() == 128);
    assert!(offset_of!(Stripe, header) == 0);
    assert!(offset_of!(Stripe, slots) == 8);
    assert!(offset_of!(Stripe, lock) == 72);
    assert!(size_of::<Sums>() == 32);
    assert!(offset_of!(Sums, sum_low) == 0 && offset_of!(Sums, sum_high) == 8);
    assert!(offset_of!(Sums, min) == 16 && offset_of!(Sums, max) == 24);
};

// SAFETY: sixteen atomic words; all zero is an unlocked stripe whose slot 0 holds the totals of no values.
unsafe impl Cell for Stripe {
    const STRIPES: usize = STRIPES;
}

impl Sums {
    /// Writes everything but the count; a sum of 128 bits as its two halves.
    fn store(&self, totals: &Totals) {
        self.sum_low.store(totals.sum as u64, Ordering::Relaxed);
        self.sum_high
            .store((totals.sum >> 64) as u64, Ordering::Relaxed);
        self.min
            .store(totals.min.cast_unsigned(), Ordering::Relaxed);
        self.max
            .store(totals.max.cast_unsigned(), Ordering::Relaxed);
    }

    fn load(&self, count: i64) -> Totals {
        let low = self.sum_low.load(Ordering::Relaxed);
        let high = self.sum_high.load(Ordering::Relaxed);
        Totals {
            count,
            sum: (u128::from(high) << 64 | u128::from(low)).cast_signed(),
            min: self.min.load(Ordering::Relaxed).cast_signed(),
            max: self.max.load(Ordering::Relaxed).cast_signed(),
        }
    }
}

impl Stripe {
    /// The slot that `header` names, and the idle one.
    fn slots_of(&self, header: u64) -> (&Sums, &Sums) {
        let [even, odd] = &self.slots;
        if header & 1 == 0 {
            (even, odd)
        } else {
            (odd, even)
        }
    }

    /// Takes the lock unless another thread of this process has it. What a vanished writer left behind needs no repair.
    fn try_lock(&self, generation: u64) -> bool {
        let holder = self.lock.load(Ordering::Relaxed);
        holder != generation
            && self
                .lock
                .compare_exchange(holder, generation, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    fn unlock(&self) {
        self.lock.store(0, Ordering::Release);
    }

    /// Adds `value`, or does nothing and says `false` because another writer is at work.
    fn try_update(&self, value: i64, generation: u64) -> bool {
        if !self.try_lock(generation) {
            return false;
        }
        let header = self.header.load(Ordering::Relaxed);
        let (active, idle) = self.slots_of(header);
        let totals = active.load(count_in(header)).merge(Totals::of(value));
        fence(Ordering::Release);
        idle.store(&totals);
        // One value more, and the other slot.
        self.header
            .store(header.wrapping_add(2) ^ 1, Ordering::Release);
        self.unlock();
        true
    }

    /// Forgets all values. Whoever reads or writes at the same time may see a mixture.
    fn clear(&self) {
        for word in [&self.header, &self.lock] {
            word.store(0, Ordering::Relaxed);
        }
        for slot in &self.slots {
            slot.store(&Totals::default());
        }
    }

    fn read(&self) -> Totals {
        loop {
            let header = self.header.load(Ordering::Acquire);
            let totals = self.slots_of(header).0.load(count_in(header));
            fence(Ordering::Acquire);
            if self.header.load(Ordering::Relaxed) == header {
                return totals;
            }
            std::hint::spin_loop();
        }
    }
}

/// How many values a header stands for.
fn count_in(header: u64) -> i64 {
    (header >> 1).cast_signed()
}

/// Totals that any thread adds to and any thread reads, without two states ever being mixed.
///
/// A writer that finds a stripe busy moves on to the next one; only one that finds all of them busy waits, so it has
/// to be [`STRIPES`] other writers that are in the midst of an update. A reader starts again when a stripe changed under
/// it, and never holds up a writer.
pub(crate) struct DistributionCell {
    slot: Slot<Stripe>,
}

impl DistributionCell {
    /// A cell of no values.
    pub(crate) fn new(pool: &Pool) -> Self {
        Self {
            slot: pool.distributions.slot(),
        }
    }

    /// Adds `value`.
    pub(crate) fn update(&self, value: i64) {
        let generation = fork::generation();
        let mut rounds = 0;
        while !self
            .slot
            .stripes()
            .any(|stripe| stripe.try_update(value, generation))
        {
            wait(rounds);
            rounds += 1;
        }
    }

    /// Begins again without values. Nobody else may update or read meanwhile.
    pub(crate) fn clear(&self) {
        self.slot.stripes().for_each(Stripe::clear);
    }

    /// What the values so far have in common.
    pub(crate) fn read(&self) -> Totals {
        self.slot
            .stripes()
            .map(Stripe::read)
            .fold(Totals::default(), Totals::merge)
    }
}

/// Waits a moment for the writers of all stripes.
#[cold]
fn wait(rounds: u32) {
    if rounds < PATIENCE {
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
}

impl fmt::Debug for DistributionCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    fn cell() -> DistributionCell {
        DistributionCell::new(&Pool::new())
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

    #[test]
    fn writer_moves_on_when_stripes_are_busy() {
        let cell = cell();
        cell.update(1);
        let busy: Vec<_> = cell.slot.stripes().take(STRIPES - 1).collect();
        for stripe in &busy {
            assert!(stripe.try_lock(fork::generation()));
        }
        cell.update(20);
        assert_eq!(
            cell.slot.stripes().last().map(Stripe::read),
            Some(totals(1, 20, 20, 20))
        );
        for stripe in busy {
            stripe.unlock();
        }
        cell.update(-300);
        assert_eq!(cell.read(), totals(3, -279, -300, 20));
    }

    #[test]
    fn writer_waits_while_all_stripes_are_busy() {
        let cell = cell();
        for stripe in cell.slot.stripes() {
            assert!(stripe.try_lock(fork::generation()));
        }
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                cell.update(9);
                done.store(true, Ordering::Release);
            });
            for _ in 0..100 {
                std::thread::yield_now();
                assert!(!done.load(Ordering::Acquire));
            }
            cell.slot.stripes().for_each(Stripe::unlock);
        });
        assert_eq!(cell.read(), totals(1, 9, 9, 9));
    }

    #[test]
    fn writer_takes_over_what_an_earlier_process_left_locked() {
        let cell = cell();
        cell.update(4);
        for stripe in cell.slot.stripes() {
            assert!(stripe.try_lock(fork::generation() + 7));
            let (_, idle) = stripe.slots_of(stripe.header.load(Ordering::Relaxed));
            idle.store(&totals(0, 1 << 100, -1, 1));
        }
        cell.update(6);
        assert_eq!(cell.read(), totals(2, 10, 4, 6));
    }

    #[cfg(all(unix, not(miri)))]
    #[test]
    fn forked_child_updates_although_every_writer_was_interrupted() {
        let cell = cell();
        cell.update(4);
        for stripe in cell.slot.stripes() {
            assert!(stripe.try_lock(fork::generation()));
        }
        // SAFETY: the child only writes cells and leaves; it is ended by a signal should it hang.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: both may be called after a fork of a process with threads.
            unsafe {
                libc::alarm(20);
                cell.update(6);
                libc::_exit(i32::from(cell.read() != totals(2, 10, 4, 6)));
            }
        }
        let mut status = -1;
        // SAFETY: `status` is a place for the answer.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        cell.slot.stripes().for_each(Stripe::unlock);
        cell.update(1);
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
                let (mut last, mut readings) = (0, 0_u64);
                while !quiet.load(Ordering::Acquire) {
                    let now = cell.read();
                    assert!(now.count >= last);
                    assert_eq!(now.sum, i128::from(now.count) * 7);
                    assert!(now.count == 0 || (now.min, now.max) == (7, 7));
                    (last, readings) = (now.count, readings + 1);
                }
                readings
            });
            for writer in writers {
                assert!(writer.join().is_ok());
            }
            quiet.store(true, Ordering::Release);
            assert!(reader.join().is_ok_and(|readings| readings > 0));
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
