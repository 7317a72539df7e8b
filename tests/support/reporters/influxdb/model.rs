//! What metrics of each type look like in InfluxDB: the README's table.

use std::collections::BTreeMap;

use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::model::{Naming, Place};
use crate::support::reporters::doubles::{is_whole, java_text};
use crate::support::reporters::member::Member;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Expected, Wanted};
use crate::support::reporters::sight::Sight;
use crate::support::topics::histogram::Approximate;

/// Variables without brackets.
pub(super) type Variables = BTreeMap<String, String>;

/// A part of a scope: each character outside `[a-zA-Z0-9:_]` is one `_`.
pub(super) fn filtered(text: &str) -> String {
    let kept = |letter: char| letter.is_ascii_alphanumeric() || letter == ':' || letter == '_';
    let filter = |letter| if kept(letter) { letter } else { '_' };
    text.chars().map(filter).collect()
}

/// The logical scope, as it stands before a name.
pub(super) fn scope(sight: &Sight, place: &Place) -> String {
    place.logical_scope(Naming {
        joined_by: "_",
        replaced: Some(&sight.delimiter),
        filter: &filtered,
    })
}

/// Measurement and tags as they are written.
pub(super) fn series(scope: &str, name: &str, variables: &Variables, way: Way) -> String {
    let mut series = format!("{scope}_{}", written(name, "_", way));
    for (key, value) in variables {
        let (key, value) = (tag_key(key, way), written(value, "", way));
        if !value.is_empty() {
            series += &format!(",{key}={value}");
        }
    }
    series
}

/// The key of a tag; InfluxDB has some of its own.
fn tag_key(key: &str, way: Way) -> String {
    let key = written(key, "", way);
    let is_influxdbs = ["time", "_field", "_measurement"].contains(&key.as_str());
    if is_influxdbs && way == Way::Metras {
        key + "_"
    } else {
        key
    }
}

/// A name, a key or a value, with `instead` for what cannot be written.
fn written(text: &str, instead: &str, way: Way) -> String {
    let is_unwritten = |letter: char| match way {
        Way::Metras => letter.is_control(),
        Way::Flinks => letter == '\n',
    };
    let mut written = text.replace(is_unwritten, instead);
    for special in [" ", ",", "="] {
        if way == Way::Metras {
            // A backslash before it would take its meaning away once more.
            written = written.replace(&format!("\\{special}"), &format!("_{special}"));
        }
    }
    if way == Way::Metras && written.ends_with('\\') {
        written.pop();
        written.push('_');
    }
    for special in [" ", ",", "="] {
        written = written.replace(special, &format!("\\{special}"));
    }
    written
}

/// The fields of a metric as it is now, as [`Item`](super::points::Item) has them.
pub(super) fn fields(member: &Member, way: Way) -> Vec<(&'static str, Vec<Wanted>)> {
    match &member.handle {
        Handle::Counter(_) => vec![("count", whole(member.count))],
        Handle::Gauge(gauge) => {
            let value = gauge_value(gauge.value(), way);
            value.into_iter().map(|value| ("value", value)).collect()
        }
        Handle::Meter(meter) => {
            let mut rate = Expected::exactly(meter.rate());
            rate.made_up = true;
            let rate = Wanted::Spelled(rate, is_double);
            vec![("count", whole(member.count)), ("rate", vec![rate])]
        }
        Handle::Histogram(_) => histogram(member),
    }
}

fn whole(number: i64) -> Vec<Wanted> {
    vec![Wanted::Text(number.to_string()), Wanted::text("i")]
}

fn gauge_value(value: GaugeValue, way: Way) -> Option<Vec<Wanted>> {
    let text = match value {
        GaugeValue::Int64(number) => return Some(whole(number)),
        GaugeValue::Double(number) => {
            let value = Wanted::Spelled(Expected::exactly(number), is_double);
            return number.is_finite().then(|| vec![value]);
        }
        GaugeValue::Bool(flag) => flag.to_string(),
        GaugeValue::Text(text) => text,
        GaugeValue::None if way == Way::Flinks => "null".to_owned(),
        GaugeValue::None => return None,
    };
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    Some(vec![Wanted::Text(format!("\"{text}\""))])
}

fn histogram(member: &Member) -> Vec<(&'static str, Vec<Wanted>)> {
    let statistics = member.statistics();
    let number = |number: Approximate, is_spelled| {
        let expected = Expected {
            number,
            made_up: member.made_up,
        };
        Wanted::Spelled(expected, is_spelled)
    };
    let whole_number = |it| vec![number(it, is_whole), Wanted::text("i")];
    let mut fields = vec![
        ("count", whole(member.values.len() as i64)),
        ("max", whole_number(statistics.max())),
        ("min", whole_number(statistics.min())),
    ];
    for (name, it) in [
        ("mean", statistics.mean()),
        ("p50", statistics.quantile(0.5)),
        ("p75", statistics.quantile(0.75)),
        ("p95", statistics.quantile(0.95)),
        ("p98", statistics.quantile(0.98)),
        ("p99", statistics.quantile(0.99)),
        ("p999", statistics.quantile(0.999)),
        ("stddev", statistics.deviation()),
    ] {
        if !it.value.is_nan() {
            fields.push((name, vec![number(it, is_double)]));
        }
    }
    fields
}

/// Whether a text is a double without exponent, with as few digits as say which one it is.
fn is_double(text: &str) -> bool {
    let Ok(number) = text.parse::<f64>() else {
        return false;
    };
    let digits = |text: &str| {
        let mantissa = text.split('E').next().unwrap_or_default();
        let digits = mantissa.replace(['.', '-'], "");
        digits.trim_matches('0').to_owned()
    };
    let is_plain = text.trim_start_matches('-').split('.').count() == 2;
    is_plain && !text.contains(['e', 'E']) && digits(text) == digits(&java_text(number))
}
