//! The cells of one registry.

use super::count::Count;
use super::histogram::Counts;
use super::path;
use super::slab::Shelf;
use super::stripe::Stripe;
use crate::os::atomic::Arc;

/// Where the metrics of one registry get their cells; usable from any thread.
///
/// Cells keep the memory that they lie in, so metrics may outlive the pool.
#[derive(Default)]
pub(crate) struct Pool {
    pub(super) counts: Arc<Shelf<Count>>,
    pub(super) distributions: Arc<Shelf<Stripe>>,
    pub(super) histograms: Arc<Shelf<Counts>>,
}

impl Pool {
    /// A pool without memory: each kind of cell gets its first chunk with its first metric.
    ///
    /// Chooses the way of updates if nobody did, which asks the loader: not under a lock, because the loader may hold its
    /// own around code that waits for that one.
    pub(crate) fn new() -> Self {
        path::choose();
        Self::default()
    }
}
