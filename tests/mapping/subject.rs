//! Metrics of each type.

use metra::{Group, Value};

/// What metrics are updated by before the first report, and before the second.
pub(crate) const FIRST: i64 = 5;
pub(crate) const THEN: i64 = 2;

/// A type of metrics, or of values that a gauge has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Counter,
    MonotonicCounter,
    Number,
    Flag,
    Text,
    Nothing,
    Distribution,
    Meter,
    Histogram,
}

impl Subject {
    pub(crate) const ALL: [Self; 9] = [
        Self::Counter,
        Self::MonotonicCounter,
        Self::Number,
        Self::Flag,
        Self::Text,
        Self::Nothing,
        Self::Distribution,
        Self::Meter,
        Self::Histogram,
    ];

    /// What its row of the table is called.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::MonotonicCounter => "monotonic counter",
            Self::Number => "gauge: number",
            Self::Flag => "gauge: true or false",
            Self::Text => "gauge: text",
            Self::Nothing => "gauge without value",
            Self::Distribution => "distribution",
            Self::Meter => "meter",
            Self::Histogram => "histogram",
        }
    }

    /// Whether updates add to a count.
    pub(crate) fn counts(self) -> bool {
        matches!(self, Self::Counter | Self::MonotonicCounter | Self::Meter)
    }

    /// Registers one called `x`; what is returned updates it.
    pub(crate) fn register(self, group: &Group) -> Box<dyn Fn(i64)> {
        let gauge = |value| {
            group.settable_gauge("x", value).unwrap();
            Box::new(|_| ())
        };
        match self {
            Self::Counter => {
                let counter = group.counter("x").unwrap();
                Box::new(move |value| counter.inc(value))
            }
            Self::MonotonicCounter => {
                let counter = group.monotonic_counter("x").unwrap();
                Box::new(move |value| counter.inc(value))
            }
            Self::Number => gauge(Value::Int64(17)),
            Self::Flag => gauge(Value::Bool(true)),
            Self::Text => gauge(Value::Text("words".into())),
            Self::Nothing => {
                group.gauge("x", Box::new(|| None)).unwrap();
                Box::new(|_| ())
            }
            Self::Distribution => {
                let distribution = group.distribution("x").unwrap();
                Box::new(move |value| distribution.update(value))
            }
            Self::Meter => {
                let meter = group.meter("x", 60).unwrap();
                Box::new(move |value| meter.mark_event(value))
            }
            Self::Histogram => {
                let histogram = group.histogram("x").unwrap();
                Box::new(move |value| histogram.update(value))
            }
        }
    }
}
