//! Foreign functions with the pointer that belongs to them.

use std::ffi::c_void;

/// Frees the userdata of a callback: called exactly once, after the callback's last call.
pub type metra_drop_fn = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

/// A userdata pointer, with what is to be done with it in the end.
pub(super) struct UserData {
    pointer: *mut c_void,
    drop: metra_drop_fn,
}

// SAFETY: the header tells the caller from which threads its callbacks come; the pointer is only handed to those.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl UserData {
    /// Takes charge of `pointer`: from here on `drop` runs exactly once.
    pub(super) fn new(pointer: *mut c_void, drop: metra_drop_fn) -> Self {
        Self { pointer, drop }
    }

    pub(super) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: the caller gave the two together, and this is the only place that calls it.
            unsafe { drop(self.pointer) };
        }
    }
}
