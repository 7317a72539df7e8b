//! The measuring harness, as `c/bench.h` is for the other language: interleaved rounds of short samples, on one thread
//! and on two, and the rows of the result.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering, compiler_fence};
use std::time::Instant;

/// Ends the program.
pub fn fail(why: &str) -> ! {
    eprintln!("bench: {why}");
    std::process::exit(1)
}

/// What a library gave, or the end of the program.
pub fn made<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| fail(&error.to_string()))
}

/// Ends the program unless the two are equal.
pub fn expect<T: PartialEq + std::fmt::Display>(got: T, wanted: T, what: &str) {
    if got != wanted {
        fail(&format!("{what} is {got} and should be {wanted}"));
    }
}

/// Prints one row of the result; without a number of series where that makes no difference.
pub fn row(operation: &str, subject: &str, series: Option<usize>, measure: &str, value: f64) {
    let series = series.map(|series| series.to_string()).unwrap_or_default();
    println!("{operation},{subject},{series},{measure},{value:.4}");
}

/// Prints the rows of what one thread took for something that is done very often.
pub fn rows_of_one_thread(operation: &str, subject: &str, samples: &[f64]) {
    row(operation, subject, None, "1 thread min", least(samples));
    row(operation, subject, None, "1 thread median", median(samples));
}

/// How many rounds registries of a size get: as many as others up to some millions of series, but at least a few.
pub fn rounds_for(series: usize, millions: usize) -> usize {
    let least = if series < 1_000_000 { 5 } else { 2 };
    let affordable = (millions * 1_000_000 / series).max(least);
    affordable.min(rounds())
}

/// How many rounds there are.
pub fn rounds() -> usize {
    setting("BENCH_ROUNDS", 41)
}

/// A positive number from the environment.
pub fn setting(variable: &str, otherwise: usize) -> usize {
    let Ok(text) = std::env::var(variable) else {
        return otherwise;
    };
    match text.parse() {
        Ok(value) if value > 0 => value,
        _ => fail(&format!("{variable} is no positive number")),
    }
}

/// The word that `lock xadd` adds to: the baseline of every program.
#[repr(align(64))]
pub struct Baseline(AtomicI64);

pub static BASELINE: Baseline = Baseline(AtomicI64::new(0));

impl Baseline {
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn ns_of(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_nanos() as f64
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut samples = samples.to_vec();
    samples.sort_by(f64::total_cmp);
    samples
}

fn least(samples: &[f64]) -> f64 {
    sorted(samples)[0]
}

fn median(samples: &[f64]) -> f64 {
    sorted(samples)[samples.len() / 2]
}

/// The processors that this process may use.
fn processors() -> Vec<usize> {
    // SAFETY: an empty set is all zero bytes, and the call fills in no more than the size it is told.
    let (allowed, status) = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        let status = libc::sched_getaffinity(0, size_of_val(&set), &mut set);
        (set, status)
    };
    if status != 0 {
        fail("the processors of this process are unknown");
    }
    // SAFETY: the numbers are below the size of the set.
    let is_allowed = |number: &usize| unsafe { libc::CPU_ISSET(*number, &allowed) };
    (0..libc::CPU_SETSIZE as usize).filter(is_allowed).collect()
}

/// Two processors, or the end of the program. To be asked before threads are bound.
pub fn two_processors() -> [usize; 2] {
    match *processors() {
        [first, second, ..] => [first, second],
        _ => fail("two processors are needed"),
    }
}

/// Binds the calling thread to one processor.
pub fn pin(processor: usize) {
    // SAFETY: as in `processors`.
    unsafe {
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(processor, &mut one);
        libc::sched_setaffinity(0, size_of_val(&one), &one);
    }
}

/// libc leaves the atomic instructions out of its locks while a process has one thread; so it gets a second one.
pub fn become_threaded() {
    std::thread::spawn(|| {
        loop {
            std::thread::park();
        }
    });
}

/// Values that updates record are 0 to 1023, each of them once in so many updates.
pub const BLOCK: u64 = 1024;
const BLOCK_SUM: u64 = 1023 * 1024 / 2;

/// What an update records.
pub fn value_of(update: u64) -> u64 {
    update * 37 % BLOCK
}

/// The sum of what that many updates record, a multiple of [`BLOCK`].
pub fn sum_of(updates: u64) -> u64 {
    updates / BLOCK * BLOCK_SUM
}

/// Something that is done very often.
struct Operation {
    name: &'static str,
    subject: &'static str,
    /// Does it on the first or second thread that many times, always a multiple of [`BLOCK`].
    run: Box<dyn Fn(usize, u64) + Sync>,
    /// Ends the program unless it was done exactly that often.
    check: Box<dyn FnOnce(u64)>,
    batch: u64,
    done: u64,
    alone: Vec<f64>,
    shared: Vec<f64>,
}

impl Operation {
    /// Nanoseconds per update of one batch.
    fn sample(&mut self) -> f64 {
        self.done += self.batch;
        ns_of(|| (self.run)(0, self.batch)) / self.batch as f64
    }

