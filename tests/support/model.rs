//! What metra answers about a place in the tree, computed from what it and Flink promise without any of metra's code:
//! the measure where a row of the table of differences speaks of a step.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::component::{Level, UserGroup};
use super::host::Component;
use super::host::status_name;
use super::{abi, json::Object};

/// What an absent value prints in a scope.
const ABSENT: &str = "null";

/// The configured templates of all levels.
pub(crate) struct Formats(BTreeMap<Level, Vec<String>>);

impl Formats {
    /// The formats of a configuration that has no bad one.
    pub(crate) fn read(config: &Object) -> Self {
        let mut templates = BTreeMap::new();
        for leaf in [Level::JobManagerOperator, Level::Operator] {
            let mut parent: Vec<String> = Vec::new();
            for level in leaf.path() {
                let template = template(&format(config, *level), &parent);
                templates.insert(*level, template.clone());
                parent = template;
            }
        }
        Self(templates)
    }
}

fn format(config: &Object, level: Level) -> String {
    let text = |key: &str| {
        config
            .get(&format!("metrics.scope.{key}"))?
            .as_str()
            .map(str::to_owned)
    };
    let old = level.word().replace("-job", ".job");
    text(level.word())
        .or_else(|| text(&old))
        .unwrap_or_else(|| default_format(level).to_owned())
}

fn default_format(level: Level) -> &'static str {
    match level {
        Level::JobManager => "<host>.jobmanager",
        Level::JobManagerJob => "<host>.jobmanager.<job_name>",
        Level::JobManagerOperator => "<host>.jobmanager.<job_name>.<operator_name>",
        Level::TaskManager => "<host>.taskmanager.<tm_id>",
        Level::TaskManagerJob => "<host>.taskmanager.<tm_id>.<job_name>",
        Level::Task => "<host>.taskmanager.<tm_id>.<job_name>.<task_name>.<subtask_index>",
        Level::Operator => "<host>.taskmanager.<tm_id>.<job_name>.<operator_name>.<subtask_index>",
    }
}

/// The pieces of a format without empty ones at the end, the parent's for a leading `*`.
fn template(format: &str, parent: &[String]) -> Vec<String> {
    let mut pieces: Vec<String> = format.split('.').map(str::to_owned).collect();
    while pieces.len() > 1 && pieces.last().is_some_and(String::is_empty) {
        pieces.pop();
    }
    if pieces[0] == "*" && !parent.is_empty() {
        pieces.splice(..1, parent.iter().cloned());
    }
    pieces
}

/// The first character of `metrics.scope.delimiter`, a dot without one.
pub(crate) fn global_delimiter(config: &Object) -> String {
    let configured = config
        .get("metrics.scope.delimiter")
        .and_then(|text| text.as_str());
    let first = configured.and_then(|text| text.chars().next());
    first.unwrap_or('.').to_string()
}

/// The delimiter of a reporter: its own if it is one character, else the global one.
pub(crate) fn reporter_delimiter(config: &Object, reporter: &str) -> String {
    let key = format!("metrics.reporter.{reporter}.scope.delimiter");
    let own = config.get(&key).and_then(|text| text.as_str());
    let own = own.filter(|text| text.encode_utf16().count() == 1);
    own.map_or_else(|| global_delimiter(config), str::to_owned)
}

/// How a place is spelled.
#[derive(Clone, Copy)]
pub(crate) struct Naming<'a> {
    pub(crate) joined_by: &'a str,
    /// The delimiter of a reporter, which does not stay inside names.
    pub(crate) replaced: Option<&'a str>,
    pub(crate) filter: &'a dyn Fn(&str) -> String,
}

impl Naming<'_> {
    pub(crate) fn clean(&self, name: &str) -> String {
        let name = match self.replaced {
            Some("_") => name.replace('_', "-"),
            Some(delimiter) => name.replace(delimiter, "_"),
            None => name.to_owned(),
        };
        (self.filter)(&name)
    }
}

/// The identity that a group gives to its metrics.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) components: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
    /// How many variables an outer one of the same name hides.
    pub(crate) hidden: usize,
    levels: Vec<&'static str>,
    users: Vec<String>,
    /// The keys of variables that users' groups brought, outermost first.
    user_keys: Vec<String>,
}

