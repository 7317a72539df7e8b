//! Strings that come in and go out.

use std::ffi::{CStr, CString, c_char};

use super::handle::null;
use crate::error::{Error, ErrorKind};

/// The text at `text`, which must be there.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string that lives for `'a`.
#[inline(never)]
pub(super) unsafe fn text<'a>(text: *const c_char, what: &str) -> Result<&'a str, Error> {
    // SAFETY: as this function's caller promises.
    unsafe { text_or_null(text, what) }?.ok_or_else(|| null(what))
}

/// The text at `text`, if there is one.
///
/// # Safety
/// As [`text`].
#[inline(never)]
pub(super) unsafe fn text_or_null<'a>(
    text: *const c_char,
    what: &str,
) -> Result<Option<&'a str>, Error> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so it is NUL-terminated and lives long enough.
    let text = unsafe { CStr::from_ptr(text) };
    if text.to_bytes().is_ascii() {
        // Most names are, and that takes a fraction of the time to see.
        // SAFETY: ASCII is valid UTF-8.
        return Ok(Some(unsafe {
            std::str::from_utf8_unchecked(text.to_bytes())
        }));
    }
    let text = text.to_str().map_err(|error| {
        let text = format!(
            "{what} is not valid UTF-8 after {} bytes",
            error.valid_up_to()
        );
        Error::new(ErrorKind::InvalidUtf8, text)
    })?;
    Ok(Some(text))
}

/// A C string of `text`, which nothing of metra lets contain U+0000.
pub(super) fn owned(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// Writes `text` as `snprintf` does: as much as fits, always terminated if there is room at all, and returns the whole
/// length without the terminator.
///
/// # Safety
/// `buf` may be written for `cap` bytes, or is NULL with `cap` zero.
pub(super) unsafe fn write(text: &str, buf: *mut c_char, cap: usize) -> usize {
    if !buf.is_null() && cap > 0 {
        let fits = text.len().min(cap - 1);
        // SAFETY: the buffer has `cap` bytes, and `fits` is smaller.
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr().cast(), buf, fits);
            buf.add(fits).write(0);
        }
    }
    text.len()
}
