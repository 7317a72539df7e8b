//! Reading everything from outside: metric by metric, or written in a format.

use std::ffi::{c_char, c_int, c_void};

use super::callback::Writer;
use super::distribution::metra_distribution_reading;
use super::group::metra_variable;
use super::guard::guard;
use super::handle;
use super::histogram::metra_histogram_reading;
use super::registry::metra_registry;
use super::spelling::Speller;
use super::status::metra_status;
use super::value::metra_value;
use crate::collect::Reading;
use crate::error::{Error, ErrorKind};
use crate::metric::MetricType;
use crate::reporter::MetricInfo;
use crate::runtime::Format;

/// The type of a metric.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum metra_metric_type {
    METRA_METRIC_COUNTER = 0,
    METRA_METRIC_MONOTONIC_COUNTER = 1,
    METRA_METRIC_GAUGE = 2,
    METRA_METRIC_DISTRIBUTION = 3,
    METRA_METRIC_METER = 4,
    METRA_METRIC_HISTOGRAM = 5,
}

impl From<MetricType> for metra_metric_type {
    fn from(metric_type: MetricType) -> Self {
        match metric_type {
            MetricType::Counter => Self::METRA_METRIC_COUNTER,
            MetricType::MonotonicCounter => Self::METRA_METRIC_MONOTONIC_COUNTER,
            MetricType::Gauge => Self::METRA_METRIC_GAUGE,
            MetricType::Distribution => Self::METRA_METRIC_DISTRIBUTION,
            MetricType::Meter => Self::METRA_METRIC_METER,
            MetricType::Histogram => Self::METRA_METRIC_HISTOGRAM,
        }
    }
}

/// A metric, spelled as its reader wants it: a reporter with its delimiter and its variables, metra_registry_collect
/// with metrics.scope.delimiter and all variables. Borrowed, with all its strings, for the call it is passed to.
#[repr(C)]
pub struct metra_metric_info {
    /// sizeof(metra_metric_info) of the library.
    pub size: usize,
    /// A number that no other metric of the registry has or will have.
    pub id: u64,
    /// One of metra_metric_type.
    pub r#type: i32,
    /// The name as registered.
    pub name: *const c_char,
    /// Scope components and name, joined.
    pub identifier: *const c_char,
    /// Names of levels and user groups, joined.
    pub logical_scope: *const c_char,
    /// The variables, sorted by key, keys with brackets.
    pub variables: *const metra_variable,
    /// How many variables there are.
    pub variables_len: usize,
}

/// What a meter says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_meter_reading {
    /// sizeof(metra_meter_reading) of the library.
    pub size: usize,
    /// Events ever.
    pub count: i64,
    /// Events per second, as of the last tick.
    pub rate: f64,
}

/// What a metric says; its type tells which member.
#[repr(C)]
#[derive(Clone, Copy)]
pub union metra_reading_content {
    /// Of a counter or monotonic counter.
    pub count: i64,
    /// Of a gauge.
    pub gauge: metra_value,
    pub distribution: metra_distribution_reading,
    pub meter: metra_meter_reading,
    pub histogram: metra_histogram_reading,
}

/// A metric with what it says. Borrowed for the call it is passed to.
#[repr(C)]
pub struct metra_reading {
    /// sizeof(metra_reading) of the library.
    pub size: usize,
    /// The metric.
    pub metric: *const metra_metric_info,
    /// Zero for a gauge that has no value now, else non-zero.
    pub has_value: i32,
    pub r#as: metra_reading_content,
}

/// Is shown one metric with what it says.
pub type metra_collect_fn =
    Option<unsafe extern "C" fn(userdata: *mut c_void, reading: *const metra_reading)>;

/// Takes the next bytes of a text; not NUL-terminated, borrowed for the call. Non-zero stops the writing.
pub type metra_write_fn =
    Option<unsafe extern "C" fn(userdata: *mut c_void, bytes: *const c_char, len: usize) -> c_int>;

/// The formats of metra_registry_write.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum metra_format {
    /// Prometheus' text format 0.0.4, "text/plain; version=0.0.4; charset=utf-8".
    METRA_FORMAT_PROMETHEUS = 0,
}

