//! The memory that hot paths write.
//!
//! A cell is memory that one kind of writer owns, and a metric's value is the sum over its cells. All cells here are
//! *shared*: any thread writes them, only ever with atomic instructions. An update waits in no line, reads no clock and
//! makes no system call. The one that allocates is a histogram's first value in an octave, and the one that lets other
//! threads run finds every stripe of a distribution held by writers that were stopped in the midst.
#![allow(
    unsafe_code,
    reason = "cells are handed out from raw memory that metrics of several threads share"
)]

mod bucket;
mod buckets;
mod count;
mod distribution;
mod pool;
mod slab;
mod tally;

pub(crate) use buckets::Buckets;
pub(crate) use count::CounterCell;
pub(crate) use distribution::{DistributionCell, Totals};
pub(crate) use pool::Pool;
pub(crate) use tally::Tally;
