//! What metrics of each type look like in the log: the README's table.

use super::text::{COUNTERS, Entry, GAUGES, HISTOGRAMS, METERS};
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::reporters::doubles::{is_java_double, is_whole, java_text};
use crate::support::reporters::member::Member;
use crate::support::reporters::metric::Metric;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Expected, Wanted};
use crate::support::topics::histogram::Approximate;

/// A part of an identifier, or a text, with escapes for what would break its line: Flink breaks lines where it does.
pub(super) fn spell(text: &str, way: Way) -> String {
    let escaped = |letter: char| match letter {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{2028}' | '\u{2029}' => letter.escape_unicode().to_string(),
        letter if letter.is_control() => letter.escape_unicode().to_string(),
        letter => letter.to_string(),
    };
    match way {
        Way::Metras => text.chars().map(escaped).collect(),
        Way::Flinks => text.to_owned(),
    }
}

/// Whether a gauge says a text that breaks its line.
pub(super) fn is_broken(metric: &Metric<'_>) -> bool {
    let member = metric.member();
    member.is_some_and(|member| match &member.handle {
        Handle::Gauge(gauge) => match gauge.value() {
            GaugeValue::Text(text) => spell(&text, Way::Metras) != text,
            _ => false,
        },
        _ => false,
    })
}

/// The entries of a metric as it is now.
pub(super) fn entries(member: &Member, name: &str, way: Way) -> Vec<(Entry, Wanted)> {
    let of = |section: &str, part: &str| Entry {
        section: section.to_owned(),
        name: name.to_owned(),
        part: part.to_owned(),
    };
    match &member.handle {
        Handle::Counter(_) => vec![(of(COUNTERS, ""), Wanted::text(member.count.to_string()))],
        Handle::Gauge(gauge) => {
            let text = gauge_text(gauge.value(), way);
            let entry = text.map(|text| (of(GAUGES, ""), Wanted::Text(text)));
            entry.into_iter().collect()
        }
        Handle::Meter(meter) => {
            let mut rate = Expected::exactly(meter.rate());
            rate.made_up = true;
            vec![(of(METERS, ""), Wanted::Spelled(rate, is_java_double))]
        }
        Handle::Histogram(_) => {
            let parts = histogram(member).into_iter();
            parts
                .map(|(part, value)| (of(HISTOGRAMS, part), value))
                .collect()
        }
    }
}

fn gauge_text(value: GaugeValue, way: Way) -> Option<String> {
    match value {
        GaugeValue::Int64(number) => Some(number.to_string()),
        GaugeValue::Double(number) => Some(java_text(number)),
        GaugeValue::Bool(flag) => Some(flag.to_string()),
        GaugeValue::Text(text) => Some(spell(&text, way)),
        GaugeValue::None => (way == Way::Flinks).then(|| "null".to_owned()),
    }
}

/// The count is that of all updates, of which none has left the window.
fn histogram(member: &Member) -> Vec<(&'static str, Wanted)> {
    let statistics = member.statistics();
    let count = Approximate {
        value: member.values.len() as f64,
        tolerance: 0.0,
    };
    let part = |name, number, is_spelled: fn(&str) -> bool| {
        let expected = Expected {
            number,
            made_up: member.made_up,
        };
        (name, Wanted::Spelled(expected, is_spelled))
    };
    let quantile = |name, q| part(name, statistics.quantile(q), is_java_double);
    vec![
        part("count", count, is_whole),
        part("min", statistics.min(), is_whole),
        part("max", statistics.max(), is_whole),
        part("mean", statistics.mean(), is_java_double),
        part("stddev", statistics.deviation(), is_java_double),
        quantile("p50", 0.5),
        quantile("p75", 0.75),
        quantile("p95", 0.95),
        quantile("p98", 0.98),
        quantile("p99", 0.99),
        quantile("p999", 0.999),
    ]
}
