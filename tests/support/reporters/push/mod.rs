//! Reporters that send at an interval, played on a manual clock: each step `report` is one interval.
//!
//! A system is what it receives with ([`System::Receiver`]), a reader of its output, and a model of the items that metrics
//! yield; everything else is here. Each case is played as it is configured and, where the reporter can send exactly what
//! Flink's does, once more so (`flink-exact`), where only the shared rows may explain a difference.

mod listen;
mod run;
mod timeline;

use std::time::Duration;

use serde_json::Value;

use self::run::Run;
use super::compare::Explains;
use super::members::Members;
use super::own::{self, Heard};
use super::ports::placed;
use super::receivers::{Fate, HttpServer, Receiver};
use super::said::{Items, Model};
use super::sight::{Sight, setting};
use super::start::{self, Terms};
use crate::support::deviations::Row;
use crate::support::json::{Fields, Object};
use crate::support::scene::Time;
use crate::support::verdict::Judge;

/// Whose output reporters are to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Metras,
    /// Exactly Flink's.
    Flinks,
}

/// What is particular to the reporters of one system.
pub(crate) trait System: Explains {
    type Receiver: Receiver;

    /// The class of its reporters.
    const CLASS: &'static str;

    /// Whether they can send exactly what Flink's send.
    const HAS_FLINKS_WAY: bool = true;

    /// Changes what keeps metra's reporter from reaching a receiver on `port` of loopback.
    fn aim(_config: &mut Object, _reporter: &str, _port: u16) {}

    /// What metra takes otherwise in a configuration.
    fn terms(_config: &Object, _case: &Value) -> Terms {
        Terms::default()
    }

    /// Whether a configuration names a server that can be reached.
    fn reaches(_config: &Object) -> bool {
        true
    }

    /// The system with reporters of this configuration, each with its sight.
    fn new(config: &Object, sights: Vec<Sight>, way: Way) -> Self;

    /// What Flink sent in a step.
    fn flinks(&self, output: &Value, members: &Members<'_>) -> Result<Items<Self::Key>, String>;

    /// What metra sent, or why a server would not take it.
    fn heard(&self, sent: Sent<Self>, members: &Members<'_>) -> Result<Heard<Self::Key>, String>;

    /// What metra is to send, if the report arrives. What differs from report to report (differences of counts) goes on
    /// from here: from what was delivered, as `fate` says.
    fn expected(&mut self, members: &Members<'_>, fate: Fate) -> Model<Self::Key>;

    /// Whether some reporter shows metra's own metrics.
    fn shows_own(&self) -> bool {
        self.sights().iter().any(own::passes)
    }

    /// The row by which Flink lost the rest of a step's output, with an exception: metra goes on without a gauge that
    /// has no value.
    fn lost(&self, output: &Value, members: &Members<'_>) -> Option<Row> {
        let fails = || members.live().any(|(member, _)| member.has_no_value());
        (has_exception(output) && fails()).then_some(Row::Isolation)
    }

    /// Judges what was sent when the registry was closed: a last report, and what the system does besides.
    fn judge_close(
        &mut self,
        _judge: &mut Judge,
        _members: &Members<'_>,
        output: &Value,
        _sent: Sent<Self>,
    ) {
        panic!("a step that this system does not know: {output}");
    }
}

/// What a system's receiver gets.
pub(crate) type Sent<S> = Vec<<<S as System>::Receiver as Receiver>::Item>;

fn has_exception(output: &Value) -> bool {
    output
        .maybe("exception")
        .is_some_and(|exception| !exception.is_null())
}

/// Drives a case of a system.
pub(crate) fn drive<S: System>(judge: &mut Judge, case: &Value) {
    drive_way::<S>(judge, case, Way::Metras);
    if S::HAS_FLINKS_WAY {
        judge.context("flink-exact: ");
        drive_way::<S>(judge, case, Way::Flinks);
    }
}

fn drive_way<S: System>(judge: &mut Judge, case: &Value, way: Way) {
    let receiver = S::Receiver::open(case);
    let delay = case.maybe("slow_http_ms").and_then(Value::as_u64);
    let slow = delay.map(|ms| HttpServer::slow(Duration::from_millis(ms)));
    let config = configuration::<S>(case, way, &receiver, slow.as_ref());
    let time = if slow.is_some() {
        Time::System
    } else {
        Time::Manual
    };
    let Some(stage) = start::stage(judge, time, &config, case) else {
        return;
    };
    receiver.attach(&stage);
    let terms = S::terms(&config, case);
    let Some(scene) = start::open(judge, stage, case, &terms) else {
        return;
    };
    let started = scene.reporters.iter().map(|reporter| &reporter.name);
    let own = started.filter(|name| is_of::<S>(&config, name));
    let sights: Vec<Sight> = own.map(|name| Sight::read(&config, name)).collect();
    if !sights.is_empty() {
        let system = S::new(&config, sights, way);
        let is_reached = S::reaches(&config);
        let mut run = Run::new(judge, case, &scene, system, receiver, is_reached, &terms);
        match &slow {
            Some(slow) => run.play_beside(slow),
            None => run.play(),
        }
    }
}

/// The configuration of a case, with the ports that it leaves open, and what the driver needs besides.
fn configuration<S: System>(
    case: &Value,
    way: Way,
    receiver: &S::Receiver,
    slow: Option<&HttpServer>,
) -> Object {
    let ports = [
        ("${PORT2}", slow.and_then(HttpServer::port)),
        ("${PORT}", receiver.port()),
    ];
    let mut config = placed(case.object("config"), |value| {
        let place = |value: String, (word, port): &(&str, Option<u16>)| match port {
            Some(port) => value.replace(word, &port.to_string()),
            None => value,
        };
        ports.iter().fold(value.to_owned(), place)
    });
    // Flink's histograms never forget by time.
    let window = "metrics.histogram.window".to_owned();
    config.entry(window).or_insert_with(|| "1000 d".into());
    for name in start::configured(&config) {
        if is_of::<S>(&config, &name) {
            if let Some(port) = receiver.port() {
                S::aim(&mut config, &name, port);
            }
            if way == Way::Flinks {
                let key = format!("metrics.reporter.{name}.flink-exact");
                config.insert(key, "true".into());
            }
        }
    }
    config
}

fn is_of<S: System>(config: &Object, reporter: &str) -> bool {
    setting(config, reporter, "factory.class") == Some(S::CLASS)
}
