//! Graphite reporters and the carbons that they write to.
#![cfg(feature = "push")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod pushed;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use metra::{ErrorKind, JobInfo, TaskManagerInfo, Value};
use pushed::{PATIENCE, Program, gauges};

/// What a server does with connections.
#[derive(Clone, Copy)]
enum Conduct {
    /// Reads to the end and closes as well.
    Listen,
    /// Reads to the end and lets the connection be.
    Linger,
    /// Reads to the end, and answers without end and sense.
    Babble,
    /// Closes after a while without having read anything.
    Reset(Duration),
    /// Closes when it has read so many bytes.
    CutShort(usize),
    /// Reads a byte a second.
    Dawdle,
    /// Never reads.
    Silence,
}

/// A server on loopback.
struct Carbon {
    port: u16,
    conduct: Arc<Mutex<Conduct>>,
    /// What each connection said.
    received: Receiver<String>,
}

impl Carbon {
    fn start(conduct: Conduct) -> Self {
        Self::at(0, conduct)
    }

    fn at(port: u16, conduct: Conduct) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let conduct = Arc::new(Mutex::new(conduct));
        let (record, received) = channel();
        let told = Arc::clone(&conduct);
        thread::spawn(move || {
            let mut lingering = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let conduct = *told.lock().unwrap();
                // Nobody listens any more where this fails.
                if record.send(serve(&mut stream, conduct)).is_err() {
                    return;
                }
                if matches!(conduct, Conduct::Linger | Conduct::Silence) {
                    lingering.push(stream);
                }
            }
        });
        Self {
            port,
            conduct,
            received,
        }
    }

    fn now(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }

    /// What the next connection said.
    fn text(&self) -> String {
        self.received.recv_timeout(PATIENCE).unwrap()
    }

    /// The lines of the next connection, without their times.
    fn lines(&self) -> Vec<String> {
        untimed(&self.text())
    }
}

fn serve(stream: &mut TcpStream, conduct: Conduct) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut text = Vec::new();
    match conduct {
        Conduct::Listen | Conduct::Linger => {
            stream.read_to_end(&mut text).unwrap();
        }
        Conduct::Babble => {
            stream.read_to_end(&mut text).unwrap();
            let begin = Instant::now();
            while begin.elapsed() < PATIENCE && stream.write_all(b"\0garbage\n").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        }
        Conduct::CutShort(bytes) => {
            text = vec![0; bytes];
            stream.read_exact(&mut text).unwrap();
        }
        Conduct::Dawdle => {
            let (begin, mut byte) = (Instant::now(), [0]);
            while begin.elapsed() < PATIENCE && stream.read_exact(&mut byte).is_ok() {
                text.push(byte[0]);
                // It need not see the end of what it was sent.
                if text.len() == 3 {
                    break;
                }
                thread::sleep(Duration::from_secs(1));
            }
        }
        Conduct::Reset(pause) => {
            // There is something that it did not read.
            stream.peek(&mut [0]).unwrap();
            thread::sleep(pause);
        }
        Conduct::Silence => {}
    }
    String::from_utf8(text).unwrap()
}

/// A port where nobody listens.
fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Lines without their times, which are all the same.
fn untimed(text: &str) -> Vec<String> {
    let lines = text.strip_suffix('\n').unwrap().split('\n');
    let parts = lines.map(|line| line.rsplit_once(' ').unwrap());
    let (lines, times): (Vec<_>, Vec<_>) = parts.unzip();
    assert!(times.iter().all(|time| *time == times[0]));
    lines.into_iter().map(str::to_owned).collect()
}

/// A program that reports to `port` on loopback.
fn program(port: u16, keys: &[(&str, &str)]) -> Program {
    let port = port.to_string();
    let own = [
        ("factory.class", "graphite"),
        ("host", "127.0.0.1"),
        ("port", &port),
    ];
    Program::start(&[&own[..], keys].concat())
}

/// A line as carbon takes it apart.
#[derive(Debug, PartialEq)]
struct Series {
    path: String,
    tags: BTreeMap<String, String>,
    value: f64,
    time: u64,
}

