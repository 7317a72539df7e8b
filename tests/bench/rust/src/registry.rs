//! Registering, rendering and closing, for registries of several sizes.

use std::time::Instant;

use crate::harness::{ROUNDS, Times, expect, fail, row, setting};
use crate::libraries::{
    COUNTERS_PER_GROUP, Library, Metra, Metrics, Prometheus, PrometheusClient, Shape,
};

/// Measures times of registries of so many series, in rounds of all libraries.
pub fn measure(series: usize) {
    let shape = Shape::new(series);
    let mut times = Times::default();
    let rounds = (1_000_000 / series)
        .max(5)
        .min(setting("BENCH_ROUNDS", ROUNDS));
    for _ in 0..rounds {
        times.baseline();
        round_of::<Metra>(&mut times, &shape);
        round_of::<Prometheus>(&mut times, &shape);
        times.baseline();
        round_of::<PrometheusClient>(&mut times, &shape);
        round_of::<Metrics>(&mut times, &shape);
    }
    times.report(series);
}

/// Builds, uses and frees one registry.
fn round_of<L: Library>(times: &mut Times, shape: &Shape) {
    let series = shape.series;
    let mut library = times.timed("register", L::NAME, series, || L::register(shape));
    let length = times.timed("first render", L::NAME, series, || library.render());
    let warm = (0..3).map(|_| {
        let begin = Instant::now();
        expect(library.render(), length, "the length of a page");
        begin.elapsed().as_nanos() as f64
    });
    let warm = warm.fold(f64::MAX, f64::min);
    times.note("render", L::NAME, series, warm);
    library.page(|page| shape.check(page, L::NAME));
    times.timed("close", L::NAME, series, || drop(library));
}

/// Measures the memory of one registry of `library`, in a process that did nothing before.
pub fn measure_memory(library: &str, series: usize) {
    match library {
        Metra::NAME => memory_of::<Metra>(series),
        Prometheus::NAME => memory_of::<Prometheus>(series),
        PrometheusClient::NAME => memory_of::<PrometheusClient>(series),
        Metrics::NAME => memory_of::<Metrics>(series),
        _ => fail(&format!("there is no library {library}")),
    }
}

fn memory_of<L: Library>(series: usize) {
    let shape = Shape::new(series);
    // What a library needs whatever its size is there beforehand.
    L::register(&Shape::new(COUNTERS_PER_GROUP)).render();
    let report = |what: &str, measure: &str, value: f64| {
        row(what, L::NAME, Some(series), measure, value / series as f64);
    };
    let before = Memory::now();
    let begin = Instant::now();
    let mut library = L::register(&shape);
    report(
        "register in a fresh process",
        "min",
        begin.elapsed().as_nanos() as f64,
    );
    let registered = Memory::now();
    library.render();
    let rendered = Memory::now();
    report("heap registered", "bytes", registered.heap - before.heap);
    report("heap rendered", "bytes", rendered.heap - before.heap);
    report(
        "resident registered",
        "bytes",
        registered.resident - before.resident,
    );
    report(
        "resident rendered",
        "bytes",
        rendered.resident - before.resident,
    );
}

/// Bytes in use: of the heap, as malloc counts them, and of pages in memory.
struct Memory {
    heap: f64,
    resident: f64,
}

impl Memory {
    fn now() -> Self {
        // SAFETY: none of these calls has conditions.
        let (info, page_size) = unsafe {
            libc::malloc_trim(0);
            (libc::mallinfo2(), libc::sysconf(libc::_SC_PAGESIZE))
        };
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let resident = pages
            .split(' ')
            .nth(1)
            .and_then(|pages| pages.parse::<f64>().ok());
        let Some(resident) = resident else {
            fail("/proc/self/statm is unreadable");
        };
        Self {
            heap: (info.uordblks + info.hblkhd) as f64,
            resident: resident * page_size as f64,
        }
    }
}
