//! Foreign functions with the pointer that belongs to them.

use std::ffi::c_void;
use std::io;

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

/// What a function of the host's takes, as something to write to.
pub(super) struct Writer<F> {
    take: F,
    has_stopped: bool,
}

impl<F: FnMut(&[u8]) -> bool> Writer<F> {
    /// Writes to `take`, until that is false.
    pub(super) fn new(take: F) -> Self {
        Self {
            take,
            has_stopped: false,
        }
    }

    /// Whether the host wanted no more.
    pub(super) fn has_stopped(&self) -> bool {
        self.has_stopped
    }
}

impl<F: FnMut(&[u8]) -> bool> io::Write for Writer<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.has_stopped |= !(self.take)(bytes);
        if self.has_stopped {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
