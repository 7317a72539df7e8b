//! Servers on loopback that record what reporters send them, and misbehave when they are told to.
#![allow(dead_code, reason = "a test uses what it needs")]

pub(crate) mod http;
