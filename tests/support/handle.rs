//! Metrics of any type.

use super::host::{Counter, Gauge, GaugeValue, Group, Histogram, Meter, Refusal};

/// A handle of a metric.
pub(crate) enum Handle {
    Counter(Counter),
    Gauge(Gauge),
    Meter(Meter),
    Histogram(Histogram),
}

impl Handle {
    /// Registers a metric of a vector's type; `value` is what a gauge answers.
    pub(crate) fn register(
        metric_type: &str,
        group: &Group,
        name: Option<&str>,
        value: GaugeValue,
    ) -> Result<Self, Refusal> {
        match metric_type {
            "counter" => Counter::register(group, name).map(Self::Counter),
            "gauge" => Gauge::register(group, name, value).map(Self::Gauge),
            "meter" => Meter::register(group, name, Meter::DEFAULT_SPAN).map(Self::Meter),
            "histogram" => Histogram::register(group, name).map(Self::Histogram),
            other => panic!("unknown type of metric '{other}'"),
        }
    }

    /// Which object it is a handle of.
    pub(crate) fn address(&self) -> usize {
        match self {
            Self::Counter(counter) => counter.address(),
            Self::Gauge(gauge) => gauge.address(),
            Self::Meter(meter) => meter.address(),
            Self::Histogram(histogram) => histogram.address(),
        }
    }
}
