//! Datagrams, read line by line.

use serde_json::Value;

use crate::support::json::{Fields, texts};
use crate::support::reporters::doubles::{is_java_double, is_whole};
use crate::support::reporters::own::Heard;
use crate::support::reporters::said::{Items, Said, Wanted};

/// What the lines of one name and type are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(super) name: String,
    /// `g` or `c`.
    pub(super) kind: String,
}

/// What stands behind an identifier where a metric has several lines.
pub(super) const ENDINGS: [&str; 12] = [
    ".count", ".rate", ".max", ".min", ".mean", ".stddev", ".p50", ".p75", ".p95", ".p98", ".p99",
    ".p999",
];

impl Line {
    pub(super) fn gauge(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: "g".to_owned(),
        }
    }

    /// Whether it is about the metric of an identifier.
    pub(super) fn is_of(&self, identifier: &str) -> bool {
        let ending = self.name.strip_prefix(identifier);
        ending.is_some_and(|ending| ending.is_empty() || ENDINGS.contains(&ending))
    }

    /// Whether the values fit a datagram of their own, line by line.
    pub(super) fn fits(&self, values: &[Wanted], size: usize) -> bool {
        let length = |value: &Wanted| match value {
            Wanted::Text(text) => text.len(),
            // Names are not so long that the digits of a double would matter.
            _ => 1,
        };
        let longest = values.iter().map(length).max().unwrap_or_default();
        self.name.len() + 1 + longest + 1 + self.kind.len() <= size
    }
}

/// Splits at the first colon and the last bar: identifiers have no colon.
fn line(text: &str) -> Result<(Line, String), String> {
    let (name, rest) = text.split_once(':').ok_or("no colon")?;
    let (value, kind) = rest.rsplit_once('|').ok_or("no type")?;
    let line = Line {
        name: name.to_owned(),
        kind: kind.to_owned(),
    };
    Ok((line, value.to_owned()))
}

/// Flink's datagrams, of which each has one value.
pub(super) fn flinks(output: &Value) -> Result<Items<Line>, String> {
    let mut items = Items::new();
    let packets = output.maybe("packets").and_then(Value::as_array);
    for packet in texts(packets.map_or(&[], Vec::as_slice)) {
        let (line, value) = line(&packet).map_err(|why| format!("{why} in {packet:?}"))?;
        items.entry(line).or_default().push(Said::Text(value));
    }
    Ok(items)
}

/// Datagrams as Flink's.
pub(super) fn heard_singly(packets: &[Vec<u8>]) -> Result<Heard<Line>, String> {
    let mut heard = Heard::new();
    for packet in packets {
        let text = std::str::from_utf8(packet).map_err(|error| error.to_string())?;
        let (line, value) = line(text).map_err(|why| format!("{why} in {text:?}"))?;
        heard.take(&line.name.clone(), line, Said::Text(value));
    }
    Ok(heard)
}

/// Datagrams of several lines, each read as strictly as any server of StatsD does.
pub(super) fn heard(packets: &[Vec<u8>], size: usize) -> Result<Heard<Line>, String> {
    let mut heard = Heard::new();
    for packet in packets {
        if packet.len() > size {
            return Err(format!("a datagram of {} bytes", packet.len()));
        }
        let text = std::str::from_utf8(packet).map_err(|error| error.to_string())?;
        for text in text.split('\n') {
            let (line, value) = line(text).map_err(|why| format!("{why} in {text:?}"))?;
            check(&line, &value).map_err(|why| format!("{why} in {text:?}"))?;
            heard.take(&line.name.clone(), line, Said::Text(value));
        }
    }
    Ok(heard)
}

fn check(line: &Line, value: &str) -> Result<(), String> {
    let is_special = |letter: char| letter == '|' || letter.is_control();
    if line.name.is_empty() || line.name.contains(is_special) {
        return Err("no name".to_owned());
    }
    if !["g", "c"].contains(&line.kind.as_str()) {
        return Err("an unknown type".to_owned());
    }
    let is_number = is_whole(value) || is_java_double(value);
    if is_number && !value.contains(['N', 'I']) {
        Ok(())
    } else {
        Err("no number".to_owned())
    }
}
