//! StatsD reporters and the daemons that they send to.
#![cfg(feature = "push")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod pushed;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use metra::JobInfo;
use metra::{TaskManagerInfo, Value};
use pushed::{PATIENCE, Program, gauges};

/// A daemon on loopback.
struct Daemon(UdpSocket);

impl Daemon {
    fn start() -> Self {
        Self::at(0)
    }

    fn at(port: u16) -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self(socket)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    /// The datagrams that came. On loopback they are there when they are sent.
    fn packets(&self) -> Vec<String> {
        received(|packet| self.0.recv(packet))
    }

    /// The lines that came, in their order.
    fn lines(&self) -> Vec<String> {
        lines(&self.packets())
    }
}

fn received(mut receive: impl FnMut(&mut [u8]) -> std::io::Result<usize>) -> Vec<String> {
    let mut packet = vec![0; 65_536];
    let next = || match receive(&mut packet) {
        Ok(length) => Some(String::from_utf8(packet[..length].to_vec()).unwrap()),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            None
        }
    };
    std::iter::from_fn(next).collect()
}

fn lines(packets: &[String]) -> Vec<String> {
    let lines = packets.iter().flat_map(|packet| packet.split('\n'));
    lines.map(str::to_owned).collect()
}

/// A program that reports to the daemon at `port` on loopback.
fn program(port: u16, keys: &[(&str, &str)]) -> Program {
    let port = port.to_string();
    let own = [
        ("factory.class", "statsd"),
        ("host", "127.0.0.1"),
        ("port", &port),
    ];
    Program::start(&[&own[..], keys].concat())
}

/// A line as a daemon takes it apart.
#[derive(Debug, PartialEq)]
struct Line {
    name: String,
    value: f64,
    kind: String,
    tags: Vec<String>,
}

impl Line {
    /// Reads `<name>:<value>|<type>[|@<rate>][|#<tag>,…]`, and nothing else.
    fn read(line: &str) -> Self {
        let (name, rest) = line.split_once(':').unwrap();
        let mut sections = rest.split('|');
        let value = sections.next().unwrap().parse().unwrap();
        let kind = sections.next().unwrap().to_owned();
        assert!(kind == "c" || kind == "g", "{line}");
        let tags = sections.next().map(|tags| tags.strip_prefix('#').unwrap());
        assert_eq!(sections.next(), None, "{line}");
        let tags = tags.into_iter().flat_map(|tags| tags.split(','));
        Self {
            name: name.to_owned(),
            value,
            kind,
            tags: tags.map(str::to_owned).collect(),
        }
    }
}

/// What a daemon that adds up counters and keeps gauges knows in the end.
#[derive(Default)]
struct State(BTreeMap<String, f64>);

impl State {
    fn take(&mut self, lines: &[String]) {
        for line in lines {
            let is_change = line.contains(":-") || line.contains(":+");
            let Line {
                name, value, kind, ..
            } = Line::read(line);
            let known = self.0.entry(name).or_default();
            *known = if kind == "c" || is_change {
                *known + value
            } else {
                value
            };
        }
    }
}

#[test]
fn every_type_is_sent_and_counted() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[]);
    let app = program.root("app", &[]);
    app.counter("counter").unwrap().inc(-3);
    app.monotonic_counter("monotonic").unwrap().inc(5);
    app.settable_gauge("gauge", Value::Double(0.25)).unwrap();
    app.distribution("distribution").unwrap().update(7);
    app.meter("meter", 60).unwrap().mark_event(9);
    app.histogram("histogram").unwrap();
    program.report();
    let packets = daemon.packets();
    let expected = [
        "app.counter:0|g",
        "app.counter:-3|g",
        "app.monotonic:5|c",
        "app.gauge:0.25|g",
        "app.distribution.count:1|g",
        "app.distribution.sum:7|g",
        "app.distribution.min:7|g",
        "app.distribution.max:7|g",
        "app.distribution.mean:7.0|g",
        "app.meter.rate:0.0|g",
        "app.meter.count:9|g",
        "app.histogram.count:0|g",
        "app.histogram.max:0|g",
        "app.histogram.min:0|g",
    ];
    assert_eq!(packets, [expected.join("\n")]);
    assert_eq!(program.reports(), (1, 0));
    assert_eq!(program.metrics(), (6, 0));
    let bytes = i64::try_from(packets[0].len()).unwrap();
    assert_eq!(program.own("bytes"), bytes);
    app.unregister("gauge").unwrap();
    program.report();
    let lines = daemon.lines();
    // The counter did not move, and the gauge is gone.
    assert_eq!(lines.len(), expected.len() - 2);
    assert_eq!(program.metrics(), (10, 0));
}

