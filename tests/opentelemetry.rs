//! Reports to OpenTelemetry: what is sent of every type, in both encodings and temporalities, and in Flink's way.
#![cfg(feature = "push-http")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod otlp;
mod pushed;
mod receivers;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metra::{ErrorKind, TaskManagerInfo, Value};
use otlp::Sent;
use pushed::{PATIENCE, Program, gauges};
use receivers::http::{Conduct, Receiver};

/// A program that reports to the receiver, with these keys besides.
fn program(receiver: &Receiver, keys: &[(&str, &str)]) -> Program {
    let url = receiver.url("/v1/metrics");
    let usual = [("factory.class", "otel"), ("exporter.endpoint", &url)];
    Program::start(&[&usual, keys].concat())
}

/// Reports once; what the one request says that this takes.
fn report(program: &Program, receiver: &Receiver) -> Sent {
    program.report();
    let requests = receiver.take();
    assert_eq!(requests.len(), 1);
    Sent::read(&requests[0])
}

fn lines(program: &Program, receiver: &Receiver) -> Vec<String> {
    let sent = report(program, receiver);
    sent.lines().into_iter().map(str::to_owned).collect()
}

/// What every type but histograms says, with a gauge that has no JSON left out.
const USUAL: [&str; 16] = [
    "app.c sum cumulative -4",
    "app.up monotonic cumulative 4",
    "app.d histogram cumulative count=2 buckets=[2] sum=5.0 min=1.0 max=4.0",
    "app.m.count monotonic cumulative 120",
    "app.m.rate gauge 2.0",
    "app.whole gauge 17",
    "app.negative gauge -4",
    "app.most gauge 9223372036854775807",
    "app.least gauge -9223372036854775808",
    "app.double gauge 0.1",
    "app.small gauge 1e-7",
    "app.large gauge 1.7976931348623157e308",
    "app.minus_zero gauge -0.0",
    "app.yes gauge 1",
    "app.no gauge 0",
    "app.h exponential cumulative count=3 scale=6 zeros=1 positive=148[1] negative=101[1] min=-3.0 max=5.0",
];

/// Registers such metrics and lets 12 seconds pass, after the tenth of which the meter has its rate.
fn register_and_report(program: &Program) {
    let root = program.root("app", &[("host", "h 1"), ("empty", "")]);
    root.counter("c").unwrap().inc(-4);
    root.monotonic_counter("up").unwrap().inc(4);
    let distribution = root.distribution("d").unwrap();
    distribution.update_many(&[1, 4]);
    root.meter("m", 60).unwrap().mark_event(120);
    gauges(&root);
    root.histogram("h").unwrap().update_many(&[5, 0, -3]);
    for seconds in [10, 2] {
        program.pass(Duration::from_secs(seconds));
    }
}

#[test]
fn every_type_has_its_own() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("interval", "12 s")]);
    register_and_report(&program);
    let request = receiver.take().remove(0);
    let sent = Sent::read(&request);
    let is_finite = |line: &&str| !line.ends_with("inf") && !line.ends_with("NaN");
    let (finite, others): (Vec<&str>, Vec<&str>) =
        sent.lines().iter().partition(|line| is_finite(line));
    assert_eq!(finite, USUAL);
    let not_finite = [
        "app.nan gauge NaN",
        "app.infinite gauge inf",
        "app.minus_infinite gauge -inf",
    ];
    assert_eq!(others, not_finite);
    assert_eq!(
        sent.scope,
        ("metra".to_owned(), env!("CARGO_PKG_VERSION").to_owned())
    );
    assert_eq!(
        sent.resource[0],
        (
            "service.name".to_owned(),
            "unknown_service:metra".to_owned()
        )
    );
    for point in &sent.points {
        let expected = [("empty", ""), ("host", "h 1")];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(point.attributes, expected, "{}", point.line);
    }
    assert_eq!(
        (request.method.as_str(), request.path()),
        ("POST", "/v1/metrics")
    );
    assert_eq!((program.reports(), program.metrics()), ((1, 0), (18, 0)));
    assert_eq!(program.dropped(), 2, "both texts");
    let said = program.said();
    let texts = said.iter().filter(|line| line.contains("text is no value"));
    assert_eq!(texts.count(), 1);
    assert_eq!(
        usize::try_from(program.own("bytes")).unwrap(),
        request.body.len()
    );
}

