//! How names and tags stand in lines.

use std::borrow::Cow;

use super::options::Options;
use crate::reporter::{MetricInfo, View};
use crate::scope::{Scope, unbracketed};

/// A scope as lines have it.
pub(super) struct SpelledScope {
    /// What stands before the name.
    pub(super) prefix: Box<str>,
    /// What stands behind the type.
    pub(super) tags: Box<str>,
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, options: &Options) -> Self {
        if !options.has_tags {
            let filter = |part: &str| clean(part, options.is_exact).into_owned();
            let naming = view.naming().filtered(&filter);
            return Self {
                prefix: scope.identifier_prefix(&naming).into(),
                tags: "".into(),
            };
        }
        let prefix = view.logical_prefix(scope, &options.prefix);
        Self {
            prefix: clean(&prefix, options.is_exact).into(),
            tags: tags(view, scope).into(),
        }
    }
}

/// The name of a metric, behind its scope.
pub(super) fn name(info: &MetricInfo<'_>, options: &Options) -> Box<str> {
    clean(&info.name_in_identifier(), options.is_exact).into()
}

/// `text` with `-` for what would end a name: Flink replaces `:` only.
fn clean(text: &str, is_exact: bool) -> Cow<'_, str> {
    let ends_name = |letter: char| match letter {
        ':' => true,
        '|' => !is_exact,
        letter => letter.is_control() && !is_exact,
    };
    replaced(text, ends_name)
}

/// The variables of a scope as DogStatsD's tags: `|#key:value,…`, nothing where there are none.
fn tags(view: &View, scope: &Scope) -> String {
    let mut tags = String::new();
    for (key, value) in view.variables(scope) {
        tags.push_str(if tags.is_empty() { "|#" } else { "," });
        let in_key = |letter: char| matches!(letter, ':' | ',' | '|') || letter.is_control();
        let in_value = |letter: char| matches!(letter, ',' | '|') || letter.is_control();
        tags.push_str(&replaced(unbracketed(&key), in_key));
        tags.push(':');
        tags.push_str(&replaced(&value, in_value));
    }
    tags
}

fn replaced(text: &str, is_special: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(&is_special) {
        Cow::Owned(text.replace(is_special, "-"))
    } else {
        Cow::Borrowed(text)
    }
}
