//! A courier to a system that does as it is told.
#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(
    clippy::indexing_slicing,
    reason = "a failing test may panic; here it says what did not happen"
)]

use std::collections::VecDeque;
use std::sync::Mutex;

use super::*;
use crate::config::Config;
use crate::group::{Group, RootInfo};
use crate::log::{Level, Log, Loss};
use crate::registry::Registry;
use crate::reporter::delta::Delta;

/// What a system took, and what it is told to say to the next batches.
#[derive(Default)]
struct Script {
    batches: Vec<String>,
    answers: VecDeque<Failure>,
    /// Said when everything is sent.
    last_word: Option<Failure>,
    /// How many metrics of a batch are not taken, for one batch each.
    rejections: VecDeque<usize>,
    spelled_scopes: usize,
    spelled_metrics: usize,
}

/// Writes `<scope><name>=<difference>` for counters, in batches of two; there is no room for a counter called `wide` behind
/// another one.
struct Scripted {
    script: Arc<Mutex<Script>>,
    batch: Vec<String>,
}

impl System for Scripted {
    type Scope = String;
    type Metric = (String, Delta);

    fn scope(&self, view: &View, scope: &Scope) -> String {
        self.script.lock().unwrap().spelled_scopes += 1;
        scope.identifier_prefix(&view.naming())
    }

    fn metric(&self, info: &MetricInfo<'_>, _: &String, _: Duration) -> (String, Delta) {
        self.script.lock().unwrap().spelled_metrics += 1;
        (info.name().to_owned(), Delta::default())
    }

    fn begin(&mut self, _: &Moment) {
        self.batch.clear();
    }

    fn write(
        &mut self,
        scope: &String,
        metric: &mut (String, Delta),
        reading: &Reading,
    ) -> Written {
        // Those of metra's own are another story.
        if scope.starts_with("metra.") {
            return Written::Nothing;
        }
        match reading {
            Reading::Counter(_) if metric.0 == "wide" && !self.batch.is_empty() => Written::Full,
            Reading::Counter(count) => {
                let new = metric.1.of(*count);
                self.batch.push(format!("{scope}{}={new}", metric.0));
                Written::Yes
            }
            _ => Written::Inexpressible("no word for it"),
        }
    }

    fn is_full(&self) -> bool {
        self.batch.len() == 2
    }

    fn send(&mut self, _: &Moment) -> Result<usize, Failure> {
        let batch = std::mem::take(&mut self.batch).join(" ");
        if batch.is_empty() {
            return Ok(0);
        }
        let mut script = self.script.lock().unwrap();
        let bytes = batch.len();
        script.batches.push(batch);
        script.answers.pop_front().map_or(Ok(bytes), Err)
    }

    fn writes_life(&self) -> bool {
        true
    }

    fn write_life(
        &mut self,
        scope: &String,
        metric: &mut (String, Delta),
        histogram: &Histogram,
    ) -> Written {
        if !self.batch.is_empty() {
            return Written::Full;
        }
        let count = histogram.read().count;
        self.batch.push(format!("{scope}{}={count} ever", metric.0));
        Written::Yes
    }

    fn rejection(&mut self) -> Option<Rejection> {
        let metrics = self.script.lock().unwrap().rejections.pop_front()?;
        Some(Rejection {
            metrics,
            failure: Failure::refusal("takes a part"),
        })
    }

    fn arrived(metric: &mut (String, Delta)) {
        metric.1.arrived();
    }

    fn end(&mut self, _: &Moment) -> Result<(), Failure> {
        let last_word = self.script.lock().unwrap().last_word.take();
        last_word.map_or(Ok(()), Err)
    }
}

