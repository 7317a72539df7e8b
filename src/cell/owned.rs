//! Cells that one thread at a time writes, with plain stores.
//!
//! They belong to a metric for its whole life. One that is released keeps what it counted and waits for the next owner,
//! who goes on from there: so nothing is ever moved, and a reading simply adds all of them up. A writer that finds every
//! shared stripe busy is such an owner as well, for one update.

use std::fmt;
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::os::atomic::{AtomicBool, AtomicPtr, Ordering, UnsafeCell};
use crate::os::memory::Region;

/// What an acquired cell keeps alive.
pub(crate) type Keeps = Arc<dyn Send + Sync>;

/// One owned cell, in memory, on a cache line of its own.
#[repr(C, align(64))]
struct Node<C> {
    /// First, so that the address of the node is that of the cell.
    cell: C,
    /// **Invariant:** who sets it owns the node until clearing it: only that thread writes `cell` and touches `keeps`.
    ///
    /// **Why the orderings suffice:** releasing is a release store and acquiring an acquire exchange, so an owner finds
    /// all that the one before it wrote.
    taken: AtomicBool,
    keeps: UnsafeCell<Option<Keeps>>,
    next: *const Node<C>,
    /// The memory that it lies in, if it is no box.
    memory: Option<Region>,
}

/// The owned cells of one metric.
pub(super) struct OwnedCells<C> {
    /// The node that was added last. A node is complete when it gets here and stays until all go with the metric.
    newest: AtomicPtr<Node<C>>,
}

// SAFETY: the list is changed by atomic exchange only, a cell may be read by any thread, and the rest of a node belongs
// to the one that has taken it.
unsafe impl<C: Send + Sync> Send for OwnedCells<C> {}
// SAFETY: as above.
unsafe impl<C: Send + Sync> Sync for OwnedCells<C> {}

impl<C> Default for OwnedCells<C> {
    fn default() -> Self {
        Self {
            newest: AtomicPtr::new(ptr::null_mut()),
        }
    }
}

impl<C: Default> OwnedCells<C> {
    /// A cell for one owner, which keeps `metric` alive; `metric` is what `self` is a part of.
    pub(super) fn acquire(&self, metric: Keeps) -> OwnedCell<C> {
        let node = self.free().unwrap_or_else(|| self.add());
        // SAFETY: the node is there as long as the list.
        let keeps = unsafe { &node.as_ref().keeps };
        // SAFETY: the node is taken, by us.
        keeps.with_mut(|keeps| unsafe { *keeps = Some(metric) });
        OwnedCell { node }
    }

    /// Takes a node that was released.
    fn free(&self) -> Option<NonNull<Node<C>>> {
        let take = |node: &&Node<C>| {
            !node.taken.load(Ordering::Relaxed) && !node.taken.swap(true, Ordering::Acquire)
        };
        self.nodes().find(take).map(NonNull::from)
    }

    /// Runs `write` on a cell that nobody else writes meanwhile; whether there was one.
    ///
    /// A signal handler may come here, so that a new one takes its memory from the system and not from the allocator.
    pub(super) fn write_spare(&self, write: impl FnOnce(&C)) -> bool {
        let Some(node) = self.free().or_else(|| self.add_spare()) else {
            return false;
        };
        // SAFETY: the node is taken, by us, and `self` keeps it.
        let node = unsafe { node.as_ref() };
        write(&node.cell);
        node.taken.store(false, Ordering::Release);
        true
    }

    /// Adds a node, taken.
    fn add(&self) -> NonNull<Node<C>> {
        let node = NonNull::from(Box::leak(Box::new(Node::taken(None))));
        // SAFETY: made just now.
        unsafe { self.publish(node) };
        node
    }

    /// Adds a node in memory of its own, taken; `None` if the system has none.
    #[cold]
    fn add_spare(&self) -> Option<NonNull<Node<C>>> {
        let memory = Region::reserve(size_of::<Node<C>>())?;
        let node = memory.start().cast::<Node<C>>();
        // SAFETY: the region is large enough, begins with a page, and belongs to the node from here on.
        unsafe { node.write(Node::taken(Some(memory))) };
        // SAFETY: made just now.
        unsafe { self.publish(node) };
        Some(node)
    }

    /// Adds `node` to the list.
    ///
    /// # Safety
    /// Nobody else knows the node, and it stays until the list goes.
    unsafe fn publish(&self, node: NonNull<Node<C>>) {
        let mut newest = self.newest.load(Ordering::Relaxed);
        loop {
            // SAFETY: nobody else knows the node before the exchange. Through the pointer that the others will have, as a
            // reference would claim the node for itself even then.
            unsafe { (*node.as_ptr()).next = newest };
            let place = &self.newest;
            // Release: who finds the node finds it complete.
            match place.compare_exchange_weak(
                newest,
                node.as_ptr(),
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(newer) => newest = newer,
            }
        }
    }
}

impl<C: Default> Node<C> {
    fn taken(memory: Option<Region>) -> Self {
        Self {
            cell: C::default(),
            taken: AtomicBool::new(true),
            keeps: UnsafeCell::new(None),
            next: ptr::null(),
            memory,
        }
    }
}

impl<C> OwnedCells<C> {
    /// All cells that ever had an owner.
    pub(super) fn cells(&self) -> impl Iterator<Item = &C> {
        self.nodes().map(|node| &node.cell)
    }

