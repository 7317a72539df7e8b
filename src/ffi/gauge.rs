//! Gauges, as C sees them.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use super::callback::{UserData, metra_drop_fn};
use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle, Output};
use super::status::metra_status;
use super::text::{text, text_or_null};
use super::value::{metra_value, metra_value_type, unknown_type};
use crate::error::Error;
use crate::group::Group;
use crate::metric::Gauge;
use crate::value::Value;

/// A value that is asked for at every reading, or that is set. It may outlive its group and registry; any thread may use
/// it.
pub struct metra_gauge {
    _opaque: [u8; 0],
}

/// A gauge with the place where it was registered.
pub(super) struct Object {
    gauge: Arc<Gauge>,
    group: Group,
    name: String,
}

impl Handle for metra_gauge {
    type Object = Object;
}

impl Object {
    pub(super) fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }
}

/// Answers with a gauge's value. The value arrives as the int64 0, so that the plain case is
///     value->as.int64 = n; return 1;
/// Runs on the registry's gauge thread, one gauge at a time, with no lock of metra's held. One that runs longer than
/// metrics.gauge.timeout is left out of readings until it returns, and takes its thread with it until then; another thread
/// takes over, but not if more than four hang: then no gauge with a function is read until one returns. It must return:
/// ending the thread in it (pthread_exit) aborts.
///
/// @param userdata What was registered with it.
/// @param value    (borrowed) Set its type and content; text is copied when the function returns.
/// @return Non-zero if the value is set, zero if there is none now.
pub type metra_gauge_fn =
    Option<unsafe extern "C" fn(userdata: *mut c_void, value: *mut metra_value) -> c_int>;

/// Registers a gauge that asks a function. A gauge of that name is replaced: its function is not called again.
///
/// @param group        (nonnull, borrowed) The group.
/// @param name         (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param function     (nonnull) Answers with the value.
/// @param userdata     (consumed) Its first argument.
/// @param drop_or_null Called once with userdata, after the function's last call, on the gauge thread or on the thread
///                     that unregisters, replaces or closes; also if this call fails.
/// @param out_or_null  Receives an owned gauge, or NULL; free it with metra_gauge_free. Not needed to keep the gauge.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_gauge(
    group: *mut metra_group,
    name: *const c_char,
    function: metra_gauge_fn,
    userdata: *mut c_void,
    drop_or_null: metra_drop_fn,
    out_or_null: *mut *mut metra_gauge,
) -> metra_status {
    guard(|| {
        let userdata = UserData::new(userdata, drop_or_null);
        // SAFETY: NULL or valid, as documented above.
        let (out, group, name) = unsafe {
            (
                handle::output_or_null(out_or_null),
                handle::borrow(group, "group")?,
                text(name, "name")?,
            )
        };
        let function = function.ok_or_else(|| handle::null("function"))?;
        let ask = move || {
            let mut value = metra_value::ZERO;
            // SAFETY: the caller gave function and userdata together, for calls like this.
            let is_set = unsafe { function(userdata.pointer(), &raw mut value) } != 0;
            // SAFETY: a function that sets a text sets a valid one.
            is_set.then(|| unsafe { value.to_value() }.ok()).flatten()
        };
        let gauge = group.group.gauge(name, Box::new(ask))?;
        if let Some(out) = out {
            give(out, gauge, &group.group, name);
        }
        Ok(())
    })
}

/// Gives a gauge that holds what is set, registered if it is not there. A gauge of that name with a function, or of
/// another type, is replaced.
///
/// @param group      (nonnull, borrowed) The group.
/// @param name       (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param value_type One of metra_value_type, for good. The first value is 0, 0.0, false or "".
/// @param out        (nonnull) Receives an owned gauge, or NULL; free it with metra_gauge_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_settable_gauge(
    group: *mut metra_group,
    name: *const c_char,
    value_type: i32,
    out: *mut *mut metra_gauge,
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
        let gauge = group.group.settable_gauge(name, first_value(value_type)?)?;
        give(out, gauge, &group.group, name);
        Ok(())
    })
}

fn give(out: Output<metra_gauge>, gauge: Arc<Gauge>, group: &Group, name: &str) {
    out.give(Arc::new(Object {
        gauge,
        group: group.clone(),
        name: name.to_owned(),
    }));
}

