//! Starting the reporters of a configuration, or seeing it refused.

use serde_json::Value;

use crate::support::abi::METRA_ERROR_CONFIG;
use crate::support::deviations::Row;
use crate::support::host::Refusal;
use crate::support::json::{Fields, Object};
use crate::support::scene::{Recording, Scene, Stage, Time};
use crate::support::verdict::{Answer, Judge};

/// What a system says of configurations that Flink takes otherwise than metra.
#[derive(Default)]
pub(crate) struct Terms {
    /// The key that metra refuses: its value is bad, or it is missing.
    pub(crate) refused: Option<String>,
    /// What the refusal must name besides.
    pub(crate) instead: &'static str,
    /// The row by which metra starts reporters that Flink leaves out.
    pub(crate) kept: Option<Row>,
}

/// Sets up a configuration. `None` if a value of it was refused already: where Flink falls back or goes without the
/// reporter, metra has said no.
pub(crate) fn stage(judge: &mut Judge, time: Time, config: &Object, case: &Value) -> Option<Stage> {
    let dropped = if flinks_count(case) == 0 {
        configured(config)
    } else {
        Vec::new()
    };
    let stage = Stage::set_on(time, judge, config, &[], &dropped, Recording::Told);
    stage.refused.is_empty().then_some(stage)
}

/// Starts the registry, or judges its refusal.
pub(crate) fn open(judge: &mut Judge, stage: Stage, case: &Value, terms: &Terms) -> Option<Scene> {
    let config = stage.settings().clone();
    let flinks = flinks_count(case);
    match (stage.open(), &terms.refused) {
        (Ok(_), Some(key)) => {
            judge.wrong(format!("{key} must be refused (config), but is taken"));
            None
        }
        (Ok(scene), None) => {
            let started = Answer::Integer(scene.reporters.len() as i64);
            let all = Answer::Integer(configured(&config).len() as i64);
            let rule = terms.kept.filter(|_| flinks == 0).map(|row| (row, all));
            judge.ruled(
                "reporters started",
                &Answer::Integer(flinks),
                &started,
                rule,
            );
            Some(scene)
        }
        (Err(refusal), Some(key)) => {
            let names = |text| refusal.message.contains(text);
            judge_refusal(judge, &refusal, names(key.as_str()) && names(terms.instead));
            None
        }
        (Err(refusal), None) if flinks == 0 => {
            let named = configured(&config).iter().any(|name| {
                refusal
                    .message
                    .contains(&format!("metrics.reporter.{name}."))
            });
            judge_refusal(judge, &refusal, named);
            None
        }
        (Err(refusal), None) => panic!("the registry is refused: {refusal}"),
    }
}

fn judge_refusal(judge: &mut Judge, refusal: &Refusal, named: bool) {
    let held = refusal.status == METRA_ERROR_CONFIG && named;
    judge.deviates(
        format!("the registry is refused: {refusal}"),
        Row::Config,
        held,
    );
}

/// How many reporters Flink started.
pub(crate) fn flinks_count(case: &Value) -> i64 {
    case.field("on_open").integer("reporters_started")
}

/// The names that a configuration gives a factory.
pub(crate) fn configured(config: &Object) -> Vec<String> {
    let names = config.keys().filter_map(|key| {
        key.strip_prefix("metrics.reporter.")?
            .strip_suffix(".factory.class")
    });
    names.map(str::to_owned).collect()
}