#[test]
fn json_says_the_same() {
    let receiver = Receiver::start();
    let keys = [
        ("interval", "12 s"),
        ("exporter.encoding", "json"),
        ("exporter.compression", "gzip"),
        ("filter.excludes", "metra.*;*:nan,*infinite"),
    ];
    let program = program(&receiver, &keys);
    register_and_report(&program);
    let request = receiver.take().remove(0);
    assert_eq!(Sent::read(&request).lines(), USUAL);
    assert_eq!(request.header("Content-Encoding"), Some("gzip"));
    assert_eq!(
        usize::try_from(program.own("bytes")).unwrap(),
        request.body.len()
    );
}

#[test]
fn special_characters_come_through() {
    let all: String = ('\u{1}'..'\u{100}')
        .chain(['名', '😀', '\u{2028}'])
        .collect();
    let long = "x".repeat(65_535);
    for encoding in ["protobuf", "json"] {
        let receiver = Receiver::start();
        let program = program(&receiver, &[("exporter.encoding", encoding)]);
        let root = program.root("app", &[("all", &all), ("long", &long)]);
        let group = root.add_key_value("k\"}],[{", "v\\").unwrap();
        for name in [&*all, &long, "\"}],", "a.b"] {
            group.counter(name).unwrap();
        }
        let sent = report(&program, &receiver);
        let expected = [&*all, &long, "\"}],", "a.b"];
        for (point, name) in sent.points.iter().zip(expected) {
            assert_eq!(
                point.line,
                format!("app.k\"}}],[{{.{name} sum cumulative 0")
            );
            let expected = [("all", &*all), ("k\"}],[{", "v\\"), ("long", &long)];
            let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
            assert_eq!(point.attributes, expected);
        }
        assert_eq!(sent.points.len(), 4);
    }
}

#[test]
fn names_below_flinks_components_have_the_prefix() {
    let named = |keys: &[(&str, &str)]| {
        let receiver = Receiver::start();
        let program = program(&receiver, keys);
        let info = TaskManagerInfo {
            host: Some("h"),
            tm_id: Some("t"),
        };
        let group = program.runtime.registry().taskmanager(&info).unwrap();
        group.add_group("a.b").unwrap().counter("x.y").unwrap();
        program.root("shop", &[]).counter("x.y").unwrap();
        lines(&program, &receiver)
    };
    let plain = "shop.x.y sum cumulative 0";
    assert_eq!(
        named(&[]),
        ["flink.taskmanager.a_b.x.y sum cumulative 0", plain]
    );
    let other = [("prefix", "acme")];
    assert_eq!(
        named(&other),
        ["acme.taskmanager.a_b.x.y sum cumulative 0", plain]
    );
    let none = [("prefix", ""), ("scope.delimiter", "-")];
    assert_eq!(
        named(&none),
        ["taskmanager-a.b.x.y sum cumulative 0", plain]
    );
}

#[test]
fn times_are_the_clocks_and_sums_begin_when_they_came() {
    let receiver = Receiver::start();
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let program = program(&receiver, &[]);
    let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let root = program.root("app", &[]);
    root.counter("c").unwrap();
    root.settable_gauge("g", Value::Int64(1)).unwrap();
    let hour = 3_600_000_000_000;
    let first = report(&program, &receiver);
    let [counter, gauge] = &first.points[..] else {
        unreachable!("{:?}", first.lines());
    };
    let bounds = [before, after].map(|time| u64::try_from(time.as_nanos()).unwrap());
    assert!((bounds[0]..=bounds[1]).contains(&counter.start));
    assert_eq!(counter.time, counter.start + hour);
    assert_eq!((gauge.start, gauge.time), (0, counter.time));
    root.counter("late").unwrap();
    let second = report(&program, &receiver);
    assert_eq!(second.points[0].start, counter.start);
    assert_eq!(second.points[0].time, counter.time + hour);
    assert_eq!(second.points[2].start, counter.time);
}

