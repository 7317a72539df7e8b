//! The memory that hot paths write.
//!
//! A cell is memory that one kind of writer owns, and a metric's value is the sum over its cells. There are three kinds,
//! and no two of them ever write the same word:
//!
//! - Cells of processors, in slabs of which each belongs to one processor. What runs there writes them in a restartable
//!   [`sequence`], without a lock prefix. This is the way of all updates where kernel and C library have sequences.
//! - Shared cells, one slab further: any thread writes them, with atomic instructions only.
//! - [`owned`] cells, which one thread at a time writes.
//!
//! An update takes no lock, allocates nothing, reads no clock and makes no system call. The one that lets other threads
//! run finds every shared stripe of a distribution held by writers that were stopped in the midst.
#![allow(
    unsafe_code,
    reason = "cells are handed out from raw memory that metrics of several threads share"
)]

mod bucket;
mod count;
mod distribution;
mod histogram;
#[cfg(all(loom, test))]
pub(crate) mod model;
mod owned;
mod packed;
mod path;
mod pool;
#[cfg(restartable)]
mod sequence;
mod slab;
mod stripe;
mod tally;
mod totals;

pub(crate) use bucket::Bucket;
pub(crate) use count::{Count, CounterCell};
pub(crate) use distribution::DistributionCell;
pub(crate) use histogram::HistogramCell;
pub(crate) use owned::OwnedCell;
pub(crate) use packed::PackedTally;
pub(crate) use path::name as path_name;
pub(crate) use pool::Pool;
pub(crate) use stripe::Stripe;
pub(crate) use tally::Tally;
pub(crate) use totals::Totals;
