//! Meters, as C sees them.

use std::ffi::c_char;

use super::counter::metra_counter;
use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::status::metra_status;
use super::text::text;
use crate::metric::{DEFAULT_METER_SPAN_S, Meter};

/// The time span of a meter where nothing else is wanted, in seconds; Flink's and PyFlink's default.
pub const METRA_METER_DEFAULT_TIME_SPAN: i64 = 60;
const _: () = assert!(METRA_METER_DEFAULT_TIME_SPAN == DEFAULT_METER_SPAN_S);

/// Events and their rate per second over a time span, as Flink computes it: every five seconds, from the count then and a
/// time span before. It may outlive its group and registry; any thread may use it.
pub struct metra_meter {
    _opaque: [u8; 0],
}

impl Handle for metra_meter {
    type Object = Meter;
}

/// Gives a meter of a group, registered if it is not there. The same name and time span give the same meter.
///
/// @param group                (nonnull, borrowed) The group.
/// @param name                 (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param time_span_in_seconds Cut to a multiple of 5; below 10, zero and negative included, it is 5. At most INT32_MAX.
/// @param out                  (nonnull) Receives an owned meter, or NULL; free it with metra_meter_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION (also for a meter of another time span), METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_meter(
    group: *mut metra_group,
    name: *const c_char,
    time_span_in_seconds: i64,
    out: *mut *mut metra_meter,
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
        out.give(group.group.meter(name, time_span_in_seconds)?);
        Ok(())
    })
}

/// Gives a meter over a counter: marking it increments the counter, its count and rate are the counter's.
///
/// @param group                (nonnull, borrowed) The group.
/// @param name                 (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param counter              (nonnull, borrowed) The counter, of any group; it is shared, the handle may be freed.
/// @param time_span_in_seconds As for metra_group_meter.
/// @param out                  (nonnull) Receives an owned meter, or NULL; free it with metra_meter_free.
/// @return As metra_group_meter; METRA_ERROR_NAME_COLLISION also for a meter over something else.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_meter_over(
    group: *mut metra_group,
    name: *const c_char,
    counter: *const metra_counter,
    time_span_in_seconds: i64,
    out: *mut *mut metra_meter,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, group, name, counter) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(group, "group")?,
                text(name, "name")?,
                handle::share(counter, "counter")?,
            )
        };
        out.give(
            group
                .group
                .meter_over(name, &counter, time_span_in_seconds)?,
        );
        Ok(())
    })
}

/// Counts events.
///
/// @param meter_or_null (borrowed) The meter.
/// @param n             How many; negative values take back. Overflow wraps.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_meter_mark_event(meter_or_null: *mut metra_meter, n: i64) {
    // SAFETY: NULL or valid, as documented above. A plain atomic update cannot panic.
    if let Some(meter) = unsafe { handle::borrow_or_null(meter_or_null) } {
        meter.mark_event(n);
    }
}

/// Reads how many events there were.
///
/// @param meter_or_null (borrowed) The meter.
/// @return Events ever; exact once writers are quiet. Zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_meter_count(meter_or_null: *const metra_meter) -> i64 {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let meter = unsafe { handle::borrow_or_null(meter_or_null) };
        meter.map_or(0, |meter| meter.count())
    })
}

/// Reads the rate as of the last tick, of which there is one every five seconds. As in Flink a new meter reads zero until
/// its second tick, and low until it is one time span old.
///
/// @param meter_or_null (borrowed) The meter.
/// @return Events per second. Zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_meter_rate(meter_or_null: *const metra_meter) -> f64 {
    guard_or(0.0, || {
        // SAFETY: NULL or valid, as documented above.
        let meter = unsafe { handle::borrow_or_null(meter_or_null) };
        meter.map_or(0.0, |meter| meter.rate())
    })
}

/// Frees a meter handle. The meter stays registered; it never waits.
///
/// @param meter_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_meter_free(meter_or_null: *mut metra_meter) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(meter_or_null) });
}
