//! The part of metra's C ABI that is measured.
//!
//! It is the shared library that other languages load, not the crate: the goals are about calls through the C ABI.

mod config;
mod metrics;
mod raw;

pub use config::{Clock, Config};
pub use metrics::{Counter, Distribution, Gauge, Histogram, Meter, MonotonicCounter};

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use self::raw::*;
use crate::harness::{fail, row};

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

/// A registry.
pub struct Registry(*mut RawRegistry);

// SAFETY: handles may be used from any thread.
unsafe impl Send for Registry {}

impl Registry {
    /// One without reporters, on the system's clock.
    pub fn new() -> Self {
        Self::made(null())
    }

    /// One as the configuration wants it.
    pub fn after(config: &Config) -> Self {
        Self::made(config.raw())
    }

    fn made(config: *const RawConfig) -> Self {
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

    pub fn monotonic_counter(&self, name: &CStr) -> MonotonicCounter {
        let mut counter = null_mut();
        // SAFETY: as above.
        require(unsafe { metra_group_monotonic_counter(self.0, name.as_ptr(), &mut counter) });
        MonotonicCounter(counter)
    }

    /// A gauge that holds whole numbers.
    pub fn gauge(&self, name: &CStr) -> Gauge {
        let mut gauge = null_mut();
        let (name, gauge_out) = (name.as_ptr(), &mut gauge);
        // SAFETY: as above.
        require(unsafe { metra_group_settable_gauge(self.0, name, VALUE_INT64, gauge_out) });
        Gauge(gauge)
    }

    pub fn distribution(&self, name: &CStr) -> Distribution {
        let mut distribution = null_mut();
        // SAFETY: as above.
        require(unsafe { metra_group_distribution(self.0, name.as_ptr(), &mut distribution) });
        Distribution(distribution)
    }

    /// A meter over a minute.
    pub fn meter(&self, name: &CStr) -> Meter {
        let mut meter = null_mut();
        // SAFETY: as above.
        require(unsafe { metra_group_meter(self.0, name.as_ptr(), 60, &mut meter) });
        Meter(meter)
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
