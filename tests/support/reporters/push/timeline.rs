//! When the reporters of a case report.

use crate::support::host::Clock;
use crate::support::scene::Scene;

/// How long before a report the steps that lead to it are played, so that what they do still shows in rates.
const LEAD_MS: u64 = 15_000;

/// The manual clock of a scene, and the moments at which all reporters report at once.
///
/// The steps between two reports are played shortly before the later one, a millisecond off all ticks: no tick renews
/// rates at the moment of a report.
pub(super) struct Timeline<'a> {
    clock: &'a Clock,
    now_ms: u64,
    /// The least time that all intervals divide.
    period_ms: u64,
    lead_ms: u64,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(scene: &'a Scene, reporters: &[String]) -> Self {
        let concerned = scene
            .reporters
            .iter()
            .filter(|reporter| reporters.contains(&reporter.name));
        let intervals: Vec<u64> = concerned.map(|reporter| reporter.interval_ms).collect();
        let shortest = intervals.iter().copied().min().expect("a reporter");
        Self {
            clock: &scene.clock,
            now_ms: 0,
            period_ms: intervals.into_iter().fold(1, least_common_multiple),
            lead_ms: shortest.min(LEAD_MS) - 1,
        }
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// How far apart the moments are at which every reporter reports.
    pub(super) fn period_ms(&self) -> u64 {
        self.period_ms
    }

    /// The next of those moments.
    pub(super) fn next_ms(&self) -> u64 {
        (self.now_ms / self.period_ms + 1) * self.period_ms
    }

    /// Goes on until shortly before the next report, past all that some reporter makes before that.
    pub(super) fn approach(&mut self) {
        self.advance_to(self.next_ms() - self.lead_ms);
    }

    /// Goes on to the next moment at which every reporter makes one report, and returns when all have.
    pub(super) fn report(&mut self) {
        self.advance_to(self.next_ms());
    }

    /// Goes on to a time since the start.
    pub(super) fn advance_to(&mut self, ms: u64) {
        self.clock.advance(ms - self.now_ms);
        self.now_ms = ms;
    }
}

fn least_common_multiple(one: u64, two: u64) -> u64 {
    let (mut a, mut b) = (one, two);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    one / a * two
}
