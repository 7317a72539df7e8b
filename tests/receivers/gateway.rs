//! What a Pushgateway makes of a request, after its documentation and that of the text format.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::http::Request;

/// Names and values of labels.
pub(crate) type Labels = BTreeMap<String, String>;

/// A line with a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    /// The type of its family.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) value: String,
}

/// The labels in the path of a request, from `/metrics/` on, the job's name among them.
pub(crate) fn group(request: &Request) -> Labels {
    let (_, labels) = request.target.split_once("/metrics/").unwrap();
    let parts: Vec<&str> = labels.split('/').collect();
    // A server cleans paths with such parts, and sends the client elsewhere.
    let is_plain = |part: &&str| !["", ".", ".."].contains(part);
    assert!(parts.iter().all(is_plain), "{labels}");
    let (pairs, rest) = parts.as_chunks();
    assert!(rest.is_empty(), "a name without value: {labels}");
    let label = |[name, value]: &[&str; 2]| match name.strip_suffix("@base64") {
        Some(name) => {
            let bytes = URL_SAFE_NO_PAD.decode(value.trim_end_matches('='));
            (name.to_owned(), String::from_utf8(bytes.unwrap()).unwrap())
        }
        None => ((*name).to_owned(), unescaped(value)),
    };
    pairs.iter().map(label).collect()
}

/// A part of a path without its escapes; a `+` is one.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

/// The samples of a page, each of a type that the page tells before.
pub(crate) fn samples(page: &str) -> Vec<Sample> {
    assert!(page.is_empty() || page.ends_with('\n'), "an unended line");
    let mut types = BTreeMap::new();
    let mut samples = Vec::new();
    // Lines end with line feeds and nothing else.
    for line in page.split_terminator('\n') {
        if let Some(line) = line.strip_prefix("# TYPE ") {
            let (name, word) = line.split_once(' ').unwrap();
            let before = types.insert(name.to_owned(), word.to_owned());
            assert_eq!(before, None, "{name} has two types");
        } else if !line.starts_with("# HELP ") {
            let mut sample = sample(line);
            let endings = ["", "_count", "_sum", "_bucket"].iter();
            let mut families = endings.filter_map(|end| sample.name.strip_suffix(end));
            let kind = families.find_map(|name| types.get(name));
            sample.kind.clone_from(kind.unwrap());
            samples.push(sample);
        }
    }
    samples
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).unwrap();
    let (name, rest) = line.split_at(end);
    assert!(is_name(name, ":"), "{line}");
    let (labels, value) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest),
        None => (Labels::new(), rest),
    };
    let value = value.strip_prefix(' ').unwrap();
    assert!(value.parse::<f64>().is_ok(), "no number: {line}");
    Sample {
        kind: String::new(),
        name: name.to_owned(),
        labels,
        value: value.to_owned(),
    }
}

/// Labels up to the closing brace, and what is behind it.
fn labels(mut rest: &str) -> (Labels, &str) {
    let mut labels = Labels::new();
    loop {
        let (name, value) = rest.split_once("=\"").unwrap();
        assert!(is_name(name, ""), "{name}");
        let (value, behind) = quoted(value);
        assert_eq!(labels.insert(name.to_owned(), value), None, "{name}");
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (labels, behind.strip_prefix('}').unwrap()),
        }
    }
}

/// The text up to the closing quote, and what is behind it.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        value.push(match letter {
            '"' => return (value, text.split_at(at + 1).1),
            '\\' => match letters.next().unwrap().1 {
                'n' => '\n',
                other => other,
            },
            plain => plain,
        });
    }
    panic!("no closing quote: {text}")
}

fn is_name(name: &str, besides: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || besides.contains(c);
    let is_next = |c: char| is_first(c) || c.is_ascii_digit();
    name.starts_with(is_first) && name.chars().all(is_next)
}
