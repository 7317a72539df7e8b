//! Declarations after `include/metra.h`.

use std::ffi::{c_char, c_int, c_void};

#[repr(C)]
pub struct RawRegistry([u8; 0]);
#[repr(C)]
pub struct RawConfig([u8; 0]);
#[repr(C)]
pub struct RawClock([u8; 0]);
#[repr(C)]
pub struct RawGroup([u8; 0]);
#[repr(C)]
pub struct RawCounter([u8; 0]);
#[repr(C)]
pub struct RawMonotonicCounter([u8; 0]);
#[repr(C)]
pub struct RawGauge([u8; 0]);
#[repr(C)]
pub struct RawDistribution([u8; 0]);
#[repr(C)]
pub struct RawMeter([u8; 0]);
#[repr(C)]
pub struct RawHistogram([u8; 0]);

#[repr(C)]
pub struct Variable {
    pub key: *const c_char,
    pub value: *const c_char,
}

#[repr(C)]
pub struct RootInfo {
    pub size: usize,
    pub name: *const c_char,
    pub variables: *const Variable,
    pub variables_len: usize,
}

/// What a distribution says.
#[repr(C)]
#[derive(Default)]
pub struct DistributionReading {
    pub size: usize,
    pub count: i64,
    pub sum: i64,
    pub min: i64,
    pub max: i64,
    pub mean: f64,
}

/// What a histogram says.
#[repr(C)]
#[derive(Default)]
pub struct HistogramReading {
    pub size: usize,
    pub count: i64,
    pub sum: i64,
    pub window: [i64; 3],
    pub moments: [f64; 2],
    pub quantiles: [f64; 6],
}

pub type WriteFn = unsafe extern "C" fn(*mut c_void, *const c_char, usize) -> c_int;
pub type LogFn = unsafe extern "C" fn(*mut c_void, c_int, *const c_char);
pub type DropFn = unsafe extern "C" fn(*mut c_void);
pub const PROMETHEUS: i32 = 0;
pub const LOG_INFO: c_int = 2;
pub const VALUE_INT64: i32 = 0;

#[link(name = "metra")]
unsafe extern "C" {
    pub fn metra_last_error() -> *const c_char;
    pub fn metra_hot_path() -> *const c_char;

    pub fn metra_clock_new(out: *mut *mut RawClock) -> c_int;
    pub fn metra_clock_advance(clock: *mut RawClock, ms: u64) -> c_int;
    pub fn metra_clock_free(clock: *mut RawClock);

    pub fn metra_config_new(out: *mut *mut RawConfig) -> c_int;
    pub fn metra_config_set(
        config: *mut RawConfig,
        key: *const c_char,
        value: *const c_char,
    ) -> c_int;
    pub fn metra_config_set_clock(config: *mut RawConfig, clock: *const RawClock) -> c_int;
    pub fn metra_config_set_log(
        config: *mut RawConfig,
        log: LogFn,
        userdata: *mut c_void,
        drop_or_null: Option<DropFn>,
    ) -> c_int;
    pub fn metra_config_free(config: *mut RawConfig);

    pub fn metra_registry_new(config: *const RawConfig, out: *mut *mut RawRegistry) -> c_int;
    pub fn metra_registry_close(registry: *mut RawRegistry, deadline_ms: u32) -> c_int;
    pub fn metra_registry_free(registry: *mut RawRegistry);
    pub fn metra_registry_root(
        registry: *mut RawRegistry,
        info: *const RootInfo,
        out: *mut *mut RawGroup,
    ) -> c_int;
    pub fn metra_registry_write(
        registry: *mut RawRegistry,
        format: i32,
        write: WriteFn,
        userdata: *mut c_void,
    ) -> c_int;

    pub fn metra_group_add_group(
        group: *mut RawGroup,
        key: *const c_char,
        value: *const c_char,
        out: *mut *mut RawGroup,
    ) -> c_int;
    pub fn metra_group_free(group: *mut RawGroup);

    pub fn metra_group_counter(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawCounter,
    ) -> c_int;
    pub fn metra_counter_inc(counter: *mut RawCounter, n: i64);
    pub fn metra_counter_count(counter: *const RawCounter) -> i64;
    pub fn metra_counter_free(counter: *mut RawCounter);

    pub fn metra_group_monotonic_counter(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawMonotonicCounter,
    ) -> c_int;
    pub fn metra_monotonic_counter_count(counter: *const RawMonotonicCounter) -> i64;

    pub fn metra_group_settable_gauge(
        group: *mut RawGroup,
        name: *const c_char,
        value_type: i32,
        out: *mut *mut RawGauge,
    ) -> c_int;
    pub fn metra_gauge_set_int64(gauge: *mut RawGauge, value: i64);

    pub fn metra_group_distribution(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawDistribution,
    ) -> c_int;
    pub fn metra_distribution_update(distribution: *mut RawDistribution, value: i64);
    pub fn metra_distribution_read(
        distribution: *const RawDistribution,
        out: *mut DistributionReading,
    ) -> c_int;

    pub fn metra_group_meter(
        group: *mut RawGroup,
        name: *const c_char,
        time_span_in_seconds: i64,
        out: *mut *mut RawMeter,
    ) -> c_int;
    pub fn metra_meter_mark_event(meter: *mut RawMeter, n: i64);

    pub fn metra_group_histogram(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawHistogram,
    ) -> c_int;
    pub fn metra_histogram_update(histogram: *mut RawHistogram, value: i64);
    pub fn metra_histogram_read(
        histogram: *const RawHistogram,
        out: *mut HistogramReading,
    ) -> c_int;
}
