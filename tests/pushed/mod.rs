//! A program with one reporter, `r`, on a clock that the test moves.
#![allow(dead_code, reason = "a test uses what it needs")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use metra::log::{Level, Loss};
use metra::{Clock, Config, Error, Group, ManualClock, RootInfo, Runtime, Setup, Value};

/// How long a test waits for what has to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The pause between two reports, which is never longer after one that failed.
const INTERVAL: Duration = Duration::from_secs(3600);

/// What a registry says, line by line.
type Said = Arc<Mutex<Vec<(Level, String)>>>;

/// The program.
pub(crate) struct Program {
    pub(crate) runtime: Runtime,
    clock: ManualClock,
    said: Said,
}

impl Program {
    /// A program whose reporter has these keys. What metra says of itself is not reported.
    pub(crate) fn start(keys: &[(&str, &str)]) -> Self {
        Self::try_start(keys).unwrap()
    }

    /// The same, if its registry is not refused.
    pub(crate) fn try_start(keys: &[(&str, &str)]) -> Result<Self, Error> {
        let mut config = Config::new();
        let usual = [("interval", "1 h"), ("filter.excludes", "metra.*")];
        for (key, value) in usual.iter().chain(keys) {
            config.set(&format!("metrics.reporter.r.{key}"), value)?;
        }
        let (clock, said) = (ManualClock::default(), Said::default());
        let sink = Arc::clone(&said);
        let setup = Setup {
            config,
            clock: Clock::Manual(clock.clone()),
            sink: Some(Arc::new(Box::new(move |level, text| {
                sink.lock().unwrap().push((level, text.to_owned()));
            }))),
            ..Setup::default()
        };
        let runtime = Runtime::start(setup)?;
        Ok(Self {
            runtime,
            clock,
            said,
        })
    }

    /// The root of this name.
    pub(crate) fn root(&self, name: &str, variables: &[(&str, &str)]) -> Group {
        let info = RootInfo { name, variables };
        self.runtime.registry().root(&info).unwrap()
    }

    /// Reports once, and returns when that is done.
    pub(crate) fn report(&self) {
        self.pass(INTERVAL);
    }

    /// Lets time pass, and returns when what became due is done.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// What metra's own metric of the reporter says.
    pub(crate) fn own(&self, name: &str) -> i64 {
        let group = self.root("metra", &[]).add_key_value("reporter", "r");
        group.unwrap().monotonic_counter(name).unwrap().count()
    }

    /// How many reports were delivered, and how many were not.
    pub(crate) fn reports(&self) -> (i64, i64) {
        (self.own("reports"), self.own("failedReports"))
    }

    /// How many metrics were delivered, and how many were not.
    pub(crate) fn metrics(&self) -> (i64, i64) {
        (self.own("metrics"), self.own("failedMetrics"))
    }

    /// How many values were left out.
    pub(crate) fn dropped(&self) -> i64 {
        let lost = self.runtime.registry().log().lost(Loss::Inexpressible);
        assert_eq!(u64::try_from(self.own("droppedMetrics")), Ok(lost));
        self.own("droppedMetrics")
    }

    /// Drops the registry without closing it; what was said until its reporters were gone.
    pub(crate) fn abandon(self) -> Vec<String> {
        drop(self.runtime);
        self.clock.advance(Duration::ZERO);
        let said = self.said.lock().unwrap();
        said.iter().map(|(_, text)| text.clone()).collect()
    }

    /// What was said so far.
    pub(crate) fn said(&self) -> Vec<String> {
        let said = self.said.lock().unwrap();
        said.iter().map(|(_, text)| text.clone()).collect()
    }

    /// What was said so far at this level.
    pub(crate) fn said_at(&self, wanted: Level) -> Vec<String> {
        let said = self.said.lock().unwrap();
        let wanted = said.iter().filter(|(level, _)| *level == wanted);
        wanted.map(|(_, text)| text.clone()).collect()
    }
}

/// Registers gauges with values of all kinds, and such as systems stumble over.
pub(crate) fn gauges(group: &Group) {
    for (name, value) in [
        ("whole", Value::Int64(17)),
        ("negative", Value::Int64(-4)),
        ("most", Value::Int64(i64::MAX)),
        ("least", Value::Int64(i64::MIN)),
        ("double", Value::Double(0.1)),
        ("small", Value::Double(1e-7)),
        ("large", Value::Double(f64::MAX)),
        ("minus_zero", Value::Double(-0.0)),
        ("nan", Value::Double(f64::NAN)),
        ("infinite", Value::Double(f64::INFINITY)),
        ("minus_infinite", Value::Double(f64::NEG_INFINITY)),
        ("yes", Value::Bool(true)),
        ("no", Value::Bool(false)),
        ("text", Value::Text("hello world".into())),
        ("empty", Value::Text("".into())),
    ] {
        group.settable_gauge(name, value).unwrap();
    }
    group.gauge("silent", Box::new(|| None)).unwrap();
}
