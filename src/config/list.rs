//! Lists: YAML (`[a, 'b:c']`), or entries separated by `;` in which quotes protect the separator.

use super::blank;
use super::mistake::Mistake;
use super::yaml::{self, Node};

const NO_VALUE: Mistake = Mistake::new("has an entry without value", "'a;b' or '[a, b]'");
const UNCLOSED: Mistake = Mistake::new(
    "has a quote that is not closed",
    "an even number of each kind of quote, or none at the start of an entry",
);
const AFTER_QUOTE: Mistake = Mistake::new(
    "has text right after a closing quote",
    "quotes around whole entries, or none",
);

/// Reads a list; what is not a YAML list is split at `;`. Empty text is an empty list.
pub(super) fn parse(text: &str) -> Result<Vec<String>, Mistake> {
    match yaml::parse(text) {
        Ok(Node::List(items)) => items
            .into_iter()
            .map(|item| item.into_text().ok_or(NO_VALUE))
            .collect(),
        _ => split(text, ';'),
    }
}

/// Whether somebody seems to have meant a YAML list but wrote something else, such as `[*:num*]`.
pub(super) fn resembles_yaml(text: &str) -> bool {
    let bracketed = blank::trimmed(text).starts_with('[');
    bracketed && !matches!(yaml::parse(text), Ok(Node::List(_)))
}

/// Splits at `separator`, trimming the entries.
///
/// An entry that begins with `'` or `"` runs to the closing quote, and a doubled quote inside is one quote.
/// Between two separators there is an empty entry; before the first and after the last there is none.
pub(super) fn split(text: &str, separator: char) -> Result<Vec<String>, Mistake> {
    let mut entries = Vec::new();
    let mut rest = text;
    let mut after_separator = false;
    loop {
        rest = rest.trim_start_matches(|c| blank::is_blank(c) && c != separator);
        let Some(first) = rest.chars().next() else {
            return Ok(entries);
        };
        if first == separator {
            if after_separator {
                entries.push(String::new());
            }
            after_separator = true;
            rest = rest.strip_prefix(separator).unwrap_or_default();
            continue;
        }
        let (entry, remaining) = if matches!(first, '\'' | '"') {
            quoted(rest, first, separator)?
        } else {
            let end = rest.find(separator).unwrap_or(rest.len());
            let (entry, remaining) = rest.split_at(end);
            (blank::trimmed(entry).to_owned(), remaining)
        };
        entries.push(entry);
        after_separator = false;
        rest = remaining;
    }
}

/// Takes a quoted entry off the front: its content, and what follows the closing quote.
fn quoted(text: &str, quote: char, separator: char) -> Result<(String, &str), Mistake> {
    let mut content = String::new();
    let mut rest = text.strip_prefix(quote).unwrap_or(text);
    loop {
        let (before, after) = rest.split_once(quote).ok_or(UNCLOSED)?;
        content.push_str(before);
        match after.strip_prefix(quote) {
            Some(more) => {
                content.push(quote);
                rest = more;
            }
            None => {
                let next = after.trim_start_matches(blank::is_blank);
                let ends = next.is_empty() || next.starts_with(separator);
                return ends.then_some((content, next)).ok_or(AFTER_QUOTE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<const N: usize>(entries: [&str; N]) -> Result<Vec<String>, Mistake> {
        Ok(entries.into_iter().map(str::to_owned).collect())
    }

    #[cfg(feature = "yaml")]
    #[test]
    fn yaml_lists_are_read_as_such() {
        assert_eq!(
            parse("[jobmanager, taskmanager.job]"),
            list(["jobmanager", "taskmanager.job"])
        );
        assert_eq!(parse("['*:num*', \"*:Used\"]"), list(["*:num*", "*:Used"]));
        assert_eq!(parse("- a;b\n- 1.50\n"), list(["a;b", "1.5"]));
        assert_eq!(parse("[]"), list([]));
        assert_eq!(parse("[a, ~]"), Err(NO_VALUE));
    }

    #[cfg(feature = "yaml")]
    #[test]
    fn what_is_no_yaml_list_is_split_at_semicolons() {
        assert_eq!(
            parse(" jobmanager ; *:num* "),
            list(["jobmanager", "*:num*"])
        );
        assert_eq!(parse("[*:num*]"), list(["[*:num*]"]));
        assert_eq!(parse("a: b"), list(["a: b"]));
        assert!(resembles_yaml("[*:num*]"));
        assert!(!resembles_yaml("[a]") && !resembles_yaml("*:num*"));
    }

    #[test]
    fn empty_entries_stand_only_between_separators() {
        assert_eq!(parse(""), list([]));
        assert_eq!(parse("  "), list([]));
        assert_eq!(parse("a;;b"), list(["a", "", "b"]));
        assert_eq!(parse("a; ;b"), list(["a", "", "b"]));
        assert_eq!(parse(";a;"), list(["a"]));
        assert_eq!(parse("'';a"), list(["", "a"]));
    }

    #[test]
    fn quotes_protect_the_separator() {
        assert_eq!(
            parse("'job;manager';\"*:Used\""),
            list(["job;manager", "*:Used"])
        );
        assert_eq!(parse("'it''s';\" a \" ; b'c"), list(["it's", " a ", "b'c"]));
        assert_eq!(parse("a;'b"), Err(UNCLOSED));
        assert_eq!(parse("'a'b;c"), Err(AFTER_QUOTE));
    }
}
