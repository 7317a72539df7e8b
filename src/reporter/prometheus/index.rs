//! What is on the page: follows a registry's changes and recomputes nothing of what stays.

use std::collections::VecDeque;
use std::sync::Arc;
use std::vec;

use super::families::{Claim, Families};
use super::family::Help;
use super::labels::Labels;
use super::names;
use super::options::Options;
use super::part::{self, Part};
use super::readings::{Asked, Readings, Values};
use super::rounds::Round;
use super::scopes::{PrintedScope, Scopes};
use super::waiting::Obstacle;
use crate::collect::GaugeValues;
use crate::group::Live;
use crate::log::{Log, Loss};
use crate::reporter::View;
use crate::scope::{Naming, Scope, unbracketed};

/// The families of the page with everything that they are printed from.
pub(super) struct Index {
    view: Arc<View>,
    options: Options,
    log: Arc<Log>,
    pub(super) scopes: Scopes,
    pub(super) families: Families,
    readings: Readings,
    /// What happened in the registry and is still to be taken in, in its order.
    unread: VecDeque<Unread>,
}

/// The rest of some changes: first what went is taken in, then what came.
struct Unread {
    removed: vec::IntoIter<Live>,
    added: vec::IntoIter<Live>,
}

impl Index {
    /// An empty index of what `view` and `options` let through.
    pub(super) fn new(view: Arc<View>, options: Options, log: Arc<Log>) -> Self {
        Self {
            view,
            options,
            log,
            scopes: Scopes::default(),
            families: Families::default(),
            readings: Readings::default(),
            unread: VecDeque::new(),
        }
    }

    /// Notes what changed in the registry, for [`take_in`](Self::take_in).
    pub(super) fn hear(&mut self, removed: Vec<Live>, added: Vec<Live>) {
        self.unread.push_back(Unread {
            removed: removed.into_iter(),
            added: added.into_iter(),
        });
    }

    /// Takes in the next changes, `most` of them at a time, and returns what they were about, as dropping that may run
    /// foreign code; nothing once all is taken in.
    pub(super) fn take_in(&mut self, most: usize) -> Vec<Live> {
        while let Some(unread) = self.unread.front_mut() {
            let removed: Vec<Live> = unread.removed.by_ref().take(most).collect();
            if !removed.is_empty() {
                removed.iter().for_each(|live| self.remove(live));
                self.families.admit_waiting(self.scopes.blocks());
                return removed;
            }
            let added: Vec<Live> = unread.added.by_ref().take(most).collect();
            if !added.is_empty() {
                added.iter().for_each(|live| self.add(live));
                return added;
            }
            self.unread.pop_front();
        }
        Vec::new()
    }

    /// The gauges that a page shows, to be asked before it begins.
    pub(super) fn gauges(&self) -> Asked {
        self.readings.gauges()
    }

    /// Begins a page with the `answers` of the gauges that were `asked`; without them if none could be. A gauge that
    /// says text for the first time gets its place for that now.
    pub(super) fn begin(&mut self, asked: &Asked, answers: Option<GaugeValues>) -> (Round, Values) {
        let values = self.readings.values(asked, answers);
        for (slot, live) in self.readings.new_texts(&values) {
            if let Some(scope) = self.scopes.get(&live.scope).cloned() {
                self.enter(&live, &scope, vec![Part::text(slot)]);
            }
        }
        (self.families.begin(), values)
    }

    fn add(&mut self, live: &Live) {
        if !self.shows(live) {
            return;
        }
        let (view, options, log) = (&self.view, &self.options, &self.log);
        let print = || print_scope(&live.scope, view, options, log);
        let scope = self.scopes.enter(&live.scope, print);
        let parts = part::of_metric(live, &mut self.readings, self.options.buckets);
        self.enter(live, &scope, parts);
    }

