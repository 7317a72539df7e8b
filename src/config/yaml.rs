//! YAML as a tree that knows where its keys stand, for files and for values that are YAML themselves.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::str::Chars;

use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::scalar;

/// Collections may stand inside each other this deep, so that a hostile file cannot exhaust a small stack.
const DEEPEST: usize = 64;
/// Bytes that aliases may repeat in one document, so that a few lines cannot unfold into gigabytes.
const MOST_REPEATED: usize = 1 << 20;

/// One value.
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

impl From<&Marker> for Place {
    fn from(marker: &Marker) -> Self {
        Self {
            line: marker.line(),
            // The parser counts lines from 1 but columns from 0.
            column: marker.col() + 1,
        }
    }
}

/// Why a text is not YAML, or more than metra reads of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Malformed {
    pub(super) what: String,
    pub(super) place: Place,
}

impl Malformed {
    fn at(marker: &Marker, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            place: marker.into(),
        }
    }
}

impl From<ScanError> for Malformed {
    fn from(error: ScanError) -> Self {
        Self::at(error.marker(), error.info())
    }
}

/// Reads one document; no document at all is [`Node::Null`].
pub(super) fn parse(text: &str) -> Result<Node, Malformed> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchored: HashMap::new(),
        repeated: 0,
    };
    reader.document()
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

    /// Bytes this node stands for, and how deep its collections go.
    fn measure(&self) -> (usize, usize) {
        let (bytes, depth) = match self {
            Self::Null => return (1, 0),
            Self::Text(text) => return (1 + text.len(), 0),
            Self::List(items) => sum(items.iter().map(Self::measure)),
            Self::Map(members) => sum(members.iter().map(|member| {
                let (bytes, depth) = member.value.measure();
                (bytes + member.key.len(), depth)
            })),
        };
        (1 + bytes, 1 + depth)
    }
}

fn sum(parts: impl Iterator<Item = (usize, usize)>) -> (usize, usize) {
    parts.fold((0, 0), |(bytes, depth), part| {
        (bytes + part.0, depth.max(part.1))
    })
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

/// Builds nodes from the parser's events.
struct Reader<'a> {
    parser: Parser<Chars<'a>>,
    /// Finished nodes that aliases may ask for, by the parser's number for the anchor.
    anchored: HashMap<usize, Node>,
    /// Bytes that aliases have repeated so far.
    repeated: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Node, Malformed> {
        loop {
            match self.parser.next_token()? {
                (Event::DocumentStart, _) => break,
                (Event::StreamEnd, _) => return Ok(Node::Null),
                _ => {}
            }
        }
        let node = self.node(0)?;
        loop {
            match self.parser.next_token()? {
                (Event::DocumentStart, marker) => {
                    return Err(Malformed::at(&marker, "a second document begins here"));
                }
                (Event::StreamEnd, _) => return Ok(node),
                _ => {}
            }
        }
    }

    /// Reads the next node, which stands inside `depth` collections.
    fn node(&mut self, depth: usize) -> Result<Node, Malformed> {
        let (event, marker) = self.parser.next_token()?;
        self.node_of(event, &marker, depth)
    }

    /// Reads the node that begins with `event`.
    fn node_of(&mut self, event: Event, marker: &Marker, depth: usize) -> Result<Node, Malformed> {
        if depth > DEEPEST {
            return Err(too_deep(marker));
        }
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(text, style, tag)),
            Event::SequenceStart(anchor, _) => (anchor, Node::List(self.items(depth)?)),
            Event::MappingStart(anchor, _) => (anchor, Node::Map(self.members(depth)?)),
            Event::Alias(anchor) => return self.repeat(anchor, marker, depth),
            _ => return Err(Malformed::at(marker, "a value is missing")),
        };
        // Numbers of anchors begin at 1.
        if anchor > 0 {
            self.anchored.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Malformed> {
        let mut items = Vec::new();
        loop {
            match self.parser.next_token()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, marker) => items.push(self.node_of(event, &marker, depth + 1)?),
            }
        }
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, Malformed> {
        let mut members = Vec::new();
        let mut known = HashSet::new();
        loop {
            let (event, marker) = self.parser.next_token()?;
            if event == Event::MappingEnd {
                return Ok(members);
            }
            let Node::Text(key) = self.node_of(event, &marker, depth + 1)? else {
                return Err(Malformed::at(&marker, "a key is not a text"));
            };
            if !known.insert(key.clone()) {
                return Err(Malformed::at(
                    &marker,
                    format!("key '{key}' is there twice"),
                ));
            }
            members.push(Member {
                key,
                place: Place::from(&marker),
                value: self.node(depth + 1)?,
            });
        }
    }

    /// The node an alias stands for, as long as that does not grow out of hand.
    fn repeat(&mut self, anchor: usize, marker: &Marker, depth: usize) -> Result<Node, Malformed> {
        let Some(node) = self.anchored.get(&anchor) else {
            return Err(Malformed::at(
                marker,
                "an alias stands inside its own anchor",
            ));
        };
        let (bytes, height) = node.measure();
        self.repeated += bytes;
        if self.repeated > MOST_REPEATED {
            return Err(Malformed::at(marker, "aliases repeat too much"));
        }
        if depth + height > DEEPEST {
            return Err(too_deep(marker));
        }
        Ok(node.clone())
    }
}

fn too_deep(marker: &Marker) -> Malformed {
    Malformed::at(marker, format!("nested deeper than {DEEPEST} levels"))
}

/// Quoted scalars and those tagged as strings are taken as they are written.
fn scalar(text: String, style: TScalarStyle, tag: Option<Tag>) -> Node {
    let literal = match tag {
        Some(tag) => tag.suffix == "str" || (tag.handle.is_empty() && tag.suffix == "!"),
        None => style != TScalarStyle::Plain,
    };
    if literal {
        return Node::Text(text);
    }
    scalar::canonical(&text).map_or(Node::Null, Node::Text)
}

#[cfg(test)]
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
