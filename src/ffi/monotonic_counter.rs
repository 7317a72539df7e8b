//! Monotonic counters, as C sees them.

use std::ffi::c_char;

use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::status::metra_status;
use super::text::text;
use crate::metric::MonotonicCounter;

/// A sum that only goes up, which systems with real counters show as such. It may outlive its group and registry; any
/// thread may use it.
pub struct metra_monotonic_counter {
    _opaque: [u8; 0],
}

impl Handle for metra_monotonic_counter {
    type Object = MonotonicCounter;
}

/// Gives a monotonic counter of a group, registered if it is not there. The same name gives the same monotonic counter.
///
/// @param group (nonnull, borrowed) The group.
/// @param name  (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param out   (nonnull) Receives an owned monotonic counter, or NULL; free it with metra_monotonic_counter_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_monotonic_counter(
    group: *mut metra_group,
    name: *const c_char,
    out: *mut *mut metra_monotonic_counter,
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
        out.give(group.group.monotonic_counter(name)?);
        Ok(())
    })
}

/// Adds to a monotonic counter.
///
/// @param monotonic_counter_or_null (borrowed) The monotonic counter.
/// @param n Added; values below zero are ignored.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_monotonic_counter_inc(
    monotonic_counter_or_null: *mut metra_monotonic_counter,
    n: i64,
) {
    // SAFETY: NULL or valid, as documented above. A plain atomic update cannot panic.
    if let Some(monotonic_counter) = unsafe { handle::borrow_or_null(monotonic_counter_or_null) } {
        monotonic_counter.inc(n);
    }
}

/// Reads a monotonic counter.
///
/// @param monotonic_counter_or_null (borrowed) The monotonic counter.
/// @return The sum of all that was added; exact once writers are quiet. Zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_monotonic_counter_count(
    monotonic_counter_or_null: *const metra_monotonic_counter,
) -> i64 {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let monotonic_counter = unsafe { handle::borrow_or_null(monotonic_counter_or_null) };
        monotonic_counter.map_or(0, |monotonic_counter| monotonic_counter.count())
    })
}

/// Frees a monotonic counter handle. The monotonic counter stays registered; it never waits.
///
/// @param monotonic_counter_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_monotonic_counter_free(
    monotonic_counter_or_null: *mut metra_monotonic_counter,
) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(monotonic_counter_or_null) });
}
