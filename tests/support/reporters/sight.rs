//! How one reporter sees the metrics of a registry.

use serde_json::Value;

use crate::support::deviations::filters::Filter;
use crate::support::json::{Fields, Object, text};
use crate::support::model::{self, Naming, Place};
use crate::support::view::Settings;

/// What a configuration says about the metrics that a reporter is shown, and how.
pub(crate) struct Sight {
    pub(crate) reporter: String,
    /// What joins the parts of its identifiers.
    pub(crate) delimiter: String,
    pub(crate) variables: Settings,
    filter: Filter,
    /// What joins the logical scopes that filters see.
    global_delimiter: String,
}

impl Sight {
    /// The sight of a reporter whose filters were not refused.
    pub(crate) fn read(config: &Object, reporter: &str) -> Self {
        let setting = |key| setting(config, reporter, key);
        let filter = Filter::read(setting("filter.includes"), setting("filter.excludes"));
        Self {
            reporter: reporter.to_owned(),
            delimiter: model::reporter_delimiter(config, reporter),
            variables: Settings::read(config, reporter),
            filter: filter.expect("it was not refused"),
            global_delimiter: model::global_delimiter(config),
        }
    }

    /// Whether the filter lets a metric of this place through.
    pub(crate) fn accepts(&self, place: &Place, name: &str, metric_type: &str) -> bool {
        let scope = self.filtered_scope(place);
        self.filter.accepts(&scope, name, metric_type)
    }

    /// Whether the filter lets one of metra's own metrics through.
    pub(crate) fn shows_own(&self, root: &str, key: &str, name: &str) -> bool {
        let scope = format!("{root}{}{key}", self.global_delimiter);
        self.filter.accepts(&scope, name, "counter")
    }

    /// Whether row filters explains that Flink shows such a metric (`flink`), or does not, where metra does otherwise.
    pub(crate) fn explains(
        &self,
        place: &Place,
        name: &str,
        metric_type: &str,
        flink: bool,
    ) -> bool {
        let scope = self.filtered_scope(place);
        self.filter.accepts(&scope, name, metric_type) != flink
            && self.filter.explains(&scope, name, metric_type, flink)
    }

    /// The identifier of a metric of this place, each part of it spelled by `spell`.
    pub(crate) fn identifier(
        &self,
        place: &Place,
        name: &str,
        spell: &dyn Fn(&str) -> String,
    ) -> String {
        place.identifier(name, self.naming(spell))
    }

    /// What the identifiers of Flink's metrics in a group of a vector begin with.
    pub(crate) fn flinks_prefix(&self, group: &Value) -> String {
        let naming = self.naming(&str::to_owned);
        let components = group.field("resolved").list("scope_components");
        let parts = components.iter().map(|part| naming.clean(text(part)));
        parts.map(|part| part + &self.delimiter).collect()
    }

    /// How identifiers are spelled whose parts `spell` spells.
    pub(crate) fn naming<'a>(&'a self, spell: &'a dyn Fn(&str) -> String) -> Naming<'a> {
        Naming {
            joined_by: &self.delimiter,
            replaced: Some(&self.delimiter),
            filter: spell,
        }
    }

    fn filtered_scope(&self, place: &Place) -> String {
        place.logical_scope(Naming {
            joined_by: &self.global_delimiter,
            replaced: None,
            filter: &str::to_owned,
        })
    }
}

/// What a configuration says at a key of one reporter.
pub(crate) fn setting<'a>(config: &'a Object, reporter: &str, key: &str) -> Option<&'a str> {
    let key = format!("metrics.reporter.{reporter}.{key}");
    config.get(&key).and_then(Value::as_str)
}
