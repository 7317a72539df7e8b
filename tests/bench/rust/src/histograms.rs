//! Histograms full of values over 20 octaves: what reading quantiles takes, and what memory they use.
//!
//! metra's is read over a window of time, which is full here, too; those of `hdrhistogram` have none.

use std::hint::black_box;

use hdrhistogram::Histogram as HdrHistogram;

use crate::harness::{BASELINE, Rounds, expect, fail, row};
use crate::memory::Memory;
use crate::{hdr, metra};

/// Flink's.
const QUANTILES: [f64; 6] = [0.5, 0.75, 0.95, 0.98, 0.99, 0.999];

/// More ticks than a window has, and what is recorded in each.
const TICKS: usize = 14;
const VALUES_PER_TICK: usize = 8192;

/// The most by which a quantile may be wrong, as a part of it.
const ERROR: f64 = 0.03;

/// How many histograms share the memory that is measured.
const HISTOGRAMS: usize = 200;

/// Some histograms of one library.
trait Library: Sync + 'static {
    const NAME: &'static str;

    fn new(histograms: usize) -> Self;

    fn record(&mut self, histogram: usize, value: u64);

    /// Lets five seconds pass.
    fn tick(&mut self) {}

    /// The quantiles of the first.
    fn quantiles(&self) -> [f64; 6];
}

struct Metra {
    clock: metra::Clock,
    histograms: Vec<metra::Histogram>,
}

impl Library for Metra {
    const NAME: &'static str = "metra";

    fn new(histograms: usize) -> Self {
        let clock = metra::Clock::new();
        let mut config = metra::Config::new();
        config.set_clock(&clock);
        let registry = metra::Registry::after(&config);
        let root = registry.root(c"bench", &[]);
        let histogram = |number| root.histogram(&metra::numbered("histogram", number));
        let histograms = (0..histograms).map(histogram).collect();
        // The window moves on as long as the registry is open.
        std::mem::forget(registry);
        Self { clock, histograms }
    }

    fn record(&mut self, histogram: usize, value: u64) {
        self.histograms[histogram].update(value as i64);
    }

    fn tick(&mut self) {
        self.clock.advance(5000);
    }

    fn quantiles(&self) -> [f64; 6] {
        self.histograms[0].read().quantiles
    }
}

/// `hdrhistogram` with so many decimal digits: 3 are usual, 2 are the precision of metra's.
struct Hdr<const DIGITS: u8>(Vec<HdrHistogram<u64>>);

impl<const DIGITS: u8> Library for Hdr<DIGITS> {
    const NAME: &'static str = match DIGITS {
        2 => "hdrhistogram (2 digits)",
        _ => "hdrhistogram (3 digits)",
    };

    fn new(histograms: usize) -> Self {
        Self(vec![hdr::histogram(DIGITS); histograms])
    }

    fn record(&mut self, histogram: usize, value: u64) {
        self.0[histogram].saturating_record(value);
    }

    fn quantiles(&self) -> [f64; 6] {
        QUANTILES.map(|quantile| self.0[0].value_at_quantile(quantile) as f64)
    }
}

/// What is recorded in one tick: as many values in each octave, spread over it by the golden ratio.
fn values() -> Vec<u64> {
    let value = |number: usize| {
        let octave = number as u32 % hdr::BITS;
        let place = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - 20);
        (1 << octave) + (place >> (20 - octave))
    };
    (0..VALUES_PER_TICK).map(value).collect()
}

/// Histograms with a window full of values.
fn filled<L: Library>(histograms: usize) -> L {
    let (mut library, values) = (L::new(histograms), values());
    for _ in 0..TICKS {
        for histogram in 0..histograms {
            for &value in &values {
                library.record(histogram, value);
            }
        }
        library.tick();
    }
    library
}

/// Measures reading six quantiles.
pub fn measure() {
    let mut rounds = Rounds::on(1);
    let check = |updates| expect(BASELINE.get(), updates as i64, "the baseline's word");
    rounds.add("baseline", "lock xadd", |_| BASELINE.add(), check);
    add::<Metra>(&mut rounds);
    add::<Hdr<3>>(&mut rounds);
    add::<Hdr<2>>(&mut rounds);
    rounds.measure();
}

fn add<L: Library>(rounds: &mut Rounds) {
    let library: L = filled(1);
    let mut values = values();
    values.sort_unstable();
    for (quantile, read) in QUANTILES.iter().zip(library.quantiles()) {
        let exact = values[(quantile * values.len() as f64).ceil() as usize - 1] as f64;
        if (read / exact - 1.0).abs() > ERROR {
            fail(&format!(
                "quantile {quantile} of {} is {read} and should be {exact}",
                L::NAME
            ));
        }
    }
    let read = move |_| {
        black_box(library.quantiles());
    };
    rounds.add("6 quantiles", L::NAME, read, |_| ());
}

/// Measures the memory of histograms of `library`, in a process that did nothing before.
pub fn measure_memory(library: &str) {
    match library {
        _ if library == Metra::NAME => memory_of::<Metra>(),
        _ if library == Hdr::<3>::NAME => memory_of::<Hdr<3>>(),
        _ if library == Hdr::<2>::NAME => memory_of::<Hdr<2>>(),
        _ => fail(&format!("there is no library {library}")),
    }
}

fn memory_of<L: Library>() {
    // What a library needs whatever its size is there beforehand.
    let first: L = filled(1);
    let before = Memory::now();
    let library: L = filled(HISTOGRAMS);
    let after = Memory::now();
    let report = |what, bytes: f64| row(what, L::NAME, None, "bytes", bytes / HISTOGRAMS as f64);
    report("heap of a histogram", after.heap - before.heap);
    report("resident of a histogram", after.resident - before.resident);
    drop((first, library));
}
