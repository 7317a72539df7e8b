//! The index as one page sees it.

use super::blocks::Blocks;
#[cfg(any(feature = "http", test))]
use super::family::{Family, Kind};
use super::index::Index;
use super::readings::Values;
use super::rounds::Round;
use super::series::{Series, Source};
use super::text::Number;
use crate::metric::DistributionReading;
use crate::value::Value;

/// What is on a page that began in `round`, with the values that were read then.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) index: &'a Index,
    pub(super) values: &'a Values,
    pub(super) round: Round,
}

impl<'a> Sight<'a> {
    pub(super) fn blocks(self) -> &'a Blocks {
        self.index.scopes.blocks()
    }

    pub(super) fn shows(self, series: &Series) -> bool {
        series.entered <= self.round
    }

    /// Whether any of the series of `family` that the page shows is one that is `wanted`.
    #[cfg(any(feature = "http", test))]
    pub(super) fn any(self, family: &Family, wanted: impl FnMut(&Source) -> bool) -> bool {
        let series = family.series.iter().filter(|series| self.shows(series));
        series.map(|series| &series.source).any(wanted)
    }

    /// Whether a family has any samples on the page, or may have had some that are there no more.
    #[cfg(any(feature = "http", test))]
    pub(super) fn has_samples(self, family: &Family) -> bool {
        family.has_lost_since(self.round)
            || match family.kind {
                Kind::Gauge | Kind::Counter => {
                    self.any(family, |source| self.number(source).is_some())
                }
                Kind::Info => self.any(family, |source| self.text(source).is_some()),
                Kind::Summary | Kind::Histogram => self.any(family, |_| true),
            }
    }

    /// The value of a series that is one number, if there is one.
    pub(super) fn number(self, source: &Source) -> Option<Number> {
        // Without values a distribution has neither extremes nor a mean.
        let distribution = |slot| {
            let reading = self.values.distribution(slot);
            reading.filter(|reading| reading.count != 0)
        };
        let whole = |slot, part: fn(&DistributionReading) -> i64| {
            distribution(slot).map(|reading| Number::Whole(part(reading)))
        };
        match source {
            Source::Counter(counter) => Some(Number::Whole(counter.count())),
            Source::MonotonicCounter(counter) => Some(Number::Whole(counter.count())),
            Source::MeterRate(meter) => Some(Number::Real(meter.rate())),
            Source::MeterCount(meter) => Some(Number::Whole(meter.count())),
            Source::GaugeNumber(slot) => match self.values.gauge(*slot)? {
                Value::Int64(value) => Some(Number::Whole(*value)),
                Value::Double(value) => Some(Number::Real(*value)),
                Value::Bool(value) => Some(Number::Whole(i64::from(*value))),
                Value::Text(_) => None,
            },
            Source::DistributionMin(slot) => whole(*slot, |reading| reading.min),
            Source::DistributionMax(slot) => whole(*slot, |reading| reading.max),
            Source::DistributionMean(slot) => {
                distribution(*slot).map(|reading| Number::Real(reading.mean))
            }
            Source::GaugeText(_) | Source::Distribution(_) | Source::Histogram(_) => None,
        }
    }

    /// The text of a series that is text, if there is one.
    pub(super) fn text(self, source: &Source) -> Option<&'a str> {
        match source {
            Source::GaugeText(slot) => match self.values.gauge(*slot)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}
