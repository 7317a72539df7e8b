//! Which way updates take in this process, and how far they have come.
//!
//! The way is chosen once, before the first cell: restartable sequences on slabs that each belong to one processor, or,
//! where there are none, atomic instructions on shared slabs that threads are spread over. Shared slabs are there either
//! way, for threads that the kernel does not serve, for numbers beyond the slabs, and for foreign writers.
//!
//! Everything here is a fact about the process, not about one registry, and so are these globals.

use std::ffi::CStr;
use std::sync::atomic::{AtomicIsize, AtomicU32, Ordering};

#[cfg(restartable)]
use super::sequence;
use crate::os::rseq::{self, Areas, Numbering};
use crate::os::thread_word;

/// Slabs of processors in a chunk, at most; only addresses, no memory. Numbers beyond are shared slabs' business.
const MAX_CPU_SLABS: usize = 256;

/// Shared slabs in a chunk where most updates go elsewhere.
///
/// A shared cell of several words is busy for a few nanoseconds unless its writer is stopped in the midst. So a second
/// one serves a signal handler on top of its own thread, and two more serve threads that the scheduler stopped.
const FEW_SHARED_SLABS: u32 = if cfg!(loom) { 2 } else { 4 };

/// Shared slabs in a chunk for each processor where all updates go there, so that threads rarely meet.
const SHARED_SLABS_PER_PROCESSOR: usize = 2;
const MAX_SHARED_SLABS: usize = if cfg!(loom) { 2 } else { 64 };

/// The offset of a thread's area for sequences from its thread pointer; 0 if there is none.
pub(super) static AREA: AtomicIsize = AtomicIsize::new(0);

/// The offset of the word with the number of the slab.
pub(super) static NUMBER_OFFSET: AtomicIsize = AtomicIsize::new(0);

/// How many slabs each chunk has for processors; 0 where updates are portable or nothing is chosen yet.
static CPU_SLABS: AtomicU32 = AtomicU32::new(0);

/// How many shared slabs each chunk has; 0 as long as nothing is chosen.
static SHARED_SLABS: AtomicU32 = AtomicU32::new(0);

/// Slabs of processors from here on were never written. Grows only, before the first write.
///
/// Relaxed is enough: whoever has to see a write has synchronised with its thread, which has itself seen this raised.
pub(super) static CPU_REACHED: AtomicU32 = AtomicU32::new(0);

/// The same of shared slabs, behind which the spare one is counted.
static SHARED_REACHED: AtomicU32 = AtomicU32::new(0);

/// How many slabs a chunk has before the spare one.
#[derive(Clone, Copy)]
pub(super) struct Slabs {
    pub(super) cpu: usize,
    pub(super) shared: usize,
}

impl Slabs {
    /// What was chosen, for whoever has a pool: it was chosen before that.
    #[inline]
    pub(super) fn chosen() -> Self {
        Self {
            cpu: CPU_SLABS.load(Ordering::Relaxed) as usize,
            shared: SHARED_SLABS.load(Ordering::Relaxed) as usize,
        }
    }
}

/// Chooses the way of updates unless that is done. It comes out the same however many threads do it at once.
pub(super) fn choose() {
    if SHARED_SLABS.load(Ordering::Acquire) != 0 {
        return;
    }
    let processors = rseq::processors();
    let shared = match rseq::areas() {
        Some(Areas { start, number, .. }) => {
            NUMBER_OFFSET.store(number, Ordering::Relaxed);
            CPU_SLABS.store(processors.min(MAX_CPU_SLABS) as u32, Ordering::Relaxed);
            AREA.store(start, Ordering::Relaxed);
            FEW_SHARED_SLABS
        }
        None => (processors * SHARED_SLABS_PER_PROCESSOR)
            .next_power_of_two()
            .clamp(FEW_SHARED_SLABS as usize, MAX_SHARED_SLABS) as u32,
    };
    // Release: who finds this chosen finds the rest.
    SHARED_SLABS.store(shared, Ordering::Release);
}

/// Names the way.
pub(crate) fn name() -> &'static CStr {
    match rseq::areas().map(|areas| areas.numbering) {
        Some(Numbering::Concurrency) => c"rseq mm_cid",
        Some(Numbering::Processor) => c"rseq cpu_id",
        None => c"portable",
    }
}

/// How many slabs of processors may have been written.
pub(super) fn cpu_reached() -> usize {
    CPU_REACHED.load(Ordering::Relaxed) as usize
}

/// How many shared slabs may have been written, behind which the spare one is counted.
pub(super) fn shared_reached() -> usize {
    SHARED_REACHED.load(Ordering::Relaxed) as usize
}

/// Lets sequences write the slab of the processor that this thread runs on; whether there is one. Only where sequences
/// exist.
#[cfg(restartable)]
pub(super) fn reach_this_processor() -> bool {
    let slabs = CPU_SLABS.load(Ordering::Relaxed);
    match sequence::number() {
        Some(number) if number < slabs => {
            CPU_REACHED.fetch_max(number + 1, Ordering::Relaxed);
            true
        }
        _ => false,
    }
}

/// Counts shared slab `number` among those that may have been written.
#[inline]
pub(super) fn reach_shared(number: usize) {
    if number >= shared_reached() {
        SHARED_REACHED.fetch_max(number as u32 + 1, Ordering::Relaxed);
    }
}

/// The shared slab that this thread writes if it can choose, once it was [assigned](assign_shared).
#[inline(always)]
pub(super) fn own_shared() -> Option<usize> {
    (thread_word::get() as usize).checked_sub(1)
}

/// Assigns a shared slab to this thread: threads take turns.
#[cold]
pub(super) fn assign_shared() -> usize {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let slabs = SHARED_SLABS.load(Ordering::Relaxed).max(1);
    let slab = NEXT.fetch_add(1, Ordering::Relaxed) % slabs;
    reach_shared(slab as usize);
    thread_word::set(slab + 1);
    slab as usize
}
