//! The metrics of a case: what becomes of each registration, and what reporters are told of it.

use crate::support::deviations::builtin;
use crate::support::handle::Handle;
use crate::support::model::{self, Naming, Place};
use crate::support::scene::{Scene, event, with_count};
use crate::support::tree::{NodeId, Tree};

/// The number of a metric in the model.
pub(super) type MetricId = usize;

/// One registration.
pub(super) struct Metric {
    pub(super) metric_type: String,
    pub(super) name: String,
    pub(super) node: NodeId,
    pub(super) is_live: bool,
    pub(super) handle: Handle,
    /// What was counted, if it is a counter.
    pub(super) count: i64,
}

#[derive(Default)]
pub(super) struct Metrics {
    pub(super) all: Vec<Metric>,
    /// How often a reporter is shown two metrics of one identifier.
    pub(super) equal_identifiers: usize,
}

impl Metrics {
    /// The live metric of a name in a group.
    pub(super) fn find(&self, node: NodeId, name: &str) -> Option<MetricId> {
        let is_it = |metric: &Metric| metric.is_live && metric.node == node && metric.name == name;
        self.all.iter().position(is_it)
    }

    /// Takes in a new registration.
    pub(super) fn add(&mut self, scene: &Scene, tree: &Tree, metric: Metric) -> MetricId {
        let news = self.known_as(scene, tree, &metric);
        let living = self.all.iter().filter(|other| other.is_live);
        let shown: Vec<String> = living
            .flat_map(|other| self.known_as(scene, tree, other))
            .collect();
        let identity = |event: &str| {
            let (reporter, _) = event.split_once(": ").expect("an event names its reporter");
            let (_, identifier) = event
                .rsplit_once(" = ")
                .expect("an event ends with an identifier");
            (reporter.to_owned(), identifier.to_owned())
        };
        let shown: Vec<_> = shown.iter().map(|event| identity(event)).collect();
        self.equal_identifiers += news
            .iter()
            .filter(|event| shown.contains(&identity(event)))
            .count();
        self.all.push(metric);
        self.all.len() - 1
    }

    /// How the reporters that let a metric through know it.
    pub(super) fn known_as(&self, scene: &Scene, tree: &Tree, metric: &Metric) -> Vec<String> {
        known_as(
            scene,
            &tree.nodes[metric.node].place,
            &metric.metric_type,
            &metric.name,
        )
    }

    /// Everything that is live, as the reporters know it, with the counts of counters.
    pub(super) fn reported(&self, scene: &Scene, tree: &Tree) -> Vec<String> {
        let living = self.all.iter().filter(|metric| metric.is_live);
        let words = living.flat_map(|metric| {
            let count = (metric.metric_type == "counter").then_some(metric.count);
            let events = self.known_as(scene, tree, metric).into_iter();
            events.map(move |event| with_count(event, count))
        });
        words.collect()
    }
}

/// How the reporters that let such a metric through know it.
pub(super) fn known_as(scene: &Scene, place: &Place, metric_type: &str, name: &str) -> Vec<String> {
    let scope = logical_scope(scene, place);
    let mut events = Vec::new();
    for (reporter, filter) in scene.filters() {
        if filter.accepts(&scope, name, metric_type) {
            let naming = Naming {
                joined_by: &reporter.delimiter,
                replaced: Some(&reporter.delimiter),
                filter: &str::to_owned,
            };
            let identifier = place.identifier(name, naming);
            events.push(event(&reporter.name, metric_type, name, &identifier));
        }
    }
    events
}

/// The logical scope that filters see.
pub(super) fn logical_scope(scene: &Scene, place: &Place) -> String {
    let delimiter = model::global_delimiter(scene.settings());
    place.logical_scope(Naming {
        joined_by: &delimiter,
        replaced: None,
        filter: &str::to_owned,
    })
}

/// Whether Flink has registered a metric of this name there by itself.
pub(super) fn is_builtin(tree: &Tree, node: NodeId, name: &str) -> bool {
    let level = tree.nodes[node].level();
    level.is_some_and(|level| builtin::is_builtin(level.word(), name))
}
