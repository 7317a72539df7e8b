//! What metrics of each type look like in Datadog: the README's table.

use std::collections::BTreeMap;

use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::reporters::member::Member;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Expected, Wanted};
use crate::support::topics::histogram::Approximate;

/// The variable that is no tag.
pub(super) const HOST: &str = "<host>";

/// What stands behind a name where a metric has several series.
pub(super) const ENDINGS: [&str; 8] = [
    "",
    ".avg",
    ".count",
    ".median",
    ".95percentile",
    ".min",
    ".max",
    ".sum",
];

/// The tags of variables.
pub(super) fn tags(variables: &BTreeMap<String, String>, way: Way) -> Vec<String> {
    let tags = variables.iter().filter(|(key, _)| *key != HOST);
    let tag = |(key, value): (&String, &String)| {
        let key = key.strip_prefix('<').and_then(|key| key.strip_suffix('>'));
        let key = key.expect("brackets");
        match way {
            Way::Metras => format!("{}:{}", whole(&key.replace(':', "_")), whole(value)),
            Way::Flinks => format!("{key}:{value}"),
        }
    };
    tags.map(tag).collect()
}

/// A part of a tag that ends nowhere.
fn whole(text: &str) -> String {
    text.replace(|letter: char| letter == ',' || letter.is_control(), "_")
}

/// One series of a metric: its ending and its kind, and what it says.
pub(super) type Part = (&'static str, &'static str, Wanted);

/// The series of a metric as it is now, of whose count this came last.
pub(super) fn parts(member: &Member, known: i64, way: Way) -> Vec<Part> {
    let new = || integer(member.count.wrapping_sub(known));
    match &member.handle {
        Handle::Counter(_) => vec![("", "count", new())],
        Handle::Gauge(gauge) => {
            let value = gauge_value(&gauge.value(), way);
            let part = |value| ("", "gauge", value);
            value.into_iter().map(part).collect()
        }
        Handle::Meter(meter) => {
            let mut rate = Expected::exactly(meter.rate());
            rate.made_up = true;
            let rate = ("", "gauge", Wanted::Number(rate));
            match way {
                Way::Metras => vec![rate, (".count", "count", new())],
                Way::Flinks => vec![rate],
            }
        }
        Handle::Histogram(_) => histogram(member, way),
    }
}

fn integer(number: i64) -> Wanted {
    Wanted::Text(number.to_string())
}

fn gauge_value(value: &GaugeValue, way: Way) -> Option<Wanted> {
    match (value, way) {
        (GaugeValue::Int64(number), _) => Some(integer(*number)),
        (GaugeValue::Double(number), _) => double(*number, way),
        (GaugeValue::Bool(flag), Way::Metras) => Some(integer(i64::from(*flag))),
        _ => None,
    }
}

fn double(number: f64, way: Way) -> Option<Wanted> {
    if number.is_finite() {
        return Some(Wanted::Number(Expected::exactly(number)));
    }
    let text = match () {
        () if number.is_nan() => "\"NaN\"",
        () if number > 0.0 => "\"Infinity\"",
        () => "\"-Infinity\"",
    };
    (way == Way::Flinks).then(|| Wanted::text(text))
}

fn histogram(member: &Member, way: Way) -> Vec<Part> {
    let statistics = member.statistics();
    let expected = |number: Approximate| Expected {
        number,
        made_up: member.made_up,
    };
    let is_whole: fn(&str) -> bool = |text| text.parse::<i64>().is_ok();
    let whole = |number| Some(Wanted::Spelled(expected(number), is_whole));
    let fraction = |number: Approximate| {
        if number.value.is_nan() {
            return double(f64::NAN, way);
        }
        Some(Wanted::Number(expected(number)))
    };
    let parts = [
        (".avg", fraction(statistics.mean())),
        (".count", Some(integer(member.values.len() as i64))),
        (".median", fraction(statistics.quantile(0.5))),
        (".95percentile", fraction(statistics.quantile(0.95))),
        (".min", whole(statistics.min())),
        (".max", whole(statistics.max())),
    ];
    let part = |(ending, wanted): (_, Option<_>)| Some((ending, "gauge", wanted?));
    parts.into_iter().filter_map(part).collect()
}
