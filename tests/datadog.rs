//! Reports to Datadog: what is sent, and by which version of the API.
#![cfg(feature = "push-http")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pushed;
mod receivers;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metra::{ErrorKind, Group};
use pushed::{PATIENCE, Program, gauges};
use receivers::http::{Conduct, Receiver, Request};
use serde_json::{Value, json};

/// A program that reports to the receiver, with these keys besides.
fn program(receiver: &Receiver, keys: &[(&str, &str)]) -> Program {
    let url = receiver.url("");
    let mut all = vec![
        ("factory.class", "datadog"),
        ("apikey", "s3cret"),
        ("url", &*url),
    ];
    all.extend(keys);
    Program::start(&all)
}

/// Reports once; the one request that this takes.
fn report(program: &Program, receiver: &Receiver) -> Request {
    program.report();
    let mut requests = receiver.take();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

fn series(request: &Request) -> Vec<Value> {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["series"].as_array().unwrap().clone()
}

/// The type and the value of each series, by its name, which only one has.
fn values(requests: &[Request]) -> BTreeMap<String, (Value, Value)> {
    let mut values = BTreeMap::new();
    for series in requests.iter().flat_map(series) {
        let point = &series["points"][0];
        let value = point.get("value").unwrap_or(&point[1]).clone();
        let name = series["metric"].as_str().unwrap().to_owned();
        let before = values.insert(name, (series["type"].clone(), value));
        assert_eq!(before, None);
    }
    values
}

/// Registers one of each type.
fn every_type(root: &Group) {
    root.counter("c").unwrap().inc(-4);
    root.monotonic_counter("up").unwrap().inc(4);
    let distribution = root.distribution("d").unwrap();
    distribution.update(1);
    distribution.update(4);
    root.meter("m", 60).unwrap().mark_event(120);
    root.histogram("h").unwrap().update(9);
    root.histogram("none").unwrap();
    gauges(root);
}

#[test]
fn every_type_has_flinks_series_in_version_2() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("interval", "12 s")]);
    every_type(&program.root("app", &[]));
    // Not at a tick, by which meters have their rates.
    program.pass(Duration::from_secs(12));
    let requests = receiver.take();
    let (count, gauge) = (json!(1), json!(3));
    let mut expected = BTreeMap::new();
    for (name, new) in [("c", -4), ("up", 4), ("m.count", 120)] {
        expected.insert(format!("app.{name}"), (count.clone(), json!(new)));
    }
    for (name, value) in [
        ("d.avg", json!(2.5)),
        ("d.count", json!(2)),
        ("d.max", json!(4)),
        ("d.min", json!(1)),
        ("d.sum", json!(5)),
        ("m", json!(2.0)),
        ("h.avg", json!(9.0)),
        ("h.count", json!(1)),
        ("h.median", json!(9.0)),
        ("h.95percentile", json!(9.0)),
        ("h.min", json!(9)),
        ("h.max", json!(9)),
        ("none.count", json!(0)),
        ("none.min", json!(0)),
        ("none.max", json!(0)),
        ("whole", json!(17)),
        ("negative", json!(-4)),
        ("most", json!(i64::MAX)),
        ("least", json!(i64::MIN)),
        ("double", json!(0.1)),
        ("small", json!(1e-7)),
        ("large", json!(f64::MAX)),
        ("minus_zero", json!(-0.0)),
        ("yes", json!(1)),
        ("no", json!(0)),
    ] {
        expected.insert(format!("app.{name}"), (gauge.clone(), value));
    }
    assert_eq!(values(&requests), expected);
    assert_eq!(program.reports(), (1, 0));
    assert_eq!(program.metrics(), (16, 0));
    assert_eq!(program.dropped(), 5, "NaN, two infinities, two texts");
    let bytes = i64::try_from(requests[0].body.len()).unwrap();
    assert_eq!(program.own("bytes"), bytes);
}

