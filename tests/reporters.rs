//! Reporters of the program's own, the tick and the threads, on a manual clock.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use metra::config::Config;
use metra::log::Loss;
use metra::reporter::{MetricInfo, Readings, Reporter, View};
use metra::runtime::ReporterClass;
use metra::{Clock, Group, ManualClock, Reading, RootInfo, Runtime, Setup};

/// What reporters were told, a line each.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn say(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

struct Recorder(Told);

impl Reporter for Recorder {
    fn added(&mut self, view: &View, metric: &MetricInfo<'_>) {
        self.0.say(format!(
            "{} + {}",
            view.settings().name,
            metric.identifier()
        ));
    }

    fn removed(&mut self, view: &View, metric: &MetricInfo<'_>) {
        self.0.say(format!(
            "{} - {}",
            view.settings().name,
            metric.identifier()
        ));
    }

    fn report(&mut self, view: &View, readings: &mut Readings<'_>) {
        let name = &view.settings().name;
        readings(&mut |metric, reading| {
            assert!(metric.name() != "panics", "a reporter that panics");
            self.0.say(format!("{name} {} {reading:?}", metric.name()));
        })
        .unwrap();
    }

    fn close(&mut self, view: &View) {
        self.0.say(format!("{} closed", view.settings().name));
    }
}

/// A runtime on a manual clock whose reporters of class "test" record what they are told.
fn runtime(keys: &[(&str, &str)]) -> (Runtime, ManualClock, Told) {
    let mut config = Config::new();
    for (key, value) in keys {
        config.set(key, value).unwrap();
    }
    let (clock, told) = (ManualClock::default(), Told::default());
    let recorders = told.clone();
    let class = ReporterClass {
        make: Box::new(move |_| Box::new(Recorder(recorders.clone()))),
        pushes: true,
    };
    let setup = Setup {
        config,
        clock: Clock::Manual(clock.clone()),
        classes: [("test".to_owned(), Arc::new(class))].into(),
        ..Setup::default()
    };
    (Runtime::start(setup).unwrap(), clock, told)
}

