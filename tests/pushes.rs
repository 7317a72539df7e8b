//! Reporters with threads of their own: when they report, for how long, and what they leave alone.
#![cfg(feature = "push-http")]
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failing test may panic"
)]

use std::net::{TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use metra::metric::MonotonicCounter;
use metra::{Clock, Config, ErrorKind, Group, ManualClock, RootInfo, Runtime, Setup};

const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(60);

/// A registry with these keys, on this clock; what it says goes into the text.
fn start(keys: &[(String, String)], clock: Clock) -> (Runtime, Arc<Mutex<String>>) {
    let mut config = Config::new();
    for (key, value) in keys {
        config.set(key, value).unwrap();
    }
    let said = Arc::<Mutex<String>>::default();
    let sink = Arc::clone(&said);
    let setup = Setup {
        config,
        clock,
        sink: Some(Arc::new(Box::new(move |_, text| {
            let mut said = sink.lock().unwrap();
            said.push_str(text);
            said.push('\n');
        }))),
        ..Setup::default()
    };
    (Runtime::start(setup).unwrap(), said)
}

/// The keys of a reporter.
fn reporter<'a>(
    name: &'a str,
    keys: &'a [(&'a str, &'a str)],
) -> impl Iterator<Item = (String, String)> + 'a {
    let key = move |(key, value): &(&str, &str)| {
        (
            format!("metrics.reporter.{name}.{key}"),
            (*value).to_owned(),
        )
    };
    keys.iter().map(key)
}

