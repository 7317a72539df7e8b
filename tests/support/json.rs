//! Fields of vectors. A field that is missing or of another type ends the case with its name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

/// Text, or `None` where the vector has null: Flink's null.
pub(crate) type Nullable = Option<String>;

/// Reads fields of an object of a vector.
pub(crate) trait Fields {
    /// The field, which must be there; it may be null.
    fn field(&self, name: &str) -> &Value;
    /// The field, if it is there.
    fn maybe(&self, name: &str) -> Option<&Value>;

    fn text(&self, name: &str) -> &str {
        let field = self.field(name);
        field
            .as_str()
            .unwrap_or_else(|| panic!("'{name}' is not a text: {field}"))
    }

    /// Text that may be null or missing.
    fn maybe_text(&self, name: &str) -> Option<&str> {
        let field = self.maybe(name).filter(|field| !field.is_null())?;
        Some(
            field
                .as_str()
                .unwrap_or_else(|| panic!("'{name}' is not a text: {field}")),
        )
    }

    fn integer(&self, name: &str) -> i64 {
        let field = self.field(name);
        field
            .as_i64()
            .unwrap_or_else(|| panic!("'{name}' is not an integer: {field}"))
    }

    fn flag(&self, name: &str) -> bool {
        let field = self.field(name);
        field
            .as_bool()
            .unwrap_or_else(|| panic!("'{name}' is not true or false: {field}"))
    }

    fn double(&self, name: &str) -> f64 {
        double(self.field(name)).unwrap_or_else(|| panic!("'{name}' is not a double"))
    }

    fn list(&self, name: &str) -> &[Value] {
        let field = self.field(name);
        field
            .as_array()
            .unwrap_or_else(|| panic!("'{name}' is not a list: {field}"))
    }

    fn object(&self, name: &str) -> &Object {
        object(self.field(name))
    }
}

impl Fields for Object {
    fn field(&self, name: &str) -> &Value {
        self.get(name).unwrap_or_else(|| panic!("no '{name}' here"))
    }

    fn maybe(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Fields for Value {
    fn field(&self, name: &str) -> &Value {
        self.get(name)
            .unwrap_or_else(|| panic!("no '{name}' here: {self}"))
    }

    fn maybe(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

pub(crate) fn object(value: &Value) -> &Object {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
}

pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
}

/// Text or null.
pub(crate) fn nullable(value: &Value) -> Nullable {
    (!value.is_null()).then(|| text(value).to_owned())
}

pub(crate) fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(|value| text(value).to_owned()).collect()
}

/// A map of texts, in the order of its keys; the values may be null.
pub(crate) fn nullable_map(value: &Value) -> BTreeMap<String, Nullable> {
    let entries = object(value).iter();
    entries
        .map(|(key, value)| (key.clone(), nullable(value)))
        .collect()
}

/// A double: a number, or one of the words that JSON has no number for.
pub(crate) fn double(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some(word) => java_double(word),
        None => value.as_f64(),
    }
}

/// The double of a Java literal.
pub(crate) fn java_double(literal: &str) -> Option<f64> {
    match literal {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        number => number.parse().ok(),
    }
}
