//! `filter.json`: which metrics a reporter's includes and excludes let through.
//!
//! A plain root gives its metrics any logical scope that is not empty, so each check registers a metric of the wanted type
//! and name there and looks whether the reporter was told.

use serde_json::{Map, Value};

use crate::support::deviations::{Row, filters::Filter};
use crate::support::host::{
    Change, Counter, Gauge, GaugeValue, Group, Histogram, Meter, Refusal, status_name,
};
use crate::support::json::{Fields, Object};
use crate::support::model;
use crate::support::scene::{Recording, Scene, Stage};
use crate::support::verdict::{Answer, Judge};

/// The reporter whose filter it is.
const REPORTER: &str = "r";

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let config = config(case);
    let flink_drops = !case.flag("reporter_created");
    let stage = Stage::set(judge, &config, &[REPORTER.to_owned()], &[], Recording::Told);
    if !stage.refused.is_empty() {
        // Refused as a rule says; that Flink drops the reporter for it is what makes the value a bad one.
        judge.demand("Flink takes a filter that metra refuses", flink_drops);
        return;
    }
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let filter = Filter::read(case.maybe_text("includes"), case.maybe_text("excludes"))
        .expect("it was not refused");
    judge_creation(judge, &scene, &filter, flink_drops);
    if flink_drops {
        judge_literally(judge, &scene, &filter);
    } else {
        for check in case.list("checks") {
            judge_check(judge, &scene, &filter, check);
        }
    }
}

fn config(case: &Value) -> Object {
    let mut config = Map::new();
    for key in ["includes", "excludes"] {
        if let Some(text) = case.maybe_text(key) {
            config.insert(
                format!("metrics.reporter.{REPORTER}.filter.{key}"),
                text.into(),
            );
        }
    }
    config
}

/// What is bad only as a regular expression is good text.
fn judge_creation(judge: &mut Judge, scene: &Scene, filter: &Filter, flink_drops: bool) {
    let actual = Answer::Flag(scene.reporter(REPORTER).is_some());
    let rule = filter
        .is_regular()
        .then_some((Row::Filters, Answer::Flag(true)));
    judge.ruled(
        "reporter created",
        &Answer::Flag(!flink_drops),
        &actual,
        rule,
    );
}

/// Without checks to compare, the patterns themselves are names that they must let through or keep out.
fn judge_literally(judge: &mut Judge, scene: &Scene, filter: &Filter) {
    for (scope, name) in filter.probes() {
        let expected = filter.accepts(&scope, &name, "counter");
        let accepted = accepted(scene, &scope, Some(&name), "counter");
        let what = format!("literally {scope:?} {name:?}: expected {expected}, got {accepted:?}");
        judge.deviates(what, Row::Filters, accepted == Ok(expected));
    }
}

fn judge_check(judge: &mut Judge, scene: &Scene, filter: &Filter, check: &Value) {
    let (scope, name, metric_type) = (check.text("scope"), check.text("name"), check.text("type"));
    let flink = Answer::Flag(check.flag("accept"));
    let actual = match accepted(scene, scope, Some(name), metric_type) {
        Ok(accepted) => Answer::Flag(accepted),
        Err(refusal) => Answer::Refused(status_name(refusal.status)),
    };
    let named = model::checked_name(Some(scope)).and_then(|_| model::checked_name(Some(name)));
    let rule = match named {
        // Neither a root nor a metric can be without a name, so there is nothing to filter.
        Err(status) => Some((Row::Absent, Answer::Refused(status))),
        Ok(_) if filter.explains(scope, name, metric_type, check.flag("accept")) => {
            let accepts = filter.accepts(scope, name, metric_type);
            Some((Row::Filters, Answer::Flag(accepts)))
        }
        Ok(_) => None,
    };
    judge.ruled(check, &flink, &actual, rule);
}

/// Whether the reporter is told of such a metric; it is gone afterwards.
fn accepted(
    scene: &Scene,
    scope: &str,
    name: Option<&str>,
    metric_type: &str,
) -> Result<bool, Refusal> {
    let root = scene.registry.root(scope)?;
    register(&root, name, metric_type)?;
    let told = scene.told();
    let accepted = told.iter().any(|told| {
        told.change == Change::Added
            && Some(told.metric.name.as_str()) == name
            && told.metric.logical_scope == scope
    });
    root.close()?;
    scene.told();
    Ok(accepted)
}

fn register(group: &Group, name: Option<&str>, metric_type: &str) -> Result<(), Refusal> {
    match metric_type {
        "counter" => Counter::register(group, name).map(drop),
        "gauge" => Gauge::register(group, name, GaugeValue::Int64(0)).map(drop),
        "meter" => Meter::register(group, name, Meter::DEFAULT_SPAN).map(drop),
        "histogram" => Histogram::register(group, name).map(drop),
        other => panic!("unknown type of metric '{other}'"),
    }
}
