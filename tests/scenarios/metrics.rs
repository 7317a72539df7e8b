//! Steps that register metrics and update them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use metra::metric::Gauge;
use metra::{Error, Value};
use serde_json::Value as Json;

use crate::readings::gauge_value;
use crate::stage::{Outcome, Stage, Thing};
use crate::step::Step;

pub(crate) fn counter(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let made = stage.group(step).counter(step.text("name"));
    stage.keep(step, made.map(Thing::Counter))
}

pub(crate) fn monotonic_counter(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let made = stage.group(step).monotonic_counter(step.text("name"));
    stage.keep(step, made.map(Thing::MonotonicCounter))
}

pub(crate) fn distribution(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let made = stage.group(step).distribution(step.text("name"));
    stage.keep(step, made.map(Thing::Distribution))
}

pub(crate) fn histogram(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let made = stage.group(step).histogram(step.text("name"));
    stage.keep(step, made.map(Thing::Histogram))
}

/// Flink's and PyFlink's default time span.
const TIME_SPAN_S: i64 = 60;

pub(crate) fn meter(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let (group, name) = (stage.group(step), step.text("name"));
    let span_s = step.integer_or("time_span_in_seconds", TIME_SPAN_S);
    let made = match step.maybe_text("over").map(|name| stage.thing(name)) {
        None => group.meter(name, span_s),
        Some(Thing::Counter(counter)) => group.meter_over(name, counter, span_s),
        Some(_) => panic!("not over a counter: {step}"),
    };
    stage.keep(step, made.map(Thing::Meter))
}

/// Is true once what it belongs to is gone.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        let twice = self.0.swap(true, Ordering::SeqCst);
        assert!(!twice, "dropped once");
    }
}

pub(crate) fn gauge(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let answers: Vec<_> = step.list("answers").iter().map(gauge_value).collect();
    let (asked, dropped) = (AtomicUsize::new(0), Arc::new(AtomicBool::new(false)));
    let flag = Flag(Arc::clone(&dropped));
    let callback = move || {
        let _kept_with_the_function = &flag;
        let at = asked.fetch_add(1, Ordering::SeqCst);
        answers.get(at).or(answers.last())?.clone()
    };
    stage.drops.insert(step.text("as").to_owned(), dropped);
    let made = stage
        .group(step)
        .gauge(step.text("name"), Box::new(callback));
    keep_gauge(stage, step, made)
}

pub(crate) fn settable_gauge(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let initial = match step.text("type") {
        "int64" => Value::Int64(0),
        "double" => Value::Double(0.0),
        "bool" => Value::Bool(false),
        "text" => Value::Text("".into()),
        unknown => panic!("unknown type '{unknown}'"),
    };
    let made = stage.group(step).settable_gauge(step.text("name"), initial);
    keep_gauge(stage, step, made)
}

fn keep_gauge(stage: &mut Stage, step: &Step<'_>, made: Result<Arc<Gauge>, Error>) -> Outcome {
    let (group, name) = (stage.group(step).clone(), step.text("name").to_owned());
    stage.keep(step, made.map(|gauge| Thing::Gauge(gauge, group, name)))
}

pub(crate) fn dropped(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let dropped = stage.drops.get(step.text("metric"));
    let dropped = dropped.expect("a gauge with a function");
    Ok(Some(dropped.load(Ordering::SeqCst).into()))
}

pub(crate) fn inc(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let by = step.integer("by");
    match stage.metric(step) {
        Thing::Counter(counter) => counter.inc(by),
        Thing::MonotonicCounter(counter) => counter.inc(by),
        _ => panic!("no counter: {step}"),
    }
    Ok(None)
}

pub(crate) fn dec(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    match stage.metric(step) {
        Thing::Counter(counter) => counter.dec(step.integer("by")),
        _ => panic!("no counter: {step}"),
    }
    Ok(None)
}

pub(crate) fn update_many(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let values = step.list("values").iter().map(Json::as_i64);
    let values: Vec<_> = values.collect::<Option<_>>().expect("whole numbers");
    match stage.metric(step) {
        Thing::Distribution(distribution) => distribution.update_many(&values),
        Thing::Histogram(histogram) => histogram.update_many(&values),
        _ => panic!("nothing that values are added to: {step}"),
    }
    Ok(None)
}

pub(crate) fn mark_event(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    match stage.metric(step) {
        Thing::Meter(meter) => meter.mark_event(step.integer("by")),
        _ => panic!("no meter: {step}"),
    }
    Ok(None)
}

pub(crate) fn set(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let value = gauge_value(step.field("value")).expect("a value");
    match stage.metric(step) {
        Thing::Gauge(gauge, ..) => gauge.set(value),
        _ => panic!("no gauge: {step}"),
    }
    Ok(None)
}

pub(crate) fn update(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let value = step.integer("value");
    match stage.metric(step) {
        Thing::Distribution(distribution) => distribution.update(value),
        Thing::Histogram(histogram) => histogram.update(value),
        _ => panic!("nothing that values are added to: {step}"),
    }
    Ok(None)
}