impl Place {
    /// The place of the component of `level`, below the components above it.
    pub(crate) fn of_component(formats: &Formats, level: Level, component: &Component) -> Self {
        let mut place = Self {
            components: Vec::new(),
            variables: BTreeMap::new(),
            hidden: 0,
            levels: Vec::new(),
            users: Vec::new(),
            user_keys: Vec::new(),
        };
        let mut printed: Vec<(&str, String)> = Vec::new();
        for level in level.path() {
            place.levels.push(logical_name(*level));
            let own = own_values(*level, component);
            printed.extend(own.iter().map(|(key, value, absent)| {
                (*key, value.clone().unwrap_or_else(|| (*absent).to_owned()))
            }));
            place.take_variables(*level, component, own);
        }
        let fill = |piece: &String| {
            let known = printed.iter().find(|(key, _)| key == piece);
            known.map_or_else(|| piece.clone(), |(_, value)| value.clone())
        };
        place.components = formats.0[&level].iter().map(fill).collect();
        place
    }

    /// Adds the variables of one level; those of levels above are there already and win. An operator's additional ones
    /// replace its own.
    fn take_variables(
        &mut self,
        level: Level,
        component: &Component,
        own: Vec<(&str, Option<String>, &str)>,
    ) {
        let mut mine: BTreeMap<String, String> = BTreeMap::new();
        mine.extend(
            own.into_iter()
                .filter_map(|(key, value, _)| Some((key.to_owned(), value?))),
        );
        if matches!(level, Level::Operator | Level::JobManagerOperator) {
            let additional = component.additional.iter();
            mine.extend(additional.filter_map(|(key, value)| Some((key.clone(), value.clone()?))));
        }
        for (key, value) in mine {
            self.take_variable(key, value);
        }
    }

    fn take_variable(&mut self, key: String, value: String) {
        match self.variables.entry(key) {
            Entry::Occupied(_) => self.hidden += 1,
            Entry::Vacant(place) => {
                place.insert(value);
            }
        }
    }

    /// The place of a user's group below this one, or the status by which it is refused.
    pub(crate) fn below(&self, group: &UserGroup) -> Result<Self, String> {
        let mut place = self.clone();
        let (UserGroup::Generic(name) | UserGroup::KeyValue(name, _)) = group;
        let name = checked_name(name.as_deref())?;
        place.components.push(name.to_owned());
        place.users.push(name.to_owned());
        // Without a value the ABI makes a generic group.
        if let UserGroup::KeyValue(_, Some(value)) = group {
            place.components.push(value.clone());
            let key = format!("<{name}>");
            place.user_keys.push(key.clone());
            place.take_variable(key, value.clone());
        }
        Ok(place)
    }

    /// How far out a variable was brought: 0 by what is no user's group, then by the users' groups from the top.
    pub(crate) fn depth(&self, key: &str) -> usize {
        self.user_keys
            .iter()
            .position(|known| known == key)
            .map_or(0, |at| at + 1)
    }

    /// Whether `others` are the variables of this place but for those that groups of these names can have.
    pub(crate) fn differs_by_groups(&self, others: &BTreeMap<String, Option<String>>) -> bool {
        let of_group = |key: &String| self.users.iter().any(|user| *key == format!("<{user}>"));
        let mine = self.variables.iter().filter(|(key, _)| !of_group(key));
        let theirs = others.iter().filter(|(key, _)| !of_group(key));
        mine.map(|(key, value)| (key, Some(value)))
            .eq(theirs.map(|(key, value)| (key, value.as_ref())))
    }

    pub(crate) fn identifier(&self, name: &str, naming: Naming<'_>) -> String {
        let parts = self
            .components
            .iter()
            .map(|component| naming.clean(component));
        let parts: Vec<String> = parts.chain([naming.clean(name)]).collect();
        parts.join(naming.joined_by)
    }

    pub(crate) fn logical_scope(&self, naming: Naming<'_>) -> String {
        let levels = self.levels.iter().map(|level| (*level).to_owned());
        let parts: Vec<String> = levels
            .chain(self.users.iter().map(|user| naming.clean(user)))
            .collect();
        parts.join(naming.joined_by)
    }
}

/// The longest name of a metric, a group or a key.
const MAX_NAME_BYTES: usize = 65_535;

/// Whether a name is refused for its length.
pub(crate) fn is_too_long(name: &str) -> bool {
    name.len() > MAX_NAME_BYTES
}

