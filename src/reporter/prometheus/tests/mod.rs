//! Whole pages of real registries.
#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(
    clippy::indexing_slicing,
    reason = "a failing test may panic; here it says which sample is not there"
)]

pub(super) mod clashes;
mod naming;
mod openmetrics;
mod pieces;
mod types;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::config::Config;
use crate::group::{Group, RootInfo};
use crate::log::Loss;
use crate::registry::Registry;

/// A registry with a page, and a program's own root in it.
struct Fixture {
    registry: Registry,
    shop: Group,
    gauges: GaugeReader,
    page: Arc<Page>,
}

impl Fixture {
    fn new() -> Self {
        Self::with(&[])
    }

    /// With these keys of the reporter.
    fn with(keys: &[(&str, &str)]) -> Self {
        Self::replacing(keys, &[])
    }

    /// With these keys, for somebody who gives these labels values of its own.
    fn replacing(keys: &[(&str, &str)], labels: &[&str]) -> Self {
        let mut config = Config::new();
        config
            .set("metrics.reporter.r.factory.class", "prometheus")
            .unwrap();
        for (key, value) in keys {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        let log = Arc::<Log>::default();
        let registry = Registry::new(&settings, Arc::clone(&log));
        let reporter = settings.reporters[0].clone();
        let mut options = Options::from(&reporter).unwrap();
        options.replaced = labels.iter().copied().map(str::to_owned).collect();
        let view = Arc::new(View::new(reporter, settings.delimiter, Arc::clone(&log)));
        let feed = registry.subscribe(|_| true, || ());
        Self {
            shop: root(&registry, "shop"),
            registry,
            gauges: GaugeReader::new(Duration::from_secs(60), Arc::clone(&log)),
            page: Arc::new(Page::new(view, options, feed, log)),
        }
    }

    fn walk(&self, format: Format) -> Walk {
        self.page.walk(format, None, &self.gauges, Duration::MAX)
    }

    fn write(&mut self) -> String {
        rest(&mut self.walk(Format::Text))
    }

    fn write_openmetrics(&mut self) -> String {
        rest(&mut self.walk(Format::OpenMetrics))
    }

    /// The lines of samples alone.
    fn samples(&mut self) -> Vec<String> {
        let page = self.write();
        let samples = page.lines().filter(|line| !line.starts_with('#'));
        samples.map(str::to_owned).collect()
    }

    fn samples_of(&mut self, wanted: &[&str]) -> String {
        self.write_wanted(Format::Text, wanted)
    }

    fn write_wanted(&mut self, format: Format, wanted: &[&str]) -> String {
        let wanted = wanted.iter().map(|name| (*name).to_owned()).collect();
        rest(
            &mut self
                .page
                .walk(format, Some(wanted), &self.gauges, Duration::MAX),
        )
    }

    fn lost(&self) -> u64 {
        self.registry.log().lost(Loss::EqualIdentity)
    }
}

/// What is left of a page, in one go.
fn rest(walk: &mut Walk) -> String {
    let mut out = Vec::new();
    while walk.next_piece(&mut out) {}
    String::from_utf8(out).unwrap()
}

fn root(registry: &Registry, name: &str) -> Group {
    let variables = &[];
    registry.root(&RootInfo { name, variables }).unwrap()
}

/// Registers the counter `name` and counts to `n`.
fn count(group: &Group, name: &str, n: i64) {
    group.counter(name).unwrap().inc(n);
}
