//! What is written of each type of metric.

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::metric::DistributionReading;
use crate::reporter::datagrams::Target;

/// A reporter whose datagrams are looked at and not sent.
fn statsd(is_exact: bool) -> Statsd {
    let target = Target::Unix(PathBuf::new());
    Statsd {
        lines: Lines::new(1432, is_exact),
        socket: Socket::new(target.clone()),
        options: Options {
            target,
            max_packet_size: 1432,
            has_tags: false,
            prefix: String::new(),
            is_exact,
        },
    }
}

fn metric() -> SpelledMetric {
    SpelledMetric {
        name: "x".into(),
        delta: Delta::default(),
    }
}

fn write(statsd: &mut Statsd, metric: &mut SpelledMetric, reading: &Reading) -> Written {
    let scope = SpelledScope {
        prefix: "a.".into(),
        tags: "".into(),
    };
    statsd.write(&scope, metric, reading)
}

/// The lines of one metric. Flink's are in datagrams of their own.
fn lines(is_exact: bool, reading: &Reading) -> Vec<String> {
    let mut statsd = statsd(is_exact);
    assert_eq!(write(&mut statsd, &mut metric(), reading), Written::Yes);
    let packets = statsd.lines.packets();
    let packets = packets.map(|packet| String::from_utf8_lossy(packet).into_owned());
    let lines = packets.collect::<Vec<_>>().join("\n");
    lines.lines().map(str::to_owned).collect()
}

/// The lines in both ways, where they are the same.
fn lines_of_both(reading: &Reading) -> Vec<String> {
    let own = lines(false, reading);
    assert_eq!(own, lines(true, reading));
    own
}

fn gauge(value: Value) -> Reading {
    Reading::Gauge(Some(value))
}

#[test]
fn counter_is_a_gauge() {
    assert_eq!(lines_of_both(&Reading::Counter(5)), ["a.x:5|g"]);
    let lines = lines_of_both(&Reading::Counter(-5));
    assert_eq!(lines, ["a.x:0|g", "a.x:-5|g"]);
}

#[test]
fn monotonic_counter_is_what_came_since_it_last_arrived() {
    let (mut statsd, mut metric) = (statsd(false), metric());
    let mut report = |count, arrives| {
        statsd.lines.clear();
        let written = write(&mut statsd, &mut metric, &Reading::MonotonicCounter(count));
        if arrives {
            Statsd::arrived(&mut metric);
        }
        let packets = statsd.lines.packets().map(String::from_utf8_lossy);
        (written, packets.collect::<String>())
    };
    let yes = |line: &str| (Written::Yes, line.to_owned());
    // The first 0 makes it known.
    assert_eq!(report(0, true), yes("a.x:0|c"));
    assert_eq!(report(5, false), yes("a.x:5|c"));
    assert_eq!(report(7, true), yes("a.x:7|c"));
    assert_eq!(report(7, true), (Written::Nothing, String::new()));
    assert_eq!(report(8, true), yes("a.x:1|c"));
}

#[test]
fn monotonic_counter_is_a_gauge_to_flink() {
    let reading = Reading::MonotonicCounter(5);
    assert_eq!(lines(true, &reading), ["a.x:5|g"]);
}

#[test]
fn gauge_of_a_number_is_one_line_and_two_of_flinks() {
    for (value, own, flinks) in [
        (
            Value::Int64(5),
            &["a.x:5|g"][..],
            &["a.x:5|g", "a.x:5|g"][..],
        ),
        (
            Value::Int64(i64::MIN),
            &["a.x:0|g", "a.x:-9223372036854775808|g"],
            &[
                "a.x:0|g",
                "a.x:-9223372036854775808|g",
                "a.x:-9223372036854775808|g",
            ],
        ),
        (
            Value::Double(1e-7),
            &["a.x:1.0E-7|g"],
            &["a.x:1.0E-7|g", "a.x:1.0E-7|g"],
        ),
    ] {
        let reading = gauge(value);
        assert_eq!(lines(false, &reading), own);
        assert_eq!(lines(true, &reading), flinks);
    }
}

#[test]
fn truth_is_1_or_0_and_text_to_flink() {
    for (truth, own, flinks) in [
        (true, "a.x:1|g", "a.x:true|g"),
        (false, "a.x:0|g", "a.x:false|g"),
    ] {
        let reading = gauge(Value::Bool(truth));
        assert_eq!(lines(false, &reading), [own]);
        assert_eq!(lines(true, &reading), [flinks]);
    }
}

#[test]
fn what_statsd_has_no_words_for_is_left_out_and_sent_by_flink() {
    for (value, flinks) in [
        (Value::Text(Arc::from("a|b")), &["a.x:a|b|g"][..]),
        (Value::Text(Arc::from("")), &["a.x:|g"]),
        (Value::Double(f64::NAN), &["a.x:NaN|g", "a.x:NaN|g"]),
        (
            Value::Double(f64::NEG_INFINITY),
            &["a.x:0|g", "a.x:-Infinity|g", "a.x:-Infinity|g"],
        ),
    ] {
        let reading = gauge(value);
        let written = write(&mut statsd(false), &mut metric(), &reading);
        assert!(matches!(written, Written::Inexpressible(_)));
        assert_eq!(lines(true, &reading), flinks);
    }
}

#[test]
fn gauge_without_value_says_nothing() {
    for is_exact in [false, true] {
        let written = write(&mut statsd(is_exact), &mut metric(), &Reading::Gauge(None));
        assert_eq!(written, Written::Nothing);
    }
}

#[test]
fn distribution_is_five_gauges() {
    let reading = Reading::Distribution(DistributionReading {
        count: 2,
        sum: 8,
        min: -1,
        max: 9,
        mean: 4.0,
    });
    let expected = [
        "a.x.count:2|g",
        "a.x.sum:8|g",
        "a.x.min:0|g",
        "a.x.min:-1|g",
        "a.x.max:9|g",
        "a.x.mean:4.0|g",
    ];
    assert_eq!(lines_of_both(&reading), expected);
}

#[test]
fn meter_is_rate_and_count() {
    let reading = Reading::Meter {
        count: 12,
        rate: 0.2,
    };
    let expected = ["a.x.rate:0.2|g", "a.x.count:12|g"];
    assert_eq!(lines_of_both(&reading), expected);
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
        p999: 99.9,
    }));
    let expected = [
        "a.x.count:1000|g",
        "a.x.max:999|g",
        "a.x.min:1|g",
        "a.x.mean:50.25|g",
        "a.x.stddev:12.5|g",
        "a.x.p50:50.0|g",
        "a.x.p75:75.5|g",
        "a.x.p95:95.0|g",
        "a.x.p98:98.0|g",
        "a.x.p99:99.0|g",
        "a.x.p999:99.9|g",
    ];
    assert_eq!(lines_of_both(&reading), expected);
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
    let expected = ["a.x.count:0|g", "a.x.max:0|g", "a.x.min:0|g"];
    assert_eq!(lines(false, &reading), expected);
    let flinks = lines(true, &reading);
    assert_eq!(flinks.len(), 11);
    assert_eq!(flinks.last().map(String::as_str), Some("a.x.p999:NaN|g"));
}
