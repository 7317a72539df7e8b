//! The text of a report, section by section.

use super::spelling::spelled;
use crate::collect::Reading;
use crate::metric::{DistributionReading, HistogramReading};
use crate::reporter::courier::Written;
use crate::reporter::number::{push_double, push_whole};
use crate::value::Value;

const HEADER: &str =
    "\n=========================== Starting metrics report ===========================\n";
const FOOTER: &str =
    "\n=========================== Finished metrics report ===========================\n";
const RULE: &str = "---------------------------------------------------------------------";

/// The sections of a report, in their order; Flink knows no distributions.
const SECTIONS: [&str; 5] = [
    "Counters",
    "Gauges",
    "Meters",
    "Histograms",
    "Distributions",
];

/// A report under way. Metrics come in any order, and each section is a text of its own until the end.
pub(super) struct Sections {
    counters: Vec<u8>,
    gauges: Vec<u8>,
    meters: Vec<u8>,
    histograms: Vec<u8>,
    distributions: Vec<u8>,
    report: Vec<u8>,
    is_exact: bool,
}

impl Sections {
    pub(super) fn new(is_exact: bool) -> Self {
        Self {
            counters: Vec::new(),
            gauges: Vec::new(),
            meters: Vec::new(),
            histograms: Vec::new(),
            distributions: Vec::new(),
            report: Vec::new(),
            is_exact,
        }
    }

    fn in_order(&mut self) -> [&mut Vec<u8>; 5] {
        [
            &mut self.counters,
            &mut self.gauges,
            &mut self.meters,
            &mut self.histograms,
            &mut self.distributions,
        ]
    }

    pub(super) fn clear(&mut self) {
        self.in_order().into_iter().for_each(Vec::clear);
    }

    /// Writes the line of a metric.
    pub(super) fn write(&mut self, prefix: &str, name: &str, reading: &Reading) -> Written {
        let is_exact = self.is_exact;
        let section = match reading {
            Reading::Counter(_) | Reading::MonotonicCounter(_) => &mut self.counters,
            Reading::Gauge(None) if !is_exact => return Written::Nothing,
            Reading::Gauge(_) => &mut self.gauges,
            Reading::Meter { .. } => &mut self.meters,
            Reading::Histogram(_) => &mut self.histograms,
            Reading::Distribution(_) => &mut self.distributions,
        };
        for part in [prefix, name, ": "] {
            section.extend_from_slice(part.as_bytes());
        }
        match reading {
            Reading::Counter(count) | Reading::MonotonicCounter(count) => {
                push_whole(section, *count);
            }
            Reading::Gauge(value) => push_value(section, value.as_ref(), is_exact),
            Reading::Meter { rate, .. } => push_double(section, *rate),
            Reading::Histogram(reading) => push_histogram(section, reading, is_exact),
            Reading::Distribution(reading) => push_distribution(section, reading),
        }
        section.push(b'\n');
        Written::Yes
    }

    /// The whole report, without sections that are empty.
    pub(super) fn report(&mut self) -> &[u8] {
        let mut report = std::mem::take(&mut self.report);
        report.clear();
        report.extend_from_slice(HEADER.as_bytes());
        for (title, section) in SECTIONS.into_iter().zip(self.in_order()) {
            if !section.is_empty() {
                for part in ["\n-- ", title, " ", RULE, "\n"] {
                    report.extend_from_slice(part.as_bytes());
                }
                report.append(section);
            }
        }
        report.extend_from_slice(FOOTER.as_bytes());
        self.report = report;
        &self.report
    }
}

fn push_value(out: &mut Vec<u8>, value: Option<&Value>, is_exact: bool) {
    match value {
        Some(Value::Int64(number)) => push_whole(out, *number),
        Some(Value::Double(number)) => push_double(out, *number),
        Some(Value::Bool(true)) => out.extend_from_slice(b"true"),
        Some(Value::Bool(false)) => out.extend_from_slice(b"false"),
        Some(Value::Text(text)) => out.extend_from_slice(spelled(text, is_exact).as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
}

/// Writes Flink's eleven; its count is that of the window.
fn push_histogram(out: &mut Vec<u8>, reading: &HistogramReading, is_exact: bool) {
    let count = if is_exact {
        reading.window_count
    } else {
        reading.count
    };
    push_wholes(
        out,
        &[
            ("count=", count),
            (", min=", reading.min),
            (", max=", reading.max),
        ],
    );
    push_doubles(
        out,
        &[
            (", mean=", reading.mean),
            (", stddev=", reading.stddev),
            (", p50=", reading.p50),
            (", p75=", reading.p75),
            (", p95=", reading.p95),
            (", p98=", reading.p98),
            (", p99=", reading.p99),
            (", p999=", reading.p999),
        ],
    );
}

fn push_distribution(out: &mut Vec<u8>, reading: &DistributionReading) {
    let wholes = [
        ("count=", reading.count),
        (", sum=", reading.sum),
        (", min=", reading.min),
        (", max=", reading.max),
    ];
    push_wholes(out, &wholes);
    push_doubles(out, &[(", mean=", reading.mean)]);
}

fn push_wholes(out: &mut Vec<u8>, parts: &[(&str, i64)]) {
    for (name, number) in parts {
        out.extend_from_slice(name.as_bytes());
        push_whole(out, *number);
    }
}

fn push_doubles(out: &mut Vec<u8>, parts: &[(&str, f64)]) {
    for (name, number) in parts {
        out.extend_from_slice(name.as_bytes());
        push_double(out, *number);
    }
}
