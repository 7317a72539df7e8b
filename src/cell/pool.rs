//! The cells of one registry.

use std::sync::Arc;

use super::buckets::Octave;
use super::count::Count;
use super::distribution::Stripe;
use super::slab::Shelf;

/// Where the metrics of one registry get their cells; usable from any thread.
///
/// Cells keep the memory that they lie in, so metrics may outlive the pool.
pub(crate) struct Pool {
    pub(super) counts: Arc<Shelf<Count>>,
    pub(super) distributions: Arc<Shelf<Stripe>>,
    pub(super) octaves: Arc<Shelf<Octave>>,
}

impl Pool {
    /// A pool without memory: each kind of cell gets its first chunk with its first metric.
    pub(crate) fn new() -> Self {
        Self {
            counts: Arc::default(),
            distributions: Arc::default(),
            octaves: Arc::default(),
        }
    }
}
