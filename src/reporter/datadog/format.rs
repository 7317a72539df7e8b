//! How the versions of the API want a series.

use crate::reporter::number::{push_double, push_whole};

/// How series are written, by the version of the API that takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    V1,
    V2,
}

/// What a series is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Count,
    Gauge,
}

impl Format {
    /// How a series of this kind begins.
    pub(super) fn head(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::V1, Kind::Count) => "{\"type\":\"count\",",
            (Self::V1, Kind::Gauge) => "{\"type\":\"gauge\",",
            (Self::V2, Kind::Count) => "{\"type\":1,",
            (Self::V2, Kind::Gauge) => "{\"type\":3,",
        }
    }

    /// What stands around the time and the value of the only point, the last with the beginning of the name.
    pub(super) fn point(self) -> [&'static str; 3] {
        match self {
            Self::V1 => ["\"points\":[[", ",", "]],\"metric\":\""],
            Self::V2 => [
                "\"points\":[{\"timestamp\":",
                ",\"value\":",
                "}],\"metric\":\"",
            ],
        }
    }
}

/// A number as a point has it.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Whole(i64),
    Double(f64),
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl Number {
    pub(super) fn is_finite(self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Double(number) => number.is_finite(),
        }
    }

    /// Writes it as JSON. What that has no numbers for is text, as Flink's reporter has it.
    pub(super) fn push(self, out: &mut Vec<u8>) {
        match self {
            Self::Whole(number) => push_whole(out, number),
            Self::Double(number) if number.is_finite() => push_double(out, number),
            Self::Double(number) => {
                out.push(b'"');
                push_double(out, number);
                out.push(b'"');
            }
        }
    }
}