#[test]
fn values_of_gauges_are_sent_in_full_or_left_out_and_counted() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[]);
    gauges(&program.root("app", &[]));
    program.report();
    let expected = [
        "app.whole:17|g",
        "app.negative:0|g",
        "app.negative:-4|g",
        "app.most:9223372036854775807|g",
        "app.least:0|g",
        "app.least:-9223372036854775808|g",
        "app.double:0.1|g",
        "app.small:1.0E-7|g",
        "app.large:1.7976931348623157E308|g",
        "app.minus_zero:0|g",
        "app.minus_zero:-0.0|g",
        "app.yes:1|g",
        "app.no:0|g",
    ];
    assert_eq!(daemon.lines(), expected);
    assert_eq!(program.dropped(), 5);
    program.report();
    assert_eq!(program.dropped(), 10);
    let said = program.said();
    let texts = [
        "reporter r: NaN and infinities are no values for StatsD",
        "reporter r: text is no value for StatsD",
    ];
    for text in texts {
        let times = said.iter().filter(|line| *line == text).count();
        assert_eq!(times, 1, "{said:?}");
    }
}

#[test]
fn flinks_stream_has_text_and_gauges_twice() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[("flink-exact", "true")]);
    let app = program.root("app", &[]);
    gauges(&app);
    app.monotonic_counter("sum").unwrap().inc(2);
    program.report();
    let packets = daemon.packets();
    assert!(packets.iter().all(|packet| !packet.contains('\n')));
    let of = |name: &str| {
        let prefix = format!("app.{name}:");
        let values = packets.iter().filter_map(|line| line.strip_prefix(&prefix));
        values.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("whole"), ["17|g", "17|g"]);
    assert_eq!(of("negative"), ["0|g", "-4|g", "-4|g"]);
    assert_eq!(of("minus_infinite"), ["0|g", "-Infinity|g", "-Infinity|g"]);
    assert_eq!(of("nan"), ["NaN|g", "NaN|g"]);
    assert_eq!(of("yes"), ["true|g"]);
    assert_eq!(of("text"), ["hello world|g"]);
    assert_eq!(of("empty"), ["|g"]);
    assert_eq!(of("sum"), ["2|g"]);
    assert_eq!(of("silent"), [""; 0]);
    assert_eq!((program.dropped(), program.metrics()), (0, (16, 0)));
}

#[test]
fn lines_are_packed_as_tight_as_packets_allow() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[("max-packet-size", "100")]);
    let app = program.root("app", &[]);
    for number in 0..40 {
        app.counter(&format!("c{number:02}")).unwrap().inc(-number);
    }
    program.report();
    let packets = daemon.packets();
    for (packet, next) in packets.iter().zip(&packets[1..]) {
        assert!(packet.len() <= 100);
        // A pair of lines, 0 and what it is for.
        let first: Vec<&str> = next.split('\n').take(2).collect();
        assert!(packet.len() + 1 + first.join("\n").len() > 100);
        assert!(first[0].ends_with(":0|g") && first[1].contains(":-"));
    }
    let mut state = State::default();
    state.take(&lines(&packets));
    let expected = (0..40).map(|number| (format!("app.c{number:02}"), -f64::from(number)));
    assert_eq!(state.0, expected.collect());
}

#[test]
fn counts_survive_an_outage_exactly() {
    let daemon = Daemon::start();
    let port = daemon.port();
    let program = program(port, &[("max-packet-size", "30")]);
    let app = program.root("app", &[]);
    let counters = ["a", "b", "c", "d"].map(|name| app.monotonic_counter(name).unwrap());
    let mut state = State::default();
    let count = |n| counters.iter().for_each(|counter| counter.inc(n));
    count(1);
    program.report();
    state.take(&daemon.lines());
    drop(daemon);
    for _ in 0..3 {
        count(10);
        program.report();
    }
    assert_eq!(program.reports(), (1, 3));
    let daemon = Daemon::at(port);
    count(100);
    program.report();
    state.take(&daemon.lines());
    program.report();
    assert_eq!(daemon.packets(), [""; 0]);
    assert!(state.0.values().all(|value| *value == 131.0));
    assert_eq!((state.0.len(), program.reports()), (4, (3, 3)));
    // A report that failed counts all metrics as failed, also those that it did not come to.
    assert_eq!(program.metrics(), (4 + 4, 3 * 4));
}

