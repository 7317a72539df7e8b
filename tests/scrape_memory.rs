//! What large pages cost while they are scraped, in a process of its own, whose memory says so.
#![cfg(all(feature = "http", target_os = "linux"))]
#![allow(missing_docs, clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use metra::metric::Counter;
use metra::{Config, RootInfo, Runtime, Setup};
use std::sync::Arc;

const SERIES: usize = 200_000;
const PER_GROUP: usize = 100;
const PATIENCE: Duration = Duration::from_secs(60);
/// What scrapes may take beyond what the process has at rest. A single page has more than 12,000 KiB.
const MOST_KIB: usize = 8_000;

/// The registry, and handles of its counters.
fn start() -> (Runtime, Vec<Arc<Counter>>) {
    let mut config = Config::new();
    for (key, value) in [("factory.class", "prometheus"), ("port", "0")] {
        let key = format!("metrics.reporter.page.{key}");
        config.set(&key, value).unwrap();
    }
    let setup = Setup {
        config,
        ..Setup::default()
    };
    let runtime = Runtime::start(setup).unwrap();
    let (name, variables) = ("shop", &[][..]);
    let root = runtime.registry().root(&RootInfo { name, variables });
    let root = root.unwrap();
    let counters = (0..SERIES).map(|number| {
        let (group, name) = (number / PER_GROUP, number % PER_GROUP);
        let group = root.add_key_value("zone", &format!("zone_{group}"));
        let name = format!("orders_with_a_name_of_ordinary_length_{name}");
        group.unwrap().counter(&name).unwrap()
    });
    let counters = counters.collect();
    (runtime, counters)
}

/// A page on its way, as a client of HTTP/1.0 gets it: up to the end of the connection.
struct Scrape(BufReader<TcpStream>);

impl Scrape {
    fn begin(runtime: &Runtime) -> Self {
        let reporters = Vec::from_iter(runtime.reporters());
        let address = reporters.first().and_then(|(_, address)| address.clone());
        let mut stream = TcpStream::connect(address.unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// Waits until the page has begun to come.
    fn expect_something(&mut self) {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        assert_eq!(line, "HTTP/1.1 200 OK\r\n");
    }

    /// Reads to the end; how many samples there were, each of a line of its own.
    fn samples(self) -> usize {
        let lines = self.0.split(b'\n').map(Result::unwrap);
        lines
            .filter(|line| line.starts_with(b"shop_zone_orders_"))
            .count()
    }
}

fn memory_kib(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

#[test]
fn scrapes_take_no_more_memory_than_a_piece_each_though_one_stalls() {
    let (runtime, counters) = start();
    assert_eq!(Scrape::begin(&runtime).samples(), SERIES);
    let at_rest = memory_kib("VmRSS");
    // The peak begins again.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let mut stalled = Scrape::begin(&runtime);
    stalled.expect_something();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(Scrape::begin(&runtime).samples(), SERIES));
        }
        // Updates go on meanwhile, and so do metrics that come and go.
        let (name, variables) = ("short", &[][..]);
        for number in 0..20 {
            let root = runtime.registry().root(&RootInfo { name, variables });
            let group = root.unwrap().add_key_value("k", &number.to_string());
            group.as_ref().unwrap().counter("x").unwrap().inc(1);
            group.unwrap().close().unwrap();
            counters.iter().for_each(|counter| counter.inc(1));
        }
    });
    let mut vanishes = Scrape::begin(&runtime);
    vanishes.expect_something();
    drop(vanishes);
    assert_eq!(Scrape::begin(&runtime).samples(), SERIES);
    assert_eq!(stalled.samples(), SERIES);
    let most = memory_kib("VmHWM");
    assert!(most < at_rest + MOST_KIB, "{most} KiB, {at_rest} at rest");
}
