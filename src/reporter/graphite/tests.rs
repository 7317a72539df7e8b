//! What is written of each type of metric.

use std::sync::Arc;

use super::*;
use crate::metric::DistributionReading;

/// A reporter whose lines are looked at and not sent.
fn graphite(is_exact: bool) -> Graphite {
    let mut graphite = Graphite::new(Options {
        host: String::new(),
        port: 2003,
        protocol: Protocol::Tcp,
        prefix: None,
        rate_factor: 60.0,
        has_tags: false,
        is_exact,
    });
    graphite.lines.begin_report(9);
    graphite
}

fn write(graphite: &mut Graphite, reading: &Reading) -> Written {
    let scope = SpelledScope::plain("a.");
    let mut metric = SpelledMetric {
        name: "x".into(),
        claim: graphite.claims.claim("a.x"),
    };
    graphite.write(&scope, &mut metric, reading)
}

/// The lines of one metric, without their time.
fn lines(is_exact: bool, reading: &Reading) -> Vec<String> {
    let mut graphite = graphite(is_exact);
    assert_eq!(write(&mut graphite, reading), Written::Yes);
    let text = String::from_utf8_lossy(graphite.lines.bytes()).into_owned();
    let lines = text.lines().filter_map(|line| line.strip_suffix(" 9"));
    lines.map(str::to_owned).collect()
}

fn gauge(value: Value) -> Reading {
    Reading::Gauge(Some(value))
}

#[test]
fn counters_are_counts() {
    for is_exact in [false, true] {
        for reading in [Reading::Counter(-5), Reading::MonotonicCounter(-5)] {
            assert_eq!(lines(is_exact, &reading), ["a.x.count -5"]);
        }
    }
}

#[test]
fn gauge_is_its_path_alone_and_truth_1_or_0() {
    for (value, own, flinks) in [
        (Value::Int64(i64::MAX), "a.x 9223372036854775807", None),
        (Value::Double(0.75), "a.x 0.75", None),
        (Value::Double(0.125), "a.x 0.125", Some("a.x 0.13")),
        (Value::Bool(true), "a.x 1", None),
        (Value::Bool(false), "a.x 0", None),
    ] {
        let reading = gauge(value);
        assert_eq!(lines(false, &reading), [own]);
        assert_eq!(lines(true, &reading), [flinks.unwrap_or(own)]);
    }
}

#[test]
fn text_is_left_out_and_what_is_not_finite_as_well_but_not_by_flink() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let reading = gauge(Value::Double(number));
        let written = write(&mut graphite(false), &reading);
        assert_eq!(written, Written::Inexpressible(NOT_FINITE));
        assert_eq!(lines(true, &reading).len(), 1);
    }
    for is_exact in [false, true] {
        let reading = gauge(Value::Text(Arc::from("1")));
        let written = write(&mut graphite(is_exact), &reading);
        assert_eq!(written, Written::Inexpressible(TEXT));
        let written = write(&mut graphite(is_exact), &Reading::Gauge(None));
        assert_eq!(written, Written::Nothing);
    }
}

#[test]
fn distribution_is_five_lines() {
    let reading = Reading::Distribution(DistributionReading {
        count: 2,
        sum: 8,
        min: -1,
        max: 9,
        mean: 4.0,
    });
    let expected = [
        "a.x.count 2",
        "a.x.sum 8",
        "a.x.min -1",
        "a.x.max 9",
        "a.x.mean 4.0",
    ];
    assert_eq!(lines(false, &reading), expected);
}

#[test]
fn meter_is_count_and_rate_and_flinks_rates_that_there_are_not() {
    let reading = Reading::Meter {
        count: 12,
        rate: 0.2,
    };
    assert_eq!(lines(false, &reading), ["a.x.count 12", "a.x.m1_rate 12.0"]);
    let flinks = [
        "a.x.count 12",
        "a.x.m1_rate 12.00",
        "a.x.m5_rate 0.00",
        "a.x.m15_rate 0.00",
        "a.x.mean_rate 0.00",
    ];
    assert_eq!(lines(true, &reading), flinks);
}

#[test]
fn histogram_is_flinks_eleven() {
    let reading = Reading::Histogram(Box::new(HistogramReading {
        count: 1000,
        sum: 1,
        window_count: 100,
        min: 1,
        max: 999,
        mean: 50.25,
        stddev: 12.5,
        p50: 50.0,
        p75: 75.5,
        p95: 95.0,
        p98: 98.0,
        p99: 99.0,
        p999: 99.999,
    }));
    let expected = [
        "a.x.count 1000",
        "a.x.max 999",
        "a.x.mean 50.25",
        "a.x.min 1",
        "a.x.stddev 12.50",
        "a.x.p50 50.00",
        "a.x.p75 75.50",
        "a.x.p95 95.00",
        "a.x.p98 98.00",
        "a.x.p99 99.00",
        "a.x.p999 100.00",
    ];
    assert_eq!(lines(true, &reading), expected);
    let own = lines(false, &reading);
    assert_eq!(own.len(), 11);
    assert_eq!(own.last().map(String::as_str), Some("a.x.p999 99.999"));
}

#[test]
fn empty_histogram_says_what_it_has() {
    let nan = f64::NAN;
    let reading = Reading::Histogram(Box::new(HistogramReading {
        mean: nan,
        stddev: nan,
        p50: nan,
        p75: nan,
        p95: nan,
        p98: nan,
        p99: nan,
        p999: nan,
        ..HistogramReading::default()
    }));
    let expected = ["a.x.count 0", "a.x.max 0", "a.x.min 0"];
    assert_eq!(lines(false, &reading), expected);
    assert_eq!(lines(true, &reading).len(), 11);
}

#[test]
fn second_metric_of_a_path_is_left_out_while_the_first_is_there() {
    let mut graphite = graphite(false);
    let scope = SpelledScope::plain("a.");
    let mut metrics = [1, 2].map(|_| SpelledMetric {
        name: "x".into(),
        claim: graphite.claims.claim("a.x"),
    });
    let [first, second] = &mut metrics;
    let reading = Reading::Counter(1);
    for _ in 0..2 {
        assert_eq!(graphite.write(&scope, first, &reading), Written::Yes);
        let written = graphite.write(&scope, second, &reading);
        assert_eq!(written, Written::Inexpressible(NO_PATH));
    }
    let [first, mut second] = metrics;
    drop(first);
    assert_eq!(graphite.write(&scope, &mut second, &reading), Written::Yes);
}
