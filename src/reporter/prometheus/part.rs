//! Which families a metric of each type prints.
//!
//! A metric claims each of them on its own: if one is another metric's, it still prints the others.

use std::sync::Arc;

use super::family::Kind;
use super::names::{INFO, TOTAL};
use super::readings::Readings;
use super::series::Source;
use super::slots::Slot;
use crate::group::Live;
use crate::metric::{Metric, MetricType};

const PLAIN: &str = "";
const MIN: &str = "_min";
const MAX: &str = "_max";
const MEAN: &str = "_mean";
const EVENTS: &str = "_events_total";

/// What a metric prints in one family.
pub(super) struct Part {
    /// What its family's name has behind the metric's.
    pub(super) ending: &'static str,
    pub(super) kind: Kind,
    pub(super) source: Source,
}

impl Part {
    fn new(ending: &'static str, kind: Kind, source: Source) -> Self {
        Self {
            ending,
            kind,
            source,
        }
    }

    /// What a gauge prints besides once it says text.
    pub(super) fn text(slot: Slot) -> Self {
        Self::new(INFO, Kind::Info, Source::GaugeText(slot))
    }
}

/// What the metric of `live` prints from its registration on, with readings taken from then on. Whether
/// histograms have `buckets` in place of quantiles.
pub(super) fn of_metric(live: &Live, readings: &mut Readings, buckets: bool) -> Vec<Part> {
    let gauge = |ending, source| Part::new(ending, Kind::Gauge, source);
    match &live.metric {
        Metric::Counter(counter) => vec![gauge(PLAIN, Source::Counter(Arc::clone(counter)))],
        Metric::MonotonicCounter(counter) => {
            let source = Source::MonotonicCounter(Arc::clone(counter));
            vec![Part::new(TOTAL, Kind::Counter, source)]
        }
        Metric::Gauge(metric) => {
            let slot = readings.add_gauge(live, metric);
            vec![gauge(PLAIN, Source::GaugeNumber(slot))]
        }
        Metric::Distribution(distribution) => {
            let slot = readings.add_distribution(live, distribution);
            vec![
                Part::new(PLAIN, Kind::Summary, Source::Distribution(slot)),
                gauge(MIN, Source::DistributionMin(slot)),
                gauge(MAX, Source::DistributionMax(slot)),
                gauge(MEAN, Source::DistributionMean(slot)),
            ]
        }
        Metric::Meter(meter) => {
            let events = Source::MeterCount(Arc::clone(meter));
            vec![
                gauge(PLAIN, Source::MeterRate(Arc::clone(meter))),
                Part::new(EVENTS, Kind::Counter, events),
            ]
        }
        Metric::Histogram(histogram) => {
            let source = Source::Histogram(Arc::clone(histogram));
            let kind = if buckets {
                Kind::Histogram
            } else {
                Kind::Summary
            };
            vec![Part::new(PLAIN, kind, source)]
        }
    }
}

/// The endings of all parts that a metric of this type has. Whether it is a gauge that `says_text`.
pub(super) fn endings(metric_type: MetricType, says_text: bool) -> &'static [&'static str] {
    match metric_type {
        MetricType::Counter | MetricType::Histogram => &[PLAIN],
        MetricType::MonotonicCounter => &[TOTAL],
        MetricType::Gauge if says_text => &[PLAIN, INFO],
        MetricType::Gauge => &[PLAIN],
        MetricType::Distribution => &[PLAIN, MIN, MAX, MEAN],
        MetricType::Meter => &[PLAIN, EVENTS],
    }
}
