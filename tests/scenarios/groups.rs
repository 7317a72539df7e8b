//! Steps that ask for groups and end them.

use metra::{Group, JobInfo, JobManagerInfo, OperatorInfo, RootInfo, TaskInfo, TaskManagerInfo};

use crate::stage::{Outcome, Stage, Thing};
use crate::step::Step;

pub(crate) fn root(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let info = RootInfo {
        name: step.text("name"),
        variables: &step.pairs("variables"),
    };
    let made = stage.runtime.registry().root(&info);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn taskmanager(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let info = TaskManagerInfo {
        host: step.maybe_text("host"),
        tm_id: step.maybe_text("tm_id"),
    };
    let made = stage.runtime.registry().taskmanager(&info);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn jobmanager(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let info = JobManagerInfo {
        host: step.maybe_text("host"),
    };
    let made = stage.runtime.registry().jobmanager(&info);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn job(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let info = JobInfo {
        job_id: step.maybe_text("job_id"),
        job_name: step.maybe_text("job_name"),
    };
    let made = stage.group(step).job(&info);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn task(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let number = |name| i32::try_from(step.integer_or(name, 0)).expect("32 bits");
    let info = TaskInfo {
        task_id: step.maybe_text("task_id"),
        task_name: step.maybe_text("task_name"),
        task_attempt_id: step.maybe_text("task_attempt_id"),
        subtask_index: number("subtask_index"),
        task_attempt_num: number("task_attempt_num"),
    };
    let made = stage.group(step).task(&info);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn operator(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let info = OperatorInfo {
        operator_id: step.maybe_text("operator_id"),
        operator_name: step.maybe_text("operator_name"),
        task_id: step.maybe_text("task_id"),
        task_name: step.maybe_text("task_name"),
        variables: &step.pairs("variables"),
    };
    let made = stage.group(step).operator(&info);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn add_group(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let (group, name) = (stage.group(step), step.text("name"));
    let made = match step.maybe_text("value") {
        Some(value) => group.add_key_value(name, value),
        None => group.add_group(name),
    };
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn token(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let token = stage.group(step).token();
    stage.keep(step, Ok(Thing::Token(token)))
}

pub(crate) fn from_token(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let Thing::Token(token) = stage.thing(step.text("token")) else {
        panic!("no token: {step}");
    };
    let made = Group::from_token(*token);
    stage.keep(step, made.map(Thing::Group))
}

pub(crate) fn is_closed(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    Ok(Some(stage.group(step).is_closed().into()))
}

/// A metric by its group and name, or a gauge by itself.
pub(crate) fn unregister(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    if step.maybe("group").is_some() {
        stage.group(step).unregister(step.text("name"))?;
        return Ok(None);
    }
    let Thing::Gauge(gauge, group, name) = stage.metric(step) else {
        panic!("no gauge: {step}");
    };
    group.unregister_gauge(name, gauge)?;
    Ok(None)
}
