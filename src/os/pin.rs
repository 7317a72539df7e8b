//! Keeping the code of a thread in memory for as long as the thread may run.
//!
//! The shared library says so itself (`-z nodelete`). A static copy is part of a module that knows nothing of it: a
//! plugin that is closed with `dlclose` while one of its registries has threads would take their code away.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};

/// Keeps the module that this code belongs to loaded until the process ends; once is enough, more does no harm.
///
/// A module that the loader does not find again stays as it is: that is the program itself, which nobody unloads.
pub(crate) fn pin_module() {
    // No `Once`: whoever is in it waits for the loader's lock, which a constructor that comes here holds already.
    static PINNED: AtomicBool = AtomicBool::new(false);
    if !PINNED.load(Ordering::Relaxed) {
        pin_module_of(pin_module as *const ());
        PINNED.store(true, Ordering::Relaxed);
    }
}

/// Pins the module that `address` lies in; whether the loader found it.
fn pin_module_of(address: *const ()) -> bool {
    let mut found = MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: any address may be asked about, and `found` has room for the answer.
    if unsafe { libc::dladdr(address.cast(), found.as_mut_ptr()) } == 0 {
        return false;
    }
    // SAFETY: a status other than zero means that `found` was written.
    let name = unsafe { found.assume_init() }.dli_fname;
    if name.is_null() {
        return false;
    }
    // SAFETY: the loader's name of a loaded module is terminated, and stays while the module does: it is the one that
    // runs now.
    reopen(unsafe { CStr::from_ptr(name) })
}

/// Takes a reference to a module that is loaded already and keeps it from being unloaded; whether there is one.
fn reopen(name: &CStr) -> bool {
    const FLAGS: libc::c_int = libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
    // SAFETY: the name is terminated. Nothing is loaded, so no foreign code runs. The reference is never given back.
    !unsafe { libc::dlopen(name.as_ptr(), FLAGS) }.is_null()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_of_a_function_is_found_and_pinned() {
        // A test is a program of its own; the C library is a module like a plugin.
        assert!(pin_module_of(libc::getpid as *const ()));
        pin_module();
        pin_module();
    }

    #[test]
    fn address_of_no_module_is_refused() {
        let local = 0_u8;
        assert!(!pin_module_of((&raw const local).cast()));
    }

    #[test]
    fn nothing_is_loaded_to_be_pinned() {
        assert!(!reopen(c"libmetra-of-nobody.so"));
    }
}
