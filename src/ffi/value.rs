//! The values of gauges, as C sees them.

use std::cell::RefCell;
use std::ffi::{CString, c_char};

use super::guard::guard_or;
use super::text;
use crate::error::{Error, ErrorKind};
use crate::value::Value;

/// What a metra_value holds.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum metra_value_type {
    /// as.int64
    METRA_VALUE_INT64 = 0,
    /// as.float64
    METRA_VALUE_DOUBLE = 1,
    /// as.boolean, zero or not
    METRA_VALUE_BOOL = 2,
    /// as.text
    METRA_VALUE_TEXT = 3,
}

/// The value itself; metra_value.type says which member.
#[repr(C)]
#[derive(Clone, Copy)]
pub union metra_value_content {
    pub int64: i64,
    pub float64: f64,
    pub boolean: i32,
    /// NUL-terminated UTF-8, borrowed; metra_value_set_text keeps a copy alive.
    pub text: *const c_char,
}

/// One value of a gauge. All bytes zero is the int64 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_value {
    /// One of metra_value_type.
    pub r#type: i32,
    pub r#as: metra_value_content,
}

impl metra_value {
    pub(super) const ZERO: Self = Self::int64(0);

    const fn int64(value: i64) -> Self {
        Self {
            r#type: metra_value_type::METRA_VALUE_INT64 as i32,
            r#as: metra_value_content { int64: value },
        }
    }

    /// The value in C's shape; text is borrowed from this thread's keeper until the next text.
    pub(super) fn from_value(value: &Value) -> Self {
        let (value_type, content) = match value {
            Value::Int64(value) => return Self::int64(*value),
            Value::Double(value) => (
                metra_value_type::METRA_VALUE_DOUBLE,
                metra_value_content { float64: *value },
            ),
            Value::Bool(value) => (
                metra_value_type::METRA_VALUE_BOOL,
                metra_value_content {
                    boolean: i32::from(*value),
                },
            ),
            Value::Text(text) => (
                metra_value_type::METRA_VALUE_TEXT,
                metra_value_content { text: keep(text) },
            ),
        };
        Self {
            r#type: value_type as i32,
            r#as: content,
        }
    }

    /// The value in Rust's shape.
    ///
    /// # Safety
    /// A text member is NULL or NUL-terminated.
    pub(super) unsafe fn to_value(self) -> Result<Value, Error> {
        const INT64: i32 = metra_value_type::METRA_VALUE_INT64 as i32;
        const DOUBLE: i32 = metra_value_type::METRA_VALUE_DOUBLE as i32;
        const BOOL: i32 = metra_value_type::METRA_VALUE_BOOL as i32;
        const TEXT: i32 = metra_value_type::METRA_VALUE_TEXT as i32;
        // SAFETY: every bit pattern is valid for the numbers, and the caller vouches for the text.
        unsafe {
            match self.r#type {
                INT64 => Ok(Value::Int64(self.r#as.int64)),
                DOUBLE => Ok(Value::Double(self.r#as.float64)),
                BOOL => Ok(Value::Bool(self.r#as.boolean != 0)),
                TEXT => Ok(Value::Text(
                    text::text(self.r#as.text, "value->as.text")?.into(),
                )),
                other => Err(unknown_type(other)),
            }
        }
    }
}

/// The refusal of a number that is no metra_value_type.
pub(super) fn unknown_type(value_type: i32) -> Error {
    let text = format!("{value_type} is no value type; right would be a METRA_VALUE_ constant");
    Error::new(ErrorKind::InvalidArgument, text)
}

thread_local! {
    static KEPT: RefCell<CString> = RefCell::default();
}

/// Keeps a copy of `text` on this thread until the next one. On a thread that is ending it is the empty text.
fn keep(text: &str) -> *const c_char {
    let kept = KEPT.try_with(|kept| {
        let mut kept = kept.borrow_mut();
        *kept = text::owned(text);
        kept.as_ptr()
    });
    kept.unwrap_or(c"".as_ptr())
}

/// Makes a value the text `text`. Text that is NULL or not UTF-8 makes it the empty text.
///
/// @param value_or_null (borrowed) The value to change.
/// @param text_or_null  (copied) UTF-8. The copy lives until the next call of this function, or reading of a text, on
///                      this thread: long enough for the return of a gauge's callback.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_value_set_text(
    value_or_null: *mut metra_value,
    text_or_null: *const c_char,
) {
    guard_or((), || {
        // SAFETY: NULL or valid, as documented above.
        let (value, text) = unsafe {
            (
                value_or_null.as_mut(),
                text::text_or_null(text_or_null, "text"),
            )
        };
        if let Some(value) = value {
            let text = text.ok().flatten().unwrap_or_default();
            *value = metra_value::from_value(&Value::Text(text.into()));
        }
    });
}
