//! YAML as a tree that knows where its keys stand, for files and for values that are YAML themselves.

#[cfg(feature = "yaml")]
mod reader;
#[cfg(feature = "yaml")]
mod scalar;

use std::fmt::Write;

/// One value.
#[cfg_attr(
    not(feature = "yaml"),
    expect(dead_code, reason = "nothing makes nodes where no YAML is read")
)]
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Nothing at all, which is not the same as empty text.
    Null,
    /// A scalar; a number or truth value in its canonical form.
    Text(String),
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// One key of a map and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) key: String,
    /// Where the key stands.
    pub(super) place: Place,
    pub(super) value: Node,
}

/// A position in the text; line and column count characters from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Why a text is not YAML, or more than metra reads of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Malformed {
    pub(super) what: String,
    pub(super) place: Place,
}

/// Reads one document; no document at all is [`Node::Null`].
pub(super) fn parse(text: &str) -> Result<Node, Malformed> {
    #[cfg(feature = "yaml")]
    return reader::read(text);
    #[cfg(not(feature = "yaml"))]
    Err(Malformed {
        what: format!(
            "this build reads no YAML, not even {} bytes of it",
            text.len()
        ),
        place: Place { line: 1, column: 1 },
    })
}

impl Node {
    /// The node as the text of a configuration value, `None` for null; collections are written in one line of
    /// YAML, which [`parse`] reads back without loss.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text),
            Self::List(_) | Self::Map(_) => {
                let mut out = String::new();
                self.write_flow(&mut out);
                Some(out)
            }
        }
    }

    fn write_flow(&self, out: &mut String) {
        match self {
            Self::Null => out.push('~'),
            Self::Text(text) => write_quoted(out, text),
            Self::List(items) => {
                out.push('[');
                write_separated(out, items, |out, item| item.write_flow(out));
                out.push(']');
            }
            Self::Map(members) => {
                out.push('{');
                write_separated(out, members, |out, member| {
                    write_quoted(out, &member.key);
                    out.push_str(": ");
                    member.value.write_flow(out);
                });
                out.push('}');
            }
        }
    }
}

fn write_separated<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
}

/// Writes text in double quotes, with everything escaped that could end a line or the text.
fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if character.is_control()
                || matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}') =>
            {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(all(test, feature = "yaml"))]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
mod tests {
    use super::*;

    fn text(yaml: &str) -> Option<String> {
        parse(yaml).unwrap().into_text()
    }

    fn malformed(yaml: &str) -> (String, usize, usize) {
        let Malformed { what, place } = parse(yaml).unwrap_err();
        (what, place.line, place.column)
    }

    #[test]
    fn scalars_are_canonical_unless_quoted_or_tagged() {
        assert_eq!(text("1.50").as_deref(), Some("1.5"));
        assert_eq!(text("'1.50'").as_deref(), Some("1.50"));
        assert_eq!(text("!!str 1.50").as_deref(), Some("1.50"));
        assert_eq!(text("! 1.50").as_deref(), Some("1.50"));
        assert_eq!(text("!!int '05'").as_deref(), Some("5"));
        assert_eq!(text("|-\n 007").as_deref(), Some("007"));
    }

    #[test]
    fn nothing_is_null() {
        for yaml in ["", "# only a comment\n", "---\n", "~", "\u{FEFF}"] {
            assert_eq!(parse(yaml), Ok(Node::Null), "{yaml}");
        }
    }

    #[test]
    fn collections_survive_being_written_in_one_line() {
        let yaml =
            "- 'a;b'\n- [1, ~, \"q\\\"\\\\\\n\\u2028\"]\n- {k 'x': \"it's: #1\", m: {}}\n- ''\n";
        let node = parse(yaml).unwrap();
        let Node::List(items) = &node else {
            unreachable!()
        };
        assert_eq!(items.len(), 4);
        let line = node.into_text().unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(text(&line), Some(line));
    }

    #[test]
    fn keys_know_their_place() {
        let Node::Map(members) = parse("a: 1\n\"b c\":\n  d: 2\n").unwrap() else {
            unreachable!()
        };
        let place = |line, column| Place { line, column };
        assert_eq!(members[1].place, place(2, 1));
        let Node::Map(inner) = &members[1].value else {
            unreachable!()
        };
        assert_eq!((inner[0].key.as_str(), inner[0].place), ("d", place(3, 3)));
    }

    #[test]
    fn anchors_are_repeated() {
        assert_eq!(text("[&a x, *a, &b [*a], *b]"), text("[x, x, [x], [x]]"));
    }

    #[test]
    fn malformed_text_is_told_by_line_and_column() {
        assert_eq!(malformed("a: 1\nb: [1\nc: 2\n").1, 3);
        assert_eq!(malformed("a: b: c").2, 5);
        assert_eq!(
            malformed("a: 1\na: 2"),
            ("key 'a' is there twice".into(), 2, 1)
        );
        assert_eq!(
            malformed("a\n---\nb\n"),
            ("a second document begins here".into(), 2, 1)
        );
        assert_eq!(
            malformed("&a [*a]"),
            ("an alias stands inside its own anchor".into(), 1, 5)
        );
        assert_eq!(malformed("{[1]: 2}").0, "a key is not a text");
    }

    #[test]
    fn hostile_text_is_refused_before_it_hurts() {
        assert!(malformed(&"[".repeat(100)).0.starts_with("nested deeper"));
        let block: String = (0..100)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect();
        assert!(malformed(&block).0.starts_with("nested deeper"));
        let mut laughs = "- &l0 haha\n".to_owned();
        for level in 1..30 {
            let below = level - 1;
            laughs += &format!("- &l{level} [*l{below}, *l{below}]\n");
        }
        assert_eq!(malformed(&laughs).0, "aliases repeat too much");
        let mut tower = "- &l0 []\n".to_owned();
        for level in 1..100 {
            tower += &format!("- &l{level} [*l{}]\n", level - 1);
        }
        assert!(malformed(&tower).0.starts_with("nested deeper"));
    }
}