#[test]
fn differences_follow_each_other_and_wait_until_they_arrive() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("temporality", "delta")]);
    let root = program.root("app", &[]);
    let counter = root.counter("c").unwrap();
    let up = root.monotonic_counter("up").unwrap();
    let meter = root.meter("m", 60).unwrap();
    let distribution = root.distribution("d").unwrap();
    let histogram = root.histogram("h").unwrap();
    let update = |value| {
        counter.inc(value);
        up.inc(value);
        meter.mark_event(value);
        distribution.update(value);
        histogram.update(value);
    };
    let without_rate = |sent: &Sent| {
        let lines = sent.lines().into_iter();
        let lines = lines.filter(|line| !line.contains(".rate "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    update(2);
    let first = report(&program, &receiver);
    let expected = [
        "app.c sum cumulative 2",
        "app.up monotonic delta 2",
        "app.m.count monotonic delta 2",
        "app.d histogram delta count=1 buckets=[1] sum=2.0 min=2.0 max=2.0",
        "app.h exponential delta count=1 scale=6 zeros=0 positive=63[1] sum=2.0 min=2.0 max=2.0",
    ];
    assert_eq!(without_rate(&first), expected);
    update(8);
    receiver.once(Conduct::status(503));
    program.report();
    receiver.once(Conduct::Break);
    program.report();
    receiver.take();
    update(4);
    let second = report(&program, &receiver);
    let expected = [
        "app.c sum cumulative 14",
        "app.up monotonic delta 12",
        "app.m.count monotonic delta 12",
        "app.d histogram delta count=2 buckets=[2] sum=12.0",
        "app.h exponential delta count=2 scale=6 zeros=0 positive=127[1, 1] sum=12.0 min=4.0 max=8.0",
    ];
    assert_eq!(without_rate(&second), expected);
    for (before, after) in first.points.iter().zip(&second.points) {
        let start = match before.line.split(' ').nth(2) {
            Some("cumulative") => before.start,
            Some("delta") => before.time,
            _ => 0,
        };
        assert_eq!(after.start, start, "{}", after.line);
    }
    let expected = [
        "app.c sum cumulative 14",
        "app.up monotonic delta 0",
        "app.m.count monotonic delta 0",
        "app.d histogram delta count=0 buckets=[0] sum=0.0",
        "app.h exponential delta count=0 scale=6 zeros=0 sum=0.0",
    ];
    assert_eq!(without_rate(&report(&program, &receiver)), expected);
    assert_eq!(program.reports(), (3, 2));
    assert_eq!(program.metrics(), (15, 10));
}

#[test]
fn meter_over_a_counter_that_goes_down_begins_anew() {
    for (temporality, expected) in [("cumulative", [5, 0, 2]), ("delta", [5, -1, 2])] {
        let receiver = Receiver::start();
        let program = program(&receiver, &[("temporality", temporality)]);
        let root = program.root("app", &[]);
        let counter = root.counter("c").unwrap();
        root.meter_over("m", &counter, 60).unwrap();
        for (change, expected) in [5, -3, 2].into_iter().zip(expected) {
            counter.inc(change);
            let lines = lines(&program, &receiver);
            let count = lines.iter().find(|line| line.starts_with("app.m.count "));
            let line = format!("app.m.count monotonic {temporality} {expected}");
            let line = Some(line).filter(|_| expected >= 0);
            assert_eq!(count, line.as_ref());
        }
    }
}

#[test]
fn exact_is_flinks_stream() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("flink-exact", "true"), ("interval", "10 s")]);
    let report = || {
        program.pass(Duration::from_secs(10));
        Sent::read(&receiver.take()[0])
    };
    let root = program.root("app", &[]);
    let counter = root.counter("c").unwrap();
    let negative = root.counter("negative").unwrap();
    negative.inc(-5);
    let histogram = root.histogram("h").unwrap();
    root.settable_gauge("g", Value::Bool(true)).unwrap();
    root.settable_gauge("n", Value::Int64(7)).unwrap();
    counter.inc(10);
    histogram.update_many(&[1, 2, 3]);
    let quantiles = "0:1.0 0.5:2.0 0.75:3.0 0.95:3.0 0.99:3.0 1:3.0 1:3.0";
    let summary = format!("app.h summary count=3 sum=6.0 {quantiles}");
    let first = report();
    assert_eq!(
        first.lines(),
        ["app.c monotonic delta 10", &summary, "app.n gauge 7"]
    );
    assert_eq!(
        first.scope,
        (
            "io.confluent.flink.common.metrics".to_owned(),
            String::new()
        )
    );
    assert!(first.points.iter().all(|point| point.start == 0));
    counter.inc(15);
    negative.inc(2);
    root.counter("late").unwrap().inc(3);
    let second = report();
    let sums = ["app.c monotonic delta 15", "app.negative monotonic delta 2"];
    assert_eq!(second.lines()[..2], sums);
    assert_eq!(second.lines()[4], "app.late monotonic delta 3");
    assert!(
        second
            .points
            .iter()
            .all(|point| point.start == first.points[0].time)
    );
    counter.inc(-5);
    let third = report();
    assert_eq!(third.lines()[0], "app.negative monotonic delta 0");
    counter.inc(1);
    assert_eq!(report().lines()[0], "app.c monotonic delta 1");
    assert_eq!(program.dropped(), 4, "the truth value each time");
}

