//! `variables.json`: which variables each reporter is shown.

use serde_json::Value;

use super::leaf::Leaf;
use crate::support::deviations::{Row, filters::Filter};
use crate::support::json::{Fields, Object, nullable_map, texts};
use crate::support::scene::{Recording, Stage};
use crate::support::verdict::{Answer, Judge};
use crate::support::view::{self, Settings};

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let config = case.object("config");
    let expected = case.object("expect");
    let is_dropped = |name: &&String| !expected.field(name).flag("created");
    let dropped: Vec<String> = expected.keys().filter(is_dropped).cloned().collect();
    let reporters = texts(case.list("reporters"));
    let stage = Stage::set(judge, config, &reporters, &dropped, Recording::Told);
    for name in &dropped {
        judge_dropped(judge, &stage, config, name);
    }
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let Some(leaf) = Leaf::make(judge, &scene, case) else {
        return;
    };
    leaf.judge_hidden(judge, &scene);

    let model = Answer::map(&leaf.place.variables);
    let flink = Answer::Map(nullable_map(case.field("all_variables")));
    judge.absent(
        "all variables",
        &flink,
        &Answer::map(&leaf.group.variables()),
        model,
    );

    let seen = view::probe(&scene, &leaf.group);
    for (name, expected) in expected.iter().filter(|(name, _)| !dropped.contains(name)) {
        let flink = match expected.maybe("variables") {
            Some(variables) => Answer::Map(nullable_map(variables)),
            None => Answer::Failure,
        };
        let settings = Settings::read(config, name);
        let own = Answer::map(&settings.variables(&leaf.place));
        let actual = seen.get(name).map_or(Answer::Nothing, Answer::map);
        let what = format!("variables of reporter {name}");
        if settings.collides(&leaf.place) {
            judge.ruled(what, &flink, &actual, Some((Row::Additional, own)));
        } else {
            judge.absent(what, &flink, &actual, own);
        }
    }
}

/// A reporter that Flink drops has a value that metra refuses, or a filter that is bad only as a regular expression.
fn judge_dropped(judge: &mut Judge, stage: &Stage, config: &Object, name: &str) {
    let prefix = format!("metrics.reporter.{name}.");
    if stage.refused.keys().any(|key| key.starts_with(&prefix)) {
        return;
    }
    let setting = |key: &str| {
        config
            .get(&format!("{prefix}filter.{key}"))
            .and_then(Value::as_str)
    };
    let filter = Filter::read(setting("includes"), setting("excludes"));
    if filter.is_ok_and(|filter| filter.is_regular()) {
        judge.deviates(format!("filter of {name} is literal"), Row::Filters, true);
    } else {
        judge.wrong(format!(
            "Flink drops reporter {name}, but no value of it is refused"
        ));
    }
}