impl Series {
    /// Reads `<path>[;<tag>=<value>…] <number> <seconds>`, by the rules of carbon for each of them.
    fn read(line: &str) -> Self {
        let parts: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(parts.len(), 3, "{line:?}");
        let (series, value, time) = (parts[0], parts[1], parts[2]);
        assert!(!(series.contains('{') && series.ends_with("\"}")), "{line}");
        let mut parts = series.split(';');
        let path = parts.next().unwrap().to_owned();
        assert_ne!(path, "");
        let mut tags = BTreeMap::new();
        for tag in parts {
            let (key, value) = tag.split_once('=').unwrap();
            assert!(!key.is_empty() && !key.contains(['!', '^']), "{line}");
            assert!(!value.is_empty() && !value.starts_with('~'), "{line}");
            tags.insert(key.to_owned(), value.to_owned());
        }
        // Otherwise it is lost.
        assert!(!tags.contains_key("name"), "{line}");
        assert!(!value.contains(['e', 'E']), "{line}");
        Self {
            path,
            tags,
            value: value.parse().unwrap(),
            time: time.parse().unwrap(),
        }
    }
}

#[test]
fn every_type_is_written_and_counted() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    let app = program.root("app", &[]);
    app.counter("counter").unwrap().inc(-3);
    app.monotonic_counter("monotonic").unwrap().inc(5);
    app.settable_gauge("gauge", Value::Double(0.25)).unwrap();
    app.distribution("distribution").unwrap().update(7);
    app.meter("meter", 60).unwrap().mark_event(9);
    app.histogram("histogram").unwrap();
    program.report();
    let text = carbon.text();
    let expected = [
        "app.counter.count -3",
        "app.monotonic.count 5",
        "app.gauge 0.25",
        "app.distribution.count 1",
        "app.distribution.sum 7",
        "app.distribution.min 7",
        "app.distribution.max 7",
        "app.distribution.mean 7.0",
        "app.meter.count 9",
        "app.meter.m1_rate 0.0",
        "app.histogram.count 0",
        "app.histogram.max 0",
        "app.histogram.min 0",
    ];
    assert_eq!(untimed(&text), expected);
    assert_eq!((program.reports(), program.metrics()), ((1, 0), (6, 0)));
    assert_eq!(program.own("bytes"), i64::try_from(text.len()).unwrap());
    app.unregister("counter").unwrap();
    program.report();
    assert_eq!(carbon.lines(), expected[1..]);
    assert_eq!((program.reports(), program.metrics()), ((2, 0), (11, 0)));
}

#[test]
fn each_report_has_a_connection_and_the_time_of_the_registrys_clock() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    program.root("app", &[]).counter("c").unwrap();
    let times = [1, 2, 3].map(|_| {
        program.report();
        Series::read(carbon.text().strip_suffix('\n').unwrap()).time
    });
    assert_eq!(times.map(|time| time - times[0]), [0, 3600, 7200]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let begin = times[0] - 3600;
    assert!(now.unwrap().as_secs().abs_diff(begin) < PATIENCE.as_secs());
}

#[test]
fn values_of_gauges_are_written_in_full_or_left_out_and_counted() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    gauges(&program.root("app", &[]));
    program.report();
    let large = format!("app.large 17976931348623157{}.0", "0".repeat(292));
    let expected = [
        "app.whole 17",
        "app.negative -4",
        "app.most 9223372036854775807",
        "app.least -9223372036854775808",
        "app.double 0.1",
        "app.small 0.0000001",
        &large,
        "app.minus_zero -0.0",
        "app.yes 1",
        "app.no 0",
    ];
    assert_eq!(carbon.lines(), expected);
    assert_eq!(program.dropped(), 5);
    let said = program.said();
    for text in [
        "reporter r: NaN and infinities are no values for Graphite",
        "reporter r: text is no value for Graphite",
    ] {
        assert!(said.iter().any(|line| line == text), "{said:?}");
    }
}

#[test]
fn flinks_lines_have_two_digits_and_what_is_not_finite() {
    let carbon = Carbon::start(Conduct::Listen);
    let keys = [("flink-exact", "true"), ("rateConversion", "MINUTES")];
    let program = program(carbon.port, &keys);
    let app = program.root("my app", &[]);
    gauges(&app);
    app.meter("meter", 60).unwrap();
    program.report();
    let large = format!("my-app.large 17976931348623157{}.00", "0".repeat(292));
    let expected = [
        "my-app.whole 17",
        "my-app.negative -4",
        "my-app.most 9223372036854775807",
        "my-app.least -9223372036854775808",
        "my-app.double 0.10",
        "my-app.small 0.00",
        &large,
        "my-app.minus_zero -0.00",
        "my-app.nan NaN",
        "my-app.infinite Infinity",
        "my-app.minus_infinite -Infinity",
        "my-app.yes 1",
        "my-app.no 0",
        "my-app.meter.count 0",
        "my-app.meter.m1_rate 0.00",
        "my-app.meter.m5_rate 0.00",
        "my-app.meter.m15_rate 0.00",
        "my-app.meter.mean_rate 0.00",
    ];
    assert_eq!(carbon.lines(), expected);
    assert_eq!(program.dropped(), 2);
}

