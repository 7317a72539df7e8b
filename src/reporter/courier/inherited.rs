//! What a forked child takes over from its parent.

use std::time::{Duration, Instant};

use super::{Courier, Spelled, System};
use crate::collect::Round;
use crate::metric::Metric;
use crate::reporter::pusher::Moment;

impl<S: System> Courier<S> {
    /// Takes what is counted so far as known to the system: the parent of this process has said it, or will. So a
    /// difference of the child's is what the child counted.
    pub(super) fn inherit(&mut self, now: Duration) {
        let moment = Moment {
            time: now,
            deadline: Instant::now(),
        };
        // Of gauges no system is sent differences, and their callbacks may not be ready in a child.
        let no_gauges = std::iter::empty::<&Metric>();
        let (mut round, _) = Round::begin(no_gauges, &self.gauges, Duration::ZERO);
        let is_counted = |metric: &Metric| metric.as_gauge().is_none();
        for entry in &mut self.known.entries {
            let live = &entry.live.metric;
            let Some(reading) = round.next(live).filter(|_| is_counted(live)) else {
                continue;
            };
            let Spelled { scope, metric } = &mut entry.kept;
            // Into a batch that nobody sends.
            self.system.begin(&moment);
            match live.as_histogram() {
                Some(histogram) if self.system.writes_life() => {
                    self.system.write_life(scope, metric, histogram);
                }
                _ => {
                    self.system.write(scope, metric, reading);
                }
            }
            S::arrived(metric);
        }
    }
}
