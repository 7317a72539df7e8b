//! Slabs: zeroed memory cut into cells of one size, handed out and taken back.
//!
//! Memory comes in chunks of one slab for every processor, some shared ones, and a spare one. A cell has a part in each of
//! them, and its parts lie one slab apart, so a cell is one pointer however many parts it has, and parts that no writer
//! ever needed are pages that were never touched.
//!
//! A cell that is given back waits for the next metric of its kind. Chunks go when the shelf and its last slot are
//! gone: a registry keeps the memory that it needed at its busiest, and no number of registrations makes that grow.

use std::ptr::NonNull;

use super::path::{self, Slabs};
use crate::error::{Error, ErrorKind};
use crate::os::atomic::{Arc, AtomicU64, Guard, Mutex, Ordering};
use crate::os::memory::{Region, forget_pages};

/// What the cells of one slab take, in bytes; the distance between the parts of a cell.
pub(super) const SLAB_BYTES: usize = 64 * 1024;

#[cfg(restartable)]
const _: () = assert!(SLAB_BYTES == 1 << super::sequence::SLAB_SHIFT);

/// The part of a cell that lies in one slab.
///
/// # Safety
/// The type consists of 64-bit words without padding between or after them, which only atomic instructions or sequences
/// write through a shared reference. It has no destructor, and all words zero is an empty part.
pub(super) unsafe trait Part: Send + Sync + 'static {}

/// Hands out the cells of one kind.
///
/// Its lock is the last of any order: nothing is called under it but the allocator.
pub(super) struct Shelf<P: Part> {
    stock: Mutex<Stock<P>>,
}

struct Stock<P: Part> {
    /// The cell that came back last. All its words are zero but the first, which is the link to the one before it.
    returned: Link<P>,
    /// The first cell of the newest chunk that was never handed out.
    next: NonNull<P>,
    /// How many cells of the newest chunk were never handed out.
    left: usize,
    chunks: Vec<Chunk<P>>,
}

type Link<P> = Option<NonNull<P>>;

// SAFETY: the pointers lead into the chunks that the stock owns, and cells may be used from any thread.
unsafe impl<P: Part> Send for Stock<P> {}

impl<P: Part> Default for Shelf<P> {
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

impl<P: Part> Shelf<P> {
    /// Hands out an empty cell, valid as long as the shelf. Without [`put_back`](Self::put_back) it stays taken.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] if a new chunk is needed and the system has no addresses or memory for it.
    pub(super) fn take(&self) -> Result<NonNull<P>, Error> {
        let mut stock = self.lock();
        let cell = stock.reuse().or_else(|| stock.cut());
        cell.ok_or_else(|| {
            Error::new(
                ErrorKind::Limit,
                "the system has no memory for more metrics",
            )
        })
    }

    /// Takes back a cell.
    ///
    /// # Safety
    /// `cell` was handed out by [`take`](Self::take) of this shelf, and nobody uses it any more.
    pub(super) unsafe fn put_back(&self, cell: NonNull<P>) {
        // SAFETY: the cell is ours alone now, by the caller's promise.
        unsafe { wipe(cell) };
        let mut stock = self.lock();
        // SAFETY: the first word of a cell has room for a link, as `Chunk::CELLS` checks, and nobody else uses it.
        unsafe { cell.cast::<Link<P>>().write(stock.returned) };
        stock.returned = Some(cell);
    }

    fn lock(&self) -> Guard<'_, Stock<P>> {
        self.stock.lock()
    }
}

impl<P: Part> Stock<P> {
    fn reuse(&mut self) -> Link<P> {
        let cell = self.returned?;
        // SAFETY: a returned cell belongs to the stock alone, and `put_back` wrote a link to its first word.
        self.returned = unsafe { cell.cast::<Link<P>>().read() };
        // SAFETY: as above; with its first word zero the cell is empty.
        unsafe { cell.cast().write(AtomicU64::new(0)) };
        Some(cell)
    }

    /// Cuts a cell from the newest chunk, or from a new one; nothing if the system has none.
    fn cut(&mut self) -> Link<P> {
        if self.left == 0 {
            let chunk = Chunk::new()?;
            self.next = chunk.first;
            self.left = Chunk::<P>::CELLS;
            self.chunks.push(chunk);
        }
        let cell = self.next;
        self.left -= 1;
        // SAFETY: a cell was left in this slab, so this is at most one past its last.
        self.next = unsafe { cell.add(1) };
        #[cfg(loom)]
        // SAFETY: nobody has it yet.
        unsafe {
            make_words(cell)
        };
        Some(cell)
    }
}

