//! The C ABI behind handles that free themselves, so that the topics need neither pointers nor `unsafe`.

#![allow(unsafe_code, reason = "calls of foreign functions")]

mod group;
mod log;
mod metric;
mod recorder;
mod registry;
mod text;

pub(crate) use group::{Component, Group, Spelling};
pub(crate) use log::{LogLevel, LogLine, LogSink};
pub(crate) use metric::{Counter, Gauge, GaugeValue, Histogram, HistogramReading, Meter};
pub(crate) use recorder::{Change, Recorder, Told};
pub(crate) use registry::{Clock, Config, Registry, ReporterInfo};

use super::abi;

/// A call that did not return `METRA_OK`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: i32,
    pub(crate) message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", status_name(self.status), self.message)
    }
}

/// How the header calls a status.
pub(crate) fn status_name(status: i32) -> String {
    // SAFETY: the function takes any number and returns a static string.
    unsafe { text::owned(abi::metra_status_name(status)) }.unwrap_or_default()
}

/// Turns a status into a result; a failing call must have said why.
fn checked(status: i32) -> Result<(), Refusal> {
    if status == abi::METRA_OK {
        return Ok(());
    }
    // SAFETY: the text is valid until the next call on this thread, and copied before that.
    let message = unsafe { text::owned(abi::metra_last_error()) }.unwrap_or_default();
    assert!(
        !message.is_empty(),
        "{} without a text in metra_last_error",
        status_name(status)
    );
    Err(Refusal { status, message })
}

/// Runs a call that hands out a handle, and checks that a failing one hands out NULL.
fn handed<T>(call: impl FnOnce(*mut *mut T) -> i32) -> Result<*mut T, Refusal> {
    let mut out = std::ptr::dangling_mut();
    let result = checked(call(&raw mut out));
    assert_eq!(
        result.is_err(),
        out.is_null(),
        "a handle and a status that do not agree"
    );
    result.map(|()| out)
}
