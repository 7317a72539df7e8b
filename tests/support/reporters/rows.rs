//! The rows that speak of every reporter.

use super::compare::{Difference, Explains, Rule};
use super::metric::Metric;
use super::sight::Sight;
use crate::support::deviations::Row;
use crate::support::json::Fields;
use crate::support::model::is_too_long;

/// All rules, in the order in which they are tried.
pub(super) fn all<S: Explains>(system: &S) -> Vec<Rule<S>> {
    let shown: [Rule<S>; 5] = [
        (Row::OutOfScope, |system, difference| {
            difference.members.has_builtins()
                && difference.expected().is_none()
                && system.is_builtin(difference.key, difference.members)
        }),
        (Row::Absent, |_, difference| difference.any(is_absent)),
        (Row::Limits, |_, difference| {
            difference.any(|metric| is_too_long(metric.name()))
        }),
        (Row::Filters, is_filtered),
        (Row::Additional, |system, difference| {
            let collides = |metric: &Metric<'_>| {
                let place = metric.place();
                place.is_some_and(|place| any(system, |sight| sight.variables.collides(place)))
            };
            difference.any(collides)
        }),
    ];
    let said: [Rule<S>; 3] = [
        (Row::Duplicates, |_, difference| {
            difference.any(is_duplicate)
        }),
        (Row::OutOfScope, |_, difference| {
            difference.is_in_both() && difference.any(is_foreign)
        }),
        (Row::Histogram, |_, difference| {
            let is_histogram = |metric: &Metric<'_>| metric.metric_type() == "histogram";
            difference.is_in_both() && difference.any(is_histogram)
        }),
    ];
    let mut rules = Vec::from(shown);
    rules.extend(system.rules());
    rules.extend(said);
    rules
}

fn any<S: Explains>(system: &S, test: impl Fn(&Sight) -> bool) -> bool {
    system.sights().iter().any(test)
}

/// A metric without a name, or in a group that metra refuses.
fn is_absent(metric: &Metric<'_>) -> bool {
    let name = metric.described().maybe_text("name");
    metric.place().is_none() || name.unwrap_or_default().is_empty()
}

/// Whether Flink shows a metric that the literal filter does not let through, or the other way.
fn is_filtered<S: Explains>(system: &S, difference: &Difference<'_, S>) -> bool {
    let explains = |metric: &Metric<'_>| {
        let mut keys = difference.step.flink.keys();
        let flink_shows = keys.any(|key| system.is_flinks(key, metric));
        let (name, metric_type) = (metric.name(), metric.metric_type());
        metric.place().is_some_and(|place| {
            any(system, |sight| {
                sight.explains(place, name, metric_type, flink_shows)
            })
        })
    };
    difference.any(explains)
}

/// A metric whose name was registered in its group more than once.
fn is_duplicate(metric: &Metric<'_>) -> bool {
    let described = metric.described();
    let is_it = |other: &Metric<'_>| {
        let same = |field| other.described().field(field) == described.field(field);
        other.index != metric.index && same("group") && same("name")
    };
    metric.members.metrics().any(|other| is_it(&other))
}

/// A gauge whose value the C ABI has no type for.
fn is_foreign(metric: &Metric<'_>) -> bool {
    metric.member().is_some_and(|member| member.is_foreign)
}
