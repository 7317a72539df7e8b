//! Histograms, as C sees them.

use std::ffi::c_char;

use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::sized;
use super::status::metra_status;
use super::text::text;
use super::values::values;
use crate::metric::{Histogram, HistogramReading};

/// Values in buckets: count and sum for life, quantiles over a window of time. It may outlive its group and registry; any
/// thread may use it.
pub struct metra_histogram {
    _opaque: [u8; 0],
}

impl Handle for metra_histogram {
    type Object = Histogram;
}

/// What a histogram says. Count and sum are exact, of all values ever; the rest is of the last metrics.histogram.window,
/// within 1 % of each value. Without values in the window, min and max are zero and the doubles NaN.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_histogram_reading {
    /// sizeof(metra_histogram_reading)
    pub size: usize,
    /// Values ever.
    pub count: i64,
    /// Their sum, at most INT64_MAX, at least INT64_MIN.
    pub sum: i64,
    /// Values in the window.
    pub window_count: i64,
    /// The smallest in the window.
    pub min: i64,
    /// The largest in the window.
    pub max: i64,
    /// The mean of the window.
    pub mean: f64,
    /// The sample deviation of the window.
    pub stddev: f64,
    /// Quantiles of the window: .5, .75, .95, .98, .99, .999
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
    pub p98: f64,
    pub p99: f64,
    pub p999: f64,
}

// SAFETY: repr(C), its size first, otherwise numbers.
unsafe impl sized::Sized for metra_histogram_reading {}

impl From<&HistogramReading> for metra_histogram_reading {
    fn from(reading: &HistogramReading) -> Self {
        Self {
            size: size_of::<Self>(),
            count: reading.count,
            sum: reading.sum,
            window_count: reading.window_count,
            min: reading.min,
            max: reading.max,
            mean: reading.mean,
            stddev: reading.stddev,
            p50: reading.p50,
            p75: reading.p75,
            p95: reading.p95,
            p98: reading.p98,
            p99: reading.p99,
            p999: reading.p999,
        }
    }
}

/// Gives a histogram of a group, registered if it is not there. The same name gives the same histogram.
///
/// @param group (nonnull, borrowed) The group.
/// @param name  (nonnull, copied) UTF-8, not empty, at most 65535 bytes.
/// @param out   (nonnull) Receives an owned histogram, or NULL; free it with metra_histogram_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT,
///         METRA_ERROR_NAME_COLLISION, METRA_ERROR_CLOSED or METRA_ERROR_LIMIT.
///
/// Thread safety: any thread, also inside callbacks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_group_histogram(
    group: *mut metra_group,
    name: *const c_char,
    out: *mut *mut metra_histogram,
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
        out.give(group.group.histogram(name)?);
        Ok(())
    })
}

/// Adds a value to a histogram.
///
/// @param histogram_or_null (borrowed) The histogram.
/// @param value The value; buckets know it within 1 %.
///
/// Thread safety: any thread, lock-free.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_histogram_update(
    histogram_or_null: *mut metra_histogram,
    value: i64,
) {
    // SAFETY: NULL or valid, as documented above. A plain atomic update cannot panic.
    if let Some(histogram) = unsafe { handle::borrow_or_null(histogram_or_null) } {
        histogram.update(value);
    }
}

/// Adds an array of values to a histogram. A reading meanwhile may have some of them only, and more of them in its
/// quantiles than in its sum.
///
/// @param histogram_or_null (borrowed) The histogram.
/// @param values_or_null    (copied) The values; NULL adds none.
/// @param count             How many there are; at most PTRDIFF_MAX / 8.
///
/// Thread safety: any thread.
/// cbindgen:prefix=METRA_NOTHROW
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_histogram_update_many(
    histogram_or_null: *mut metra_histogram,
    values_or_null: *const i64,
    count: usize,
) {
    guard_or((), || {
        // SAFETY: NULL or valid, as documented above.
        let (histogram, values) = unsafe {
            (
                handle::borrow_or_null(histogram_or_null),
                values(values_or_null, count),
            )
        };
        if let Some(histogram) = histogram {
            histogram.update_many(values);
        }
    });
}

/// Reads a histogram.
///
/// @param histogram (nonnull, borrowed) The histogram.
/// @param out       (nonnull) Receives the reading; set its size first.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT or METRA_ERROR_INVALID_ARGUMENT for a size too small.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_histogram_read(
    histogram: *const metra_histogram,
    out: *mut metra_histogram_reading,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let histogram = unsafe { handle::borrow(histogram, "histogram") }?;
        // SAFETY: as above.
        unsafe { sized::write(out, &(&histogram.read()).into(), "out") }
    })
}

/// Reads any quantile of the window, by Flink's definition.
///
/// @param histogram (nonnull, borrowed) The histogram.
/// @param q         Above 0, at most 1.
/// @param out       (nonnull) Receives the quantile; NaN without values in the window.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT or METRA_ERROR_INVALID_ARGUMENT.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_histogram_quantile(
    histogram: *const metra_histogram,
    q: f64,
    out: *mut f64,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (histogram, out) = unsafe {
            (
                handle::borrow(histogram, "histogram")?,
                out.as_mut().ok_or_else(|| handle::null("out"))?,
            )
        };
        *out = histogram.quantile(q)?;
        Ok(())
    })
}

/// Frees a histogram handle. The histogram stays registered; it never waits.
///
/// @param histogram_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_histogram_free(histogram_or_null: *mut metra_histogram) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(histogram_or_null) });
}
