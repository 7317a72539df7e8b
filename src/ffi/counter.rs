//! Counters, as C sees them.

use std::ffi::c_char;

use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::status::metra_status;
use super::text::text;
use crate::metric::Counter;

/// A sum that goes up and down: 64-bit, wrapping. It may outlive its group and registry; any thread may use it.
pub struct metra_counter {
    _opaque: [u8; 0],
}

impl Handle for metra_counter {
    type Object = Counter;
}

/// Gives a counter of a group, registered if it is not there. The same name gives the same counter.
///
/// @param group (nonnull, borrowed) The group.
/// @param name  (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param out   (nonnull) Receives an owned counter, or NULL; free it with metra_counter_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_counter(
    group: *mut metra_group,
    name: *const c_char,
    out: *mut *mut metra_counter,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, group, name) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(group, "group")?,
                text(name, "name")?,
            )
        };
        out.give(group.group.counter(name)?);
        Ok(())
    })
}

/// Adds to a counter.
///
/// @param counter_or_null (borrowed) The counter.
/// @param n Added; negative values subtract. Overflow wraps.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_counter_inc(counter_or_null: *mut metra_counter, n: i64) {
    // SAFETY: NULL or valid, as documented above. A plain atomic update cannot panic.
    if let Some(counter) = unsafe { handle::borrow_or_null(counter_or_null) } {
        counter.inc(n);
    }
}

/// Subtracts from a counter.
///
/// @param counter_or_null (borrowed) The counter.
/// @param n Subtracted; negative values add. Overflow wraps.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_counter_dec(counter_or_null: *mut metra_counter, n: i64) {
    // SAFETY: NULL or valid, as documented above. A plain atomic update cannot panic.
    if let Some(counter) = unsafe { handle::borrow_or_null(counter_or_null) } {
        counter.dec(n);
    }
}

/// Reads a counter.
///
/// @param counter_or_null (borrowed) The counter.
/// @return The sum of all that was added and subtracted; exact once writers are quiet. Zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_counter_count(counter_or_null: *const metra_counter) -> i64 {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let counter = unsafe { handle::borrow_or_null(counter_or_null) };
        counter.map_or(0, |counter| counter.count())
    })
}

/// Frees a counter handle. The counter stays registered; it never waits.
///
/// @param counter_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_counter_free(counter_or_null: *mut metra_counter) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(counter_or_null) });
}
