//! Requests to InfluxDB, read point by point.

use influxdb_line_protocol::{parse_lines, split_lines};
use serde_json::Value;

use crate::support::json::Fields;
use crate::support::reporters::own::Heard;
use crate::support::reporters::push::Way;
use crate::support::reporters::receivers::Request;
use crate::support::reporters::said::{Items, Said};

/// What is said of something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// Path and query of the requests.
    Place,
    /// Who asks.
    Credentials,
    /// A field of the point with this measurement and these tags, as they are written.
    Field { series: String, name: String },
}

/// What Flink's reporter sent. Each of its points stands by itself in the vector.
pub(super) fn flinks(output: &Value) -> Result<Items<Item>, String> {
    let mut items = Items::new();
    let requests = output.maybe("requests").and_then(Value::as_array);
    for request in requests.into_iter().flatten() {
        items.insert(Item::Place, vec![Said::text(request.text("path"))]);
        let headers = request.field("headers");
        if let Some(credentials) = headers.maybe_text("authorization") {
            items.insert(Item::Credentials, vec![Said::text(credentials)]);
        }
        let points = request.maybe("points").and_then(Value::as_array);
        for point in points.into_iter().flatten() {
            // One without fields is an empty line.
            if let Some(point) = point.maybe_text("point") {
                items.extend(fields(point).ok_or_else(|| point.to_owned())?);
            }
        }
    }
    Ok(items)
}

/// What metra's reporter sent. In its own way all of it must be what InfluxData's parser takes.
pub(super) fn heard(requests: &[Request], way: Way) -> Result<Heard<Item>, String> {
    let mut heard = Heard::new();
    for (at, request) in requests.iter().enumerate() {
        if request.method != "POST" {
            return Err(format!("method {}", request.method));
        }
        if at == 0 {
            heard.say(Item::Place, Said::text(&request.path));
            if let Some(credentials) = request.headers.get("authorization") {
                heard.say(Item::Credentials, Said::text(credentials));
            }
        }
        let body = std::str::from_utf8(&request.body).map_err(|error| error.to_string())?;
        if way == Way::Metras {
            for line in parse_lines(body) {
                line.map_err(|error| error.to_string())?;
            }
        }
        let lines = body.strip_suffix('\n').ok_or("no line feed at the end")?;
        let mut times = Vec::new();
        for line in split_lines(lines) {
            let (point, time) = line.rsplit_once(' ').ok_or(line)?;
            for (item, said) in fields(point).ok_or(line)? {
                for said in said {
                    heard.take(point, item.clone(), said);
                }
            }
            times.push(time);
        }
        times.dedup();
        let is_milliseconds = |time: &&str| time.ends_with("000000");
        if times.len() != 1 || !times.iter().all(is_milliseconds) {
            return Err(format!("more than one time, or none of Flink's: {times:?}"));
        }
    }
    Ok(heard)
}

/// The fields of a point without time. Of a whole number there are two things to say: which, and that it is one.
fn fields(point: &str) -> Option<Items<Item>> {
    let ends = |at: &usize| !point[..*at].ends_with('\\');
    let at = point.match_indices(' ').map(|(at, _)| at).find(ends)?;
    let (series, fields) = (&point[..at], &point[at + 1..]);
    let mut items = Items::new();
    for field in split_outside_texts(fields) {
        let (name, value) = field.split_once('=')?;
        let item = Item::Field {
            series: series.to_owned(),
            name: name.to_owned(),
        };
        let said = match value.strip_suffix('i') {
            Some(number) => vec![Said::text(number), Said::text("i")],
            None => vec![Said::text(value)],
        };
        if items.insert(item, said).is_some() {
            return None;
        }
    }
    Some(items)
}

/// The fields, at the commas that are not in texts.
fn split_outside_texts(fields: &str) -> Vec<&str> {
    let (mut is_text, mut is_escaped) = (false, false);
    let split = fields.split(|letter| {
        is_text ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        letter == ',' && !is_text
    });
    split.collect()
}
