//! Where a metric stands: scope components, logical scope and variables, and the identifiers made of them.
//!
//! A [`Scope`] never changes. Groups share it with everything that reads their metrics, so that what a reporter prints of
//! it is computed once.

mod component;
mod format;

pub use component::Component;
pub(crate) use component::{Level, Own, cut_operator_name};
pub use format::Formats;

use std::borrow::Cow;
use std::sync::Arc;

/// A variable's key, in angle brackets as Flink has it (`<host>`), and its value.
pub type Variable = (Arc<str>, Arc<str>);

/// The identity that a group gives to its metrics.
#[derive(Debug)]
pub struct Scope {
    components: Box<[Arc<str>]>,
    /// Level names, then the names of user groups; values of key/value groups are left out.
    logical: Box<[Arc<str>]>,
    /// How many of `logical` are level names, which no character filter touches.
    levels: usize,
    /// Sorted by key; of two equal keys the outer one.
    variables: Arc<[Variable]>,
    /// Whether the first logical name is a program's own root, not one of Flink's levels.
    plain: bool,
}

impl Scope {
    /// The scope of a program's own root.
    pub(crate) fn root(name: &str, variables: &[(&str, &str)]) -> (Self, Vec<Arc<str>>) {
        let name: Arc<str> = name.into();
        let mut merged = Variables::default();
        for (key, value) in variables {
            merged.add(bracketed(key), Arc::from(*value));
        }
        let scope = Self {
            components: Box::new([Arc::clone(&name)]),
            logical: Box::new([name]),
            levels: 1,
            variables: merged.sorted.into(),
            plain: true,
        };
        (scope, merged.hidden)
    }

    /// The scope of the user group `name` below this one.
    pub(crate) fn group(&self, name: &Arc<str>) -> Self {
        self.below(
            [Arc::clone(name)],
            Arc::clone(name),
            Arc::clone(&self.variables),
        )
    }

    /// The scope of the group of `key` and `value` below this one, and the key if an outer variable hides it.
    pub(crate) fn key_value(&self, key: &Arc<str>, value: &Arc<str>) -> (Self, Option<Arc<str>>) {
        let variable = bracketed(key);
        let (variables, hidden) = match self.position(&variable) {
            Ok(_) => (Arc::clone(&self.variables), Some(variable)),
            Err(at) => {
                let (before, after) = self.variables.split_at(at);
                let own = std::iter::once((variable, Arc::clone(value)));
                let all = before
                    .iter()
                    .cloned()
                    .chain(own)
                    .chain(after.iter().cloned());
                (all.collect(), None)
            }
        };
        let components = [Arc::clone(key), Arc::clone(value)];
        (self.below(components, Arc::clone(key), variables), hidden)
    }

    fn below<const N: usize>(
        &self,
        components: [Arc<str>; N],
        logical: Arc<str>,
        variables: Arc<[Variable]>,
    ) -> Self {
        let own = std::iter::once(logical);
        Self {
            components: self.components.iter().cloned().chain(components).collect(),
            logical: self.logical.iter().cloned().chain(own).collect(),
            levels: self.levels,
            variables,
            plain: self.plain,
        }
    }

    /// The scope components, outermost first.
    pub fn components(&self) -> &[Arc<str>] {
        &self.components
    }

    /// All variables, sorted by key; an outer variable hides an inner one of the same key.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The value of the variable `key`, which includes the brackets.
    pub fn variable(&self, key: &str) -> Option<&Arc<str>> {
        let at = self.position(key).ok()?;
        self.variables.get(at).map(|(_, value)| value)
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.variables
            .binary_search_by(|(other, _)| (**other).cmp(key))
    }

    /// The names of the logical scope, outermost first.
    pub fn logical_names(&self) -> &[Arc<str>] {
        &self.logical
    }

    /// Whether the scope hangs below a program's own root instead of a component of Flink.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// The identifier of the metric `name`.
    pub fn identifier(&self, name: &str, naming: &Naming<'_>) -> String {
        let mut identifier = self.identifier_prefix(naming);
        identifier.push_str(&naming.clean(name));
        identifier
    }

    /// What stands before the name in the identifiers of metrics.
    pub(crate) fn identifier_prefix(&self, naming: &Naming<'_>) -> String {
        let parts = self.components.iter();
        let mut prefix = join(parts.map(|part| naming.clean(part)), naming.delimiter);
        prefix.push(naming.delimiter);
        prefix
    }

    /// The logical scope, joined with `delimiter`.
    pub fn logical_scope(&self, delimiter: char, naming: &Naming<'_>) -> String {
        let parts = self.logical.iter().enumerate().map(|(at, name)| {
            if at < self.levels {
                Cow::Borrowed(&**name)
            } else {
                naming.clean(name)
            }
        });
        join(parts, delimiter)
    }
}

fn join<'a>(mut parts: impl Iterator<Item = Cow<'a, str>>, delimiter: char) -> String {
    let mut joined = parts.next().map_or_else(String::new, Cow::into_owned);
    for part in parts {
        joined.push(delimiter);
        joined.push_str(&part);
    }
    joined
}

/// Replaces what a system cannot take in one component or name.
pub type CharacterFilter<'a> = &'a dyn Fn(&str) -> String;

