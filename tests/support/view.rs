//! How a reporter sees the variables of a group.

use std::collections::BTreeMap;

use super::host::{Change, Counter, Group};
use super::json::Object;
use super::model::Place;
use super::scene::Scene;

/// The metric that reporters are shown so that they show its variables.
const PROBE: &str = "probe";

/// The variables that each reporter was given for a metric of `group`.
pub(crate) fn probe(scene: &Scene, group: &Group) -> BTreeMap<String, BTreeMap<String, String>> {
    let probe = Counter::register(group, Some(PROBE)).expect("a probe can be registered");
    let told = scene.told().into_iter();
    let added = told.filter(|told| told.change == Change::Added && told.metric.name == PROBE);
    let seen = added
        .map(|told| (told.reporter, told.metric.variables))
        .collect();
    drop(probe);
    seen
}

/// What a configuration says about a reporter's variables.
pub(crate) struct Settings {
    excluded: Vec<String>,
    additional: BTreeMap<String, String>,
}

impl Settings {
    pub(crate) fn read(config: &Object, reporter: &str) -> Self {
        let prefix = format!("metrics.reporter.{reporter}.scope.variables.");
        let text = |key: &str| {
            config
                .get(&format!("{prefix}{key}"))
                .and_then(|text| text.as_str())
        };
        let excluded = text("excludes").unwrap_or_default().split(';');
        let excluded = excluded
            .filter(|name| !name.is_empty())
            .map(|name| format!("<{name}>"));
        Self {
            excluded: excluded.collect(),
            additional: match text("additional") {
                Some(map) => parsed(map),
                None => one_each(config, &format!("{prefix}additional.")),
            },
        }
    }

    /// Whether row additional speaks of the place: a variable to be added is there already, and not excluded.
    pub(crate) fn collides(&self, place: &Place) -> bool {
        let is_shown =
            |key: &String| place.variables.contains_key(key) && !self.excluded.contains(key);
        self.additional.keys().any(is_shown)
    }

    /// What metra shows: the configured variable wins.
    pub(crate) fn variables(&self, place: &Place) -> BTreeMap<String, String> {
        self.shown(&place.variables)
    }

    /// What is shown of these variables.
    pub(crate) fn shown(&self, variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let shown = variables
            .iter()
            .filter(|(key, _)| !self.excluded.contains(key));
        let mut shown: BTreeMap<_, _> = shown
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        shown.extend(self.additional.clone());
        shown
    }
}

/// One key of the configuration for each variable.
fn one_each(config: &Object, prefix: &str) -> BTreeMap<String, String> {
    let single = config.iter().filter_map(|(key, value)| {
        let name = key.strip_prefix(prefix)?;
        Some((format!("<{name}>"), value.as_str()?.to_owned()))
    });
    single.collect()
}

/// A map in one line, `{k: v, …}` or `k:v,…`, with quotes around whole parts. It is read here only to know what metra
/// answers where Flink fails, so no more of YAML is understood.
fn parsed(text: &str) -> BTreeMap<String, String> {
    let text = text.trim();
    let inside = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    let unquoted = |part: &str| part.trim().trim_matches(['\'', '"']).to_owned();
    let pairs = inside.split(',').filter_map(|pair| pair.split_once(':'));
    pairs
        .map(|(key, value)| (format!("<{}>", unquoted(key)), unquoted(value)))
        .collect()
}
