//! The part of metra's C ABI that is measured: declarations after `include/metra.h`.
//!
//! It is the shared library that other languages load, not the crate: the goals are about calls through the C ABI.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use crate::harness::{fail, row};

#[repr(C)]
struct RawRegistry([u8; 0]);
#[repr(C)]
struct RawConfig([u8; 0]);
#[repr(C)]
struct RawClock([u8; 0]);
#[repr(C)]
struct RawGroup([u8; 0]);
#[repr(C)]
struct RawCounter([u8; 0]);
#[repr(C)]
struct RawDistribution([u8; 0]);
#[repr(C)]
struct RawHistogram([u8; 0]);

#[repr(C)]
struct Variable {
    key: *const c_char,
    value: *const c_char,
}

#[repr(C)]
struct RootInfo {
    size: usize,
    name: *const c_char,
    variables: *const Variable,
    variables_len: usize,
}

/// What a distribution says.
#[repr(C)]
#[derive(Default)]
pub struct DistributionReading {
    size: usize,
    pub count: i64,
    pub sum: i64,
    pub min: i64,
    pub max: i64,
    mean: f64,
}

/// What a histogram says.
#[repr(C)]
#[derive(Default)]
pub struct HistogramReading {
    size: usize,
    pub count: i64,
    pub sum: i64,
    window: [i64; 3],
    moments: [f64; 2],
    pub quantiles: [f64; 6],
}

type WriteFn = unsafe extern "C" fn(*mut c_void, *const c_char, usize) -> c_int;
const PROMETHEUS: i32 = 0;

#[link(name = "metra")]
unsafe extern "C" {
    fn metra_last_error() -> *const c_char;
    fn metra_hot_path() -> *const c_char;
    fn metra_clock_new(out: *mut *mut RawClock) -> c_int;
    fn metra_clock_advance(clock: *mut RawClock, ms: u64) -> c_int;
    fn metra_clock_free(clock: *mut RawClock);
    fn metra_config_new(out: *mut *mut RawConfig) -> c_int;
    fn metra_config_set_clock(config: *mut RawConfig, clock: *const RawClock) -> c_int;
    fn metra_config_free(config: *mut RawConfig);
    fn metra_registry_new(config: *const RawConfig, out: *mut *mut RawRegistry) -> c_int;
    fn metra_registry_close(registry: *mut RawRegistry, deadline_ms: u32) -> c_int;
    fn metra_registry_free(registry: *mut RawRegistry);
    fn metra_registry_root(
        registry: *mut RawRegistry,
        info: *const RootInfo,
        out: *mut *mut RawGroup,
    ) -> c_int;
    fn metra_registry_write(
        registry: *mut RawRegistry,
        format: i32,
        write: WriteFn,
        userdata: *mut c_void,
    ) -> c_int;
    fn metra_group_add_group(
        group: *mut RawGroup,
        key: *const c_char,
        value: *const c_char,
        out: *mut *mut RawGroup,
    ) -> c_int;
    fn metra_group_free(group: *mut RawGroup);
    fn metra_group_counter(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawCounter,
    ) -> c_int;
    fn metra_counter_inc(counter: *mut RawCounter, n: i64);
    fn metra_counter_count(counter: *const RawCounter) -> i64;
    fn metra_counter_free(counter: *mut RawCounter);
    fn metra_group_distribution(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawDistribution,
    ) -> c_int;
    fn metra_distribution_update(distribution: *mut RawDistribution, value: i64);
    fn metra_distribution_read(
        distribution: *const RawDistribution,
        out: *mut DistributionReading,
    ) -> c_int;
    fn metra_group_histogram(
        group: *mut RawGroup,
        name: *const c_char,
        out: *mut *mut RawHistogram,
    ) -> c_int;
    fn metra_histogram_update(histogram: *mut RawHistogram, value: i64);
    fn metra_histogram_read(histogram: *const RawHistogram, out: *mut HistogramReading) -> c_int;
}

fn require(status: c_int) {
    if status != 0 {
        // SAFETY: never NULL, and nothing else is called on this thread meanwhile.
        let why = unsafe { CStr::from_ptr(metra_last_error()) };
        fail(&why.to_string_lossy());
    }
}

/// Says on which path updates are in this process.
pub fn report_path() {
    // SAFETY: takes nothing and returns a static text.
    let path = unsafe { CStr::from_ptr(metra_hot_path()) };
    row("path", &path.to_string_lossy(), None, "", 0.0);
}

/// A name with a number.
pub fn numbered(name: &str, number: usize) -> CString {
    CString::new(format!("{name}_{number}")).unwrap_or_default()
}

/// A clock that stands still until it is advanced.
pub struct Clock(*mut RawClock);

// SAFETY: handles may be used from any thread.
unsafe impl Send for Clock {}
// SAFETY: as above.
unsafe impl Sync for Clock {}

impl Clock {
    pub fn new() -> Self {
        let mut clock = null_mut();
        // SAFETY: the pointer is valid.
        require(unsafe { metra_clock_new(&mut clock) });
        Self(clock)
    }

    /// Moves it on, and returns when all that became due is done.
    pub fn advance(&self, ms: u64) {
        // SAFETY: the handle lives as long as `self`.
        require(unsafe { metra_clock_advance(self.0, ms) });
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // SAFETY: an owned handle, freed once.
        unsafe { metra_clock_free(self.0) };
    }
}

/// A registry without reporters.
pub struct Registry(*mut RawRegistry);

impl Registry {
    pub fn new() -> Self {
        Self::of(null())
    }

