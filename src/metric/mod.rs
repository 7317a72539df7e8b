//! What is measured: counters, gauges, distributions, meters, histograms.
//!
//! Updating a metric is lock-free and safe from any thread, and goes on being safe when the metric's group or registry
//! is closed: then it counts for nobody.

mod counter;
mod distribution;
mod gauge;
mod histogram;
mod mean;
mod meter;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use counter::{Counter, MonotonicCounter, OwnedCounter, OwnedMonotonicCounter};
pub use distribution::{Distribution, DistributionReading, OwnedDistribution};
pub use gauge::{Callback, Gauge};
pub use histogram::{Histogram, HistogramReading};
pub use meter::{DEFAULT_METER_SPAN_S, Meter};

pub(crate) use gauge::is_asking;

use crate::cell::Pool;

/// How often a meter takes a sample and a histogram looks whether its window has moved.
pub(crate) const TICK: Duration = Duration::from_secs(5);

/// What metrics of one registry are made from.
pub(crate) struct Resources {
    /// Where their cells come from.
    pub(crate) pool: Pool,
    /// How far back a histogram looks.
    pub(crate) histogram_window: Duration,
    /// How long a gauge's callback may take.
    pub(crate) gauge_timeout: Duration,
}

/// A metric of any type; clones are the same metric.
#[derive(Clone)]
pub enum Metric {
    /// A sum that goes up and down.
    Counter(Arc<Counter>),
    /// A sum that only goes up.
    MonotonicCounter(Arc<MonotonicCounter>),
    /// A value that is asked for or set.
    Gauge(Arc<Gauge>),
    /// Count, sum, minimum and maximum of values.
    Distribution(Arc<Distribution>),
    /// Events and their rate.
    Meter(Arc<Meter>),
    /// Values in buckets, with quantiles.
    Histogram(Arc<Histogram>),
}

/// The type of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricType {
    /// See [`Counter`].
    Counter,
    /// See [`MonotonicCounter`].
    MonotonicCounter,
    /// See [`Gauge`].
    Gauge,
    /// See [`Distribution`].
    Distribution,
    /// See [`Meter`].
    Meter,
    /// See [`Histogram`].
    Histogram,
}

impl MetricType {
    /// The type in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::MonotonicCounter => "monotonic counter",
            Self::Gauge => "gauge",
            Self::Distribution => "distribution",
            Self::Meter => "meter",
            Self::Histogram => "histogram",
        }
    }
}

impl Metric {
    /// Which type of metric this is.
    pub fn metric_type(&self) -> MetricType {
        match self {
            Self::Counter(_) => MetricType::Counter,
            Self::MonotonicCounter(_) => MetricType::MonotonicCounter,
            Self::Gauge(_) => MetricType::Gauge,
            Self::Distribution(_) => MetricType::Distribution,
            Self::Meter(_) => MetricType::Meter,
            Self::Histogram(_) => MetricType::Histogram,
        }
    }

    /// The counter, if this is one.
    pub fn as_counter(&self) -> Option<&Arc<Counter>> {
        match self {
            Self::Counter(counter) => Some(counter),
            _ => None,
        }
    }

    /// The monotonic counter, if this is one.
    pub fn as_monotonic_counter(&self) -> Option<&Arc<MonotonicCounter>> {
        match self {
            Self::MonotonicCounter(counter) => Some(counter),
            _ => None,
        }
    }

    /// The gauge, if this is one.
    pub fn as_gauge(&self) -> Option<&Arc<Gauge>> {
        match self {
            Self::Gauge(gauge) => Some(gauge),
            _ => None,
        }
    }

    /// The distribution, if this is one.
    pub fn as_distribution(&self) -> Option<&Arc<Distribution>> {
        match self {
            Self::Distribution(distribution) => Some(distribution),
            _ => None,
        }
    }

    /// The meter, if this is one.
    pub fn as_meter(&self) -> Option<&Arc<Meter>> {
        match self {
            Self::Meter(meter) => Some(meter),
            _ => None,
        }
    }

    /// The histogram, if this is one.
    pub fn as_histogram(&self) -> Option<&Arc<Histogram>> {
        match self {
            Self::Histogram(histogram) => Some(histogram),
            _ => None,
        }
    }

