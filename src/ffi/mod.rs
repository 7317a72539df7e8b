//! The C ABI: every exported function and every opaque handle. It translates and decides nothing.
//!
//! The header is generated from these files in the order of the `mod` lines below; blank lines keep them from being sorted.
#![allow(
    unsafe_code,
    reason = "pointers of C callers become references here, and only here"
)]
#![allow(
    non_camel_case_types,
    reason = "C types are named as the header names them"
)]
#![allow(
    unreachable_pub,
    reason = "exports are found by the linker, not by paths"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the header's comments say what each pointer must be, for C programmers"
)]

mod callback;
mod guard;
mod handle;
mod sized;
mod spelling;
mod text;
mod values;

mod version;

mod status;

mod value;

mod clock;

mod config;

mod registry;

mod components;

mod group;

mod identity;

mod counter;

mod monotonic_counter;

mod gauge;

mod distribution;

mod meter;

mod histogram;

mod cell;

mod reading;

mod reporter;
