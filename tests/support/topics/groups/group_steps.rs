//! Steps that ask for groups or close them.

use std::rc::Rc;

use serde_json::Value;

use super::metrics;
use super::{GroupName, News, Play};
use crate::support::component::{Level, UserGroup};
use crate::support::deviations::{Row, builtin};
use crate::support::host::{Component, Group, Refusal, status_name};
use crate::support::json::Fields;
use crate::support::tree::{Asked, NodeId};
use crate::support::verdict::{Answer, Judge};

impl Play<'_> {
    /// A component with everything above it.
    pub(super) fn create(&mut self, judge: &mut Judge, step: &Value) -> News {
        let description = step.field("component");
        let level = Level::of_type(description.text("type"));
        let component = Component::read(description);
        let (leaf, above) = level.path().split_last().expect("a path is not empty");
        let mut parent: Option<NodeId> = None;
        for level in above {
            let handle = self.make(*level, parent, &component);
            let asked = self
                .tree
                .ask_component(&self.formats, parent, *level, &component);
            if let (Ok(asked), Ok(handle)) = (asked, handle) {
                parent = Some(self.tree.take(asked, Rc::new(handle)));
            }
        }
        let actual = self.make(*leaf, parent, &component);
        let asked = self
            .tree
            .ask_component(&self.formats, parent, *leaf, &component);
        // In Flink each is a new one; here the same host and ids are the same group.
        let again = asked
            .as_ref()
            .ok()
            .and_then(|asked| self.tree.find(asked))
            .map(|_| Row::Duplicates);
        self.judge_group(judge, step, asked, actual, again);
        self.builtins(step, level)
    }

    fn make(
        &self,
        level: Level,
        parent: Option<NodeId>,
        component: &Component,
    ) -> Result<Group, Refusal> {
        let handle = parent.map(|parent| &*self.tree.nodes[parent].handle);
        level.make(
            &self.scene.registry,
            handle.unwrap_or(&Group::NULL),
            component,
        )
    }

    pub(super) fn add_group(&mut self, judge: &mut Judge, step: &Value) -> News {
        let (node, handle) = self.group(step.text("on"));
        let asked_for = UserGroup::read(step);
        let actual = asked_for.make(&handle);
        let asked = self.tree.ask_user(node, &asked_for);
        let flink_kind = step.field("returned").maybe_text("group_type");
        let kind = match asked_for {
            UserGroup::KeyValue(_, None) => Some(Row::Absent),
            UserGroup::KeyValue(..) => (flink_kind != Some("value")).then_some(Row::GroupKinds),
            UserGroup::Generic(_) => (flink_kind != Some("generic")).then_some(Row::GroupKinds),
        };
        self.judge_group(judge, step, asked, actual, kind);
        News::default()
    }

    /// A job, a task or an operator.
    pub(super) fn add_component(&mut self, judge: &mut Judge, step: &Value) -> News {
        let (node, handle) = self.group(step.text("on"));
        let above = node.and_then(|node| self.tree.nodes[node].level());
        let level = match step.text("op") {
            "addJob" => above.map_or(Level::TaskManagerJob, Level::of_job),
            "addTask" => Level::Task,
            _ => above.map_or(Level::Operator, Level::of_operator),
        };
        let component = Component::read(step);
        let actual = level.make(&self.scene.registry, &handle, &component);
        let asked = self
            .tree
            .ask_component(&self.formats, node, level, &component);
        self.judge_group(judge, step, asked, actual, None);
        self.builtins(step, level)
    }

    /// Flink tells reporters of what it registers by itself; row out-of-scope excuses just those names.
    fn builtins(&self, step: &Value, level: Level) -> News {
        let added = step.maybe("added").and_then(Value::as_array);
        let place = self
            .groups
            .last()
            .and_then(|known| known.node)
            .map(|node| &self.tree.nodes[node].place);
        let is_builtin = |metric: &Value| {
            let (metric_type, name) = (metric.text("type"), metric.text("name"));
            let known_as = |place| metrics::known_as(self.scene, place, metric_type, name);
            let known_as = place.map_or_else(Vec::new, known_as);
            builtin::is_builtin(level.word(), name)
                && known_as.contains(&super::flinks_event(metric))
        };
        let all_builtin = added.is_some_and(|added| added.iter().all(is_builtin));
        News {
            row: all_builtin.then_some(Row::OutOfScope),
            ..News::default()
        }
    }

    /// Judges the group that a step gave, and gives it its name. `kind` is a row that the step itself asks for.
    fn judge_group(
        &mut self,
        judge: &mut Judge,
        step: &Value,
        asked: Result<Asked, String>,
        actual: Result<Group, Refusal>,
        kind: Option<Row>,
    ) {
        let row = self.row_of_step(step, &asked, kind);
        let given = |is_given: bool| {
            if is_given {
                Answer::Text("a group".into())
            } else {
                Answer::Failure
            }
        };
        let flink = given(!step.field("returned").is_null());
        let got = match &actual {
            Ok(_) => given(true),
            Err(refusal) => Answer::Refused(status_name(refusal.status)),
        };
        let model = match &asked {
            Ok(_) => given(true),
            Err(status) => Answer::Refused(status.clone()),
        };
        judge.demand(format!("{step}: expected {model}, got {got}"), model == got);
        judge.ruled(step, &flink, &got, row.map(|row| (row, model)));
        let node = match (asked, actual) {
            (Ok(asked), Ok(group)) => Some(self.judge_given(judge, step, asked, group, row)),
            _ => None,
        };
        if let Some(name) = step.maybe_text("as") {
            let name = name.to_owned();
            self.groups.push(GroupName { name, node, row });
        }
    }

    /// The row that speaks of a step that asks for a group.
    fn row_of_step(
        &self,
        step: &Value,
        asked: &Result<Asked, String>,
        kind: Option<Row>,
    ) -> Option<Row> {
        let inherited = step.maybe_text("on").and_then(|on| self.row_of(on));
        let flink_closed = step
            .field("returned")
            .maybe("closed")
            .and_then(Value::as_bool);
        match asked {
            Err(status) if status.ends_with("CLOSED") => Some(Row::Closed),
            Err(_) => inherited.or(Some(Row::Absent)),
            // Only tasks keep closed operators and hand them out again.
            Ok(asked) if flink_closed == Some(true) && self.tree.was_closed(asked) => {
                Some(Row::Closed)
            }
            // What Flink closed with a group that is another one here may still be open.
            Ok(asked) => kind.or(inherited).or_else(|| {
                let node = self.tree.find(asked)?;
                self.groups
                    .iter()
                    .find(|known| known.node == Some(node))?
                    .row
            }),
        }
    }

    /// Judges a group that was given: whether it is one that is known, and what it says of itself.
    fn judge_given(
        &mut self,
        judge: &mut Judge,
        step: &Value,
        asked: Asked,
        group: Group,
        row: Option<Row>,
    ) -> NodeId {
        let known = self.tree.find(&asked);
        let token = group.token();
        judge.demand(format!("{step}: an open group has a token"), token != 0);
        let owner = self
            .tree
            .nodes
            .iter()
            .position(|node| node.open && node.handle.token() == token);
        judge.demand(
            format!("{step}: expected group {known:?}, got {owner:?}"),
            owner == known,
        );

        let group = Rc::new(group);
        let id = self.tree.take(asked, Rc::clone(&group));
        let node = &self.tree.nodes[id];
        let name_of = |node: Option<NodeId>| {
            let known =
                node.and_then(|node| self.groups.iter().find(|known| known.node == Some(node)));
            known.map_or(Answer::Nothing, |known| Answer::Text(known.name.clone()))
        };
        let returned = step.field("returned");
        let components = returned
            .list("scope_components")
            .iter()
            .map(crate::support::json::nullable);
        let model = Answer::list(node.place.components.clone());
        let what = format!("components of {step}");
        judge.absent(
            what,
            &Answer::List(components.collect()),
            &Answer::list(group.scope_components()),
            model,
        );
        let mut aspect = |what: &str, flink: Answer, actual: Answer, model: Answer| {
            let rule = row.map(|row| (row, model));
            judge.ruled(format!("{what} of {step}"), &flink, &actual, rule);
        };
        let same = returned.maybe_text("same_as");
        let same = same.map_or(Answer::Nothing, |name| Answer::Text(name.to_owned()));
        aspect("same as", same, name_of(owner), name_of(known));
        let closed = Answer::Flag(returned.flag("closed"));
        aspect(
            "closed",
            closed,
            Answer::Flag(group.is_closed()),
            Answer::Flag(false),
        );
        // A group does not say its kind, but its logical scope does.
        let expected = metrics::logical_scope(self.scene, &node.place);
        let actual = group.logical_scope(&Default::default());
        let actual = if actual == expected {
            node.kind().to_owned()
        } else {
            format!("of scope {actual}")
        };
        let flink = flinks_kind(returned.text("group_type"));
        aspect(
            "kind",
            Answer::Text(flink),
            Answer::Text(actual),
            Answer::Text(node.kind().to_owned()),
        );
        id
    }

    /// The ABI has no call for this: closing the job is what Flink does, too.
    pub(super) fn remove_job(&mut self, step: &Value) -> News {
        let (node, _) = self.group(step.text("on"));
        let job = node.and_then(|node| self.tree.job(node, step.maybe_text("job_id")));
        job.map_or_else(News::default, |job| {
            let closed = self.tree.nodes[job].handle.close();
            closed.expect("a job can be closed");
            self.closed(job)
        })
    }

    pub(super) fn close(&mut self, judge: &mut Judge, step: &Value) -> News {
        let on = step.text("on");
        let (node, group) = self.group(on);
        let closed = group.close();
        judge.demand(
            format!("{step}: {closed:?}"),
            closed.is_ok() == node.is_some(),
        );
        let mut news = node.map_or_else(News::default, |node| self.closed(node));
        news.row = self.row_of(on);
        news
    }

    /// What reporters are told when a group was closed.
    fn closed(&mut self, id: NodeId) -> News {
        let closed = self.tree.close(id);
        let mut news = News::default();
        for at in 0..self.metrics.all.len() {
            let metric = &self.metrics.all[at];
            if metric.is_live && closed.contains(&metric.node) {
                news.removed
                    .extend(self.metrics.known_as(self.scene, &self.tree, metric));
                self.metrics.all[at].is_live = false;
            }
        }
        news
    }
}

/// Flink's word for a kind of group, components by their level.
fn flinks_kind(group_type: &str) -> String {
    match group_type {
        "generic" | "key" | "value" => group_type.to_owned(),
        component => Level::of_type(component).word().to_owned(),
    }
}
