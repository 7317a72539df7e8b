//! Steps that write metrics through cells.

use std::sync::Arc;

use metra::metric::{OwnedCounter, OwnedDistribution, OwnedMonotonicCounter};

use crate::stage::{Outcome, Stage, Thing};
use crate::step::Step;

/// An owned cell; that of a meter is a counter's.
pub(crate) enum Cell {
    Counter(OwnedCounter),
    MonotonicCounter(OwnedMonotonicCounter),
    Distribution(OwnedDistribution),
}

pub(crate) fn acquire(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let cell = match stage.metric(step) {
        Thing::Counter(counter) => Cell::Counter(counter.cell()),
        Thing::MonotonicCounter(counter) => Cell::MonotonicCounter(counter.cell()),
        Thing::Meter(meter) => Cell::Counter(meter.cell()),
        Thing::Distribution(distribution) => Cell::Distribution(distribution.cell()),
        _ => panic!("nothing that has cells: {step}"),
    };
    stage.keep(step, Ok(Thing::Cell(cell)))
}

/// The metric itself: shared cells are for foreign writers.
pub(crate) fn shared(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let metric = match stage.metric(step) {
        Thing::Counter(counter) => Thing::Counter(Arc::clone(counter)),
        Thing::MonotonicCounter(counter) => Thing::MonotonicCounter(Arc::clone(counter)),
        Thing::Meter(meter) => Thing::Meter(Arc::clone(meter)),
        Thing::Distribution(distribution) => Thing::Distribution(Arc::clone(distribution)),
        _ => panic!("nothing that has cells: {step}"),
    };
    stage.keep(step, Ok(metric))
}

pub(crate) fn write(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let value = step.integer("value");
    match stage.thing_mut(step.text("cell")) {
        Thing::Cell(Cell::Counter(cell)) => cell.inc(value),
        Thing::Cell(Cell::MonotonicCounter(cell)) => cell.inc(value),
        Thing::Cell(Cell::Distribution(cell)) => cell.update(value),
        Thing::Counter(counter) => counter.inc(value),
        Thing::MonotonicCounter(counter) => counter.inc(value),
        Thing::Meter(meter) => meter.mark_event(value),
        Thing::Distribution(distribution) => distribution.update(value),
        _ => panic!("no cell: {step}"),
    }
    Ok(None)
}

pub(crate) fn release(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let Thing::Cell(_) = stage.take(step.text("cell")) else {
        panic!("no owned cell: {step}");
    };
    Ok(None)
}
