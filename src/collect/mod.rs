//! One reading of metrics, and the gauge threads that a reading needs.

mod all;
mod gauges;

pub(crate) use all::read_all;
pub(crate) use gauges::{GaugeReader, GaugeValues};

use crate::error::Error;
use crate::group::Live;
use crate::metric::{DistributionReading, Gauge, HistogramReading, Metric};
use crate::value::Value;
use std::sync::Arc;

/// What one metric said.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A counter's count.
    Counter(i64),
    /// A monotonic counter's count.
    MonotonicCounter(i64),
    /// A gauge's value, if it has one now.
    Gauge(Option<Value>),
    /// A distribution's state.
    Distribution(DistributionReading),
    /// A meter's count and its rate in events per second.
    Meter {
        /// Events ever.
        count: i64,
        /// Events per second over the meter's time span, as of the last tick.
        rate: f64,
    },
    /// A histogram's state.
    Histogram(Box<HistogramReading>),
}

/// Reads every one of `metrics` and shows each with what it said to `visit`, in order.
///
/// # Errors
/// [`Busy`](crate::ErrorKind::Busy) inside a gauge's callback: then gauges that ask a callback were left out and
/// everything else was shown.
pub(crate) fn read(
    metrics: &[Live],
    gauges: &GaugeReader,
    mut visit: impl FnMut(&Live, &Reading),
) -> Result<(), Error> {
    let asked = metrics.iter().filter_map(|live| live.metric.as_gauge());
    let values = gauges.read(asked.map(Arc::clone).collect());
    let (mut values, outcome) = match values {
        Ok(values) => (values.into_iter(), Ok(())),
        Err(error) => (GaugeValues::default().into_iter(), Err(error)),
    };
    for live in metrics {
        let reading = match &live.metric {
            Metric::Gauge(gauge) => {
                let value = values.next().unwrap_or_else(|| gauge.held());
                if value.is_none() && outcome.is_err() {
                    continue;
                }
                Reading::Gauge(value)
            }
            other => reading_of(other),
        };
        visit(live, &reading);
    }
    outcome
}

/// What a metric says without being asked: a gauge with a callback says nothing.
#[inline]
fn reading_of(metric: &Metric) -> Reading {
    match metric {
        Metric::Counter(counter) => Reading::Counter(counter.count()),
        Metric::MonotonicCounter(counter) => Reading::MonotonicCounter(counter.count()),
        Metric::Meter(meter) => Reading::Meter {
            count: meter.count(),
            rate: meter.rate(),
        },
        Metric::Gauge(gauge) => Reading::Gauge(gauge.held()),
        Metric::Distribution(distribution) => Reading::Distribution(distribution.read()),
        Metric::Histogram(histogram) => Reading::Histogram(Box::new(histogram.read())),
    }
}

/// Reads one gauge.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_gauge(gauge: &Arc<Gauge>, gauges: &GaugeReader) -> Result<Option<Value>, Error> {
    let values = gauges.read(vec![Arc::clone(gauge)])?;
    Ok(values.into_iter().next().flatten())
}
