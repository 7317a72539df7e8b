//! The samples of a family: lines that both formats have in common.

#[cfg(any(feature = "http", feature = "push-http", test))]
mod buckets;

use super::blocks::BlockId;
use super::family::{Family, Kind};
use super::series::{Series, Source};
use super::sight::Sight;
use super::text::{Number, push_label_value, push_number};
use crate::cell::Tally;
use crate::metric::{Histogram, HistogramReading};

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

/// Series whose numbers are read at once.
const BATCH: usize = 8;

/// Which samples of a family are written under one header.
#[derive(Clone, Copy, Default)]
pub(super) struct Section {
    /// What must be behind the family's name in those of samples; without it anything.
    pub(super) ending: Option<&'static str>,
    /// Whether values and thresholds below 0 are left out, as the header forbids them.
    pub(super) from_zero: bool,
}

/// Writes the samples of one family.
pub(super) struct Samples<'a> {
    pub(super) sight: Sight<'a>,
    pub(super) name: &'a str,
    pub(super) section: Section,
    /// Names of samples to be written; without them all.
    pub(super) wanted: Option<&'a [String]>,
    pub(super) out: &'a mut Vec<u8>,
    /// From which length of `out` on no further series is begun.
    pub(super) enough: usize,
    /// Counts the metrics that samples stand for.
    pub(super) metrics: &'a mut usize,
    /// Memory for one histogram after the other.
    pub(super) tally: &'a mut Tally,
}

impl Samples<'_> {
    /// Writes those of the series behind `behind` at the end of `out`; whether those were the last ones. If not, `behind`
    /// is the last series that was looked at.
    pub(super) fn write(&mut self, family: &Family, behind: &mut Option<BlockId>) -> bool {
        let blocks = self.sight.blocks();
        let has_one_name = matches!(family.kind, Kind::Gauge | Kind::Counter | Kind::Info);
        if has_one_name && !self.wants("") {
            return true;
        }
        for run in family.series.behind(*behind, blocks) {
            for batch in run.chunks(BATCH) {
                if let Some(last) = self.batch(family.kind, batch) {
                    *behind = Some(blocks.identity(last.block));
                    return false;
                }
            }
        }
        true
    }

    /// Writes the samples of a few series; the one with which it is enough, if it is.
    ///
    /// Numbers are read before the first of them is written: they lie far from each other in memory, and reads that wait
    /// for nothing in between wait for memory together.
    fn batch<'s>(&mut self, kind: Kind, batch: &'s [Series]) -> Option<&'s Series> {
        let mut numbers = [None; BATCH];
        if matches!(kind, Kind::Gauge | Kind::Counter) {
            for (number, series) in numbers.iter_mut().zip(batch) {
                *number = self.sight.number(&series.source);
            }
        }
        batch.iter().zip(numbers).find_map(|(series, number)| {
            if self.sight.shows(series) {
                let start = self.out.len();
                self.series(kind, series, number);
                let is_metric = self.out.len() > start && series.source.stands_for_metric();
                *self.metrics += usize::from(is_metric);
            }
            (self.out.len() >= self.enough).then_some(series)
        })
    }

    fn series(&mut self, kind: Kind, series: &Series, number: Option<Number>) {
        match kind {
            Kind::Gauge | Kind::Counter => {
                if let Some(number) = number {
                    self.sample("", series.block, number);
                }
            }
            Kind::Info => self.text(series),
            Kind::Summary => self.summary(series),
            Kind::Histogram => self.histogram(series),
        }
    }

    fn text(&mut self, series: &Series) {
        if let Some(text) = self.sight.text(&series.source) {
            self.begin_labels("", series.block);
            self.push("value=\"");
            push_label_value(self.out, text);
            self.push("\"} 1\n");
        }
    }

    fn summary(&mut self, series: &Series) {
        match &series.source {
            Source::Histogram(histogram) => self.quantiles(series.block, histogram),
            Source::Distribution(slot) => {
                if let Some(reading) = self.sight.values.distribution(*slot) {
                    self.count_and_sum(series.block, reading.count, reading.sum);
                }
            }
            _ => {}
        }
    }

    #[cfg_attr(
        not(any(feature = "http", feature = "push-http", test)),
        expect(unused_variables, reason = "buckets are an option of the reporter")
    )]
    fn histogram(&mut self, series: &Series) {
        #[cfg(any(feature = "http", feature = "push-http", test))]
        if let Source::Histogram(histogram) = &series.source {
            self.buckets(series.block, histogram);
        }
    }

    fn quantiles(&mut self, block: BlockId, histogram: &Histogram) {
        let reading = histogram.read_in(self.tally);
        self.count_and_sum(block, reading.count, reading.sum);
        if !self.wants("") {
            return;
        }
        for (quantile, value) in QUANTILES {
            let value = Number::Real(value(&reading));
            if self.forbids(value) {
                continue;
            }
            self.begin_labels("", block);
            self.push("quantile=\"");
            self.push(quantile);
            self.push("\"} ");
            self.value(value);
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
        self.section.ending.is_none_or(|only| only == ending)
            && self.wanted.is_none_or(|wanted| wanted.iter().any(is_it))
    }

    /// Whether the header does not let a value be.
    fn forbids(&self, value: Number) -> bool {
        self.section.from_zero && value.is_below_zero()
    }

    /// Writes a sample of the family's name with this ending, unless the header forbids its value.
    fn sample(&mut self, ending: &str, block: BlockId, value: Number) {
        if self.forbids(value) {
            return;
        }
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
        let labels = self.sight.blocks().print(block);
        self.out.extend_from_slice(labels);
        !labels.is_empty()
    }

    /// Writes a sample's value and ends it.
    fn value(&mut self, value: Number) {
        push_number(self.out, value);
        self.push("\n");
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