    /// A registry whose time is that of `clock`.
    pub fn with_clock(clock: &Clock) -> Self {
        let mut config = null_mut();
        // SAFETY: both handles live until the calls return.
        unsafe {
            require(metra_config_new(&mut config));
            require(metra_config_set_clock(config, clock.0));
        }
        let registry = Self::of(config);
        // SAFETY: an owned handle, freed once.
        unsafe { metra_config_free(config) };
        registry
    }

    fn of(config: *const RawConfig) -> Self {
        let mut registry = null_mut();
        // SAFETY: NULL is the default configuration, and others live until the call returns.
        require(unsafe { metra_registry_new(config, &mut registry) });
        Self(registry)
    }

    /// The root of a program with these variables.
    pub fn root(&self, name: &CStr, variables: &[(&CStr, &CStr)]) -> Group {
        let as_variable = |(key, value): &(&CStr, &CStr)| Variable {
            key: key.as_ptr(),
            value: value.as_ptr(),
        };
        let variables: Vec<Variable> = variables.iter().map(as_variable).collect();
        let info = RootInfo {
            size: size_of::<RootInfo>(),
            name: name.as_ptr(),
            variables: variables.as_ptr(),
            variables_len: variables.len(),
        };
        let mut group = null_mut();
        // SAFETY: handle and strings live until the call returns, which copies them.
        require(unsafe { metra_registry_root(self.0, &info, &mut group) });
        Group(group)
    }

    /// Shows `take` the page in Prometheus' text format.
    pub fn write(&self, mut take: impl FnMut(&[u8])) {
        unsafe extern "C" fn write<F: FnMut(&[u8])>(
            take: *mut c_void,
            bytes: *const c_char,
            len: usize,
        ) -> c_int {
            // SAFETY: the pointer to `take` below; the bytes are valid for this call.
            unsafe { (*take.cast::<F>())(std::slice::from_raw_parts(bytes.cast(), len)) };
            0
        }
        fn writer_of<F: FnMut(&[u8])>(_: &F) -> WriteFn {
            write::<F>
        }
        let writer = writer_of(&take);
        // SAFETY: `take` is what `writer` was made for, and outlives the call.
        require(unsafe {
            metra_registry_write(self.0, PROMETHEUS, writer, (&raw mut take).cast())
        });
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // SAFETY: an owned handle, freed once.
        unsafe {
            require(metra_registry_close(self.0, 10_000));
            metra_registry_free(self.0);
        }
    }
}

/// A group.
pub struct Group(*mut RawGroup);

impl Group {
    pub fn add_group(&self, key: &CStr, value: &CString) -> Self {
        let mut group = null_mut();
        // SAFETY: handle and strings live until the call returns.
        require(unsafe { metra_group_add_group(self.0, key.as_ptr(), value.as_ptr(), &mut group) });
        Self(group)
    }

    pub fn counter(&self, name: &CStr) -> Counter {
        let mut counter = null_mut();
        // SAFETY: as above.
        require(unsafe { metra_group_counter(self.0, name.as_ptr(), &mut counter) });
        Counter(counter)
    }

    pub fn distribution(&self, name: &CStr) -> Distribution {
        let mut distribution = null_mut();
        // SAFETY: as above.
        require(unsafe { metra_group_distribution(self.0, name.as_ptr(), &mut distribution) });
        Distribution(distribution)
    }

    pub fn histogram(&self, name: &CStr) -> Histogram {
        let mut histogram = null_mut();
        // SAFETY: as above.
        require(unsafe { metra_group_histogram(self.0, name.as_ptr(), &mut histogram) });
        Histogram(histogram)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: an owned handle, freed once.
        unsafe { metra_group_free(self.0) };
    }
}

/// A counter.
pub struct Counter(*mut RawCounter);

// SAFETY: handles may be used from any thread.
unsafe impl Send for Counter {}
// SAFETY: as above.
unsafe impl Sync for Counter {}

impl Counter {
    #[inline]
    pub fn inc(&self, n: i64) {
        // SAFETY: the handle lives as long as `self`; so in all functions below.
        unsafe { metra_counter_inc(self.0, n) };
    }

    pub fn count(&self) -> i64 {
        // SAFETY: see `inc`.
        unsafe { metra_counter_count(self.0) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: an owned handle, freed once.
        unsafe { metra_counter_free(self.0) };
    }
}

/// A distribution; its handle is kept until the program ends.
pub struct Distribution(*mut RawDistribution);

// SAFETY: as for counters.
unsafe impl Send for Distribution {}
// SAFETY: as above.
unsafe impl Sync for Distribution {}

impl Distribution {
    #[inline]
    pub fn update(&self, value: i64) {
        // SAFETY: the handle is never freed.
        unsafe { metra_distribution_update(self.0, value) };
    }

    pub fn read(&self) -> DistributionReading {
        let mut reading = DistributionReading {
            size: size_of::<DistributionReading>(),
            ..Default::default()
        };
        // SAFETY: as above, and the size is right.
        require(unsafe { metra_distribution_read(self.0, &mut reading) });
        reading
    }
}

/// A histogram; its handle is kept until the program ends.
pub struct Histogram(*mut RawHistogram);

// SAFETY: as for counters.
unsafe impl Send for Histogram {}
// SAFETY: as above.
unsafe impl Sync for Histogram {}

impl Histogram {
    #[inline]
    pub fn update(&self, value: i64) {
        // SAFETY: the handle is never freed.
        unsafe { metra_histogram_update(self.0, value) };
    }

    pub fn read(&self) -> HistogramReading {
        let mut reading = HistogramReading {
            size: size_of::<HistogramReading>(),
            ..Default::default()
        };
        // SAFETY: as above, and the size is right.
        require(unsafe { metra_histogram_read(self.0, &mut reading) });
        reading
    }
}
