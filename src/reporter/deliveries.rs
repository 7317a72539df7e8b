//! What became of a reporter's reports, as metrics of metra's own.

use std::sync::Arc;

use super::View;
use super::failure::Failure;
use crate::group::{Group, RootInfo};
use crate::log::{Level, Loss};
use crate::metric::MonotonicCounter;
use crate::registry::Registry;

/// The root that metra's own metrics stand below.
const ROOT: &str = "metra";

/// Counts what a reporter delivered and what it lost: `metra.reporter.<name>.…`.
pub(crate) struct Deliveries {
    view: Arc<View>,
    reports: Count,
    failed_reports: Count,
    metrics: Count,
    failed_metrics: Count,
    dropped_metrics: Count,
    bytes: Count,
    /// Why metrics were dropped so far: each of these is said once, and costs nothing after that.
    complaints: Vec<&'static str>,
    /// Whether the last report failed.
    is_failing: bool,
}

/// Nothing where a limit of the registry left no room.
struct Count(Option<Arc<MonotonicCounter>>);

impl Count {
    fn add(&self, count: usize) {
        if let Some(counter) = &self.0 {
            counter.inc(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
}

impl Deliveries {
    /// Registers the counts of the reporter of `view`, which go out with everything else.
    pub(crate) fn new(view: &Arc<View>, registry: &Registry) -> Self {
        let group = group(registry, &view.settings().name);
        let count = |name| {
            let group = group.as_ref();
            Count(group.and_then(|group| group.monotonic_counter(name).ok()))
        };
        Self {
            view: Arc::clone(view),
            reports: count("reports"),
            failed_reports: count("failedReports"),
            metrics: count("metrics"),
            failed_metrics: count("failedMetrics"),
            dropped_metrics: count("droppedMetrics"),
            bytes: count("bytes"),
            complaints: Vec::new(),
            is_failing: false,
        }
    }

    /// Some metrics arrived, as so many bytes before any compression.
    pub(crate) fn arrived(&self, metrics: usize, bytes: usize) {
        self.metrics.add(metrics);
        self.bytes.add(bytes);
    }

    /// Some metrics were lost on their way.
    pub(crate) fn failed(&self, metrics: usize) {
        self.failed_metrics.add(metrics);
    }

    /// A metric cannot be said in the reporter's format, or not in a message of its size.
    pub(crate) fn dropped(&mut self, why: &'static str) {
        self.dropped_metrics.add(1);
        let log = &self.view.log;
        if self.complaints.contains(&why) {
            log.count(Loss::Inexpressible);
        } else {
            self.complaints.push(why);
            let name = &self.view.settings().name;
            log.lose(Loss::Inexpressible, format!("reporter {name}: {why}"));
        }
    }

    /// A report is over. The first that fails and the first that arrives again are said.
    pub(crate) fn ended(&mut self, outcome: &Result<(), Failure>) {
        let name = &self.view.settings().name;
        let log = &self.view.log;
        match outcome {
            Ok(()) => {
                self.reports.add(1);
                if self.is_failing {
                    log.say(
                        Level::Info,
                        format!("reporter {name}: reports arrive again"),
                    );
                }
            }
            Err(failure) => {
                self.failed_reports.add(1);
                if !self.is_failing {
                    let text = format!("reporter {name}: reports do not arrive: {failure}");
                    log.say(Level::Warn, text);
                }
            }
        }
        self.is_failing = outcome.is_err();
    }
}

fn group(registry: &Registry, reporter: &str) -> Option<Group> {
    let info = RootInfo {
        name: ROOT,
        variables: &[],
    };
    let root = registry.root(&info).ok()?;
    root.add_key_value("reporter", reporter).ok()
}