/// The keys of a StatsD reporter that sends to `port`.
fn statsd(name: &str, port: u16, interval: &str) -> Vec<(String, String)> {
    let port = port.to_string();
    let keys = [
        ("factory.class", "statsd"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("interval", interval),
        ("filter.excludes", "metra.*"),
    ];
    reporter(name, &keys).collect()
}

/// The keys of an InfluxDB reporter that sends to `port`.
fn influxdb(name: &str, port: u16, timeout: &str) -> Vec<(String, String)> {
    let port = port.to_string();
    let keys = [
        ("factory.class", "influxdb"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("db", "metrics"),
        ("timeout", timeout),
    ];
    reporter(name, &keys).collect()
}

fn shop(runtime: &Runtime) -> Group {
    let (name, variables) = ("shop", &[][..]);
    runtime
        .registry()
        .root(&RootInfo { name, variables })
        .unwrap()
}

/// What metra's own metric of a reporter says.
fn own(runtime: &Runtime, reporter: &str, name: &str) -> i64 {
    own_counter(runtime, reporter, name).count()
}

fn own_counter(runtime: &Runtime, reporter: &str, name: &str) -> Arc<MonotonicCounter> {
    let (root, variables) = ("metra", &[][..]);
    let root = runtime.registry().root(&RootInfo {
        name: root,
        variables,
    });
    let group = root.unwrap().add_key_value("reporter", reporter).unwrap();
    group.monotonic_counter(name).unwrap()
}

/// A server that accepts and never says anything.
fn silent() -> (TcpListener, u16) {
    // The system accepts for it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn receiver() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

fn receive(socket: &UdpSocket) -> String {
    let mut packet = [0; 65_536];
    let length = socket.recv(&mut packet).unwrap();
    String::from_utf8_lossy(&packet[..length]).into_owned()
}

#[test]
fn dead_system_holds_up_nobody_else() {
    const PERIOD: Duration = Duration::from_millis(300);
    const GAPS: usize = 11;
    let (_dead, port) = silent();
    let mut keys = influxdb("dead", port, "30 s");
    let receivers: Vec<_> = (0..9).map(|_| receiver()).collect();
    for (number, (_, port)) in receivers.iter().enumerate() {
        keys.extend(statsd(&format!("alive{number}"), *port, "300 ms"));
    }
    keys.extend(reporter("dead", &[("interval", "1 ms")]));
    let (runtime, _) = start(&keys, Clock::default());
    shop(&runtime).counter("orders").unwrap().inc(1);
    let medians = std::thread::scope(|scope| {
        let median = |socket: &'_ UdpSocket| {
            receive(socket);
            let mut last = Instant::now();
            let mut gaps: Vec<Duration> = (0..GAPS)
                .map(|_| {
                    assert_eq!(receive(socket), "shop.orders:1|g");
                    let now = Instant::now();
                    now - std::mem::replace(&mut last, now)
                })
                .collect();
            gaps.sort();
            gaps[GAPS / 2]
        };
        let threads: Vec<_> = receivers
            .iter()
            .map(|(socket, _)| scope.spawn(move || median(socket)))
            .collect();
        let medians = threads.into_iter().map(|thread| thread.join().unwrap());
        medians.collect::<Vec<_>>()
    });
    for median in medians {
        let difference = median.abs_diff(PERIOD);
        assert!(
            difference <= PERIOD / 10,
            "{median:?} instead of {PERIOD:?}"
        );
    }
    let refusal = runtime.close(SECOND).unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::Timeout);
    assert!(refusal.message().ends_with(": dead"), "{refusal}");
}

#[test]
fn reports_that_fail_come_less_often_until_one_arrives() {
    let (socket, port) = receiver();
    drop(socket);
    let clock = ManualClock::default();
    let (runtime, said) = start(&statsd("r", port, "10 s"), Clock::Manual(clock.clone()));
    shop(&runtime).counter("orders").unwrap().inc(1);
    let failed_after = |seconds| {
        clock.advance(seconds * SECOND);
        own(&runtime, "r", "failedReports")
    };
    // After 10, 20, 40, 80, 140 and 200 seconds.
    let seconds = [10, 10, 19, 1, 39, 1, 59, 1, 60];
    assert_eq!(seconds.map(failed_after), [1, 2, 2, 3, 3, 4, 4, 5, 6]);
    let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    clock.advance(60 * SECOND);
    assert_eq!(receive(&socket), "shop.orders:1|g");
    clock.advance(10 * SECOND);
    assert_eq!(receive(&socket), "shop.orders:1|g");
    assert_eq!(own(&runtime, "r", "reports"), 2);
    let said = said.lock().unwrap().clone();
    assert_eq!(said.matches("reports do not arrive").count(), 1, "{said}");
    assert_eq!(said.matches("reports arrive again").count(), 1, "{said}");
}

#[test]
fn report_ends_when_its_time_is_up() {
    let (_silent, port) = silent();
    let clock = ManualClock::default();
    let keys = influxdb("r", port, "200 ms");
    let (runtime, said) = start(&keys, Clock::Manual(clock.clone()));
    let begin = Instant::now();
    clock.advance(10 * SECOND);
    assert!(begin.elapsed() >= Duration::from_millis(200));
    assert_eq!(own(&runtime, "r", "failedReports"), 1);
    assert!(said.lock().unwrap().contains("did not answer in time"));
}

#[test]
fn closing_reports_a_last_time_also_in_the_midst_of_an_outage() {
    let (socket, port) = receiver();
    drop(socket);
    let clock = ManualClock::default();
    let (runtime, _) = start(&statsd("r", port, "10 s"), Clock::Manual(clock.clone()));
    let orders = shop(&runtime).monotonic_counter("orders").unwrap();
    orders.inc(1);
    clock.advance(30 * SECOND);
    assert_eq!(own(&runtime, "r", "failedReports"), 2);
    let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    orders.inc(2);
    runtime.close(PATIENCE).unwrap();
    assert_eq!(receive(&socket), "shop.orders:3|c");
}

#[test]
fn last_report_takes_no_longer_than_closing_may() {
    let (_silent, port) = silent();
    let clock = ManualClock::default();
    let (runtime, _) = start(&influxdb("r", port, "1 h"), Clock::Manual(clock));
    let failed = own_counter(&runtime, "r", "failedReports");
    let begin = Instant::now();
    let _ = runtime.close(Duration::from_millis(300));
    // The report gives up when closing does; one of the two says so first.
    runtime.close(PATIENCE).unwrap();
    assert!(begin.elapsed() < PATIENCE);
    assert_eq!(failed.count(), 1);
}

#[test]
fn keys_that_a_class_does_not_know_are_said() {
    let (_socket, port) = receiver();
    let mut keys = statsd("r", port, "10 s");
    keys.extend(reporter(
        "r",
        &[("hots", "x"), ("scope.variables.additional.env", "prod")],
    ));
    let (_runtime, said) = start(&keys, Clock::Manual(ManualClock::default()));
    let said = said.lock().unwrap().clone();
    let complaint = "metrics.reporter.r.hots is ignored: statsd has no such key";
    assert!(said.contains(complaint), "{said}");
    assert_eq!(said.matches("is ignored").count(), 1, "{said}");
}
