//! The labels of one scope, as they are printed.

use super::names;
use super::text::push_label_value;
use crate::scope::{Scope, Variable, unbracketed};

/// Labels with valid names, each once, sorted by name.
///
/// The order makes one text of equal labels, whatever variables they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labels {
    sorted: Vec<(String, String)>,
}

impl Labels {
    /// The labels that show `variables`, which are those of `scope` as a reporter sees them.
    ///
    /// Of several that come to one label name the outermost stays; `hidden` is told the keys of the others and that
    /// name. `filters_values` gives values the characters of names.
    pub(super) fn of(
        variables: &[Variable],
        scope: &Scope,
        filters_values: bool,
        mut hidden: impl FnMut(&str, &str),
    ) -> Self {
        let mut variables: Vec<&Variable> = variables.iter().collect();
        // Sorted by key already; of equal depth the first key stays.
        variables.sort_unstable_by_key(|(key, _)| (depth(scope, key), &**key));
        let mut labels = Self { sorted: Vec::new() };
        for (key, value) in variables {
            let name = names::label(unbracketed(key));
            match labels.position(&name) {
                Ok(_) => hidden(key, &name),
                Err(at) => {
                    let value = if filters_values {
                        names::filtered(value)
                    } else {
                        value.to_string()
                    };
                    labels.sorted.insert(at, (name, value));
                }
            }
        }
        labels
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.sorted
            .binary_search_by(|(other, _)| other.as_str().cmp(name))
    }

    /// The same with another name for the label `reserved`, to which samples of some kinds give a meaning; `None` if
    /// there is no such label.
    pub(super) fn without_reserved(&self, reserved: &str) -> Option<Self> {
        let at = self.position(reserved).ok()?;
        let mut labels = self.clone();
        let (_, value) = labels.sorted.remove(at);
        let mut name = format!("exported_{reserved}");
        let at = loop {
            match labels.position(&name) {
                Ok(_) => name.insert_str(0, "exported_"),
                Err(at) => break at,
            }
        };
        labels.sorted.insert(at, (name, value));
        Some(labels)
    }

    /// The same without labels whose value is empty, which make no difference for Prometheus; `None` if there are none.
    pub(super) fn without_empty(&self) -> Option<Self> {
        let is_filled = |(_, value): &&(String, String)| !value.is_empty();
        let all_filled = self.sorted.iter().all(|label| is_filled(&label));
        let filled = || self.sorted.iter().filter(is_filled).cloned().collect();
        (!all_filled).then(|| Self { sorted: filled() })
    }

    /// What is printed between a sample's name and the closing brace, the opening one included; nothing for no labels.
    pub(super) fn print(&self) -> Box<[u8]> {
        let mut out = Vec::new();
        for (name, value) in &self.sorted {
            out.push(if out.is_empty() { b'{' } else { b',' });
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"=\"");
            push_label_value(&mut out, value);
            out.push(b'"');
        }
        out.into()
    }
}

/// How far down the scope the group of a variable stands; what no group of the user brought counts as outermost.
fn depth(scope: &Scope, key: &str) -> usize {
    let mut names = scope.logical_names().iter();
    names
        .position(|name| **name == *unbracketed(key))
        .unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// The scope of key/value groups inside each other, outermost first.
    fn nested(pairs: &[(&str, &str)]) -> Scope {
        let (mut scope, _) = Scope::root("shop", &[]);
        for (key, value) in pairs {
            (scope, _) = scope.key_value(&Arc::from(*key), &Arc::from(*value));
        }
        scope
    }

    fn labels(pairs: &[(&str, &str)], filters_values: bool) -> Labels {
        let scope = nested(pairs);
        Labels::of(scope.variables(), &scope, filters_values, |_, _| ())
    }

    fn printed(labels: &Labels) -> String {
        String::from_utf8(labels.print().into()).unwrap()
    }

    #[test]
    fn labels_are_printed_sorted_with_escaped_values() {
        let labels = labels(&[("topic", "a \"b\""), ("my key", "1")], false);
        assert_eq!(printed(&labels), r#"{my_key="1",topic="a \"b\"""#);
    }

    #[test]
    fn values_are_filtered_if_asked_for_and_may_be_empty() {
        let labels = labels(&[("topic", "a.b:c d"), ("none", "")], true);
        assert_eq!(printed(&labels), r#"{none="",topic="a_b:c_d""#);
    }

    #[test]
    fn no_labels_print_nothing() {
        assert_eq!(printed(&labels(&[], true)), "");
    }

    #[test]
    fn outermost_of_equal_label_names_stays() {
        let scope = nested(&[("b c", "outer"), ("b-c", "middle"), ("b!c", "inner")]);
        let mut hidden = Vec::new();
        let note = |key: &str, name: &str| hidden.push(format!("{key} {name}"));
        let labels = Labels::of(scope.variables(), &scope, true, note);
        assert_eq!(printed(&labels), r#"{b_c="outer""#);
        assert_eq!(hidden, ["<b-c> b_c", "<b!c> b_c"]);
    }

    #[test]
    fn equal_labels_print_equally_whatever_their_variables_are_called() {
        let one = labels(&[("a b", "1"), ("a.c", "2")], true);
        let other = labels(&[("a.b", "1"), ("a c", "2")], true);
        assert_eq!(one.print(), other.print());
    }

    #[test]
    fn reserved_label_gets_a_name_that_is_free() {
        let plain = labels(&[("quantile", "x"), ("zone", "z")], true);
        let renamed = plain.without_reserved("quantile").unwrap();
        assert_eq!(printed(&renamed), r#"{exported_quantile="x",zone="z""#);
        let both = labels(&[("quantile", "x"), ("exported_quantile", "y")], true);
        assert_eq!(
            printed(&both.without_reserved("quantile").unwrap()),
            r#"{exported_exported_quantile="x",exported_quantile="y""#
        );
        assert_eq!(plain.without_reserved("value"), None);
    }

    #[test]
    fn empty_values_can_be_left_out() {
        let labels = labels(&[("a", ""), ("b", "1"), ("c", "")], true);
        let filled = labels.without_empty().unwrap();
        assert_eq!(printed(&filled), r#"{b="1""#);
        assert_eq!(filled.without_empty(), None);
    }
}
