//! The clock that a test moves.

use std::sync::Arc;
use std::time::Duration;

use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::status::metra_status;
use crate::clock::ManualClock;

/// A clock that stands still until it is advanced, so that tests of rates and intervals need not sleep. It outlives
/// whatever uses it; any thread may use it.
pub struct metra_clock {
    _opaque: [u8; 0],
}

impl Handle for metra_clock {
    type Object = ManualClock;
}

/// Makes a manual clock; give it to a configuration with metra_config_set_clock.
///
/// @param out (nonnull) Receives an owned clock; free it with metra_clock_free.
/// @return METRA_OK or METRA_ERROR_NULL_ARGUMENT.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_clock_new(out: *mut *mut metra_clock) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let out = unsafe { handle::output(out) }?;
        out.give(Arc::new(ManualClock::default()));
        Ok(())
    })
}

/// Moves time forward and returns when all that became due on the way is done: ticks, reports, news for reporters. Zero
/// milliseconds do what is due already.
///
/// @param clock (nonnull, borrowed) The clock.
/// @param ms    Milliseconds.
/// @return METRA_OK or METRA_ERROR_NULL_ARGUMENT.
///
/// Thread safety: any thread, but not inside a callback of metra: it would wait for itself.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_clock_advance(clock: *mut metra_clock, ms: u64) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let clock = unsafe { handle::borrow(clock, "clock") }?;
        clock.advance(Duration::from_millis(ms));
        Ok(())
    })
}

/// Frees a clock handle; what uses the clock keeps it.
///
/// @param clock_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_clock_free(clock_or_null: *mut metra_clock) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(clock_or_null) });
}
