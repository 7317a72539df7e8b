//! Built-in groups as vectors describe them.

use serde_json::Value;

use super::host::{Component, Group, Refusal, Registry};
use super::json::{Fields, nullable_map};

/// A level of Flink's tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    JobManager,
    JobManagerJob,
    JobManagerOperator,
    TaskManager,
    TaskManagerJob,
    Task,
    Operator,
}

use Level::{
    JobManager, JobManagerJob, JobManagerOperator, Operator, Task, TaskManager, TaskManagerJob,
};

impl Level {
    /// The level of a component's type; the groups of other processes look exactly like a job manager.
    pub(crate) fn of_type(component_type: &str) -> Self {
        match component_type {
            "jm" | "process" | "jobmanager" => JobManager,
            "jm-job" | "jm_job" => JobManagerJob,
            "jm-operator" | "jm_operator" => JobManagerOperator,
            "tm" | "taskmanager" => TaskManager,
            "tm-job" | "tm_job" => TaskManagerJob,
            "task" => Task,
            "operator" => Operator,
            other => panic!("unknown type of component '{other}'"),
        }
    }

    /// The word that vectors use, also after `metrics.scope.`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            JobManager => "jm",
            JobManagerJob => "jm-job",
            JobManagerOperator => "jm-operator",
            TaskManager => "tm",
            TaskManagerJob => "tm-job",
            Task => "task",
            Operator => "operator",
        }
    }

    /// The levels from the root down to this one.
    pub(crate) fn path(self) -> &'static [Self] {
        match self {
            JobManager => &[JobManager],
            JobManagerJob => &[JobManager, JobManagerJob],
            JobManagerOperator => &[JobManager, JobManagerJob, JobManagerOperator],
            TaskManager => &[TaskManager],
            TaskManagerJob => &[TaskManager, TaskManagerJob],
            Task => &[TaskManager, TaskManagerJob, Task],
            Operator => &[TaskManager, TaskManagerJob, Task, Operator],
        }
    }

    /// The level of a job below this one.
    pub(crate) fn of_job(self) -> Self {
        if self == JobManager {
            JobManagerJob
        } else {
            TaskManagerJob
        }
    }

    /// The level of an operator below this one.
    pub(crate) fn of_operator(self) -> Self {
        if self == JobManagerJob {
            JobManagerOperator
        } else {
            Operator
        }
    }

    /// Makes the group of this level, below `parent` unless it is a root.
    pub(crate) fn make(
        self,
        registry: &Registry,
        parent: &Group,
        component: &Component,
    ) -> Result<Group, Refusal> {
        match self {
            JobManager => registry.jobmanager(component),
            TaskManager => registry.taskmanager(component),
            JobManagerJob | TaskManagerJob => parent.job(component),
            Task => parent.task(component),
            JobManagerOperator | Operator => parent.operator(component),
        }
    }
}

impl Component {
    /// What a vector says of a component; fields it does not have are absent.
    pub(crate) fn read(fields: &Value) -> Self {
        let text = |name: &str| fields.maybe_text(name).map(str::to_owned);
        let index = |name: &str| {
            let number = fields.maybe(name).filter(|number| !number.is_null());
            number.map_or(0, |_| {
                i32::try_from(fields.integer(name)).expect("an index of 32 bits")
            })
        };
        Self {
            host: text("host"),
            tm_id: text("tm_id"),
            job_id: text("job_id"),
            job_name: text("job_name"),
            task_id: text("task_id"),
            task_name: text("task_name"),
            task_attempt_id: text("task_attempt_id"),
            subtask_index: index("subtask_index"),
            task_attempt_num: index("task_attempt_num"),
            operator_id: text("operator_id"),
            operator_name: text("operator_name"),
            additional: fields
                .maybe("additional_variables")
                .map_or_else(Vec::new, |variables| {
                    nullable_map(variables).into_iter().collect()
                }),
        }
    }
}

/// A step down from a component into a user's group.
#[derive(Clone, Debug)]
pub(crate) enum UserGroup {
    Generic(Option<String>),
    KeyValue(Option<String>, Option<String>),
}

impl UserGroup {
    /// `{"name"}`, `{"int"}` or `{"key", "value"}`.
    pub(crate) fn read(fields: &Value) -> Self {
        let text = |name: &str| fields.maybe_text(name).map(str::to_owned);
        if fields.maybe("key").is_some() {
            Self::KeyValue(text("key"), text("value"))
        } else if fields.maybe("int").is_some() {
            Self::Generic(Some(fields.integer("int").to_string()))
        } else {
            assert!(
                fields.maybe("name").is_some(),
                "a group of no known kind: {fields}"
            );
            Self::Generic(text("name"))
        }
    }

    /// What the ABI is asked for. It has one call for both kinds, in which no value means a generic group.
    pub(crate) fn make(&self, parent: &Group) -> Result<Group, Refusal> {
        match self {
            Self::Generic(name) => parent.add_group(name.as_deref(), None),
            Self::KeyValue(key, value) => parent.add_group(key.as_deref(), value.as_deref()),
        }
    }
}