/// Zeroes every part of `cell`. Slabs that were never reached are zero, and stay untouched.
///
/// # Safety
/// `cell` was handed out by a shelf, and the caller alone uses it.
unsafe fn wipe<P: Part>(cell: NonNull<P>) {
    for slab in reached() {
        // SAFETY: a cell from a shelf has a part in every slab that was reached.
        let part = unsafe { part(cell, slab) };
        if size_of::<P>() == SLAB_BYTES {
            // SAFETY: the part is a slab, which consists of whole pages, and it is the caller's alone.
            unsafe { forget_pages(part.cast(), SLAB_BYTES) };
            continue;
        }
        for offset in 0..size_of::<P>() / size_of::<u64>() {
            // SAFETY: the word lies in the part, which consists of initialised words and is the caller's alone.
            let word = unsafe { part.cast::<AtomicU64>().add(offset).as_ref() };
            word.store(0, Ordering::Relaxed);
        }
    }
}

/// Makes the words of a new cell, which no memory has from the start in a model.
///
/// # Safety
/// As [`wipe`].
#[cfg(loom)]
unsafe fn make_words<P: Part>(cell: NonNull<P>) {
    for slab in reached() {
        for offset in 0..size_of::<P>() / size_of::<u64>() {
            // SAFETY: as in `wipe`.
            unsafe { part(cell, slab).cast().add(offset).write(AtomicU64::new(0)) };
        }
    }
}

/// The slabs that may have been written, by number: first those of processors, then the shared ones and the spare one.
fn reached() -> impl Iterator<Item = usize> {
    let shared = Slabs::chosen().cpu;
    (0..path::cpu_reached()).chain(shared..shared + path::shared_reached())
}

/// The part of `cell` in slab `slab`.
///
/// # Safety
/// `cell` was handed out by a shelf that is still there, and a chunk has that many slabs.
#[inline]
unsafe fn part<P: Part>(cell: NonNull<P>, slab: usize) -> NonNull<P> {
    // SAFETY: the slabs of a chunk lie in one region.
    unsafe { cell.byte_add(slab * SLAB_BYTES) }
}

/// A cell in the hands of a metric; dropping it gives it back.
///
/// It keeps the shelf's memory, so a metric may outlive its registry.
pub(super) struct Slot<P: Part> {
    cell: NonNull<P>,
    shelf: Arc<Shelf<P>>,
}

// SAFETY: a slot is a shared reference to a cell, which any thread may use, and the shelf is behind a lock.
unsafe impl<P: Part> Send for Slot<P> {}
// SAFETY: as above.
unsafe impl<P: Part> Sync for Slot<P> {}

impl<P: Part> Slot<P> {
    /// Takes an empty cell, which goes back to the shelf when the slot is dropped.
    ///
    /// # Errors
    /// As [`Shelf::take`].
    pub(super) fn new(shelf: &Arc<Shelf<P>>) -> Result<Self, Error> {
        Ok(Self {
            cell: shelf.take()?,
            shelf: Arc::clone(shelf),
        })
    }

    /// The part in the slab of the first processor, from which sequences find that of theirs.
    #[inline]
    #[cfg(restartable)]
    pub(super) fn first(&self) -> *mut P {
        self.cell.as_ptr()
    }

    /// The shared part that this thread writes if it can choose, once it was assigned one.
    #[inline(always)]
    pub(super) fn own_shared(&self) -> Option<&P> {
        let slab = Slabs::chosen().cpu + path::own_shared()?;
        // SAFETY: the slot holds the shelf, and a chunk has the slab that was assigned. Shared references are all that
        // there is to a part outside sequences until the cell is given back.
        Some(unsafe { part(self.cell, slab).as_ref() })
    }

    /// The part in the shared slab `slab`, counted among those that may have been written.
    ///
    /// Beyond the last one it is the last one.
    #[inline]
    pub(super) fn shared(&self, slab: usize) -> &P {
        let slabs = Slabs::chosen();
        let slab = slab.min(slabs.shared.saturating_sub(1));
        path::reach_shared(slab);
        // SAFETY: as in `own_shared`; a chunk has that slab.
        unsafe { part(self.cell, slabs.cpu + slab).as_ref() }
    }

    /// The part in the slab behind all others, for writers that found the shared ones busy; they may be several.
    #[cold]
    pub(super) fn spare(&self) -> &P {
        let slabs = Slabs::chosen();
        path::reach_shared(slabs.shared);
        // SAFETY: as in `own_shared`; a chunk has that slab, one more than the shared ones.
        unsafe { part(self.cell, slabs.cpu + slabs.shared).as_ref() }
    }

    /// The parts that may have been written.
    pub(super) fn parts(&self) -> impl Iterator<Item = &P> {
        // SAFETY: as in `shared`; what was reached is there.
        reached().map(|slab| unsafe { part(self.cell, slab).as_ref() })
    }

