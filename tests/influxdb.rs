//! Reports to InfluxDB: what is sent, and by which version of the API.
#![cfg(feature = "push-http")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pushed;
mod receivers;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use influxdb_line_protocol::{FieldValue, ParsedLine, parse_lines};
use metra::{ErrorKind, Value};
use pushed::{PATIENCE, Program, gauges};
use receivers::http::{Conduct, Receiver, Request};

/// Not at a tick, by which meters have their rates.
const INTERVAL: Duration = Duration::from_secs(12);

/// A program that reports to the receiver's database `flink`, with these keys besides.
fn program(receiver: &Receiver, keys: &[(&str, &str)]) -> Program {
    let port = receiver.port().to_string();
    let mut all = vec![
        ("factory.class", "influxdb"),
        ("host", "127.0.0.1"),
        ("port", &port),
    ];
    if !keys.iter().any(|(key, _)| *key == "bucket") {
        all.push(("db", "flink"));
    }
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

/// The points in the body of a request, without the time, which all of them must have.
fn points(request: &Request) -> Vec<&str> {
    let lines = request.text().strip_suffix('\n').unwrap().split('\n');
    let parts: Vec<_> = lines.map(|line| line.rsplit_once(' ').unwrap()).collect();
    assert!(parts.windows(2).all(|pair| pair[0].1 == pair[1].1));
    parts.into_iter().map(|(point, _)| point).collect()
}

/// The points in the body as InfluxData's parser has them.
fn parsed(request: &Request) -> Vec<ParsedLine<'_>> {
    parse_lines(request.text()).map(Result::unwrap).collect()
}

#[test]
fn every_type_has_flinks_fields() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("interval", "12 s")]);
    let root = program.root("app", &[("host", "h 1"), ("empty", "")]);
    root.counter("c").unwrap().inc(-4);
    root.monotonic_counter("up").unwrap().inc(4);
    let distribution = root.distribution("d").unwrap();
    distribution.update(1);
    distribution.update(4);
    root.meter("m", 60).unwrap().mark_event(120);
    gauges(&root);
    let large = format!("value={}.0", f64::MAX);
    let expected: Vec<_> = [
        ("c", "count=-4i"),
        ("up", "count=4i"),
        ("d", "count=2i,max=4i,mean=2.5,min=1i,sum=5i"),
        ("m", "count=120i,rate=2.0"),
        ("whole", "value=17i"),
        ("negative", "value=-4i"),
        ("most", "value=9223372036854775807i"),
        ("least", "value=-9223372036854775808i"),
        ("double", "value=0.1"),
        ("small", "value=0.0000001"),
        ("large", &large),
        ("minus_zero", "value=-0.0"),
        ("yes", "value=\"true\""),
        ("no", "value=\"false\""),
        ("text", "value=\"hello world\""),
        ("empty", "value=\"\""),
    ]
    .iter()
    .map(|(name, fields)| format!("app_{name},host=h\\ 1 {fields}"))
    .collect();
    program.pass(INTERVAL);
    let request = receiver.take().remove(0);
    assert_eq!(points(&request), expected);
    assert_eq!(program.reports(), (1, 0));
    assert_eq!(program.metrics(), (16, 0));
    assert_eq!(program.dropped(), 3, "NaN and two infinities");
    let bytes = i64::try_from(request.body.len()).unwrap();
    assert_eq!(program.own("bytes"), bytes);
}

#[test]
fn histograms_have_flinks_eleven_and_count_for_life() {
    for (exact, count) in [("false", 2), ("true", 1)] {
        let receiver = Receiver::start();
        let program = program(&receiver, &[("interval", "12 s"), ("flink-exact", exact)]);
        let root = program.root("app", &[]);
        root.histogram("none").unwrap();
        let group = root.add_key_value("topic", "a.b").unwrap();
        let histogram = group.histogram("h").unwrap();
        histogram.update(5);
        program.pass(10 * INTERVAL);
        receiver.take();
        histogram.update(9);
        program.pass(INTERVAL);
        let request = receiver.take().remove(0);
        let statistics =
            "max=9i,mean=9.0,min=9i,p50=9.0,p75=9.0,p95=9.0,p98=9.0,p99=9.0,p999=9.0,stddev=0.0";
        let expected = [
            "app_none count=0i,max=0i,min=0i".to_owned(),
            format!("app_topic_h,topic=a.b count={count}i,{statistics}"),
        ];
        assert_eq!(points(&request), expected);
        assert_eq!(program.dropped(), 0);
    }
}

