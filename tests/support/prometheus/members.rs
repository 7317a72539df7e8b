//! The groups and metrics of a vector, made through the ABI and in the model.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::labels::Spelling;
use super::{REPORTER, index};
use crate::support::component::{Level, UserGroup};
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::host::{Component, GaugeValue, Group, status_name};
use crate::support::json::{Fields, Object, java_double, nullable_map, text, texts};
use crate::support::model::{self, Formats, Place};
use crate::support::scene::Scene;
use crate::support::tree::{NodeId, Tree};
use crate::support::verdict::{Answer, Judge};
use crate::support::{abi, deviations::filters::Filter};

/// A registered metric.
pub(super) struct Member {
    /// The metrics of the vector that it stands for; several if one name is asked for again.
    pub(super) indices: Vec<usize>,
    pub(super) metric_type: String,
    pub(super) name: String,
    pub(super) node: NodeId,
    pub(super) is_live: bool,
    pub(super) handle: Handle,
    /// What it was set to last, if it counts.
    pub(super) count: i64,
    /// What a histogram was updated with, and whether that stands for made-up statistics.
    pub(super) values: Vec<i64>,
    pub(super) made_up: bool,
}

pub(super) struct Members<'a> {
    scene: &'a Scene,
    described: &'a [Value],
    pub(super) spelling: Spelling,
    pub(super) filter: Filter,
    allowed: Vec<String>,
    tree: Tree,
    groups: BTreeMap<String, Option<NodeId>>,
    /// Whether some gauge was to answer without a value.
    pub(super) had_failing_gauge: bool,
    pub(super) all: Vec<Member>,
}

impl<'a> Members<'a> {
    /// Makes all groups; each must say of itself what Flink's said.
    pub(super) fn make(
        judge: &mut Judge,
        scene: &'a Scene,
        config: &Object,
        case: &'a Value,
    ) -> Self {
        let setting = |key: &str| {
            let key = format!("metrics.reporter.{REPORTER}.{key}");
            config.get(&key).and_then(Value::as_str)
        };
        let filter = Filter::read(setting("filter.includes"), setting("filter.excludes"));
        let allowed = setting("allowList")
            .unwrap_or_default()
            .split(',')
            .map(str::trim);
        let mut members = Self {
            scene,
            described: case.list("metrics"),
            spelling: Spelling::read(config, REPORTER),
            filter: filter.expect("it was not refused"),
            allowed: allowed
                .filter(|entry| !entry.is_empty())
                .map(str::to_owned)
                .collect(),
            tree: Tree::default(),
            groups: BTreeMap::new(),
            had_failing_gauge: false,
            all: Vec::new(),
        };
        let formats = Formats::read(config);
        for description in case.list("groups") {
            members.make_group(judge, &formats, description);
        }
        members
    }

    fn make_group(&mut self, judge: &mut Judge, formats: &Formats, description: &Value) {
        let parent = description
            .maybe_text("parent")
            .and_then(|parent| self.groups[parent]);
        let none = Rc::new(Group::NULL);
        let above = parent.map_or(none, |parent| Rc::clone(&self.tree.nodes[parent].handle));
        let (asked, actual) = match description.text("type") {
            "group" | "kv" => {
                let user = UserGroup::read(description);
                (self.tree.ask_user(parent, &user), user.make(&above))
            }
            component_type => {
                let level = Level::of_type(component_type);
                let component = component(level, description);
                let asked = self.tree.ask_component(formats, parent, level, &component);
                (asked, level.make(&self.scene.registry, &above, &component))
            }
        };
        let what = format!("group {}", description.text("id"));
        let got = actual.as_ref().map_or_else(
            |refusal| Answer::Refused(status_name(refusal.status)),
            |_| Answer::Nothing,
        );
        let rule = asked
            .as_ref()
            .err()
            .map(|status| (Row::Absent, Answer::Refused(status.clone())));
        judge.ruled(&what, &Answer::Nothing, &got, rule);
        let node = match (asked, actual) {
            (Ok(asked), Ok(group)) => Some(self.tree.take(asked, Rc::new(group))),
            _ => None,
        };
        if let Some(node) = node {
            self.judge_resolved(judge, &what, node, description.field("resolved"));
        }
        self.groups.insert(description.text("id").to_owned(), node);
    }

