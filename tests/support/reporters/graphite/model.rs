//! What metrics of each type look like in Graphite: the README's table.

use super::lines::Line;
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::reporters::doubles::is_whole;
use crate::support::reporters::member::Member;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Expected, Wanted};
use crate::support::topics::histogram::Approximate;

/// How far two digits behind the point are from a number at most, with a little for the arithmetic.
const HALF_A_DIGIT: f64 = 0.005_000_1;

/// A part of an identifier as Flink spells it.
pub(super) fn component(part: &str) -> String {
    part.replace('"', "").replace('.', "-")
}

/// An identifier without what separates the parts of lines: Flink looks for the white space that Java knows.
pub(super) fn path(identifier: &str, way: Way) -> String {
    let javas = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];
    let separates = |letter: char| match way {
        Way::Flinks => javas.contains(&letter),
        Way::Metras => letter.is_whitespace() || letter.is_control(),
    };
    let mut path = String::new();
    for part in identifier.split_inclusive(separates) {
        let rest = part.trim_end_matches(separates);
        if !rest.is_empty() || !path.ends_with('\n') {
            path.push_str(rest);
            if rest.len() < part.len() {
                path.push('\n');
            }
        }
    }
    match way {
        Way::Metras => path.replace(['\n', ';'], "-"),
        Way::Flinks => path.replace('\n', "-"),
    }
}

/// The lines of a metric as it is now.
pub(super) fn lines(
    member: &Member,
    path: &str,
    rate_factor: f64,
    way: Way,
) -> Vec<(Line, Wanted)> {
    let of = |ending: &str| Line {
        path: format!("{path}{ending}"),
    };
    let count = || Wanted::text(member.count.to_string());
    match &member.handle {
        Handle::Counter(_) => vec![(of(".count"), count())],
        Handle::Gauge(gauge) => {
            let value = gauge_value(gauge.value(), way);
            value.into_iter().map(|value| (of(""), value)).collect()
        }
        Handle::Meter(meter) => {
            let mut lines = vec![
                (of(".count"), count()),
                (of(".m1_rate"), made_up(meter.rate() * rate_factor, way)),
            ];
            if way == Way::Flinks {
                let others = [".m5_rate", ".m15_rate", ".mean_rate"];
                lines.extend(others.map(|ending| (of(ending), Wanted::text("0.00"))));
            }
            lines
        }
        Handle::Histogram(_) => {
            let parts = histogram(member, way).into_iter();
            parts.map(|(part, value)| (of(part), value)).collect()
        }
    }
}

fn gauge_value(value: GaugeValue, way: Way) -> Option<Wanted> {
    match value {
        GaugeValue::Int64(number) => Some(Wanted::text(number.to_string())),
        GaugeValue::Bool(flag) => Some(Wanted::text(u8::from(flag).to_string())),
        GaugeValue::Double(number) if way == Way::Flinks => Some(Wanted::Text(hundredths(number))),
        GaugeValue::Double(number) if number.is_finite() => {
            Some(Wanted::Spelled(Expected::exactly(number), is_plain))
        }
        GaugeValue::Double(_) | GaugeValue::Text(_) | GaugeValue::None => None,
    }
}

/// A rate that was made up for the vector, so that there is nothing to compare with.
fn made_up(rate: f64, way: Way) -> Wanted {
    let number = Approximate {
        value: rate,
        tolerance: 0.0,
    };
    double(number, true, way)
}

/// A double that is known well enough.
fn double(number: Approximate, made_up: bool, way: Way) -> Wanted {
    let Approximate { value, tolerance } = number;
    let (tolerance, is_spelled): (f64, fn(&str) -> bool) = match way {
        Way::Metras => (tolerance, is_plain),
        Way::Flinks => (tolerance + HALF_A_DIGIT, has_two_digits),
    };
    let number = Approximate { value, tolerance };
    Wanted::Spelled(Expected { number, made_up }, is_spelled)
}

fn histogram(member: &Member, way: Way) -> Vec<(&'static str, Wanted)> {
    let statistics = member.statistics();
    let whole = |number| {
        let expected = Expected {
            number,
            made_up: member.made_up,
        };
        Some(Wanted::Spelled(expected, is_whole))
    };
    let part = |number: Approximate| {
        if number.value.is_nan() {
            return (way == Way::Flinks).then(|| Wanted::text("NaN"));
        }
        Some(double(number, member.made_up, way))
    };
    let quantile = |q| part(statistics.quantile(q));
    let count = Wanted::text(member.values.len().to_string());
    let parts = [
        (".count", Some(count)),
        (".max", whole(statistics.max())),
        (".mean", part(statistics.mean())),
        (".min", whole(statistics.min())),
        (".stddev", part(statistics.deviation())),
        (".p50", quantile(0.5)),
        (".p75", quantile(0.75)),
        (".p95", quantile(0.95)),
        (".p98", quantile(0.98)),
        (".p99", quantile(0.99)),
        (".p999", quantile(0.999)),
    ];
    let said = parts.into_iter();
    said.filter_map(|(part, value)| Some((part, value?)))
        .collect()
}

/// Whether a text is a double without exponent.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let parts = digits.split_once('.');
    let is_number =
        |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    parts.is_some_and(|(whole, fraction)| is_number(whole) && is_number(fraction))
}

fn has_two_digits(text: &str) -> bool {
    is_plain(text) && text.len() - text.find('.').unwrap_or_default() == 3
}

/// A double as Java's `%2.2f` writes it: the shortest digits, rounded half up.
fn hundredths(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number.is_infinite() {
        return format!("{sign}Infinity");
    }
    let text = number.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = format!("{fraction:0<3}");
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes().take(2)).collect();
    if fraction.as_bytes()[2] >= b'5' {
        let nines = digits
            .iter()
            .rev()
            .take_while(|digit| **digit == b'9')
            .count();
        let from = digits.len() - nines;
        digits[from..].fill(b'0');
        match from.checked_sub(1) {
            Some(last) => digits[last] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    let point = digits.len() - 2;
    digits.insert(point, b'.');
    format!("{sign}{}", String::from_utf8(digits).expect("digits"))
}
