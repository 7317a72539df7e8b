//! Updates: metra's C ABI beside the Rust libraries and bare instructions.

use std::sync::Arc;
use std::sync::atomic::{Ordering, compiler_fence};

use hdrhistogram::sync::Recorder as HdrRecorder;
use metrics::{Key, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use parking_lot::Mutex;

use crate::harness::{BASELINE, BLOCK, Rounds, expect, fail, made, sum_of, value_of};
use crate::{hdr, metra};

/// Upper bounds of the buckets of those libraries that need them.
const BOUNDS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Measures all updates.
pub fn measure() {
    let mut rounds = Rounds::on(2);
    add_baseline(&mut rounds);
    add_metra(&mut rounds);
    add_prometheus(&mut rounds);
    add_prometheus_client(&mut rounds);
    add_metrics(&mut rounds);
    add_mutexes(&mut rounds);
    add_recorder(&mut rounds);
    metra::report_path();
    rounds.measure();
}

fn add_baseline(rounds: &mut Rounds) {
    let check = |updates| expect(BASELINE.get(), updates as i64, "the baseline's word");
    rounds.add("baseline", "lock xadd", |_| BASELINE.add(), check);
}

fn add_metra(rounds: &mut Rounds) {
    let registry = metra::Registry::new();
    let root = registry.root(c"bench", &[]);
    let counter = Arc::new(root.counter(c"counter"));
    let counted = Arc::clone(&counter);
    let check = move |updates| expect(counted.count(), updates as i64, "metra's counter");
    rounds.add("counter", "metra", move |_| counter.inc(1), check);

    let distribution = Arc::new(root.distribution(c"distribution"));
    let read = Arc::clone(&distribution);
    let check = move |updates| {
        let reading = read.read();
        expect(
            reading.count,
            updates as i64,
            "metra's distribution's count",
        );
        expect(
            reading.sum,
            sum_of(updates) as i64,
            "metra's distribution's sum",
        );
        expect(
            (reading.min, reading.max) == (0, BLOCK as i64 - 1),
            true,
            "its range",
        );
    };
    let update = move |update| distribution.update(value_of(update) as i64);
    rounds.add("distribution", "metra", update, check);

    let histogram = Arc::new(root.histogram(c"histogram"));
    let read = Arc::clone(&histogram);
    let check = move |updates| {
        let reading = read.read();
        expect(reading.count, updates as i64, "metra's histogram's count");
        expect(
            reading.sum,
            sum_of(updates) as i64,
            "metra's histogram's sum",
        );
    };
    let update = move |update| histogram.update(value_of(update) as i64);
    rounds.add("histogram", "metra", update, check);
    // Metrics of a closed registry go on counting, but those of a running one are what is measured.
    std::mem::forget((registry, root));
}

fn add_prometheus(rounds: &mut Rounds) {
    use prometheus::{Counter, Histogram, HistogramOpts, IntCounter};
    let counter = made(IntCounter::new("counter", "help"));
    let counted = counter.clone();
    let check = move |updates| expect(counted.get(), updates, "prometheus' counter");
    rounds.add(
        "counter",
        "prometheus IntCounter",
        move |_| counter.inc(),
        check,
    );

    let counter = made(Counter::new("counter", "help"));
    let counted = counter.clone();
    let check = move |updates| expect(counted.get(), updates as f64, "prometheus' counter");
    rounds.add(
        "counter",
        "prometheus Counter",
        move |_| counter.inc(),
        check,
    );

    let options = HistogramOpts::new("histogram", "help").buckets(BOUNDS.to_vec());
    let histogram = made(Histogram::with_opts(options));
    let read = histogram.clone();
    let check = move |updates| {
        expect(
            read.get_sample_count(),
            updates,
            "prometheus' histogram's count",
        );
        expect(
            read.get_sample_sum(),
            sum_of(updates) as f64,
            "prometheus' histogram's sum",
        );
    };
    let observe = move |update| histogram.observe(value_of(update) as f64);
    rounds.add("histogram", "prometheus (10 buckets)", observe, check);
}

fn add_prometheus_client(rounds: &mut Rounds) {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::histogram::Histogram;
    use prometheus_client::registry::Registry;
    let counter: Counter = Counter::default();
    let counted = counter.clone();
    let check = move |updates| expect(counted.get(), updates, "prometheus-client's counter");
    let inc = move |_| {
        counter.inc();
    };
    rounds.add("counter", "prometheus-client", inc, check);

    let histogram = Histogram::new(BOUNDS);
    let mut registry = Registry::default();
    registry.register("histogram", "help", histogram.clone());
    let check = move |updates| {
        let mut page = String::new();
        made(encode(&mut page, &registry));
        let count = value_on(&page, "histogram_count");
        expect(
            count,
            updates as f64,
            "prometheus-client's histogram's count",
        );
        let sum = value_on(&page, "histogram_sum");
        expect(
            sum,
            sum_of(updates) as f64,
            "prometheus-client's histogram's sum",
        );
    };
    let observe = move |update| histogram.observe(value_of(update) as f64);
    rounds.add(
        "histogram",
        "prometheus-client (10 buckets)",
        observe,
        check,
    );
}

fn add_metrics(rounds: &mut Rounds) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metadata = Metadata::new("bench", Level::INFO, None);
    let counter = recorder.register_counter(&Key::from_name("counter"), &metadata);
    let histogram = recorder.register_histogram(&Key::from_name("histogram"), &metadata);
    let handle = recorder.handle();
    let check = move |updates| {
        let count = value_on(&handle.render(), "counter");
        expect(count, updates as f64, "metrics' counter");
    };
    rounds.add("counter", "metrics", move |_| counter.increment(1), check);
    let handle = recorder.handle();
    let check = move |updates| {
        let count = value_on(&handle.render(), "histogram_count");
        expect(count, updates as f64, "metrics' histogram's count");
    };
    let record = move |update| histogram.record(value_of(update) as f64);
    rounds.add("histogram", "metrics (a list of values)", record, check);
}

