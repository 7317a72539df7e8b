//! When a reporter reports, and how long a report may take.

use std::time::Duration;

use crate::reporter::failure::Failure;

/// Reports that fail are made less often, up to this pause or the interval if that is longer.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60);

/// A system that asks to be left alone is, but for no longer than this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(600);

/// The pauses between reports: the interval, doubled with every report that fails after another one that failed.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    interval: Duration,
    patience: Duration,
    /// How many reports failed in a row.
    failures: u32,
    /// What the system asked for last.
    retry_after: Duration,
}

impl Schedule {
    /// A report every `interval`, each of which may take `patience`.
    pub(super) fn new(interval: Duration, patience: Duration) -> Self {
        Self {
            interval,
            patience,
            failures: 0,
            retry_after: Duration::ZERO,
        }
    }

    /// How long a report may take.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// The pause from now to the next report.
    pub(super) fn pause(&self) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(31);
        let pause = self.interval.saturating_mul(1 << doublings);
        let longest = LONGEST_BACK_OFF.max(self.interval);
        pause.min(longest).max(self.retry_after)
    }

    /// Takes in how a report went. One that was refused, and nothing else, is no reason to wait longer.
    pub(super) fn note(&mut self, outcome: &Result<(), Failure>) {
        self.retry_after = Duration::ZERO;
        match outcome {
            Err(failure) if !failure.is_refusal => {
                self.failures = self.failures.saturating_add(1);
                let asked = failure.retry_after.unwrap_or_default();
                self.retry_after = asked.min(LONGEST_RETRY_AFTER);
            }
            _ => self.failures = 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn unavailable(retry_after: Option<Duration>) -> Result<(), Failure> {
        let mut failure = Failure::unavailable("nobody listens");
        failure.retry_after = retry_after;
        Err(failure)
    }

    /// The pauses in seconds after each of some failures, and after a report that arrived.
    fn pauses(interval: Duration, failures: usize) -> Vec<u64> {
        let mut schedule = Schedule::new(interval, SECOND);
        let outcomes = (0..failures).map(|_| unavailable(None)).chain([Ok(())]);
        let pause = |outcome| {
            schedule.note(&outcome);
            schedule.pause().as_secs()
        };
        outcomes.map(pause).collect()
    }

    #[test]
    fn failures_in_a_row_double_the_pause_up_to_a_minute() {
        assert_eq!(pauses(10 * SECOND, 5), [10, 20, 40, 60, 60, 10]);
        assert_eq!(pauses(10 * SECOND, 100).get(99), Some(&60));
    }

    #[test]
    fn intervals_of_a_minute_and_more_stay_what_they_are() {
        assert_eq!(pauses(3600 * SECOND, 3), [3600; 4]);
    }

    #[test]
    fn system_that_asks_for_time_gets_it_within_reason() {
        let mut schedule = Schedule::new(10 * SECOND, SECOND);
        for (asked, pause) in [(3, 10), (25, 25), (1_000_000, 600)] {
            schedule.note(&Ok(()));
            schedule.note(&unavailable(Some(asked * SECOND)));
            assert_eq!(schedule.pause(), pause * SECOND);
        }
        schedule.note(&Ok(()));
        assert_eq!(schedule.pause(), 10 * SECOND);
    }

    #[test]
    fn refusal_is_no_reason_to_wait() {
        let mut schedule = Schedule::new(10 * SECOND, SECOND);
        for _ in 0..5 {
            schedule.note(&Err(Failure::refusal("answers 400")));
        }
        assert_eq!(schedule.pause(), 10 * SECOND);
    }
}
