//! Reports to an OpenTelemetry receiver that is in trouble, or makes some.
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

use std::time::{Duration, Instant};

use metra::log::Level;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceResponse,
};
use otlp::Sent;
use prost::Message;
use pushed::{PATIENCE, Program};
use receivers::http::{Answer, Conduct, Receiver, nobody};

/// A program that reports to `port` within 200 ms, with these keys besides.
fn program(port: u16, keys: &[(&str, &str)]) -> Program {
    let url = format!("http://127.0.0.1:{port}/v1/metrics");
    let usual = [
        ("factory.class", "otel"),
        ("exporter.endpoint", &url),
        ("temporality", "delta"),
        ("timeout", "200 ms"),
    ];
    Program::start(&[&usual, keys].concat())
}

/// What the receiver took.
fn taken(receiver: &Receiver) -> Vec<String> {
    let requests = receiver.take();
    let sent: Vec<_> = requests.iter().map(Sent::read).collect();
    let points = sent.into_iter().flat_map(|sent| sent.points);
    points.map(|point| point.line).collect()
}

fn last_said(program: &Program) -> String {
    program.said().pop().unwrap()
}

#[test]
fn difference_waits_for_a_server_in_trouble() {
    let receiver = Receiver::start();
    let program = program(receiver.port(), &[]);
    let counter = program.root("app", &[]).monotonic_counter("c").unwrap();
    for (round, trouble) in (1..).zip(Conduct::troubles()) {
        receiver.usually(trouble.clone());
        counter.inc(3);
        let began = Instant::now();
        program.report();
        assert!(began.elapsed() < PATIENCE / 10, "{trouble:?}");
        assert_eq!(program.reports(), (round - 1, round), "{trouble:?}");
        assert_eq!(program.metrics(), (round - 1, round));
        receiver.usually(Conduct::status(200));
        receiver.take();
        counter.inc(4);
        program.report();
        assert_eq!(taken(&receiver), ["app.c monotonic delta 7"]);
        assert_eq!(program.reports(), (round, round));
        assert!(last_said(&program).ends_with("reports arrive again"));
    }
}

#[test]
fn server_that_was_not_there_is_found_when_it_is() {
    let port = nobody();
    let program = program(port, &[]);
    let counter = program.root("app", &[]).monotonic_counter("c").unwrap();
    counter.inc(3);
    program.report();
    assert_eq!(program.reports(), (0, 1));
    let expected = format!(
        "reporter r: reports do not arrive: http://127.0.0.1:{port}/v1/metrics cannot be reached: "
    );
    assert!(last_said(&program).starts_with(&expected));
    let receiver = Receiver::at(port);
    program.report();
    assert_eq!(taken(&receiver), ["app.c monotonic delta 3"]);
}

#[test]
fn name_that_does_not_resolve_is_a_failure_like_others() {
    let url = "http://nobody.invalid:4318/v1/metrics";
    let program = program(1, &[("exporter.endpoint", url)]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 1), (0, 1)));
}

#[test]
fn request_has_a_timeout_of_its_own() {
    let receiver = Receiver::start();
    receiver.usually(Conduct::Silence);
    let keys = [("timeout", "60 s"), ("exporter.timeout", "100 ms")];
    let program = program(receiver.port(), &keys);
    program.root("app", &[]).counter("c").unwrap();
    let began = Instant::now();
    program.report();
    assert!(began.elapsed() < PATIENCE / 2);
    assert!(last_said(&program).ends_with("did not answer in time"));
}

#[test]
fn refused_batch_is_lost_and_its_differences_are_not() {
    let receiver = Receiver::start();
    let program = program(receiver.port(), &[("batch.size", "1"), ("timeout", "10 s")]);
    let root = program.root("app", &[]);
    for name in ["a", "b", "c"] {
        root.monotonic_counter(name).unwrap().inc(1);
    }
    for (round, status) in (1..).zip([400, 401, 403, 404, 413, 302]) {
        receiver.once(Conduct::status(200));
        receiver.once(Conduct::status(status));
        program.report();
        assert_eq!(taken(&receiver).len(), 3);
        assert_eq!(program.metrics(), (2 * round, round));
    }
    program.report();
    let all = taken(&receiver);
    assert_eq!(all[1], "app.b monotonic delta 1");
    receiver.once(Conduct::status(200));
    receiver.once(Conduct::status(503));
    program.report();
    assert_eq!(taken(&receiver).len(), 2, "the third is not tried");
    assert_eq!(program.metrics(), (16, 8));
}

#[test]
fn refusal_says_why_in_either_encoding() {
    // google.rpc.Status: code and message.
    let status = [b"\x08\x03\x12\x09too \xc3\xbcgly".as_slice(), b"\x1a\0"].concat();
    let json = br#"{"code":3,"message":"too \u00fcgly"}"#.to_vec();
    for (encoding, body, said) in [
        ("protobuf", status, "too ügly"),
        ("json", json, "too ügly"),
        ("protobuf", b"plain text".to_vec(), "plain text"),
        ("json", b"plain text".to_vec(), "plain text"),
    ] {
        let receiver = Receiver::start();
        receiver.usually(Conduct::Answer(Answer::new(400, body)));
        let program = program(receiver.port(), &[("exporter.encoding", encoding)]);
        program.root("app", &[]).counter("c").unwrap();
        program.report();
        let expected = format!("/v1/metrics answers 400: {said}");
        assert!(
            last_said(&program).ends_with(&expected),
            "{}",
            last_said(&program)
        );
    }
}

