//! `scope.json`: scope formats, delimiters, identifiers, logical scopes and variables.
//!
//! All calls of a case are made on one tree, also where Flink had a new one for each: no answer may depend on an earlier
//! call (row caches), so that asks for more.

use std::collections::BTreeMap;

use serde_json::Value;

use super::leaf::Leaf;
use crate::support::character_filter::CharacterFilter;
use crate::support::deviations::Row;
use crate::support::host::Spelling;
use crate::support::json::{Fields, Object, nullable, nullable_map, text, texts};
use crate::support::model::{self, Naming};
use crate::support::scene::{Recording, Scene, Stage};
use crate::support::verdict::{Answer, Judge};
use crate::support::view::{self, Settings};

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let config = case.object("config");
    let reporters = texts(case.list("reporters"));
    let stage = Stage::set(judge, config, &reporters, &[], Recording::Told);
    if stage.refused.values().any(|row| *row == Row::Formats) {
        // Flink goes on with its default formats, metra has said no.
        return;
    }
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let Some(leaf) = Leaf::make(judge, &scene, case) else {
        return;
    };
    leaf.judge_hidden(judge, &scene);
    let variables = view::probe(&scene, &leaf.group);
    let mut calls = Calls {
        config,
        scene: &scene,
        leaf: &leaf,
        variables,
        cached: (!case.flag("fresh")).then(BTreeMap::new),
    };
    for call in case.list("calls") {
        calls.judge(judge, call);
    }
}

/// The calls of one case.
struct Calls<'a> {
    config: &'a Object,
    scene: &'a Scene,
    leaf: &'a Leaf,
    /// What each reporter was told of the variables.
    variables: BTreeMap<String, BTreeMap<String, String>>,
    /// With which filter and delimiter a reporter was first asked, where Flink kept its caches between the calls.
    cached: Option<BTreeMap<String, (CharacterFilter, Option<String>)>>,
}

/// Who is asked.
enum On<'a> {
    Group,
    Reporter(&'a str),
}

