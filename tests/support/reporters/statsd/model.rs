//! What metrics of each type look like in StatsD: the README's table.

use super::packets::Line;
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::reporters::doubles::{is_java_double, is_whole, java_text};
use crate::support::reporters::member::Member;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Expected, Wanted};
use crate::support::topics::histogram::Approximate;

/// A part of an identifier as Flink spells it.
pub(super) fn flinks_name(name: &str) -> String {
    name.replace(':', "-")
}

/// An identifier, or a part of one, without characters that end names or lines.
pub(super) fn own_name(name: &str) -> String {
    let is_special = |letter: char| ":|".contains(letter) || letter.is_control();
    let replaced = |letter| if is_special(letter) { '-' } else { letter };
    name.chars().map(replaced).collect()
}

/// The lines of a metric as it is now.
pub(super) fn lines(member: &Member, name: &str, way: Way) -> Vec<(Line, Vec<Wanted>)> {
    let of = |ending: &str| Line::gauge(format!("{name}{ending}"));
    let lines: Vec<(Line, Vec<Wanted>)> = match &member.handle {
        Handle::Counter(_) => vec![(of(""), whole(member.count))],
        Handle::Gauge(gauge) => vec![(of(""), gauge_values(gauge.value(), way))],
        Handle::Meter(meter) => {
            let mut rate = double(meter.rate(), way);
            if let Some(number) = rate.last_mut() {
                *number = made_up(meter.rate());
            }
            vec![(of(".rate"), rate), (of(".count"), whole(member.count))]
        }
        Handle::Histogram(_) => {
            let parts = histogram(member, way).into_iter();
            parts.map(|(part, values)| (of(part), values)).collect()
        }
    };
    let says_something = |(_, values): &(Line, Vec<Wanted>)| !values.is_empty();
    lines.into_iter().filter(says_something).collect()
}

/// A number, after a zero if it has a sign: StatsD reads one as a change.
fn signed(text: String) -> Vec<Wanted> {
    let zero = text.starts_with('-').then(|| Wanted::text("0"));
    zero.into_iter().chain([Wanted::Text(text)]).collect()
}

fn whole(number: i64) -> Vec<Wanted> {
    signed(number.to_string())
}

/// A double; one that is no number is nothing but text.
fn double(number: f64, way: Way) -> Vec<Wanted> {
    if number.is_finite() || way == Way::Flinks {
        signed(java_text(number))
    } else {
        Vec::new()
    }
}

/// Flink sends numbers twice, the second time without a zero before.
fn gauge_values(value: GaugeValue, way: Way) -> Vec<Wanted> {
    let text = match &value {
        GaugeValue::Int64(number) => number.to_string(),
        GaugeValue::Double(number) => java_text(*number),
        GaugeValue::Bool(flag) => return boolean(*flag, way),
        GaugeValue::Text(text) if way == Way::Flinks => return vec![Wanted::text(text)],
        GaugeValue::Text(_) | GaugeValue::None => return Vec::new(),
    };
    let mut values = match value {
        GaugeValue::Double(number) => double(number, way),
        _ => signed(text.clone()),
    };
    if way == Way::Flinks {
        values.push(Wanted::Text(text));
    }
    values
}

fn boolean(flag: bool, way: Way) -> Vec<Wanted> {
    let text = match way {
        Way::Metras => u8::from(flag).to_string(),
        Way::Flinks => flag.to_string(),
    };
    vec![Wanted::Text(text)]
}

fn histogram(member: &Member, way: Way) -> Vec<(&'static str, Vec<Wanted>)> {
    let statistics = member.statistics();
    let part = |number: Approximate, is_spelled: fn(&str) -> bool| {
        if number.value.is_nan() && way == Way::Metras {
            return Vec::new();
        }
        let zero = (number.value < 0.0).then(|| Wanted::text("0"));
        let expected = Expected {
            number,
            made_up: member.made_up,
        };
        let value = Wanted::Spelled(expected, is_spelled);
        zero.into_iter().chain([value]).collect()
    };
    let quantile = |q| part(statistics.quantile(q), is_java_double);
    vec![
        (".count", whole(member.values.len() as i64)),
        (".max", part(statistics.max(), is_whole)),
        (".min", part(statistics.min(), is_whole)),
        (".mean", part(statistics.mean(), is_java_double)),
        (".stddev", part(statistics.deviation(), is_java_double)),
        (".p50", quantile(0.5)),
        (".p75", quantile(0.75)),
        (".p95", quantile(0.95)),
        (".p98", quantile(0.98)),
        (".p99", quantile(0.99)),
        (".p999", quantile(0.999)),
    ]
}

/// A rate that was made up for the vector, so that there is nothing to compare with.
fn made_up(rate: f64) -> Wanted {
    let mut expected = Expected::exactly(rate);
    expected.made_up = true;
    Wanted::Spelled(expected, is_java_double)
}