fn first_value(value_type: i32) -> Result<Value, Error> {
    const INT64: i32 = metra_value_type::METRA_VALUE_INT64 as i32;
    const DOUBLE: i32 = metra_value_type::METRA_VALUE_DOUBLE as i32;
    const BOOL: i32 = metra_value_type::METRA_VALUE_BOOL as i32;
    const TEXT: i32 = metra_value_type::METRA_VALUE_TEXT as i32;
    match value_type {
        INT64 => Ok(Value::Int64(0)),
        DOUBLE => Ok(Value::Double(0.0)),
        BOOL => Ok(Value::Bool(false)),
        TEXT => Ok(Value::Text("".into())),
        other => Err(unknown_type(other)),
    }
}

/// Sets a settable gauge to a whole number; one of doubles or truth values converts it. Ignored by gauges of text and by
/// gauges with a function.
///
/// @param gauge_or_null (borrowed) The gauge.
/// @param value         The value.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_gauge_set_int64(gauge_or_null: *mut metra_gauge, value: i64) {
    // SAFETY: NULL or valid, as documented above. Setting a number cannot panic.
    if let Some(object) = unsafe { handle::borrow_or_null(gauge_or_null) } {
        object.gauge.set(Value::Int64(value));
    }
}

/// Sets a settable gauge to a floating-point number; one of whole numbers cuts it (NaN is 0, what is out of range the
/// limit), one of truth values asks whether it differs from 0. Ignored by gauges of text and by gauges with a function.
///
/// @param gauge_or_null (borrowed) The gauge.
/// @param value         The value.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_gauge_set_double(gauge_or_null: *mut metra_gauge, value: f64) {
    // SAFETY: NULL or valid, as documented above. Setting a number cannot panic.
    if let Some(object) = unsafe { handle::borrow_or_null(gauge_or_null) } {
        object.gauge.set(Value::Double(value));
    }
}

/// Sets a settable gauge to true or false; one of numbers takes 1 or 0. Ignored by gauges of text and by gauges with a
/// function.
///
/// @param gauge_or_null (borrowed) The gauge.
/// @param value         Zero or not.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_gauge_set_bool(gauge_or_null: *mut metra_gauge, value: i32) {
    // SAFETY: NULL or valid, as documented above. Setting a number cannot panic.
    if let Some(object) = unsafe { handle::borrow_or_null(gauge_or_null) } {
        object.gauge.set(Value::Bool(value != 0));
    }
}

/// Sets a settable gauge of text. Ignored by gauges of other types or with a function, and for text that is NULL or not
/// UTF-8.
///
/// @param gauge_or_null (borrowed) The gauge.
/// @param text_or_null  (copied) UTF-8.
///
/// Thread safety: any thread. It allocates and takes a lock of its own.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_gauge_set_text(
    gauge_or_null: *mut metra_gauge,
    text_or_null: *const c_char,
) {
    guard_or((), || {
        // SAFETY: NULL or valid, as documented above.
        let (object, text) = unsafe {
            (
                handle::borrow_or_null(gauge_or_null),
                text_or_null_utf8(text_or_null),
            )
        };
        if let (Some(object), Some(text)) = (object, text) {
            object.gauge.set(Value::Text(text.into()));
        }
    });
}

/// The text at `text`, or nothing if it is NULL or not UTF-8.
///
/// # Safety
/// As [`text_or_null`].
unsafe fn text_or_null_utf8<'a>(text: *const c_char) -> Option<&'a str> {
    // SAFETY: as this function's caller promises.
    unsafe { text_or_null(text, "text") }.ok().flatten()
}

/// Unregisters a gauge, unless another one has replaced it. It returns when the gauge's function does not run and will
/// not be called again; inside a function of a gauge it does not wait.
///
/// @param gauge (nonnull, borrowed) The gauge.
/// @return METRA_OK, also if it is not registered any more, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_TIMEOUT if the
///         function still runs after metrics.gauge.timeout: calling again waits again.
///
/// Thread safety: any thread. Do not hold a lock (a GIL) that the function needs.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_gauge_unregister(gauge: *mut metra_gauge) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let object = unsafe { handle::borrow(gauge, "gauge") }?;
        object.group.unregister_gauge(&object.name, &object.gauge)
    })
}

/// Frees a gauge handle. The gauge stays registered; it never waits.
///
/// @param gauge_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_gauge_free(gauge_or_null: *mut metra_gauge) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(gauge_or_null) });
}