/// A registry with a root, and a courier.
struct Fixture {
    registry: Registry,
    app: Group,
    courier: Courier<Scripted>,
    script: Arc<Mutex<Script>>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Fixture {
    fn new() -> Self {
        let mut config = Config::new();
        config
            .set("metrics.reporter.r.factory.class", "scripted")
            .unwrap();
        let settings = config.settings().unwrap();
        let said = Arc::<Mutex<Vec<String>>>::default();
        let sink = Arc::clone(&said);
        let say = move |_: Level, text: &str| sink.lock().unwrap().push(text.to_owned());
        let log = Arc::new(Log::new(Some(Arc::new(Box::new(say)))));
        let registry = Registry::new(&settings, Arc::clone(&log));
        let reporter = settings.reporters[0].clone();
        let view = Arc::new(View::new(reporter, settings.delimiter, Arc::clone(&log)));
        let gauges = Arc::new(GaugeReader::new(Duration::from_secs(60), log));
        let script = Arc::<Mutex<Script>>::default();
        let system = Scripted {
            script: Arc::clone(&script),
            batch: Vec::new(),
        };
        let courier = Courier::new(
            system,
            &Site {
                view: &view,
                registry: &registry,
                gauges: &gauges,
                now: Duration::ZERO,
                is_inherited: false,
            },
        );
        let variables = &[];
        Self {
            app: registry
                .root(&RootInfo {
                    name: "app",
                    variables,
                })
                .unwrap(),
            registry,
            courier,
            script,
            said,
        }
    }

    /// Exchanges the courier for one that takes over what is counted.
    fn start_again(&mut self) {
        let system = Scripted {
            script: Arc::clone(&self.script),
            batch: Vec::new(),
        };
        let site = Site {
            view: &Arc::clone(&self.courier.view),
            registry: &self.registry,
            gauges: &Arc::clone(&self.courier.gauges),
            now: Duration::ZERO,
            is_inherited: true,
        };
        self.courier = Courier::new(system, &site);
    }

    /// Registers counters and counts each to 1.
    fn count(&self, names: &[&str]) {
        for name in names {
            self.app.counter(name).unwrap().inc(1);
        }
    }

    /// Reports once, with these answers to the batches; what was in each of them.
    fn report(&mut self, answers: &[Failure]) -> Vec<String> {
        let (batches, is_failed) = self.try_report(answers);
        assert_eq!(is_failed, !answers.is_empty());
        batches
    }

    /// The same, and whether the report failed.
    fn try_report(&mut self, answers: &[Failure]) -> (Vec<String>, bool) {
        self.script.lock().unwrap().answers = answers.iter().cloned().collect();
        self.courier.catch_up(Duration::ZERO);
        let moment = Moment {
            time: Duration::ZERO,
            deadline: Instant::now() + Duration::from_secs(60),
        };
        let outcome = self.courier.report(&moment);
        let batches = std::mem::take(&mut self.script.lock().unwrap().batches);
        (batches, outcome.is_err())
    }

    /// What metra's own metric of this name says.
    fn own(&self, name: &str) -> i64 {
        let root = self.registry.root(&RootInfo {
            name: "metra",
            variables: &[],
        });
        let group = root.unwrap().add_key_value("reporter", "r").unwrap();
        group.monotonic_counter(name).unwrap().count()
    }
}

#[test]
fn child_of_a_fork_says_what_it_counts_itself() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "b", "c"]);
    fixture.app.gauge("g", Box::new(|| None)).unwrap();
    fixture.start_again();
    fixture.count(&["b", "d"]);
    assert_eq!(fixture.report(&[]), ["app.a=0 app.b=1", "app.c=0 app.d=1"]);
}

fn gone() -> Failure {
    Failure::unavailable("nobody is there")
}

fn refusal() -> Failure {
    Failure::refusal("answers 400")
}

#[test]
fn metrics_are_spelled_once_and_scopes_once_for_all_of_theirs() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "b", "c"]);
    assert_eq!(fixture.report(&[]), ["app.a=1 app.b=1", "app.c=1"]);
    assert_eq!(fixture.report(&[]), ["app.a=0 app.b=0", "app.c=0"]);
    let script = fixture.script.lock().unwrap();
    // One scope and six metrics are metra's own.
    assert_eq!((script.spelled_scopes, script.spelled_metrics), (2, 9));
}

#[test]
fn scopes_without_metrics_are_forgotten() {
    let mut fixture = Fixture::new();
    for round in 0..3 {
        let group = fixture.app.add_group("short").unwrap();
        group.counter("one").unwrap();
        group.counter("two").unwrap();
        fixture.report(&[]);
        assert_eq!(fixture.courier.scopes.spelled.len(), 2, "round {round}");
        group.unregister("one").unwrap();
        fixture.report(&[]);
        assert_eq!(fixture.courier.scopes.spelled.len(), 2);
        group.close().unwrap();
        assert_eq!(fixture.report(&[]), [""; 0]);
        assert_eq!(fixture.courier.scopes.spelled.len(), 1);
    }
}

#[test]
fn difference_waits_until_its_batch_arrives() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "b", "c"]);
    assert_eq!(fixture.report(&[gone()]), ["app.a=1 app.b=1"]);
    fixture.count(&["a", "c"]);
    assert_eq!(fixture.report(&[]), ["app.a=2 app.b=1", "app.c=2"]);
    assert_eq!(fixture.report(&[]), ["app.a=0 app.b=0", "app.c=0"]);
    assert_eq!(
        (fixture.own("metrics"), fixture.own("failedMetrics")),
        (6, 3)
    );
    assert_eq!(
        (fixture.own("reports"), fixture.own("failedReports")),
        (2, 1)
    );
    assert_eq!(fixture.own("bytes"), 2 * (15 + 7));
}

