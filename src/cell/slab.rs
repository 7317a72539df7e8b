//! Slabs: zeroed memory cut into cells of one size, handed out and taken back.
//!
//! Memory comes in chunks of one slab for every stripe of a kind of cell. Stripe `k` of a cell lies `k` slabs beyond
//! its first, so a cell is one pointer however many stripes it has, and stripes that no writer ever needed are pages
//! that were never touched.
//!
//! A cell that is given back waits for the next metric of its kind. Chunks go when the shelf and its last slot are
//! gone: a registry keeps the memory that it needed at its busiest, and no number of registrations makes that grow.

use crate::os::sync::{Guard, Mutex};
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

/// What the cells of one stripe in one chunk take, in bytes.
pub(super) const SLAB_BYTES: usize = 64 * 1024;

/// What a slab is cut into.
///
/// # Safety
/// The type consists of 64-bit words without padding between or after them, which only atomic instructions write
/// through a shared reference. It has no destructor, and all words zero is an empty cell.
pub(super) unsafe trait Cell: Send + Sync + 'static {
    /// How many stripes a cell has.
    const STRIPES: usize;
}

/// Hands out the cells of one kind.
///
/// Its lock is the last of any order: nothing is called under it but the allocator.
pub(super) struct Shelf<C: Cell> {
    stock: Mutex<Stock<C>>,
}

struct Stock<C: Cell> {
    /// The cell that came back last. All its words are zero but the first, which is the link to the one before it.
    returned: Link<C>,
    /// The first cell of the newest chunk that was never handed out.
    next: NonNull<C>,
    /// How many cells of the newest chunk were never handed out.
    left: usize,
    chunks: Vec<Chunk<C>>,
}

type Link<C> = Option<NonNull<C>>;

// SAFETY: the pointers lead into the chunks that the stock owns, and cells may be used from any thread.
unsafe impl<C: Cell> Send for Stock<C> {}

impl<C: Cell> Default for Shelf<C> {
    fn default() -> Self {
        Self {
            stock: Mutex::new(Stock {
                returned: None,
                next: NonNull::dangling(),
                left: 0,
                chunks: Vec::new(),
            }),
        }
    }
}

impl<C: Cell> Shelf<C> {
    /// Hands out an empty cell, which comes back when the slot is dropped.
    pub(super) fn slot(self: &Arc<Self>) -> Slot<C> {
        Slot {
            cell: self.take(),
            shelf: Arc::clone(self),
        }
    }

    /// Hands out an empty cell, valid as long as the shelf. Without [`put_back`](Self::put_back) it stays taken.
    pub(super) fn take(&self) -> NonNull<C> {
        let mut stock = self.lock();
        match stock.reuse() {
            Some(cell) => cell,
            None => stock.cut(),
        }
    }

    /// Takes back a cell.
    ///
    /// # Safety
    /// `cell` was handed out by [`take`](Self::take) of this shelf, and nobody uses it any more.
    pub(super) unsafe fn put_back(&self, cell: NonNull<C>) {
        // SAFETY: the cell is ours alone now, by the caller's promise.
        unsafe { wipe(cell) };
        let mut stock = self.lock();
        // SAFETY: the first word of a cell has room for a link, as `Chunk::CELLS` checks, and nobody else uses it.
        unsafe { cell.cast::<Link<C>>().write(stock.returned) };
        stock.returned = Some(cell);
    }

    fn lock(&self) -> Guard<'_, Stock<C>> {
        self.stock.lock()
    }
}

impl<C: Cell> Stock<C> {
    fn reuse(&mut self) -> Link<C> {
        let cell = self.returned?;
        // SAFETY: a returned cell belongs to the stock alone, and `put_back` wrote a link to its first word.
        self.returned = unsafe { cell.cast::<Link<C>>().read() };
        // SAFETY: as above; with its first word zero the cell is empty.
        unsafe { cell.cast::<u64>().write(0) };
        Some(cell)
    }

    fn cut(&mut self) -> NonNull<C> {
        if self.left == 0 {
            let chunk = Chunk::new();
            self.next = chunk.first;
            self.left = Chunk::<C>::CELLS;
            self.chunks.push(chunk);
        }
        let cell = self.next;
        self.left -= 1;
        // SAFETY: a cell was left in this slab, so this is at most one past its last.
        self.next = unsafe { cell.add(1) };
        cell
    }
}

