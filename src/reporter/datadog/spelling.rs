//! How names, hosts and tags stand in series: in JSON, where nothing can break out of its text.
//!
//! But a tag is one text of key and value, and Datadog splits texts at commas. So a colon in a key becomes `_`, as well
//! as commas and control characters in either, where Flink's reporter leaves them.

use super::format::Format;
use super::options::Options;
use crate::reporter::{MetricInfo, View};
use crate::scope::{Scope, unbracketed};

const HOST: &str = "<host>";

/// A scope as series have it.
pub(super) struct SpelledScope {
    /// What stands before the name, escaped.
    pub(super) prefix: Box<str>,
    /// The members that all series in it have, each with a comma behind it.
    pub(super) members: Box<str>,
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, options: &Options) -> Self {
        let prefix = match &options.logical_prefix {
            Some(prefix) => view.logical_prefix(scope, prefix),
            None => scope.identifier_prefix(&view.naming()),
        };
        Self {
            prefix: escaped(&prefix),
            members: members(view, scope, options).into(),
        }
    }
}

/// The name of a metric, behind its scope, escaped. In logical names Flink's reporter has it as it was registered.
pub(super) fn name(info: &MetricInfo<'_>, options: &Options) -> Box<str> {
    if options.logical_prefix.is_some() {
        escaped(info.name())
    } else {
        escaped(&info.name_in_identifier())
    }
}

/// Host and tags.
fn members(view: &View, scope: &Scope, options: &Options) -> String {
    let mut members = String::new();
    let mut tags: Vec<String> = options.tags.clone();
    for (key, value) in view.variables(scope) {
        if *key == *HOST {
            if !value.is_empty() || options.is_exact {
                push_host(&mut members, &value, options.format);
            }
        } else {
            tags.push(tag(unbracketed(&key), &value, options.is_exact));
        }
    }
    members.push_str("\"tags\":[");
    for (at, tag) in tags.iter().enumerate() {
        if at > 0 {
            members.push(',');
        }
        push_text(&mut members, tag);
    }
    members.push_str("],");
    members
}

fn push_host(out: &mut String, host: &str, format: Format) {
    match format {
        Format::V1 => {
            out.push_str("\"host\":");
            push_text(out, host);
            out.push(',');
        }
        Format::V2 => {
            out.push_str("\"resources\":[{\"type\":\"host\",\"name\":");
            push_text(out, host);
            out.push_str("}],");
        }
    }
}

fn tag(key: &str, value: &str, is_exact: bool) -> String {
    if is_exact {
        return format!("{key}:{value}");
    }
    let splits = |letter: char| letter == ',' || letter.is_control();
    let key = key.replace(|letter| letter == ':' || splits(letter), "_");
    let value = value.replace(splits, "_");
    format!("{key}:{value}")
}

fn push_text(out: &mut String, text: &str) {
    // Writing text cannot fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// `text` as JSON has it between its quotes.
fn escaped(text: &str) -> Box<str> {
    let mut quoted = String::new();
    push_text(&mut quoted, text);
    let inner = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_json_has_it() {
        let text = "q\"x\\y\n\t\0\u{1f}\u{7f}\u{fc}\u{1f600}";
        let expected = "q\\\"x\\\\y\\n\\t\\u0000\\u001f\u{7f}\u{fc}\u{1f600}";
        assert_eq!(&*escaped(text), expected);
    }

    #[test]
    fn tag_is_one_tag() {
        for (key, value, expected, flinks) in [
            ("topic", "a.b c_d", "topic:a.b c_d", "topic:a.b c_d"),
            ("a:b", "c:d", "a_b:c:d", "a:b:c:d"),
            ("a,b", "x,env:prod", "a_b:x_env:prod", "a,b:x,env:prod"),
            ("k\n", "v\t", "k_:v_", "k\n:v\t"),
            ("k", "", "k:", "k:"),
        ] {
            assert_eq!(tag(key, value, false), expected);
            assert_eq!(tag(key, value, true), flinks);
        }
    }
}