#[test]
fn version_2_has_its_key_in_a_header_and_is_compressed() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("tags", "env:prod, ,team:x")]);
    let variables = [("host", "h 1"), ("topic", "a.b")];
    program.root("app", &variables).counter("c.d").unwrap();
    assert!(receiver.take().is_empty(), "nothing is asked at the start");
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let request = report(&program, &receiver);
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/api/v2/series");
    assert_eq!(request.header("DD-API-KEY"), Some("s3cret"));
    assert_eq!(request.header("Authorization"), None);
    assert_eq!(request.header("Content-Encoding"), Some("gzip"));
    let content_type = request.header("Content-Type");
    assert_eq!(content_type, Some("application/json; charset=utf-8"));
    let mut series = series(&request);
    // The clock was made before, and has moved by an hour.
    let time = series[0]["points"][0]["timestamp"].take().as_u64().unwrap();
    let hour = Duration::from_secs(3600);
    let time = Duration::from_secs(time);
    assert!(time <= before + hour && time + PATIENCE > before + hour);
    let expected = json!({
        "type": 1,
        "resources": [{"type": "host", "name": "h 1"}],
        "tags": ["env:prod", "team:x", "topic:a.b"],
        "points": [{"timestamp": null, "value": 0}],
        "metric": "app.c_d",
    });
    assert_eq!(series, [expected]);
}

#[test]
fn version_1_has_its_key_in_a_header_too() {
    let receiver = Receiver::start();
    let keys = [("api-version", "v1"), ("gzip", "false")];
    let program = program(&receiver, &keys);
    let root = program.root("app", &[("host", "")]);
    root.meter("m", 60).unwrap().mark_event(2);
    let request = report(&program, &receiver);
    assert_eq!(request.target, "/api/v1/series");
    assert_eq!(request.header("DD-API-KEY"), Some("s3cret"));
    assert_eq!(request.header("Content-Encoding"), None);
    let mut series = series(&request);
    let point = series[0]["points"][0].take();
    assert_eq!(point[1], json!(0.0));
    assert_eq!(series[1]["points"][0].take(), json!([point[0], 2]));
    let expected = |name: &str, kind: &str| {
        json!({
            "type": kind, "tags": [], "points": [null], "metric": name,
        })
    };
    let expected = [expected("app.m", "gauge"), expected("app.m.count", "count")];
    assert_eq!(series, expected);
}

#[test]
fn flinks_way_is_version_1_with_the_key_in_the_query() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("flink-exact", "true")]);
    let variables = [("a:b", "x,y\n"), ("host", "")];
    let root = program.root("app", &variables);
    root.meter("m", 60).unwrap().mark_event(2);
    root.settable_gauge("nan", metra::Value::Double(f64::NAN))
        .unwrap();
    root.settable_gauge("yes", metra::Value::Bool(true))
        .unwrap();
    root.gauge("silent", Box::new(|| None)).unwrap();
    let request = report(&program, &receiver);
    assert_eq!(request.target, "/api/v1/series?api_key=s3cret");
    assert_eq!(request.header("DD-API-KEY"), None);
    assert_eq!(request.header("Content-Encoding"), None);
    let text = request.text();
    let time = text.split("[[").nth(1).unwrap().split(',').next().unwrap();
    let series = |value: &str, name: &str| {
        format!(
            r#"{{"type":"gauge","host":"","tags":["","a:b:x,y\n"],"points":[[{time},{value}]],"metric":"app.{name}"}}"#
        )
    };
    let (rate, nan) = (series("0.0", "m"), series("\"NaN\"", "nan"));
    assert_eq!(text, format!("{{\"series\":[{rate},{nan}]}}"));
    assert_eq!(program.dropped(), 1);
}

#[test]
fn logical_names_have_flinks_prefix_and_names_as_registered() {
    let receiver = Receiver::start();
    let keys = [("useLogicalIdentifier", "true"), ("prefix", "my")];
    let program = program(&receiver, &keys);
    let root = program.root("app", &[]);
    let group = root.add_key_value("topic", "a.b").unwrap();
    group.counter("c.d").unwrap();
    let registry = program.runtime.registry();
    let info = metra::TaskManagerInfo {
        host: Some("h"),
        tm_id: Some("t"),
    };
    let manager = registry.taskmanager(&info).unwrap();
    manager.counter("c").unwrap();
    let request = report(&program, &receiver);
    let series = series(&request);
    assert_eq!(series[0]["metric"], "app.topic.c.d");
    assert_eq!(series[0]["tags"], json!(["topic:a.b"]));
    assert_eq!(series[1]["metric"], "my.taskmanager.c");
    assert_eq!(series[1]["tags"], json!(["tm_id:t"]));
}

