//! The labels that a gateway keeps pushed metrics apart by, and the path that says them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::reporter::client::encoded;

/// The label whose value is the job's name.
pub(super) const JOB: &str = "job";

/// A label's name and its value.
pub(super) type Label = (String, String);

/// Labels in the order in which they are written, each once; of two that are called the same the last one counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Grouping {
    pub(super) labels: Vec<Label>,
}

impl Grouping {
    /// Reads `name=value;name=value`, as Flink does. What has no name, no `=` or no value is given to `ignored`.
    pub(super) fn parse<'a>(text: &'a str, mut ignored: impl FnMut(&'a str)) -> Self {
        let mut grouping = Self::default();
        for item in text.split(';').filter(|item| !item.is_empty()) {
            match item.split_once('=') {
                Some((name, value)) if !is_blank(name) && !is_blank(value) => {
                    grouping.set(name, value);
                }
                _ => ignored(item),
            }
        }
        grouping
    }

    fn set(&mut self, name: &str, value: &str) {
        self.labels.retain(|(other, _)| other != name);
        self.labels.push((name.to_owned(), value.to_owned()));
    }

    /// The first label that a gateway does not take, because of its name.
    pub(super) fn improper(&self) -> Option<&str> {
        let mut names = self.labels.iter().map(|(name, _)| name.as_str());
        names.find(|name| !is_label_name(name))
    }

    /// The path, from `/metrics` on, of what `job` pushes with these labels.
    pub(super) fn path(&self, job: &str) -> String {
        let mut path = "/metrics".to_owned();
        push_label(&mut path, JOB, job);
        for (name, value) in &self.labels {
            push_label(&mut path, name, value);
        }
        path
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Whether Prometheus takes a label's name, and does not keep it for itself.
fn is_label_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let begins_with_digit = name.starts_with(|letter: char| letter.is_ascii_digit());
    name.chars().all(is_letter) && !begins_with_digit && !name.starts_with("__")
}

/// Appends a label. A value that would be several parts of a path, or none, is written in base64.
fn push_label(path: &mut String, name: &str, value: &str) {
    path.push('/');
    path.push_str(name);
    if value.contains('/') || matches!(value, "" | "." | "..") {
        path.push_str("@base64/");
        path.push_str(&URL_SAFE_NO_PAD.encode(value));
        // A part of a path cannot be empty; padding does not count.
        if value.is_empty() {
            path.push('=');
        }
    } else {
        path.push('/');
        // A blank is `%20`, as the gateway takes a `+` for itself.
        path.push_str(&encoded(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(job: &str, labels: &str) -> String {
        Grouping::parse(labels, |_| ()).path(job)
    }

    #[test]
    fn labels_stand_in_the_order_of_the_key() {
        assert_eq!(path("shop", ""), "/metrics/job/shop");
        assert_eq!(
            path("shop", "zone=b;area=1"),
            "/metrics/job/shop/zone/b/area/1"
        );
        assert_eq!(path("shop", "a=1;b=2;a=3"), "/metrics/job/shop/b/2/a/3");
    }

    #[test]
    fn what_has_a_meaning_in_a_path_is_escaped() {
        for (value, expected) in [
            ("v 2", "v%202"),
            ("a=b", "a%3Db"),
            ("v+2", "v%2B2"),
            ("%?#&;@:", "%25%3F%23%26%3B%40%3A"),
            ("-._~", "-._~"),
            ("ü\n", "%C3%BC%0A"),
        ] {
            assert_eq!(path(value, ""), format!("/metrics/job/{expected}"));
        }
    }

    #[test]
    fn what_is_no_part_of_a_path_is_in_base64() {
        for (value, expected) in [
            ("/a/b", "L2EvYg"),
            ("?>/ü", "Pz4vw7w"),
            (">/>/?", "Pi8-Lz8"),
            (".", "Lg"),
            ("..", "Li4"),
            ("", "="),
        ] {
            assert_eq!(path(value, ""), format!("/metrics/job@base64/{expected}"));
        }
        assert_eq!(
            path("shop", "path=/a/b"),
            "/metrics/job/shop/path@base64/L2EvYg"
        );
    }

    #[test]
    fn items_without_name_or_value_are_ignored() {
        let mut ignored = Vec::new();
        let text = "k1=v1;k2=v 2;bad;=x;y=;k3=a=b;; =1;z= ";
        let grouping = Grouping::parse(text, |item| ignored.push(item));
        assert_eq!(grouping.path("j"), "/metrics/job/j/k1/v1/k2/v%202/k3/a%3Db");
        assert_eq!(ignored, ["bad", "=x", "y=", " =1", "z= "]);
    }

    #[test]
    fn names_are_those_that_prometheus_takes() {
        let improper = |text: &str| {
            let grouping = Grouping::parse(text, |_| ());
            grouping.improper().map(str::to_owned)
        };
        assert_eq!(improper("a=1;_b2=2;instance=x"), None);
        for name in ["1x", "sp ace", "a:b", "__name__", "ü", "a@base64", "a/b"] {
            assert_eq!(improper(&format!("a=1;{name}=2")).as_deref(), Some(name));
        }
    }
}