/// How identifiers are spelled for one reader.
#[derive(Clone, Copy)]
pub struct Naming<'a> {
    delimiter: char,
    replaces_delimiter: bool,
    filter: Option<CharacterFilter<'a>>,
}

impl<'a> Naming<'a> {
    /// As a group itself spells them: names stay as they are.
    pub fn plain(delimiter: char) -> Self {
        Self {
            delimiter,
            replaces_delimiter: false,
            filter: None,
        }
    }

    /// As a reporter spells them: its delimiter inside names becomes `_`, or `-` where it is itself `_`.
    pub fn reporter(delimiter: char) -> Self {
        Self {
            replaces_delimiter: true,
            ..Self::plain(delimiter)
        }
    }

    /// The same with `filter` applied to every component and name, after the delimiter was replaced.
    pub fn filtered(self, filter: CharacterFilter<'a>) -> Self {
        Self {
            filter: Some(filter),
            ..self
        }
    }

    /// Whether the delimiter is in `name`. One byte, as it is nearly always, is looked for among bytes: reading everything
    /// asks this of every name.
    #[inline]
    fn cuts(&self, name: &str) -> bool {
        match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() => has_byte(name.as_bytes(), byte),
            _ => name.contains(self.delimiter),
        }
    }

    /// One component or name, spelled.
    #[inline]
    pub(crate) fn clean<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let cuts = self.replaces_delimiter && self.cuts(name);
        if cuts || self.filter.is_some() {
            self.respelled(name, cuts)
        } else {
            Cow::Borrowed(name)
        }
    }

    /// One that is not spelled as it is, or may not be; `cuts` says whether the delimiter has to be replaced.
    fn respelled<'n>(&self, name: &'n str, cuts: bool) -> Cow<'n, str> {
        let name = if cuts {
            let substitute = if self.delimiter == '_' { "-" } else { "_" };
            Cow::Owned(name.replace(self.delimiter, substitute))
        } else {
            Cow::Borrowed(name)
        };
        match self.filter {
            Some(filter) => Cow::Owned(filter(&name)),
            None => name,
        }
    }
}

/// Whether `byte` is among `bytes`. Names are short, and looking at eight bytes at a time is faster all the same: a word has
/// a byte that is zero if and only if subtracting 1 from each byte sets a highest bit that was not set (Mycroft's test).
fn has_byte(bytes: &[u8], byte: u8) -> bool {
    const LOWEST_BITS: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHEST_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
    let sought = u64::from_ne_bytes([byte; 8]);
    let has_it = |word: &[u8; 8]| {
        let zero_where_equal = u64::from_ne_bytes(*word) ^ sought;
        zero_where_equal.wrapping_sub(LOWEST_BITS) & !zero_where_equal & HIGHEST_BITS != 0
    };
    match bytes.last_chunk() {
        // The last word shares bytes with the one before it, unless they come out even.
        Some(last) => bytes.as_chunks().0.iter().any(has_it) || has_it(last),
        None => bytes.contains(&byte),
    }
}

/// A variable's name in the angle brackets that are part of its key.
pub(crate) fn bracketed(name: &str) -> Arc<str> {
    format!("<{name}>").into()
}

/// A variable's name without the angle brackets of its key.
pub(crate) fn unbracketed(key: &str) -> &str {
    key.strip_prefix('<')
        .and_then(|key| key.strip_suffix('>'))
        .unwrap_or(key)
}

/// Collects variables, outermost first: what is there already stays.
#[derive(Default)]
struct Variables {
    sorted: Vec<Variable>,
    hidden: Vec<Arc<str>>,
}

impl Variables {
    fn add(&mut self, key: Arc<str>, value: Arc<str>) {
        match self.sorted.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(_) => self.hidden.push(key),
            Err(at) => self.sorted.insert(at, (key, value)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test says what it expects")]
mod tests {
    use super::*;

    #[test]
    fn byte_is_found_wherever_it_is_and_only_there() {
        // Among others those that differ in one bit, and those next to it.
        for other in [0, 1, b'.' ^ 1, b'.' - 1, b'.' + 1, b'.' | 0x80, 0xff] {
            for length in 0..20 {
                let mut bytes = vec![other; length];
                assert!(!has_byte(&bytes, b'.'));
                for place in 0..length {
                    let before = std::mem::replace(&mut bytes[place], b'.');
                    assert!(has_byte(&bytes, b'.'), "{other} x {length}: {place}");
                    bytes[place] = before;
                }
            }
        }
    }

    #[test]
    fn delimiter_is_replaced_in_names_of_any_length() {
        let naming = Naming::reporter('.');
        for (name, cleaned) in [
            ("", ""),
            (".", "_"),
            ("a.b", "a_b"),
            ("requests.failed", "requests_failed"),
            ("requests_failed", "requests_failed"),
            ("größe.höhe", "größe_höhe"),
        ] {
            assert_eq!(naming.clean(name), cleaned);
        }
        assert_eq!(Naming::reporter('_').clean("a_b"), "a-b");
        assert_eq!(Naming::reporter('→').clean("a→b"), "a_b");
        assert_eq!(Naming::plain('.').clean("a.b"), "a.b");
    }
}