/// Zeroes every stripe of `cell`; reads before it writes, so that untouched pages stay untouched.
///
/// # Safety
/// `cell` was handed out by a shelf, and the caller alone uses it.
unsafe fn wipe<C: Cell>(cell: NonNull<C>) {
    for index in 0..C::STRIPES {
        // SAFETY: a cell from a shelf has that many stripes.
        let words = unsafe { stripe(cell, index) }.cast::<u64>();
        for offset in 0..size_of::<C>() / size_of::<u64>() {
            // SAFETY: the word lies in the stripe, which consists of initialised words and is the caller's alone.
            unsafe {
                let word = words.add(offset);
                if word.read() != 0 {
                    word.write(0);
                }
            }
        }
    }
}

/// Stripe `index` of `cell`.
///
/// # Safety
/// `cell` was handed out by a shelf that is still there, and `index` is below [`Cell::STRIPES`].
unsafe fn stripe<C: Cell>(cell: NonNull<C>, index: usize) -> NonNull<C> {
    // SAFETY: a chunk has a slab for every stripe, so the result lies in the same allocation.
    unsafe { cell.byte_add(index * SLAB_BYTES) }
}

/// A cell in the hands of a metric; dropping it gives it back.
///
/// It keeps the shelf's memory, so a metric may outlive its registry.
pub(super) struct Slot<C: Cell> {
    cell: NonNull<C>,
    shelf: Arc<Shelf<C>>,
}

// SAFETY: a slot is a shared reference to a cell, which any thread may use, and the shelf is behind a lock.
unsafe impl<C: Cell> Send for Slot<C> {}
// SAFETY: as above.
unsafe impl<C: Cell> Sync for Slot<C> {}

impl<C: Cell> Slot<C> {
    /// The stripes of the cell, the first one first.
    pub(super) fn stripes(&self) -> impl Iterator<Item = &C> {
        // SAFETY: the slot holds the shelf; shared references are all that there is to a cell until it is given back.
        (0..C::STRIPES).map(|index| unsafe { stripe(self.cell, index).as_ref() })
    }
}

impl<C: Cell> Deref for Slot<C> {
    type Target = C;

    /// The first stripe.
    fn deref(&self) -> &C {
        // SAFETY: as in `stripes`.
        unsafe { self.cell.as_ref() }
    }
}

impl<C: Cell> Drop for Slot<C> {
    fn drop(&mut self) {
        // SAFETY: the slot took the cell from this shelf, and the last reference to it is the one that goes here.
        unsafe { self.shelf.put_back(self.cell) };
    }
}

/// One allocation: a slab for every stripe.
struct Chunk<C: Cell> {
    memory: NonNull<u8>,
    first: NonNull<C>,
}

impl<C: Cell> Chunk<C> {
    /// How many cells a slab has.
    const CELLS: usize = {
        assert!(size_of::<C>().is_power_of_two() && size_of::<C>() <= SLAB_BYTES);
        assert!(size_of::<Link<C>>() <= size_of::<u64>());
        assert!(size_of::<u64>() <= size_of::<C>() && align_of::<u64>() <= align_of::<C>());
        assert!(!std::mem::needs_drop::<C>() && C::STRIPES > 0);
        SLAB_BYTES / size_of::<C>()
    };

    /// Asks for no more than the alignment of a word: beyond what `malloc` gives anyway, the allocator would align and
    /// zero the memory by hand and so touch all of it. The room to align it ourselves is included.
    const LAYOUT: Layout = {
        let align = align_of::<u64>();
        let slack = align_of::<C>() - align;
        // SAFETY: an alignment is a power of two, and the size is far below the limit.
        unsafe { Layout::from_size_align_unchecked(C::STRIPES * SLAB_BYTES + slack, align) }
    };

    fn new() -> Self {
        // SAFETY: the size is not zero.
        let memory = unsafe { alloc_zeroed(Self::LAYOUT) };
        let Some(memory) = NonNull::new(memory) else {
            handle_alloc_error(Self::LAYOUT)
        };
        let slack = memory.addr().get().wrapping_neg() & (align_of::<C>() - 1);
        // SAFETY: the layout has room for this step, which is below the cell's alignment and a multiple of a word's.
        let first = unsafe { memory.byte_add(slack) }.cast();
        Self { memory, first }
    }
}

