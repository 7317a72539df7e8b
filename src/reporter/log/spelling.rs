//! How names and texts stand in reports.

use std::borrow::Cow;

use crate::reporter::View;
use crate::scope::Scope;

/// A scope as reports have it.
pub(super) struct SpelledScope {
    /// What stands before the name.
    pub(super) prefix: Box<str>,
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, is_exact: bool) -> Self {
        let prefix = scope.identifier_prefix(&view.naming());
        Self {
            prefix: spelled(&prefix, is_exact).into(),
        }
    }
}

/// `text` with escapes for what would break its line, or do something else to who reads the log. Flink has none.
pub(super) fn spelled(text: &str, is_exact: bool) -> Cow<'_, str> {
    let has_escape =
        |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if is_exact || !text.contains(has_escape) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        if matches!(letter, '\n' | '\r' | '\t') {
            spelled.extend(letter.escape_default());
        } else if has_escape(letter) {
            spelled.extend(letter.escape_unicode());
        } else {
            spelled.push(letter);
        }
    }
    Cow::Owned(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_line_is_escaped_but_not_by_flink() {
        for (text, expected) in [
            ("a\nb\r\n\tc", "a\\nb\\r\\n\\tc"),
            (
                "\u{1b}[2J\u{85}\u{2028}\u{2029}\u{7f}",
                "\\u{1b}[2J\\u{85}\\u{2028}\\u{2029}\\u{7f}",
            ),
            ("größe \\n \"名前\" 😀", "größe \\n \"名前\" 😀"),
        ] {
            assert_eq!(spelled(text, false), expected);
            assert_eq!(spelled(text, true), text);
        }
    }
}