    /// The same for two threads that do a batch each at the same time: that of the slower one.
    fn sample_two(&mut self, processors: &[usize]) -> f64 {
        let barrier = Barrier::new(2);
        let (run, batch) = (&self.run, self.batch);
        let one = |thread: usize| {
            pin(processors[thread]);
            barrier.wait();
            ns_of(|| run(thread, batch))
        };
        let taken = std::thread::scope(|scope| {
            let threads = [0, 1].map(|thread| scope.spawn(move || one(thread)));
            threads.map(|thread| thread.join().unwrap_or_else(|_| fail("a thread panicked")))
        });
        self.done += 2 * batch;
        taken[0].max(taken[1]) / batch as f64
    }

    /// Finds how many updates take about one slice.
    fn calibrate(&mut self, slice_ns: f64) {
        let mut taken = 0.0;
        while taken < slice_ns / 4.0 {
            self.batch *= 2;
            taken = self.sample() * self.batch as f64;
        }
        let blocks = self.batch as f64 * slice_ns / taken / BLOCK as f64;
        self.batch = BLOCK * (blocks as u64).max(1);
    }

    fn report(self) {
        (self.check)(self.done);
        rows_of_one_thread(self.name, self.subject, &self.alone);
        if !self.shared.is_empty() {
            row(
                self.name,
                self.subject,
                None,
                "2 threads median",
                median(&self.shared),
            );
        }
    }
}

/// All operations of a program, and how they are measured.
pub struct Rounds {
    operations: Vec<Operation>,
    threads: usize,
}

impl Rounds {
    /// Rounds on one thread, then, if so many are wanted, on two.
    pub fn on(threads: usize) -> Self {
        Self {
            operations: Vec::new(),
            threads,
        }
    }

    /// Adds an operation. `body` gets the number of the update; `check` gets how many updates there were in all.
    pub fn add(
        &mut self,
        name: &'static str,
        subject: &'static str,
        body: impl Fn(u64) + Sync + 'static,
        check: impl FnOnce(u64) + 'static,
    ) {
        let run = move |_, times| {
            for update in 0..times {
                body(update);
                compiler_fence(Ordering::SeqCst);
            }
        };
        self.add_run(name, subject, run, check);
    }

    /// Adds an operation that each thread does in its own way: `run` gets the thread's number, and how often.
    pub fn add_run(
        &mut self,
        name: &'static str,
        subject: &'static str,
        run: impl Fn(usize, u64) + Sync + 'static,
        check: impl FnOnce(u64) + 'static,
    ) {
        self.operations.push(Operation {
            name,
            subject,
            run: Box::new(run),
            check: Box::new(check),
            batch: BLOCK,
            done: 0,
            alone: Vec::new(),
            shared: Vec::new(),
        });
    }

    /// Measures everything, checks all counts, prints the rows.
    pub fn measure(mut self) {
        become_threaded();
        let (rounds, processors) = (rounds(), processors());
        let slice_ns = 1e3 * setting("BENCH_SLICE_US", 2000) as f64;
        for operation in &mut self.operations {
            operation.calibrate(slice_ns);
        }
        for round in 0..rounds {
            pin(processors[round % processors.len()]);
            for operation in &mut self.operations {
                let sample = operation.sample();
                operation.alone.push(sample);
            }
        }
        let on_two_threads = self.threads.min(processors.len()) > 1;
        for _ in 0..if on_two_threads { rounds } else { 0 } {
            for operation in &mut self.operations {
                let sample = operation.sample_two(&processors);
                operation.shared.push(sample);
            }
        }
        self.operations.into_iter().for_each(Operation::report);
    }
}

/// Times of things done a few times: rounds of all of them, each with the baseline beside it.
#[derive(Default)]
pub struct Times {
    /// By operation and subject, in the order in which they came first.
    entries: Vec<((&'static str, &'static str), Vec<f64>)>,
}

impl Times {
    /// Notes that `operation` on so many series took that long.
    pub fn note(
        &mut self,
        operation: &'static str,
        subject: &'static str,
        series: usize,
        taken_ns: f64,
    ) {
        let (name, per_series) = ((operation, subject), taken_ns / series as f64);
        match self.entries.iter_mut().find(|(there, _)| *there == name) {
            Some((_, samples)) => samples.push(per_series),
            None => self.entries.push((name, vec![per_series])),
        }
    }

    /// Does `work` and notes how long it took.
    pub fn timed<T>(
        &mut self,
        operation: &'static str,
        subject: &'static str,
        series: usize,
        work: impl FnOnce() -> T,
    ) -> T {
        let begin = Instant::now();
        let result = work();
        let taken = begin.elapsed().as_nanos() as f64;
        self.note(operation, subject, series, taken);
        result
    }

    /// Takes one sample of the baseline.
    pub fn baseline(&mut self) {
        const TIMES: usize = 200_000;
        let add = || {
            for _ in 0..TIMES {
                BASELINE.add();
            }
        };
        self.note("baseline", "lock xadd", TIMES, ns_of(add));
    }

    /// Prints the rows.
    pub fn report(&self, series: usize) {
        for ((operation, subject), samples) in &self.entries {
            row(operation, subject, Some(series), "min", least(samples));
            row(operation, subject, Some(series), "median", median(samples));
        }
    }
}