impl<C: Cell> Drop for Chunk<C> {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout; a chunk goes with its shelf, when no slot is left.
        unsafe { dealloc(self.memory.as_ptr(), Self::LAYOUT) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[repr(C, align(64))]
    struct Striped([AtomicU64; 8]);

    // SAFETY: eight words, atomics, zero is empty.
    unsafe impl Cell for Striped {
        const STRIPES: usize = 3;
    }

    fn shelf() -> Arc<Shelf<Striped>> {
        Arc::default()
    }

    fn words(slot: &Slot<Striped>) -> Vec<u64> {
        let all = slot.stripes().flat_map(|stripe| &stripe.0);
        all.map(|word| word.load(Ordering::Relaxed)).collect()
    }

    fn fill(slot: &Slot<Striped>, value: u64) {
        for word in slot.stripes().flat_map(|stripe| &stripe.0) {
            word.store(value, Ordering::Relaxed);
        }
    }

    #[test]
    fn cells_of_several_chunks_are_empty_aligned_and_apart() {
        let shelf = shelf();
        let count = 2 * Chunk::<Striped>::CELLS + 1;
        let slots: Vec<_> = (0..count).map(|_| shelf.slot()).collect();
        for (number, slot) in slots.iter().enumerate() {
            assert!(words(slot).iter().all(|word| *word == 0));
            assert_eq!(slot.cell.addr().get() % 64, 0);
            fill(slot, number as u64);
        }
        for (number, slot) in slots.iter().enumerate() {
            assert_eq!(words(slot), [number as u64; 24]);
        }
        assert_eq!(shelf.lock().chunks.len(), 3);
    }

    #[test]
    fn stripes_lie_a_slab_apart() {
        let slot = shelf().slot();
        let addresses: Vec<_> = slot
            .stripes()
            .map(|s| std::ptr::from_ref(s).addr())
            .collect();
        let first = slot.cell.addr().get();
        assert_eq!(
            addresses,
            [first, first + SLAB_BYTES, first + 2 * SLAB_BYTES]
        );
    }

    #[test]
    fn released_cell_comes_back_empty() {
        let shelf = shelf();
        let (one, two) = (shelf.slot(), shelf.slot());
        let before = HashSet::from([one.cell, two.cell]);
        fill(&one, u64::MAX);
        fill(&two, 7);
        drop((one, two));
        let (three, four) = (shelf.slot(), shelf.slot());
        assert_eq!(before, HashSet::from([three.cell, four.cell]));
        assert_eq!(words(&three), [0; 24]);
        assert_eq!(words(&four), [0; 24]);
    }

    #[test]
    fn registering_and_closing_for_ever_does_not_grow() {
        let shelf = shelf();
        let standing: Vec<_> = (0..100).map(|_| shelf.slot()).collect();
        for _ in 0..if cfg!(miri) { 2_000 } else { 200_000 } {
            drop((shelf.slot(), shelf.slot(), shelf.slot()));
        }
        assert_eq!(shelf.lock().chunks.len(), 1);
        drop(standing);
    }

    #[test]
    fn slot_outlives_everybody_else() {
        let shelf = shelf();
        let (short, long) = (shelf.slot(), shelf.slot());
        drop((shelf, short));
        fill(&long, 3);
        assert_eq!(words(&long), [3; 24]);
    }

    #[test]
    fn threads_never_share_a_cell() {
        let shelf = shelf();
        std::thread::scope(|scope| {
            for thread in 1..=4_u64 {
                let shelf = Arc::clone(&shelf);
                scope.spawn(move || {
                    for _ in 0..if cfg!(miri) { 20 } else { 5_000 } {
                        let slots = [shelf.slot(), shelf.slot()];
                        for slot in &slots {
                            assert_eq!(words(slot), [0; 24]);
                            fill(slot, thread);
                        }
                        assert!(slots.iter().all(|slot| words(slot) == [thread; 24]));
                    }
                });
            }
        });
        assert_eq!(shelf.lock().chunks.len(), 1);
    }
}
