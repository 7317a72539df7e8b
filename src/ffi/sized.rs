//! Structs that cross the ABI by pointer and begin with their own size.
//!
//! A caller compiled against an older header has a shorter struct, one compiled against a newer header a longer one:
//! only what both know is read or written.

use super::handle::null;
use crate::error::{Error, ErrorKind};

/// A `repr(C)` struct whose first member is its size in bytes, as a `usize`, and for which zero bytes are valid.
///
/// # Safety
/// The implementor is just that.
pub(super) unsafe trait Sized: Copy {}

/// The struct at `place`, with zeros for what its caller does not know.
///
/// # Safety
/// `place` is NULL or points to a struct of the size that its first member says.
pub(super) unsafe fn read<T: Sized>(place: *const T, what: &str) -> Result<T, Error> {
    // SAFETY: as this function's caller promises.
    let size = unsafe { common_size(place, what) }?;
    // SAFETY: zero bytes are valid for such a struct.
    let mut value: T = unsafe { std::mem::zeroed() };
    // SAFETY: both have at least `size` bytes.
    unsafe {
        std::ptr::copy_nonoverlapping(place.cast::<u8>(), (&raw mut value).cast::<u8>(), size);
    }
    Ok(value)
}

/// Writes as much of `value` as the struct at `place` has room for; its size stays what its caller said.
///
/// # Safety
/// As [`read`]; `place` may be written.
pub(super) unsafe fn write<T: Sized>(place: *mut T, value: &T, what: &str) -> Result<(), Error> {
    const HEAD: usize = size_of::<usize>();
    // SAFETY: as this function's caller promises.
    let size = unsafe { common_size(place, what) }?;
    let from = std::ptr::from_ref(value).cast::<u8>();
    // SAFETY: both have at least `size` bytes, which is no less than the head.
    unsafe {
        std::ptr::copy_nonoverlapping(from.add(HEAD), place.cast::<u8>().add(HEAD), size - HEAD);
    }
    Ok(())
}

/// How many bytes caller and library both know.
unsafe fn common_size<T: Sized>(place: *const T, what: &str) -> Result<usize, Error> {
    if place.is_null() {
        return Err(null(what));
    }
    // SAFETY: the first member is its size.
    let size = unsafe { place.cast::<usize>().read() };
    if size < size_of::<usize>() {
        let text = format!("{what}->size is {size}; right would be sizeof *{what}");
        return Err(Error::new(ErrorKind::InvalidArgument, text));
    }
    Ok(size.min(size_of::<T>()))
}
