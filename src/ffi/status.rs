//! Status numbers and the text of the last error.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};

use crate::error::{Error, ErrorKind};

/// What a call came to. Numbers are never changed or used again.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum metra_status {
    /// Done.
    METRA_OK = 0,
    /// A pointer that must not be NULL was.
    METRA_ERROR_NULL_ARGUMENT = 1,
    /// Text was not valid UTF-8.
    METRA_ERROR_INVALID_UTF8 = 2,
    /// A value outside what the function accepts.
    METRA_ERROR_INVALID_ARGUMENT = 3,
    /// The name belongs to a metric of another type in this group, or to one with other parameters.
    METRA_ERROR_NAME_COLLISION = 4,
    /// The group or the registry is closed.
    METRA_ERROR_CLOSED = 5,
    /// metrics.limit or metrics.group.limit is reached, or the system has no memory for more metrics.
    METRA_ERROR_LIMIT = 6,
    /// Foreign code did not finish in time.
    METRA_ERROR_TIMEOUT = 7,
    /// A configuration key has a value it cannot have, or a file is malformed.
    METRA_ERROR_CONFIG = 8,
    /// The operating system refused: a file, a socket, a thread.
    METRA_ERROR_IO = 9,
    /// Nothing of that name, no value now, or a token of something that is gone.
    METRA_ERROR_NOT_FOUND = 10,
    /// Not possible at this moment, or from inside this callback.
    METRA_ERROR_BUSY = 11,
    /// This build was made without the feature.
    METRA_ERROR_UNSUPPORTED = 12,
    /// A defect in metra.
    METRA_ERROR_PANIC = 13,
}

use metra_status::*;

impl From<ErrorKind> for metra_status {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::NullArgument => METRA_ERROR_NULL_ARGUMENT,
            ErrorKind::InvalidUtf8 => METRA_ERROR_INVALID_UTF8,
            ErrorKind::InvalidArgument => METRA_ERROR_INVALID_ARGUMENT,
            ErrorKind::NameCollision => METRA_ERROR_NAME_COLLISION,
            ErrorKind::Closed => METRA_ERROR_CLOSED,
            ErrorKind::Limit => METRA_ERROR_LIMIT,
            ErrorKind::Timeout => METRA_ERROR_TIMEOUT,
            ErrorKind::Config => METRA_ERROR_CONFIG,
            ErrorKind::Io => METRA_ERROR_IO,
            ErrorKind::NotFound => METRA_ERROR_NOT_FOUND,
            ErrorKind::Busy => METRA_ERROR_BUSY,
            ErrorKind::Unsupported => METRA_ERROR_UNSUPPORTED,
            ErrorKind::Panic => METRA_ERROR_PANIC,
        }
    }
}

thread_local! {
    static LAST_ERROR: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// Keeps the text of `error` for this thread and gives its status.
pub(super) fn fail(error: &Error) -> metra_status {
    // A message that quotes foreign text could contain U+0000 only if that text came from Rust.
    let text = CString::new(error.message().replace('\0', "\u{FFFD}")).unwrap_or_default();
    remember(Some(text));
    error.kind().into()
}

/// Forgets the text of an earlier failure, so that it does not mislead.
pub(super) fn succeed() -> metra_status {
    remember(None);
    METRA_OK
}

/// Destructors of a thread, and handlers of `exit`, may call metra after the thread's text is gone: then there is none.
fn remember(text: Option<CString>) {
    let _ = LAST_ERROR.try_with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = text;
        }
    });
}

/// Says why the last call on this thread failed: one line without full stop, or "" if it did not fail.
///
/// @return (borrowed) Valid until the next call on this thread that returns metra_status.
///
/// Thread safety: any thread; each has its own.
#[unsafe(no_mangle)]
pub extern "C" fn metra_last_error() -> *const c_char {
    // Cannot panic: a borrow that fails, or a thread that is ending, gives the empty text.
    let text = LAST_ERROR.try_with(|last| match last.try_borrow() {
        Ok(last) => last.as_ref().map_or(c"".as_ptr(), |text| text.as_ptr()),
        Err(_) => c"".as_ptr(),
    });
    text.unwrap_or(c"".as_ptr())
}

/// Names a status as this header does, "METRA_OK" for instance, or "METRA_ERROR_UNKNOWN" for any other number.
///
/// @param status The status.
/// @return (static) Never NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub extern "C" fn metra_status_name(status: i32) -> *const c_char {
    name(status).as_ptr()
}

fn name(status: i32) -> &'static CStr {
    const NAMES: [&CStr; 14] = [
        c"METRA_OK",
        c"METRA_ERROR_NULL_ARGUMENT",
        c"METRA_ERROR_INVALID_UTF8",
        c"METRA_ERROR_INVALID_ARGUMENT",
        c"METRA_ERROR_NAME_COLLISION",
        c"METRA_ERROR_CLOSED",
        c"METRA_ERROR_LIMIT",
        c"METRA_ERROR_TIMEOUT",
        c"METRA_ERROR_CONFIG",
        c"METRA_ERROR_IO",
        c"METRA_ERROR_NOT_FOUND",
        c"METRA_ERROR_BUSY",
        c"METRA_ERROR_UNSUPPORTED",
        c"METRA_ERROR_PANIC",
    ];
    let place = usize::try_from(status).ok();
    place
        .and_then(|place| NAMES.get(place).copied())
        .unwrap_or(c"METRA_ERROR_UNKNOWN")
}
