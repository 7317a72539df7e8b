//! Lines, read as carbon reads them.

use serde_json::Value;

use crate::support::json::{Fields, texts};
use crate::support::reporters::own::Heard;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Items, Said};

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(super) path: String,
}

/// What stands behind an identifier where a metric has several lines.
const ENDINGS: [&str; 15] = [
    ".count",
    ".max",
    ".mean",
    ".min",
    ".stddev",
    ".p50",
    ".p75",
    ".p95",
    ".p98",
    ".p99",
    ".p999",
    ".m1_rate",
    ".m5_rate",
    ".m15_rate",
    ".mean_rate",
];

impl Line {
    /// Whether it is about the metric whose path begins so.
    pub(super) fn is_of(&self, path: &str) -> bool {
        let ending = self.path.strip_prefix(path);
        ending.is_some_and(|ending| ending.is_empty() || ENDINGS.contains(&ending))
    }
}

/// A line's path, value and time, between which is one blank.
fn parts(line: &str) -> Result<(Line, &str), String> {
    let parts: Vec<&str> = line.split(' ').collect();
    match parts[..] {
        [path, value, time] if time.parse::<u64>().is_ok() => {
            let path = path.to_owned();
            Ok((Line { path }, value))
        }
        _ => Err(format!("no path, value and time: {line:?}")),
    }
}

/// What Flink wrote on connections, or in datagrams of one line each.
pub(super) fn flinks(output: &Value) -> Result<Items<Line>, String> {
    let list = |key| output.maybe(key).and_then(Value::as_array);
    let connections = list("connections").map_or(&[][..], Vec::as_slice);
    let on_connections = connections
        .iter()
        .map(|connection| connection.text("data").to_owned());
    let packets = texts(list("packets").map_or(&[], Vec::as_slice));
    let mut items = Items::new();
    for text in on_connections.chain(packets) {
        for line in text.lines() {
            let (line, value) = parts(line)?;
            items.entry(line).or_default().push(Said::text(value));
        }
    }
    Ok(items)
}

/// What metra wrote on each connection, or in each datagram, with this prefix before all paths.
pub(super) fn heard(sent: &[Vec<u8>], prefix: &str, way: Way) -> Result<Heard<Line>, String> {
    let mut heard = Heard::new();
    for sent in sent {
        let text = std::str::from_utf8(sent).map_err(|error| error.to_string())?;
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(format!("a line without end: {text:?}"));
        }
        for line in text.split_terminator('\n') {
            let (line, value) = parts(line)?;
            if way == Way::Metras {
                check(&line, value)?;
            }
            let path = line.path.clone();
            let name = path.strip_prefix(prefix).ok_or("no prefix")?;
            heard.take(name, line, Said::text(value));
        }
    }
    Ok(heard)
}

/// Carbon splits lines at any white space, takes what follows a semicolon for a tag, and keeps nothing but numbers.
fn check(line: &Line, value: &str) -> Result<(), String> {
    let path = &line.path;
    let is_special = |letter: char| letter == ';' || letter.is_whitespace() || letter.is_control();
    if path.is_empty() || path.contains(is_special) {
        return Err(format!("no path: {path:?}"));
    }
    let number: Result<f64, _> = value.parse();
    let is_number = number.is_ok_and(f64::is_finite) && !value.contains(['e', 'E']);
    is_number
        .then_some(())
        .ok_or(format!("no number: {value:?}"))
}