    /// The shared parts with the numbers of their slabs, beginning with the one that this thread writes if it can choose.
    #[inline]
    pub(super) fn shared_parts(&self) -> impl Iterator<Item = (usize, &P)> {
        let slabs = Slabs::chosen().shared;
        let own = path::own_shared().unwrap_or_else(path::assign_shared);
        // A power of two.
        let numbers = (own..own + slabs).map(move |number| number & (slabs - 1));
        numbers.map(|slab| (slab, self.shared(slab)))
    }
}

impl<P: Part> Drop for Slot<P> {
    fn drop(&mut self) {
        // SAFETY: the slot took the cell from this shelf, and the last reference to it is the one that goes here.
        unsafe { self.shelf.put_back(self.cell) };
    }
}

/// One region: a slab for every processor, then the shared ones and the spare one.
struct Chunk<P: Part> {
    _memory: Region,
    first: NonNull<P>,
}

impl<P: Part> Chunk<P> {
    /// How many cells a slab has.
    const CELLS: usize = {
        assert!(size_of::<P>().is_power_of_two() && size_of::<P>() <= SLAB_BYTES);
        assert!(size_of::<Link<P>>() <= size_of::<u64>());
        // A region begins with a page.
        assert!(align_of::<u64>() <= align_of::<P>() && align_of::<P>() <= 4096);
        assert!(!std::mem::needs_drop::<P>());
        SLAB_BYTES / size_of::<P>()
    };

