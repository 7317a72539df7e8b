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
    fn cuts(&self, name: &str) -> bool {
        match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() => name.as_bytes().contains(&byte),
            _ => name.contains(self.delimiter),
        }
    }

    /// One component or name, spelled.
    pub(crate) fn clean<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let name = if self.replaces_delimiter && self.cuts(name) {
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