fn root(runtime: &Runtime) -> Group {
    let info = RootInfo {
        name: "app",
        variables: &[],
    };
    runtime.registry().root(&info).unwrap()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn reporter_is_told_reports_and_reports_a_last_time() {
    let class = ("metrics.reporter.r.factory.class", "test");
    let (runtime, clock, told) = runtime(&[class, ("metrics.reporter.r.interval", "10 s")]);
    let root = root(&runtime);
    root.counter("c").unwrap().inc(1);
    clock.advance(Duration::ZERO);
    assert_eq!(told.take(), ["r + app.c"]);
    clock.advance(9 * SECOND);
    assert_eq!(told.take(), [""; 0]);
    clock.advance(SECOND);
    assert_eq!(told.take(), ["r c Counter(1)"]);
    root.counter("e").unwrap();
    clock.advance(Duration::ZERO);
    root.unregister("c").unwrap();
    clock.advance(20 * SECOND);
    let report = "r e Counter(0)";
    assert_eq!(told.take(), ["r + app.e", "r - app.c", report, report]);
    runtime.close(60 * SECOND).unwrap();
    assert_eq!(told.take(), ["r e Counter(0)", "r closed"]);
}

#[test]
fn each_reporter_has_its_filter_delimiter_and_interval() {
    let (runtime, clock, told) = runtime(&[
        ("metrics.reporter.a.factory.class", "test"),
        ("metrics.reporter.a.filter.excludes", "*:*:counter"),
        ("metrics.reporter.a.interval", "3 s"),
        ("metrics.reporter.b.factory.class", "test"),
        ("metrics.reporter.b.scope.delimiter", "_"),
        ("metrics.reporter.b.interval", "1 h"),
    ]);
    let root = root(&runtime);
    root.counter("c_1").unwrap();
    root.meter("m", 60).unwrap();
    clock.advance(3 * SECOND);
    let mut lines = told.take();
    lines.sort();
    assert_eq!(
        lines,
        [
            "a + app.m",
            "a m Meter { count: 0, rate: 0.0 }",
            "b + app_c-1",
            "b + app_m"
        ]
    );
}

#[test]
fn reporter_that_panics_is_counted_and_called_again() {
    let class = ("metrics.reporter.r.factory.class", "test");
    let (runtime, clock, told) = runtime(&[class]);
    let root = root(&runtime);
    root.counter("panics").unwrap();
    clock.advance(10 * SECOND);
    assert_eq!(runtime.registry().log().lost(Loss::Panic), 1);
    told.take();
    root.unregister("panics").unwrap();
    root.counter("c").unwrap();
    clock.advance(10 * SECOND);
    assert_eq!(
        told.take(),
        ["r - app.panics", "r + app.c", "r c Counter(0)"]
    );
}

#[test]
fn equal_identifiers_are_counted_and_both_reported() {
    let class = ("metrics.reporter.r.factory.class", "test");
    let (runtime, clock, told) = runtime(&[class]);
    let root = root(&runtime);
    root.add_group("a").unwrap().counter("b.c").unwrap();
    root.add_group("a")
        .unwrap()
        .add_group("b")
        .unwrap()
        .counter("c")
        .unwrap();
    root.add_key_value("a", "b").unwrap().counter("c").unwrap();
    clock.advance(Duration::ZERO);
    assert_eq!(
        told.take(),
        ["r + app.a.b_c", "r + app.a.b.c", "r + app.a.b.c"]
    );
    assert_eq!(runtime.registry().log().lost(Loss::EqualIdentity), 1);
}

#[test]
fn unknown_class_is_left_out_and_said_and_short_intervals_are_refused() {
    let lines = Told::default();
    let log = lines.clone();
    let mut setup = Setup::default();
    setup
        .config
        .set("metrics.reporter.x.factory.class", "no.such.Class")
        .unwrap();
    setup.sink = Some(Arc::new(Box::new(move |_, line| log.say(line.to_owned()))));
    let runtime = Runtime::start(setup).unwrap();
    assert_eq!(runtime.reporters().len(), 0);
    assert_eq!(
        lines.take(),
        ["reporter x is left out: nobody here has its class 'no.such.Class'"]
    );
}

#[test]
fn meter_is_first_updated_at_its_second_tick() {
    let (runtime, clock, _) = runtime(&[]);
    let root = root(&runtime);
    let meter = root.meter("m", 10).unwrap();
    meter.mark_event(20);
    clock.advance(5 * SECOND);
    assert_eq!(meter.rate(), 0.0);
    clock.advance(5 * SECOND);
    assert_eq!(meter.rate(), 2.0);
    clock.advance(10 * SECOND);
    assert_eq!(meter.rate(), 0.0);
}

#[test]
fn tick_starts_again_after_the_last_meter_went() {
    let (runtime, clock, _) = runtime(&[]);
    let root = root(&runtime);
    root.meter("m", 10).unwrap();
    clock.advance(10 * SECOND);
    root.unregister("m").unwrap();
    clock.advance(10 * SECOND);
    let histogram = root.histogram("h").unwrap();
    let meter = root.meter("n", 10).unwrap();
    histogram.update(5);
    meter.mark_event(10);
    clock.advance(10 * SECOND);
    assert_eq!(meter.rate(), 1.0);
    assert_eq!(histogram.read().window_count, 1);
    clock.advance(120 * SECOND);
    assert_eq!(histogram.read().window_count, 0);
    assert_eq!(histogram.read().count, 1);
}

#[test]
fn readings_come_in_the_order_of_registration_with_every_type() {
    let (runtime, _, _) = runtime(&[]);
    let root = root(&runtime);
    root.counter("a").unwrap().inc(-4);
    root.monotonic_counter("b").unwrap().inc(4);
    root.settable_gauge("c", metra::Value::Bool(true)).unwrap();
    root.distribution("d").unwrap().update(3);
    root.meter("e", 60).unwrap().mark_event(2);
    root.histogram("f").unwrap().update(9);
    let mut seen = Vec::new();
    runtime
        .collect(|metric, reading| seen.push((metric.name().to_owned(), reading.clone())))
        .unwrap();
    assert_eq!(seen[0], ("a".into(), Reading::Counter(-4)));
    assert_eq!(seen[1], ("b".into(), Reading::MonotonicCounter(4)));
    assert_eq!(
        seen[2],
        ("c".into(), Reading::Gauge(Some(metra::Value::Bool(true))))
    );
    assert!(matches!(&seen[3].1, Reading::Distribution(read) if read.sum == 3 && read.mean == 3.0));
    assert_eq!(
        seen[4].1,
        Reading::Meter {
            count: 2,
            rate: 0.0
        }
    );
    assert!(matches!(&seen[5].1, Reading::Histogram(read) if read.p50 == 9.0));
}

#[test]
fn dropping_a_runtime_closes_its_reporters_without_a_last_report() {
    let class = ("metrics.reporter.r.factory.class", "test");
    let (runtime, clock, told) = runtime(&[class]);
    root(&runtime).counter("c").unwrap();
    clock.advance(Duration::ZERO);
    drop(runtime);
    clock.advance(Duration::ZERO);
    assert_eq!(told.take(), ["r + app.c", "r closed"]);
}