/// What needs a lock to be shared: four words that belong together, and the histogram of `hdrhistogram`.
fn add_mutexes(rounds: &mut Rounds) {
    struct Words {
        count: u64,
        sum: u64,
        min: u64,
        max: u64,
    }
    let words = Arc::new(Mutex::new(Words {
        count: 0,
        sum: 0,
        min: u64::MAX,
        max: 0,
    }));
    let read = Arc::clone(&words);
    let check = move |updates| {
        let words = read.lock();
        expect(words.count, updates, "the count behind the lock");
        expect(words.sum, sum_of(updates), "the sum behind the lock");
        expect(
            words.max - words.min,
            BLOCK - 1,
            "the range behind the lock",
        );
    };
    let update = move |update| {
        let (value, mut words) = (value_of(update), words.lock());
        words.count += 1;
        words.sum += value;
        words.min = words.min.min(value);
        words.max = words.max.max(value);
    };
    rounds.add(
        "distribution",
        "parking_lot Mutex of four words",
        update,
        check,
    );

    let histogram = Arc::new(Mutex::new(hdr::histogram(3)));
    let read = Arc::clone(&histogram);
    let check = move |updates| expect(read.lock().len(), updates, "hdrhistogram's count");
    let record = move |update| histogram.lock().saturating_record(value_of(update));
    rounds.add(
        "histogram",
        "hdrhistogram in a parking_lot Mutex",
        record,
        check,
    );
}

/// What `hdrhistogram` has for several threads: each records into a histogram of its own, which a reader takes from it.
fn add_recorder(rounds: &mut Rounds) {
    let mut histogram = hdr::histogram(3).into_sync();
    let recorder = || Mutex::new(Some(histogram.recorder()));
    let recorders: Arc<[Mutex<Option<HdrRecorder<u64>>>; 2]> = Arc::new([recorder(), recorder()]);
    let held = Arc::clone(&recorders);
    let check = move |updates| {
        // A recorder that is gone leaves what it recorded, and the reader waits for none.
        held.iter()
            .for_each(|recorder| drop(recorder.lock().take()));
        histogram.refresh();
        expect(histogram.len(), updates, "hdrhistogram's recorders' count");
    };
    let run = move |thread: usize, times| {
        let mut recorder = recorders[thread].lock();
        let recorder = recorder
            .as_mut()
            .unwrap_or_else(|| fail("a recorder is gone"));
        for update in 0..times {
            recorder.saturating_record(value_of(update));
            compiler_fence(Ordering::SeqCst);
        }
    };
    rounds.add_run("histogram", "hdrhistogram Recorder", run, check);
}

/// The value of the sample `name` without labels on a page.
fn value_on(page: &str, name: &str) -> f64 {
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| fail(&format!("{name} is not on the page")))
}
