//! The few system calls without a safe crate, each behind a safe function.
#![allow(
    unsafe_code,
    reason = "system calls are foreign functions; this folder is where they become safe"
)]

pub(crate) mod ended;
#[cfg(feature = "http")]
pub(crate) mod poll;
pub(crate) mod thread;
