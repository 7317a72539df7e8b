//! Flink's built-in levels and how their scopes come about.

use std::sync::Arc;

use super::format::Formats;
use super::{Scope, Variables};

/// What an absent value prints in a scope.
pub(crate) const ABSENT: &str = "null";

/// One of the seven built-in levels of Flink's tree, parents before children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    JobManager,
    JobManagerJob,
    JobManagerOperator,
    TaskManager,
    TaskManagerJob,
    Task,
    Operator,
}

impl Level {
    pub(crate) const COUNT: usize = 7;
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::JobManager,
        Self::JobManagerJob,
        Self::JobManagerOperator,
        Self::TaskManager,
        Self::TaskManagerJob,
        Self::Task,
        Self::Operator,
    ];

    pub(crate) fn parent(self) -> Option<Self> {
        match self {
            Self::JobManager | Self::TaskManager => None,
            Self::JobManagerJob => Some(Self::JobManager),
            Self::JobManagerOperator => Some(Self::JobManagerJob),
            Self::TaskManagerJob => Some(Self::TaskManager),
            Self::Task => Some(Self::TaskManagerJob),
            Self::Operator => Some(Self::Task),
        }
    }

    fn logical_name(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager",
            Self::TaskManager => "taskmanager",
            Self::JobManagerJob | Self::TaskManagerJob => "job",
            Self::Task => "task",
            Self::JobManagerOperator | Self::Operator => "operator",
        }
    }

    pub(super) fn default_format(self) -> &'static str {
        match self {
            Self::JobManager => "<host>.jobmanager",
            Self::JobManagerJob => "<host>.jobmanager.<job_name>",
            Self::JobManagerOperator => "<host>.jobmanager.<job_name>.<operator_name>",
            Self::TaskManager => "<host>.taskmanager.<tm_id>",
            Self::TaskManagerJob => "<host>.taskmanager.<tm_id>.<job_name>",
            Self::Task => "<host>.taskmanager.<tm_id>.<job_name>.<task_name>.<subtask_index>",
            Self::Operator => {
                "<host>.taskmanager.<tm_id>.<job_name>.<operator_name>.<subtask_index>"
            }
        }
    }
}

/// A group's place among Flink's levels, with what its own and its children's formats may fill in.
#[derive(Debug)]
pub struct Component {
    pub(crate) level: Level,
    /// Variables of this level and of those above it, as a scope prints them.
    printed: Vec<(&'static str, Arc<str>)>,
}

/// A value that a component brings to its level.
pub(crate) struct Own<'a> {
    pub(crate) key: &'static str,
    pub(crate) value: Option<&'a str>,
    /// What the scope prints when there is no value.
    pub(crate) absent: &'static str,
}

impl<'a> Own<'a> {
    /// A name or an id: absent when it is missing or empty, and then printed as [`ABSENT`].
    pub(crate) fn name(key: &'static str, value: Option<&'a str>) -> Self {
        let value = value.filter(|value| !value.is_empty());
        let absent = ABSENT;
        Self { key, value, absent }
    }

    /// An address: an empty one is absent too, but prints as it is.
    pub(crate) fn address(key: &'static str, value: Option<&'a str>) -> Self {
        let absent = if value.is_some() { "" } else { ABSENT };
        let value = value.filter(|value| !value.is_empty());
        Self { key, value, absent }
    }
}

impl Component {
    /// The component of `level` below `parent`, its scope, and the variables that an outer one hides.
    ///
    /// `additional` variables have keys as they are to be read; they replace the component's own, not inherited ones.
    pub(crate) fn new(
        level: Level,
        formats: &Formats,
        parent: Option<(&Self, &Scope)>,
        own: &[Own<'_>],
        additional: &[(&str, &str)],
    ) -> (Self, Scope, Vec<Arc<str>>) {
        let mut component = Self {
            level,
            printed: parent.map_or_else(Vec::new, |(parent, _)| parent.printed.clone()),
        };
        for Own { key, value, absent } in own {
            let printed = value.unwrap_or(absent);
            component.printed.push((key, printed.into()));
        }
        let mut variables = Variables {
            sorted: parent.map_or_else(Vec::new, |(_, scope)| scope.variables.to_vec()),
            hidden: Vec::new(),
        };
        for (key, value) in additional {
            variables.add(Arc::from(*key), Arc::from(*value));
        }
        let replaced = |key: &str| additional.iter().any(|(other, _)| *other == key);
        for Own { key, value, .. } in own {
            if let Some(value) = value.filter(|_| !replaced(key)) {
                variables.add(Arc::from(*key), Arc::from(value));
            }
        }
        let above = parent.map_or(&[][..], |(_, scope)| &scope.logical);
        let name = Arc::from(level.logical_name());
        let logical: Box<[_]> = above.iter().cloned().chain([name]).collect();
        let scope = Scope {
            components: component.fill_in(formats.template(level)),
            levels: logical.len(),
            logical,
            variables: variables.sorted.into(),
            plain: false,
        };
        (component, scope, variables.hidden)
    }

    fn fill_in(&self, template: &[String]) -> Box<[Arc<str>]> {
        let fill = |piece: &String| {
            let known = self.printed.iter().find(|(key, _)| key == piece);
            known.map_or_else(|| Arc::from(piece.as_str()), |(_, value)| Arc::clone(value))
        };
        template.iter().map(fill).collect()
    }
}

/// The longest operator name, in UTF-16 units, as Flink counts.
const OPERATOR_NAME_UNITS: usize = 80;
/// Endings of sink operators that a cut keeps.
const KEPT_ENDINGS: [&str; 2] = [": Writer", ": Committer"];

/// Cuts an operator name as Flink does; `None` if it is short enough.
pub(crate) fn cut_operator_name(name: &str) -> Option<String> {
    if utf16_units(name) <= OPERATOR_NAME_UNITS {
        return None;
    }
    let ending = KEPT_ENDINGS
        .into_iter()
        .find(|ending| name.ends_with(ending));
    let ending = ending.unwrap_or("");
    let mut units = utf16_units(ending);
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= OPERATOR_NAME_UNITS
    };
    let mut cut: String = name.chars().take_while(fits).collect();
    cut.push_str(ending);
    Some(cut)
}

fn utf16_units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