    fn new() -> Option<Self> {
        let slabs = Slabs::chosen();
        let bytes = (slabs.cpu + slabs.shared + 1) * SLAB_BYTES;
        let memory = Region::reserve(bytes)?;
        Some(Self {
            first: memory.start().cast(),
            _memory: memory,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[repr(C, align(64))]
    struct Line([AtomicU64; 8]);

    // SAFETY: eight words, atomics, zero is empty.
    unsafe impl Part for Line {}

    const SHARED: [usize; 2] = [0, 2];

    fn shelf() -> Arc<Shelf<Line>> {
        Arc::default()
    }

    fn words(slot: &Slot<Line>) -> Vec<u64> {
        let parts = SHARED.iter().map(|slab| slot.shared(*slab));
        let all = parts.flat_map(|part| &part.0);
        all.map(|word| word.load(Ordering::Relaxed)).collect()
    }

    fn fill(slot: &Slot<Line>, value: u64) {
        for word in SHARED.iter().flat_map(|slab| &slot.shared(*slab).0) {
            word.store(value, Ordering::Relaxed);
        }
    }

    #[test]
    fn cells_of_several_chunks_are_empty_aligned_and_apart() {
        let shelf = shelf();
        let count = 2 * Chunk::<Line>::CELLS + 1;
        let slots: Vec<_> = (0..count).map(|_| Slot::new(&shelf).unwrap()).collect();
        for (number, slot) in slots.iter().enumerate() {
            assert!(words(slot).iter().all(|word| *word == 0));
            assert_eq!(slot.cell.addr().get() % 64, 0);
            fill(slot, number as u64);
        }
        for (number, slot) in slots.iter().enumerate() {
            assert_eq!(words(slot), [number as u64; 16]);
        }
        assert_eq!(shelf.lock().chunks.len(), 3);
    }

    #[test]
    fn parts_lie_a_slab_apart_behind_those_of_processors() {
        let slot = Slot::new(&shelf()).unwrap();
        let address = |slab| std::ptr::from_ref(slot.shared(slab)).addr();
        let first = slot.cell.addr().get() + Slabs::chosen().cpu * SLAB_BYTES;
        assert_eq!(
            [0, 1, 2].map(address),
            [first, first + SLAB_BYTES, first + 2 * SLAB_BYTES]
        );
        let last = Slabs::chosen().shared - 1;
        assert_eq!(address(usize::MAX), first + last * SLAB_BYTES);
    }

    #[test]
    fn part_that_was_handed_out_is_read_from_then_on() {
        let slot = Slot::new(&shelf()).unwrap();
        let shared = std::ptr::from_ref(slot.shared(2));
        assert!(slot.parts().any(|part| std::ptr::eq(part, shared)));
    }

    #[test]
    fn released_cell_comes_back_empty() {
        let shelf = shelf();
        let (one, two) = (Slot::new(&shelf).unwrap(), Slot::new(&shelf).unwrap());
        let before = HashSet::from([one.cell, two.cell]);
        fill(&one, u64::MAX);
        fill(&two, 7);
        drop((one, two));
        let (three, four) = (Slot::new(&shelf).unwrap(), Slot::new(&shelf).unwrap());
        assert_eq!(before, HashSet::from([three.cell, four.cell]));
        assert_eq!(words(&three), [0; 16]);
        assert_eq!(words(&four), [0; 16]);
    }

    #[repr(C, align(64))]
    struct Whole([AtomicU64; SLAB_BYTES / 8]);

    // SAFETY: words, atomics, zero is empty.
    unsafe impl Part for Whole {}

    #[test]
    fn released_cell_of_a_whole_slab_comes_back_empty() {
        let shelf: Arc<Shelf<Whole>> = Arc::default();
        let filled = |slot: &Slot<Whole>| {
            let words = slot.shared(1).0.iter();
            words
                .filter(|word| word.load(Ordering::Relaxed) != 0)
                .count()
        };
        let slot = Slot::new(&shelf).unwrap();
        let words = slot.shared(1).0.iter();
        words.for_each(|word| word.store(3, Ordering::Relaxed));
        assert_eq!(filled(&slot), SLAB_BYTES / 8);
        drop(slot);
        assert_eq!(filled(&Slot::new(&shelf).unwrap()), 0);
        assert_eq!(shelf.lock().chunks.len(), 1);
    }

    #[test]
    fn registering_and_closing_for_ever_does_not_grow() {
        let shelf = shelf();
        let standing: Vec<_> = (0..100).map(|_| Slot::new(&shelf).unwrap()).collect();
        for _ in 0..if cfg!(miri) { 2_000 } else { 200_000 } {
            drop((
                Slot::new(&shelf).unwrap(),
                Slot::new(&shelf).unwrap(),
                Slot::new(&shelf).unwrap(),
            ));
        }
        assert_eq!(shelf.lock().chunks.len(), 1);
        drop(standing);
    }

    #[test]
    fn slot_outlives_everybody_else() {
        let shelf = shelf();
        let (short, long) = (Slot::new(&shelf).unwrap(), Slot::new(&shelf).unwrap());
        drop((shelf, short));
        fill(&long, 3);
        assert_eq!(words(&long), [3; 16]);
    }

    #[test]
    fn threads_never_share_a_cell() {
        let shelf = shelf();
        std::thread::scope(|scope| {
            for thread in 1..=4_u64 {
                let shelf = Arc::clone(&shelf);
                scope.spawn(move || {
                    for _ in 0..if cfg!(miri) { 20 } else { 5_000 } {
                        let slots = [Slot::new(&shelf).unwrap(), Slot::new(&shelf).unwrap()];
                        for slot in &slots {
                            assert_eq!(words(slot), [0; 16]);
                            fill(slot, thread);
                        }
                        assert!(slots.iter().all(|slot| words(slot) == [thread; 16]));
                    }
                });
            }
        });
        assert_eq!(shelf.lock().chunks.len(), 1);
    }
}

/// How metrics that come and go and readers that hold one get along.
#[cfg(all(loom, test))]
#[allow(clippy::unwrap_used, reason = "a model fails by panicking")]
mod loom_models {
    use super::super::count::CounterCell;
    use super::super::model::check;
    use super::super::pool::Pool;
    use super::*;
    use loom::thread;

    #[test]
    fn collect_reads_its_metric_although_another_one_takes_its_place() {
        check(|| {
            let pool = Pool::new();
            let metric = Arc::new(CounterCell::new(&pool).unwrap());
            metric.add(1);
            // As the tree has it: who collects takes a reference under the lock, who closes takes the tree's.
            let tree = Arc::new(Mutex::new(Some(metric)));
            let collecting = {
                let tree = Arc::clone(&tree);
                thread::spawn(move || {
                    let metric = tree.lock().clone();
                    assert!(metric.is_none_or(|metric| metric.get() == 1));
                })
            };
            let closed = tree.lock().take();
            drop(closed);
            let next = CounterCell::new(&pool).unwrap();
            assert_eq!(next.get(), 0);
            next.add(5);
            assert_eq!(next.get(), 5);
            assert!(collecting.join().is_ok());
        });
    }

    #[test]
    fn metrics_that_come_and_go_at_once_never_share_a_cell() {
        check(|| {
            let pool = Arc::new(Pool::new());
            CounterCell::new(&pool).unwrap().add(1);
            let come_and_go = |n| {
                let pool = Arc::clone(&pool);
                thread::spawn(move || {
                    let metric = CounterCell::new(&pool).unwrap();
                    assert_eq!(metric.get(), 0);
                    metric.add(n);
                    assert_eq!(metric.get(), n);
                })
            };
            let threads = [come_and_go(2), come_and_go(3)];
            assert!(threads.into_iter().all(|thread| thread.join().is_ok()));
            assert_eq!(CounterCell::new(&pool).unwrap().get(), 0);
        });
    }
}
