//! The rows that speak of every reporter.

use super::compare::{Difference, Explains, Rule};
use super::metric::Metric;
use super::sight::Sight;
use crate::support::deviations::Row;
use crate::support::json::Fields;
use crate::support::model::is_too_long;

/// All rules, in the order in which they are tried.
pub(super) fn all<S: Explains>(system: &S) -> Vec<Rule<'_, S::Key>> {
    let mut rules = about_what_is_shown(system);
    rules.extend(system.rules());
    rules.extend(about_what_is_said());
    rules
}

fn about_what_is_shown<S: Explains>(system: &S) -> Vec<Rule<'_, S::Key>> {
    let collides = |metric: &Metric<'_>| {
        let place = metric.place();
        place.is_some_and(|place| any(system, |sight| sight.variables.collides(place)))
    };
    vec![
        Rule::new(Row::OutOfScope, |difference| {
            difference.members.has_builtins()
                && difference.expected().is_none()
                && system.is_builtin(difference.key, difference.members)
        }),
        Rule::new(Row::Absent, |difference| difference.any(is_absent)),
        Rule::new(Row::Limits, |difference| {
            difference.any(|metric| is_too_long(metric.name()))
        }),
        Rule::new(Row::Filters, |difference| is_filtered(system, difference)),
        Rule::new(Row::Additional, move |difference| difference.any(collides)),
    ]
}

fn about_what_is_said<'a, K: Ord>() -> Vec<Rule<'a, K>> {
    vec![
        Rule::new(Row::Duplicates, |difference| difference.any(is_duplicate)),
        Rule::new(Row::OutOfScope, |difference| {
            difference.is_in_both() && difference.any(is_foreign)
        }),
        Rule::new(Row::Histogram, |difference| {
            let is_histogram = |metric: &Metric<'_>| metric.metric_type() == "histogram";
            difference.is_in_both() && difference.any(is_histogram)
        }),
    ]
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
fn is_filtered<S: Explains>(system: &S, difference: &Difference<'_, S::Key>) -> bool {
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
