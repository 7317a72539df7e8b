//! A host reporter that writes down what it is told.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::abi;
use super::text::owned;

/// What happened to a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Removed,
}

/// A metric as a reporter sees it.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    /// The word that vectors use for its type.
    pub(crate) metric_type: &'static str,
    pub(crate) name: String,
    pub(crate) identifier: String,
    pub(crate) logical_scope: String,
    pub(crate) variables: BTreeMap<String, String>,
    /// The count of a counter, in a report or when the registry is read.
    pub(crate) count: Option<i64>,
}

/// One call of a reporter.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) reporter: String,
    pub(crate) change: Change,
    pub(crate) metric: Metric,
}

/// Stands behind all reporters of one registry.
#[derive(Default)]
pub(crate) struct Recorder {
    told: Mutex<Vec<Told>>,
    /// The last report of each reporter.
    reports: Mutex<BTreeMap<String, Vec<Metric>>>,
}

impl Recorder {
    /// What the reporters were told since the last call of this.
    pub(crate) fn take(&self) -> Vec<Told> {
        std::mem::take(&mut *lock(&self.told))
    }

    /// What was in the last report of each reporter.
    pub(crate) fn reports(&self) -> BTreeMap<String, Vec<Metric>> {
        lock(&self.reports).clone()
    }

    pub(super) fn vtable(recorder: &Arc<Self>, pushes: bool) -> abi::metra_reporter {
        abi::metra_reporter {
            size: size_of::<abi::metra_reporter>(),
            userdata: Arc::into_raw(Arc::clone(recorder)).cast_mut().cast(),
            added: Some(added),
            removed: Some(removed),
            report: pushes.then_some(report as _),
            close: None,
            drop: Some(drop_recorder),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
/// `userdata` is that of a recorder's vtable, not dropped yet.
unsafe fn recorder<'a>(userdata: *mut c_void) -> &'a Recorder {
    // SAFETY: as this function's caller promises.
    unsafe { &*userdata.cast::<Recorder>() }
}

unsafe extern "C" fn added(
    userdata: *mut c_void,
    reporter: *const abi::metra_reporter_info,
    metric: *const abi::metra_metric_info,
) {
    // SAFETY: metra passes what it was given, and valid descriptions.
    unsafe { note(recorder(userdata), reporter, Change::Added, metric) };
}

unsafe extern "C" fn removed(
    userdata: *mut c_void,
    reporter: *const abi::metra_reporter_info,
    metric: *const abi::metra_metric_info,
) {
    // SAFETY: as in `added`.
    unsafe { note(recorder(userdata), reporter, Change::Removed, metric) };
}

unsafe fn note(
    recorder: &Recorder,
    reporter: *const abi::metra_reporter_info,
    change: Change,
    metric: *const abi::metra_metric_info,
) {
    // SAFETY: as the callers promise.
    let (reporter, metric) = unsafe { (name_of(reporter), described(metric)) };
    lock(&recorder.told).push(Told {
        reporter,
        change,
        metric,
    });
}

unsafe fn name_of(reporter: *const abi::metra_reporter_info) -> String {
    // SAFETY: as the callers promise.
    unsafe { owned((*reporter).name) }.expect("a reporter has a name")
}

unsafe fn described(metric: *const abi::metra_metric_info) -> Metric {
    let text = |text| {
        // SAFETY: the strings of a description are valid during the call.
        unsafe { owned(text) }.expect("a description is complete")
    };
    // SAFETY: as the callers promise.
    let metric = unsafe { &*metric };
    let variable = |index| {
        // SAFETY: the index is below the length.
        let variable = unsafe { &*metric.variables.add(index) };
        (text(variable.key), text(variable.value))
    };
    Metric {
        metric_type: type_word(metric.metric_type),
        name: text(metric.name),
        identifier: text(metric.identifier),
        logical_scope: text(metric.logical_scope),
        variables: (0..metric.variables_len).map(variable).collect(),
        count: None,
    }
}

fn type_word(metric_type: i32) -> &'static str {
    match metric_type {
        abi::METRA_METRIC_COUNTER => "counter",
        abi::METRA_METRIC_MONOTONIC_COUNTER => "monotonic counter",
        abi::METRA_METRIC_GAUGE => "gauge",
        abi::METRA_METRIC_DISTRIBUTION => "distribution",
        abi::METRA_METRIC_METER => "meter",
        abi::METRA_METRIC_HISTOGRAM => "histogram",
        _ => "unknown type",
    }
}

unsafe extern "C" fn report(
    userdata: *mut c_void,
    reporter: *const abi::metra_reporter_info,
    report: *const abi::metra_report,
) {
    let mut metrics: Vec<Metric> = Vec::new();
    // SAFETY: the report and the vector are valid during the call.
    unsafe { abi::metra_report_collect(report, Some(collect), (&raw mut metrics).cast()) };
    // SAFETY: metra passes what it was given, and a valid description.
    let (recorder, reporter) = unsafe { (recorder(userdata), name_of(reporter)) };
    lock(&recorder.reports).insert(reporter, metrics);
}

/// Adds a reading to the vector of metrics that `metrics` points to.
pub(super) unsafe extern "C" fn collect(metrics: *mut c_void, reading: *const abi::metra_reading) {
    // SAFETY: `report` passes its vector, metra a valid reading.
    let (metrics, reading) = unsafe { (&mut *metrics.cast::<Vec<Metric>>(), &*reading) };
    // SAFETY: a reading has a valid description.
    let mut metric = unsafe { described(reading.metric) };
    let counts = ["counter", "monotonic counter"].contains(&metric.metric_type);
    if counts && reading.has_value != 0 {
        // SAFETY: this is the member of a counter.
        metric.count = Some(unsafe { reading.content.count });
    }
    metrics.push(metric);
}

unsafe extern "C" fn drop_recorder(userdata: *mut c_void) {
    // SAFETY: metra calls this once for each vtable, with the reference that `vtable` gave away.
    drop(unsafe { Arc::from_raw(userdata.cast_const().cast::<Recorder>()) });
}
