//! The registries that are reported.

use crate::libraries::{Shape, register, root};
use crate::metra;

/// Registers metrics.
pub type Fill<M> = fn(&metra::Registry, &Shape) -> M;

/// Metrics that all change before each report.
pub trait Update {
    fn update_all(&self);
}

/// Counters, alike in all libraries.
pub struct Counters(pub Vec<metra::Counter>);

impl Counters {
    pub fn register(registry: &metra::Registry, shape: &Shape) -> Self {
        Self(register(registry, shape))
    }
}

impl Update for Counters {
    fn update_all(&self) {
        self.0.iter().for_each(|counter| counter.inc(1));
    }
}

/// As many metrics in as many groups: counters, gauges, distributions, meters and histograms in equal parts.
pub struct Mixed(Vec<OneOfEach>);

impl Mixed {
    pub fn register(registry: &metra::Registry, shape: &Shape) -> Self {
        let root = root(registry);
        let mut metrics = Vec::new();
        for task in &shape.c_tasks {
            let group = root.add_group(c"task", task);
            let numbers = 0..shape.counters.len() / OneOfEach::METRICS;
            metrics.extend(numbers.map(|number| OneOfEach::register(&group, number)));
        }
        Self(metrics)
    }
}

impl Update for Mixed {
    fn update_all(&self) {
        self.0.iter().for_each(OneOfEach::update);
    }
}

/// One metric of each type.
struct OneOfEach {
    counter: metra::Counter,
    gauge: metra::Gauge,
    distribution: metra::Distribution,
    meter: metra::Meter,
    histogram: metra::Histogram,
}

impl OneOfEach {
    const METRICS: usize = 5;

    fn register(group: &metra::Group, number: usize) -> Self {
        let name = |what| metra::numbered(what, number);
        Self {
            counter: group.counter(&name("records")),
            gauge: group.gauge(&name("queued")),
            distribution: group.distribution(&name("size")),
            meter: group.meter(&name("rate")),
            histogram: group.histogram(&name("latency")),
        }
    }

    fn update(&self) {
        self.counter.inc(1);
        let count = self.counter.count();
        self.gauge.set(count);
        self.distribution.update(count);
        self.meter.mark_event(1);
        for value in 0..8 {
            self.histogram.update(1000 + 100 * value + count);
        }
    }
}
