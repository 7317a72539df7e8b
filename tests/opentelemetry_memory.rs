//! What a report to OpenTelemetry asks of the allocator: nothing for each metric.
#![cfg(feature = "push-http")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    unsafe_code,
    reason = "a failing test may panic, and an allocator is unsafe by nature"
)]

mod pushed;

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use metra::Value;
use pushed::Program;

/// Counts how often memory is asked for, by whichever thread.
struct Counting;

static ASKED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is done by the system's allocator; the count is a plain number.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Takes every request on a connection, in memory that is there from the beginning.
fn receive(stream: &TcpStream) {
    let mut input = BufReader::new(stream);
    let (mut line, mut part) = (String::with_capacity(1024), [0; 4096]);
    let mut length = 0;
    loop {
        line.clear();
        if input.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        if line != "\r\n" {
            continue;
        }
        while length > 0 {
            let most = part.len().min(length);
            length -= input.read(part.get_mut(..most).unwrap()).unwrap();
        }
        let mut output = stream;
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        output.write_all(answer).unwrap();
    }
}

/// How often the third report of so many metrics of each type asks for memory.
fn asked_by_a_report(metrics: usize, keys: &[(&str, &str)]) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/metrics", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            receive(&stream.unwrap());
        }
    });
    let usual = [
        ("factory.class", "otel"),
        ("exporter.endpoint", &url),
        ("interval", "1 s"),
    ];
    let program = Program::start(&[&usual, keys].concat());
    let root = program.root("app", &[("host", "h")]);
    let histograms: Vec<_> = (0..metrics)
        .map(|number| {
            let name = |kind: &str| format!("{kind}{number}");
            root.counter(&name("counter")).unwrap().inc(1);
            root.monotonic_counter(&name("up")).unwrap().inc(1);
            root.meter(&name("meter"), 60).unwrap().mark_event(1);
            root.distribution(&name("distribution")).unwrap().update(5);
            let value = Value::Double(0.1);
            root.settable_gauge(&name("gauge"), value).unwrap();
            root.histogram(&name("histogram")).unwrap()
        })
        .collect();
    let mut asked = 0;
    for _ in 0..3 {
        for histogram in &histograms {
            histogram.update_many(&[-5, 0, 3, 1000]);
        }
        // Before the first tick, which takes in what histograms have at a cost of its own.
        let before = ASKED.load(Ordering::Relaxed);
        program.pass(Duration::from_secs(1));
        asked = ASKED.load(Ordering::Relaxed) - before;
    }
    assert_eq!(program.reports(), (3, 0));
    asked
}

#[test]
fn thousand_metrics_more_take_no_memory_more() {
    for keys in [
        &[][..],
        &[("exporter.encoding", "json")],
        &[("temporality", "delta")],
        &[("flink-exact", "true")],
    ] {
        let few = asked_by_a_report(20, keys);
        let many = asked_by_a_report(220, keys);
        assert!(few > 0, "nothing is counted");
        assert!(many < few + 50, "{keys:?}: {few}, {many}");
    }
}
