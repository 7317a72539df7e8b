//! One module for each file of vectors.

pub(crate) mod filter;
pub(crate) mod groups;
pub(crate) mod histogram;
pub(crate) mod meter;
pub(crate) mod reporter_setup;
pub(crate) mod scope;
pub(crate) mod variables;

mod leaf;
