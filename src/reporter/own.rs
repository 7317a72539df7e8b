//! Reporters of the program's own: told of metrics as they come and go, and asked to report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::failure::Failure;
use super::known::{Known, News};
use super::pusher::{Moment, Pusher};
use super::{MetricInfo, Reporter, View};
use crate::caught::caught;
use crate::collect::{GaugeReader, Round};
use crate::group::Feed;
use crate::log::{Level, Loss};

/// A reporter of the program's own. What it does wrong is counted and stays here.
pub(crate) struct Own {
    reporter: Option<Box<dyn Reporter>>,
    view: Arc<View>,
    known: Known<()>,
    gauges: Arc<GaugeReader>,
}

impl Own {
    pub(crate) fn new(
        reporter: Box<dyn Reporter>,
        view: Arc<View>,
        feed: Arc<Feed>,
        gauges: Arc<GaugeReader>,
    ) -> Self {
        Self {
            reporter: Some(reporter),
            known: Known::new(Arc::clone(&view), feed),
            view,
            gauges,
        }
    }

    /// Calls the reporter; a panic in it is counted and stays here.
    fn guarded(&mut self, what: &str, call: &mut dyn FnMut(&mut dyn Reporter, &View)) {
        let (reporter, view) = (&mut self.reporter, &self.view);
        let outcome = caught(|| {
            if let Some(reporter) = reporter {
                call(&mut **reporter, view);
            }
        });
        if outcome.is_none() {
            let name = &view.settings().name;
            view.log.count(Loss::Panic);
            view.log
                .say_once(Level::Error, format!("reporter {name} panicked in {what}"));
        }
    }
}

impl Pusher for Own {
    fn catch_up(&mut self, _now: Duration) {
        let News { removed, added } = self.known.news();
        for entry in removed {
            self.guarded("removed", &mut |reporter, view| {
                reporter.removed(view, &MetricInfo::new(view, entry.live.identity()));
            });
        }
        for live in added {
            self.guarded("added", &mut |reporter, view| {
                reporter.added(view, &MetricInfo::new(view, live.identity()));
            });
            self.known.add(live, ());
        }
    }

    fn report(&mut self, _moment: &Moment) -> Result<(), Failure> {
        // The reporter borrows the rest.
        let entries = std::mem::take(&mut self.known.entries);
        let gauges = Arc::clone(&self.gauges);
        self.guarded("report", &mut |reporter, view| {
            reporter.report(view, &mut |visit| {
                let metrics = || entries.iter().map(|entry| &entry.live);
                let (mut round, outcome) =
                    Round::begin(metrics().map(|live| &live.metric), &gauges, Duration::MAX);
                for live in metrics() {
                    if let Some(reading) = round.next(&live.metric) {
                        visit(&MetricInfo::new(view, live.identity()), reading);
                    }
                }
                outcome
            });
        });
        self.known.entries = entries;
        Ok(())
    }

    fn close(&mut self, _deadline: Instant) {
        self.guarded("close", &mut |reporter, view| reporter.close(view));
        // Dropping the reporter runs foreign code as well.
        let reporter = self.reporter.take();
        caught(|| drop(reporter));
    }
}
