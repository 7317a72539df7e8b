//! What metrics of each type look like in OTLP: the README's table.

use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::reporters::member::Member;
use crate::support::reporters::push::Way;
use crate::support::reporters::said::{Expected, Wanted};
use crate::support::topics::histogram::Approximate;

/// What was said of a metric before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Past {
    /// The count that differences are from, or that a sum that went down began anew at.
    base: i64,
    /// The count that was said last.
    last: i64,
    /// Whether Flink's intervals have begun.
    begins: bool,
}

impl Past {
    /// That of a metric that comes after some reports, or before the first.
    pub(super) fn new(begins: bool) -> Self {
        Self {
            begins,
            ..Self::default()
        }
    }

    /// After a report that was delivered, or was not.
    pub(super) fn note(&mut self, member: &Member, way: Way, is_delivered: bool) {
        if !matches!(member.handle, Handle::Counter(_) | Handle::Meter(_)) {
            self.begins |= is_delivered;
            return;
        }
        match way {
            Way::Metras if member.count < self.last => self.base = member.count,
            Way::Flinks if is_delivered || member.count < self.base => self.base = member.count,
            _ => {}
        }
        self.last = member.count;
        self.begins |= is_delivered;
    }

    fn kind(&self, words: &str, way: Way) -> Wanted {
        let begins = self.begins && way == Way::Flinks;
        Wanted::Text(if begins {
            format!("{words} since")
        } else {
            words.to_owned()
        })
    }
}

/// One item of a metric: what stands behind its name, and what it says.
pub(super) type Part = (&'static str, Vec<Wanted>);

/// The items of a metric as it is now.
pub(super) fn parts(member: &Member, past: &Past, way: Way) -> Vec<Part> {
    let gauge = |ending, value| (ending, vec![past.kind("gauge", way), value]);
    match &member.handle {
        Handle::Counter(_) => count("", member, past, way).into_iter().collect(),
        Handle::Meter(meter) => {
            let mut rate = Expected::exactly(meter.rate());
            rate.made_up = true;
            let rate = gauge(".rate", Wanted::Number(rate));
            let count = count(".count", member, past, way);
            count.into_iter().chain([rate]).collect()
        }
        Handle::Gauge(handle) => {
            let value = match (handle.value(), way) {
                (GaugeValue::Int64(number), _) => Wanted::Text(number.to_string()),
                (GaugeValue::Double(number), _) => Wanted::Number(Expected::exactly(number)),
                (GaugeValue::Bool(flag), Way::Metras) => Wanted::text(u8::from(flag).to_string()),
                _ => return Vec::new(),
            };
            vec![gauge("", value)]
        }
        Handle::Histogram(_) => vec![("", histogram(member, past, way))],
    }
}

/// Counters go up and down; meters should only go up, and begin anew where they do not. Flink has differences of both, none
/// that is negative.
fn count(ending: &'static str, member: &Member, past: &Past, way: Way) -> Option<Part> {
    let is_meter = matches!(member.handle, Handle::Meter(_));
    let (words, number) = match way {
        Way::Flinks => ("sum delta monotonic", member.count.wrapping_sub(past.base)),
        Way::Metras if !is_meter => ("sum cumulative", member.count),
        Way::Metras if member.count < past.last => ("sum cumulative monotonic", 0),
        Way::Metras => (
            "sum cumulative monotonic",
            member.count.wrapping_sub(past.base),
        ),
    };
    let said = vec![past.kind(words, way), Wanted::Text(number.to_string())];
    (way == Way::Metras || number >= 0).then_some((ending, said))
}

fn histogram(member: &Member, past: &Past, way: Way) -> Vec<Wanted> {
    let statistics = member.statistics();
    let count = member.values.len();
    let expected = |number| {
        Wanted::Number(Expected {
            number,
            made_up: member.made_up,
        })
    };
    if way == Way::Metras {
        return exponential(member);
    }
    let mean = statistics.mean();
    let sum = Approximate {
        value: mean.value * count as f64,
        tolerance: mean.tolerance * count as f64,
    };
    let mut said = vec![
        past.kind("summary", way),
        Wanted::Text(count.to_string()),
        expected(sum),
    ];
    let ends = [
        (0.0, statistics.min()),
        (1.0, statistics.max()),
        (1.0, statistics.max()),
    ];
    let [first, last, again] = ends;
    let quantiles = [0.5, 0.75, 0.95, 0.99].map(|q| (q, statistics.quantile(q)));
    for (quantile, value) in [first].into_iter().chain(quantiles).chain([last, again]) {
        said.extend([Wanted::Number(Expected::exactly(quantile)), expected(value)]);
    }
    said
}

/// Count, sum unless there are values below 0, extremes, and the median as the buckets have it.
fn exponential(member: &Member) -> Vec<Wanted> {
    let mut sorted = member.values.clone();
    sorted.sort_unstable();
    let exactly = |number: Option<f64>| match number {
        Some(number) => Wanted::Number(Expected::exactly(number)),
        None => Wanted::text("nothing"),
    };
    let total: i128 = sorted.iter().map(|value| i128::from(*value)).sum();
    let sum = total.clamp(i64::MIN.into(), i64::MAX.into()) as f64;
    let extreme = |value: Option<&i64>| exactly(value.map(|value| *value as f64));
    let median = sorted.get(sorted.len().div_ceil(2).saturating_sub(1));
    let median = median.map_or(f64::NAN, |value| *value as f64);
    vec![
        Wanted::text("exponential cumulative"),
        Wanted::Text(sorted.len().to_string()),
        exactly(
            sorted
                .first()
                .is_none_or(|least| *least >= 0)
                .then_some(sum),
        ),
        extreme(sorted.first()),
        extreme(sorted.last()),
        Wanted::Number(Expected {
            number: Approximate {
                value: median,
                // The coarsest buckets there may be are 41 % wide.
                tolerance: 0.21 * median.abs(),
            },
            made_up: false,
        }),
    ]
}