#[test]
fn flinks_way_says_null_and_lets_a_backslash_swallow_what_follows() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("flink-exact", "true")]);
    let root = program.root("app", &[("k", "end\\"), ("time", "\tnow\n")]);
    root.gauge("silent", Box::new(|| None)).unwrap();
    let request = report(&program, &receiver);
    assert_eq!(
        points(&request),
        ["app_silent,k=end\\,time=\tnow value=\"null\""]
    );
}

#[test]
fn version_1_is_written_to_as_by_flink() {
    let receiver = Receiver::start();
    let keys = [
        ("db", "my db"),
        ("retentionPolicy", "one&hour"),
        ("consistency", "ALL"),
    ];
    let program = program(&receiver, &keys);
    program.root("app", &[]).counter("c").unwrap();
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let request = report(&program, &receiver);
    assert_eq!(request.method, "POST");
    assert_eq!(request.path(), "/write");
    let query = [
        ("db", "my db"),
        ("rp", "one&hour"),
        ("precision", "n"),
        ("consistency", "all"),
    ];
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(request.query(), query);
    let content_type = request.header("Content-Type");
    assert_eq!(content_type, Some("text/plain; charset=utf-8"));
    assert_eq!(request.header("Authorization"), None);
    assert_eq!(request.header("Content-Encoding"), None);
    // The clock was made before, and has moved by an hour.
    let hour = Duration::from_secs(3600);
    let time = u64::try_from(parsed(&request)[0].timestamp.unwrap()).unwrap();
    let time = Duration::from_nanos(time);
    assert!(time <= before + hour && time + PATIENCE > before + hour);
    assert_eq!(time.subsec_nanos() % 1_000_000, 0);
}

#[test]
fn version_2_is_written_to_with_a_token() {
    let receiver = Receiver::start();
    let keys = [
        ("org", "my org"),
        ("bucket", "b/1"),
        ("token", "s3cret=="),
        ("gzip", "true"),
    ];
    let program = program(&receiver, &keys);
    program.root("app", &[]).counter("c").unwrap();
    let request = report(&program, &receiver);
    assert_eq!(
        request.target,
        "/api/v2/write?org=my%20org&bucket=b%2F1&precision=ns"
    );
    let authorization = request.header("Authorization");
    assert_eq!(authorization, Some("Token s3cret=="));
    assert_eq!(request.header("Content-Encoding"), Some("gzip"));
    assert_eq!(points(&request), ["app_c count=0i"]);
}

#[test]
fn name_and_password_are_sent_as_by_flink() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[("username", "u"), ("password", "p w")]);
    program.root("app", &[]).counter("c").unwrap();
    let request = report(&program, &receiver);
    assert_eq!(request.header("Authorization"), Some("Basic dTpwIHc="));
}

