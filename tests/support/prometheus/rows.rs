//! Which row explains a line that Flink's page and metra's do not have in common.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::REPORTER;
use super::labels::{filtered, is_valid};
use super::members::Members;
use super::page::{Content, Item, Page};
use super::series::OWN_ENDINGS;
use super::wanted::Line;
use crate::support::deviations::{Row, builtin};
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::json::{Fields, Object};
use crate::support::model;
use crate::support::verdict::Judge;

/// What the rows are decided by: the inputs of the vector.
pub(super) struct Rows<'a> {
    metrics: &'a [Value],
    /// The family that Flink has for each metric.
    families: Vec<String>,
    has_builtins: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(config: &Object, case: &'a Value) -> Self {
        let metrics = case.list("metrics");
        let delimiter = model::reporter_delimiter(config, REPORTER);
        let scope_of = |group: &str| {
            let mut groups = case.list("groups").iter();
            let group = groups
                .find(|described| described.text("id") == group)
                .expect("a group of the vector");
            filtered(
                &group
                    .field("resolved")
                    .text("logical_scope")
                    .replace(&delimiter, "_"),
            )
        };
        let family = |metric: &Value| {
            let name = filtered(metric.maybe_text("name").unwrap_or("null"));
            format!("flink_{}_{name}", scope_of(metric.text("group")))
        };
        Self {
            metrics,
            families: metrics.iter().map(family).collect(),
            has_builtins: case
                .maybe("with_builtin_metrics")
                .is_some_and(|flag| flag == true),
        }
    }

    /// Judges a page line by line.
    pub(super) fn judge(
        &self,
        judge: &mut Judge,
        members: &Members<'_>,
        flink: Option<&Page>,
        expected: &std::collections::BTreeMap<Item, Line>,
        actual: &Page,
    ) {
        let flinks = flink.into_iter().flat_map(Page::keys);
        let items: BTreeSet<&Item> = flinks.chain(expected.keys()).chain(actual.keys()).collect();
        judge.demand("a page without lines", true);
        for item in items {
            let line = Compared {
                flink: flink.and_then(|page| page.get(item)),
                expected: expected.get(item),
                actual: actual.get(item),
            };
            if !line.holds() {
                judge.wrong(format!("{item:?}: {line}"));
            } else if line.is_flinks() {
                judge.demand("as Flink's", true);
            } else {
                let row = match flink {
                    // The whole answer was lost with the gauge that threw.
                    None => Some(Row::Isolation),
                    Some(flink) => self.row(members, flink, item, &line),
                };
                match row {
                    Some(row) => judge.deviates(item_text(item), row, true),
                    None => judge.wrong(format!("no rule explains {item:?}: {line}")),
                }
            }
        }
    }

    /// The row that speaks of a line which only one of the pages has, or which differs.
    fn row(
        &self,
        members: &Members<'_>,
        flink: &Page,
        item: &Item,
        line: &Compared<'_>,
    ) -> Option<Row> {
        if line.expected.is_none() && self.has_builtins && is_builtin(item) {
            return Some(Row::OutOfScope);
        }
        let base = OWN_ENDINGS
            .iter()
            .find_map(|ending| item.family().strip_suffix(ending));
        let is_concerned = |index: &usize| {
            [Some(item.family()), base].contains(&Some(self.families[*index].as_str()))
        };
        let concerned: Vec<usize> = (0..self.metrics.len()).filter(is_concerned).collect();
        let any =
            |predicate: &dyn Fn(usize) -> bool| concerned.iter().any(|index| predicate(*index));
        let rules: [(Row, &dyn Fn(usize) -> bool); 7] = [
            (Row::Absent, &|index| self.is_absent(members, index)),
            (Row::Filters, &|index| {
                self.is_filtered(members, flink, index)
            }),
            (Row::Additional, &|index| {
                members
                    .place(index)
                    .is_some_and(|place| members.spelling.collides(place))
            }),
            (Row::Labels, &|index| self.has_label_trouble(members, index)),
            (Row::Duplicates, &|index| self.is_duplicate(index)),
            (Row::Types, &|index| is_of_type(members, item, base, index)),
            (Row::Histogram, &|index| {
                line.flink.is_some()
                    && line.expected.is_some()
                    && self.metrics[index].text("type") == "histogram"
            }),
        ];
        rules
            .iter()
            .find(|(_, rule)| any(*rule))
            .map(|(row, _)| *row)
    }

    fn is_absent(&self, members: &Members<'_>, index: usize) -> bool {
        members.place(index).is_none()
            || self.metrics[index]
                .maybe_text("name")
                .unwrap_or_default()
                .is_empty()
    }

    /// Whether Flink shows a metric that the literal filter does not let through, or the other way.
    fn is_filtered(&self, members: &Members<'_>, flink: &Page, index: usize) -> bool {
        let Some(place) = members.place(index) else {
            return false;
        };
        let scope = members.logical_scope(place);
        let name = self.metrics[index].maybe_text("name").unwrap_or_default();
        let metric_type = self.metrics[index].text("type");
        let flink_shows = flink
            .keys()
            .any(|item| item.family() == self.families[index]);
        members
            .filter
            .explains(&scope, name, metric_type, flink_shows)
            && members.filter.accepts(&scope, name, metric_type) != flink_shows
    }

    fn is_duplicate(&self, index: usize) -> bool {
        let identity =
            |metric: &Value| (metric.field("group").clone(), metric.field("name").clone());
        let same = self
            .metrics
            .iter()
            .filter(|other| identity(other) == identity(&self.metrics[index]));
        same.count() > 1
    }

    /// Label names that Flink prints although Prometheus refuses them, or drops the metric for; and families or samples
    /// of one name that do not go together.
    fn has_label_trouble(&self, members: &Members<'_>, index: usize) -> bool {
        let Some(place) = members.place(index) else {
            return false;
        };
        let labels = members.spelling.flinks(place);
        let distinct: BTreeSet<&String> = labels.iter().collect();
        let reserved = match self.metrics[index].text("type") {
            "histogram" => Some("quantile"),
            "gauge" => Some("value"),
            _ => None,
        };
        let is_bad = |label: &String| !is_valid(label) || reserved == Some(label.as_str());
        if distinct.len() < labels.len() || labels.iter().any(is_bad) {
            return true;
        }
        (0..self.metrics.len()).any(|other| other != index && self.clashes(members, index, other))
    }

    /// Whether two metrics want one sample name and differ in type or in the names of their labels, or in nothing.
    fn clashes(&self, members: &Members<'_>, one: usize, two: usize) -> bool {
        let (Some(one_place), Some(two_place)) = (members.place(one), members.place(two)) else {
            return false;
        };
        let kind = |index: usize| self.metrics[index].text("type") == "histogram";
        if self.families[one] != self.families[two] {
            let is_part = |whole: usize, part: usize| {
                let ending = self.families[part].strip_prefix(&self.families[whole]);
                kind(whole) && matches!(ending, Some("_count" | "_sum"))
            };
            return is_part(one, two) || is_part(two, one);
        }
        let labels = [one_place, two_place].map(|place| members.spelling.labels(place));
        let names = labels
            .each_ref()
            .map(|labels| labels.keys().cloned().collect::<Vec<_>>());
        kind(one) != kind(two) || names[0] != names[1] || labels[0] == labels[1]
    }
}