    /// Claims places for `parts` of a metric. If any is refused, that is one loss.
    fn enter(&mut self, live: &Live, scope: &PrintedScope, parts: Vec<Part>) {
        let mut first_obstacle = None;
        for part in parts {
            let claim = self.claim(live, scope, part);
            if let Err(obstacle) = self.families.enter(claim, self.scopes.blocks()) {
                first_obstacle.get_or_insert(obstacle);
            }
        }
        if let Some(obstacle) = first_obstacle {
            let text = left_out(live, scope, &obstacle);
            self.log.lose(Loss::EqualIdentity, text);
        }
    }

    fn claim(&self, live: &Live, scope: &PrintedScope, part: Part) -> Claim {
        Claim {
            family: self.family(live, scope, part.ending),
            kind: part.kind,
            metric: live.id,
            block: scope.block(part.kind),
            source: part.source,
            help: Help {
                metric: Arc::clone(&live.name),
                scope: Arc::clone(&scope.text),
            },
        }
    }

    /// The name of a metric's family with this ending.
    fn family(&self, live: &Live, scope: &PrintedScope, ending: &str) -> String {
        let is_plain = live.scope.is_plain();
        let prefix = if is_plain { "" } else { &self.options.prefix };
        names::family(prefix, &scope.text, &live.name, ending)
    }

    fn remove(&mut self, live: &Live) {
        if !self.shows(live) {
            return;
        }
        if let Some(scope) = self.scopes.get(&live.scope) {
            let blocks = self.scopes.blocks();
            let says_text = self.readings.says_text(live);
            for ending in part::endings(live.metric.metric_type(), says_text) {
                let family = self.family(live, scope, ending);
                let block = |kind| scope.block(kind);
                self.families.leave(&family, live.id, block, blocks);
            }
        }
        self.readings.remove(live);
        self.scopes.leave(&live.scope);
    }

    /// Whether filter and allow list let a metric through. It is the same for a metric's whole life.
    fn shows(&self, live: &Live) -> bool {
        let Options { allow, .. } = &self.options;
        let is_allowed = || {
            let delimiter = self.view.delimiter();
            let naming = Naming::reporter(delimiter).filtered(&names::filtered);
            let scope = live.scope.logical_scope(delimiter, &naming);
            let name = format!("{scope}.{}", live.name);
            allow.iter().any(|entry| name.contains(entry))
        };
        self.view.accepts(live) && (allow.is_empty() || is_allowed())
    }
}

/// The logical scope as it stands in names and help, and the labels.
fn print_scope(scope: &Scope, view: &View, options: &Options, log: &Log) -> (String, Labels) {
    let text = names::filtered(&scope.logical_scope('_', &view.naming()));
    let hidden = |key: &str, label: &str| {
        let what = format!("variable {key} is left out, label {label} is that of another variable");
        log.lose(Loss::HiddenVariable, format!("Prometheus: {what}"));
    };
    let mut variables = view.variables(scope);
    let is_replaced = |key: &str| {
        let mut replaced = options.replaced.iter();
        replaced.any(|label| *label == names::label(unbracketed(key)))
    };
    variables.retain(|(key, _)| !is_replaced(key));
    let labels = Labels::of(&variables, scope, options.filter_values, hidden);
    (text, labels)
}

fn left_out(live: &Live, scope: &PrintedScope, obstacle: &Obstacle) -> String {
    let why = match obstacle {
        Obstacle::Name(sample) => format!("{sample} is a sample of another type"),
        Obstacle::Series(family, _) => format!("{family} has another series of the same labels"),
    };
    let (metric_type, name) = (live.metric.metric_type().name(), &live.name);
    let what = format!("{metric_type} '{name}' (scope: {})", scope.text);
    format!("Prometheus: {what} is left out, wholly or in part: {why}")
}

#[cfg(test)]
impl Index {
    /// Whether nothing is left of any metric.
    pub(super) fn is_empty(&self) -> bool {
        self.families.is_empty() && self.scopes.is_empty() && self.readings.is_empty()
    }

    /// Whether a series waits that nothing stands against.
    pub(super) fn keeps_waiting_in_vain(&self) -> bool {
        self.families.keeps_waiting_in_vain(self.scopes.blocks())
    }
}