/// Names and values that a line could break at, and what InfluxDB reads in their place.
const SPECIAL: [(&str, &str, &str); 14] = [
    ("with space", "with space", "with space"),
    (
        "comma,name=x y=1",
        "comma,name\\=x y\\=1",
        "comma,name=x y=1",
    ),
    ("quo\"te", "quo\"te", "quo\"te"),
    ("back\\slash", "back\\slash", "back\\slash"),
    ("end\\", "end_", "end_"),
    ("a\\ b\\,c\\=d", "a_ b_,c_\\=d", "a_ b_,c_=d"),
    ("x\\ \"y", "x_ \"y", "x_ \"y"),
    (
        "new\nline value=1i",
        "new_line value\\=1i",
        "newline value=1i",
    ),
    ("tab\there\r", "tab_here_", "tabhere"),
    ("# comment", "# comment", "# comment"),
    (
        "{curly}[sq]|<a>;:'@%/*?",
        "{curly}[sq]|<a>;:'@%/*?",
        "{curly}[sq]|<a>;:'@%/*?",
    ),
    (
        "\u{fc}n\u{ef} \u{540d}\u{524d} \u{1f600}",
        "\u{fc}n\u{ef} \u{540d}\u{524d} \u{1f600}",
        "\u{fc}n\u{ef} \u{540d}\u{524d} \u{1f600}",
    ),
    ("\u{85}\u{2028}", "_\u{2028}", "\u{2028}"),
    ("time", "time", "time"),
];

#[test]
fn nothing_in_a_name_or_a_value_makes_points_or_tags_of_its_own() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    for (text, _, _) in SPECIAL {
        let root = program.root("app", &[(text, text), ("last", "l")]);
        let group = root.add_group(text).unwrap();
        let value = Value::Text(text.into());
        group.settable_gauge(text, value).unwrap();
    }
    let request = report(&program, &receiver);
    let lines = parsed(&request);
    assert_eq!(lines.len(), SPECIAL.len());
    for (line, (text, name, tag)) in lines.iter().zip(SPECIAL) {
        let measurement = line.series.measurement.as_str();
        let scope = text.replace(|it: char| !it.is_ascii_alphanumeric() && it != ':', "_");
        assert_eq!(measurement, format!("app_{scope}_{name}"));
        let tags = line.series.tag_set.as_ref().unwrap();
        let pair = |(key, value): &(_, _)| format!("{key}: {value}");
        let mut tags: Vec<_> = tags.iter().map(pair).collect();
        let key = if tag == "time" { "time_" } else { tag };
        let mut expected = [format!("{key}: {tag}"), "last: l".to_owned()];
        tags.sort();
        expected.sort();
        assert_eq!(tags, expected);
        let (field, value) = &line.field_set[0];
        assert_eq!(field.as_str(), "value");
        assert!(matches!(value, FieldValue::String(read) if *read == text));
    }
    assert_eq!(program.dropped(), 0);
}

#[test]
fn root_of_any_name_has_flinks_characters() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let root = program.root("#my app,x=1 y=2\n", &[]);
    root.counter("c").unwrap();
    let request = report(&program, &receiver);
    assert_eq!(points(&request), ["_my_app_x_1_y_2__c count=0i"]);
}

#[test]
fn tag_is_there_once() {
    let receiver = Receiver::start();
    let keys = [("scope.variables.additional", "c:1,b:1,time_:0")];
    let program = program(&receiver, &keys);
    let variables = [
        ("b\n", "2"),
        ("a b", "3"),
        ("a", "4"),
        ("\n", "5"),
        ("time", "6"),
    ];
    program.root("app", &variables).counter("c").unwrap();
    let request = report(&program, &receiver);
    assert_eq!(
        points(&request),
        ["app_c,a=4,a\\ b=3,b=2,c=1,time_=6 count=0i"]
    );
}

#[test]
fn name_that_is_too_long_breaks_nothing() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let root = program.root("app", &[]);
    root.counter(&"x".repeat(65_535)).unwrap();
    root.counter(&"x".repeat(65_531)).unwrap();
    root.counter("c").unwrap();
    let request = report(&program, &receiver);
    let lengths: Vec<_> = points(&request).iter().map(|point| point.len()).collect();
    assert_eq!(
        lengths,
        [65_535 + " count=0i".len(), "app_c count=0i".len()]
    );
    assert_eq!(program.dropped(), 1);
    assert_eq!(program.metrics(), (2, 0));
}

