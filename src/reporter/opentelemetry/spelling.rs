//! How scopes and names stand in messages.

use std::sync::OnceLock;

use super::attributes;
use super::schema::{exponential, histogram, number};
use super::writer::{Encoding, Field};
use crate::metric::MetricType;
use crate::reporter::{MetricInfo, View};
use crate::scope::{Scope, unbracketed};

/// A scope as messages have it.
pub(super) struct SpelledScope {
    /// What stands before the name.
    pub(super) prefix: Box<[u8]>,
    /// For each kind of points; empty until there is a metric with such.
    attributes: [OnceLock<Box<[u8]>>; 3],
}

/// The kinds of points whose attributes have a number of their own in protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Summaries as well.
    Number,
    Histogram,
    Exponential,
}

impl Kind {
    /// The kind of a metric's points.
    pub(super) fn of(metric_type: MetricType, is_exact: bool) -> Self {
        match metric_type {
            MetricType::Distribution => Self::Histogram,
            MetricType::Histogram if !is_exact => Self::Exponential,
            _ => Self::Number,
        }
    }

    fn field(self) -> Field {
        match self {
            Self::Number => number::ATTRIBUTES,
            Self::Histogram => histogram::ATTRIBUTES,
            Self::Exponential => exponential::ATTRIBUTES,
        }
    }
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, prefix: &str, encoding: Encoding) -> Self {
        Self {
            prefix: encoding.spelled(&view.logical_prefix(scope, prefix)),
            attributes: Default::default(),
        }
    }

    /// Spells the attributes of a metric in the scope, unless those of another such metric are there.
    pub(super) fn spell(&self, kind: Kind, info: &MetricInfo<'_>, encoding: Encoding) {
        if let Some(attributes) = self.attributes.get(kind as usize) {
            attributes.get_or_init(|| {
                let variables = info.variables();
                let pairs = variables.iter();
                let pairs = pairs.map(|(key, value)| (unbracketed(key), &**value));
                attributes::written(encoding, kind.field(), pairs)
            });
        }
    }

    /// The field of the attributes.
    pub(super) fn attributes(&self, kind: Kind) -> &[u8] {
        let spelled = self.attributes.get(kind as usize);
        spelled.and_then(OnceLock::get).map_or(&[], |bytes| bytes)
    }
}