#[test]
fn batch_that_is_refused_is_lost_alone() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "b", "c"]);
    let batches = ["app.a=1 app.b=1", "app.c=1"];
    assert_eq!(fixture.report(&[refusal()]), batches);
    assert_eq!(fixture.report(&[]), ["app.a=1 app.b=1", "app.c=0"]);
    assert_eq!(
        (fixture.own("metrics"), fixture.own("failedMetrics")),
        (4, 2)
    );
}

#[test]
fn metric_without_room_goes_into_the_next_batch() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "wide", "b", "c"]);
    let batches = ["app.a=1", "app.wide=1 app.b=1", "app.c=1"];
    assert_eq!(fixture.report(&[]), batches);
    fixture.count(&["a", "wide"]);
    assert_eq!(fixture.report(&[gone()]), ["app.a=1"]);
    let batches = ["app.a=1", "app.wide=1 app.b=0", "app.c=0"];
    assert_eq!(fixture.report(&[]), batches);
    assert_eq!(
        (fixture.own("metrics"), fixture.own("failedMetrics")),
        (8, 4)
    );
}

#[test]
fn report_that_does_not_end_well_delivers_nothing() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "b", "c"]);
    fixture.script.lock().unwrap().last_word = Some(gone());
    let (batches, is_failed) = fixture.try_report(&[]);
    assert_eq!((batches.len(), is_failed), (2, true));
    assert_eq!(
        (fixture.own("metrics"), fixture.own("failedMetrics")),
        (0, 3)
    );
    assert_eq!((fixture.own("failedReports"), fixture.own("bytes")), (1, 0));
}

#[test]
fn histogram_is_written_by_its_life_where_the_system_wants_that() {
    let mut fixture = Fixture::new();
    fixture.count(&["a"]);
    fixture.app.histogram("h").unwrap().update(5);
    fixture.count(&["b"]);
    let batches = ["app.a=1", "app.h=1 ever app.b=1"];
    assert_eq!(fixture.report(&[]), batches);
    assert_eq!(fixture.own("metrics"), 3);
}

#[test]
fn part_of_a_batch_that_is_not_taken_is_counted_and_the_rest_goes_on() {
    let mut fixture = Fixture::new();
    fixture.count(&["a", "b", "c"]);
    let batches = ["app.a=1 app.b=1", "app.c=1"];
    fixture.script.lock().unwrap().rejections = [1, 100].into();
    assert_eq!(
        fixture.try_report(&[]),
        (batches.map(str::to_owned).into(), true)
    );
    assert_eq!(
        (fixture.own("metrics"), fixture.own("failedMetrics")),
        (1, 2)
    );
    assert_eq!(
        (fixture.own("reports"), fixture.own("failedReports")),
        (0, 1)
    );
    // Nobody knows which they were, so none is sent again.
    assert_eq!(fixture.report(&[]), ["app.a=0 app.b=0", "app.c=0"]);
    let said = fixture.said.lock().unwrap();
    let expected = [
        "reporter r: reports do not arrive: takes a part",
        "reporter r: reports arrive again",
    ];
    assert_eq!(*said, expected);
}

#[test]
fn what_cannot_be_said_is_counted_and_said_once() {
    let mut fixture = Fixture::new();
    fixture.app.meter("m", 60).unwrap();
    fixture.count(&["a"]);
    for _ in 0..3 {
        assert_eq!(fixture.report(&[]).len(), 1);
    }
    assert_eq!(fixture.own("droppedMetrics"), 3);
    assert_eq!(fixture.registry.log().lost(Loss::Inexpressible), 3);
    let said = fixture.said.lock().unwrap();
    assert_eq!(*said, ["reporter r: no word for it"]);
}

#[test]
fn outage_is_said_when_it_begins_and_when_it_ends() {
    let mut fixture = Fixture::new();
    fixture.count(&["a"]);
    for answers in [&[][..], &[gone()], &[gone()], &[], &[], &[gone()]] {
        fixture.report(answers);
    }
    let begins = "reporter r: reports do not arrive: nobody is there";
    let ends = "reporter r: reports arrive again";
    assert_eq!(*fixture.said.lock().unwrap(), [begins, ends, begins]);
}

#[test]
fn own_metrics_are_done_without_where_there_is_no_room() {
    let mut config = Config::new();
    config.set("metrics.limit", "2").unwrap();
    let settings = config.settings().unwrap();
    let registry = Registry::new(&settings, Arc::default());
    let settings = crate::config::ReporterSettings::unconfigured('.');
    let view = Arc::new(View::new(settings, '.', Arc::default()));
    let mut deliveries = Deliveries::new(&view, &registry);
    deliveries.ended(&Ok(()));
    deliveries.arrived(1, 1);
    assert_eq!(registry.size().1, 2);
}