/// Shows a metric, as `speller` spells it, and what it says in C's shape to `visit`.
pub(super) fn show(
    speller: &mut Speller,
    info: &MetricInfo<'_>,
    reading: &Reading,
    visit: impl FnOnce(&metra_reading),
) {
    speller.show(info, |info| {
        let mut shown = metra_reading {
            size: size_of::<metra_reading>(),
            metric: info,
            has_value: 1,
            r#as: metra_reading_content { count: 0 },
        };
        // Written where it is to be read: the union is long, and most of what is read is a count.
        match reading {
            Reading::Counter(count) | Reading::MonotonicCounter(count) => shown.r#as.count = *count,
            Reading::Gauge(value) => {
                shown.has_value = value.is_some().into();
                let value = value.as_ref();
                shown.r#as.gauge = value.map_or(metra_value::ZERO, metra_value::from_value);
            }
            Reading::Distribution(reading) => shown.r#as.distribution = reading.into(),
            Reading::Meter { count, rate } => {
                shown.r#as.meter = metra_meter_reading {
                    size: size_of::<metra_meter_reading>(),
                    count: *count,
                    rate: *rate,
                };
            }
            Reading::Histogram(reading) => shown.r#as.histogram = (&**reading).into(),
        }
        visit(&shown);
    });
}

/// Reads all metrics of a registry and shows each with what it says: group by group, and in each in the order of
/// registration.
///
/// Nobody waits for it: metrics are registered, updated and closed meanwhile, and a slow visit holds up none of that. What
/// is registered or closed meanwhile is shown or not; everything else is shown once. The memory it takes does not grow
/// with the number of metrics, but for gauges with a function, which are all asked before the first metric is shown.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param visit    (nonnull) Called once for each metric, on this thread, before this function returns; it may call metra.
/// @param userdata First argument of visit.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_BUSY inside a gauge's callback: then gauges that ask a
///         function were left out, everything else was shown.
///
/// Thread safety: any thread. Do not hold a lock (a GIL) that a gauge's callback needs.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_collect(
    registry: *mut metra_registry,
    visit: metra_collect_fn,
    userdata: *mut c_void,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        let visit = visit.ok_or_else(|| handle::null("visit"))?;
        let mut speller = Speller::default();
        registry.runtime.collect(|info, reading| {
            // SAFETY: the caller gave function and userdata together, for calls like this.
            show(&mut speller, info, reading, |reading| unsafe {
                visit(userdata, reading)
            });
        })
    })
}

/// Writes all metrics of a registry in a format, for hosts with a server of their own.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param format   One of metra_format.
/// @param write    (nonnull) Called with the next bytes, about 64 KiB at a time and perhaps never, on this thread, before
///                 this function returns; it may call metra, and metrics may come and go meanwhile.
/// @param userdata First argument of write.
/// @return METRA_OK, also if write stopped it, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_ARGUMENT for an unknown
///         format, or METRA_ERROR_BUSY inside a gauge's callback: then gauges that ask a function were left out.
///
/// Thread safety: any thread. Do not hold a lock (a GIL) that a gauge's callback needs.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_write(
    registry: *mut metra_registry,
    format: i32,
    write: metra_write_fn,
    userdata: *mut c_void,
) -> metra_status {
    const PROMETHEUS: i32 = metra_format::METRA_FORMAT_PROMETHEUS as i32;
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        let write = write.ok_or_else(|| handle::null("write"))?;
        if format != PROMETHEUS {
            let text = format!("{format} is no format; right would be a METRA_FORMAT_ constant");
            return Err(Error::new(ErrorKind::InvalidArgument, text));
        }
        let mut out = Writer::new(|piece| {
            // SAFETY: the caller gave function and userdata together, for calls like this.
            unsafe { write(userdata, piece.as_ptr().cast(), piece.len()) == 0 }
        });
        let outcome = registry.runtime.write(Format::Prometheus, &mut out);
        if out.has_stopped() { Ok(()) } else { outcome }
    })
}
