//! Names of metrics and labels as Flink's reporter makes them, and what metra makes of those that Prometheus refuses.

use std::collections::BTreeMap;

use super::page::Labels;
use crate::support::json::Object;
use crate::support::model::{self, Naming, Place};
use crate::support::reporters::sight::setting;
use crate::support::view::Settings;

/// Each character outside `[a-zA-Z0-9:_]` is one `_`.
pub(super) fn filtered(text: &str) -> String {
    let kept = |letter: char| letter.is_ascii_alphanumeric() || letter == ':' || letter == '_';
    text.chars()
        .map(|letter| if kept(letter) { letter } else { '_' })
        .collect()
}

/// How one reporter spells names and labels.
pub(super) struct Spelling {
    settings: Settings,
    prefix: String,
    delimiter: String,
    filters_values: bool,
    /// Labels that are not shown.
    replaced: Vec<String>,
}

impl Spelling {
    pub(super) fn read(config: &Object, reporter: &str, replaced: Vec<String>) -> Self {
        let text = |key| setting(config, reporter, key);
        Self {
            settings: Settings::read(config, reporter),
            prefix: filtered(text("prefix").unwrap_or("flink")),
            delimiter: model::reporter_delimiter(config, reporter),
            filters_values: text("filterLabelValueCharacters") != Some("false"),
            replaced,
        }
    }

    /// The logical scope as it stands in names and in the help.
    pub(super) fn scope(&self, place: &Place) -> String {
        place.logical_scope(Naming {
            joined_by: "_",
            replaced: Some(&self.delimiter),
            filter: &filtered,
        })
    }

    /// What the allow list is compared with.
    pub(super) fn allowed_name(&self, place: &Place, name: &str) -> String {
        let scope = place.logical_scope(Naming {
            joined_by: &self.delimiter,
            replaced: Some(&self.delimiter),
            filter: &filtered,
        });
        format!("{scope}.{name}")
    }

    /// The name of the family of a metric whose scope is spelled already.
    pub(super) fn family(&self, scope: &str, name: &str) -> String {
        format!("{}_{scope}_{}", self.prefix, filtered(name))
    }

    /// The labels under the names that Flink gives them, one for each variable.
    pub(super) fn flinks(&self, place: &Place) -> Vec<String> {
        let variables = self.settings.variables(place);
        variables
            .keys()
            .map(|key| filtered(unbracketed(key)))
            .collect()
    }

    /// Whether a place has labels that are not shown.
    pub(super) fn has_replaced(&self, place: &Place) -> bool {
        let labels = self.all_labels(place);
        labels.keys().any(|name| self.replaced.contains(name))
    }

    /// The labels of a place.
    pub(super) fn labels(&self, place: &Place) -> Labels {
        let mut labels = self.all_labels(place);
        labels.retain(|name, _| !self.replaced.contains(name));
        labels
    }

    /// Of variables that come to one label name, the outermost stays.
    fn all_labels(&self, place: &Place) -> Labels {
        let variables: BTreeMap<String, String> = self.settings.variables(place);
        let mut keys: Vec<&String> = variables.keys().collect();
        keys.sort_by_key(|key| place.depth(key));
        let mut labels = Labels::new();
        for key in keys {
            let value = &variables[key];
            let value = if self.filters_values {
                filtered(value)
            } else {
                value.clone()
            };
            labels.entry(valid(unbracketed(key))).or_insert(value);
        }
        labels
    }
}

fn unbracketed(key: &str) -> &str {
    key.strip_prefix('<')
        .and_then(|key| key.strip_suffix('>'))
        .unwrap_or(key)
}

/// A name that Prometheus takes for a label: without colon, not empty, not beginning with a digit or with `__`.
fn valid(variable: &str) -> String {
    let label = filtered(variable).replace(':', "_");
    let rest = label.trim_start_matches('_');
    let front = if label.starts_with('_')
        || rest.is_empty()
        || rest.starts_with(|first: char| first.is_ascii_digit())
    {
        "_"
    } else {
        ""
    };
    format!("{front}{rest}")
}

/// Whether Flink's name is one that Prometheus takes for a label.
pub(super) fn is_valid(label: &str) -> bool {
    valid(label) == label
}

/// The labels with another name for one to which the family's samples give a meaning.
pub(super) fn without_reserved(mut labels: Labels, reserved: &str) -> Labels {
    if let Some(value) = labels.remove(reserved) {
        let mut name = format!("exported_{reserved}");
        while labels.contains_key(&name) {
            name.insert_str(0, "exported_");
        }
        labels.insert(name, value);
    }
    labels
}
