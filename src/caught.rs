//! Panics that stay inside: caught, and not printed.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::os::fork;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Calls `call`; nothing comes back from one that panics. Whatever it broke must be fit for use all the same.
///
/// The process's panic hook, which prints, is not called for panics inside; those outside still reach it.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    install_hook();
    DEPTH.set(DEPTH.get() + 1);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    DEPTH.set(DEPTH.get() - 1);
    // What a panic carries may be foreign, and dropping it might panic again.
    outcome.map_err(std::mem::forget).ok()
}

fn install_hook() {
    static INSTALLED: Once = Once::new();
    // While a thread panics the hook cannot be changed; the next call does it.
    if INSTALLED.is_completed() || std::thread::panicking() {
        return;
    }
    // Inside, as a fork in the midst of this would leave the child with a hook that is never done.
    let _inside = fork::inside();
    INSTALLED.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if DEPTH.get() == 0 {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
#[allow(clippy::panic, reason = "panics are what this is about")]
mod tests {
    use super::*;

    #[test]
    fn panics_are_caught_at_every_depth() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| -> u8 { panic!("unheard") }), None);
        assert_eq!(
            caught(|| caught(|| -> u8 { panic!("unheard") })),
            Some(None)
        );
        assert_eq!(DEPTH.get(), 0);
    }
}
