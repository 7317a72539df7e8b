//! Which families can have their type in OpenMetrics.

use super::super::family::{Family, Kind, Source};
use super::super::index::Index;
use super::super::names::{INFO, TOTAL};
use super::super::readings::Readings;
use super::super::samples::{number, text};

/// The ending of a time that OpenMetrics keeps free for whatever counts. It is never printed here.
const CREATED: &str = "_created";

/// What OpenMetrics calls the family `name` with its type; `None` if it can have none.
///
/// A family with a type lays claim to names that no sample of it has. It goes without the type if another family has a
/// sample of such a name, or would be called so with its own type.
pub(super) fn name_with_type<'a>(index: &Index, name: &'a str, family: &Family) -> Option<&'a str> {
    if goes_below_zero(family, &index.readings) {
        return None;
    }
    let typed = name.strip_suffix(ending(family.kind))?;
    let claims = Claims { index, name };
    let is_free = !typed.is_empty() && claims.all_free(typed, family.kind);
    is_free.then_some(typed)
}

/// What the samples of a kind end with and its family's name does not.
fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => TOTAL,
        Kind::Info => INFO,
        Kind::Gauge | Kind::Summary | Kind::Histogram => "",
    }
}

/// Whether count and sum may fall because values can be below 0, and quantiles too: for OpenMetrics that is no summary and
/// no histogram with a sum.
fn goes_below_zero(family: &Family, readings: &Readings) -> bool {
    family.series.values().any(|series| match &series.source {
        Source::Histogram(histogram) => histogram.goes_below_zero(),
        Source::Distribution(slot) => readings
            .distribution(*slot)
            .is_some_and(|reading| reading.min < 0),
        _ => false,
    })
}

/// Looks whether names are free for one family.
struct Claims<'a> {
    index: &'a Index,
    /// The family's name.
    name: &'a str,
}

impl Claims<'_> {
    /// Whether nothing stands against the names that a family of `kind`, called `typed`, has besides those of its samples.
    fn all_free(&self, typed: &str, kind: Kind) -> bool {
        match kind {
            Kind::Gauge => true,
            Kind::Counter => self.is_free(typed) && self.is_free(&format!("{typed}{CREATED}")),
            Kind::Info => self.is_free(typed),
            Kind::Summary | Kind::Histogram => self.is_free(&format!("{typed}{CREATED}")),
        }
    }

    /// Whether no other family prints a sample called `name`, or would be called so with its type.
    fn is_free(&self, name: &str) -> bool {
        let mut printed = self.index.families.with_sample(name);
        !printed.any(|family| has_samples(family, &self.index.readings))
            && !self.has(name, TOTAL, Kind::Counter)
            && !self.has(name, INFO, Kind::Info)
    }

    /// Whether there is another family, of `kind`, that is called so and has samples.
    fn has(&self, typed: &str, ending: &str, kind: Kind) -> bool {
        let name = format!("{typed}{ending}");
        let family = self.index.families.get(&name);
        name != self.name
            && family.is_some_and(|family| {
                family.kind == kind && has_samples(family, &self.index.readings)
            })
    }
}

/// Whether a family has any samples now.
fn has_samples(family: &Family, readings: &Readings) -> bool {
    let mut sources = family.series.values().map(|series| &series.source);
    match family.kind {
        Kind::Gauge | Kind::Counter => sources.any(|source| number(source, readings).is_some()),
        Kind::Info => sources.any(|source| text(source, readings).is_some()),
        Kind::Summary | Kind::Histogram => true,
    }
}
