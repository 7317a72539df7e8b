//! What the Pushgateway reporter sends, and what becomes of it with servers of every kind.
#![cfg(feature = "push-http")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic"
)]

mod pushed;
mod receivers;

use std::time::{Duration, Instant};

use metra::{Error, Value};
use pushed::{PATIENCE, Program};
use receivers::gateway::{Labels, Sample, group, samples};
use receivers::http::{Answer, Conduct, Receiver, Request, nobody};

const SECOND: Duration = Duration::from_secs(1);
/// The interval of programs that report before histograms forget, and not while rates are renewed.
const SOON: (&str, &str) = ("interval", "9 s");

/// A program with a reporter to a gateway for a job called `j`.
fn start(url: &str, keys: &[(&str, &str)]) -> Program {
    try_start(url, keys).unwrap()
}

/// The same, if its registry is not refused.
fn try_start(url: &str, keys: &[(&str, &str)]) -> Result<Program, Error> {
    let always = [
        ("factory.class", "pushgateway"),
        ("hostUrl", url),
        ("jobName", "j"),
        ("randomJobNameSuffix", "false"),
    ];
    Program::try_start(&[&always, keys].concat())
}

/// The one request that came.
fn only(receiver: &Receiver) -> Request {
    let mut requests = receiver.take();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

/// The samples of a request.
fn sent(request: &Request) -> Vec<Sample> {
    samples(request.text())
}

fn said(program: &Program) -> String {
    program.said().join("\n")
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn methods(requests: &[Request]) -> Vec<&str> {
    requests.iter().map(|request| &*request.method).collect()
}

#[test]
fn every_type_is_pushed_as_it_would_be_scraped() {
    let gateway = Receiver::start();
    let program = start(&gateway.url("/base/"), &[("groupingKey", "zone=b 1"), SOON]);
    let shop = program.root("shop", &[]);
    shop.counter("open").unwrap().inc(-3);
    shop.monotonic_counter("orders").unwrap().inc(7);
    let gauges = [
        ("load", Value::Double(0.5)),
        ("up", Value::Bool(true)),
        ("version", Value::Text("1".into())),
    ];
    for (name, value) in gauges {
        shop.settable_gauge(name, value).unwrap();
    }
    shop.gauge("nothing", Box::new(|| None)).unwrap();
    shop.distribution("size").unwrap().update(4);
    shop.meter("clicks", 60).unwrap().mark_event(2);
    shop.histogram("ms").unwrap().update(5);
    program.pass(9 * SECOND);
    let request = only(&gateway);
    assert_eq!(request.method, "PUT");
    assert_eq!(request.target, "/base/metrics/job/j/zone/b%201");
    let content_type = request.header("content-type");
    assert_eq!(
        content_type,
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let expected = "\
# HELP shop_clicks clicks (scope: shop)
# TYPE shop_clicks gauge
shop_clicks 0.0
# HELP shop_clicks_events_total clicks (scope: shop)
# TYPE shop_clicks_events_total counter
shop_clicks_events_total 2
# HELP shop_load load (scope: shop)
# TYPE shop_load gauge
shop_load 0.5
# HELP shop_ms ms (scope: shop)
# TYPE shop_ms summary
shop_ms_count 1
shop_ms_sum 5
shop_ms{quantile=\"0.5\"} 5.0
shop_ms{quantile=\"0.75\"} 5.0
shop_ms{quantile=\"0.95\"} 5.0
shop_ms{quantile=\"0.98\"} 5.0
shop_ms{quantile=\"0.99\"} 5.0
shop_ms{quantile=\"0.999\"} 5.0
# HELP shop_open open (scope: shop)
# TYPE shop_open gauge
shop_open -3
# HELP shop_orders_total orders (scope: shop)
# TYPE shop_orders_total counter
shop_orders_total 7
# HELP shop_size size (scope: shop)
# TYPE shop_size summary
shop_size_count 1
shop_size_sum 4
# HELP shop_size_max size (scope: shop)
# TYPE shop_size_max gauge
shop_size_max 4
# HELP shop_size_mean size (scope: shop)
# TYPE shop_size_mean gauge
shop_size_mean 4.0
# HELP shop_size_min size (scope: shop)
# TYPE shop_size_min gauge
shop_size_min 4
# HELP shop_up up (scope: shop)
# TYPE shop_up gauge
shop_up 1
# HELP shop_version_info version (scope: shop)
# TYPE shop_version_info gauge
shop_version_info{value=\"1\"} 1
";
    let at = request.text().find("# HELP shop_").unwrap();
    assert_eq!(&request.text()[at..], expected);
    assert_eq!(program.own("reports"), 1);
    assert_eq!(program.own("metrics"), 8);
    assert_eq!(
        program.own("bytes"),
        request.body.len().cast_signed() as i64
    );
    assert_eq!(program.own("droppedMetrics"), 0);
}

#[test]
fn job_and_labels_reach_the_gateway_whatever_is_in_them() {
    let values = [
        "v 2", "v+2", "a=b", "/a/b", "?>/ü", "..", ".", "%2F%", "a\nb", "名前", "#?&;", "@base64/",
    ];
    for value in values {
        let gateway = Receiver::start();
        // Of the two only the job's name may have what separates labels.
        let other = value.replace(';', "");
        let grouping = format!("k1={other};k2=x");
        let keys = [("jobName", value), ("groupingKey", &grouping)];
        let program = start(&gateway.url(""), &keys);
        program.report();
        let expected = labels(&[("job", value), ("k1", &other), ("k2", "x")]);
        assert_eq!(group(&only(&gateway)), expected);
    }
}

#[test]
fn what_the_format_treats_specially_makes_no_line_and_no_label_of_its_own() {
    const HOSTILE: &str = "a\"} 1\n# TYPE x counter\nx{y=\"\\,{}=\r é\u{1F600}";
    let gateway = Receiver::start();
    let keys = [("filterLabelValueCharacters", "false")];
    let program = start(&gateway.url(""), &keys);
    let hostile = program
        .root("shop", &[])
        .add_key_value("key", HOSTILE)
        .unwrap();
    hostile.counter(HOSTILE).unwrap();
    hostile.add_group(HOSTILE).unwrap().counter("n").unwrap();
    let text = Value::Text(format!("{HOSTILE}\0").into());
    hostile.settable_gauge("text", text).unwrap();
    program.report();
    let request = only(&gateway);
    let samples = sent(&request);
    assert_eq!(samples.len(), 3, "{samples:?}");
    for sample in &samples {
        assert_eq!(sample.labels["key"], HOSTILE);
    }
    let info = samples.iter().find(|it| it.name == "shop_key_text_info");
    // The one character that Prometheus cannot have.
    assert_eq!(info.unwrap().labels["value"], format!("{HOSTILE}\u{FFFD}"));
    assert_eq!(request.text().matches("# TYPE shop_").count(), 3);
}

#[test]
fn extreme_values_are_pushed_as_they_are() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[]);
    let shop = program.root("shop", &[]);
    let long = "n".repeat(65_535);
    for (name, value, _) in extremes(&long) {
        shop.settable_gauge(name, value).unwrap();
    }
    program.report();
    let samples = sent(&only(&gateway));
    for (name, _, expected) in extremes(&long) {
        let name = format!("shop_{name}");
        let sample = samples.iter().find(|sample| sample.name == name);
        assert_eq!(sample.map(|sample| &*sample.value), Some(expected));
    }
    assert_eq!(samples.len(), extremes(&long).len());
}

/// Names of gauges, their values, and how those are written.
fn extremes(long: &str) -> [(&str, Value, &'static str); 8] {
    [
        ("nan", Value::Double(f64::NAN), "NaN"),
        ("plus", Value::Double(f64::INFINITY), "+Inf"),
        ("minus", Value::Double(f64::NEG_INFINITY), "-Inf"),
        ("zero", Value::Double(-0.0), "-0.0"),
        ("most", Value::Int64(i64::MAX), "9223372036854775807"),
        ("least", Value::Int64(i64::MIN), "-9223372036854775808"),
        ("empty_info", Value::Int64(1), "1"),
        (long, Value::Int64(2), "2"),
    ]
}

#[test]
fn text_may_be_empty_or_long() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[]);
    let shop = program.root("shop", &[]);
    let long = "é\"".repeat(100_000);
    for (name, text) in [("empty", ""), ("long", &long)] {
        let text = Value::Text(text.into());
        shop.settable_gauge(name, text).unwrap();
    }
    program.report();
    let samples = sent(&only(&gateway));
    let text = |at: usize| samples[at].labels["value"].clone();
    assert_eq!((text(0), text(1)), (String::new(), long));
}

#[test]
fn series_that_the_gateway_could_not_tell_apart_do_not_lose_the_push() {
    let gateway = Receiver::start();
    let keys = [("groupingKey", "host=h")];
    let program = start(&gateway.url(""), &keys);
    for (key, value) in [("job", "1"), ("job", "2"), ("host", "3")] {
        let group = program.root("shop", &[]).add_key_value(key, value).unwrap();
        group.counter("n").unwrap();
    }
    program.report();
    let samples = sent(&only(&gateway));
    let names: Vec<&str> = samples.iter().map(|sample| &*sample.name).collect();
    assert_eq!(names, ["shop_host_n", "shop_job_n"]);
    assert!(samples.iter().all(|sample| sample.labels.is_empty()));
    assert!(said(&program).contains("another series of the same labels"));
}

#[test]
fn failures_of_every_kind_are_counted_and_the_next_push_has_everything() {
    let broken = Answer::new(503, "down").with_header("Retry-After", "1");
    for (conduct, why) in [
        (
            Conduct::Answer(Answer::new(400, "bad\nline 2")),
            "answers 400: bad line 2",
        ),
        (Conduct::status(404), "answers 404"),
        (Conduct::status(302), "answers 302"),
        (
            Conduct::Answer(Answer::new(429, "slow down")),
            "answers 429: slow down",
        ),
        (Conduct::status(500), "answers 500"),
        (Conduct::Answer(broken.clone()), "answers 503: down"),
        (Conduct::Silence, "did not answer in time"),
        (Conduct::Break, ""),
        (Conduct::CutShort(broken.clone(), 10), ""),
        (Conduct::Garbage(b"\x00\xFFnonsense\r\n\r\n".to_vec()), ""),
        (Conduct::Trickle(broken), "did not answer in time"),
    ] {
        let gateway = Receiver::start();
        let program = start(&gateway.url(""), &[("timeout", "200 ms")]);
        let orders = program
            .root("shop", &[])
            .monotonic_counter("orders")
            .unwrap();
        orders.inc(1);
        gateway.once(conduct.clone());
        let begin = Instant::now();
        program.report();
        let took = begin.elapsed();
        assert!(took < 20 * SECOND, "{conduct:?} took {took:?}");
        let counts = [
            "reports",
            "failedReports",
            "metrics",
            "failedMetrics",
            "bytes",
        ];
        let own = || counts.map(|name| program.own(name));
        assert_eq!(own(), [0, 1, 0, 1, 0], "{conduct:?}");
        let said = said(&program);
        let complaint = format!("reports do not arrive: {}/metrics/job/j ", gateway.url(""));
        assert!(said.contains(&complaint) && said.contains(why), "{said}");
        gateway.take();
        orders.inc(1);
        program.report();
        let samples = sent(&only(&gateway));
        assert_eq!(samples[0].value, "2");
        assert_eq!(own()[..4], [1, 1, 1, 1]);
        let said = program.said();
        assert!(
            said.iter()
                .any(|line| line.contains("reports arrive again"))
        );
    }
}

#[test]
fn gateway_that_asks_for_time_gets_it() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[SOON]);
    let answer = Answer::new(429, "").with_header("Retry-After", "25");
    gateway.once(Conduct::Answer(answer));
    let pushes_after = |seconds| {
        program.pass(seconds * SECOND);
        gateway.take().len()
    };
    assert_eq!([9, 24, 1, 9].map(pushes_after), [1, 0, 1, 1]);
}

#[test]
fn gateway_that_is_not_there_is_found_when_it_is() {
    let port = nobody();
    let url = format!("http://127.0.0.1:{port}");
    let program = start(&url, &[]);
    program.report();
    assert_eq!(program.own("failedReports"), 1);
    let gateway = Receiver::at(port);
    program.report();
    assert_eq!(program.own("reports"), 1);
    assert_eq!(only(&gateway).method, "PUT");
}

#[test]
fn host_that_nobody_knows_is_a_failure_like_others() {
    let program = start("http://nobody.invalid:9091", &[("timeout", "5 s")]);
    program.report();
    assert_eq!(program.own("failedReports"), 1);
    let said = said(&program);
    let complaint = "do not arrive: http://nobody.invalid:9091/metrics/job/j ";
    assert!(said.contains(complaint), "{said}");
}

#[test]
fn closing_pushes_a_last_time_and_deletes() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[("groupingKey", "k=v")]);
    program.root("shop", &[]).counter("open").unwrap().inc(3);
    program.runtime.close(PATIENCE).unwrap();
    let requests = gateway.take();
    assert_eq!(methods(&requests), ["PUT", "DELETE"]);
    assert_eq!(sent(&requests[0])[0].value, "3");
    let [put, delete] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!(delete.target, put.target);
    assert_eq!(
        (&delete.body[..], delete.header("content-type")),
        (&[][..], None)
    );
}

#[test]
fn nothing_is_deleted_without_being_asked_for() {
    let gateway = Receiver::start();
    let keys = [("deleteOnShutdown", "false")];
    let program = start(&gateway.url(""), &keys);
    program.runtime.close(PATIENCE).unwrap();
    assert_eq!(methods(&gateway.take()), ["PUT"]);
}

#[test]
fn what_could_not_be_deleted_is_said() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[]);
    gateway.once(Conduct::status(200));
    gateway.once(Conduct::status(500));
    program.runtime.close(PATIENCE).unwrap();
    let said = said(&program);
    assert!(said.contains("what was pushed last stays: "), "{said}");
    assert!(said.contains("answers 500"), "{said}");
}

#[test]
fn registry_that_is_dropped_deletes_nothing_and_says_so() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[]);
    program.report();
    let said = program.abandon().join("\n");
    assert_eq!(methods(&gateway.take()), ["PUT"]);
    assert!(said.contains("there is no time left"), "{said}");
}

