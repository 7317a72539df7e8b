//! A log callback that writes down what it is called with.

use std::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::abi;
use super::text::owned;

/// One call of the log callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogLine {
    pub(crate) level: LogLevel,
    pub(crate) text: String,
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
}

/// What stands behind the log callback of a configuration.
#[derive(Default)]
pub(crate) struct LogSink(Mutex<Vec<LogLine>>);

impl LogSink {
    /// What was said since the last call of this.
    pub(crate) fn take(&self) -> Vec<LogLine> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<LogLine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The userdata of [`log`], which [`drop_sink`] frees.
    pub(super) fn userdata(sink: &Arc<Self>) -> *mut c_void {
        Arc::into_raw(Arc::clone(sink)).cast_mut().cast()
    }
}

pub(super) unsafe extern "C" fn log(userdata: *mut c_void, level: i32, text: *const c_char) {
    // SAFETY: the userdata is that of a sink, not dropped yet.
    let sink = unsafe { &*userdata.cast::<LogSink>() };
    let level = match level {
        abi::METRA_LOG_ERROR => LogLevel::Error,
        abi::METRA_LOG_WARN => LogLevel::Warn,
        abi::METRA_LOG_INFO => LogLevel::Info,
        other => unreachable!("a level that the header does not have: {other}"),
    };
    // SAFETY: metra passes NUL-terminated text.
    let text = unsafe { owned(text) }.expect("a line has a text");
    sink.lock().push(LogLine { level, text });
}

pub(super) unsafe extern "C" fn drop_sink(userdata: *mut c_void) {
    // SAFETY: metra calls this once, with the reference that `userdata` gave away.
    drop(unsafe { Arc::from_raw(userdata.cast_const().cast::<LogSink>()) });
}
