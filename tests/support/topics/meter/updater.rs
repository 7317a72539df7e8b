//! `view_updater`: when the tick updates a view that was added or removed.
//!
//! A view is a meter over five seconds here, and an update shows in its rate: before each tick it is marked with a power
//! of two of its own, so that no two sets of marks since the last update have the same sum.

use std::collections::BTreeMap;

use serde_json::Value;

use super::TICK_MS;
use crate::support::deviations::Row;
use crate::support::host::{Group, Meter};
use crate::support::json::Fields;
use crate::support::verdict::{Answer, Judge};

const SPAN_S: i64 = 5;

/// One registration of a view; it can be watched after it is gone.
struct Registration {
    view: String,
    meter: Meter,
    /// Marked since the last update.
    pending: i64,
    updates: i64,
    /// What the rules say about the registration, beside what is seen of it.
    expected: Expected,
}

#[derive(Default)]
struct Expected {
    adopted: bool,
    removed: bool,
    /// A removed view is dropped at the next tick, which may update it once more.
    dropped: bool,
    updates: i64,
}

pub(super) fn drive(judge: &mut Judge, case: &Value) {
    let (scene, group) = super::scene(judge);
    let mut views = Views {
        group,
        registrations: Vec::new(),
        ticks: 0,
        removed_since_tick: Vec::new(),
        taken_again: Vec::new(),
    };
    for step in case.list("steps") {
        match step.text("op") {
            "add" => views.add(step.text("view")),
            "remove" => views.remove(judge, step.text("view")),
            "tick" => views.tick(|| scene.clock.advance(TICK_MS)),
            other => panic!("unknown operation '{other}'"),
        }
        views.judge(judge, step);
    }
}

struct Views {
    group: Group,
    registrations: Vec<Registration>,
    ticks: u32,
    removed_since_tick: Vec<String>,
    /// Views that were added again before a tick had dropped them: the inputs that row late-tick speaks of.
    taken_again: Vec<String>,
}

impl Views {
    /// Adding a view that is there is asking for it again.
    fn add(&mut self, view: &str) {
        let is_there = |known: &Registration| known.view == view && !known.expected.removed;
        if self.registrations.iter().any(is_there) {
            Meter::register(&self.group, Some(view), SPAN_S).expect("the meter that is there");
            return;
        }
        if self
            .removed_since_tick
            .iter()
            .any(|removed| removed == view)
        {
            self.taken_again.push(view.to_owned());
        }
        self.registrations.push(Registration {
            view: view.to_owned(),
            meter: Meter::register(&self.group, Some(view), SPAN_S).expect("a meter"),
            pending: 0,
            updates: 0,
            expected: Expected::default(),
        });
    }

    fn remove(&mut self, judge: &mut Judge, view: &str) {
        let unregistered = self.group.unregister(view);
        let there = self
            .registrations
            .iter_mut()
            .find(|known| known.view == view && !known.expected.removed);
        judge.demand(
            format!("removing {view}: {unregistered:?}"),
            unregistered.is_ok() == there.is_some(),
        );
        if let Some(there) = there {
            there.expected.removed = true;
            self.removed_since_tick.push(view.to_owned());
        }
    }

    fn tick(&mut self, advance: impl FnOnce()) {
        let marks = 1_i64 << self.ticks;
        self.ticks += 1;
        for known in &mut self.registrations {
            known.meter.mark_event(marks);
            known.pending += marks;
        }
        advance();
        for known in &mut self.registrations {
            if known.meter.rate() == known.pending as f64 / SPAN_S as f64 {
                known.updates += 1;
                known.pending = 0;
            }
            known.expected.tick();
        }
        self.removed_since_tick.clear();
    }

    fn judge(&self, judge: &mut Judge, step: &Value) {
        for (view, updates) in step.object("updates") {
            let flink = updates.as_i64().expect("updates are counted");
            let mine = || {
                self.registrations
                    .iter()
                    .filter(|known| known.view == *view)
            };
            let seen: i64 = mine().map(|known| known.updates).sum();
            let expected: i64 = mine().map(|known| known.expected.updates).sum();
            let rule = self.taken_again.contains(view);
            let rule = rule.then_some((Row::LateTick, Answer::Integer(expected)));
            let what = format!("updates of {view} after {step}");
            judge.ruled(what, &Answer::Integer(flink), &Answer::Integer(seen), rule);
        }
        self.judge_names(judge, step);
    }

    /// Every view that was ever added is in the vector's counts.
    fn judge_names(&self, judge: &mut Judge, step: &Value) {
        let counted = step.object("updates");
        let known: BTreeMap<&str, ()> = self
            .registrations
            .iter()
            .map(|known| (known.view.as_str(), ()))
            .collect();
        judge.demand(
            "views counted",
            known.keys().all(|view| counted.contains_key(*view)),
        );
    }
}

impl Expected {
    /// Each run updates what is known, takes in what came, drops what went. One that came and went is never known.
    fn tick(&mut self) {
        if self.adopted && !self.dropped {
            self.updates += 1;
        }
        self.adopted |= !self.removed;
        self.dropped |= self.removed;
    }
}
