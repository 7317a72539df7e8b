//! One step of a scenario, and its fields. A field that is missing, of another type, or that nobody looks at ends the
//! scenario with its name.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

pub(crate) struct Step<'a> {
    fields: &'a Map<String, Value>,
    looked_at: RefCell<BTreeSet<String>>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(step: &'a Value) -> Self {
        Self {
            fields: step.as_object().expect("a step is an object"),
            looked_at: RefCell::default(),
        }
    }

    pub(crate) fn maybe(&self, name: &str) -> Option<&'a Value> {
        self.looked_at.borrow_mut().insert(name.to_owned());
        self.fields.get(name)
    }

    pub(crate) fn field(&self, name: &str) -> &'a Value {
        self.maybe(name)
            .unwrap_or_else(|| panic!("no '{name}': {self}"))
    }

    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.field(name)
            .as_str()
            .unwrap_or_else(|| panic!("'{name}' is no text: {self}"))
    }

    pub(crate) fn maybe_text(&self, name: &str) -> Option<&'a str> {
        self.maybe(name).map(|_| self.text(name))
    }

    pub(crate) fn maybe_character(&self, name: &str) -> Option<char> {
        self.maybe_text(name)?.chars().next()
    }

    pub(crate) fn integer(&self, name: &str) -> i64 {
        self.field(name)
            .as_i64()
            .unwrap_or_else(|| panic!("'{name}' is no whole number: {self}"))
    }

    /// A whole number, or the default where it is left out.
    pub(crate) fn integer_or(&self, name: &str, default: i64) -> i64 {
        self.maybe(name).map_or(default, |_| self.integer(name))
    }

    pub(crate) fn list(&self, name: &str) -> &'a [Value] {
        self.field(name)
            .as_array()
            .unwrap_or_else(|| panic!("'{name}' is no list: {self}"))
    }

    /// An object of texts as pairs; none where it is left out.
    pub(crate) fn pairs(&self, name: &str) -> Vec<(&'a str, &'a str)> {
        let fields = self.maybe(name).and_then(Value::as_object);
        let fields = fields.into_iter().flatten();
        fields
            .map(|(key, value)| (key.as_str(), value.as_str().expect("a text")))
            .collect()
    }

    pub(crate) fn check_that_all_was_looked_at(&self) {
        let looked_at = self.looked_at.borrow();
        for name in self.fields.keys() {
            assert!(looked_at.contains(name), "no use for '{name}': {self}");
        }
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = serde_json::to_string(self.fields).map_err(|_| fmt::Error)?;
        f.write_str(&step)
    }
}
