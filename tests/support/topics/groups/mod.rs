//! `groups.json`: asking for groups and metrics again, collisions, closing.
//!
//! Beside metra a model of its rules goes through the same steps. It says what is expected wherever a row speaks of
//! a step; a row that changed what reporters know goes on speaking of the removals and of the end that follow from it.

mod group_steps;
mod metric_steps;
mod metrics;

use serde_json::Value;

use self::metrics::{MetricId, Metrics};
use crate::support::deviations::Row;
use crate::support::host::{Change, Group};
use crate::support::json::{Fields, nullable_map, texts};
use crate::support::model::Formats;
use crate::support::scene::{Recording, Scene, Stage, event, with_count};
use crate::support::tree::{NodeId, Tree};
use crate::support::verdict::{Answer, Judge};

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let config = case.object("config");
    let reporters = texts(case.list("reporters"));
    let stage = Stage::set(judge, config, &reporters, &[], Recording::Reports);
    if stage.refused.values().any(|row| *row == Row::Formats) {
        return;
    }
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let mut play = Play {
        formats: Formats::read(config),
        scene: &scene,
        tree: Tree::default(),
        metrics: Metrics::default(),
        groups: Vec::new(),
        metric_names: Vec::new(),
        ended: None,
        collisions: 0,
        row: None,
        flinks_known: Vec::new(),
    };
    for step in case.list("steps") {
        play.step(judge, step);
    }
    play.end(judge, case);
}

/// A name that a vector gave to a group.
struct GroupName {
    name: String,
    /// The group, unless it was refused.
    node: Option<NodeId>,
    /// The row because of which metra has another group here than Flink, or none.
    row: Option<Row>,
}

/// One case on its way through metra and the model.
struct Play<'a> {
    formats: Formats,
    scene: &'a Scene,
    tree: Tree,
    metrics: Metrics,
    groups: Vec<GroupName>,
    metric_names: Vec<(String, Option<MetricId>)>,
    /// What was reported last, once the registry is closed.
    ended: Option<Vec<String>>,
    /// How many registrations were refused because of their name.
    collisions: u64,
    /// The last row that changed what reporters know.
    row: Option<Row>,
    /// What Flink's reporters know.
    flinks_known: Vec<String>,
}

/// What reporters are expected to be told by a step, and the row that speaks of it.
#[derive(Default)]
struct News {
    added: Vec<String>,
    removed: Vec<String>,
    row: Option<Row>,
}

