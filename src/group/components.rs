//! Flink's built-in groups: job managers, task managers, jobs, tasks, operators; and a program's own root.

use std::sync::Arc;

use super::node::{ChildKey, NodeId};
use super::{Group, Tree, check_name, check_text};
use crate::error::{Error, ErrorKind};
use crate::scope::{Component, Level, Own, Scope, cut_operator_name};

/// A program's own root, for programs that have nothing to do with Flink.
#[derive(Clone, Copy, Debug, Default)]
pub struct RootInfo<'a> {
    /// The first scope component, and the prefix of Prometheus names.
    pub name: &'a str,
    /// Variables of everything below, keys without brackets; of two equal keys the first counts.
    pub variables: &'a [(&'a str, &'a str)],
}

/// A job manager, or another process whose groups look like one.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobManagerInfo<'a> {
    /// Its host name.
    pub host: Option<&'a str>,
}

/// A task manager.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaskManagerInfo<'a> {
    /// Its host name.
    pub host: Option<&'a str>,
    /// Its resource id.
    pub tm_id: Option<&'a str>,
}

/// A job, looked up by its id: the first name given stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobInfo<'a> {
    /// Its id, lower-case hex.
    pub job_id: Option<&'a str>,
    /// Its name; the id stands in for an absent one.
    pub job_name: Option<&'a str>,
}

/// One attempt of a subtask, looked up by its attempt id.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaskInfo<'a> {
    /// The job vertex's id, lower-case hex.
    pub task_id: Option<&'a str>,
    /// The job vertex's name.
    pub task_name: Option<&'a str>,
    /// `<execution graph id>_<task id>_<subtask index>_<attempt number>` in Flink.
    pub task_attempt_id: Option<&'a str>,
    /// Counted from zero.
    pub subtask_index: i32,
    /// Counted from zero.
    pub task_attempt_num: i32,
}

/// An operator, looked up by id and name. Names beyond 80 UTF-16 units are cut as Flink cuts them.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatorInfo<'a> {
    /// Its id, lower-case hex.
    pub operator_id: Option<&'a str>,
    /// Its name.
    pub operator_name: Option<&'a str>,
    /// The job vertex's id; used only below a job manager's job.
    pub task_id: Option<&'a str>,
    /// The job vertex's name; used only below a job manager's job.
    pub task_name: Option<&'a str>,
    /// Further variables, keys as they are to be read (brackets included). They replace the operator's own, not inherited ones.
    pub variables: &'a [(&'a str, &'a str)],
}

/// What a component is made of: its level, what it is looked up by, and its values.
struct Blueprint<'a> {
    level: Level,
    looked_up_by: &'a [Option<&'a str>],
    own: &'a [Own<'a>],
    additional: &'a [(&'a str, &'a str)],
}

impl Group {
    /// The job below this job manager or task manager.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`]; [`ErrorKind::InvalidArgument`] below any other group or for text that is too long.
    pub fn job(&self, info: &JobInfo<'_>) -> Result<Self, Error> {
        let level = match self.level()? {
            Some(Level::JobManager) => Level::JobManagerJob,
            Some(Level::TaskManager) => Level::TaskManagerJob,
            _ => return Err(misplaced("a job", "a job manager or a task manager")),
        };
        let name = info
            .job_name
            .filter(|name| !name.is_empty())
            .or(info.job_id);
        self.component(&Blueprint {
            level,
            looked_up_by: &[info.job_id],
            own: &[
                Own::name("<job_id>", info.job_id),
                Own::name("<job_name>", name),
            ],
            additional: &[],
        })
    }

    /// The task below this task manager's job.
    ///
    /// # Errors
    /// As [`job`](Self::job).
    pub fn task(&self, info: &TaskInfo<'_>) -> Result<Self, Error> {
        if self.level()? != Some(Level::TaskManagerJob) {
            return Err(misplaced("a task", "a task manager's job"));
        }
        let subtask_index = info.subtask_index.to_string();
        let attempt_num = info.task_attempt_num.to_string();
        let by_numbers = [info.task_id, Some(&*subtask_index), Some(&*attempt_num)];
        let looked_up_by = match &info.task_attempt_id {
            Some(_) => std::slice::from_ref(&info.task_attempt_id),
            None => &by_numbers[..],
        };
        self.component(&Blueprint {
            level: Level::Task,
            looked_up_by,
            own: &[
                Own::name("<task_id>", info.task_id),
                Own::name("<task_name>", info.task_name),
                Own::name("<task_attempt_id>", info.task_attempt_id),
                Own::name("<subtask_index>", Some(&subtask_index)),
                Own::name("<task_attempt_num>", Some(&attempt_num)),
            ],
            additional: &[],
        })
    }

