//! A registry configured as a vector says, with a recorder behind every reporter.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::abi::METRA_ERROR_CONFIG;
use super::deviations::{Row, config as rules, filters::Filter};
use super::host::{
    Change, Clock, Config, LogSink, Recorder, Refusal, Registry, ReporterInfo, Told,
};
use super::json::{Object, text};
use super::verdict::Judge;

/// The class of reporters that a vector needs but does not configure.
const RECORDER: &str = "metra.vectors.Recorder";

/// Classes that vectors name and that exist for them: the first is told of metrics, the second reports as well.
const TOLD: &str = "<test factory>";
const PUSHING: &str = "<test push factory>";

/// A configuration on its way to a registry.
pub(crate) struct Stage {
    config: Config,
    clock: Rc<Clock>,
    recorder: Arc<Recorder>,
    settings: Object,
    failing: BTreeSet<String>,
    /// The keys that were refused, each with the row that says so.
    pub(crate) refused: BTreeMap<String, Row>,
}

/// What a registry measures time by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// The clock of the scene.
    Manual,
    System,
}

/// Whether recorders are called at an interval.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recording {
    Told,
    Reports,
}

impl Stage {
    /// Sets all keys of a vector's configuration and a working factory for each of `reporters`.
    ///
    /// A value that is refused must be one that a rule refuses, or the additional variables of a reporter that Flink
    /// drops (`dropped`); the key is then left out.
    pub(crate) fn set(
        judge: &mut Judge,
        settings: &Object,
        reporters: &[String],
        dropped: &[String],
        recording: Recording,
    ) -> Self {
        Self::set_on(Time::Manual, judge, settings, reporters, dropped, recording)
    }

    /// The same, for a registry on a time of choice.
    pub(crate) fn set_on(
        time: Time,
        judge: &mut Judge,
        settings: &Object,
        reporters: &[String],
        dropped: &[String],
        recording: Recording,
    ) -> Self {
        let clock = Clock::new();
        let config = Config::new();
        if time == Time::Manual {
            config.set_clock(&clock);
        }
        let recorder = Arc::new(Recorder::default());
        config.add_recorder(RECORDER, &recorder, recording == Recording::Reports);
        config.add_recorder(TOLD, &recorder, false);
        config.add_recorder(PUSHING, &recorder, true);
        let mut stage = Self {
            config,
            clock,
            recorder,
            settings: settings.clone(),
            failing: failing(settings),
            refused: BTreeMap::new(),
        };
        for reporter in reporters {
            let key = format!("metrics.reporter.{reporter}.factory.class");
            stage.settings.entry(key).or_insert_with(|| RECORDER.into());
        }
        for (key, value) in &stage.settings.clone() {
            let row = rules::refusal(key, text(value)).or_else(|| bad_map(key, dropped));
            stage.set_key(judge, key, text(value), row);
        }
        stage
    }

    fn set_key(&mut self, judge: &mut Judge, key: &str, value: &str, row: Option<Row>) {
        match (self.config.set(key, value), row) {
            (Ok(()), None) => {}
            (Err(refusal), Some(row)) if refusal.status == METRA_ERROR_CONFIG => {
                let named = refusal.message.contains(key);
                judge.deviates(format!("refusal that names {key}: {refusal}"), row, named);
                self.refused.insert(key.to_owned(), row);
            }
            (Ok(()), Some(row)) => {
                judge.wrong(format!(
                    "{key}: {value:?} must be refused ({row}), but is taken"
                ));
            }
            (Err(refusal), _) => judge.wrong(format!("{key}: {value:?} is refused: {refusal}")),
        }
    }

    /// Has metra say to `sink` what it has to say.
    pub(crate) fn log_to(&self, sink: &Arc<LogSink>) {
        self.config.set_log(sink);
    }

    /// What is configured.
    pub(crate) fn settings(&self) -> &Object {
        &self.settings
    }

    /// Starts the registry.
    pub(crate) fn open(self) -> Result<Scene, Refusal> {
        let registry = self.config.open()?;
        Ok(Scene {
            reporters: registry.reporters(),
            registry,
            clock: self.clock,
            recorder: self.recorder,
            settings: self.settings,
            failing: self.failing,
        })
    }
}

