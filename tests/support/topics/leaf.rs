//! The group that a case of `scope.json` or `variables.json` is about.

use serde_json::Value;

use crate::support::component::{Level, UserGroup};
use crate::support::deviations::Row;
use crate::support::host::{Component, Group, Refusal, status_name};
use crate::support::json::Fields;
use crate::support::model::{self, Formats, Place};
use crate::support::scene::Scene;
use crate::support::verdict::{Answer, Judge};

/// A group, with the place that the model computes for it.
pub(super) struct Leaf {
    pub(super) group: Group,
    pub(super) place: Place,
    /// Whether row absent speaks of the place: some value of it is null or empty.
    pub(super) is_absent: bool,
}

impl Leaf {
    /// Makes `component` and the `groups` below it; nothing if a rule says that one of them is refused, and it is.
    pub(super) fn make(judge: &mut Judge, scene: &Scene, case: &Value) -> Option<Self> {
        let description = case.field("component");
        let level = Level::of_type(description.text("type"));
        let component = Component::read(description);
        let refusal = model::refusal(&component);
        let group = judged(
            judge,
            "component",
            make_component(scene, level, &component),
            refusal,
        )?;
        let mut leaf = Self {
            group,
            place: Place::of_component(&Formats::read(case.object("config")), level, &component),
            is_absent: model::has_absent_values(level, &component),
        };
        for description in case.list("groups") {
            let user = UserGroup::read(description);
            let place = leaf.place.below(&user);
            let group = user.make(&leaf.group);
            leaf.group = judged(judge, description, group, place.clone().err())?;
            leaf.place = place.expect("or it would have been refused");
            leaf.is_absent |= matches!(user, UserGroup::KeyValue(_, None));
        }
        Some(leaf)
    }

    /// Judges whether variables that an outer one hides were counted, once for each.
    pub(super) fn judge_hidden(&self, judge: &mut Judge, scene: &Scene) {
        let counted = scene.registry.losses().hidden_variables;
        let hidden = self.place.hidden as u64;
        let what = format!("hidden variables counted: expected {hidden}, got {counted}");
        if hidden > 0 {
            judge.deviates(what, Row::OuterWins, counted == hidden);
        } else {
            judge.demand(what, counted == 0);
        }
    }
}

fn make_component(scene: &Scene, level: Level, component: &Component) -> Result<Group, Refusal> {
    let root = Ok(Group::NULL);
    level.path().iter().fold(root, |parent, level| {
        level.make(&scene.registry, &parent?, component)
    })
}

/// The group, unless it is to be refused with a status (row absent) or is refused without a rule.
fn judged(
    judge: &mut Judge,
    what: impl std::fmt::Display,
    group: Result<Group, Refusal>,
    refusal: Option<String>,
) -> Option<Group> {
    let actual = match &group {
        Ok(_) => Answer::Nothing,
        Err(refusal) => Answer::Refused(status_name(refusal.status)),
    };
    let rule = refusal.map(|status| (Row::Absent, Answer::Refused(status)));
    judge.ruled(what, &Answer::Nothing, &actual, rule);
    group.ok()
}