#[test]
fn much_goes_in_several_requests() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let root = program.root("app", &[]);
    let padding = "x".repeat(1000);
    for number in 0..2500 {
        root.counter(&format!("{padding}{number}")).unwrap();
    }
    program.report();
    let requests = receiver.take();
    assert_eq!(requests.len(), 3);
    let whole = 1024 * 1024;
    assert!(requests.iter().all(|request| request.body.len() <= whole));
    assert!(
        requests[..2]
            .iter()
            .all(|request| request.body.len() + 2000 > whole)
    );
    let all = requests
        .iter()
        .map(|request| request.text().lines().count());
    assert_eq!(all.sum::<usize>(), 2500);
    assert_eq!(program.metrics(), (2500, 0));
    assert_eq!(receiver.connections(), 1, "which is used again");
}

#[test]
fn last_report_is_made_at_the_end() {
    let receiver = Receiver::start();
    let program = program(&receiver, &[]);
    let counter = program.root("app", &[]).counter("c").unwrap();
    receiver.once(Conduct::status(503));
    program.report();
    counter.inc(7);
    receiver.take();
    program.runtime.close(PATIENCE).unwrap();
    let requests = receiver.take();
    assert_eq!(points(&requests[0]), ["app_c count=7i"]);
    assert_eq!(requests.len(), 1);
}

#[test]
fn flinks_timeouts_and_cases_are_taken() {
    let receiver = Receiver::start();
    for keys in [
        [("connectTimeout", "10 s"), ("writeTimeout", "60000")],
        [("connectTimeout", "0"), ("writeTimeout", "0 s")],
        [("scheme", "HTTP"), ("consistency", "QUORUM")],
    ] {
        let program = program(&receiver, &keys);
        program.root("app", &[]).counter("c").unwrap();
        report(&program, &receiver);
        assert_eq!(program.reports(), (1, 0));
    }
}

#[test]
fn keys_that_nobody_could_use_are_refused() {
    let v1 = [("host", "h"), ("db", "d")];
    let v2 = [("host", "h"), ("org", "o"), ("bucket", "b"), ("token", "t")];
    let with = |keys: &[(&'static str, &'static str)], more: &[(&'static str, &'static str)]| {
        [keys, more].concat()
    };
    for (keys, expected) in [
        (vec![("db", "d")], "host is missing"),
        (vec![("host", "a b"), ("db", "d")], "host: 'a b' is no host"),
        (
            vec![("host", "h")],
            "db is missing; right would be the name of a database, or org",
        ),
        (with(&v1, &[("port", "0")]), "port: '0' is not a port"),
        (
            with(&v1, &[("scheme", "ftp")]),
            "scheme: 'ftp' is not known; right would be 'http' or",
        ),
        (
            with(&v1, &[("consistency", "one")]),
            "consistency: 'one' is not known",
        ),
        (
            with(&v1, &[("connectTimeout", "soon")]),
            "connectTimeout: 'soon' is not a duration",
        ),
        (
            with(&v1, &[("writeTimeout", "-1")]),
            "writeTimeout: '-1' is not a duration",
        ),
        (with(&v1, &[("gzip", "yes")]), "gzip: 'yes' is neither"),
        (
            with(&v1, &[("flink-exact", "yes")]),
            "flink-exact: 'yes' is neither",
        ),
        (
            with(&v1, &[("username", "u")]),
            "username: 'u' is a name without password",
        ),
        (with(&v1, &[("bucket", "b")]), "db: 'd' is for a database"),
        (
            with(&v2, &[("password", "p")]),
            "password: '***' is for a database",
        ),
        (v2[..3].to_vec(), "token is missing"),
        (with(&v2[..2], &[("token", "t")]), "bucket is missing"),
        (with(&v2[2..], &[("host", "h")]), "org is missing"),
        (
            with(&v2[..3], &[("token", "t\n")]),
            "token: '***' does not hold a token",
        ),
        (
            with(&v2, &[("token-file", "/nowhere")]),
            "token-file: '/nowhere' cannot be read",
        ),
    ] {
        let keys = with(&[("factory.class", "influxdb")], &keys);
        let error = Program::try_start(&keys).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let expected = format!("metrics.reporter.r.{expected}");
        assert!(error.message().starts_with(&expected), "{error}");
    }
}
