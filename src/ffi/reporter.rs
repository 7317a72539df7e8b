//! Reporters that the host brings.

use std::cell::RefCell;
use std::ffi::{CString, c_void};
use std::sync::Arc;

use super::callback::{UserData, metra_drop_fn};
use super::guard::guard_or;
use super::reading::{metra_collect_fn, metra_metric_info, show};
use super::registry::metra_reporter_info;
use super::sized;
use super::spelling::Speller;
use super::text::owned;
use crate::error::Error;
use crate::reporter::{MetricInfo, Readings, Reporter, View};
use crate::runtime::ReporterClass;

/// One report under way; valid inside the call of metra_reporter.report that it is passed to.
pub struct metra_report {
    _opaque: [u8; 0],
}

/// What a report handle points to, for the length of one call.
struct Report<'a, 'r> {
    readings: RefCell<&'a mut Readings<'r>>,
}

/// The functions of a reporter. All of them run on the reporter's own thread, in order; their arguments are borrowed for
/// the call. Each of them may be NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_reporter {
    /// sizeof(metra_reporter)
    pub size: usize,
    /// First argument of all functions.
    pub userdata: *mut c_void,
    /// A metric that the reporter's filter lets through is there from now on.
    pub added: Option<
        unsafe extern "C" fn(
            userdata: *mut c_void,
            reporter: *const metra_reporter_info,
            metric: *const metra_metric_info,
        ),
    >,
    /// A metric that was added is gone. Metrics that live until the registry closes are not removed.
    pub removed: Option<
        unsafe extern "C" fn(
            userdata: *mut c_void,
            reporter: *const metra_reporter_info,
            metric: *const metra_metric_info,
        ),
    >,
    /// An interval is over, or the registry closes: metra_report_collect shows the metrics. NULL means a reporter that
    /// is only told what there is.
    pub report: Option<
        unsafe extern "C" fn(
            userdata: *mut c_void,
            reporter: *const metra_reporter_info,
            report: *const metra_report,
        ),
    >,
    /// The registry closes; nothing is called for this reporter after it.
    pub close:
        Option<unsafe extern "C" fn(userdata: *mut c_void, reporter: *const metra_reporter_info)>,
    /// Called once with userdata, when the configuration and all reporters of the class are gone.
    pub drop: metra_drop_fn,
}

// SAFETY: repr(C), its size first, and zero bytes are NULL pointers.
unsafe impl sized::Sized for metra_reporter {}

/// The class of reporters that a host's functions make.
///
/// # Safety
/// `reporter` is NULL or valid.
pub(super) unsafe fn class(reporter: *const metra_reporter) -> Result<ReporterClass, Error> {
    // SAFETY: as this function's caller promises.
    let functions = unsafe { sized::read(reporter, "reporter") }?;
    let shared = Arc::new(Functions {
        userdata: UserData::new(functions.userdata, functions.drop),
        functions,
    });
    Ok(ReporterClass {
        pushes: functions.report.is_some(),
        make: Box::new(move |view| {
            let settings = view.settings();
            Box::new(Foreign {
                shared: Arc::clone(&shared),
                name: owned(&settings.name),
                class: owned(&settings.class),
                delimiter: owned(view.delimiter().encode_utf8(&mut [0; 4])),
                interval_ms: settings.interval.as_millis().try_into().unwrap_or(u64::MAX),
            })
        }),
    })
}

/// A host's functions with their userdata, shared by all reporters of the class.
struct Functions {
    functions: metra_reporter,
    userdata: UserData,
}

// SAFETY: the only pointer outside of `userdata`, which answers for itself, is the copy of its pointer in `functions`.
unsafe impl Send for Functions {}
// SAFETY: as above.
unsafe impl Sync for Functions {}

/// One reporter of the host.
struct Foreign {
    shared: Arc<Functions>,
    name: CString,
    class: CString,
    delimiter: CString,
    interval_ms: u64,
}

impl Foreign {
    fn info(&self) -> metra_reporter_info {
        metra_reporter_info {
            size: size_of::<metra_reporter_info>(),
            name: self.name.as_ptr(),
            factory_class: self.class.as_ptr(),
            delimiter: self.delimiter.as_ptr(),
            interval_ms: self.interval_ms,
            address: std::ptr::null(),
        }
    }

    fn userdata(&self) -> *mut c_void {
        self.shared.userdata.pointer()
    }
}

impl Reporter for Foreign {
    fn added(&mut self, _view: &View, metric: &MetricInfo<'_>) {
        if let Some(added) = self.shared.functions.added {
            let info = self.info();
            // SAFETY: the host gave function and userdata together; everything lives for the call.
            Speller::default().show(metric, |metric| unsafe {
                added(self.userdata(), &info, metric)
            });
        }
    }

    fn removed(&mut self, _view: &View, metric: &MetricInfo<'_>) {
        if let Some(removed) = self.shared.functions.removed {
            let info = self.info();
            // SAFETY: as above.
            Speller::default().show(metric, |metric| unsafe {
                removed(self.userdata(), &info, metric)
            });
        }
    }

    fn report(&mut self, _view: &View, readings: &mut Readings<'_>) {
        if let Some(report) = self.shared.functions.report {
            let info = self.info();
            let readings = RefCell::new(readings);
            let under_way = Report { readings };
            let handle = (&raw const under_way).cast::<metra_report>();
            // SAFETY: as above; the header says that the report is valid inside this call only.
            unsafe { report(self.userdata(), &info, handle) };
        }
    }

    fn close(&mut self, _view: &View) {
        if let Some(close) = self.shared.functions.close {
            let info = self.info();
            // SAFETY: as above.
            unsafe { close(self.userdata(), &info) };
        }
    }
}

/// Shows every metric of a report with what it says, in the order of registration. Gauges are asked at each call.
///
/// @param report_or_null   (borrowed) The report.
/// @param visit_or_null    Called once for each metric, before this function returns.
/// @param userdata         First argument of visit.
///
/// Thread safety: only inside the metra_reporter.report call that the report was passed to, on its thread, and not inside
/// visit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_report_collect(
    report_or_null: *const metra_report,
    visit_or_null: metra_collect_fn,
    userdata: *mut c_void,
) {
    guard_or((), || {
        // SAFETY: NULL or the report that `Foreign::report` made, which lives while its call does.
        let report = unsafe { report_or_null.cast::<Report<'_, '_>>().as_ref() };
        let (Some(report), Some(visit)) = (report, visit_or_null) else {
            return;
        };
        if let Ok(mut readings) = report.readings.try_borrow_mut() {
            let mut speller = Speller::default();
            let mut show_one = |info: &MetricInfo<'_>, reading: &_| {
                // SAFETY: the caller gave function and userdata together, for calls like this.
                show(&mut speller, info, reading, |reading| unsafe {
                    visit(userdata, reading)
                });
            };
            // What was left out is counted already, and a report has nobody to tell.
            let _ = readings(&mut show_one);
        }
    });
}