    #[inline]
    fn nodes(&self) -> impl Iterator<Item = &Node<C>> {
        let mut next = self.newest.load(Ordering::Acquire).cast_const();
        std::iter::from_fn(move || {
            // SAFETY: NULL, or a node of this list, which stays as long as the list; its `next` never changes.
            let node = unsafe { next.as_ref()? };
            next = node.next;
            Some(node)
        })
    }
}

impl<C> Drop for OwnedCells<C> {
    fn drop(&mut self) {
        let mut next = self.newest.load(Ordering::Relaxed);
        while let Some(node) = NonNull::new(next) {
            // SAFETY: a node of this list. Nobody has it: an owner would keep the metric, and with it this list.
            let (memory, after) = unsafe { ((*node.as_ptr()).memory.take(), node.as_ref().next) };
            match memory {
                // The rest of the node needs no dropping: nothing is kept.
                Some(memory) => drop(memory),
                // SAFETY: `add` leaked it from a box.
                None => drop(unsafe { Box::from_raw(node.as_ptr()) }),
            }
            next = after.cast_mut();
        }
    }
}

/// A cell in the hands of its owner; dropping it releases it.
pub(crate) struct OwnedCell<C> {
    node: NonNull<Node<C>>,
}

// SAFETY: the owner may be any thread; the cell itself is read by others.
unsafe impl<C: Send + Sync> Send for OwnedCell<C> {}

impl<C> OwnedCell<C> {
    /// The address of the cell, for an owner outside; it stays taken until [`from_raw`](Self::from_raw).
    pub(crate) fn into_raw(self) -> NonNull<C> {
        let node = self.node;
        std::mem::forget(self);
        node.cast()
    }

    /// The cell of that address.
    ///
    /// # Safety
    /// `cell` came from [`into_raw`](Self::into_raw), and did not come here since.
    pub(crate) unsafe fn from_raw(cell: NonNull<C>) -> Self {
        Self { node: cell.cast() }
    }
}

impl<C> Deref for OwnedCell<C> {
    type Target = C;

    fn deref(&self) -> &C {
        // SAFETY: the node keeps its metric while it is taken, and the metric keeps the node.
        unsafe { &self.node.as_ref().cell }
    }
}

impl<C> Drop for OwnedCell<C> {
    fn drop(&mut self) {
        // SAFETY: as in `deref`; taken by us until the store.
        let node = unsafe { self.node.as_ref() };
        // SAFETY: as above.
        let keeps = node.keeps.with_mut(|keeps| unsafe { (*keeps).take() });
        node.taken.store(false, Ordering::Release);
        // The metric may go now, and the node with it.
        drop(keeps);
    }
}

impl<C: fmt::Debug> fmt::Debug for OwnedCell<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// How owners and readers get along.
#[cfg(all(loom, test))]
#[allow(clippy::unwrap_used, reason = "a model fails by panicking")]
mod loom_models {
    use super::super::count::{Count, CounterCell};
    use super::super::distribution::DistributionCell;
    use super::super::model::check;
    use super::super::pool::Pool;
    use super::*;
    use crate::os::atomic::Arc;
    use loom::thread;

    fn acquire(metric: &Arc<CounterCell>) -> OwnedCell<Count> {
        metric.acquire(std::sync::Arc::new(Arc::clone(metric)))
    }

    fn read(
        metric: &Arc<CounterCell>,
        among: std::ops::RangeInclusive<i64>,
    ) -> thread::JoinHandle<()> {
        let metric = Arc::clone(metric);
        thread::spawn(move || assert!(among.contains(&metric.get())))
    }

    #[test]
    fn owners_one_after_the_other_or_at_once_lose_nothing() {
        check(|| {
            let metric = Arc::new(CounterCell::new(&Pool::new()).unwrap());
            let other = Arc::clone(&metric);
            let owner = thread::spawn(move || acquire(&other).add(1));
            let reader = read(&metric, 0..=3);
            acquire(&metric).add(2);
            assert!(owner.join().is_ok() && reader.join().is_ok());
            acquire(&metric).add(4);
            assert_eq!(metric.get(), 7);
        });
    }

    #[test]
    fn next_owner_goes_on_where_the_last_one_stopped() {
        check(|| {
            let metric = Arc::new(DistributionCell::new(&Pool::new()).unwrap());
            let keeps = || -> Keeps { std::sync::Arc::new(Arc::clone(&metric)) };
            let mut first = metric.acquire(keeps());
            let (other, its_keeps) = (Arc::clone(&metric), keeps());
            let next = thread::spawn(move || other.acquire(its_keeps).update(20));
            first.update(1);
            drop(first);
            assert!(next.join().is_ok());
            let read = metric.read();
            assert_eq!((read.count, read.sum, read.min, read.max), (2, 21, 1, 20));
        });
    }

    /// The model fails as well if a metric is left that nobody can reach.
    #[test]
    fn metric_goes_with_its_last_owner_and_not_before() {
        check(|| {
            let pool = Pool::new();
            let metric = Arc::new(CounterCell::new(&pool).unwrap());
            let mut cell = acquire(&metric);
            let owner = thread::spawn(move || cell.add(1));
            let reader = read(&metric, 0..=1);
            drop(metric);
            assert!(owner.join().is_ok() && reader.join().is_ok());
            assert_eq!(CounterCell::new(&pool).unwrap().get(), 0);
        });
    }
}