    /// The operator below this task, or the operator coordinator below this job manager's job.
    ///
    /// # Errors
    /// As [`job`](Self::job).
    pub fn operator(&self, info: &OperatorInfo<'_>) -> Result<Self, Error> {
        let cut = info.operator_name.and_then(cut_operator_name);
        if let (Some(cut), Some(name)) = (&cut, info.operator_name) {
            self.tree.warn_once(format!(
                "operator name '{name}' is longer than 80 characters and was cut to '{cut}'"
            ));
        }
        let name = cut.as_deref().or(info.operator_name);
        let id = Own::name("<operator_id>", info.operator_id);
        let named = Own::name("<operator_name>", name);
        let looked_up_by = &[info.operator_id, name];
        let additional = info.variables;
        match self.level()? {
            Some(Level::Task) => self.component(&Blueprint {
                level: Level::Operator,
                looked_up_by,
                own: &[id, named],
                additional,
            }),
            Some(Level::JobManagerJob) => self.component(&Blueprint {
                level: Level::JobManagerOperator,
                looked_up_by,
                own: &[
                    Own::name("<task_id>", info.task_id),
                    Own::name("<task_name>", info.task_name),
                    id,
                    named,
                ],
                additional,
            }),
            _ => Err(misplaced("an operator", "a task or a job manager's job")),
        }
    }

    fn level(&self) -> Result<Option<Level>, Error> {
        let level_of = |component: Option<&Component>| component.map(|component| component.level);
        self.tree.with_component(self.node, level_of)
    }

    fn component(&self, blueprint: &Blueprint<'_>) -> Result<Self, Error> {
        Self::build(&self.tree, Some((self.node, &self.scope)), blueprint)
    }

    fn build(
        tree: &Arc<Tree>,
        parent: Option<(NodeId, &Scope)>,
        blueprint: &Blueprint<'_>,
    ) -> Result<Self, Error> {
        blueprint.check()?;
        let (key, above) = (blueprint.key(), parent.map(|(id, _)| id));
        let (node, scope) = match tree.find_child(above, &key)? {
            Some(found) => found,
            None => {
                let (component, scope, hidden) = blueprint.make(tree, parent)?;
                tree.report_hidden(&hidden);
                tree.add_child(above, key, Some(component), scope)?
            }
        };
        let tree = Arc::clone(tree);
        Ok(Self { tree, node, scope })
    }

    /// The job manager at the top of `tree`.
    pub(crate) fn jobmanager(tree: &Arc<Tree>, info: &JobManagerInfo<'_>) -> Result<Self, Error> {
        let blueprint = Blueprint {
            level: Level::JobManager,
            looked_up_by: &[info.host],
            own: &[Own::address("<host>", info.host)],
            additional: &[],
        };
        Self::build(tree, None, &blueprint)
    }

    /// The task manager at the top of `tree`.
    pub(crate) fn taskmanager(tree: &Arc<Tree>, info: &TaskManagerInfo<'_>) -> Result<Self, Error> {
        let blueprint = Blueprint {
            level: Level::TaskManager,
            looked_up_by: &[info.host, info.tm_id],
            own: &[
                Own::address("<host>", info.host),
                Own::address("<tm_id>", info.tm_id),
            ],
            additional: &[],
        };
        Self::build(tree, None, &blueprint)
    }

    /// The program's own root at the top of `tree`.
    pub(crate) fn root(tree: &Arc<Tree>, info: &RootInfo<'_>) -> Result<Self, Error> {
        check_name("root", info.name)?;
        for (key, value) in info.variables {
            check_name("variable", key)?;
            check_text("variable's value", value)?;
        }
        let owned = |(key, value): &(&str, &str)| (Box::from(*key), Box::from(*value));
        let variables = info.variables.iter().map(owned).collect();
        let key = ChildKey::Root(info.name.into(), variables);
        let (node, scope) = match tree.find_child(None, &key)? {
            Some(found) => found,
            None => {
                let (scope, hidden) = Scope::root(info.name, info.variables);
                tree.report_hidden(&hidden);
                tree.add_child(None, key, None, scope)?
            }
        };
        let tree = Arc::clone(tree);
        Ok(Self { tree, node, scope })
    }
}

impl Blueprint<'_> {
    fn check(&self) -> Result<(), Error> {
        for own in self.own {
            check_text(own.key, own.value.unwrap_or_default())?;
        }
        for (key, value) in self.additional {
            check_name("variable", key)?;
            check_text("variable's value", value)?;
        }
        Ok(())
    }

    fn make(
        &self,
        tree: &Tree,
        parent: Option<(NodeId, &Scope)>,
    ) -> Result<(Component, Scope, Vec<Arc<str>>), Error> {
        let make = |above: Option<&Component>| {
            let above = above.zip(parent.map(|(_, scope)| scope));
            Component::new(self.level, &tree.formats, above, self.own, self.additional)
        };
        match parent {
            Some((id, _)) => tree.with_component(id, make),
            None => Ok(make(None)),
        }
    }

    fn key(&self) -> ChildKey {
        let parts = self.looked_up_by.iter();
        ChildKey::Component(self.level, parts.map(|part| part.map(Box::from)).collect())
    }
}

fn misplaced(what: &str, right: &str) -> Error {
    let text = format!("{what} cannot stand here; it belongs below {right}");
    Error::new(ErrorKind::InvalidArgument, text)
}
