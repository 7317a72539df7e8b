//! From the YAML parser's events to nodes.

use std::collections::{HashMap, HashSet};
use std::str::Chars;

use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::{Malformed, Member, Node, Place, scalar};

/// Collections may stand inside each other this deep, so that a hostile file cannot exhaust a small stack.
const DEEPEST: usize = 64;
/// Bytes that aliases may repeat in one document, so that a few lines cannot unfold into gigabytes.
const MOST_REPEATED: usize = 1 << 20;

/// Reads one document; no document at all is [`Node::Null`].
pub(super) fn read(text: &str) -> Result<Node, Malformed> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchored: HashMap::new(),
        repeated: 0,
    };
    reader.document()
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

impl Node {
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