/// Registers counters whose names and groups hold what lines, paths and tags are made of.
fn awkward(program: &Program) {
    let app = program.root("app 1 2\napp", &[("region", "eu west")]);
    let group = app
        .add_key_value("k;a=b!^", "~v;x=y\u{2028}1 2\r\n\u{1}")
        .unwrap();
    group.counter("x 5 6\ny 7 8").unwrap().inc(7);
    group.counter("größe;a=b{\"}").unwrap().inc(8);
    group.counter("\"").unwrap().inc(9);
    let group = app.add_key_value("name", "\"{x\"}").unwrap();
    group.counter("slash/../z").unwrap().inc(10);
}

#[test]
fn names_cannot_end_before_they_do() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    awkward(&program);
    program.report();
    let text = carbon.text();
    let read: Vec<Series> = text.lines().map(Series::read).collect();
    let time = read[0].time;
    let series = |path: &str, value| Series {
        path: format!("app-1-2-app.{path}.count"),
        tags: BTreeMap::new(),
        value,
        time,
    };
    let expected = [
        series("k-a=b!^.~v-x=y-1-2-.x-5-6-y-7-8", 7.0),
        series("k-a=b!^.~v-x=y-1-2-.größe-a=b{}", 8.0),
        series("k-a=b!^.~v-x=y-1-2-.-", 9.0),
        series("name.{x}.slash/__/z", 10.0),
    ];
    assert_eq!(read, expected);
}

#[test]
fn tagged_series_have_variables_as_tags() {
    let carbon = Carbon::start(Conduct::Listen);
    let keys = [
        ("tags", "true"),
        ("scope.variables.excludes", "tm_id;job_id"),
        ("scope.variables.additional", "env:prod"),
    ];
    let program = program(carbon.port, &keys);
    awkward(&program);
    let taskmanager = program.runtime.registry().taskmanager(&TaskManagerInfo {
        host: Some("h1"),
        tm_id: Some("tm1"),
    });
    let job = taskmanager.unwrap().job(&JobInfo {
        job_id: Some("1"),
        job_name: Some("Word Count"),
    });
    let meter = job.unwrap().meter("perSecond", 60).unwrap();
    meter.mark_event(1);
    program.report();
    let text = carbon.text();
    let read: Vec<Series> = text.lines().map(Series::read).collect();
    let time = read[0].time;
    let series = |path: &str, value, tags: &[(&str, &str)]| Series {
        path: path.to_owned(),
        tags: tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        value,
        time,
    };
    let [env, region] = [("env", "prod"), ("region", "eu-west")];
    let group = [env, ("k-a-b--", "-v-x=y-1-2-"), region];
    let named = [env, ("name_", "{x}"), region];
    let job = [env, ("host", "h1"), ("job_name", "Word-Count")];
    let expected = [
        series("app-1-2-app.k-a=b!^.x-5-6-y-7-8.count", 7.0, &group),
        series("app-1-2-app.k-a=b!^.größe-a=b{}.count", 8.0, &group),
        series("app-1-2-app.k-a=b!^.-.count", 9.0, &group),
        series("app-1-2-app.name.slash/__/z.count", 10.0, &named),
        series("flink.taskmanager.job.perSecond.count", 1.0, &job),
        series("flink.taskmanager.job.perSecond.m1_rate", 0.0, &job),
    ];
    assert_eq!(read, expected);
}

#[test]
fn prefix_comes_before_all_paths() {
    for (tags, paths) in [
        (
            "false",
            ["my.app.app.c.count", "my.app.h1.taskmanager.tm1.c.count"],
        ),
        ("true", ["my.app.app.c.count", "my.app.taskmanager.c.count"]),
    ] {
        let carbon = Carbon::start(Conduct::Listen);
        let program = program(carbon.port, &[("prefix", "my.app"), ("tags", tags)]);
        program.root("app", &[]).counter("c").unwrap();
        let taskmanager = program.runtime.registry().taskmanager(&TaskManagerInfo {
            host: Some("h1"),
            tm_id: Some("tm1"),
        });
        taskmanager.unwrap().counter("c").unwrap();
        program.report();
        let text = carbon.text();
        let read = text.lines().map(|line| Series::read(line).path);
        assert_eq!(read.collect::<Vec<_>>(), paths);
    }
}