/// The name of a metric, a group or a key, or the status by which one that is absent or too long is refused.
pub(crate) fn checked_name(name: Option<&str>) -> Result<&str, String> {
    match name {
        None => Err(status_name(abi::METRA_ERROR_NULL_ARGUMENT)),
        Some("") => Err(status_name(abi::METRA_ERROR_INVALID_ARGUMENT)),
        Some(name) if is_too_long(name) => Err(status_name(abi::METRA_ERROR_INVALID_ARGUMENT)),
        Some(name) => Ok(name),
    }
}

/// The status by which a component is refused: additional variables need a name and a value.
pub(crate) fn refusal(component: &Component) -> Option<String> {
    let null = status_name(abi::METRA_ERROR_NULL_ARGUMENT);
    let invalid = status_name(abi::METRA_ERROR_INVALID_ARGUMENT);
    let has =
        |wanted: fn(&(String, Option<String>)) -> bool| component.additional.iter().any(wanted);
    match () {
        () if has(|(_, value)| value.is_none()) => Some(null),
        () if has(|(key, _)| key.is_empty()) => Some(invalid),
        () => None,
    }
}

/// Whether the component, or one above it, has an absent value of its own: the inputs that row absent speaks of.
pub(crate) fn has_absent_values(level: Level, component: &Component) -> bool {
    let absent = |level: &Level| {
        let own = raw_values(*level, component);
        own.iter()
            .any(|(_, value)| value.as_ref().is_none_or(|value| value.is_empty()))
    };
    level.path().iter().any(absent)
}

fn logical_name(level: Level) -> &'static str {
    match level {
        Level::JobManager => "jobmanager",
        Level::TaskManager => "taskmanager",
        Level::JobManagerJob | Level::TaskManagerJob => "job",
        Level::Task => "task",
        Level::JobManagerOperator | Level::Operator => "operator",
    }
}

/// The variables that a level brings, as they were given.
fn raw_values(level: Level, component: &Component) -> Vec<(&'static str, Option<String>)> {
    let c = component.clone();
    let operator = [
        ("<operator_id>", c.operator_id),
        ("<operator_name>", c.operator_name.map(cut)),
    ];
    let vertex = [("<task_id>", c.task_id), ("<task_name>", c.task_name)];
    match level {
        Level::JobManager => vec![("<host>", c.host)],
        Level::TaskManager => vec![("<host>", c.host), ("<tm_id>", c.tm_id)],
        Level::JobManagerJob | Level::TaskManagerJob => {
            vec![("<job_id>", c.job_id), ("<job_name>", c.job_name)]
        }
        Level::JobManagerOperator => vertex.into_iter().chain(operator).collect(),
        Level::Task => vertex
            .into_iter()
            .chain([
                ("<task_attempt_id>", c.task_attempt_id),
                ("<subtask_index>", Some(c.subtask_index.to_string())),
                ("<task_attempt_num>", Some(c.task_attempt_num.to_string())),
            ])
            .collect(),
        Level::Operator => operator.to_vec(),
    }
}

/// The variables that a level brings: value, and what the scope prints when there is none. Row absent.
fn own_values(
    level: Level,
    component: &Component,
) -> Vec<(&'static str, Option<String>, &'static str)> {
    let judged = |(key, value): (&'static str, Option<String>)| {
        let is_address = key == "<host>" || key == "<tm_id>";
        let absent = if is_address && value.is_some() {
            ""
        } else {
            ABSENT
        };
        let value = value.filter(|value| !value.is_empty());
        let value = if key == "<job_name>" {
            value.or_else(|| component.job_id.clone())
        } else {
            value
        };
        (key, value.filter(|value| !value.is_empty()), absent)
    };
    raw_values(level, component)
        .into_iter()
        .map(judged)
        .collect()
}

/// Flink's cut of operator names to 80 UTF-16 units, with the ending of a sink's parts kept.
pub(crate) fn cut(name: String) -> String {
    let units = |text: &str| text.encode_utf16().count();
    if units(&name) <= 80 {
        return name;
    }
    let kept = [": Writer", ": Committer"]
        .into_iter()
        .find(|ending| name.ends_with(ending));
    let kept = kept.unwrap_or_default();
    let mut front = name;
    while units(&front) > 80 - units(kept) {
        front.pop();
    }
    front + kept
}
