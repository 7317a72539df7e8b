//! The samples of a family: lines that both formats have in common.

#[cfg(any(feature = "http", test))]
mod buckets;

use super::blocks::{BlockId, Blocks};
use super::family::{Family, Kind, Series, Source};
use super::index::Index;
use super::readings::Readings;
use super::text::{Number, push_label_value, push_number};
use crate::metric::{DistributionReading, Histogram, HistogramReading};
use crate::value::Value;

/// A quantile as its label spells it, and its value.
type Quantile = (&'static str, fn(&HistogramReading) -> f64);

/// The quantiles that Flink's reporter shows.
const QUANTILES: [Quantile; 6] = [
    ("0.5", |reading| reading.p50),
    ("0.75", |reading| reading.p75),
    ("0.95", |reading| reading.p95),
    ("0.98", |reading| reading.p98),
    ("0.99", |reading| reading.p99),
    ("0.999", |reading| reading.p999),
];

/// Writes the samples of one family.
pub(super) struct Samples<'a> {
    name: &'a str,
    /// Names of samples to be written; without them all.
    pub(super) wanted: Option<&'a [String]>,
    /// What must be behind the family's name in those of samples; without it anything.
    pub(super) ending: Option<&'static str>,
    blocks: &'a Blocks,
    readings: &'a Readings,
    out: &'a mut Vec<u8>,
    /// Whether a value or a threshold below 0 was written.
    is_below_zero: bool,
}

impl<'a> Samples<'a> {
    /// Writes all samples of the family `name` of `index` at the end of `out`.
    pub(super) fn new(index: &'a Index, name: &'a str, out: &'a mut Vec<u8>) -> Self {
        Self {
            name,
            wanted: None,
            ending: None,
            blocks: index.scopes.blocks(),
            readings: &index.readings,
            out,
            is_below_zero: false,
        }
    }

    /// Writes them; whether a value or a threshold among them is below 0.
    pub(super) fn write(mut self, family: &Family) -> bool {
        match family.kind {
            Kind::Gauge | Kind::Counter => self.numbers(family),
            Kind::Info => self.texts(family),
            Kind::Summary | Kind::Histogram => self.distributions(family),
        }
        self.is_below_zero
    }

    fn numbers(&mut self, family: &Family) {
        if !self.wants("") {
            return;
        }
        for series in family.series.values() {
            if let Some(number) = number(&series.source, self.readings) {
                self.sample("", series.block, number);
            }
        }
    }

    fn texts(&mut self, family: &Family) {
        if !self.wants("") {
            return;
        }
        for Series { block, source, .. } in family.series.values() {
            if let Some(text) = text(source, self.readings) {
                self.begin_labels("", *block);
                self.push("value=\"");
                push_label_value(self.out, text);
                self.push("\"} 1\n");
            }
        }
    }

    fn distributions(&mut self, family: &Family) {
        for Series { block, source, .. } in family.series.values() {
            match source {
                #[cfg(any(feature = "http", test))]
                Source::Histogram(histogram) if family.kind == Kind::Histogram => {
                    self.buckets(*block, histogram);
                }
                Source::Histogram(histogram) => self.quantiles(*block, histogram),
                Source::Distribution(slot) => {
                    if let Some(reading) = self.readings.distribution(*slot) {
                        self.count_and_sum(*block, reading.count, reading.sum);
                    }
                }
                _ => {}
            }
        }
    }

    fn quantiles(&mut self, block: BlockId, histogram: &Histogram) {
        let reading = histogram.read();
        self.count_and_sum(block, reading.count, reading.sum);
        if !self.wants("") {
            return;
        }
        for (quantile, value) in QUANTILES {
            self.begin_labels("", block);
            self.push("quantile=\"");
            self.push(quantile);
            self.push("\"} ");
            self.value(Number::Real(value(&reading)));
        }
    }

    fn count_and_sum(&mut self, block: BlockId, count: i64, sum: i64) {
        for (ending, value) in [("_count", count), ("_sum", sum)] {
            if self.wants(ending) {
                self.sample(ending, block, Number::Whole(value));
            }
        }
    }

    /// Whether samples of the family's name with this ending are to be written.
    fn wants(&self, ending: &str) -> bool {
        let is_it = |wanted: &String| wanted.strip_suffix(ending) == Some(self.name);
        self.ending.is_none_or(|only| only == ending)
            && self.wanted.is_none_or(|wanted| wanted.iter().any(is_it))
    }

    /// Writes a sample of the family's name with this ending.
    fn sample(&mut self, ending: &str, block: BlockId, value: Number) {
        let has_labels = self.begin(ending, block);
        self.push(if has_labels { "} " } else { " " });
        self.value(value);
    }

    /// Writes a sample of the family's name with this ending up to a further label.
    fn begin_labels(&mut self, ending: &str, block: BlockId) {
        let has_labels = self.begin(ending, block);
        self.push(if has_labels { "," } else { "{" });
    }

    /// Writes name and labels of a sample; whether it has any.
    fn begin(&mut self, ending: &str, block: BlockId) -> bool {
        self.push(self.name);
        self.push(ending);
        let labels = self.blocks.print(block);
        self.out.extend_from_slice(labels);
        !labels.is_empty()
    }

    /// Writes a sample's value and ends it.
    fn value(&mut self, value: Number) {
        self.is_below_zero |= value.is_below_zero();
        push_number(self.out, value);
        self.push("\n");
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// The value of a series that is one number, if there is one now.
pub(super) fn number(source: &Source, readings: &Readings) -> Option<Number> {
    // Without values a distribution has neither extremes nor a mean.
    let distribution = |slot| {
        readings
            .distribution(slot)
            .filter(|reading| reading.count != 0)
    };
    let whole = |slot, part: fn(&DistributionReading) -> i64| {
        distribution(slot).map(|reading| Number::Whole(part(reading)))
    };
    match source {
        Source::Counter(counter) => Some(Number::Whole(counter.count())),
        Source::MonotonicCounter(counter) => Some(Number::Whole(counter.count())),
        Source::MeterRate(meter) => Some(Number::Real(meter.rate())),
        Source::MeterCount(meter) => Some(Number::Whole(meter.count())),
        Source::GaugeNumber(slot) => match readings.gauge(*slot)? {
            Value::Int64(value) => Some(Number::Whole(*value)),
            Value::Double(value) => Some(Number::Real(*value)),
            Value::Bool(value) => Some(Number::Whole(i64::from(*value))),
            Value::Text(_) => None,
        },
        Source::DistributionMin(slot) => whole(*slot, |reading| reading.min),
        Source::DistributionMax(slot) => whole(*slot, |reading| reading.max),
        Source::DistributionMean(slot) => {
            distribution(*slot).map(|reading| Number::Real(reading.mean))
        }
        Source::GaugeText(_) | Source::Distribution(_) | Source::Histogram(_) => None,
    }
}

/// The text of a series that is text, if there is one now.
pub(super) fn text<'a>(source: &Source, readings: &'a Readings) -> Option<&'a str> {
    match source {
        Source::GaugeText(slot) => match readings.gauge(*slot)? {
            Value::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}