/// A gauge without number, a meter's events, a histogram's sum: what Flink shows otherwise or not at all.
fn is_of_type(members: &Members<'_>, item: &Item, base: Option<&str>, index: usize) -> bool {
    let member = members
        .all
        .iter()
        .find(|member| member.indices.contains(&index));
    let Some(member) = member else { return false };
    match &member.handle {
        Handle::Counter(_) => false,
        Handle::Meter(_) => base.is_some(),
        Handle::Gauge(gauge) => matches!(gauge.value(), GaugeValue::Text(_) | GaugeValue::None),
        Handle::Histogram(_) => {
            matches!(item, Item::Sample { name, family, .. } if name.strip_prefix(family.as_str()) == Some("_sum"))
        }
    }
}

/// Whether a line is about what Flink registers by itself in a task or an operator.
fn is_builtin(item: &Item) -> bool {
    let levels = [
        ("task", "flink_taskmanager_job_task_"),
        ("operator", "flink_taskmanager_job_task_operator_"),
    ];
    levels.iter().any(|(level, prefix)| {
        let name = item.family().strip_prefix(prefix);
        name.is_some_and(|name| builtin::is_builtin(level, name))
    })
}

fn item_text(item: &Item) -> String {
    format!("{item:?}")
}

/// One line on all three pages.
struct Compared<'a> {
    flink: Option<&'a Content>,
    expected: Option<&'a Line>,
    actual: Option<&'a Content>,
}

impl Compared<'_> {
    /// Whether metra says what it is to say.
    fn holds(&self) -> bool {
        match (self.expected, self.actual) {
            (None, None) => true,
            (Some(Line::Text(expected)), Some(Content::Text(actual))) => expected == actual,
            (Some(Line::Number(expected)), Some(Content::Number(actual))) => {
                expected.number.holds(*actual)
            }
            _ => false,
        }
    }

    /// Whether Flink says the same, in numbers but for the rounding of a formula.
    fn is_flinks(&self) -> bool {
        match (self.flink, self.expected, self.actual) {
            (Some(_), Some(Line::Number(expected)), _) if expected.made_up => true,
            (Some(Content::Number(flink)), _, Some(Content::Number(actual))) => {
                (flink.is_nan() && actual.is_nan())
                    || flink == actual
                    || (flink - actual).abs() <= 1e-12 * flink.abs()
            }
            (flink, _, actual) => flink == actual,
        }
    }
}

impl fmt::Display for Compared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.expected {
            None => "nothing".to_owned(),
            Some(Line::Text(text)) => format!("{text:?}"),
            Some(Line::Number(expected)) => {
                format!("{} ± {}", expected.number.value, expected.number.tolerance)
            }
        };
        write!(
            f,
            "expected {expected}, got {:?}, Flink says {:?}",
            self.actual, self.flink
        )
    }
}
