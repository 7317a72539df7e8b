//! The page in Prometheus' text format, version 0.0.4.

use super::blocks::{BlockId, Blocks};
use super::family::{Family, Help, Kind, Series, Source};
use super::index::Index;
use super::readings::Readings;
use super::text::{Number, push_help, push_label_value, push_number};
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

/// Writes the families of `index`, as its readings and metrics are now, at the end of `out`.
///
/// If sample names are `wanted`, only those and the families that have any of them.
pub(super) fn render(index: &Index, wanted: Option<&[String]>, out: &mut Vec<u8>) {
    for (name, family) in index.families.iter() {
        let mut printer = Printer {
            name,
            wanted,
            blocks: index.scopes.blocks(),
            readings: &index.readings,
            out,
        };
        printer.family(family);
    }
}

/// Writes one family.
struct Printer<'a> {
    name: &'a str,
    wanted: Option<&'a [String]>,
    blocks: &'a Blocks,
    readings: &'a Readings,
    out: &'a mut Vec<u8>,
}

impl Printer<'_> {
    /// Writes the family, or nothing if it has no samples.
    fn family(&mut self, family: &Family) {
        let start = self.out.len();
        self.header(family.kind, &family.help);
        let header_end = self.out.len();
        match family.kind {
            Kind::Gauge | Kind::Counter => self.numbers(family),
            Kind::Info => self.texts(family),
            Kind::Summary => self.summaries(family),
        }
        if self.out.len() == header_end {
            self.out.truncate(start);
        }
    }

    fn header(&mut self, kind: Kind, help: &Help) {
        self.push("# HELP ");
        self.push(self.name);
        self.push(" ");
        push_help(self.out, &help.metric);
        self.push(" (scope: ");
        self.push(&help.scope);
        self.push(")\n# TYPE ");
        self.push(self.name);
        self.push(match kind {
            Kind::Gauge | Kind::Info => " gauge\n",
            Kind::Counter => " counter\n",
            Kind::Summary => " summary\n",
        });
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
            let Source::GaugeText(slot) = source else {
                continue;
            };
            if let Some(Value::Text(text)) = self.readings.gauge(*slot) {
                self.begin_labels(*block);
                self.push("value=\"");
                push_label_value(self.out, text);
                self.push("\"} 1\n");
            }
        }
    }

    fn summaries(&mut self, family: &Family) {
        for Series { block, source, .. } in family.series.values() {
            match source {
                Source::Histogram(histogram) => self.histogram(*block, histogram),
                Source::Distribution(slot) => {
                    if let Some(reading) = self.readings.distribution(*slot) {
                        self.count_and_sum(*block, reading.count, reading.sum);
                    }
                }
                _ => {}
            }
        }
    }

    fn histogram(&mut self, block: BlockId, histogram: &Histogram) {
        let reading = histogram.read();
        self.count_and_sum(block, reading.count, reading.sum);
        if !self.wants("") {
            return;
        }
        for (quantile, value) in QUANTILES {
            self.begin_labels(block);
            self.push("quantile=\"");
            self.push(quantile);
            self.push("\"} ");
            push_number(self.out, Number::Real(value(&reading)));
            self.push("\n");
        }
    }

    fn count_and_sum(&mut self, block: BlockId, count: i64, sum: i64) {
        for (ending, value) in [("_count", count), ("_sum", sum)] {
            if self.wants(ending) {
                self.sample(ending, block, Number::Whole(value));
            }
        }
    }

    /// Whether samples of the family's name with this ending are to be printed.
    fn wants(&self, ending: &str) -> bool {
        let is_it = |wanted: &String| wanted.strip_suffix(ending) == Some(self.name);
        self.wanted.is_none_or(|wanted| wanted.iter().any(is_it))
    }

    /// Writes a sample of the family's name with this ending.
    fn sample(&mut self, ending: &str, block: BlockId, value: Number) {
        self.push(self.name);
        self.push(ending);
        let labels = self.blocks.print(block);
        self.out.extend_from_slice(labels);
        self.push(if labels.is_empty() { " " } else { "} " });
        push_number(self.out, value);
        self.push("\n");
    }

    /// Writes a sample of the family's name up to a further label.
    fn begin_labels(&mut self, block: BlockId) {
        self.push(self.name);
        let labels = self.blocks.print(block);
        self.out.extend_from_slice(labels);
        self.push(if labels.is_empty() { "{" } else { "," });
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// The value of a series that is one number, if there is one now.
fn number(source: &Source, readings: &Readings) -> Option<Number> {
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
