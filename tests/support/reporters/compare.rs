//! Judging one step of a reporter, item by item.

use std::collections::BTreeSet;
use std::fmt;

use super::members::Members;
use super::metric::Metric;
use super::rows;
use super::said::{Compared, Items, Model, Said, Wanted};
use super::sight::Sight;
use crate::support::deviations::Row;
use crate::support::verdict::Judge;

/// A row and the test that says whether it explains a difference. A test looks at the inputs: at what the vector
/// configures, registers and sets, not at what came out or what the case is called.
pub(crate) struct Rule<'a, K> {
    row: Row,
    explains: Box<Explaining<'a, K>>,
}

type Explaining<'a, K> = dyn Fn(&Difference<'_, K>) -> bool + 'a;

impl<'a, K> Rule<'a, K> {
    pub(crate) fn new(row: Row, explains: impl Fn(&Difference<'_, K>) -> bool + 'a) -> Self {
        Self {
            row,
            explains: Box::new(explains),
        }
    }
}

/// What a system knows about its items.
pub(crate) trait Explains {
    /// What an item is about.
    type Key: Ord + fmt::Debug;

    /// How each reporter of the case sees the metrics.
    fn sights(&self) -> &[Sight];

    /// Whether Flink's reporter could show a metric by this item.
    fn is_flinks(&self, key: &Self::Key, metric: &Metric<'_>) -> bool;

    /// Whether metra's could; it may spell names otherwise, or have items that Flink has not.
    fn is_metras(&self, key: &Self::Key, metric: &Metric<'_>) -> bool {
        self.is_flinks(key, metric)
    }

    /// Whether an item is about what Flink registers by itself in tasks and operators.
    fn is_builtin(&self, _key: &Self::Key, _members: &Members<'_>) -> bool {
        false
    }

    /// Rules of the system's own, tried in order after the shared ones about what is shown at all. Where a reporter is to
    /// send exactly what Flink's does, only those that hold there.
    fn rules(&self) -> Vec<Rule<'_, Self::Key>> {
        Vec::new()
    }
}

/// What came out of a step.
pub(crate) struct Step<'a, K> {
    pub(crate) flink: &'a Items<K>,
    /// The row by which Flink lost the rest of its output, if it did.
    pub(crate) lost: Option<Row>,
    pub(crate) expected: &'a Model<K>,
    pub(crate) actual: &'a Items<K>,
}

/// An item that Flink and metra do not have in common, or of which they say different things.
pub(crate) struct Difference<'a, K> {
    pub(crate) key: &'a K,
    pub(crate) step: &'a Step<'a, K>,
    pub(crate) members: &'a Members<'a>,
    /// The metrics that it may be about.
    pub(crate) metrics: Vec<Metric<'a>>,
}

impl<K: Ord> Difference<'_, K> {
    pub(crate) fn flink(&self) -> Option<&[Said]> {
        self.step.flink.get(self.key).map(Vec::as_slice)
    }

    pub(crate) fn expected(&self) -> Option<&[Wanted]> {
        self.step.expected.get(self.key).map(Vec::as_slice)
    }

    /// Whether it is about such a metric.
    pub(crate) fn any(&self, test: impl Fn(&Metric<'_>) -> bool) -> bool {
        self.metrics.iter().any(test)
    }

    /// Whether both have the item.
    pub(crate) fn is_in_both(&self) -> bool {
        self.flink().is_some() && self.expected().is_some()
    }
}

/// Judges all items of a step: metra must say what the model says, and a rule must explain what Flink does not.
pub(crate) fn judge_items<S: Explains>(
    judge: &mut Judge,
    system: &S,
    members: &Members<'_>,
    step: &Step<'_, S::Key>,
) {
    let keys = step.flink.keys().chain(step.expected.keys());
    let keys: BTreeSet<&S::Key> = keys.chain(step.actual.keys()).collect();
    for key in keys {
        let item = Compared {
            flink: step.flink.get(key).map(Vec::as_slice),
            expected: step.expected.get(key).map(Vec::as_slice),
            actual: step.actual.get(key).map(Vec::as_slice),
        };
        if !item.holds() {
            judge.wrong(format!("{key:?}: {item}"));
        } else if item.is_flinks() {
            judge.demand("as Flink's", true);
        } else {
            let lost = step.lost.filter(|_| item.flink.is_none());
            match lost.or_else(|| explained(system, members, step, key)) {
                Some(row) => judge.deviates(format!("{key:?}"), row, true),
                None => judge.wrong(format!("no rule explains {key:?}: {item}")),
            }
        }
    }
}

/// The row that speaks of an item.
fn explained<S: Explains>(
    system: &S,
    members: &Members<'_>,
    step: &Step<'_, S::Key>,
    key: &S::Key,
) -> Option<Row> {
    let concerns =
        |metric: &Metric<'_>| system.is_flinks(key, metric) || system.is_metras(key, metric);
    let difference = Difference {
        key,
        step,
        members,
        metrics: members.metrics().filter(concerns).collect(),
    };
    let mut rules = rows::all(system).into_iter();
    let rule = rules.find(|rule| (rule.explains)(&difference));
    rule.map(|rule| rule.row)
}
