//! Totals in memory: one cell of a distribution, whoever writes it.

use std::mem::offset_of;

#[cfg(restartable)]
use super::sequence::Addend;
use super::slab::Part;
use super::totals::Totals;
use crate::os::atomic::{AtomicU64, Ordering, fence, spin_loop};

/// The totals of some values, written by one writer at a time; the layout is part of the ABI.
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub(crate) struct Stripe {
    /// `count << 1 | active`, where `active` says which slot holds the totals of `count` values.
    ///
    /// **Invariant:** the slot that the header names is complete and not written as long as the header names it. A
    /// writer fills the idle slot and then stores the header, which commits both at once. One that never gets that far
    /// (its sequence was aborted, its thread did not survive a fork) has changed nothing that a reader sees.
    ///
    /// **What would break a reading:** a reader loads header *n* and half of its slot; update *n + 1* fills the other
    /// slot and commits; update *n + 2* fills the reader's slot; the reader loads the other half. Therefore it loads
    /// the header again: equal headers mean that no update was committed meanwhile (the count never repeats), so none
    /// after *n + 1* can have begun, and *n + 1* writes the other slot.
    ///
    /// **Why the orderings suffice:** the commit is a release store and the reader's first load an acquire load, so the
    /// slot is at least as new as its header. For the second load, update *n + 2* has a release fence before its first
    /// store to a slot, and commit *n + 1* comes before that fence (by the lock or the hand-over, if another thread made
    /// it); the reader has an acquire fence after its loads. If any of them saw a store of *n + 2*, the fences
    /// synchronise, and the second load finds header *n + 1* or a later one. On x86-64, where sequences run, all stores
    /// of a processor are seen in their order, and so are those of two threads that have the stripe's number one after
    /// the other: the kernel puts a full barrier between them, also where the number moves to another processor.
    header: AtomicU64,
    slots: [Sums; 2],
    /// Of a shared stripe: not 0 while somebody writes.
    ///
    /// A child that is forked in the midst of an update finds it taken for good. It is never taken over: the interrupted
    /// writer may be the child's own thread, further down the stack of a signal handler that forked.
    lock: AtomicU64,
    _reserved: [AtomicU64; 6],
}

/// The totals in one slot, without their count. Zero throughout says nothing about any value.
#[derive(Debug, Default)]
#[repr(C)]
struct Sums {
    sum_low: AtomicU64,
    sum_high: AtomicU64,
    /// How far the smallest value is below `i64::MAX`.
    below: AtomicU64,
    /// How far the largest value is above `i64::MIN`.
    above: AtomicU64,
}

const _: () = {
    assert!(size_of::<Stripe>() == 128 && align_of::<Stripe>() == 128);
    assert!(offset_of!(Stripe, header) == 0);
    assert!(offset_of!(Stripe, slots) == 8);
    assert!(offset_of!(Stripe, lock) == 72);
    assert!(size_of::<Sums>() == 32);
    assert!(offset_of!(Sums, sum_low) == 0 && offset_of!(Sums, sum_high) == 8);
    assert!(offset_of!(Sums, below) == 16 && offset_of!(Sums, above) == 24);
};

// SAFETY: sixteen atomic words; all zero is an unlocked stripe whose slot 0 holds the totals of no values.
unsafe impl Part for Stripe {}

/// How far `value` is below the greatest number.
fn below(value: i64) -> u64 {
    i64::MAX.abs_diff(value)
}

/// How far `value` is above the least number.
fn above(value: i64) -> u64 {
    i64::MIN.abs_diff(value)
}

impl Sums {
    /// Writes what it will be with `more` values than `other` has.
    #[inline]
    fn store_sum_of(&self, other: &Self, more: &Totals) {
        let sum = other.sum().wrapping_add(more.sum);
        self.sum_low.store(sum as u64, Ordering::Relaxed);
        self.sum_high.store((sum >> 64) as u64, Ordering::Relaxed);
        let distance = other.below.load(Ordering::Relaxed).max(below(more.min));
        self.below.store(distance, Ordering::Relaxed);
        let distance = other.above.load(Ordering::Relaxed).max(above(more.max));
        self.above.store(distance, Ordering::Relaxed);
    }

