//! Distributions, as C sees them.

use std::ffi::c_char;

use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::sized;
use super::status::metra_status;
use super::text::text;
use super::values::values;
use crate::metric::{Distribution, DistributionReading};

/// Count, sum, minimum, maximum and mean of values. It may outlive its group and registry; any thread may use it.
pub struct metra_distribution {
    _opaque: [u8; 0],
}

impl Handle for metra_distribution {
    type Object = Distribution;
}

/// What a distribution says. Minimum <= mean <= maximum, and all five belong to the same moment.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_distribution_reading {
    /// sizeof(metra_distribution_reading)
    pub size: usize,
    /// Values ever.
    pub count: i64,
    /// Their sum, at most INT64_MAX, at least INT64_MIN.
    pub sum: i64,
    /// The smallest; zero without values.
    pub min: i64,
    /// The largest; zero without values.
    pub max: i64,
    /// The exact sum by the count; zero without values.
    pub mean: f64,
}

// SAFETY: repr(C), its size first, otherwise numbers.
unsafe impl sized::Sized for metra_distribution_reading {}

impl From<&DistributionReading> for metra_distribution_reading {
    fn from(reading: &DistributionReading) -> Self {
        Self {
            size: size_of::<Self>(),
            count: reading.count,
            sum: reading.sum,
            min: reading.min,
            max: reading.max,
            mean: reading.mean,
        }
    }
}

/// Gives a distribution of a group, registered if it is not there. The same name gives the same distribution.
///
/// @param group (nonnull, borrowed) The group.
/// @param name  (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param out   (nonnull) Receives an owned distribution, or NULL; free it with metra_distribution_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_distribution(
    group: *mut metra_group,
    name: *const c_char,
    out: *mut *mut metra_distribution,
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
        out.give(group.group.distribution(name)?);
        Ok(())
    })
}

/// Adds a value to a distribution.
///
/// @param distribution_or_null (borrowed) The distribution.
/// @param value The value.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_distribution_update(
    distribution_or_null: *mut metra_distribution,
    value: i64,
) {
    // SAFETY: NULL or valid, as documented above. A plain atomic update cannot panic.
    if let Some(distribution) = unsafe { handle::borrow_or_null(distribution_or_null) } {
        distribution.update(value);
    }
}

/// Adds an array of values to a distribution at once: a reading has none or all of them, and it costs one update.
///
/// @param distribution_or_null (borrowed) The distribution.
/// @param values_or_null       (copied) The values; NULL adds none.
/// @param count                How many there are; at most PTRDIFF_MAX / 8.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_distribution_update_many(
    distribution_or_null: *mut metra_distribution,
    values_or_null: *const i64,
    count: usize,
) {
    guard_or((), || {
        // SAFETY: NULL or valid, as documented above.
        let (distribution, values) = unsafe {
            (
                handle::borrow_or_null(distribution_or_null),
                values(values_or_null, count),
            )
        };
        if let Some(distribution) = distribution {
            distribution.update_many(values);
        }
    });
}

/// Reads a distribution.
///
/// @param distribution (nonnull, borrowed) The distribution.
/// @param out          (nonnull) Receives the reading; set its size first.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT or METRA_ERROR_INVALID_ARGUMENT for a size too small.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_distribution_read(
    distribution: *const metra_distribution,
    out: *mut metra_distribution_reading,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let distribution = unsafe { handle::borrow(distribution, "distribution") }?;
        // SAFETY: as above.
        unsafe { sized::write(out, &(&distribution.read()).into(), "out") }
    })
}

/// Frees a distribution handle. The distribution stays registered; it never waits.
///
/// @param distribution_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_distribution_free(distribution_or_null: *mut metra_distribution) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(distribution_or_null) });
}
