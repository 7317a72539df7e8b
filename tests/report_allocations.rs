//! What a reporter that has reported before allocates for a metric: nothing.
#![cfg(feature = "push-http")]
#![allow(
    clippy::unwrap_used,
    unsafe_code,
    reason = "a test may stop at the first surprise, and an allocator is unsafe by nature"
)]

mod pushed;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use pushed::Program;

/// Three of these are before the first tick, which has work of its own.
const INTERVAL: Duration = Duration::from_secs(1);

/// Counts what is allocated on threads that are not the test's own.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static IS_OWN: Cell<bool> = const { Cell::new(false) };
}

fn count() {
    if !IS_OWN.get() {
        COUNT.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: everything is done by the system's allocator; the count is a plain number.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Takes whatever it is sent, on a thread of the test's own; the port.
fn sink() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        IS_OWN.set(true);
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let mut input = BufReader::new(&stream);
            while let Some(length) = body_length(&mut input) {
                std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink()).unwrap();
                (&stream).write_all(b"HTTP/1.1 204 \r\n\r\n").unwrap();
            }
        }
    });
    port
}

/// Reads the header of a request; nothing if there comes none.
fn body_length(input: &mut impl BufRead) -> Option<u64> {
    let mut length = None;
    loop {
        let mut line = String::new();
        input.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return length;
        }
        if let Some(text) = line.strip_prefix("content-length: ") {
            length = text.parse().ok();
        }
    }
}

/// What a third report of so many metrics of each type allocates.
fn allocations(keys: &[(&str, &str)], metrics: usize) -> usize {
    let keys = [keys, &[("interval", "1 s")]].concat();
    let program = Program::start(&keys);
    let root = program.root("app", &[("host", "h")]);
    for number in 0..metrics {
        root.counter(&format!("c{number}")).unwrap();
        root.monotonic_counter(&format!("u{number}")).unwrap();
        root.settable_gauge(&format!("g{number}"), metra::Value::Double(0.5))
            .unwrap();
        root.distribution(&format!("d{number}")).unwrap().update(3);
        root.meter(&format!("m{number}"), 60).unwrap();
        root.histogram(&format!("h{number}")).unwrap().update(9);
    }
    program.pass(2 * INTERVAL);
    let before = COUNT.load(Ordering::Relaxed);
    program.pass(INTERVAL);
    let count = COUNT.load(Ordering::Relaxed) - before;
    assert_eq!(program.reports(), (3, 0));
    count
}

#[test]
fn report_allocates_nothing_for_a_metric() {
    IS_OWN.set(true);
    let port = sink().to_string();
    let url = format!("http://127.0.0.1:{port}");
    let influxdb = [
        ("factory.class", "influxdb"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("db", "d"),
    ];
    let datadog = [
        ("factory.class", "datadog"),
        ("apikey", "k"),
        ("url", &url),
        ("maxMetricsPerRequest", "100000"),
    ];
    for keys in [
        influxdb.to_vec(),
        [&influxdb[..], &[("gzip", "true")]].concat(),
        datadog.to_vec(),
        [&datadog[..], &[("flink-exact", "true")]].concat(),
    ] {
        let few = allocations(&keys, 10);
        let many = allocations(&keys, 50);
        assert!(many < few + 20, "{keys:?}: {few}, {many}");
    }
}