/// The row by which a map of additional variables is refused: Flink drops the reporter because it is none.
fn bad_map(key: &str, dropped: &[String]) -> Option<Row> {
    let reporter = key
        .strip_prefix("metrics.reporter.")?
        .strip_suffix(".scope.variables.additional")?;
    dropped
        .iter()
        .any(|name| name == reporter)
        .then_some(Row::Config)
}

/// Reporters that throw in Flink. A callback across C cannot throw, so such a reporter just keeps no record: what is
/// judged is that the others are unaffected.
fn failing(settings: &Object) -> BTreeSet<String> {
    let failing = settings
        .iter()
        .filter(|(_, value)| value.as_str() == Some("true"));
    let names = failing.filter_map(|(key, _)| {
        key.strip_prefix("metrics.reporter.")?
            .strip_suffix(".test.failing")
    });
    names.map(str::to_owned).collect()
}

/// A running registry.
pub(crate) struct Scene {
    pub(crate) registry: Registry,
    pub(crate) clock: Rc<Clock>,
    pub(crate) reporters: Vec<ReporterInfo>,
    recorder: Arc<Recorder>,
    settings: Object,
    failing: BTreeSet<String>,
}

impl Scene {
    /// What the reporters were told since the last call of this.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.clock.advance(0);
        let told = self.recorder.take().into_iter();
        told.filter(|told| !self.failing.contains(&told.reporter))
            .collect()
    }

    /// The same, reduced to those who were told of `change`, in words.
    pub(crate) fn words(told: &[Told], change: Change) -> Vec<String> {
        let concerned = told.iter().filter(|told| told.change == change);
        let word = |told: &Told| {
            let metric = &told.metric;
            event(
                &told.reporter,
                metric.metric_type,
                &metric.name,
                &metric.identifier,
            )
        };
        concerned.map(word).collect()
    }

    /// What the reporters last reported, in words with the counts of counters.
    pub(crate) fn reported(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (reporter, metrics) in self.recorder.reports() {
            if !self.failing.contains(&reporter) {
                words.extend(metrics.iter().map(|metric| {
                    let event = event(
                        &reporter,
                        metric.metric_type,
                        &metric.name,
                        &metric.identifier,
                    );
                    with_count(event, metric.count)
                }));
            }
        }
        words
    }

    /// Moves on to the next report of every reporter.
    pub(crate) fn wait_for_reports(&self) {
        let longest = self
            .reporters
            .iter()
            .map(|reporter| reporter.interval_ms)
            .max();
        self.clock.advance(longest.unwrap_or_default());
    }

    /// What was configured.
    pub(crate) fn settings(&self) -> &Object {
        &self.settings
    }

    pub(crate) fn reporter(&self, name: &str) -> Option<&ReporterInfo> {
        self.reporters.iter().find(|reporter| reporter.name == name)
    }

    /// The reporters of which records are kept, each with its filter.
    pub(crate) fn filters(&self) -> Vec<(&ReporterInfo, Filter)> {
        let kept = self
            .reporters
            .iter()
            .filter(|reporter| !self.failing.contains(&reporter.name));
        kept.map(|reporter| (reporter, self.filter(&reporter.name)))
            .collect()
    }

    fn filter(&self, reporter: &str) -> Filter {
        let setting = |key: &str| {
            let key = format!("metrics.reporter.{reporter}.filter.{key}");
            self.settings.get(&key).and_then(|value| value.as_str())
        };
        Filter::read(setting("includes"), setting("excludes")).expect("it was not refused")
    }
}

/// A metric as one reporter knows it, in words.
pub(crate) fn event(reporter: &str, metric_type: &str, name: &str, identifier: &str) -> String {
    format!("{reporter}: {metric_type} {name:?} = {identifier:?}")
}

pub(crate) fn with_count(event: String, count: Option<i64>) -> String {
    count.map_or(event.clone(), |count| format!("{event} = {count}"))
}