    fn judge_resolved(&self, judge: &mut Judge, what: &str, node: NodeId, resolved: &Value) {
        let node = &self.tree.nodes[node];
        let (group, place) = (&node.handle, &node.place);
        let flink = Answer::list(texts(resolved.list("scope_components")));
        let actual = Answer::list(group.scope_components());
        let model = Answer::list(place.components.clone());
        judge.absent(format!("components of {what}"), &flink, &actual, model);
        let flink = Answer::Map(nullable_map(resolved.field("variables")));
        let actual = Answer::map(&group.variables());
        judge.absent(
            format!("variables of {what}"),
            &flink,
            &actual,
            Answer::map(&place.variables),
        );
    }

    pub(super) fn gauge_failures(&self) -> u64 {
        self.scene.registry.losses().gauge_failures
    }

    /// The place of a metric of the vector, unless its group was refused.
    pub(super) fn place(&self, index: usize) -> Option<&Place> {
        let node = self.groups[self.described[index].text("group")]?;
        Some(&self.tree.nodes[node].place)
    }

    pub(super) fn place_of(&self, member: &Member) -> &Place {
        &self.tree.nodes[member.node].place
    }

    /// Whether filter and allow list let a metric through.
    pub(super) fn shows(&self, member: &Member) -> bool {
        let place = self.place_of(member);
        let scope = self.logical_scope(place);
        let allowed_name = self.spelling.allowed_name(place, &member.name);
        let is_allowed = self.allowed.is_empty()
            || self
                .allowed
                .iter()
                .any(|entry| allowed_name.contains(entry));
        is_allowed
            && self
                .filter
                .accepts(&scope, &member.name, &member.metric_type)
    }

    /// The logical scope that filters see.
    pub(super) fn logical_scope(&self, place: &Place) -> String {
        let delimiter = model::global_delimiter(self.scene.settings());
        place.logical_scope(model::Naming {
            joined_by: &delimiter,
            replaced: None,
            filter: &str::to_owned,
        })
    }

    /// Registers a metric of the vector and gives it its value.
    pub(super) fn register(&mut self, judge: &mut Judge, index: usize) {
        let described = &self.described[index];
        let metric_type = described.text("type");
        let name = described.maybe_text("name");
        let node = self.groups[described.text("group")];
        let none = Rc::new(Group::NULL);
        let group = node.map_or(none, |node| Rc::clone(&self.tree.nodes[node].handle));
        let registered = Handle::register(metric_type, &group, name, gauge_value(described));
        let there = node.and_then(|node| self.find(node, name.unwrap_or_default()));
        let refusal = self.refusal(node, name, metric_type, there);
        let got = registered.as_ref().map_or_else(
            |refusal| Answer::Refused(status_name(refusal.status)),
            |_| Answer::Nothing,
        );
        let rule = refusal.map(|(status, row)| (row, Answer::Refused(status)));
        judge.ruled(format!("metric {index}"), &Answer::Nothing, &got, rule);
        let (Ok(handle), Some(node)) = (registered, node) else {
            return;
        };
        match there {
            // The metric that is there was asked for again.
            Some(there) if metric_type != "gauge" => self.all[there].indices.push(index),
            there => {
                if let Some(there) = there {
                    self.all[there].is_live = false;
                }
                self.all.push(Member {
                    indices: vec![index],
                    metric_type: metric_type.to_owned(),
                    name: name.unwrap_or_default().to_owned(),
                    node,
                    is_live: true,
                    handle,
                    count: 0,
                    values: Vec::new(),
                    made_up: false,
                });
            }
        }
        self.update(index, described);
    }

    fn find(&self, node: NodeId, name: &str) -> Option<usize> {
        let is_it = |member: &Member| member.is_live && member.node == node && member.name == name;
        self.all.iter().position(is_it)
    }

    fn refusal(
        &self,
        node: Option<NodeId>,
        name: Option<&str>,
        metric_type: &str,
        there: Option<usize>,
    ) -> Option<(String, Row)> {
        if node.is_none() {
            return Some((status_name(abi::METRA_ERROR_NULL_ARGUMENT), Row::Absent));
        }
        if let Err(status) = model::checked_name(name) {
            return Some((status, Row::Absent));
        }
        let other = there.is_some_and(|there| self.all[there].metric_type != metric_type);
        other.then(|| {
            (
                status_name(abi::METRA_ERROR_NAME_COLLISION),
                Row::Duplicates,
            )
        })
    }