#[test]
fn of_metrics_with_one_path_the_first_is_written_and_the_others_counted() {
    for is_exact in ["false", "true"] {
        let carbon = Carbon::start(Conduct::Listen);
        let program = program(carbon.port, &[("flink-exact", is_exact)]);
        let app = program.root("app", &[]);
        for (name, count) in [("a.b", 1), ("a_b", 2), ("q\"r", 3), ("qr", 4)] {
            app.counter(name).unwrap().inc(count);
        }
        program.report();
        assert_eq!(carbon.lines(), ["app.a_b.count 1", "app.qr.count 3"]);
        assert_eq!(program.dropped(), 2);
        let complaint = "reporter r: another metric has the same path";
        assert!(program.said().iter().any(|line| line == complaint));
        app.unregister("a.b").unwrap();
        program.report();
        assert_eq!(carbon.lines(), ["app.a_b.count 2", "app.qr.count 3"]);
    }
}

#[test]
fn blanks_and_dashes_are_two_paths_to_flink_and_one_to_graphite() {
    for (is_exact, lines) in [
        ("false", &["app.a-b.count 1"][..]),
        ("true", &["app.a-b.count 1", "app.a-b.count 2"]),
    ] {
        let carbon = Carbon::start(Conduct::Listen);
        let program = program(carbon.port, &[("flink-exact", is_exact)]);
        let app = program.root("app", &[]);
        app.counter("a b").unwrap().inc(1);
        app.counter("a-b").unwrap().inc(2);
        program.report();
        assert_eq!(carbon.lines(), lines);
    }
}

#[test]
fn metric_that_is_too_long_for_a_line_does_not_harm_others() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    let app = program.root("app", &[]);
    app.counter("before").unwrap();
    for length in [16_384, 65_535] {
        app.counter(&"x".repeat(length)).unwrap();
    }
    app.counter("behind").unwrap();
    program.report();
    assert_eq!(carbon.lines(), ["app.before.count 0", "app.behind.count 0"]);
    assert_eq!((program.dropped(), program.metrics()), (2, (2, 0)));
}

#[test]
fn large_reports_arrive_in_full() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    let app = program.root("app", &[]);
    for number in 0..50_000 {
        app.counter(&format!("c{number}")).unwrap().inc(number);
    }
    program.report();
    let lines = carbon.lines();
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(*line, format!("app.c{number}.count {number}"));
    }
    assert_eq!((lines.len(), program.metrics()), (50_000, (50_000, 0)));
}

#[test]
fn final_report_is_made_when_the_registry_closes() {
    let carbon = Carbon::start(Conduct::Listen);
    let program = program(carbon.port, &[]);
    program.root("app", &[]).counter("c").unwrap().inc(1);
    program.runtime.close(PATIENCE).unwrap();
    assert_eq!(carbon.lines(), ["app.c.count 1"]);
}

#[test]
fn nobody_who_listens_is_said_once_and_so_is_who_comes_back() {
    let port = nobody();
    let program = program(port, &[]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 2), (0, 2)));
    let carbon = Carbon::at(port, Conduct::Listen);
    program.report();
    assert_eq!(carbon.lines(), ["app.c.count 0"]);
    assert_eq!((program.reports(), program.metrics()), ((1, 2), (1, 2)));
    let said = program.said();
    let outage = "reporter r: reports do not arrive: connecting to 127.0.0.1:";
    assert!(said.iter().any(|line| line.starts_with(outage)), "{said:?}");
    let about_it = said.iter().filter(|line| line.contains("arrive"));
    assert_eq!(about_it.count(), 2, "{said:?}");
}

#[test]
fn name_that_does_not_resolve_fails_reports_and_not_the_registry() {
    let program = Program::start(&[
        ("factory.class", "graphite"),
        ("host", "nobody.invalid"),
        ("port", "2003"),
        ("timeout", "20 s"),
    ]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 1), (0, 1)));
    let said = program.said().join("\n");
    assert!(
        said.contains("connecting to nobody.invalid:2003: "),
        "{said}"
    );
}

#[test]
fn connection_that_is_broken_off_is_a_report_that_failed() {
    // While it is written to, or when everything is written.
    for pause in [Duration::ZERO, Duration::from_millis(200)] {
        let carbon = Carbon::start(Conduct::Reset(pause));
        let program = program(carbon.port, &[]);
        program.root("app", &[]).counter("c").unwrap();
        program.report();
        assert_eq!((program.reports(), program.metrics()), ((0, 1), (0, 1)));
        assert_eq!(program.own("bytes"), 0);
        let said = program.said().join("\n");
        assert!(said.contains("writing to 127.0.0.1:"), "{said}");
        carbon.now(Conduct::Listen);
        program.report();
        assert_eq!((program.reports(), program.metrics()), ((1, 1), (1, 1)));
    }
}

