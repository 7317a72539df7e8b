//! The scenario table through the safe API: every step of `tests/vectors/scenarios.json`, as `SCENARIOS.md` beside it
//! says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod cells;
mod groups;
mod metrics;
mod readings;
mod reporter;
mod spelling;
mod stage;
mod step;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use stage::{Outcome, Stage};
use step::Step;

fn main() -> ExitCode {
    let table = read_table();
    let scenarios = table["scenarios"].as_array().expect("a list of scenarios");
    // What a scenario panics with is printed as its verdict.
    std::panic::set_hook(Box::new(|_| ()));
    let (mut steps, mut failed) = (0, 0);
    for scenario in scenarios {
        let run = AssertUnwindSafe(|| run(scenario, &mut steps));
        if let Err(panic) = catch_unwind(run) {
            println!("FAILED {}: {}", scenario["name"], said(&*panic));
            failed += 1;
        }
    }
    println!("{} scenarios, {steps} steps", scenarios.len());
    let counted = [&table["scenario_count"], &table["step_count"]];
    if counted != [scenarios.len(), steps] {
        println!("FAILED the table counts {} and {}", counted[0], counted[1]);
        failed += 1;
    }
    // The counts are a test like each scenario.
    println!("{} passed, {failed} failed", scenarios.len() + 1 - failed);
    ExitCode::from(u8::from(failed > 0))
}

fn read_table() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/scenarios.json");
    let text = std::fs::read_to_string(&path).expect("the table");
    serde_json::from_str(&text).expect("the table is JSON")
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("panicked")
}

/// Plays one scenario and adds its steps to `steps`; panics at the first that is not as it should be.
fn run(scenario: &Value, steps: &mut usize) {
    let opening = Step::new(scenario);
    opening.text("name");
    let list = opening.list("steps");
    let (mut stage, opened) = match Stage::open(&opening) {
        Ok(stage) => (Some(stage), Ok(None)),
        Err(refused) => (None, Err(refused)),
    };
    judge(&opening, opened);
    for step in list {
        *steps += 1;
        let stage = stage.as_mut().expect("a registry");
        let step = Step::new(step);
        let outcome = stage.perform(&step);
        judge(&step, outcome);
    }
    if let Some(stage) = stage {
        stage.end();
    }
}

/// Compares what a step came to with what it expects.
fn judge(step: &Step<'_>, outcome: Outcome) {
    let (error, says, expected) = (
        step.maybe_text("error"),
        step.maybe_text("says"),
        step.maybe("expect"),
    );
    match outcome {
        Ok(actual) => {
            assert_eq!(error, None, "succeeded: {step}");
            assert_eq!(actual.as_ref(), expected, "other than expected: {step}");
        }
        Err(refused) => {
            assert_eq!(
                Some(status_name(&refused).as_str()),
                error,
                "{refused}: {step}"
            );
            let says = says.unwrap_or_default();
            assert!(refused.message().contains(says), "{refused}: {step}");
        }
    }
    step.check_that_all_was_looked_at();
}

/// The name that the header gives the kind of an error.
fn status_name(error: &metra::Error) -> String {
    let mut name = "METRA_ERROR".to_owned();
    for letter in format!("{:?}", error.kind()).chars() {
        if letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}
