//! The part of include/metra.h that the vectors drive, declared as a C program would see it.

#![allow(unsafe_code, reason = "declarations of foreign functions")]
#![allow(non_camel_case_types, reason = "named as in the header")]

use std::ffi::{c_char, c_int, c_void};

/// Declares C types of which only pointers exist.
macro_rules! opaque {
    ($($name:ident)*) => { $(
        #[repr(C)]
        pub(crate) struct $name { _opaque: [u8; 0] }
    )* };
}

opaque! {
    metra_clock metra_config metra_registry metra_group metra_counter metra_gauge metra_meter metra_histogram
    metra_report
}

pub(crate) const METRA_OK: i32 = 0;
pub(crate) const METRA_ERROR_NULL_ARGUMENT: i32 = 1;
pub(crate) const METRA_ERROR_INVALID_ARGUMENT: i32 = 3;
pub(crate) const METRA_ERROR_NAME_COLLISION: i32 = 4;
pub(crate) const METRA_ERROR_CLOSED: i32 = 5;
pub(crate) const METRA_ERROR_CONFIG: i32 = 8;

pub(crate) const METRA_METRIC_COUNTER: i32 = 0;
pub(crate) const METRA_METRIC_MONOTONIC_COUNTER: i32 = 1;
pub(crate) const METRA_METRIC_GAUGE: i32 = 2;
pub(crate) const METRA_METRIC_DISTRIBUTION: i32 = 3;
pub(crate) const METRA_METRIC_METER: i32 = 4;
pub(crate) const METRA_METRIC_HISTOGRAM: i32 = 5;

pub(crate) const METRA_LOG_ERROR: i32 = 0;
pub(crate) const METRA_LOG_WARN: i32 = 1;
pub(crate) const METRA_LOG_INFO: i32 = 2;

pub(crate) const METRA_VALUE_INT64: i32 = 0;
pub(crate) const METRA_VALUE_DOUBLE: i32 = 1;
pub(crate) const METRA_VALUE_BOOL: i32 = 2;

pub(crate) type metra_drop_fn = Option<unsafe extern "C" fn(*mut c_void)>;
pub(crate) type metra_log_fn = Option<unsafe extern "C" fn(*mut c_void, i32, *const c_char)>;
pub(crate) type metra_gauge_fn =
    Option<unsafe extern "C" fn(*mut c_void, *mut metra_value) -> c_int>;
pub(crate) type metra_collect_fn = Option<unsafe extern "C" fn(*mut c_void, *const metra_reading)>;
pub(crate) type metra_character_filter_fn =
    Option<unsafe extern "C" fn(*mut c_void, *const c_char, *mut c_char, usize) -> usize>;
