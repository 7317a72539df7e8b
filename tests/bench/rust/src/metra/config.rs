//! What a registry is made with: keys, a clock, a log.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;

use super::raw::*;
use super::require;
use crate::harness::{fail, made};

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

/// A configuration.
pub struct Config(*mut RawConfig);

impl Config {
    /// One without keys. What registries after it complain of ends the program.
    pub fn new() -> Self {
        unsafe extern "C" fn hear(_: *mut c_void, level: c_int, text: *const c_char) {
            if level != LOG_INFO {
                // SAFETY: the text is valid for this call.
                fail(&unsafe { CStr::from_ptr(text) }.to_string_lossy());
            }
        }
        let mut config = null_mut();
        // SAFETY: the pointer is valid, and the function needs no data.
        unsafe {
            require(metra_config_new(&mut config));
            require(metra_config_set_log(config, hear, null_mut(), None));
        }
        Self(config)
    }

    pub fn set(&mut self, key: &str, value: &str) {
        let (key, value) = (made(CString::new(key)), made(CString::new(value)));
        // SAFETY: handle and strings live until the call returns.
        require(unsafe { metra_config_set(self.0, key.as_ptr(), value.as_ptr()) });
    }

    /// Makes its registries go by `clock`.
    pub fn set_clock(&mut self, clock: &Clock) {
        // SAFETY: both handles live until the call returns.
        require(unsafe { metra_config_set_clock(self.0, clock.0) });
    }

    pub(super) fn raw(&self) -> *const RawConfig {
        self.0
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: an owned handle, freed once.
        unsafe { metra_config_free(self.0) };
    }
}
