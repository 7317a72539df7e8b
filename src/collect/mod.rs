//! One reading of metrics, and the gauge threads that a reading needs.

mod all;
mod gauges;

pub(crate) use all::read_all;
pub(crate) use gauges::{GaugeReader, GaugeValues};

use crate::cell::Tally;
use crate::error::Error;
use crate::metric::{DistributionReading, Gauge, HistogramReading, Metric};
use crate::value::Value;
use std::sync::Arc;
use std::time::Duration;

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

/// One reading of a row of metrics, under way: gauges are asked when it begins, as all of them together have one timeout,
/// everything else is read when its turn comes.
pub(crate) struct Round {
    gauges: std::vec::IntoIter<Option<Value>>,
    /// Whether gauges that ask a callback could not be asked.
    is_busy: bool,
    /// What the last metric said.
    said: Reading,
    /// What the last histogram said: its memory is used again for the next.
    histogram: Reading,
    /// What reading a histogram takes.
    buckets: Tally,
}

impl Round {
    /// Begins a reading of `metrics` and asks the gauges among them, for no longer than `patience` and their timeout. The
    /// error says why gauges that ask a callback are left out: [`Busy`](crate::ErrorKind::Busy), inside one.
    pub(crate) fn begin<'a>(
        metrics: impl Iterator<Item = &'a Metric>,
        gauges: &GaugeReader,
        patience: Duration,
    ) -> (Self, Result<(), Error>) {
        let asked = metrics.filter_map(Metric::as_gauge).map(Arc::clone);
        let (values, outcome) = match gauges.read_within(patience, asked.collect()) {
            Ok(values) => (values, Ok(())),
            Err(error) => (GaugeValues::default(), Err(error)),
        };
        let round = Self {
            gauges: values.into_iter(),
            is_busy: outcome.is_err(),
            said: Reading::Counter(0),
            histogram: Reading::Histogram(Box::default()),
            buckets: Tally::default(),
        };
        (round, outcome)
    }

    /// What the next metric says, in the order in which they were given; nothing for a gauge that is left out.
    pub(crate) fn next(&mut self, metric: &Metric) -> Option<&Reading> {
        self.said = match metric {
            Metric::Histogram(histogram) => {
                if let Reading::Histogram(reading) = &mut self.histogram {
                    **reading = histogram.read_in(&mut self.buckets);
                }
                return Some(&self.histogram);
            }
            Metric::Gauge(gauge) => {
                let value = self.gauges.next().unwrap_or_else(|| gauge.held());
                if value.is_none() && self.is_busy {
                    return None;
                }
                Reading::Gauge(value)
            }
            other => reading_of(other),
        };
        Some(&self.said)
    }
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
/// [`Busy`](crate::ErrorKind::Busy) inside a gauge's callback.
pub(crate) fn read_gauge(gauge: &Arc<Gauge>, gauges: &GaugeReader) -> Result<Option<Value>, Error> {
    let values = gauges.read(vec![Arc::clone(gauge)])?;
    Ok(values.into_iter().next().flatten())
}
