//! A registry that is reported when its clock says so.

use std::ffi::{CStr, CString};

use super::registries::Fill;
use super::sinks::Sink;
use super::systems::System;
use super::thread::{Thread, Threads};
use crate::harness::{expect, fail, made};
use crate::libraries::Shape;
use crate::{allocations, metra};

/// What a reporter is called.
const NAME: &str = "r";
const INTERVAL_MS: u64 = 1000;

/// A registry with one reporter, and the system that it reports to.
pub struct Reporter<M> {
    pub system: &'static System,
    pub sink: Sink,
    pub series: usize,
    pub metrics: M,
    pub thread: Thread,
    clock: metra::Clock,
    registry: metra::Registry,
    reports: i64,
}

impl<M> Reporter<M> {
    /// Its thread stays on the processor that it is started on.
    pub fn start(system: &'static System, sink: Sink, shape: &Shape, fill: Fill<M>) -> Self {
        let clock = metra::Clock::new();
        let config = config(system, &sink, &clock);
        let threads = Threads::now();
        let registry = metra::Registry::after(&config);
        let thread = threads.wait_for_next();
        let (allocations, metrics) = allocations::during(|| fill(&registry, shape));
        if allocations == 0 {
            fail("allocations of the library are not seen");
        }
        Self {
            system,
            sink,
            series: shape.series,
            metrics,
            thread,
            clock,
            registry,
            reports: 0,
        }
    }

    /// Lets it report once, and returns when that is done.
    pub fn report(&mut self) {
        self.reports += 1;
        self.clock.advance(INTERVAL_MS);
    }

    /// How many bytes it says that it delivered, compressed or not.
    pub fn bytes(&self) -> i64 {
        self.own(c"bytes")
    }

    /// Ends the program unless all metrics arrived, in all reports.
    pub fn check(&self) {
        let expect_own = |name: &CStr, wanted| {
            let what = format!("{} of {}", name.to_string_lossy(), self.system.subject);
            expect(self.own(name), wanted, &what);
        };
        expect_own(c"reports", self.reports);
        expect_own(c"metrics", self.reports * self.series as i64);
        expect_own(c"failedMetrics", 0);
        expect_own(c"droppedMetrics", 0);
    }

    /// What one of metra's own metrics of it says.
    fn own(&self, name: &CStr) -> i64 {
        let root = self.registry.root(c"metra", &[]);
        let group = root.add_group(c"reporter", &made(CString::new(NAME)));
        group.monotonic_counter(name).count()
    }
}

/// One reporter, to the system that the sink is.
fn config(system: &System, sink: &Sink, clock: &metra::Clock) -> metra::Config {
    let mut config = metra::Config::new();
    config.set_clock(clock);
    let port = sink.port.to_string();
    let mut set = |key: &str, value: &str| {
        let key = format!("metrics.reporter.{NAME}.{key}");
        config.set(&key, &value.replace("{port}", &port));
    };
    set("factory.class", system.class);
    set("interval", &format!("{INTERVAL_MS} ms"));
    // What it says of itself is left out, so that there is what was registered and nothing else.
    set("filter.excludes", "metra.*");
    for (key, value) in system.keys {
        set(key, value);
    }
    config
}
