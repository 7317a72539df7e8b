//! What reports allocate once they are warm: nothing for a metric more.
#![cfg(all(feature = "push-http", target_os = "linux"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    unsafe_code,
    reason = "a test may stop at the first surprise, and an allocator is unsafe by nature"
)]

mod pushed;
mod receivers;

use std::alloc::{GlobalAlloc, Layout, System};
use std::any::Any;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use metra::reporter::{Class, classes};
use metra::{Group, Value};
use pushed::Program;
use receivers::http::Receiver;

const INTERVAL: Duration = Duration::from_secs(10);

/// Counts allocations of reporters' threads, while it is told to.
struct Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

/// Whether this thread is a reporter's. Systems and the test, in this process too, allocate what they like.
fn is_reporter() -> bool {
    let mut name = [0_u8; 16];
    // SAFETY: the kernel writes no more than 16 bytes, and ends them with a zero.
    unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
    name.starts_with(b"metra-reporter\0")
}

// SAFETY: everything is done by the system's allocator, and counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_COUNTING.load(Ordering::SeqCst) && is_reporter() {
            ALLOCATIONS.fetch_add(1, Ordering::SeqCst);
        }
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

/// Where a reporter of `class` reports to, and the keys that tell it; they make one batch of everything.
fn system(class: &str) -> (Box<dyn Any>, Vec<(&'static str, String)>) {
    let keys = |keys: &[(&'static str, &str)]| {
        let key = |(name, value): &(&'static str, &str)| (*name, (*value).to_owned());
        keys.iter().map(key).collect::<Vec<_>>()
    };
    let http = Receiver::start();
    let (url, port) = (http.url(""), http.port().to_string());
    let local = ("host", "127.0.0.1");
    match class {
        "statsd" => {
            let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
            let port = daemon.local_addr().unwrap().port().to_string();
            (Box::new(daemon), keys(&[local, ("port", &port)]))
        }
        "graphite" => {
            let carbon = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = carbon.local_addr().unwrap().port().to_string();
            // It ends with the test's process.
            thread::spawn(move || {
                for mut stream in carbon.incoming().flatten() {
                    io::copy(&mut stream, &mut io::sink()).unwrap();
                }
            });
            (Box::new(()), keys(&[local, ("port", &port)]))
        }
        "influxdb" => (Box::new(http), keys(&[local, ("port", &port), ("db", "d")])),
        "datadog" => {
            let keys = keys(&[
                ("url", &url),
                ("apikey", "k"),
                ("maxMetricsPerRequest", "1000000"),
            ]);
            (Box::new(http), keys)
        }
        "opentelemetry" => {
            let url = http.url("/v1/metrics");
            (Box::new(http), keys(&[("exporter.endpoint", &url)]))
        }
        "log" => (Box::new(()), Vec::new()),
        "pushgateway" => (Box::new(http), keys(&[("hostUrl", &url)])),
        _ => panic!("nobody knows what {class} reports to"),
    }
}

/// A key with its value.
type Pair = (&'static str, &'static str);

/// Keys each of which makes a class write something else.
const VARIANTS: &[(&str, Pair)] = &[
    ("datadog", ("api-version", "v1")),
    ("graphite", ("tags", "true")),
    ("influxdb", ("gzip", "true")),
    ("log", ("file", "/dev/null")),
    ("opentelemetry", ("exporter.encoding", "json")),
    ("opentelemetry", ("temporality", "delta")),
    ("statsd", ("dogstatsd-tags", "true")),
];

/// What a class is tried with: nothing, and one key after the other.
fn variants(class: &Class) -> impl Iterator<Item = Option<Pair>> {
    let special = VARIANTS.iter().filter(|(name, _)| *name == class.name());
    let keys = class.keys.iter().map(|key| key.name);
    let exact = keys.filter(|key| *key == "flink-exact");
    let pairs = special.map(|(_, pair)| *pair);
    let pairs = pairs.chain(exact.map(|key| (key, "true")));
    std::iter::once(None).chain(pairs.map(Some))
}

/// Updates a metric of every type in so many groups.
fn update(root: &Group, groups: usize) {
    for number in 0..groups {
        let group = root.add_key_value("task", &format!("{number:05}")).unwrap();
        group.counter("counter").unwrap().inc(1);
        group.monotonic_counter("monotonic").unwrap().inc(1);
        group.distribution("distribution").unwrap().update(1);
        group.meter("meter", 60).unwrap().mark_event(1);
        group.histogram("histogram").unwrap().update(1);
        for (name, value) in [
            ("whole", Value::Int64(7)),
            ("double", Value::Double(0.1)),
            ("flag", Value::Bool(true)),
            ("text", Value::Text("text".into())),
        ] {
            group.settable_gauge(name, value).unwrap();
        }
    }
}

/// How often a warm report of so many groups allocates.
fn allocations(class: &Class, variant: Option<Pair>, groups: usize) -> usize {
    let (_system, place) = system(class.name());
    let place = place.iter().map(|(name, value)| (*name, value.as_str()));
    let usual = [("factory.class", class.name()), ("interval", "10 s")];
    let keys = Vec::from_iter(usual.into_iter().chain(place).chain(variant));
    let program = Program::start(&keys);
    let root = program.root("app", &[("<host>", "localhost")]);
    for _ in 0..3 {
        update(&root, groups);
        program.pass(INTERVAL);
    }
    update(&root, groups);
    ALLOCATIONS.store(0, Ordering::SeqCst);
    IS_COUNTING.store(true, Ordering::SeqCst);
    program.pass(INTERVAL);
    IS_COUNTING.store(false, Ordering::SeqCst);
    assert_eq!(program.reports(), (4, 0), "reports by {}", class.name());
    ALLOCATIONS.load(Ordering::SeqCst)
}

#[test]
fn reporting_ten_times_as_much_allocates_no_more() {
    /// How much more often memory may be taken that doubles until it suffices.
    const GROWTH: usize = 20;
    for class in classes().iter().filter(|class| class.pushes()) {
        for variant in variants(class) {
            let [few, many] = [10, 100].map(|groups| allocations(class, variant, groups));
            let name = class.name();
            assert!(few > 0, "allocations of {name} are not seen");
            assert!(many <= few + GROWTH, "{name}, {variant:?}: {few}, {many}");
        }
    }
}