#[test]
fn nothing_in_a_name_or_a_value_breaks_out_of_its_text() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let texts = [
        "\"],\"metric\":\"x\"}]}",
        "back\\slash\\",
        "new\nline\r\ttab",
        "\u{fc}n\u{ef} \u{540d}\u{524d} \u{1f600}",
        "\u{85}\u{7f}\u{2028}",
        "{curly}[sq]|<a>;'@#%/*?",
    ];
    for text in texts {
        let root = program.root("app", &[(text, text), ("host", text)]);
        root.add_group(text).unwrap().counter(text).unwrap();
    }
    let request = report(&program, &receiver);
    let series = series(&request);
    assert_eq!(series.len(), texts.len());
    for (series, text) in series.iter().zip(texts) {
        assert_eq!(series["metric"], format!("app.{text}.{text}"));
        assert_eq!(series["resources"][0]["name"], text);
        let splits = |letter: char| letter == ',' || letter.is_control();
        let value = text.replace(splits, "_");
        let key = value.replace(':', "_");
        assert_eq!(series["tags"], json!([format!("{key}:{value}")]));
    }
}

#[test]
fn long_names_and_texts_break_nothing() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let long = "x".repeat(65_535);
    let root = program.root("app", &[("k", &long)]);
    root.counter(&long).unwrap();
    root.counter("c").unwrap();
    let values = values(&[report(&program, &receiver)]);
    let names: Vec<_> = values.into_keys().collect();
    assert_eq!(names, ["app.c".to_owned(), format!("app.{long}")]);
}

#[test]
fn requests_have_no_more_series_than_they_may() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("maxMetricsPerRequest", "3")]);
    let root = program.root("app", &[]);
    root.counter("a").unwrap().inc(1);
    root.counter("b").unwrap().inc(1);
    root.meter("m", 60).unwrap().mark_event(1);
    root.histogram("h").unwrap();
    root.distribution("d").unwrap().update(1);
    program.report();
    let requests = receiver.take();
    let counts = requests.iter().map(|request| series(request).len());
    assert!(counts.eq([2, 2, 3, 3, 2]));
    assert_eq!(values(&requests).len(), 12);
    assert_eq!(program.metrics(), (5, 0));
}

#[test]
fn requests_are_no_longer_than_datadog_takes() {
    for (gzip, most) in [("true", 2 * 1024 * 1024), ("false", 500_000)] {
        let receiver = Receiver::start();
        let keys = [("gzip", gzip), ("maxMetricsPerRequest", "100000")];
        let program = program(&receiver, &keys);
        let root = program.root("app", &[]);
        let padding = "x".repeat(1000);
        for number in 0..4000 {
            root.counter(&format!("{padding}{number}")).unwrap();
        }
        program.report();
        let requests = receiver.take();
        let lengths: Vec<_> = requests.iter().map(|request| request.body.len()).collect();
        assert!(lengths.iter().all(|length| *length <= most), "{lengths:?}");
        let whole = &lengths[..lengths.len() - 1];
        assert!(whole.iter().all(|length| length + 2000 > most));
        assert_eq!(values(&requests).len(), 4000);
    }
}

#[test]
fn proxy_is_asked_for_a_tunnel() {
    let receiver = Receiver::start();
    let proxy = receiver.port().to_string();
    let keys = [
        ("url", "http://intake.invalid:81/a/"),
        ("proxyHost", "127.0.0.1"),
        ("proxyPort", &proxy),
    ];
    let program = program(&receiver, &keys);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    let requests = receiver.take();
    let asked: Vec<_> = requests
        .iter()
        .map(|request| (&*request.method, &*request.target))
        .collect();
    assert_eq!(
        asked,
        [
            ("CONNECT", "intake.invalid:81"),
            ("POST", "/a/api/v2/series")
        ]
    );
    assert_eq!(requests[0].header("DD-API-KEY"), None);
    assert_eq!(requests[1].header("Host"), Some("intake.invalid:81"));
    assert_eq!(program.reports(), (1, 0));
}

#[test]
fn url_may_name_a_user() {
    let receiver = Receiver::start();
    let url = format!("http://u:p@127.0.0.1:{}", receiver.port());
    let program = program(&receiver, &[("url", &url), ("password", "ignored")]);
    program.root("app", &[]).counter("c").unwrap();
    let request = report(&program, &receiver);
    assert_eq!(request.header("Authorization"), Some("Basic dTpw"));
}