impl Play<'_> {
    fn step(&mut self, judge: &mut Judge, step: &Value) {
        let news = match step.text("op") {
            "create" => self.create(judge, step),
            "addGroup" | "addKeyValueGroup" => self.add_group(judge, step),
            "addJob" | "addTask" | "getOrAddOperator" => self.add_component(judge, step),
            "removeJob" => self.remove_job(step),
            "close" => self.close(judge, step),
            "counter" | "gauge" | "meter" | "histogram" => {
                self.register(judge, step, step.text("op"))
            }
            "register" => self.register_existing(judge, step),
            "inc" => self.inc(step),
            "shutdownRegistry" => self.shut_down(),
            "getAllVariables" => self.all_variables(judge, step),
            "getLogicalScope" => self.logical_scope(judge, step),
            other => panic!("unknown operation '{other}'"),
        };
        self.judge_closed(judge, step);
        self.judge_news(judge, step, news);
    }

    /// What the reporters were told, against what they are to be told.
    fn judge_news(&mut self, judge: &mut Judge, step: &Value, news: News) {
        let told = self.scene.told();
        let row = news.row.or(self.row);
        for (change, field, model) in [
            (Change::Added, "added", news.added),
            (Change::Removed, "removed", news.removed),
        ] {
            let flink = step.maybe(field).map_or_else(Vec::new, flinks_events);
            match change {
                Change::Added => self.flinks_known.extend(flink.clone()),
                Change::Removed => self.flinks_known.retain(|known| !flink.contains(known)),
            }
            let flink = Answer::set(flink);
            let actual = Answer::set(Scene::words(&told, change));
            let model = Answer::set(model);
            if row.is_some() && model != flink {
                self.row = row;
            }
            let rule = row.map(|row| (row, model));
            judge.ruled(format!("{field} by {step}"), &flink, &actual, rule);
        }
    }

    /// Which groups are closed now.
    fn judge_closed(&mut self, judge: &mut Judge, step: &Value) {
        let Some(closed_now) = step.maybe("closed_now") else {
            return;
        };
        for (name, flink) in closed_now.as_object().expect("a map of groups") {
            let known = self.groups.iter().find(|known| known.name == *name);
            let known = known.unwrap_or_else(|| panic!("no group '{name}'"));
            let model = known.node.is_none_or(|node| !self.tree.nodes[node].open);
            let actual = known
                .node
                .is_none_or(|node| self.tree.nodes[node].handle.is_closed());
            let row = if self.tree.is_shut {
                Some(Row::Closed)
            } else {
                known.row
            };
            // Closing a group that is another one than Flink's closes other groups.
            let row = row.or_else(|| self.row_of(step.maybe_text("on")?));
            let rule = row.map(|row| (row, Answer::Flag(model)));
            let flink = flink.as_bool().expect("closed or not");
            let what = format!("{name} closed after {step}");
            judge.ruled(what, &Answer::Flag(flink), &Answer::Flag(actual), rule);
            if flink != model {
                let row = row.or(self.row);
                let known = self.groups.iter_mut().find(|known| known.name == *name);
                known.expect("found above").row = row;
            }
        }
    }

    /// The last report of every reporter, and what was counted on the way.
    fn end(mut self, judge: &mut Judge, case: &Value) {
        let model = self.ended.take().unwrap_or_else(|| {
            self.scene.wait_for_reports();
            self.metrics.reported(self.scene, &self.tree)
        });
        // The end follows from the steps, so that rules that spoke of them speak of nothing else here.
        let flink = case.list("reported_at_end").iter().map(flinks_event);
        judge.flinks(
            "Flink's end",
            &Answer::set(flink),
            &Answer::set(self.flinks_known.clone()),
        );
        let flink = case.list("reported_at_end").iter().map(|entry| {
            with_count(
                flinks_event(entry),
                entry.maybe("value").and_then(Value::as_i64),
            )
        });
        let rule = self.row.map(|row| (row, Answer::set(model)));
        let actual = Answer::set(self.scene.reported());
        judge.ruled("reported at end", &Answer::set(flink), &actual, rule);
        self.judge_losses(judge);
    }

    fn judge_losses(&self, judge: &mut Judge) {
        let losses = self.scene.registry.losses();
        let mut counted = |what: &str, row, happened: bool, counted: u64| {
            let what = format!("{what} counted: {counted}");
            if happened {
                judge.deviates(what, row, counted > 0);
            } else {
                judge.demand(what, counted == 0);
            }
        };
        let equal = self.metrics.equal_identifiers > 0;
        counted(
            "equal identifiers",
            Row::EqualIds,
            equal,
            losses.equal_identities,
        );
        counted(
            "hidden variables",
            Row::OuterWins,
            self.tree.hidden() > 0,
            losses.hidden_variables,
        );
        counted(
            "collisions",
            Row::Duplicates,
            self.collisions > 0,
            losses.name_collisions,
        );
    }

    /// The group of a name, and the handle that stands for it: NULL if it was refused.
    fn group(&self, name: &str) -> (Option<NodeId>, std::rc::Rc<Group>) {
        let known = self.groups.iter().find(|known| known.name == name);
        let known = known.unwrap_or_else(|| panic!("no group '{name}'"));
        let handle = known
            .node
            .map(|node| std::rc::Rc::clone(&self.tree.nodes[node].handle));
        (
            known.node,
            handle.unwrap_or_else(|| std::rc::Rc::new(Group::NULL)),
        )
    }

    /// The row because of which a group is another one than Flink's.
    fn row_of(&self, name: &str) -> Option<Row> {
        self.groups.iter().find(|known| known.name == name)?.row
    }

    fn all_variables(&mut self, judge: &mut Judge, step: &Value) -> News {
        let on = step.text("on");
        let (node, group) = self.group(on);
        let node = node.map(|node| &self.tree.nodes[node]);
        let place = node.map(|node| &node.place);
        let own = place.map_or_else(Default::default, |place| place.variables.clone());
        let own = Answer::map(&own);
        let flink = nullable_map(step.field("result"));
        let actual = Answer::map(&group.variables());
        // Another kind of group has another variable of its own, or none; what is above it stays.
        let row = self.row_of(on).filter(|row| {
            *row != Row::GroupKinds || place.is_some_and(|place| place.differs_by_groups(&flink))
        });
        match row {
            Some(row) => judge.ruled(step, &Answer::Map(flink), &actual, Some((row, own))),
            None => judge.absent(step, &Answer::Map(flink), &actual, own),
        }
        News::default()
    }

    fn logical_scope(&mut self, judge: &mut Judge, step: &Value) -> News {
        let on = step.text("on");
        let (node, group) = self.group(on);
        let model = node.map_or_else(String::new, |node| {
            metrics::logical_scope(self.scene, &self.tree.nodes[node].place)
        });
        let rule = self.row_of(on).map(|row| (row, Answer::Text(model)));
        let flink = Answer::Text(step.text("result").to_owned());
        let actual = Answer::Text(group.logical_scope(&Default::default()));
        judge.ruled(step, &flink, &actual, rule);
        News::default()
    }

    /// Reporters are closed and told nothing; what they reported last stays.
    fn shut_down(&mut self) -> News {
        self.ended = Some(self.metrics.reported(self.scene, &self.tree));
        self.scene.registry.close();
        self.tree.shut();
        self.metrics
            .all
            .iter_mut()
            .for_each(|metric| metric.is_live = false);
        News::default()
    }
}

fn flinks_events(events: &Value) -> Vec<String> {
    let events = events.as_array().expect("a list of events");
    events.iter().map(flinks_event).collect()
}

/// A metric as Flink's reporter knows it; where it fails to spell the identifier, there is none.
fn flinks_event(entry: &Value) -> String {
    let identifier = entry.maybe_text("identifier").unwrap_or("no identifier");
    event(
        entry.text("reporter"),
        entry.text("type"),
        entry.maybe_text("name").unwrap_or("null"),
        identifier,
    )
}
