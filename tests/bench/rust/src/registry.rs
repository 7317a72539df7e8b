//! Registering, rendering and closing, for registries of several sizes.

use std::time::Instant;

use crate::harness::{Times, expect, fail, rounds_for, row};
use crate::libraries::{
    COUNTERS_PER_GROUP, Library, Metra, Metrics, Prometheus, PrometheusClient, Shape,
};
use crate::memory::Memory;

/// Measures times of registries of so many series, in rounds of all libraries.
pub fn measure(series: usize) {
    let shape = Shape::new(series);
    let mut times = Times::default();
    for _ in 0..rounds_for(series, 1) {
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
