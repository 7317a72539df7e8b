//! metra's own metrics: what each push reporter says of itself among the metrics that it sends.

use std::collections::BTreeMap;

use super::receivers::Fate;
use super::said::{Items, Said};
use super::sight::Sight;
use crate::support::scene::Scene;
use crate::support::verdict::Judge;

/// The root, and the key of the group in it whose values are the names of reporters.
const ROOT: &str = "metra";
const KEY: &str = "reporter";

/// Their names.
const NAMES: [&str; 6] = [
    "reports",
    "failedReports",
    "metrics",
    "failedMetrics",
    "droppedMetrics",
    "bytes",
];

/// Whether an identifier, or a name made of the logical scope, is that of one of metra's own metrics: its first parts are
/// those of their group, whatever joins them.
pub(crate) fn is_own(name: &str) -> bool {
    let joint = |rest: &str| {
        let letter = rest.chars().next()?;
        (!letter.is_ascii_alphanumeric()).then(|| letter.len_utf8())
    };
    let below = |name: &str, part: &str| {
        let rest = name.strip_prefix(part)?;
        joint(rest).map(|length| rest[length..].to_owned())
    };
    below(name, ROOT).is_some_and(|rest| below(&rest, KEY).is_some())
}

/// Whether a reporter lets metra's own metrics through.
pub(crate) fn passes(sight: &Sight) -> bool {
    let mut names = NAMES.iter();
    names.any(|name| sight.shows_own(ROOT, KEY, name))
}

/// Their names behind their logical scope.
pub(crate) fn logical_names(delimiter: &str) -> [String; NAMES.len()] {
    NAMES.map(|name| format!("{ROOT}{delimiter}{KEY}.{name}"))
}

/// What was read of some output, without metra's own metrics.
pub(crate) struct Heard<K> {
    pub(crate) items: Items<K>,
    /// How often one of metra's own was in it.
    own: usize,
}

impl<K: Ord> Heard<K> {
    pub(crate) fn new() -> Self {
        Self {
            items: Items::new(),
            own: 0,
        }
    }

    /// Takes in a value that is said of an item, whose metric has this name.
    pub(crate) fn take(&mut self, name: &str, key: K, said: Said) {
        if is_own(name) {
            self.own += 1;
        } else {
            self.say(key, said);
        }
    }

    /// Takes in what is about no metric.
    pub(crate) fn say(&mut self, key: K, said: Said) {
        self.items.entry(key).or_default().push(said);
    }

    /// Whether there was nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.own == 0
    }

    /// Demands that metra's own were in it if they are `shown`.
    pub(crate) fn judge_own(&self, judge: &mut Judge, shown: bool) {
        judge.demand(
            "metra's own metrics are among the others",
            shown == (self.own > 0),
        );
    }
}

/// The counts that the reporters of a scene have of themselves.
pub(crate) struct Counts(BTreeMap<String, BTreeMap<String, i64>>);

impl Counts {
    pub(crate) fn read(scene: &Scene) -> Self {
        let mut counts: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
        for metric in scene.registry.metrics() {
            let reporter = metric.variables.get(&format!("<{KEY}>"));
            let count = metric.count.filter(|_| is_own(&metric.identifier));
            if let (Some(reporter), Some(count)) = (reporter, count) {
                let own = counts.entry(reporter.clone()).or_default();
                own.insert(metric.name, count);
            }
        }
        Self(counts)
    }

    fn of(&self, reporter: &str, name: &str) -> i64 {
        let own = self.0.get(reporter).and_then(|own| own.get(name));
        *own.unwrap_or_else(|| panic!("no count '{name}' of reporter {reporter}"))
    }

    /// Judges what a reporter counts of one report that went so, since `before`.
    pub(crate) fn judge(&self, judge: &mut Judge, before: &Self, reporter: &str, fate: Fate) {
        let more = |name| self.of(reporter, name) - before.of(reporter, name);
        let (whole, failed) = (more("reports"), more("failedReports"));
        let what = format!("one report of {reporter} ({whole} whole, {failed} failed): {fate:?}");
        judge.demand(what, whole + failed == 1);
        let is_known = match fate {
            Fate::Delivered => whole == 1,
            Fate::Refused | Fate::Unreached => failed == 1,
            Fate::Vanished => true,
        };
        judge.demand(format!("{reporter} knows that it was {fate:?}"), is_known);
        let (metrics, lost) = (more("metrics"), more("failedMetrics"));
        let what = format!("{reporter}: {metrics} metrics delivered, {lost} not");
        let is_counted = match fate {
            Fate::Delivered => lost == 0,
            Fate::Refused | Fate::Unreached => metrics == 0,
            Fate::Vanished => true,
        };
        judge.demand(what, is_counted);
        let bytes = more("bytes");
        let what = format!("{reporter}: {bytes} bytes of {metrics} metrics");
        judge.demand(what, metrics == 0 || bytes > 0);
    }
}