/// Registers so much that no buffer of the system's takes it in: 200 metrics of five lines.
fn heap(program: &Program) {
    let app = program.root("app", &[]);
    for number in 0..200 {
        let name = format!("{number}{}", "x".repeat(16_000));
        app.distribution(&name).unwrap();
    }
}

#[test]
fn connection_that_ends_in_the_midst_is_a_report_that_failed() {
    let carbon = Carbon::start(Conduct::CutShort(100_000));
    let program = program(carbon.port, &[]);
    heap(&program);
    program.report();
    assert_eq!(program.reports(), (0, 1));
    let (delivered, failed) = program.metrics();
    assert!(failed > 0 && delivered + failed == 200);
    carbon.now(Conduct::Listen);
    carbon.text();
    program.report();
    assert_eq!(carbon.lines().len(), 1000);
    assert_eq!(program.reports(), (1, 1));
}

#[test]
fn report_ends_when_its_time_is_up() {
    for conduct in [Conduct::Silence, Conduct::Dawdle] {
        let carbon = Carbon::start(conduct);
        let program = program(carbon.port, &[("timeout", "200 ms")]);
        heap(&program);
        let begin = Instant::now();
        program.report();
        // The machine may be slow, but not by this much.
        let took = begin.elapsed();
        assert!(took >= Duration::from_millis(200) && took < Duration::from_secs(20));
        assert_eq!(program.reports(), (0, 1));
        let said = program.said().join("\n");
        assert!(said.contains("it did not go on in time"), "{said}");
    }
}

#[test]
fn other_side_need_not_close_and_may_say_what_it_likes() {
    for conduct in [Conduct::Linger, Conduct::Babble] {
        let carbon = Carbon::start(conduct);
        let program = program(carbon.port, &[]);
        program.root("app", &[]).counter("c").unwrap();
        let begin = Instant::now();
        program.report();
        // It is looked at for a second and no longer.
        assert!(begin.elapsed() < Duration::from_secs(8));
        assert_eq!((program.reports(), program.metrics()), ((1, 0), (1, 0)));
        assert_eq!(carbon.lines(), ["app.c.count 0"]);
    }
}

#[test]
fn nothing_to_say_is_no_reason_to_connect() {
    let program = program(nobody(), &[]);
    program.report();
    assert_eq!(program.reports(), (1, 0));
}

/// A receiver of datagrams on loopback.
fn receiver() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

fn packets(socket: &UdpSocket) -> Vec<String> {
    let mut packet = vec![0; 65_536];
    let next = || {
        let length = socket.recv(&mut packet).ok()?;
        Some(String::from_utf8(packet[..length].to_vec()).unwrap())
    };
    std::iter::from_fn(next).collect()
}

#[test]
fn datagrams_hold_as_many_lines_as_fit_a_frame_and_flinks_one() {
    for (is_exact, most) in [("false", 1432), ("true", 30)] {
        let (socket, port) = receiver();
        let program = program(port, &[("protocol", "UDP"), ("flink-exact", is_exact)]);
        let app = program.root("app", &[]);
        for number in 100..300 {
            app.counter(&format!("c{number}")).unwrap();
        }
        program.report();
        let packets = packets(&socket);
        let line = "app.c100.count 0 1700000000\n".len();
        let lines = packets[0].len() / line;
        assert_eq!(lines, most / line);
        assert!(packets.iter().all(|packet| packet.ends_with('\n')));
        assert_eq!(packets.len(), 200_usize.div_ceil(lines));
        assert_eq!(untimed(&packets.concat()).len(), 200);
        assert_eq!((program.reports(), program.metrics()), ((1, 0), (200, 0)));
    }
}

#[test]
fn nobody_who_receives_datagrams_is_noticed() {
    let port = receiver().1;
    let program = program(port, &[("protocol", "UDP")]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 1), (0, 1)));
}

#[test]
fn registry_is_refused_where_a_key_is_not_right() {
    let refusal = |keys: &[(&str, &str)]| {
        let own = [("factory.class", "graphite")];
        let refused = Program::try_start(&[&own[..], keys].concat());
        refused.err().unwrap()
    };
    let port = ("port", "2003");
    let missing = refusal(&[port]);
    assert_eq!(missing.kind(), ErrorKind::Config);
    assert_eq!(
        missing.message(),
        "metrics.reporter.r.host is missing; right would be the name or the address of a host"
    );
    let bad = refusal(&[port, ("host", "h"), ("protocol", "udp")]);
    assert_eq!(
        bad.message(),
        "metrics.reporter.r.protocol: 'udp' is not known; right would be 'TCP' or 'UDP'"
    );
}
