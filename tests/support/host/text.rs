//! Text on its way into C and back.

use std::ffi::{CStr, CString, c_char};

/// A C string that may be NULL and lives as long as this.
pub(super) struct Text(Option<CString>);

impl Text {
    /// The text of a vector; U+0000 cannot cross the ABI, so no vector may hold it.
    pub(super) fn new(text: Option<&str>) -> Self {
        let owned = |text: &str| CString::new(text).expect("text of a vector has no U+0000");
        Self(text.map(owned))
    }

    pub(super) fn pointer(&self) -> *const c_char {
        self.0
            .as_ref()
            .map_or(std::ptr::null(), |text| text.as_ptr())
    }
}

/// A copy of a C string that may be NULL.
///
/// # Safety
/// `text` is NULL or NUL-terminated and stays so during the call.
pub(super) unsafe fn owned(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: as this function's caller promises.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_str().expect("metra gives UTF-8").to_owned())
}

/// The text that a function writes as `snprintf` does, asked for twice: for its length and for itself.
pub(super) fn written(write: impl Fn(*mut c_char, usize) -> usize) -> String {
    let length = write(std::ptr::null_mut(), 0);
    let mut buffer = vec![0xFF_u8; length + 1];
    assert_eq!(
        write(buffer.as_mut_ptr().cast(), buffer.len()),
        length,
        "the length changed"
    );
    assert_eq!(buffer.pop(), Some(0), "the text is not terminated");
    String::from_utf8(buffer).expect("metra writes UTF-8")
}
