//! Steps that ask a group how it is spelled.

use metra::scope::Naming;
use serde_json::{Map, Value};

use crate::stage::{Outcome, Stage};
use crate::step::Step;

pub(crate) fn identifier(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let (group, name) = (stage.group(step), step.text("name"));
    let replaced = replacing(step);
    let naming = naming(step, group.delimiter()).filtered(&replaced);
    Ok(Some(group.scope().identifier(name, &naming).into()))
}

pub(crate) fn logical_scope(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let group = stage.group(step);
    let replaced = replacing(step);
    let naming = naming(step, group.delimiter()).filtered(&replaced);
    let joining = step
        .maybe_character("logical_delimiter")
        .or(step.maybe_character("delimiter"))
        .unwrap_or(group.delimiter());
    Ok(Some(group.scope().logical_scope(joining, &naming).into()))
}

pub(crate) fn scope_components(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let scope = stage.group(step).scope();
    let components = scope.components().iter().map(|text| Value::from(&**text));
    Ok(Some(components.collect()))
}

pub(crate) fn variables(stage: &mut Stage, step: &Step<'_>) -> Outcome {
    let variables = stage.group(step).scope().variables();
    let fields = variables
        .iter()
        .map(|(key, value)| (key.to_string(), Value::from(&**value)));
    Ok(Some(fields.collect::<Map<_, _>>().into()))
}

/// As the group spells it, or as a reporter with the step's delimiter does.
fn naming(step: &Step<'_>, own: char) -> Naming<'static> {
    step.maybe_character("delimiter")
        .map_or_else(|| Naming::plain(own), Naming::reporter)
}

/// The character filter of a step: each character that is a key of `replace` becomes its value.
fn replacing(step: &Step<'_>) -> impl Fn(&str) -> String {
    let pairs = step.pairs("replace");
    move |text: &str| {
        let replaced = text.chars().map(|letter| {
            let mut buffer = [0; 4];
            let letter: &str = letter.encode_utf8(&mut buffer);
            let known = pairs.iter().find(|(from, _)| *from == letter);
            known.map_or(letter, |(_, to)| to).to_owned()
        });
        replaced.collect()
    }
}
