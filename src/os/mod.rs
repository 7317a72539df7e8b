//! The few system calls without a safe crate, behind functions of ours, and what threads share memory by.
#![allow(
    unsafe_code,
    reason = "system calls are foreign functions; this folder is where they become safe"
)]

pub(crate) mod atomic;
#[cfg(feature = "http")]
pub(crate) mod descriptors;
pub(crate) mod ended;
pub(crate) mod fork;
pub(crate) mod memory;
pub(crate) mod pin;
#[cfg(feature = "http")]
pub(crate) mod poll;
pub(crate) mod rseq;
pub(crate) mod sync;
pub(crate) mod thread;
pub(crate) mod thread_word;
