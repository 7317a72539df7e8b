//! The cells of one registry.

use std::sync::Arc;

use super::count::Count;
use super::histogram::Counts;
use super::slab::Shelf;
use super::stripe::Stripe;

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
    pub(crate) fn new() -> Self {
        Self::default()
    }
}
