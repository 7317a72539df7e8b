//! Reports to a Datadog that is in trouble, or makes some: what came meanwhile arrives once.
#![cfg(feature = "push-http")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pushed;
mod receivers;

use std::time::Instant;

use metra::log::Level;
use pushed::{PATIENCE, Program};
use receivers::http::{Answer, Conduct, Receiver, Request, nobody};
use serde_json::{Value, json};

/// A program that reports to `port` within 200 ms, with these keys besides.
fn program(port: u16, keys: &[(&str, &str)]) -> Program {
    let url = format!("http://127.0.0.1:{port}");
    let mut all = vec![
        ("factory.class", "datadog"),
        ("apikey", "s3cret"),
        ("url", &*url),
        ("timeout", "200 ms"),
    ];
    all.extend(keys);
    Program::start(&all)
}

/// What a request says of the series with this name.
fn value(request: &Request, name: &str) -> Value {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let series = body["series"].as_array().unwrap();
    let series = series.iter().find(|series| series["metric"] == name);
    series.unwrap()["points"][0]["value"].clone()
}

#[test]
fn counts_survive_a_server_in_trouble() {
    let receiver = Receiver::start();
    let program = program(receiver.port(), &[]);
    let root = program.root("app", &[]);
    let up = root.monotonic_counter("up").unwrap();
    let counter = root.counter("c").unwrap();
    let meter = root.meter("m", 60).unwrap();
    for (round, trouble) in (1..).zip(Conduct::troubles()) {
        receiver.usually(trouble.clone());
        up.inc(3);
        counter.inc(-5);
        meter.mark_event(7);
        let began = Instant::now();
        program.report();
        assert!(began.elapsed() < PATIENCE / 10, "{trouble:?}");
        assert_eq!(program.reports(), (round - 1, round), "{trouble:?}");
        assert_eq!(program.metrics(), (3 * (round - 1), 3 * round));
        receiver.usually(Conduct::status(202));
        receiver.take();
        up.inc(10);
        counter.inc(1);
        meter.mark_event(1);
        program.report();
        let request = receiver.take().remove(0);
        assert_eq!(value(&request, "app.up"), json!(13), "{trouble:?}");
        assert_eq!(value(&request, "app.c"), json!(-4));
        assert_eq!(value(&request, "app.m.count"), json!(8));
        assert_eq!(program.reports(), (round, round));
    }
}

#[test]
fn refused_batch_is_lost_and_its_counts_come_with_the_next_report() {
    let receiver = Receiver::start();
    let keys = [("maxMetricsPerRequest", "1"), ("timeout", "10 s")];
    let program = program(receiver.port(), &keys);
    let root = program.root("app", &[]);
    let counters = ["a", "b", "c"].map(|name| root.counter(name).unwrap());
    for status in [400, 403, 413] {
        counters.iter().for_each(|counter| counter.inc(1));
        receiver.once(Conduct::status(202));
        receiver.once(Conduct::status(status));
        program.report();
        assert_eq!(receiver.take().len(), 3);
    }
    assert_eq!(program.metrics(), (6, 3));
    assert_eq!(program.reports(), (0, 3));
    program.report();
    let requests = receiver.take();
    assert_eq!(value(&requests[0], "app.a"), json!(0));
    assert_eq!(value(&requests[1], "app.b"), json!(3));
    assert_eq!(value(&requests[2], "app.c"), json!(0));
    counters.iter().for_each(|counter| counter.inc(1));
    receiver.once(Conduct::status(202));
    receiver.once(Conduct::status(503));
    program.report();
    assert_eq!(receiver.take().len(), 2, "the third is not tried");
    program.report();
    let requests = receiver.take();
    assert_eq!(value(&requests[0], "app.a"), json!(0));
    assert_eq!(value(&requests[1], "app.b"), json!(1));
    assert_eq!(value(&requests[2], "app.c"), json!(1));
}

#[test]
fn events_of_a_meter_in_two_requests_are_counted_once() {
    let receiver = Receiver::start();
    let keys = [("maxMetricsPerRequest", "1")];
    let program = program(receiver.port(), &keys);
    let meter = program.root("app", &[]).meter("m", 60).unwrap();
    for trouble in [400, 503] {
        meter.mark_event(2);
        receiver.once(Conduct::status(202));
        receiver.once(Conduct::status(trouble));
        program.report();
        assert_eq!(receiver.take().len(), 2);
        program.report();
        assert_eq!(value(&receiver.take()[1], "app.m.count"), json!(2));
    }
}

#[test]
fn complaint_about_what_was_taken_is_said() {
    let receiver = Receiver::start();
    let program = program(receiver.port(), &[]);
    program.root("app", &[]).counter("c").unwrap();
    let complaint = r#"{"errors":["s3cret is slow"]}"#;
    receiver.usually(Conduct::Answer(Answer::new(202, complaint)));
    program.report();
    program.report();
    assert_eq!(program.reports(), (2, 0));
    let said = program.said_at(Level::Warn);
    assert_eq!(said, ["reporter r: Datadog complains: *** is slow"]);
}

#[test]
fn server_that_was_not_there_is_found_when_it_is() {
    let port = nobody();
    let program = program(port, &[]);
    program.root("app", &[]).counter("c").unwrap().inc(3);
    program.report();
    assert_eq!(program.reports(), (0, 1));
    let receiver = Receiver::at(port);
    program.report();
    assert_eq!(value(&receiver.take()[0], "app.c"), json!(3));
}

#[test]
fn name_that_does_not_resolve_is_a_failure_like_others() {
    for keys in [
        [("url", "http://nobody.invalid"), ("gzip", "true")],
        [("proxyHost", "nobody.invalid"), ("proxyPort", "1")],
    ] {
        let program = program(1, &keys);
        program.root("app", &[]).counter("c").unwrap();
        program.report();
        assert_eq!(program.reports(), (0, 1));
        assert_eq!(program.metrics(), (0, 1));
    }
}

#[test]
fn proxy_that_refuses_is_a_failure_like_others() {
    let receiver = Receiver::start();
    let port = receiver.port().to_string();
    let keys = [("proxyHost", "127.0.0.1"), ("proxyPort", &*port)];
    let program = program(1, &keys);
    program.root("app", &[]).counter("c").unwrap().inc(2);
    for (round, trouble) in (1..).zip(Conduct::troubles()) {
        receiver.usually(trouble.clone());
        let began = Instant::now();
        program.report();
        assert!(began.elapsed() < PATIENCE / 10, "{trouble:?}");
        assert_eq!(program.reports(), (0, round), "{trouble:?}");
    }
    receiver.usually(Conduct::status(200));
    receiver.take();
    program.report();
    assert_eq!(value(&receiver.take()[1], "app.c"), json!(2));
}

#[test]
fn key_is_in_no_line_of_the_log() {
    for exact in ["false", "true"] {
        let receiver = Receiver::start();
        let program = program(receiver.port(), &[("flink-exact", exact)]);
        program.root("app", &[]).counter("c").unwrap();
        let echo = "no s3cret, not at /api/v1/series?api_key=s3cret";
        receiver.usually(Conduct::Answer(Answer::new(403, echo)));
        program.report();
        let said = program.said().join("\n");
        let hidden = "/series answers 403: no ***, not at /api/v1/series?api_key=***";
        assert!(said.contains(hidden), "{said}");
        for trouble in Conduct::troubles() {
            receiver.usually(trouble);
            program.report();
        }
        drop(receiver);
        program.report();
        let said = program.said().join("\n");
        assert!(!said.contains("s3cret"), "{said}");
    }
}
