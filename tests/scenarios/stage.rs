//! What one scenario plays on: a registry on a manual clock, and everything its steps have named.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use metra::config::Config;
use metra::metric::{Counter, Distribution, Gauge, Histogram, Meter, MonotonicCounter};
use metra::{Clock, Error, Group, ManualClock, Runtime, Setup};
use serde_json::Value;

use crate::cells::Cell;
use crate::reporter::Scribe;
use crate::step::Step;
use crate::{cells, groups, metrics, readings, spelling};

/// What a step came to: what it has to say, or nothing, or why it was refused.
pub(crate) type Outcome = Result<Option<Value>, Error>;

/// What a step can name.
pub(crate) enum Thing {
    Group(Group),
    Token(u64),
    Counter(Arc<Counter>),
    MonotonicCounter(Arc<MonotonicCounter>),
    /// With what unregisters it.
    Gauge(Arc<Gauge>, Group, String),
    Distribution(Arc<Distribution>),
    Meter(Arc<Meter>),
    Histogram(Arc<Histogram>),
    Cell(Cell),
}

pub(crate) struct Stage {
    pub(crate) runtime: Runtime,
    clock: ManualClock,
    things: HashMap<String, Thing>,
    /// Whether the function of a gauge was dropped, also of one that was refused.
    pub(crate) drops: HashMap<String, Arc<AtomicBool>>,
    pub(crate) scribe: Scribe,
}

/// How long a registry may take to close.
const PATIENCE: Duration = Duration::from_secs(10);

impl Stage {
    /// A registry of the configuration that the scenario has.
    pub(crate) fn open(scenario: &Step<'_>) -> Result<Self, Error> {
        let (clock, scribe) = (ManualClock::default(), Scribe::default());
        let mut config = Config::new();
        for (key, value) in scenario.pairs("config") {
            config.set(key, value)?;
        }
        let setup = Setup {
            config,
            clock: Clock::Manual(clock.clone()),
            classes: [("scenario".to_owned(), Arc::new(scribe.class()))].into(),
            ..Setup::default()
        };
        Ok(Self {
            runtime: Runtime::start(setup)?,
            clock,
            things: HashMap::new(),
            drops: HashMap::new(),
            scribe,
        })
    }

    pub(crate) fn perform(&mut self, step: &Step<'_>) -> Outcome {
        match step.text("do") {
            "root" => groups::root(self, step),
            "taskmanager" => groups::taskmanager(self, step),
            "jobmanager" => groups::jobmanager(self, step),
            "job" => groups::job(self, step),
            "task" => groups::task(self, step),
            "operator" => groups::operator(self, step),
            "add_group" => groups::add_group(self, step),
            "token" => groups::token(self, step),
            "from_token" => groups::from_token(self, step),
            "close" => self.close(step),
            "is_closed" => groups::is_closed(self, step),
            "unregister" => groups::unregister(self, step),

            "identifier" => spelling::identifier(self, step),
            "logical_scope" => spelling::logical_scope(self, step),
            "scope_components" => spelling::scope_components(self, step),
            "variables" => spelling::variables(self, step),

            "counter" => metrics::counter(self, step),
            "monotonic_counter" => metrics::monotonic_counter(self, step),
            "gauge" => metrics::gauge(self, step),
            "settable_gauge" => metrics::settable_gauge(self, step),
            "distribution" => metrics::distribution(self, step),
            "meter" => metrics::meter(self, step),
            "histogram" => metrics::histogram(self, step),
            "dropped" => metrics::dropped(self, step),
            "inc" => metrics::inc(self, step),
            "dec" => metrics::dec(self, step),
            "set" => metrics::set(self, step),
            "update" => metrics::update(self, step),
            "update_many" => metrics::update_many(self, step),
            "mark_event" => metrics::mark_event(self, step),

            "cell_acquire" => cells::acquire(self, step),
            "cell_shared" => cells::shared(self, step),
            "cell_write" => cells::write(self, step),
            "cell_release" => cells::release(self, step),

            "read" => readings::read(self, step),
            "page" => readings::page(self),
            "collect" => readings::collect(self),
            "told" => self.told(step),
            "advance" => self.advance(step),
            unknown => panic!("unknown verb '{unknown}'"),
        }
    }

    /// Gives what a step made the name it wants.
    pub(crate) fn keep(&mut self, step: &Step<'_>, made: Result<Thing, Error>) -> Outcome {
        let name = step.maybe_text("as");
        let made = made?;
        let name = name.unwrap_or_else(|| panic!("no 'as': {step}"));
        self.things.insert(name.to_owned(), made);
        Ok(None)
    }

    pub(crate) fn thing(&self, name: &str) -> &Thing {
        self.things
            .get(name)
            .unwrap_or_else(|| panic!("nothing is named '{name}'"))
    }

    pub(crate) fn thing_mut(&mut self, name: &str) -> &mut Thing {
        self.things
            .get_mut(name)
            .unwrap_or_else(|| panic!("nothing is named '{name}'"))
    }

    pub(crate) fn take(&mut self, name: &str) -> Thing {
        self.things
            .remove(name)
            .unwrap_or_else(|| panic!("nothing is named '{name}'"))
    }

    /// The group that the step is about.
    pub(crate) fn group(&self, step: &Step<'_>) -> &Group {
        match self.thing(step.text("group")) {
            Thing::Group(group) => group,
            _ => panic!("no group: {step}"),
        }
    }

    /// The metric that the step is about.
    pub(crate) fn metric(&self, step: &Step<'_>) -> &Thing {
        self.thing(step.text("metric"))
    }

    /// Ends the scenario: nothing may be left that metra would still call.
    pub(crate) fn end(self) {
        self.runtime.close(PATIENCE).expect("closes in time");
        for (name, dropped) in self.drops {
            assert!(dropped.load(Ordering::SeqCst), "'{name}' was not dropped");
        }
    }

    /// Closes a group, or the registry where no group is named.
    fn close(&mut self, step: &Step<'_>) -> Outcome {
        match step.maybe("group") {
            Some(_) => self.group(step).close()?,
            None => self.runtime.close(PATIENCE)?,
        }
        Ok(None)
    }

    fn advance(&mut self, step: &Step<'_>) -> Outcome {
        let ms = u64::try_from(step.integer("ms")).expect("time goes forward");
        self.clock.advance(Duration::from_millis(ms));
        Ok(None)
    }

    fn told(&mut self, step: &Step<'_>) -> Outcome {
        self.clock.advance(Duration::ZERO);
        Ok(Some(self.scribe.take(step.text("reporter")).into()))
    }
}
