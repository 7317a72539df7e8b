//! Families: what stands under one name, with one type.

use std::sync::Arc;

use super::rounds::Round;
use super::series::SortedSeries;

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
    pub(super) series: SortedSeries,
    /// When the last of those went that are there no more; of no meaning before one did.
    pub(super) lost: Option<Round>,
}

#[cfg(any(feature = "http", test))]
impl Family {
    /// Whether a page which began in `round` may have shown series that are there no more.
    pub(super) fn has_lost_since(&self, round: Round) -> bool {
        self.lost.is_some_and(|lost| lost > round)
    }
}

/// What a family says about itself: the metric that made it.
#[derive(Clone)]
pub(super) struct Help {
    /// The metric's name as registered.
    pub(super) metric: Arc<str>,
    /// Its logical scope as it stands in the family's name.
    pub(super) scope: Arc<str>,
}
