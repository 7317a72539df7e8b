//! Reporters: what carries metrics out, and how each of them sees the registry.
//!
//! A reporter of the program's own is a [`Reporter`]. Those that metra brings are listed in [`classes`].

pub(crate) mod failure;
pub(crate) mod pusher;

mod known;

pub(crate) mod own;

pub(crate) mod class;
#[cfg(feature = "push-http")]
mod client;
#[cfg(feature = "push")]
mod courier;
#[cfg(feature = "push")]
mod datagrams;
#[cfg(feature = "push")]
mod deliveries;
#[cfg(feature = "push")]
mod delta;
#[cfg(feature = "push")]
mod number;
#[cfg(feature = "push")]
mod resolver;
#[cfg(feature = "push")]
mod site;

#[cfg(feature = "push-http")]
mod datadog;
#[cfg(feature = "push")]
mod graphite;
#[cfg(feature = "push-http")]
mod influxdb;
#[cfg(feature = "push")]
mod log;
#[cfg(feature = "push-http")]
mod opentelemetry;
pub(crate) mod prometheus;
#[cfg(feature = "push-http")]
mod pushgateway;
#[cfg(feature = "push")]
mod statsd;

pub(crate) use class::class;
pub use class::{COMMON_KEYS, Class, Key, PUSH_KEYS, classes};

use crate::collect::Reading;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::filter::MetricKind;
use crate::group::{Identity, Live};
use crate::log::{Level, Log};
use crate::metric::MetricType;
use crate::scope::{Naming, Scope, Variable, bracketed};
use std::borrow::Cow;
use std::sync::Arc;

/// Carries metrics somewhere. All calls come from the reporter's own thread, in order.
pub trait Reporter: Send {
    /// A metric is there from now on.
    fn added(&mut self, view: &View, metric: &MetricInfo<'_>);
    /// A metric that was added is gone.
    fn removed(&mut self, view: &View, metric: &MetricInfo<'_>);
    /// An interval is over; `readings` shows every metric with its value. Pull reporters are never called.
    fn report(&mut self, view: &View, readings: &mut Readings<'_>);
    /// The registry closes; nothing is called after this.
    fn close(&mut self, view: &View);
}

/// Shows every metric of one report to the visitor it is given.
pub type Readings<'a> =
    dyn FnMut(&mut dyn FnMut(&MetricInfo<'_>, &Reading)) -> Result<(), Error> + 'a;

/// One metric, spelled as a reporter wants it.
pub struct MetricInfo<'a> {
    view: &'a View,
    identity: Identity<'a>,
}

impl<'a> MetricInfo<'a> {
    pub(crate) fn new(view: &'a View, identity: Identity<'a>) -> Self {
        Self { view, identity }
    }

    /// A number that no other metric of the registry has or will have.
    pub fn id(&self) -> u64 {
        self.identity.id
    }

    /// Its type.
    pub fn metric_type(&self) -> MetricType {
        self.identity.metric_type
    }

    /// Its name as registered.
    pub fn name(&self) -> &str {
        self.identity.name
    }

    /// Its scope, as registered.
    pub fn scope(&self) -> &Arc<Scope> {
        self.identity.scope
    }

    /// Its identifier with the reporter's delimiter.
    pub fn identifier(&self) -> String {
        self.scope()
            .identifier(self.identity.name, &self.view.naming())
    }

    /// What stands before the name in its identifier: the same for all metrics of a scope.
    pub(crate) fn identifier_prefix(&self) -> String {
        self.scope().identifier_prefix(&self.view.naming())
    }

    /// Its name as it stands in its identifier.
    pub(crate) fn name_in_identifier(&self) -> Cow<'a, str> {
        self.view.naming().clean(self.identity.name)
    }

    /// Its logical scope with the reporter's delimiter.
    pub fn logical_scope(&self) -> String {
        self.scope()
            .logical_scope(self.view.delimiter, &self.view.naming())
    }

    /// Its variables, without those that the reporter excludes and with those it adds.
    pub fn variables(&self) -> Vec<Variable> {
        self.view.variables(self.scope())
    }
}

/// How one reporter sees the registry: its name, filter, delimiter and variables.
#[derive(Clone, Debug)]
pub struct View {
    settings: ReporterSettings,
    delimiter: char,
    global_delimiter: char,
    log: Arc<Log>,
}

impl View {
    /// The view that a reporter's settings describe; filters see scopes joined with the global delimiter.
    pub(crate) fn new(settings: ReporterSettings, global_delimiter: char, log: Arc<Log>) -> Self {
        Self {
            delimiter: settings.delimiter,
            settings,
            global_delimiter,
            log,
        }
    }

    /// The reporter's settings.
    pub fn settings(&self) -> &ReporterSettings {
        &self.settings
    }

    /// The character that joins its identifiers.
    pub fn delimiter(&self) -> char {
        self.delimiter
    }

    /// How it spells identifiers.
    pub fn naming(&self) -> Naming<'static> {
        Naming::reporter(self.delimiter)
    }

    /// Whether its filter lets the metric through.
    pub(crate) fn accepts(&self, live: &Live) -> bool {
        let filter = &self.settings.filter;
        if filter.accepts_everything() {
            return true;
        }
        let scope = live
            .scope
            .logical_scope(self.global_delimiter, &Naming::plain(self.global_delimiter));
        filter.accepts(&scope, &live.name, kind(live.metric.metric_type()))
    }

    /// What stands before a metric's name in its logical name, by which systems with tags know it: the logical scope, with
    /// `prefix` before it below Flink's components.
    #[cfg(feature = "push")]
    pub(crate) fn logical_prefix(&self, scope: &Scope, prefix: &str) -> String {
        let mut name = scope.logical_scope(self.delimiter, &self.naming());
        name.push('.');
        if !scope.is_plain() && !prefix.is_empty() {
            name.insert(0, '.');
            name.insert_str(0, prefix);
        }
        name
    }

    /// The variables of a scope as it shows them: none that it excludes, and those it adds, which win; sorted by key.
    pub fn variables(&self, scope: &Scope) -> Vec<Variable> {
        let excluded = |key: &str| {
            self.settings
                .excluded
                .iter()
                .any(|name| *bracketed(name) == *key)
        };
        let inherited = scope.variables().iter().filter(|(key, _)| !excluded(key));
        let mut variables: Vec<Variable> = inherited.cloned().collect();
        for (name, value) in &self.settings.additional {
            let (key, value) = (bracketed(name), Arc::from(value.as_str()));
            match variables.binary_search_by(|(other, _)| other.cmp(&key)) {
                Ok(at) => {
                    self.log.say_once(
                        Level::Warn,
                        format!(
                            "reporter {}: additional variable '{name}' replaces one that is there",
                            self.settings.name
                        ),
                    );
                    if let Some(variable) = variables.get_mut(at) {
                        variable.1 = value;
                    }
                }
                Err(at) => variables.insert(at, (key, value)),
            }
        }
        variables
    }
}

/// A metric's type as filters name it. What Flink has no word for goes by what PyFlink makes of it: a distribution is a
/// gauge there.
fn kind(metric_type: MetricType) -> MetricKind {
    match metric_type {
        MetricType::Counter | MetricType::MonotonicCounter => MetricKind::Counter,
        MetricType::Gauge | MetricType::Distribution => MetricKind::Gauge,
        MetricType::Meter => MetricKind::Meter,
        MetricType::Histogram => MetricKind::Histogram,
    }
}
