//! Servers on loopback that record what reporters send them, and misbehave when they are told to.
#![allow(
    dead_code,
    clippy::panic,
    reason = "a test uses what it needs, and stops at what nobody should send"
)]

#[cfg(feature = "push-http")]
pub(crate) mod gateway;
pub(crate) mod http;