#[test]
fn final_report_is_made_when_the_registry_closes() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[]);
    program.root("app", &[]).counter("c").unwrap().inc(1);
    program.runtime.close(PATIENCE).unwrap();
    assert_eq!(daemon.packets(), ["app.c:1|g"]);
}

#[test]
fn metric_that_is_too_long_for_a_datagram_does_not_harm_others() {
    for is_exact in ["false", "true"] {
        let daemon = Daemon::start();
        let program = program(daemon.port(), &[("flink-exact", is_exact)]);
        let app = program.root("app", &[]);
        app.counter("before").unwrap();
        app.counter(&"x".repeat(65_535)).unwrap();
        app.counter("behind").unwrap();
        program.report();
        assert_eq!(daemon.lines(), ["app.before:0|g", "app.behind:0|g"]);
        assert_eq!(program.dropped(), 1);
        assert_eq!((program.reports(), program.metrics()), ((1, 0), (2, 0)));
        let complaint = "reporter r: a metric is too long for a datagram";
        assert!(program.said().iter().any(|line| line == complaint));
    }
}

#[test]
fn longest_metric_there_can_be_arrives() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[]);
    let name = "x".repeat(65_507 - "app.:1|g".len());
    program.root("app", &[]).counter(&name).unwrap().inc(1);
    program.report();
    assert_eq!(daemon.packets(), [format!("app.{name}:1|g")]);
}

#[test]
fn nobody_who_listens_is_noticed_and_said_once() {
    let port = Daemon::start().port();
    let program = program(port, &[]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 2), (0, 2)));
    let said = program.said();
    let complaints: Vec<_> = said.iter().filter(|line| line.contains("arrive")).collect();
    let place = format!("sending to 127.0.0.1:{port}: Connection refused");
    assert!(complaints[0].contains(&place), "{complaints:?}");
    assert_eq!(complaints.len(), 1);
}

#[test]
fn name_that_does_not_resolve_fails_reports_and_not_the_registry() {
    let program = Program::start(&[
        ("factory.class", "statsd"),
        ("host", "nobody.invalid"),
        ("port", "8125"),
        ("timeout", "20 s"),
    ]);
    program.root("app", &[]).counter("c").unwrap();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 1), (0, 1)));
    let said = program.said().join("\n");
    assert!(said.contains("sending to nobody.invalid:8125: "), "{said}");
}

#[test]
fn names_cannot_end_before_they_do() {
    let daemon = Daemon::start();
    let program = program(daemon.port(), &[]);
    let app = program.root("app:1|c\napp", &[]);
    let group = app.add_key_value("k|\r", "v\u{85}\u{1}").unwrap();
    group.counter("x:5|g\ny:6|g|#z").unwrap().inc(7);
    group.counter("größe 名前 😀 @#,;=").unwrap().inc(8);
    program.report();
    let read: Vec<Line> = daemon.lines().iter().map(|line| Line::read(line)).collect();
    let line = |name: &str, value| Line {
        name: format!("app-1-c-app.k--.v--.{name}"),
        value,
        kind: "g".to_owned(),
        tags: Vec::new(),
    };
    let expected = [
        line("x-5-g-y-6-g-#z", 7.0),
        line("größe 名前 😀 @#,;=", 8.0),
    ];
    assert_eq!(read, expected);
}

#[test]
fn dogstatsd_is_told_variables_as_tags() {
    let daemon = Daemon::start();
    let keys = [
        ("dogstatsd-tags", "true"),
        ("scope.variables.excludes", "tm_id;job_id"),
        ("scope.variables.additional", "env:prod"),
    ];
    let program = program(daemon.port(), &keys);
    let taskmanager = program.runtime.registry().taskmanager(&TaskManagerInfo {
        host: Some("h1"),
        tm_id: Some("tm1"),
    });
    let job = taskmanager.unwrap().job(&JobInfo {
        job_id: Some("1"),
        job_name: Some("Word, |Count\n"),
    });
    let topics = job.unwrap().add_key_value("topic", "a:b").unwrap();
    topics.monotonic_counter("bytes|read").unwrap().inc(3);
    let plain = program.root("app", &[]);
    plain.counter("c").unwrap().inc(-1);
    program.report();
    let lines = daemon.lines();
    assert_eq!(
        lines,
        [
            "flink.taskmanager.job.topic.bytes-read:3|c|#env:prod,host:h1,job_name:Word- -Count-,topic:a:b",
            "app.c:0|g|#env:prod",
            "app.c:-1|g|#env:prod"
        ]
    );
    let read = Line::read(&lines[0]);
    let tags = ["env:prod", "host:h1", "job_name:Word- -Count-", "topic:a:b"];
    assert_eq!(read.tags, tags);
}