#[test]
fn credentials_are_sent_and_nowhere_told() {
    const BASIC: &str = "Basic bWU6czNjcmV0w7w=";
    let keys = [("username", "me"), ("password", "s3cretü")];
    for (user, keys) in [("", &keys[..]), ("me:s3cret%C3%BC@", &[][..])] {
        let gateway = Receiver::start();
        let url = gateway
            .url("")
            .replace("http://", &format!("http://{user}"));
        let program = start(&url, keys);
        // A gateway that repeats what it was sent.
        let answer = format!("no {BASIC} and no s3cretü here");
        gateway.usually(Conduct::Answer(Answer::new(401, answer)));
        program.report();
        let request = only(&gateway);
        assert_eq!(request.header("authorization"), Some(BASIC));
        let said = said(&program);
        assert!(
            said.contains("answers 401: no Basic *** and no *** here"),
            "{said}"
        );
        assert!(!said.contains("s3cret") && !said.contains("bWU6"), "{said}");
        assert!(!request.text().contains("s3cret"));
    }
}

#[test]
fn credentials_in_two_places_are_refused_in_words_without_them() {
    let keys = [("username", "me"), ("password", "pass")];
    let refusal = try_start("http://u:s3cret@127.0.0.1:1", &keys)
        .err()
        .unwrap();
    let expected = "metrics.reporter.r.hostUrl: 'http://***@127.0.0.1:1' has a user beside \
                    username or bearer-token-file; right would be one of them";
    assert_eq!(refusal.message(), expected);
}

#[test]
fn parts_of_the_grouping_key_without_name_or_value_are_ignored_and_said() {
    let gateway = Receiver::start();
    let keys = [("groupingKey", "bad;k=v;x=")];
    let program = start(&gateway.url(""), &keys);
    program.report();
    assert_eq!(only(&gateway).target, "/metrics/job/j/k/v");
    let said = said(&program);
    for item in ["bad", "x="] {
        let complaint = format!("metrics.reporter.r.groupingKey: '{item}' is ignored");
        assert!(said.contains(&complaint), "{said}");
    }
}

#[test]
fn large_pages_are_sent_in_chunks() {
    let gateway = Receiver::start();
    let program = start(&gateway.url(""), &[]);
    let shop = program.root("shop", &[]);
    for number in 0..5_000 {
        let group = shop.add_key_value("zone", &number.to_string()).unwrap();
        group
            .counter("open.orders.of.the.zone")
            .unwrap()
            .inc(number);
    }
    program.report();
    let request = only(&gateway);
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    let samples = sent(&request);
    assert_eq!(samples.len(), 5_000);
    assert!(
        samples
            .iter()
            .all(|sample| sample.labels["zone"] == sample.value)
    );
    assert_eq!(program.own("metrics"), 5_000);
}
