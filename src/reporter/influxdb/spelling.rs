//! How names and tags stand in points.
//!
//! Flink's reporter escapes blanks, commas and equals signs. That is not all that ends a name: a backslash is none of
//! the protocol's escapes, and yet it takes away the meaning of what is special behind it. So one that comes before
//! something special, or last, becomes `_`. Control characters, which some versions of InfluxDB take for blanks, become
//! `_` in names, as in Flink's scopes, and are left out of tags, as line feeds are there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::reporter::{MetricInfo, View};
use crate::scope::{Scope, unbracketed};

/// Keys of tags that InfluxDB has a meaning of its own for: points with such a tag are refused.
const RESERVED: [&str; 3] = ["time", "_field", "_measurement"];

/// A scope as points have it.
pub(super) struct SpelledScope {
    /// What stands before the name.
    pub(super) measurement: Box<str>,
    /// What stands behind the name: a comma before each tag.
    pub(super) tags: Box<str>,
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, is_exact: bool) -> Self {
        let naming = view.naming().filtered(&filtered);
        // The names of levels are Flink's, but that of a program's root may be anything.
        let mut measurement = filtered(&scope.logical_scope('_', &naming));
        measurement.push('_');
        Self {
            measurement: measurement.into(),
            tags: tags(view, scope, is_exact).into(),
        }
    }
}

/// The name of a metric, behind its scope.
pub(super) fn name(info: &MetricInfo<'_>, is_exact: bool) -> Box<str> {
    let mut name = String::new();
    let text = without_controls(info.name(), is_exact, "_");
    push_escaped(&mut name, &text, is_exact);
    name.into()
}

/// `text` with the characters that Flink's reporter lets scopes have.
fn filtered(text: &str) -> String {
    let stays = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '_');
    text.replace(|letter| !stays(letter), "_")
}

/// The variables of a scope as tags, sorted, each key once; those that are empty are left out.
fn tags(view: &View, scope: &Scope, is_exact: bool) -> String {
    let variables = view.variables(scope);
    let mut sorted = BTreeMap::new();
    for (key, value) in &variables {
        let mut key = without_controls(unbracketed(key), is_exact, "");
        if RESERVED.contains(&&*key) && !is_exact {
            key.to_mut().push('_');
        }
        let value = without_controls(value, is_exact, "");
        if !value.is_empty() && (!key.is_empty() || is_exact) {
            sorted.entry(key).or_insert(value);
        }
    }
    let mut tags = String::new();
    for (key, value) in sorted {
        tags.push(',');
        push_escaped(&mut tags, &key, is_exact);
        tags.push('=');
        push_escaped(&mut tags, &value, is_exact);
    }
    tags
}

/// `text` with `instead` for control characters, of which Flink's reporter minds only line feeds.
fn without_controls<'a>(text: &'a str, is_exact: bool, instead: &str) -> Cow<'a, str> {
    let is_unwanted = |letter: char| {
        if is_exact {
            letter == '\n'
        } else {
            letter.is_control()
        }
    };
    if text.contains(is_unwanted) {
        Cow::Owned(text.replace(is_unwanted, instead))
    } else {
        Cow::Borrowed(text)
    }
}

/// Appends `text` with a backslash before what would end it.
fn push_escaped(out: &mut String, text: &str, is_exact: bool) {
    let is_special = |letter: char| matches!(letter, ' ' | ',' | '=');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_special(letter) {
            out.push('\\');
        }
        let escapes = letter == '\\' && letters.peek().is_none_or(|next| is_special(*next));
        out.push(if escapes && !is_exact { '_' } else { letter });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, is_exact: bool) -> String {
        let mut out = String::new();
        push_escaped(&mut out, text, is_exact);
        out
    }

    #[test]
    fn what_ends_a_name_has_a_backslash() {
        for (text, expected) in [
            ("with space", r"with\ space"),
            ("a=b,c", r"a\=b\,c"),
            ("  pad ", r"\ \ pad\ "),
            ("quo\"te", "quo\"te"),
            ("名前", "名前"),
            ("", ""),
        ] {
            assert_eq!(escaped(text, false), expected);
            assert_eq!(escaped(text, true), expected);
        }
    }

    #[test]
    fn backslash_escapes_nothing_of_metras() {
        for (text, expected, flinks) in [
            (r"back\slash", r"back\slash", r"back\slash"),
            (r"end\", "end_", r"end\"),
            (r"end\\", r"end\_", r"end\\"),
            (r"a\ b", r"a_\ b", r"a\\ b"),
            (r"a\\,b", r"a\_\,b", r"a\\\,b"),
            (r"\", "_", r"\"),
        ] {
            assert_eq!(escaped(text, false), expected);
            assert_eq!(escaped(text, true), flinks);
        }
    }

    #[test]
    fn control_characters_do_not_stay() {
        let text = "a\tb\r\nc\0d\u{85}";
        assert_eq!(without_controls(text, false, "_"), "a_b__c_d_");
        assert_eq!(without_controls(text, true, ""), "a\tb\rc\0d\u{85}");
        assert_eq!(without_controls("plain", false, "_"), "plain");
    }

    #[test]
    fn scopes_have_flinks_characters() {
        assert_eq!(filtered("gr\u{fc}n \"q\"\n:_9Z"), "gr_n__q__:_9Z");
    }
}
