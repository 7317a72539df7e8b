//! What is written of each type of metric.

use super::sections::Sections;
use super::*;
use crate::metric::{DistributionReading, HistogramReading};
use crate::value::Value;

/// The report of metrics called `a.x`.
fn report(is_exact: bool, readings: &[Reading]) -> String {
    let mut sections = Sections::new(is_exact);
    for reading in readings {
        sections.write("a.", "x", reading);
    }
    String::from_utf8_lossy(sections.report()).into_owned()
}

/// The lines of metrics called `a.x`, without header, titles and footer.
fn lines(is_exact: bool, readings: &[Reading]) -> Vec<String> {
    let report = report(is_exact, readings);
    let lines = report.lines().filter_map(|line| line.strip_prefix("a.x: "));
    lines.map(str::to_owned).collect()
}

fn gauge(value: Value) -> Reading {
    Reading::Gauge(Some(value))
}

fn histogram() -> Reading {
    Reading::Histogram(Box::new(HistogramReading {
        count: 1000,
        sum: 1,
        window_count: 100,
        min: 1,
        max: 999,
        mean: 50.25,
        stddev: 12.5,
        p50: 50.0,
        p75: 75.5,
        p95: f64::NAN,
        p98: 1e7,
        p99: 99.0,
        p999: 99.9,
    }))
}

#[test]
fn report_has_flinks_layout() {
    let distribution = DistributionReading {
        count: 2,
        sum: 8,
        min: -1,
        max: 9,
        mean: 4.0,
    };
    let (count, rate) = (12, 0.2);
    let readings = [
        Reading::Distribution(distribution),
        histogram(),
        Reading::Meter { count, rate },
        gauge(Value::Int64(17)),
        Reading::Counter(-3),
        Reading::MonotonicCounter(i64::MAX),
    ];
    let expected = "
=========================== Starting metrics report ===========================

-- Counters ---------------------------------------------------------------------
a.x: -3
a.x: 9223372036854775807

-- Gauges ---------------------------------------------------------------------
a.x: 17

-- Meters ---------------------------------------------------------------------
a.x: 0.2

-- Histograms ---------------------------------------------------------------------
a.x: count=1000, min=1, max=999, mean=50.25, stddev=12.5, p50=50.0, p75=75.5, p95=NaN, p98=1.0E7, p99=99.0, p999=99.9

-- Distributions ---------------------------------------------------------------------
a.x: count=2, sum=8, min=-1, max=9, mean=4.0

=========================== Finished metrics report ===========================
";
    assert_eq!(report(false, &readings), expected);
    let flinks = expected.replace("count=1000", "count=100");
    assert_eq!(report(true, &readings), flinks);
}

#[test]
fn sections_without_metrics_are_left_out() {
    let expected = "
=========================== Starting metrics report ===========================

-- Meters ---------------------------------------------------------------------
a.x: 0.0

=========================== Finished metrics report ===========================
";
    let (count, rate) = (0, 0.0);
    assert_eq!(report(false, &[Reading::Meter { count, rate }]), expected);
}

#[test]
fn values_of_gauges_are_javas_text() {
    for (value, expected) in [
        (Value::Int64(i64::MIN), "-9223372036854775808"),
        (Value::Double(1e-7), "1.0E-7"),
        (Value::Double(f64::NAN), "NaN"),
        (Value::Double(f64::NEG_INFINITY), "-Infinity"),
        (Value::Bool(true), "true"),
        (Value::Bool(false), "false"),
        (Value::Text("hello, world: 1".into()), "hello, world: 1"),
        (Value::Text("".into()), ""),
    ] {
        for is_exact in [false, true] {
            assert_eq!(lines(is_exact, &[gauge(value.clone())]), [expected]);
        }
    }
}

#[test]
fn text_stays_in_its_line_but_not_flinks() {
    let reading = [gauge(Value::Text("1\na.x: 2".into()))];
    assert_eq!(lines(false, &reading), ["1\\na.x: 2"]);
    assert_eq!(lines(true, &reading), ["1", "2"]);
}

#[test]
fn gauge_without_value_says_nothing_and_null_with_flink() {
    let mut sections = Sections::new(false);
    let written = sections.write("a.", "x", &Reading::Gauge(None));
    assert_eq!(written, Written::Nothing);
    assert_eq!(lines(false, &[Reading::Gauge(None)]), [""; 0]);
    assert_eq!(lines(true, &[Reading::Gauge(None)]), ["null"]);
}

#[test]
fn each_report_begins_anew() {
    let mut sections = Sections::new(false);
    sections.write("a.", "x", &Reading::Counter(1));
    let first = sections.report().to_vec();
    sections.clear();
    sections.write("a.", "x", &Reading::Counter(1));
    assert_eq!(sections.report(), first);
}
