//! Which families can have their type in OpenMetrics.

use super::super::family::{Family, Kind};
use super::super::names::{INFO, TOTAL};
use super::super::series::Source;
use super::super::sight::Sight;
use super::super::text::Number;

/// The ending of a time that OpenMetrics keeps free for whatever counts. It is never printed here.
const CREATED: &str = "_created";

/// Whether the family `name` can have its type.
///
/// A family with a type lays claim to names that no sample of it has. It goes without the type if another family has a
/// sample of such a name, or would be called so with its own type; also where one may have been on the page further up
/// that is there no more.
pub(in super::super) fn can_have_type(sight: Sight<'_>, name: &str, family: &Family) -> bool {
    if family.kind == Kind::Gauge {
        return true;
    }
    let typed = name_with_type(name, family.kind);
    let has_ending = typed.len() + ending(family.kind).len() == name.len();
    has_ending
        && !typed.is_empty()
        && !sight.index.families.has_lost_since(sight.round)
        && Claims { sight, name }.all_free(typed, family.kind)
        && !goes_below_zero(sight, family)
}

/// What OpenMetrics calls a family with its type.
pub(super) fn name_with_type(name: &str, kind: Kind) -> &str {
    name.strip_suffix(ending(kind)).unwrap_or(name)
}

/// What the samples of a kind end with and its family's name does not.
fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => TOTAL,
        Kind::Info => INFO,
        Kind::Gauge | Kind::Summary | Kind::Histogram => "",
    }
}

/// Whether what is counted is below 0, or values can be and so count and sum may fall, and quantiles too: for OpenMetrics
/// that is no counter, no summary and no histogram with a sum.
fn goes_below_zero(sight: Sight<'_>, family: &Family) -> bool {
    sight.any(family, |source| match source {
        Source::Histogram(histogram) => histogram.goes_below_zero(),
        Source::Distribution(slot) => {
            let reading = sight.values.distribution(*slot);
            reading.is_some_and(|reading| reading.min < 0)
        }
        counted => sight.number(counted).is_some_and(Number::is_below_zero),
    })
}

/// Looks whether names are free for one family.
struct Claims<'a> {
    sight: Sight<'a>,
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
        let mut printed = self.sight.index.families.with_sample(name);
        !printed.any(|family| self.sight.has_samples(family))
            && !self.has(name, TOTAL, Kind::Counter)
            && !self.has(name, INFO, Kind::Info)
    }

    /// Whether there is another family, of `kind`, that is called so and has samples.
    fn has(&self, typed: &str, ending: &str, kind: Kind) -> bool {
        let name = format!("{typed}{ending}");
        let family = self.sight.index.families.get(&name);
        name != self.name
            && family.is_some_and(|family| family.kind == kind && self.sight.has_samples(family))
    }
}
