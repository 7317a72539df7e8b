//! `meter.json`: counters, meters and the updater that renews their rates.
//!
//! Rates are driven by marks and ticks of a manual clock. A new meter is first updated at the second tick after its
//! registration, as in Flink, so one tick goes before the steps of a case.

mod updater;

use serde_json::Value;

use crate::support::deviations::Row;
use crate::support::host::{Counter, Group, Meter};
use crate::support::json::{Fields, Object};
use crate::support::scene::{Recording, Scene, Stage};
use crate::support::verdict::{Answer, Judge};

/// How often rates are renewed.
const TICK_MS: u64 = 5000;

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    match case.text("kind") {
        "counter" => drive_counter(judge, case),
        "meter_view" => drive_meter(judge, case, false),
        "meter_view_of_counter" => drive_meter(judge, case, true),
        "view_updater" => updater::drive(judge, case),
        // Not built, so there is no call that could answer anything.
        "meter_view_of_gauge" | "timer_gauge" | "threshold_meter" => {
            judge.deviates("no such metric in the ABI", Row::OutOfScope, true);
        }
        other => panic!("unknown kind '{other}'"),
    }
}

fn scene(judge: &mut Judge) -> (Scene, Group) {
    let stage = Stage::set(judge, &Object::new(), &[], &[], Recording::Told);
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let group = scene.registry.root("vectors").expect("a root");
    (scene, group)
}

/// Flink has two implementations, for one thread and for several; metra's one does for both.
fn drive_counter(judge: &mut Judge, case: &Value) {
    let (_scene, group) = scene(judge);
    let counter = Counter::register(&group, Some("events")).expect("a counter");
    for step in case.list("steps") {
        change(&counter, step);
        let (flink, actual) = (step.integer("count"), counter.count());
        judge.flinks(step, &Answer::Integer(flink), &Answer::Integer(actual));
    }
}

fn change(counter: &Counter, step: &Value) {
    match step.text("op") {
        "inc_one" => counter.inc(1),
        "inc" => counter.inc(step.integer("n")),
        "dec_one" => counter.dec(1),
        "dec" => counter.dec(step.integer("n")),
        other => panic!("unknown operation '{other}'"),
    }
}

fn drive_meter(judge: &mut Judge, case: &Value, over_counter: bool) {
    let (scene, group) = scene(judge);
    let span = case
        .maybe("span")
        .map_or(Meter::DEFAULT_SPAN, |_| case.integer("span"));
    let counter =
        over_counter.then(|| Counter::register(&group, Some("events")).expect("a counter"));
    let meter = match &counter {
        Some(counter) => Meter::over(&group, Some("rate"), counter, span),
        None => Meter::register(&group, Some("rate"), span),
    };
    let meter = meter.unwrap_or_else(|refusal| panic!("the meter is refused: {refusal}"));
    scene.clock.advance(TICK_MS);
    for step in case.list("steps") {
        match (step.text("op"), &counter) {
            ("start", _) => {}
            ("mark_one", _) => meter.mark_event(1),
            ("mark", _) => meter.mark_event(step.integer("n")),
            ("update", _) => scene.clock.advance(TICK_MS),
            (_, Some(counter)) => change(counter, step),
            (other, None) => panic!("unknown operation '{other}'"),
        }
        let state = |count, rate| (Answer::Integer(count), Answer::Double(rate));
        let (flink_count, flink_rate) = state(step.integer("count"), step.double("rate"));
        let (count, rate) = state(meter.count(), meter.rate());
        judge.flinks(format!("count after {step}"), &flink_count, &count);
        judge.flinks(format!("rate after {step}"), &flink_rate, &rate);
        if let Some(counter) = &counter {
            judge.flinks(
                format!("counter after {step}"),
                &flink_count,
                &Answer::Integer(counter.count()),
            );
        }
    }
}
