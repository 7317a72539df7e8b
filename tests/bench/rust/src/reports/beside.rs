//! What a counter costs while the registry it is in is reported without pause.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::yield_now;
use std::time::Instant;

use super::registries::Counters;
use super::reporter::Reporter;
use super::sinks::Sink;
use super::systems::SYSTEMS;
use crate::harness::{expect, fail, pin, rounds, rows_of_one_thread, two_processors};
use crate::libraries::Shape;
use crate::metra;

/// How many updates are one sample: it lasts about as long as a report.
const UPDATES: usize = 10_000_000;

/// What keeps a processor busy and has nothing to do with metra.
const ADDITIONS: u64 = 1_000_000;

/// Measures one of so many counters on one processor, while they are reported and received on the other one, or that has
/// nothing to do.
pub fn measure(series: usize) {
    let shape = Shape::new(series);
    let [here, there] = two_processors();
    metra::report_path();
    for system in SYSTEMS {
        pin(there);
        let sink = Sink::start(system, there);
        let mut reporter = Reporter::start(system, sink, &shape, Counters::register);
        pin(here);
        let Some(counter) = reporter.metrics.0.pop() else {
            fail("there is no counter");
        };
        let name = "counter while reported";
        compare(&counter, name, system.subject, there, || reporter.report());
        reporter.check();
        let updates = 2 * rounds() * UPDATES + series - 1;
        expect(
            counter.count(),
            updates as i64,
            "the counter that was reported",
        );
    }
    pin(here);
    let registry = metra::Registry::new();
    let counter = registry.root(c"bench", &[]).counter(c"counter");
    let add = || (0..ADDITIONS).for_each(|number| _ = black_box(number));
    compare(&counter, "counter beside a loop", "no reporter", there, add);
}

/// Measures a counter alternately while processor `there` does `work` again and again, and while that does nothing.
fn compare(
    counter: &metra::Counter,
    name: &str,
    subject: &str,
    there: usize,
    mut work: impl FnMut() + Send,
) {
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..rounds() {
        idle.push(sample(counter));
        beside(there, &mut work, || busy.push(sample(counter)));
    }
    rows_of_one_thread("counter idle", subject, &idle);
    rows_of_one_thread(name, subject, &busy);
}

/// Does `this` while processor `there` does `work`, from the end of the first time on.
fn beside(there: usize, work: &mut (impl FnMut() + Send), this: impl FnOnce()) {
    let (is_over, times) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            pin(there);
            while !is_over.load(Ordering::Relaxed) {
                work();
                times.fetch_add(1, Ordering::Relaxed);
            }
        });
        while times.load(Ordering::Relaxed) == 0 {
            yield_now();
        }
        this();
        is_over.store(true, Ordering::Relaxed);
    });
}

/// Nanoseconds per update.
fn sample(counter: &metra::Counter) -> f64 {
    let begin = Instant::now();
    for _ in 0..UPDATES {
        counter.inc(1);
    }
    begin.elapsed().as_nanos() as f64 / UPDATES as f64
}