#[test]
fn datadog_is_where_its_site_is() {
    let proxy = Receiver::start();
    let port = proxy.port().to_string();
    for (keys, expected) in [
        (&[][..], "api.datadoghq.com:443"),
        (&[("dataCenter", "EU")], "api.datadoghq.eu:443"),
        (
            &[("site", "us5.datadoghq.com")],
            "api.us5.datadoghq.com:443",
        ),
        (&[("api-version", "v1")], "app.datadoghq.com:443"),
        (
            &[("dataCenter", "EU"), ("flink-exact", "true")],
            "app.datadoghq.eu:443",
        ),
        (
            &[("site", "ddog-gov.com"), ("api-version", "v1")],
            "api.ddog-gov.com:443",
        ),
    ] {
        let always = [
            ("factory.class", "datadog"),
            ("apikey", "s3cret"),
            ("proxyHost", "127.0.0.1"),
            ("proxyPort", &port),
        ];
        let program = Program::start(&[&always, keys].concat());
        program.root("app", &[]).counter("c").unwrap();
        // It speaks no TLS, and hears whom it should lead to.
        proxy.once(Conduct::status(502));
        program.report();
        let request = proxy.take().remove(0);
        assert_eq!((&*request.method, &*request.target), ("CONNECT", expected));
        assert_eq!(program.reports(), (0, 1));
    }
}

#[test]
fn last_report_is_made_at_the_end() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let counter = program.root("app", &[]).counter("c").unwrap();
    counter.inc(3);
    receiver.once(Conduct::status(503));
    program.report();
    counter.inc(4);
    receiver.take();
    program.runtime.close(PATIENCE).unwrap();
    let requests = receiver.take();
    assert_eq!(values(&requests)["app.c"].1, json!(7));
}

#[test]
fn keys_that_nobody_could_use_are_refused() {
    let with = |keys: &[(&'static str, &'static str)]| [&[("apikey", "k")], keys].concat();
    for (keys, expected) in [
        (vec![], "apikey is missing; right would be an API key, here"),
        (vec![("apikey", "")], "apikey: '***' is empty"),
        (
            vec![("apikey", "a b")],
            "apikey: '***' does not hold a token",
        ),
        (
            vec![("apikey-file", "/nowhere")],
            "apikey-file: '/nowhere' cannot be read",
        ),
        (
            with(&[("dataCenter", "us")]),
            "dataCenter: 'us' is not known; right would be 'US' or",
        ),
        (with(&[("site", "a/b")]), "site: 'a/b' is no host"),
        (with(&[("url", "nonsense")]), "url: 'nonsense' is no URL"),
        (
            with(&[("site", "a"), ("dataCenter", "EU")]),
            "site: 'a' is a second place beside dataCenter",
        ),
        (
            with(&[("url", "http://h"), ("site", "a")]),
            "url: 'http://h' is a second place beside site",
        ),
        (
            with(&[("api-version", "v3")]),
            "api-version: 'v3' is not known; right would be 'v1' or 'v2'",
        ),
        (
            with(&[("api-version", "v2"), ("flink-exact", "true")]),
            "api-version: 'v2' is not Flink's",
        ),
        (with(&[("proxyPort", "x")]), "proxyPort: 'x' is not a port"),
        (with(&[("proxyHost", "a b")]), "proxyHost: 'a b' is no host"),
        (
            with(&[("maxMetricsPerRequest", "0")]),
            "maxMetricsPerRequest: '0' is none at all",
        ),
        (
            with(&[("maxMetricsPerRequest", "many")]),
            "maxMetricsPerRequest: 'many' is not",
        ),
        (
            with(&[("useLogicalIdentifier", "1")]),
            "useLogicalIdentifier: '1' is neither",
        ),
        (with(&[("gzip", "1")]), "gzip: '1' is neither"),
    ] {
        let keys = [&[("factory.class", "datadog")], &keys[..]].concat();
        let error = Program::try_start(&keys).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let expected = format!("metrics.reporter.r.{expected}");
        assert!(error.message().starts_with(&expected), "{error}");
    }
}
