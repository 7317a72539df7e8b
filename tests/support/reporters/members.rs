//! The groups and metrics of a vector, made through the ABI and in the model.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::member::{Member, gauge_value};
use super::metric::Metric;
use crate::support::abi;
use crate::support::component::{Level, UserGroup};
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::host::{Component, Group, status_name};
use crate::support::json::{Fields, nullable_map, texts};
use crate::support::model::{self, Formats, Place};
use crate::support::scene::Scene;
use crate::support::tree::{NodeId, Tree};
use crate::support::verdict::{Answer, Judge};

pub(crate) struct Members<'a> {
    scene: &'a Scene,
    case: &'a Value,
    tree: Tree,
    groups: BTreeMap<String, Option<NodeId>>,
    /// Whether some gauge was to answer without a value.
    had_failing_gauge: bool,
    pub(crate) all: Vec<Member>,
}

impl<'a> Members<'a> {
    /// Makes all groups; each must say of itself what Flink's said.
    pub(crate) fn make(judge: &mut Judge, scene: &'a Scene, case: &'a Value) -> Self {
        let mut members = Self {
            scene,
            case,
            tree: Tree::default(),
            groups: BTreeMap::new(),
            had_failing_gauge: false,
            all: Vec::new(),
        };
        let formats = Formats::read(scene.settings());
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

    /// The metrics as the vector describes them.
    pub(crate) fn described(&self) -> &'a [Value] {
        self.case.list("metrics")
    }

    /// Whether Flink had its own metrics of tasks and operators in its groups.
    pub(crate) fn has_builtins(&self) -> bool {
        let builtins = self.case.maybe("with_builtin_metrics");
        builtins.is_some_and(|flag| flag == true)
    }

    /// All metrics of the vector, in the order of their indices.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = Metric<'_>> {
        (0..self.described().len()).map(|index| Metric {
            index,
            members: self,
        })
    }

    /// The groups as the vector describes them.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &'a Value> {
        self.case.list("groups").iter()
    }

    /// How the vector describes the group of a metric.
    pub(crate) fn group(&self, index: usize) -> &'a Value {
        let id = self.described()[index].text("group");
        let group = self.groups().find(|described| described.text("id") == id);
        group.expect("a group of the vector")
    }

    /// The metrics that are registered and not closed, in the order of registration, with their places.
    pub(crate) fn live(&self) -> impl Iterator<Item = (&Member, &Place)> {
        let live = self.all.iter().filter(|member| member.is_live);
        live.map(|member| (member, &self.tree.nodes[member.node].place))
    }

    /// The place of a metric of the vector, unless its group was refused.
    pub(crate) fn place(&self, index: usize) -> Option<&Place> {
        let node = self.groups[self.described()[index].text("group")]?;
        Some(&self.tree.nodes[node].place)
    }

    /// Judges what was counted of gauges without value. If Flink's whole output was `lost` with one, each lost its own
    /// value only.
    pub(crate) fn judge_failures(&self, judge: &mut Judge, lost: bool) {
        let counted = self.scene.registry.losses().gauge_failures;
        if lost {
            judge.deviates(
                format!("gauges without value counted: {counted}"),
                Row::Isolation,
                counted > 0,
            );
        } else {
            judge.demand(
                "no gauge fails by itself",
                counted == 0 || self.had_failing_gauge,
            );
        }
    }

    /// Registers all metrics but those that a step registers later.
    pub(crate) fn register_all(&mut self, judge: &mut Judge) {
        for (index, described) in self.described().iter().enumerate() {
            let deferred = described.maybe("deferred");
            if deferred.is_none_or(|deferred| deferred != true) {
                self.register(judge, index);
            }
        }
    }

    /// Plays a step that changes groups or metrics; whether it is one.
    pub(crate) fn play(&mut self, judge: &mut Judge, step: &Value) -> bool {
        let index = || usize::try_from(step.integer("metric")).expect("an index");
        match step.text("op") {
            "set" => self.update(index(), step),
            "register" => self.register(judge, index()),
            "close_group" => self.close_group(step.text("group")),
            _ => return false,
        }
        true
    }

    /// Registers a metric of the vector and gives it its value.
    fn register(&mut self, judge: &mut Judge, index: usize) {
        let described = &self.described()[index];
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
                self.all.push(Member::new(index, described, node, handle));
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
            let is_long = name.is_some_and(model::is_too_long);
            return Some((status, if is_long { Row::Limits } else { Row::Absent }));
        }
        let other = there.is_some_and(|there| self.all[there].metric_type != metric_type);
        other.then(|| {
            (
                status_name(abi::METRA_ERROR_NAME_COLLISION),
                Row::Duplicates,
            )
        })
    }

    fn update(&mut self, index: usize, value: &Value) {
        let mut all = self.all.iter_mut();
        if let Some(member) = all.find(|member| member.indices.contains(&index)) {
            member.update(value);
            self.had_failing_gauge |= member.has_no_value();
        }
    }

    fn close_group(&mut self, id: &str) {
        let Some(node) = self.groups[id] else { return };
        self.tree.nodes[node]
            .handle
            .close()
            .expect("a group can be closed");
        let closed = self.tree.close(node);
        let concerned = |member: &&mut Member| closed.contains(&member.node);
        for member in self.all.iter_mut().filter(concerned) {
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