/// A folder for a socket, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("metra-statsd-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }

    fn listen(&self) -> UnixDatagram {
        let _ = std::fs::remove_file(self.socket());
        let socket = UnixDatagram::bind(self.socket()).unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    }

    /// A program that reports to the socket.
    fn program(&self, keys: &[(&str, &str)]) -> Program {
        let path = self.socket();
        let own = [
            ("factory.class", "statsd"),
            ("socket", path.to_str().unwrap()),
        ];
        Program::start(&[&own[..], keys].concat())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn daemon_behind_a_unix_socket_may_come_and_go() {
    let folder = Folder::new("come-and-go");
    let program = folder.program(&[]);
    let sum = program.root("app", &[]).monotonic_counter("sum").unwrap();
    sum.inc(1);
    program.report();
    assert_eq!(program.reports(), (0, 1));
    let daemon = folder.listen();
    program.report();
    assert_eq!(received(|packet| daemon.recv(packet)), ["app.sum:1|c"]);
    drop(daemon);
    sum.inc(2);
    program.report();
    let daemon = folder.listen();
    sum.inc(4);
    program.report();
    assert_eq!(received(|packet| daemon.recv(packet)), ["app.sum:6|c"]);
    assert_eq!(program.reports(), (2, 2));
    let place = format!("sending to {}: ", folder.socket().display());
    assert!(program.said().iter().any(|line| line.contains(&place)));
}

#[test]
fn packets_to_a_unix_socket_are_larger() {
    let folder = Folder::new("larger");
    let (daemon, program) = (folder.listen(), folder.program(&[]));
    let app = program.root("app", &[]);
    let names: Vec<String> = (0..2000).map(|number| format!("c{number:04}")).collect();
    for name in &names {
        app.counter(name).unwrap();
    }
    program.report();
    let packets = received(|packet| daemon.recv(packet));
    let line = "app.c0000:0|g\n".len();
    let most = (8192 + 1) / line;
    let sizes: Vec<usize> = packets.iter().map(String::len).collect();
    assert_eq!(sizes[0], most * line - 1);
    assert_eq!(lines(&packets).len(), names.len());
}

/// The daemon takes some datagrams and then no more for a while: what it took is not sent again, the rest is.
#[test]
fn counts_that_arrived_before_a_failure_do_not_arrive_again() {
    let folder = Folder::new("slow");
    let daemon = folder.listen();
    let program = folder.program(&[("max-packet-size", "30"), ("timeout", "200 ms")]);
    let app = program.root("app", &[]);
    let counters: Vec<_> = (0..2000)
        .map(|number| app.monotonic_counter(&format!("c{number:04}")).unwrap())
        .collect();
    let mut state = State::default();
    let begin = std::time::Instant::now();
    for round in 0..3 {
        counters.iter().for_each(|counter| counter.inc(1));
        program.report();
        assert_eq!(program.own("failedReports"), round + 1);
        let lines = lines(&received(|packet| daemon.recv(packet)));
        assert!(!lines.is_empty() && lines.len() < counters.len());
        state.take(&lines);
    }
    assert!(begin.elapsed() < Duration::from_secs(30));
    std::thread::scope(|scope| {
        // From now on it reads as fast as it is written to.
        daemon.set_nonblocking(false).unwrap();
        daemon.set_read_timeout(Some(PATIENCE)).unwrap();
        let reading = scope.spawn(|| {
            let mut packet = [0; 100];
            while state.0.len() < counters.len() || state.0.values().any(|value| *value != 3.0) {
                let length = daemon.recv(&mut packet).unwrap();
                let text = String::from_utf8_lossy(&packet[..length]).into_owned();
                state.take(&lines(&[text]));
            }
        });
        program.report();
        program.report();
        reading.join().unwrap();
    });
    daemon.set_nonblocking(true).unwrap();
    program.report();
    assert_eq!(received(|packet| daemon.recv(packet)), [""; 0]);
}
