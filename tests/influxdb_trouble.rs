//! Reports to an InfluxDB that is in trouble, or makes some.
#![cfg(feature = "push-http")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pushed;
mod receivers;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use pushed::{PATIENCE, Program};
use receivers::http::{Answer, Conduct, Receiver, nobody};

/// A program that reports to `port` within 200 ms, with these keys besides.
fn program(port: u16, keys: &[(&str, &str)]) -> Program {
    let port = port.to_string();
    let mut all = vec![
        ("factory.class", "influxdb"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("timeout", "200 ms"),
    ];
    if !keys.iter().any(|(key, _)| *key == "bucket") {
        all.push(("db", "flink"));
    }
    all.extend(keys);
    Program::start(&all)
}

/// What the receiver took, without times.
fn taken(receiver: &Receiver) -> String {
    let requests = receiver.take();
    let lines = requests.iter().flat_map(|request| request.text().lines());
    let points: Vec<_> = lines.map(|line| line.rsplit_once(' ').unwrap().0).collect();
    points.join("\n")
}

#[test]
fn server_in_trouble_is_written_to_again() {
    let receiver = Receiver::start();
    let program = program(receiver.port(), &[]);
    let counter = program.root("app", &[]).counter("c").unwrap();
    for (round, trouble) in (1..).zip(Conduct::troubles()) {
        receiver.usually(trouble.clone());
        counter.inc(1);
        let began = Instant::now();
        program.report();
        assert!(began.elapsed() < PATIENCE / 10, "{trouble:?}");
        assert_eq!(program.reports(), (round - 1, round), "{trouble:?}");
        assert_eq!(program.metrics(), (round - 1, round));
        receiver.usually(Conduct::status(204));
        receiver.take();
        counter.inc(1);
        program.report();
        assert_eq!(taken(&receiver), format!("app_c count={}i", 2 * round));
        assert_eq!(program.reports(), (round, round));
        let said = program.said();
        let arrive = said
            .iter()
            .filter(|line| line.ends_with("reports arrive again"));
        assert_eq!(arrive.count(), usize::try_from(round).unwrap());
    }
}

#[test]
fn server_that_was_not_there_is_found_when_it_is() {
    let port = nobody();
    let program = program(port, &[]);
    program.root("app", &[]).counter("c").unwrap().inc(3);
    program.report();
    assert_eq!(program.reports(), (0, 1));
    let said = program.said().pop().unwrap();
    let expected = format!(
        "reporter r: reports do not arrive: http://127.0.0.1:{port}/write cannot be reached: "
    );
    assert!(said.starts_with(&expected), "{said}");
    let receiver = Receiver::at(port);
    program.report();
    assert_eq!(taken(&receiver), "app_c count=3i");
}

#[test]
fn name_that_does_not_resolve_is_a_failure_like_others() {
    let program = program(1, &[("host", "nobody.invalid")]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    assert_eq!(program.reports(), (0, 1));
    assert_eq!(program.metrics(), (0, 1));
}

#[test]
fn batch_that_is_refused_is_lost_and_the_next_is_sent() {
    let receiver = Receiver::start();
    let program = program(receiver.port(), &[("timeout", "10 s")]);
    let root = program.root("app", &[]);
    for name in ["a", "b", "c"] {
        let text = metra::Value::Text("x".repeat(700_000).into());
        root.settable_gauge(name, text).unwrap();
    }
    for status in [400, 401, 403, 404, 413] {
        let before = program.metrics();
        receiver.once(Conduct::status(204));
        receiver.once(Conduct::Answer(Answer::new(
            status,
            "{\"error\":\"partial write\"}",
        )));
        program.report();
        assert_eq!(receiver.take().len(), 3);
        assert_eq!(program.metrics(), (before.0 + 2, before.1 + 1));
    }
    assert_eq!(program.reports(), (0, 5));
    let said = program.said().pop().unwrap();
    assert!(
        said.ends_with("/write answers 400: {\"error\":\"partial write\"}"),
        "{said}"
    );
    for status in [408, 429, 500, 503] {
        let before = program.metrics();
        receiver.once(Conduct::status(204));
        receiver.once(Conduct::status(status));
        program.report();
        assert_eq!(receiver.take().len(), 2, "{status} is no refusal");
        assert_eq!(program.metrics(), (before.0 + 1, before.1 + 2));
    }
}

#[test]
fn sending_that_is_stuck_is_given_up() {
    // The system accepts for it, and nobody reads.
    let stuck = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = stuck.local_addr().unwrap().port();
    let keys = [("timeout", "60 s"), ("writeTimeout", "100 ms")];
    let program = program(port, &keys);
    // More than a connection holds.
    let text = metra::Value::Text("x".repeat(16 * 1024 * 1024).into());
    let root = program.root("app", &[]);
    root.settable_gauge("text", text).unwrap();
    let began = Instant::now();
    program.report();
    assert!(began.elapsed() < PATIENCE / 2);
    assert_eq!(program.reports(), (0, 1));
}

#[test]
fn server_that_asks_for_time_gets_it() {
    let receiver = Receiver::start();
    let second = Duration::from_secs(1);
    let program = program(receiver.port(), &[("interval", "10 s")]);
    program.root("app", &[]).counter("c").unwrap();
    let busy = Answer::new(429, "").with_header("Retry-After", "25");
    receiver.once(Conduct::Answer(busy));
    program.pass(10 * second);
    assert_eq!(receiver.take().len(), 1);
    program.pass(24 * second);
    assert_eq!(receiver.take().len(), 0);
    program.pass(second);
    assert_eq!(receiver.take().len(), 1);
    assert_eq!(program.reports(), (1, 1));
}

#[test]
fn credentials_are_in_no_line_of_the_log() {
    let basic = [("username", "me"), ("password", "opensesame")];
    let token = [("org", "o"), ("bucket", "b"), ("token", "op3n")];
    for (keys, secret, sent) in [
        (&basic[..], "opensesame", "Basic bWU6b3BlbnNlc2FtZQ=="),
        (&token[..], "op3n", "Token op3n"),
    ] {
        let receiver = Receiver::start();
        let echo = format!("no {secret} by {sent}");
        receiver.usually(Conduct::Answer(Answer::new(401, echo)));
        let program = program(receiver.port(), keys);
        program.root("app", &[]).counter("c").unwrap();
        program.report();
        let request = receiver.take().remove(0);
        assert_eq!(request.header("Authorization"), Some(sent));
        let said = program.said().join("\n");
        let scheme = sent.split(' ').next().unwrap();
        let hidden = format!("answers 401: no *** by {scheme} ***");
        assert!(said.contains(&hidden), "{said}");
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn silent_server_holds_up_the_end_for_no_longer_than_a_report_may_take() {
    let receiver = Receiver::start();
    receiver.usually(Conduct::Silence);
    let program = program(receiver.port(), &[]);
    program.root("app", &[]).counter("c").unwrap();
    let began = Instant::now();
    program.runtime.close(PATIENCE).unwrap();
    assert!(began.elapsed() < PATIENCE / 10);
    assert_eq!(receiver.take().len(), 1);
}
