//! What a large page costs while it is pushed, in a process of its own, whose memory says so.
#![cfg(all(feature = "push-http", target_os = "linux"))]
#![allow(missing_docs, clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use metra::{Clock, Config, ManualClock, RootInfo, Runtime, Setup};

const SERIES: usize = 200_000;
const PER_GROUP: usize = 100;
const INTERVAL: Duration = Duration::from_secs(10);
const PUSHES: usize = 3;
/// What pushes may take beyond what the process has at rest. The page has more than 12,000 KiB.
const MOST_KIB: usize = 2_000;

/// Takes a push and remembers nothing but how many bytes came.
fn receive(stream: &TcpStream) -> usize {
    let mut input = BufReader::new(stream);
    let mut line = Vec::new();
    let mut bytes = 0;
    // The last chunk is empty, and nothing is behind it.
    while line != b"0\r\n" {
        line.clear();
        bytes += input.read_until(b'\n', &mut line).unwrap();
    }
    input.read_until(b'\n', &mut line).unwrap();
    let mut output = stream;
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    output.write_all(answer).unwrap();
    bytes
}

fn start(port: u16, clock: &ManualClock) -> Runtime {
    let url = format!("http://127.0.0.1:{port}");
    let keys = [
        ("factory.class", "pushgateway"),
        ("hostUrl", &url),
        ("timeout", "5 min"),
    ];
    let mut config = Config::new();
    for (key, value) in keys {
        let key = format!("metrics.reporter.gateway.{key}");
        config.set(&key, value).unwrap();
    }
    let setup = Setup {
        config,
        clock: Clock::Manual(clock.clone()),
        ..Setup::default()
    };
    let runtime = Runtime::start(setup).unwrap();
    let (name, variables) = ("shop", &[][..]);
    let root = runtime.registry().root(&RootInfo { name, variables });
    let root = root.unwrap();
    for number in 0..SERIES {
        let (group, name) = (number / PER_GROUP, number % PER_GROUP);
        let group = root.add_key_value("zone", &format!("zone_{group}"));
        let name = format!("orders_with_a_name_of_ordinary_length_{name}");
        group.unwrap().counter(&name).unwrap();
    }
    runtime
}

fn memory_kib(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

#[test]
fn pushes_take_no_more_memory_than_a_piece() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let gateway = thread::spawn(move || {
        let streams = listener.incoming().take(PUSHES);
        let received = streams.map(|stream| receive(&stream.unwrap()));
        received.collect::<Vec<_>>()
    });
    let clock = ManualClock::default();
    let runtime = start(port, &clock);
    clock.advance(INTERVAL);
    let at_rest = memory_kib("VmRSS");
    // The peak begins again.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    for _ in 1..PUSHES {
        clock.advance(INTERVAL);
    }
    let most = memory_kib("VmHWM");
    assert!(most < at_rest + MOST_KIB, "{most} KiB, {at_rest} at rest");
    let received = gateway.join().unwrap();
    assert!(
        received.iter().all(|bytes| *bytes > 12_000 * 1024),
        "{received:?}"
    );
    drop(runtime);
}