impl Calls<'_> {
    fn judge(&mut self, judge: &mut Judge, call: &Value) {
        let on = match call.text("on") {
            "group" => On::Group,
            other => On::Reporter(
                other
                    .strip_prefix("reporter:")
                    .unwrap_or_else(|| panic!("a call on '{other}'")),
            ),
        };
        let (actual, model) = match call.text("method") {
            "getScopeComponents" => self.scope_components(),
            "getAllVariables" => self.all_variables(&on),
            "getMetricIdentifier" => self.identifier(&on, call),
            "getLogicalScope" => self.logical_scope(&on, call),
            other => panic!("unknown method '{other}'"),
        };
        let row = self.row(&on, call);
        match row {
            Some(Row::Absent) => judge.absent(call, &flinks(call), &actual, model),
            row => judge.ruled(call, &flinks(call), &actual, row.map(|row| (row, model))),
        }
    }

    /// The row that speaks of a call, if one does.
    fn row(&mut self, on: &On<'_>, call: &Value) -> Option<Row> {
        let is_cached = self.is_cached(on, call);
        if is_cached {
            return Some(Row::Caches);
        }
        let asks_for_null = call.maybe("metric").is_some_and(Value::is_null);
        if self.leaf.is_absent || asks_for_null {
            return Some(Row::Absent);
        }
        match on {
            On::Reporter(reporter) if call.text("method") == "getAllVariables" => {
                let collides = Settings::read(self.config, reporter).collides(&self.leaf.place);
                collides.then_some(Row::Additional)
            }
            _ => None,
        }
    }

    /// Whether Flink answers from a cache that an earlier call filled with another filter or delimiter.
    fn is_cached(&mut self, on: &On<'_>, call: &Value) -> bool {
        let (On::Reporter(reporter), Some(cached)) = (on, &mut self.cached) else {
            return false;
        };
        let method = call.text("method");
        let delimiter = call.maybe_text("delimiter").map(str::to_owned);
        if method == "getMetricIdentifier" || (method == "getLogicalScope" && delimiter.is_some()) {
            let asked = (CharacterFilter::of(call), delimiter);
            let first = cached
                .entry(format!("{reporter} {method}"))
                .or_insert_with(|| asked.clone());
            return *first != asked;
        }
        false
    }

    fn scope_components(&self) -> (Answer, Answer) {
        let actual = self.leaf.group.scope_components();
        (
            Answer::list(actual),
            Answer::list(self.leaf.place.components.clone()),
        )
    }

    fn all_variables(&self, on: &On<'_>) -> (Answer, Answer) {
        match on {
            On::Group => {
                let (group, place) = (&self.leaf.group, &self.leaf.place);
                (
                    Answer::map(&group.variables()),
                    Answer::map(&place.variables),
                )
            }
            On::Reporter(reporter) => {
                let seen = self.variables.get(*reporter);
                let actual = seen.map_or(Answer::Nothing, Answer::map);
                let settings = Settings::read(self.config, reporter);
                (actual, Answer::map(&settings.variables(&self.leaf.place)))
            }
        }
    }

    fn identifier(&self, on: &On<'_>, call: &Value) -> (Answer, Answer) {
        let name = call.maybe_text("metric");
        let filter = CharacterFilter::of(call);
        let apply = |text: &str| filter.apply(text);
        let spelled = match (on, &filter) {
            (On::Group, CharacterFilter::None) => self.leaf.group.plain_identifier(name),
            _ => self
                .leaf
                .group
                .identifier(name, &self.spelling(on, &filter, &apply, None)),
        };
        // A name that is NULL has no identifier.
        let model = name.map_or(Answer::Failure, |name| {
            let delimiter = self.delimiter(on);
            let naming = naming(&delimiter, &delimiter, on, &apply);
            Answer::Text(self.leaf.place.identifier(name, naming))
        });
        (spelled.map_or(Answer::Failure, Answer::Text), model)
    }

    fn logical_scope(&self, on: &On<'_>, call: &Value) -> (Answer, Answer) {
        let filter = CharacterFilter::of(call);
        let apply = |text: &str| filter.apply(text);
        let own = call.maybe_text("delimiter");
        let spelling = self.spelling(on, &filter, &apply, own);
        let actual = self.leaf.group.logical_scope(&spelling);
        let delimiter = self.delimiter(on);
        let naming = naming(own.unwrap_or(&delimiter), &delimiter, on, &apply);
        (
            Answer::Text(actual),
            Answer::Text(self.leaf.place.logical_scope(naming)),
        )
    }

    /// What the ABI is asked for; a reporter's delimiter is the one that metra says it has.
    fn spelling<'a>(
        &'a self,
        on: &On<'_>,
        filter: &CharacterFilter,
        apply: &'a dyn Fn(&str) -> String,
        logical_delimiter: Option<&'a str>,
    ) -> Spelling<'a> {
        let reporter_delimiter = match on {
            On::Group => None,
            On::Reporter(name) => {
                let reporter = self.scene.reporter(name);
                let reporter =
                    reporter.unwrap_or_else(|| panic!("reporter '{name}' was not started"));
                Some(reporter.delimiter.as_str())
            }
        };
        Spelling {
            reporter_delimiter,
            logical_delimiter,
            filter: (*filter != CharacterFilter::None).then_some(apply),
        }
    }

    fn delimiter(&self, on: &On<'_>) -> String {
        match on {
            On::Group => model::global_delimiter(self.config),
            On::Reporter(name) => model::reporter_delimiter(self.config, name),
        }
    }
}

fn naming<'a>(
    joined_by: &'a str,
    delimiter: &'a str,
    on: &On<'_>,
    filter: &'a dyn Fn(&str) -> String,
) -> Naming<'a> {
    Naming {
        joined_by,
        replaced: matches!(on, On::Reporter(_)).then_some(delimiter),
        filter,
    }
}

/// What Flink answered.
fn flinks(call: &Value) -> Answer {
    let Some(result) = call.maybe("result") else {
        call.field("error");
        return Answer::Failure;
    };
    match call.text("method") {
        "getScopeComponents" => {
            let components = result.as_array().expect("scope components are a list");
            Answer::List(components.iter().map(nullable).collect())
        }
        "getAllVariables" => Answer::Map(nullable_map(result)),
        _ => Answer::Text(text(result).to_owned()),
    }
}
