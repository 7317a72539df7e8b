//! The memory that hot paths write.
//!
//! A cell is memory that one kind of writer owns, and a metric's value is the sum over its cells. There are three kinds,
//! and no two of them ever write the same word:
//!
//! - Cells of processors, in slabs of which each belongs to one processor. What runs there writes them in a restartable
//!   [`sequence`], without a lock prefix. This is the way of all updates where kernel and C library have sequences.
//! - Shared cells, in slabs behind those: any thread writes them, with atomic instructions, or under a lock of one word
//!   that nobody waits for.
//! - [`owned`] cells, which one thread at a time writes.
//!
//! An update waits for nobody, allocates nothing, reads no clock and makes no system call. There is one exception: where
//! every shared stripe of a distribution stays busy, because its writers were stopped in the midst, the next one asks the
//! system for memory of its own, unless there is some from before.
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