pub(crate) type metra_reporter_metric_fn =
    Option<unsafe extern "C" fn(*mut c_void, *const metra_reporter_info, *const metra_metric_info)>;

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) union metra_value_content {
    pub(crate) int64: i64,
    pub(crate) float64: f64,
    pub(crate) boolean: i32,
    pub(crate) text: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct metra_value {
    pub(crate) value_type: i32,
    pub(crate) content: metra_value_content,
}

#[repr(C)]
pub(crate) struct metra_variable {
    pub(crate) key: *const c_char,
    pub(crate) value: *const c_char,
}

#[repr(C)]
pub(crate) struct metra_root_info {
    pub(crate) size: usize,
    pub(crate) name: *const c_char,
    pub(crate) variables: *const metra_variable,
    pub(crate) variables_len: usize,
}

#[repr(C)]
pub(crate) struct metra_jobmanager_info {
    pub(crate) size: usize,
    pub(crate) host: *const c_char,
}

#[repr(C)]
pub(crate) struct metra_taskmanager_info {
    pub(crate) size: usize,
    pub(crate) host: *const c_char,
    pub(crate) tm_id: *const c_char,
}

#[repr(C)]
pub(crate) struct metra_job_info {
    pub(crate) size: usize,
    pub(crate) job_id: *const c_char,
    pub(crate) job_name: *const c_char,
}

#[repr(C)]
pub(crate) struct metra_task_info {
    pub(crate) size: usize,
    pub(crate) task_id: *const c_char,
    pub(crate) task_name: *const c_char,
    pub(crate) task_attempt_id: *const c_char,
    pub(crate) subtask_index: i32,
    pub(crate) task_attempt_num: i32,
}

#[repr(C)]
pub(crate) struct metra_operator_info {
    pub(crate) size: usize,
    pub(crate) operator_id: *const c_char,
    pub(crate) operator_name: *const c_char,
    pub(crate) task_id: *const c_char,
    pub(crate) task_name: *const c_char,
    pub(crate) variables: *const metra_variable,
    pub(crate) variables_len: usize,
}

#[repr(C)]
pub(crate) struct metra_identity_options {
    pub(crate) size: usize,
    pub(crate) reporter_delimiter: *const c_char,
    pub(crate) logical_delimiter: *const c_char,
    pub(crate) filter: metra_character_filter_fn,
    pub(crate) userdata: *mut c_void,
}

#[repr(C)]
pub(crate) struct metra_reporter_info {
    pub(crate) size: usize,
    pub(crate) name: *const c_char,
    pub(crate) factory_class: *const c_char,
    pub(crate) delimiter: *const c_char,
    pub(crate) interval_ms: u64,
    pub(crate) address: *const c_char,
}

#[repr(C)]
#[derive(Default)]
pub(crate) struct metra_losses {
    pub(crate) size: usize,
    pub(crate) name_collisions: u64,
    pub(crate) limits: u64,
    pub(crate) hidden_variables: u64,
    pub(crate) equal_identities: u64,
    pub(crate) gauge_timeouts: u64,
    pub(crate) gauge_failures: u64,
    pub(crate) inexpressible_values: u64,
    pub(crate) panics: u64,
}

#[repr(C)]
pub(crate) struct metra_metric_info {
    pub(crate) size: usize,
    pub(crate) id: u64,
    pub(crate) metric_type: i32,
    pub(crate) name: *const c_char,
    pub(crate) identifier: *const c_char,
    pub(crate) logical_scope: *const c_char,
    pub(crate) variables: *const metra_variable,
    pub(crate) variables_len: usize,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct metra_distribution_reading {
    pub(crate) size: usize,
    pub(crate) count: i64,
    pub(crate) sum: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) mean: f64,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct metra_meter_reading {
    pub(crate) size: usize,
    pub(crate) count: i64,
    pub(crate) rate: f64,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct metra_histogram_reading {
    pub(crate) size: usize,
    pub(crate) count: i64,
    pub(crate) sum: i64,
    pub(crate) window_count: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) mean: f64,
    pub(crate) stddev: f64,
    pub(crate) p50: f64,
    pub(crate) p75: f64,
    pub(crate) p95: f64,
    pub(crate) p98: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) union metra_reading_content {
    pub(crate) count: i64,
    pub(crate) gauge: metra_value,
    pub(crate) distribution: metra_distribution_reading,
    pub(crate) meter: metra_meter_reading,
    pub(crate) histogram: metra_histogram_reading,
}

#[repr(C)]
pub(crate) struct metra_reading {
    pub(crate) size: usize,
    pub(crate) metric: *const metra_metric_info,
    pub(crate) has_value: i32,
    pub(crate) content: metra_reading_content,
}

#[repr(C)]
pub(crate) struct metra_reporter {
    pub(crate) size: usize,
    pub(crate) userdata: *mut c_void,
    pub(crate) added: metra_reporter_metric_fn,
    pub(crate) removed: metra_reporter_metric_fn,
    pub(crate) report:
        Option<unsafe extern "C" fn(*mut c_void, *const metra_reporter_info, *const metra_report)>,
    pub(crate) close: Option<unsafe extern "C" fn(*mut c_void, *const metra_reporter_info)>,
    pub(crate) drop: metra_drop_fn,
}

unsafe extern "C" {
    pub(crate) fn metra_last_error() -> *const c_char;
    pub(crate) fn metra_status_name(status: i32) -> *const c_char;

    pub(crate) fn metra_clock_new(out: *mut *mut metra_clock) -> i32;
    pub(crate) fn metra_clock_advance(clock: *mut metra_clock, ms: u64) -> i32;
    pub(crate) fn metra_clock_free(clock: *mut metra_clock);

    pub(crate) fn metra_config_new(out: *mut *mut metra_config) -> i32;
    pub(crate) fn metra_config_set(
        config: *mut metra_config,
        key: *const c_char,
        value: *const c_char,
    ) -> i32;
    pub(crate) fn metra_config_set_clock(
        config: *mut metra_config,
        clock: *const metra_clock,
    ) -> i32;
    pub(crate) fn metra_config_set_log(
        config: *mut metra_config,
        log: metra_log_fn,
        userdata: *mut c_void,
        drop: metra_drop_fn,
    ) -> i32;
    pub(crate) fn metra_config_add_reporter(
        config: *mut metra_config,
        factory_class: *const c_char,
        reporter: *const metra_reporter,
    ) -> i32;
    pub(crate) fn metra_config_free(config: *mut metra_config);

    pub(crate) fn metra_registry_new(
        config: *const metra_config,
        out: *mut *mut metra_registry,
    ) -> i32;
    pub(crate) fn metra_registry_close(registry: *mut metra_registry, deadline_ms: u32) -> i32;
    pub(crate) fn metra_registry_free(registry: *mut metra_registry);
    pub(crate) fn metra_registry_root(
        registry: *mut metra_registry,
        info: *const metra_root_info,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_registry_jobmanager(
        registry: *mut metra_registry,
        info: *const metra_jobmanager_info,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_registry_taskmanager(
        registry: *mut metra_registry,
        info: *const metra_taskmanager_info,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_registry_reporter_count(registry: *const metra_registry) -> usize;
    pub(crate) fn metra_registry_reporter(
        registry: *const metra_registry,
        index: usize,
        out: *mut metra_reporter_info,
    ) -> i32;
    pub(crate) fn metra_registry_losses(
        registry: *const metra_registry,
        out: *mut metra_losses,
    ) -> i32;

    pub(crate) fn metra_group_job(
        parent: *mut metra_group,
        info: *const metra_job_info,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_group_task(
        parent: *mut metra_group,
        info: *const metra_task_info,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_group_operator(
        parent: *mut metra_group,
        info: *const metra_operator_info,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_group_add_group(
        group: *mut metra_group,
        key: *const c_char,
        value: *const c_char,
        out: *mut *mut metra_group,
    ) -> i32;
    pub(crate) fn metra_group_unregister(group: *mut metra_group, name: *const c_char) -> i32;
    pub(crate) fn metra_group_close(group: *mut metra_group) -> i32;
    pub(crate) fn metra_group_is_closed(group: *const metra_group) -> c_int;
    pub(crate) fn metra_group_free(group: *mut metra_group);
    pub(crate) fn metra_group_token(group: *const metra_group) -> u64;
    pub(crate) fn metra_group_scope_component_count(group: *const metra_group) -> usize;
    pub(crate) fn metra_group_scope_component(
        group: *const metra_group,
        index: usize,
    ) -> *const c_char;
    pub(crate) fn metra_group_variable_count(group: *const metra_group) -> usize;
    pub(crate) fn metra_group_variable_key(
        group: *const metra_group,
        index: usize,
    ) -> *const c_char;
    pub(crate) fn metra_group_variable_value(
        group: *const metra_group,
        index: usize,
    ) -> *const c_char;
    pub(crate) fn metra_group_metric_identifier(
        group: *const metra_group,
        name: *const c_char,
        buf: *mut c_char,
        cap: usize,
    ) -> usize;
    pub(crate) fn metra_group_metric_identifier_with(
        group: *const metra_group,
        name: *const c_char,
        options: *const metra_identity_options,
        buf: *mut c_char,
        cap: usize,
    ) -> usize;
    pub(crate) fn metra_group_logical_scope(
        group: *const metra_group,
        options: *const metra_identity_options,
        buf: *mut c_char,
        cap: usize,
    ) -> usize;

    pub(crate) fn metra_group_counter(
        group: *mut metra_group,
        name: *const c_char,
        out: *mut *mut metra_counter,
    ) -> i32;
    pub(crate) fn metra_counter_inc(counter: *mut metra_counter, n: i64);
    pub(crate) fn metra_counter_dec(counter: *mut metra_counter, n: i64);
    pub(crate) fn metra_counter_count(counter: *const metra_counter) -> i64;
    pub(crate) fn metra_counter_free(counter: *mut metra_counter);

    pub(crate) fn metra_value_set_text(value: *mut metra_value, text: *const c_char);
    pub(crate) fn metra_group_gauge(
        group: *mut metra_group,
        name: *const c_char,
        callback: metra_gauge_fn,
        userdata: *mut c_void,
        drop: metra_drop_fn,
        out: *mut *mut metra_gauge,
    ) -> i32;
    pub(crate) fn metra_gauge_free(gauge: *mut metra_gauge);

    pub(crate) fn metra_group_meter(
        group: *mut metra_group,
        name: *const c_char,
        time_span_in_seconds: i64,
        out: *mut *mut metra_meter,
    ) -> i32;
    pub(crate) fn metra_group_meter_over(
        group: *mut metra_group,
        name: *const c_char,
        counter: *const metra_counter,
        time_span_in_seconds: i64,
        out: *mut *mut metra_meter,
    ) -> i32;
    pub(crate) fn metra_meter_mark_event(meter: *mut metra_meter, n: i64);
    pub(crate) fn metra_meter_count(meter: *const metra_meter) -> i64;
    pub(crate) fn metra_meter_rate(meter: *const metra_meter) -> f64;
    pub(crate) fn metra_meter_free(meter: *mut metra_meter);

    pub(crate) fn metra_group_histogram(
        group: *mut metra_group,
        name: *const c_char,
        out: *mut *mut metra_histogram,
    ) -> i32;
    pub(crate) fn metra_histogram_update(histogram: *mut metra_histogram, value: i64);
    pub(crate) fn metra_histogram_read(
        histogram: *const metra_histogram,
        out: *mut metra_histogram_reading,
    ) -> i32;
    pub(crate) fn metra_histogram_quantile(
        histogram: *const metra_histogram,
        q: f64,
        out: *mut f64,
    ) -> i32;
    pub(crate) fn metra_histogram_free(histogram: *mut metra_histogram);

    pub(crate) fn metra_registry_collect(
        registry: *mut metra_registry,
        visit: metra_collect_fn,
        userdata: *mut c_void,
    ) -> i32;
    pub(crate) fn metra_report_collect(
        report: *const metra_report,
        visit: metra_collect_fn,
        userdata: *mut c_void,
    );
}