    /// Identifies the metric among all that live: clones of one metric have the same key.
    pub(crate) fn key(&self) -> usize {
        match self {
            Self::Counter(counter) => Arc::as_ptr(counter).addr(),
            Self::MonotonicCounter(counter) => Arc::as_ptr(counter).addr(),
            Self::Gauge(gauge) => Arc::as_ptr(gauge).addr(),
            Self::Distribution(distribution) => Arc::as_ptr(distribution).addr(),
            Self::Meter(meter) => Arc::as_ptr(meter).addr(),
            Self::Histogram(histogram) => Arc::as_ptr(histogram).addr(),
        }
    }

    /// Begins again, as if nothing had been counted; a gauge keeps what it holds. Nobody else may use it meanwhile.
    pub(crate) fn clear(&self) {
        match self {
            Self::Counter(counter) => counter.clear(),
            Self::MonotonicCounter(counter) => counter.clear(),
            Self::Gauge(_) => {}
            Self::Distribution(distribution) => distribution.clear(),
            Self::Meter(meter) => meter.clear(),
            Self::Histogram(histogram) => histogram.clear(),
        }
    }

    /// Whether [`tick`](Self::tick) does anything.
    pub(crate) fn ticks(&self) -> bool {
        matches!(self, Self::Meter(_) | Self::Histogram(_))
    }

    /// Takes notice of the time on the registry's clock; to be called every [`TICK`], by one thread at a time.
    pub(crate) fn tick(&self, now: Duration) {
        match self {
            Self::Meter(meter) => meter.tick(now),
            Self::Histogram(histogram) => histogram.tick(now),
            Self::Counter(_)
            | Self::MonotonicCounter(_)
            | Self::Gauge(_)
            | Self::Distribution(_) => {}
        }
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:#x}", self.metric_type().name(), self.key())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test says what it expects")]
mod tests {
    use super::*;
    use crate::value::Value;

    fn one_of_each() -> [Metric; 6] {
        let pool = Pool::new();
        let counter = Arc::new(Counter::new(&pool).unwrap());
        [
            Metric::Counter(Arc::clone(&counter)),
            Metric::MonotonicCounter(Arc::new(MonotonicCounter::new(&pool).unwrap())),
            Metric::Gauge(Arc::new(Gauge::settable(Value::Bool(true)))),
            Metric::Distribution(Arc::new(Distribution::new(&pool).unwrap())),
            Metric::Meter(Arc::new(Meter::over(counter, 60).unwrap())),
            Metric::Histogram(Arc::new(Histogram::new(&pool, TICK).unwrap())),
        ]
    }

    #[test]
    fn only_meters_and_histograms_need_the_tick() {
        let ticking = one_of_each().map(|metric| metric.ticks());
        assert_eq!(ticking, [false, false, false, false, true, true]);
    }

    #[test]
    fn each_metric_is_seen_as_its_own_type_only() {
        for metric in one_of_each() {
            let seen = [
                metric.as_counter().is_some(),
                metric.as_monotonic_counter().is_some(),
                metric.as_gauge().is_some(),
                metric.as_distribution().is_some(),
                metric.as_meter().is_some(),
                metric.as_histogram().is_some(),
            ];
            let own = one_of_each().map(|other| other.metric_type() == metric.metric_type());
            assert_eq!(seen, own);
        }
    }

    #[test]
    fn clones_have_one_key_and_other_metrics_have_others() {
        let metrics = one_of_each();
        for (number, metric) in metrics.iter().enumerate() {
            assert_eq!(metric.clone().key(), metric.key());
            let same = metrics.iter().position(|other| other.key() == metric.key());
            assert_eq!(same, Some(number));
        }
    }

    #[test]
    fn tick_reaches_the_meter() {
        let [counter, .., meter, _] = one_of_each();
        let meter_of = |metric: &Metric| metric.as_meter().map(|meter| meter.rate());
        if let Some(meter) = meter.as_meter() {
            meter.mark_event(120);
        }
        counter.tick(TICK);
        meter.tick(TICK);
        assert_eq!(meter_of(&meter), Some(2.0));
    }
}
