//! What is on a page, and which row explains a line that Flink's page and metra's do not have in common.

use std::collections::BTreeSet;

use super::labels::{Spelling, filtered, is_valid};
use super::page::Item;
use super::series::OWN_ENDINGS;
use crate::support::deviations::{Row, builtin};
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::json::{Fields, Object};
use crate::support::model::Place;
use crate::support::reporters::compare::{Explains, Rule};
use crate::support::reporters::member::Member;
use crate::support::reporters::members::Members;
use crate::support::reporters::metric::Metric;
use crate::support::reporters::own;
use crate::support::reporters::sight::{Sight, setting};

/// How one reporter shows metrics in Prometheus' words.
pub(crate) struct Exposition {
    sights: [Sight; 1],
    pub(super) spelling: Spelling,
    /// What the names of shown metrics must contain, if anything.
    allowed: Vec<String>,
}

impl Exposition {
    pub(crate) fn read(config: &Object, reporter: &str) -> Self {
        Self::behind(config, reporter, Vec::new())
    }

    /// The same for somebody behind it who gives these labels values of its own.
    pub(crate) fn behind(config: &Object, reporter: &str, replaced: Vec<String>) -> Self {
        let allowed = setting(config, reporter, "allowList").unwrap_or_default();
        let allowed = allowed.split(',').map(str::trim);
        Self {
            sights: [Sight::read(config, reporter)],
            spelling: Spelling::read(config, reporter, replaced),
            allowed: allowed
                .filter(|entry| !entry.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The metrics that filter and allow list let through, in the order of registration.
    pub(super) fn shown<'a>(
        &'a self,
        members: &'a Members<'_>,
    ) -> impl Iterator<Item = (&'a Member, &'a Place)> {
        let shows = |(member, place): &(&Member, &Place)| self.shows(member, place);
        members.live().filter(shows)
    }

    fn shows(&self, member: &Member, place: &Place) -> bool {
        let name = self.spelling.allowed_name(place, &member.name);
        self.allows(&name) && self.sights[0].accepts(place, &member.name, &member.metric_type)
    }

    /// Whether the allow list lets a name behind its logical scope through.
    fn allows(&self, name: &str) -> bool {
        let mut entries = self.allowed.iter();
        self.allowed.is_empty() || entries.any(|entry| name.contains(entry))
    }

    /// Whether it shows metra's own metrics.
    pub(crate) fn shows_own(&self) -> bool {
        let [sight] = &self.sights;
        let names = own::logical_names(&sight.delimiter);
        own::passes(sight) && names.iter().any(|name| self.allows(name))
    }

    /// The family that Flink has for a metric.
    fn family(&self, metric: &Metric<'_>) -> String {
        let scope = metric.resolved().text("logical_scope");
        let scope = filtered(&scope.replace(&self.sights[0].delimiter, "_"));
        format!("flink_{scope}_{}", filtered(metric.name()))
    }
}

impl Explains for Exposition {
    type Key = Item;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn is_flinks(&self, item: &Item, metric: &Metric<'_>) -> bool {
        self.family(metric) == item.family()
    }

    fn is_metras(&self, item: &Item, metric: &Metric<'_>) -> bool {
        let family = self.family(metric);
        family == item.family() || Some(family.as_str()) == base(item)
    }

    /// Whether a line is about what Flink registers by itself in a task or an operator.
    fn is_builtin(&self, item: &Item, _members: &Members<'_>) -> bool {
        let levels = [
            ("task", "flink_taskmanager_job_task_"),
            ("operator", "flink_taskmanager_job_task_operator_"),
        ];
        levels.iter().any(|(level, prefix)| {
            let name = item.family().strip_prefix(prefix);
            name.is_some_and(|name| builtin::is_builtin(level, name))
        })
    }

    fn rules(&self) -> Vec<Rule<'_, Item>> {
        self.rules_about(|item| Some(item))
    }
}

impl Exposition {
    /// The rules for lines, of which some things tell that they are about one.
    pub(crate) fn rules_about<'a, K: Ord + 'a>(
        &'a self,
        line: fn(&K) -> Option<&Item>,
    ) -> Vec<Rule<'a, K>> {
        let is_of_type = move |key: &K, metric: &Metric<'_>| {
            line(key).is_some_and(|item| is_of_type(item, metric))
        };
        vec![
            Rule::new(Row::Labels, |thing| {
                thing.any(|metric| self.has_label_trouble(metric))
            }),
            Rule::new(Row::Types, move |thing| {
                thing.any(|metric| is_of_type(thing.key, metric))
            }),
        ]
    }

    /// Whether a label of a metric is one that is given another value.
    pub(crate) fn has_replaced(&self, metric: &Metric<'_>) -> bool {
        let place = metric.place();
        place.is_some_and(|place| self.spelling.has_replaced(place))
    }

    /// Label names that Flink prints although Prometheus refuses them, or drops the metric for; and families or samples
    /// of one name that do not go together.
    fn has_label_trouble(&self, metric: &Metric<'_>) -> bool {
        let Some(place) = metric.place() else {
            return false;
        };
        let labels = self.spelling.flinks(place);
        let distinct: BTreeSet<&String> = labels.iter().collect();
        let reserved = match metric.metric_type() {
            "histogram" => Some("quantile"),
            "gauge" => Some("value"),
            _ => None,
        };
        let is_bad = |label: &String| !is_valid(label) || reserved == Some(label.as_str());
        if distinct.len() < labels.len() || labels.iter().any(is_bad) {
            return true;
        }
        let mut others = metric.members.metrics();
        others.any(|other| other.index != metric.index && self.clashes(metric, &other))
    }

    /// Whether two metrics want one sample name and differ in type or in the names of their labels, or in nothing.
    fn clashes(&self, one: &Metric<'_>, two: &Metric<'_>) -> bool {
        let (Some(one_place), Some(two_place)) = (one.place(), two.place()) else {
            return false;
        };
        let is_summary = |metric: &Metric<'_>| metric.metric_type() == "histogram";
        let families = [one, two].map(|metric| self.family(metric));
        if families[0] != families[1] {
            let is_part = |whole: usize, part: usize| {
                let ending = families[part].strip_prefix(&families[whole]);
                is_summary([one, two][whole]) && matches!(ending, Some("_count" | "_sum"))
            };
            return is_part(0, 1) || is_part(1, 0);
        }
        let labels = [one_place, two_place].map(|place| self.spelling.labels(place));
        let names = labels
            .each_ref()
            .map(|labels| labels.keys().cloned().collect::<Vec<_>>());
        is_summary(one) != is_summary(two) || names[0] != names[1] || labels[0] == labels[1]
    }
}

/// The family to which one of metra's own belongs.
fn base(item: &Item) -> Option<&str> {
    let mut endings = OWN_ENDINGS.iter();
    endings.find_map(|ending| item.family().strip_suffix(ending))
}

/// A gauge without number, a meter's events, a histogram's sum: what Flink shows otherwise or not at all.
fn is_of_type(item: &Item, metric: &Metric<'_>) -> bool {
    let Some(member) = metric.member() else {
        return false;
    };
    match &member.handle {
        Handle::Counter(_) => false,
        Handle::Meter(_) => base(item).is_some(),
        Handle::Gauge(gauge) => matches!(gauge.value(), GaugeValue::Text(_) | GaugeValue::None),
        Handle::Histogram(_) => {
            matches!(item, Item::Sample { name, family, .. } if name.strip_prefix(family.as_str()) == Some("_sum"))
        }
    }
}
