//! What is done on a reporter's own thread.

use std::time::{Duration, Instant};

use super::failure::Failure;

/// Carries metrics out when it is time to. All calls come from one thread.
pub(crate) trait Pusher: Send {
    /// Takes in what was registered and unregistered until `now`, which is since 1970-01-01.
    fn catch_up(&mut self, now: Duration);

    /// Reports; by the deadline it is done or has failed.
    ///
    /// # Errors
    /// Why not everything arrived.
    fn report(&mut self, moment: &Moment) -> Result<(), Failure>;

    /// The registry closes: nothing is called after this.
    fn close(&mut self, deadline: Instant);
}

/// When a report is made.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "push"),
    expect(dead_code, reason = "reporters of the program's own are not told")
)]
pub(crate) struct Moment {
    /// Since 1970-01-01, by the registry's clock.
    pub(crate) time: Duration,
    /// When it has to be done, by the system's clock: networks know no other.
    pub(crate) deadline: Instant,
}

#[cfg(feature = "push")]
impl Moment {
    /// What is left until the deadline.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
