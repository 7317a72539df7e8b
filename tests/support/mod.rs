//! What the vectors are driven with.

mod abi;
mod character_filter;
mod component;
mod deviations;
mod folder;
mod handle;
mod host;
mod json;
mod model;
mod reporters;
mod scene;
mod topics;
mod tree;
mod verdict;
mod view;

pub(crate) use folder::{Case, Folder};
pub(crate) use verdict::Outcome;
