//! Reports by metra's reporters over loopback, and what OpenTelemetry's SDK takes to encode as much.

mod beside;
mod opentelemetry;
mod registries;
mod reporter;
mod sinks;
mod systems;
mod thread;

pub use beside::measure as measure_beside;

use std::time::Instant;

use self::opentelemetry::Sdk;
use self::registries::{Counters, Fill, Mixed, Update};
use self::reporter::Reporter;
use self::sinks::Sink;
use self::systems::SYSTEMS;
use crate::allocations;
use crate::harness::{Times, pin, rounds_for, row, two_processors};
use crate::libraries::Shape;

/// What rows of one kind of registry are called.
struct Names {
    first: &'static str,
    report: &'static str,
    processor: &'static str,
    wire: &'static str,
}

const COUNTERS: Names = Names {
    first: "first report",
    report: "report",
    processor: "report's processor time",
    wire: "report on the wire",
};

const MIXED: Names = Names {
    first: "first mixed report",
    report: "mixed report",
    processor: "mixed report's processor time",
    wire: "mixed report on the wire",
};

/// Measures reports of so many counters.
pub fn measure(series: usize) {
    let shape = Shape::new(series);
    let mut sdk = Sdk::register(&shape);
    let mut reporters = start(&shape, Counters::register);
    let mut times = Times::default();
    for round in 0..=rounds_for(series, 1) {
        times.baseline();
        for reporter in &mut reporters {
            round_of(reporter, round, &mut times, &COUNTERS);
        }
        sdk.round(round, &mut times);
    }
    times.report(series);
    sdk.report();
    for reporter in &mut reporters {
        count(reporter, &COUNTERS);
    }
}

/// Measures reports of so many metrics of several types.
pub fn measure_mixed(series: usize) {
    let shape = Shape::new(series);
    let mut reporters = start(&shape, Mixed::register);
    let mut times = Times::default();
    for round in 0..=rounds_for(series, 1) {
        times.baseline();
        for reporter in &mut reporters {
            round_of(reporter, round, &mut times, &MIXED);
        }
    }
    times.report(series);
    for reporter in &mut reporters {
        count(reporter, &MIXED);
    }
}

/// A registry for each system, whose reporter has a processor for itself.
fn start<M>(shape: &Shape, fill: Fill<M>) -> Vec<Reporter<M>> {
    let [here, there] = two_processors();
    let start = |system| {
        let sink = Sink::start(system, here);
        pin(there);
        let reporter = Reporter::start(system, sink, shape, fill);
        pin(here);
        reporter
    };
    SYSTEMS.iter().map(start).collect()
}

/// Updates everything and reports it once. The first report spells it as well.
fn round_of<M: Update>(reporter: &mut Reporter<M>, round: usize, times: &mut Times, names: &Names) {
    reporter.metrics.update_all();
    let on_processor = reporter.thread.processor_ns();
    let begin = Instant::now();
    reporter.report();
    let taken = begin.elapsed().as_nanos() as f64;
    let on_processor = reporter.thread.processor_ns() - on_processor;
    let (subject, series) = (reporter.system.subject, reporter.series);
    if round == 0 {
        times.note(names.first, subject, series, taken);
    } else {
        times.note(names.report, subject, series, taken);
        times.note(names.processor, subject, series, on_processor);
    }
}

/// Prints how large one further report is and what it allocates, and ends the program unless all of them arrived.
fn count<M: Update>(reporter: &mut Reporter<M>, names: &Names) {
    reporter.metrics.update_all();
    let bytes = reporter.bytes();
    reporter.sink.take_bytes();
    let (allocations, ()) = allocations::during(|| reporter.report());
    let row = |operation, measure, value: f64| {
        let (subject, series) = (reporter.system.subject, reporter.series);
        row(
            operation,
            subject,
            Some(series),
            measure,
            value / series as f64,
        );
    };
    row(names.report, "allocations", allocations as f64);
    row(names.report, "bytes", (reporter.bytes() - bytes) as f64);
    // What goes nowhere is on no wire.
    match reporter.sink.take_bytes() {
        0 => {}
        bytes => row(names.wire, "bytes", bytes as f64),
    }
    reporter.check();
}