    /// A step that sets a metric to something else.
    pub(super) fn set(&mut self, step: &Value) {
        self.update(index(step, "metric"), step);
    }

    fn update(&mut self, index: usize, value: &Value) {
        let Some(member) = self
            .all
            .iter_mut()
            .find(|member| member.indices.contains(&index))
        else {
            return;
        };
        match &member.handle {
            Handle::Counter(counter) => {
                let target = whole(value, "value");
                // A metric that stands for two is set twice: it counts for both.
                let before = if member.indices.len() > 1 && value.maybe("op").is_none() {
                    0
                } else {
                    member.count
                };
                counter.inc(target.wrapping_sub(before));
                member.count = member.count.wrapping_add(target.wrapping_sub(before));
            }
            Handle::Meter(meter) => {
                let target = whole(value, "count");
                meter.mark_event(target.wrapping_sub(member.count));
                member.count = target;
            }
            Handle::Gauge(gauge) => {
                let value = gauge_value(value);
                self.had_failing_gauge |= value == GaugeValue::None;
                gauge.set(value);
            }
            Handle::Histogram(histogram) => {
                let values = updates(value);
                values.iter().for_each(|value| histogram.update(*value));
                member.values.extend(values);
                member.made_up |= value.maybe("stats").is_some();
            }
        }
    }

    pub(super) fn close_group(&mut self, id: &str) {
        let Some(node) = self.groups[id] else { return };
        self.tree.nodes[node]
            .handle
            .close()
            .expect("a group can be closed");
        let closed = self.tree.close(node);
        for member in self
            .all
            .iter_mut()
            .filter(|member| closed.contains(&member.node))
        {
            member.is_live = false;
        }
    }
}

/// A component under the names that golden files have for its fields.
fn component(level: Level, description: &Value) -> Component {
    let text = |name: &str| description.maybe_text(name).map(str::to_owned);
    let mut component = Component::read(description);
    component.task_id = component.task_id.or_else(|| text("vertex_id"));
    match level {
        Level::Task => {
            component.task_attempt_num =
                i32::try_from(description.integer("attempt")).expect("an attempt of 32 bits");
            component.task_attempt_id = Some(format!(
                "{}_{}_{}_{}",
                description.text("execution_graph_id"),
                description.text("vertex_id"),
                component.subtask_index,
                component.task_attempt_num
            ));
        }
        Level::Operator | Level::JobManagerOperator => component.operator_name = text("name"),
        _ => {}
    }
    component
}

/// A Java literal of a whole number.
fn whole(value: &Value, field: &str) -> i64 {
    value.text(field).parse().expect("a whole number")
}

/// What a gauge answers. As a binding of a host language would pass it on, big numbers become doubles, objects their text,
/// and null and exceptions no value.
fn gauge_value(value: &Value) -> GaugeValue {
    let literal = value.maybe_text("value").unwrap_or_default();
    let double = || java_double(literal).expect("a number");
    match value.maybe_text("value_type") {
        None => GaugeValue::None,
        Some("int" | "long" | "short" | "byte") => {
            GaugeValue::Int64(literal.parse().expect("a whole number"))
        }
        Some("float") => {
            let float: f32 = literal.parse().unwrap_or(double() as f32);
            GaugeValue::Double(float.into())
        }
        Some("double" | "bigint" | "bigdecimal") => GaugeValue::Double(double()),
        Some("bool") => GaugeValue::Bool(literal == "true"),
        Some("string" | "list") => GaugeValue::Text(literal.to_owned()),
        Some("null" | "throws") => GaugeValue::None,
        Some(other) => panic!("unknown type of value '{other}'"),
    }
}

/// What a histogram is updated with: what the vector says, or as many values as its made-up statistics count.
fn updates(value: &Value) -> Vec<i64> {
    if let Some(updates) = value.maybe("updates").and_then(Value::as_array) {
        return updates
            .iter()
            .map(|update| text(update).parse().expect("a whole number"))
            .collect();
    }
    let count = whole(value, "count").max(0);
    (0..count).map(|at| at % 100).collect()
}
