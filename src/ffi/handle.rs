//! Where pointers become references, and where reference counts change.
//!
//! An opaque C type stands for one Rust type, shared and counted. A C pointer to it is what [`Arc::into_raw`] gave.

use std::ptr::NonNull;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};

/// An opaque C type, tied to what its handles point to.
pub(super) trait Handle {
    /// What a handle of this type points to.
    type Object;
}

/// The error of a NULL that is not allowed.
#[cold]
#[inline(never)]
pub(super) fn null(what: &str) -> Error {
    Error::new(ErrorKind::NullArgument, format!("{what} is NULL"))
}

/// The object of a handle.
///
/// # Safety
/// `handle` is NULL or a handle of this type that stays unfreed for `'a`.
pub(super) unsafe fn borrow<'a, H: Handle>(
    handle: *const H,
    what: &str,
) -> Result<&'a H::Object, Error> {
    // SAFETY: as this function's caller promises.
    unsafe { borrow_or_null(handle) }.ok_or_else(|| null(what))
}

/// The object of a handle that may be NULL.
///
/// # Safety
/// As [`borrow`].
pub(super) unsafe fn borrow_or_null<'a, H: Handle>(handle: *const H) -> Option<&'a H::Object> {
    // SAFETY: not NULL means that it came from `Arc::into_raw` and is not freed yet.
    unsafe { handle.cast::<H::Object>().as_ref() }
}

/// Another reference to the object of a handle.
///
/// # Safety
/// As [`borrow`].
pub(super) unsafe fn share<H: Handle>(
    handle: *const H,
    what: &str,
) -> Result<Arc<H::Object>, Error> {
    let object: *const H::Object = handle.cast();
    if object.is_null() {
        return Err(null(what));
    }
    // SAFETY: the handle came from `Arc::into_raw` and still holds its reference, beside which there is now another.
    Ok(unsafe {
        Arc::increment_strong_count(object);
        Arc::from_raw(object)
    })
}

/// Gives up the reference of a handle. Dropping the last one may run foreign code.
///
/// # Safety
/// `handle` is NULL or an owned handle, which is not used again.
pub(super) unsafe fn free<H: Handle>(handle: *mut H) {
    if !handle.is_null() {
        // SAFETY: the handle came from `Arc::into_raw`, and this takes its reference back.
        drop(unsafe { Arc::from_raw(handle.cast_const().cast::<H::Object>()) });
    }
}

/// The place for a pointer that a call returns: NULL until it is given.
pub(super) struct Output<T> {
    place: *mut *mut T,
}

impl<T> Output<T> {
    /// Hands over what `pointer` leads to.
    pub(super) fn give_pointer(self, pointer: NonNull<T>) {
        // SAFETY: whoever made this output promised that the place may be written.
        unsafe { self.place.write(pointer.as_ptr()) };
    }
}

impl<H: Handle> Output<H> {
    /// Hands `object` over as an owned handle.
    pub(super) fn give(self, object: Arc<H::Object>) {
        let handle = Arc::into_raw(object).cast_mut();
        if let Some(handle) = NonNull::new(handle) {
            self.give_pointer(handle.cast());
        }
    }
}

/// The place `out`, set to NULL for the case that the call fails.
///
/// # Safety
/// `out` is NULL or may be written until the output is used.
pub(super) unsafe fn output<T>(out: *mut *mut T) -> Result<Output<T>, Error> {
    // SAFETY: as this function's caller promises.
    unsafe { output_or_null(out) }.ok_or_else(|| null("out"))
}

/// The place `out`, if there is one.
///
/// # Safety
/// As [`output`].
pub(super) unsafe fn output_or_null<T>(out: *mut *mut T) -> Option<Output<T>> {
    if out.is_null() {
        return None;
    }
    // SAFETY: not NULL, so it may be written.
    unsafe { out.write(std::ptr::null_mut()) };
    Some(Output { place: out })
}
