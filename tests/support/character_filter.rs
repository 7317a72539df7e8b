//! Character filters as vectors describe them.

use serde_json::Value;

use super::json::{Fields, Object, text};

/// A function on text that a vector names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CharacterFilter {
    None,
    /// Replaces some characters.
    Map(Vec<(char, String)>),
    /// Replaces each code point outside the ranges.
    Allow {
        allowed: Vec<(char, char)>,
        to: String,
    },
}

impl CharacterFilter {
    /// The filter of a call; a call without one has no filter.
    pub(crate) fn of(call: &Value) -> Self {
        match call.maybe("filter") {
            Some(filter) if !filter.is_null() => Self::read(filter),
            _ => Self::None,
        }
    }

    fn read(filter: &Value) -> Self {
        match filter.text("kind") {
            "none" => Self::None,
            "map" => Self::Map(replacements(filter.object("map"))),
            "allow" => Self::Allow {
                allowed: ranges(filter.text("allowed")),
                to: filter.text("to").to_owned(),
            },
            other => panic!("unknown kind of character filter '{other}'"),
        }
    }

    pub(crate) fn apply(&self, input: &str) -> String {
        match self {
            Self::None => input.to_owned(),
            Self::Map(replacements) => {
                let replaced = |letter: char| {
                    let known = replacements.iter().find(|(from, _)| *from == letter);
                    known.map_or_else(|| letter.to_string(), |(_, to)| to.clone())
                };
                input.chars().map(replaced).collect()
            }
            Self::Allow { allowed, to } => {
                let kept = |letter: char| {
                    let inside = allowed
                        .iter()
                        .any(|(first, last)| (*first..=*last).contains(&letter));
                    if inside {
                        letter.to_string()
                    } else {
                        to.clone()
                    }
                };
                input.chars().map(kept).collect()
            }
        }
    }
}

fn replacements(map: &Object) -> Vec<(char, String)> {
    let single = |key: &str| {
        let mut letters = key.chars();
        let letter = letters.next().expect("a key of a map filter is not empty");
        assert_eq!(
            letters.next(),
            None,
            "a key of a map filter is one character"
        );
        letter
    };
    map.iter()
        .map(|(key, value)| (single(key), text(value).to_owned()))
        .collect()
}

/// The ranges of a character class such as `a-zA-Z0-9:_`.
fn ranges(class: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = class.chars().collect();
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let first = letters[at];
        if first == '\\' && at + 1 < letters.len() {
            ranges.push((letters[at + 1], letters[at + 1]));
            at += 2;
        } else if at + 2 < letters.len() && letters[at + 1] == '-' {
            ranges.push((first, letters[at + 2]));
            at += 3;
        } else {
            ranges.push((first, first));
            at += 1;
        }
    }
    ranges
}
