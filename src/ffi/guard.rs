//! The wall that no panic crosses.

use super::status::{fail, metra_status, succeed};
use crate::caught::caught;
use crate::error::{Error, ErrorKind};

/// Runs a call that can fail: its error, or its panic, becomes status and text.
pub(super) fn guard(call: impl FnOnce() -> Result<(), Error>) -> metra_status {
    let mut call = Some(call);
    run(&mut || call.take().map_or(Ok(()), |call| call()))
}

/// The wall itself, once for all exports.
fn run(call: &mut dyn FnMut() -> Result<(), Error>) -> metra_status {
    match caught(call) {
        Some(Ok(())) => succeed(),
        Some(Err(error)) => fail(&error),
        None => {
            let text = "a defect in metra: a panic was caught";
            fail(&Error::new(ErrorKind::Panic, text))
        }
    }
}

/// Runs a call that cannot fail: a panic gives `neutral`.
pub(super) fn guard_or<T>(neutral: T, call: impl FnOnce() -> T) -> T {
    caught(call).unwrap_or(neutral)
}