    #[inline]
    fn sum(&self) -> i128 {
        let low = self.sum_low.load(Ordering::Relaxed);
        let high = self.sum_high.load(Ordering::Relaxed);
        (u128::from(high) << 64 | u128::from(low)).cast_signed()
    }

    fn load(&self, count: i64) -> Totals {
        if count == 0 {
            return Totals::default();
        }
        Totals {
            count,
            sum: self.sum(),
            min: i64::MAX.wrapping_sub_unsigned(self.below.load(Ordering::Relaxed)),
            max: i64::MIN.wrapping_add_unsigned(self.above.load(Ordering::Relaxed)),
        }
    }

    fn clear(&self) {
        for word in [&self.sum_low, &self.sum_high, &self.below, &self.above] {
            word.store(0, Ordering::Relaxed);
        }
    }
}

impl Stripe {
    /// The slot that `header` names, and the idle one.
    #[inline]
    fn slots_of(&self, header: u64) -> (&Sums, &Sums) {
        let [even, odd] = &self.slots;
        if header & 1 == 0 {
            (even, odd)
        } else {
            (odd, even)
        }
    }

    /// Takes the lock unless somebody has it.
    pub(super) fn try_lock(&self) -> bool {
        self.lock.load(Ordering::Relaxed) == 0
            && self
                .lock
                .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    pub(super) fn unlock(&self) {
        self.lock.store(0, Ordering::Release);
    }

    /// Adds values. The caller is the only writer: the owner, or the holder of the lock.
    #[inline]
    pub(super) fn update(&self, more: &Totals) {
        let header = self.header.load(Ordering::Relaxed);
        let (active, idle) = self.slots_of(header);
        fence(Ordering::Release);
        idle.store_sum_of(active, more);
        let header = header.wrapping_add(more.count.cast_unsigned() << 1) ^ 1;
        self.header.store(header, Ordering::Release);
    }

    /// Forgets all values. Whoever reads or writes at the same time may see a mixture. A lock that is taken stays so.
    pub(super) fn clear(&self) {
        self.header.store(0, Ordering::Relaxed);
        self.slots.iter().for_each(Sums::clear);
    }

    pub(super) fn read(&self) -> Totals {
        loop {
            let header = self.header.load(Ordering::Acquire);
            let totals = self.slots_of(header).0.load((header >> 1).cast_signed());
            fence(Ordering::Acquire);
            if self.header.load(Ordering::Relaxed) == header {
                return totals;
            }
            spin_loop();
        }
    }
}

#[cfg(restartable)]
impl From<&Totals> for Addend {
    fn from(totals: &Totals) -> Self {
        Self {
            header: totals.count.cast_unsigned() << 1,
            sum_low: totals.sum as u64,
            sum_high: (totals.sum >> 64) as u64,
            below: below(totals.min),
            above: above(totals.max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(value: i64, count: i64) -> Totals {
        Totals {
            count,
            sum: i128::from(value) * i128::from(count),
            min: value,
            max: value,
        }
    }

    #[test]
    fn update_that_was_never_committed_leaves_no_trace() {
        let stripe = Stripe::default();
        stripe.update(&totals(4, 1));
        let (_, idle) = stripe.slots_of(stripe.header.load(Ordering::Relaxed));
        idle.sum_low.store(99, Ordering::Relaxed);
        idle.above.store(u64::MAX, Ordering::Relaxed);
        assert_eq!(stripe.read(), totals(4, 1));
        stripe.update(&totals(4, 2));
        assert_eq!(stripe.read(), totals(4, 3));
    }

    #[test]
    fn extremes_are_kept_beside_zero() {
        for value in [0, i64::MIN, i64::MAX, -1, 1] {
            let stripe = Stripe::default();
            stripe.update(&totals(value, 3));
            assert_eq!(stripe.read(), totals(value, 3));
        }
    }

    #[test]
    fn lock_is_taken_by_one_writer() {
        let stripe = Stripe::default();
        assert!(stripe.try_lock());
        assert!(!stripe.try_lock());
        stripe.unlock();
        stripe.lock.store(u64::MAX, Ordering::Relaxed);
        assert!(!stripe.try_lock(), "a writer outside");
    }
}
