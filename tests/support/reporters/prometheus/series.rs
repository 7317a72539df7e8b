//! How metrics of each type look to Prometheus: the README's table of metrics.

use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::reporters::member::Member;
use crate::support::reporters::said::Expected;

/// What sort of samples a family has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gauge,
    Counter,
    /// Text in a label.
    Info,
    Summary,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Gauge | Self::Info => "gauge",
            Self::Counter => "counter",
            Self::Summary => "summary",
        }
    }

    /// The label to which its samples give a meaning.
    pub(super) fn reserved(self) -> Option<&'static str> {
        match self {
            Self::Gauge | Self::Counter => None,
            Self::Info => Some("value"),
            Self::Summary => Some("quantile"),
        }
    }

    /// What stands behind the family's name in the names of samples.
    pub(super) fn endings(self) -> &'static [&'static str] {
        if self == Self::Summary {
            &["", "_count", "_sum"]
        } else {
            &[""]
        }
    }
}

/// One sample of a metric.
pub(super) struct Sample {
    pub(super) ending: &'static str,
    /// A label that it has beside those of the group.
    pub(super) label: Option<(&'static str, String)>,
    pub(super) expected: Expected,
}

/// What a metric has in one family.
pub(super) struct Part {
    /// What the family's name has behind the metric's.
    pub(super) ending: &'static str,
    pub(super) kind: Kind,
    pub(super) samples: Vec<Sample>,
}

/// The endings of families that Flink does not have.
pub(super) const OWN_ENDINGS: [&str; 2] = ["_events_total", "_info"];

const QUANTILES: [&str; 6] = ["0.5", "0.75", "0.95", "0.98", "0.99", "0.999"];

/// What a metric prints, as it is now.
pub(super) fn parts(member: &Member) -> Vec<Part> {
    let plain = |kind, samples| Part {
        ending: "",
        kind,
        samples,
    };
    match &member.handle {
        Handle::Counter(_) => vec![plain(Kind::Gauge, vec![exactly("", member.count as f64)])],
        Handle::Gauge(gauge) => gauge_parts(gauge.value()),
        Handle::Meter(meter) => {
            let mut rate = exactly("", meter.rate());
            rate.expected.made_up = true;
            let events = vec![exactly("", member.count as f64)];
            let events = Part {
                ending: "_events_total",
                kind: Kind::Counter,
                samples: events,
            };
            vec![plain(Kind::Gauge, vec![rate]), events]
        }
        Handle::Histogram(_) => vec![plain(Kind::Summary, summary(member))],
    }
}

/// A gauge claims the family of its numbers also while it says text or nothing.
fn gauge_parts(value: GaugeValue) -> Vec<Part> {
    let plain = |samples| Part {
        ending: "",
        kind: Kind::Gauge,
        samples,
    };
    let number = |number| vec![plain(vec![exactly("", number)])];
    match value {
        GaugeValue::Int64(value) => number(value as f64),
        GaugeValue::Double(value) => number(value),
        GaugeValue::Bool(value) => number(f64::from(u8::from(value))),
        GaugeValue::None => vec![plain(Vec::new())],
        GaugeValue::Text(text) => {
            let mut sample = exactly("", 1.0);
            sample.label = Some(("value", text));
            let info = Part {
                ending: "_info",
                kind: Kind::Info,
                samples: vec![sample],
            };
            vec![plain(Vec::new()), info]
        }
    }
}

fn summary(member: &Member) -> Vec<Sample> {
    let statistics = member.statistics();
    let sum: i128 = member.values.iter().map(|value| i128::from(*value)).sum();
    let sum = sum.clamp(i64::MIN.into(), i64::MAX.into());
    let mut samples = vec![
        exactly("_count", member.values.len() as f64),
        exactly("_sum", sum as f64),
    ];
    for quantile in QUANTILES {
        let q = quantile.parse().expect("a number");
        samples.push(Sample {
            ending: "",
            label: Some(("quantile", quantile.to_owned())),
            expected: Expected {
                number: statistics.quantile(q),
                made_up: member.made_up,
            },
        });
    }
    samples
}

fn exactly(ending: &'static str, value: f64) -> Sample {
    Sample {
        ending,
        label: None,
        expected: Expected::exactly(value),
    }
}