#[test]
fn batches_have_so_many_metrics_and_a_meter_counts_as_two() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("batch.size", "3")]);
    let root = program.root("app", &[]);
    for name in ["a", "b"] {
        root.counter(name).unwrap();
    }
    root.meter("m", 60).unwrap();
    for name in ["d", "e", "f"] {
        root.counter(name).unwrap();
    }
    program.report();
    let requests = receiver.take();
    let sizes: Vec<usize> = requests
        .iter()
        .map(|request| Sent::read(request).points.len())
        .collect();
    assert_eq!(sizes, [2, 3, 2]);
    assert_eq!((program.reports(), program.metrics()), ((1, 0), (6, 0)));
}

#[test]
fn batches_stay_below_four_mebibytes() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let root = program.root("app", &[]);
    for number in 0..200 {
        let name = format!("{number}{}", "x".repeat(60_000));
        root.counter(&name).unwrap();
    }
    program.report();
    let requests = receiver.take();
    assert_eq!(requests.len(), 3);
    let limit = 4 * 1024 * 1024;
    assert!(requests.iter().all(|request| request.body.len() <= limit));
    let points = requests
        .iter()
        .map(|request| Sent::read(request).points.len());
    assert_eq!(points.sum::<usize>(), 200);
    let bytes: usize = requests.iter().map(|request| request.body.len()).sum();
    assert_eq!(usize::try_from(program.own("bytes")).unwrap(), bytes);
}

#[test]
fn nothing_to_say_is_no_request() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    program
        .root("app", &[])
        .gauge("g", Box::new(|| None))
        .unwrap();
    program.report();
    assert!(receiver.take().is_empty());
    assert_eq!(program.reports(), (1, 0));
}

#[test]
fn last_report_is_made_at_the_end() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    program.root("app", &[]).counter("c").unwrap().inc(1);
    program.runtime.close(PATIENCE).unwrap();
    let requests = receiver.take();
    assert_eq!(Sent::read(&requests[0]).lines(), ["app.c sum cumulative 1"]);
}

#[test]
fn resource_says_who_sends() {
    let receiver = Receiver::start();
    let keys = [
        ("service.name", "shop"),
        ("service.version", "1.2"),
        ("resource.attributes.deployment.environment.name", "prod"),
    ];
    let program = program(&receiver, &keys);
    program.root("app", &[]).counter("c").unwrap();
    let resource = report(&program, &receiver).resource;
    let expected = [
        ("service.name", "shop"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "metra"),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ("deployment.environment.name", "prod"),
        ("service.version", "1.2"),
    ];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(resource, expected);
}

#[test]
fn registry_that_means_grpc_is_refused() {
    let refusal = |keys: &[(&str, &str)]| {
        let class = [("factory.class", "opentelemetry")];
        Program::try_start(&[&class, keys].concat()).err().unwrap()
    };
    for keys in [
        &[("exporter.endpoint", "http://127.0.0.1:4317")][..],
        &[
            ("exporter.endpoint", "http://127.0.0.1:4318/v1/metrics"),
            ("exporter.protocol", "grpc"),
        ],
    ] {
        let refusal = refusal(keys);
        assert_eq!(refusal.kind(), ErrorKind::Config);
        assert!(refusal.message().contains("http://host:4318/v1/metrics"));
    }
}
