//! Families: what stands under one name, with one type.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blocks::BlockId;
use super::slots::Slot;
use crate::metric::{Counter, Histogram, Meter, MonotonicCounter};

/// What sort of samples a family has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number that goes up and down.
    Gauge,
    /// A number that only goes up.
    Counter,
    /// Text in the label `value`, of a sample that is always 1.
    Info,
    /// Count and sum, with quantiles or without.
    Summary,
    /// Count and sum, with buckets.
    Histogram,
}

impl Kind {
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Gauge,
        Self::Counter,
        Self::Info,
        Self::Summary,
        Self::Histogram,
    ];
    pub(super) const COUNT: usize = 5;
    /// The endings of the samples of all kinds.
    pub(super) const ALL_ENDINGS: [&str; 4] = ["", "_bucket", "_count", "_sum"];

    /// The label to which samples of this kind give a meaning of their own.
    pub(super) fn reserved_label(self) -> Option<&'static str> {
        match self {
            Self::Gauge | Self::Counter => None,
            Self::Info => Some("value"),
            Self::Summary => Some("quantile"),
            Self::Histogram => Some("le"),
        }
    }

    /// What is behind the family's name in the names of its samples. No sample of a histogram has the family's own name,
    /// but nothing else may have it either.
    pub(super) fn sample_endings(self) -> &'static [&'static str] {
        match self {
            Self::Gauge | Self::Counter | Self::Info => &[""],
            Self::Summary => &["", "_count", "_sum"],
            Self::Histogram => &["", "_bucket", "_count", "_sum"],
        }
    }
}

/// What stands under one name. A family exists as long as it has series.
pub(super) struct Family {
    pub(super) kind: Kind,
    pub(super) help: Help,
    /// By what Prometheus tells them apart by: see [`Blocks::identity`](super::blocks::Blocks::identity).
    pub(super) series: BTreeMap<BlockId, Series>,
}

/// What a family says about itself: the metric that made it.
#[derive(Clone)]
pub(super) struct Help {
    /// The metric's name as registered.
    pub(super) metric: Arc<str>,
    /// Its logical scope as it stands in the family's name.
    pub(super) scope: Arc<str>,
}

/// What one metric prints in one family.
pub(super) struct Series {
    /// The metric's id in the registry.
    pub(super) metric: u64,
    pub(super) block: BlockId,
    pub(super) source: Source,
}

/// Where a series has its values from: a metric that is read when it is printed, or a reading that was taken before.
pub(super) enum Source {
    Counter(Arc<Counter>),
    MonotonicCounter(Arc<MonotonicCounter>),
    /// A gauge's number or truth value.
    GaugeNumber(Slot),
    /// A gauge's text.
    GaugeText(Slot),
    Distribution(Slot),
    DistributionMin(Slot),
    DistributionMax(Slot),
    DistributionMean(Slot),
    MeterRate(Arc<Meter>),
    MeterCount(Arc<Meter>),
    Histogram(Arc<Histogram>),
}
