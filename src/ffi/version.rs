//! Which metra this is.
#![allow(dead_code, reason = "the constants are read in the header only")]

use std::ffi::c_char;

/// The version of this header, major part; see metra_version for that of the library.
pub const METRA_VERSION_MAJOR: i32 = 0;
/// The version of this header, minor part.
pub const METRA_VERSION_MINOR: i32 = 1;
/// The version of this header, patch part.
pub const METRA_VERSION_PATCH: i32 = 0;

/// Names the version of the library, "0.1.0" for instance.
///
/// @return (static) Never NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub extern "C" fn metra_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// Names the path that updates take in this process: "rseq mm_cid" or "rseq cpu_id", restartable sequences without a lock
/// prefix on cells of the processor; or "portable", atomic instructions on cells that threads share.
///
/// @return (static) Never NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub extern "C" fn metra_hot_path() -> *const c_char {
    crate::cell::path_name().as_ptr()
}
