//! Requests to Datadog, read series by series.

use serde_json::{Value, json};

use crate::support::json::{Fields, texts};
use crate::support::reporters::own::Heard;
use crate::support::reporters::push::Way;
use crate::support::reporters::receivers::Request;
use crate::support::reporters::said::{Items, Said};

/// What is said of something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// Path and query of the requests.
    Place,
    /// The key in the header.
    Key,
    /// That every series has an empty tag.
    EmptyTag,
    Series(Series),
}

/// A series, whatever its values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Series {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) host: Option<String>,
    /// In no order: those of variables come from a hash map.
    pub(super) tags: Vec<String>,
}

impl Series {
    /// A gauge, with the tags in their order.
    pub(super) fn new(name: String, host: Option<&String>, mut tags: Vec<String>) -> Self {
        tags.sort();
        Self {
            name,
            kind: "gauge",
            host: host.cloned(),
            tags,
        }
    }
}

/// What Flink's reporter sent.
pub(super) fn flinks(output: &Value, way: Way) -> Result<Items<Item>, String> {
    let mut items = Items::new();
    let requests = output.maybe("requests").and_then(Value::as_array);
    let posts = requests.into_iter().flatten();
    let mut last = None;
    for request in posts.filter(|request| request.text("method") == "POST") {
        items.insert(Item::Place, vec![Said::text(request.text("path"))]);
        let body = request.text("body");
        // Its client sends one again whose connection broke.
        if last.replace(body) == Some(body) {
            continue;
        }
        for (mut series, said) in read(body)? {
            let is_empty = |tag: &mut String| tag.is_empty() && way == Way::Metras;
            if series.tags.extract_if(.., is_empty).count() > 0 {
                items.insert(Item::EmptyTag, vec![Said::text("")]);
            }
            items.entry(Item::Series(series)).or_default().push(said);
        }
    }
    Ok(items)
}

/// What metra's reporter sent, in requests of at most so many series.
pub(super) fn heard(requests: &[Request], most: usize) -> Result<Heard<Item>, String> {
    let mut heard = Heard::new();
    for request in requests {
        let body = std::str::from_utf8(&request.body).map_err(|error| error.to_string())?;
        let series = read(body)?;
        if series.is_empty() || series.len() > most {
            return Err(format!("{} series", series.len()));
        }
        for (series, said) in series {
            heard.take(&series.name.clone(), Item::Series(series), said);
        }
    }
    // metra's own metrics say nothing of it.
    if let (Some(first), false) = (requests.first(), heard.items.is_empty()) {
        heard.say(Item::Place, Said::text(&first.path));
        if let Some(key) = first.headers.get("dd-api-key") {
            heard.say(Item::Key, Said::text(key));
        }
    }
    Ok(heard)
}

/// A body, by either version of the API: no member may be missing, and none may be there besides.
fn read(body: &str) -> Result<Vec<(Series, Said)>, String> {
    let body: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let all = body.list("series").iter();
    all.map(|series| {
        let (read, said) = one(series).ok_or_else(|| format!("no series: {series}"))?;
        Ok((read, said))
    })
    .collect()
}

fn one(series: &Value) -> Option<(Series, Said)> {
    let [point] = series.get("points")?.as_array()?.as_slice() else {
        return None;
    };
    let (kind, host, value, time) = match series.get("type")? {
        Value::String(kind) => {
            let [time, value] = point.as_array()?.as_slice() else {
                return None;
            };
            let host = series.get("host").map(|host| host.as_str());
            (kind.as_str(), host, value, time)
        }
        Value::Number(kind) => {
            let kind = match kind.as_u64()? {
                1 => "count",
                3 => "gauge",
                _ => return None,
            };
            let host = series.get("resources").map(|resources| {
                let resource = resources.get(0)?;
                let name = resource.get("name")?;
                let is_all = *resources == json!([{"type": "host", "name": name}]);
                name.as_str().filter(|_| is_all)
            });
            (kind, host, point.get("value")?, point.get("timestamp")?)
        }
        _ => return None,
    };
    let members = 4 + usize::from(host.is_some());
    let is_whole = time.is_u64() && series.as_object()?.len() == members;
    let mut tags = texts(series.get("tags")?.as_array()?);
    tags.sort();
    let read = Series {
        name: series.get("metric")?.as_str()?.to_owned(),
        kind: ["count", "gauge"].into_iter().find(|it| *it == kind)?,
        host: match host {
            Some(host) => Some(host?.to_owned()),
            None => None,
        },
        tags,
    };
    is_whole.then_some((read, said(value)))
}

/// A value: doubles are compared as numbers, all else as it is written.
fn said(value: &Value) -> Said {
    match value.as_f64().filter(|_| value.is_f64()) {
        Some(number) => Said::Number(number),
        None => Said::Text(value.to_string()),
    }
}
