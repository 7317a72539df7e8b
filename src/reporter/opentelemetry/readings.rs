//! What metrics say, written into the batch.

use super::history::News;
use super::points::{self, Head, Number, Summed, Temporality};
use super::spelling::{Kind, SpelledScope};
use super::{OpenTelemetry, SpelledMetric};
use crate::cell::{Tally, Totals};
use crate::collect::Reading;
use crate::metric::{DistributionReading, Histogram};
use crate::reporter::courier::Written;
use crate::value::Value;

/// Why values are left out.
const TEXT: &str = "text is no value for OpenTelemetry";
const BOOL: &str = "Flink's reporter sends no truth values";

impl OpenTelemetry {
    /// Writes a metric, and takes it out again if that is too much for one request.
    pub(super) fn fit(&mut self, write: impl FnOnce(&mut Self) -> Written) -> Written {
        let (end, was_empty) = (self.batch.end(), self.batch.is_empty());
        let written = write(self);
        if was_empty || !self.batch.overflows() {
            return written;
        }
        self.batch.cut(end);
        Written::Full
    }

    pub(super) fn write_reading(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        reading: &Reading,
    ) -> Written {
        let is_exact = self.options.is_exact;
        match reading {
            Reading::Counter(count) => self.write_count(scope, metric, "", *count, is_exact),
            Reading::MonotonicCounter(count) => self.write_count(scope, metric, "", *count, true),
            Reading::Meter { count, rate } => {
                self.write_count(scope, metric, ".count", *count, true);
                self.write_number(scope, metric, ".rate", Number::Double(*rate))
            }
            Reading::Gauge(None) => Written::Nothing,
            Reading::Gauge(Some(value)) => match number(value, is_exact) {
                Ok(number) => self.write_number(scope, metric, "", number),
                Err(why) => Written::Inexpressible(why),
            },
            Reading::Distribution(reading) => self.write_distribution(scope, metric, reading),
            Reading::Histogram(reading) => {
                let head = self.head(scope, metric, "", Kind::Number);
                points::write_summary(self.batch.next(), &head, reading);
                Written::Yes
            }
        }
    }

    fn write_count(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        ending: &'static str,
        count: i64,
        is_monotonic: bool,
    ) -> Written {
        let Some(sum) = metric.history.count(count, self.time) else {
            return Written::Nothing;
        };
        let temporality = match is_monotonic {
            true => self.options.temporality,
            false => Temporality::Cumulative,
        };
        let head = self.head(scope, metric, ending, Kind::Number);
        points::write_sum(self.batch.next(), &head, sum, temporality, is_monotonic);
        Written::Yes
    }

    fn write_number(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        ending: &'static str,
        number: Number,
    ) -> Written {
        let mut head = self.head(scope, metric, ending, Kind::Number);
        if !self.options.is_exact {
            head.start = 0;
        }
        points::write_gauge(self.batch.next(), &head, number);
        Written::Yes
    }

    fn write_distribution(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        reading: &DistributionReading,
    ) -> Written {
        let News { new, sum, is_all } = metric.history.totals(reading);
        let extremes = is_all.then_some((reading.min, reading.max));
        let summed = Summed::of(new.unsigned_abs(), sum, reading.min, extremes);
        let head = self.head(scope, metric, "", Kind::Histogram);
        let temporality = self.options.temporality;
        points::write_histogram(self.batch.next(), &head, &summed, temporality);
        Written::Yes
    }

    pub(super) fn write_buckets(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        histogram: &Histogram,
    ) -> Written {
        let (all, life) = histogram.life(std::mem::take(&mut self.tally));
        let News { new, sum, is_all } = metric.history.buckets(all, life.saturated_sum());
        let extremes = match is_all {
            true => Some((life.min, life.max)),
            false => extremes(&new, &life),
        };
        let summed = Summed::of(new.total(), sum, life.min, extremes);
        self.exponential.take(&new);
        self.tally = new;
        let head = self.head(scope, metric, "", Kind::Exponential);
        let temporality = self.options.temporality;
        let (batch, buckets) = (self.batch.next(), &self.exponential);
        points::write_exponential(batch, &head, &summed, buckets, temporality);
        Written::Yes
    }

    fn head<'a>(
        &self,
        scope: &'a SpelledScope,
        metric: &'a mut SpelledMetric,
        ending: &'static str,
        kind: Kind,
    ) -> Head<'a> {
        Head {
            start: metric.history.start(self.time),
            name: [&scope.prefix, &metric.name, ending.as_bytes()],
            attributes: scope.attributes(kind),
            time: self.time,
        }
    }
}

/// The value of a gauge as a number; why it is none.
fn number(value: &Value, is_exact: bool) -> Result<Number, &'static str> {
    match value {
        Value::Int64(number) => Ok(Number::Int(*number)),
        Value::Double(number) => Ok(Number::Double(*number)),
        Value::Bool(_) if is_exact => Err(BOOL),
        Value::Bool(flag) => Ok(Number::Int((*flag).into())),
        Value::Text(_) => Err(TEXT),
    }
}

/// The smallest and the largest of some values that a histogram has among others: middles of their buckets, but nothing
/// beyond the values there ever were.
fn extremes(some: &Tally, life: &Totals) -> Option<(i64, i64)> {
    let within = |middle: i64| middle.max(life.min).min(life.max);
    let mut middles = some.entries().map(|(bucket, _)| within(bucket.middle()));
    let min = middles.next()?;
    Some((min, middles.next_back().unwrap_or(min)))
}
