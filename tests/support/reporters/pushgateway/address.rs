//! Where pages are pushed to: the path of the gateway, and the labels behind it.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::json::Object;
use crate::support::reporters::sight::setting;

/// Stands for the digits of a random suffix.
const RANDOM: &str = "<32 hexadecimal digits>";

/// What a configuration says about it.
pub(super) struct Destination {
    /// What is before `/metrics` in the URL.
    path: String,
    /// The labels with their values, that of the job among them.
    pub(super) labels: BTreeMap<String, String>,
    has_suffix: bool,
}

/// Path and labels, whatever their spelling in a URL.
#[derive(Debug, PartialEq)]
pub(super) struct Address {
    path: String,
    labels: BTreeMap<String, String>,
}

impl Destination {
    pub(super) fn read_from(config: &Object, reporter: &str) -> Self {
        let text = |key| setting(config, reporter, key).unwrap_or_default();
        let (_, place) = text("hostUrl").split_once("://").unwrap_or_default();
        let path = place.find('/').map_or("", |at| &place[at..]);
        let has_suffix = !text("randomJobNameSuffix").eq_ignore_ascii_case("false");
        let suffix = if has_suffix { RANDOM } else { "" };
        let mut labels = BTreeMap::new();
        for pair in text("groupingKey").split(';') {
            let (name, value) = pair.split_once('=').unwrap_or_default();
            if !name.trim().is_empty() && !value.trim().is_empty() {
                labels.insert(name.to_owned(), value.to_owned());
            }
        }
        labels.insert("job".to_owned(), format!("{}{suffix}", text("jobName")));
        Self {
            path: path.trim_end_matches('/').to_owned(),
            labels,
            has_suffix,
        }
    }

    pub(super) fn address(&self) -> Address {
        Address {
            path: self.path.clone(),
            labels: self.labels.clone(),
        }
    }

    /// The key by which nothing can be pushed: a gateway wants a job, and names of labels that Prometheus takes.
    pub(super) fn impossible(&self) -> Option<&'static str> {
        let is_name = |name: &String| {
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let begins_well =
                !name.starts_with("__") && !name.starts_with(|c: char| c.is_ascii_digit());
            begins_well && name.chars().all(is_letter)
        };
        if !self.labels.keys().all(is_name) {
            return Some("groupingKey");
        }
        self.labels["job"].is_empty().then_some("jobName")
    }

    /// Whether a value has a blank, which Flink spells `+`.
    pub(super) fn has_blank(&self) -> bool {
        self.labels
            .values()
            .any(|value| value.replace(RANDOM, "").contains(' '))
    }

    /// Whether a value has a slash, which Flink cannot spell.
    pub(super) fn has_slash(&self) -> bool {
        self.labels.values().any(|value| value.contains('/'))
    }

    /// What a gateway reads out of the path of a request, or why it takes none.
    pub(super) fn read(&self, path: &str) -> Result<Address, String> {
        let wrong = || format!("no path of a gateway's: {path}");
        let (before, labels) = path.split_once("/metrics/").ok_or_else(wrong)?;
        let parts: Vec<&str> = labels.split('/').collect();
        let mut read = BTreeMap::new();
        for pair in parts.chunks(2) {
            let [name, value] = pair else {
                return Err(wrong());
            };
            let (name, value) = match name.strip_suffix("@base64") {
                Some(name) => (name, decoded(value).ok_or_else(wrong)?),
                None => (*name, unescaped(value).ok_or_else(wrong)?),
            };
            read.insert(name.to_owned(), value);
        }
        if self.has_suffix {
            let job = read.get_mut("job").ok_or_else(wrong)?;
            let digits = job.split_off(job.len().saturating_sub(32));
            let is_digit = |letter: char| matches!(letter, '0'..='9' | 'a'..='f');
            if digits.len() != 32 || !digits.chars().all(is_digit) {
                return Err(wrong());
            }
            job.push_str(RANDOM);
        }
        Ok(Address {
            path: before.to_owned(),
            labels: read,
        })
    }
}

fn decoded(value: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok()?;
    String::from_utf8(bytes).ok()
}

/// A part of a path without its escapes, of which `+` is none.
fn unescaped(value: &str) -> Option<String> {
    let mut parts = value.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/metrics {:?}", self.path, self.labels)
    }
}