/// An answer of success that says this besides.
fn partial(encoding: &str, rejected_data_points: i64, message: &str) -> Conduct {
    let response = ExportMetricsServiceResponse {
        partial_success: Some(ExportMetricsPartialSuccess {
            rejected_data_points,
            error_message: message.to_owned(),
        }),
    };
    let body = match encoding {
        "json" => serde_json::to_vec(&response).unwrap(),
        _ => response.encode_to_vec(),
    };
    Conduct::Answer(Answer::new(200, body))
}

#[test]
fn part_that_is_not_taken_counts_as_failed_and_is_not_sent_again() {
    for encoding in ["protobuf", "json"] {
        let receiver = Receiver::start();
        let program = program(receiver.port(), &[("exporter.encoding", encoding)]);
        let root = program.root("app", &[]);
        for name in ["a", "b", "c"] {
            root.monotonic_counter(name).unwrap().inc(1);
        }
        receiver.once(partial(encoding, 2, "points too old"));
        receiver.once(partial(encoding, 99, "points too old"));
        program.report();
        assert_eq!((program.reports(), program.metrics()), ((0, 1), (1, 2)));
        let expected = "/v1/metrics does not take everything: points too old";
        assert!(
            last_said(&program).ends_with(expected),
            "{}",
            last_said(&program)
        );
        receiver.take();
        program.report();
        assert_eq!(taken(&receiver)[0], "app.a monotonic delta 0");
        assert_eq!((program.reports(), program.metrics()), ((0, 2), (1, 5)));
        program.report();
        assert_eq!((program.reports(), program.metrics()), ((1, 2), (4, 5)));
        let said = program.said();
        let refusals = said.iter().filter(|line| line.ends_with(expected));
        assert_eq!(refusals.count(), 1);
    }
}

#[test]
fn warning_of_a_receiver_is_passed_on_once() {
    let receiver = Receiver::start();
    receiver.usually(partial("protobuf", 0, "use the new endpoint"));
    let program = program(receiver.port(), &[]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((2, 0), (2, 0)));
    let url = receiver.url("/v1/metrics");
    let expected = format!("reporter r: {url} warns: use the new endpoint");
    assert_eq!(program.said_at(Level::Warn), [expected]);
}

#[test]
fn nonsense_in_an_answer_of_success_is_passed_over() {
    for body in [
        &b"<html>fine</html>"[..],
        b"\n<!DOCTYPE html>",
        b"\xff\xff",
        b"{",
    ] {
        for encoding in ["protobuf", "json"] {
            let receiver = Receiver::start();
            receiver.usually(Conduct::Answer(Answer::new(200, body)));
            let program = program(receiver.port(), &[("exporter.encoding", encoding)]);
            program.root("app", &[]).counter("c").unwrap();
            program.report();
            assert_eq!((program.reports(), program.metrics()), ((1, 0), (1, 0)));
        }
    }
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
    program.pass(24 * second);
    assert_eq!(receiver.take().len(), 1);
    program.pass(second);
    assert_eq!(receiver.take().len(), 1);
    assert_eq!(program.reports(), (1, 1));
}

#[test]
fn credentials_are_sent_and_in_no_line_of_the_log() {
    let basic = [("username", "me"), ("password", "opensesame")];
    let header = [("exporter.headers.x-api-key", "opensesame")];
    let bearer = [("exporter.headers", "{authorization: Bearer opensesame}")];
    for (keys, name, sent) in [
        (&basic[..], "Authorization", "Basic bWU6b3BlbnNlc2FtZQ=="),
        (&header, "x-api-key", "opensesame"),
        (&bearer, "authorization", "Bearer opensesame"),
    ] {
        let receiver = Receiver::start();
        receiver.once(Conduct::Answer(Answer::new(401, format!("no {sent}"))));
        receiver.once(partial("protobuf", 1, &format!("no {sent}")));
        receiver.once(partial("protobuf", 0, "no opensesame"));
        let program = program(receiver.port(), keys);
        program.root("app", &[]).counter("c").unwrap();
        for _ in 0..4 {
            program.report();
        }
        for request in receiver.take() {
            assert_eq!(request.header(name), Some(sent));
        }
        let said = program.said().join("\n");
        assert!(
            said.contains("answers 401: no ") && said.contains("warns: no ***"),
            "{said}"
        );
        assert!(
            !said.contains("opensesame") && !said.contains("bWU6b3"),
            "{said}"
        );
    }
}

#[test]
fn headers_that_are_sent_already_are_refused() {
    for (name, keys) in [
        ("Content-Type", &[][..]),
        ("authorization", &[("username", "me"), ("password", "p")]),
    ] {
        let key = format!("exporter.headers.{name}");
        let endpoint = ("exporter.endpoint", "http://127.0.0.1:4318/v1/metrics");
        let class = [("factory.class", "otel"), endpoint, (&key, "opensesame")];
        let refusal = Program::try_start(&[&class, keys].concat()).err().unwrap();
        let expected = format!(
            "metrics.reporter.r.exporter.headers has a header '{name}' that is sent already; \
             right would be another one, or other keys"
        );
        assert_eq!(refusal.message(), expected);
    }
}

#[test]
fn silent_server_holds_up_the_end_for_no_longer_than_a_report_may_take() {
    let receiver = Receiver::start();
    receiver.usually(Conduct::Silence);
    let program = program(receiver.port(), &[]);
    program.root("app", &[]).counter("c").unwrap();
    let began = Instant::now();
    // The last report fails within its own deadline; the close itself is in time.
    let _ = program.runtime.close(PATIENCE);
    assert!(began.elapsed() < PATIENCE / 10);
    assert_eq!(receiver.take().len(), 1);
}
