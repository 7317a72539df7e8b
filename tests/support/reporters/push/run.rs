//! The steps of one case.

use serde_json::Value;

use super::timeline::Timeline;
use super::{Sent, System};
use crate::support::deviations::Row;
use crate::support::json::Fields;
use crate::support::reporters::compare::{Step, judge_items};
use crate::support::reporters::members::Members;
use crate::support::reporters::own::Counts;
use crate::support::reporters::receivers::{Fate, Receiver};
use crate::support::reporters::said::Model;
use crate::support::reporters::start::{Terms, flinks_count};
use crate::support::scene::Scene;
use crate::support::verdict::Judge;

/// A case on its way.
pub(super) struct Run<'a, S: System> {
    pub(super) judge: &'a mut Judge,
    pub(super) case: &'a Value,
    pub(super) scene: &'a Scene,
    pub(super) system: S,
    pub(super) receiver: S::Receiver,
    is_reached: bool,
    /// The row by which metra has reporters that Flink has not.
    kept: Option<Row>,
}

impl<'a, S: System> Run<'a, S> {
    pub(super) fn new(
        judge: &'a mut Judge,
        case: &'a Value,
        scene: &'a Scene,
        system: S,
        receiver: S::Receiver,
        is_reached: bool,
        terms: &Terms,
    ) -> Self {
        Self {
            judge,
            case,
            scene,
            system,
            receiver,
            is_reached,
            kept: terms.kept.filter(|_| flinks_count(case) == 0),
        }
    }

    /// The names of the reporters.
    pub(super) fn reporters(&self) -> Vec<String> {
        let sights = self.system.sights().iter();
        sights.map(|sight| sight.reporter.clone()).collect()
    }

    pub(super) fn play(&mut self) {
        let reporters = self.reporters();
        let mut timeline = Timeline::new(self.scene, &reporters);
        self.approach(&mut timeline);
        let mut members = Members::make(self.judge, self.scene, self.case);
        members.register_all(self.judge);
        for output in self.case.list("outputs") {
            let step = output.field("step");
            match step.text("op") {
                "report" => {
                    self.report(&mut timeline, &members, output);
                    self.approach(&mut timeline);
                }
                "listen" => self.listen(&mut timeline, &members, output),
                "server" => self.receiver.play(step),
                "close" => {
                    self.scene.registry.close();
                    let sent = self.receiver.take();
                    self.system.judge_close(self.judge, &members, output, sent);
                }
                _ if members.play(self.judge, step) => {}
                other => panic!("unknown operation '{other}'"),
            }
        }
    }

    /// Goes on until shortly before the next report. What comes before it is no step's.
    fn approach(&mut self, timeline: &mut Timeline<'_>) {
        timeline.approach();
        self.receiver.take();
    }

    /// One report of each reporter.
    pub(super) fn report(
        &mut self,
        timeline: &mut Timeline<'_>,
        members: &Members<'_>,
        output: &Value,
    ) {
        let fate = self.fate();
        let before = Counts::read(self.scene);
        timeline.report();
        let sent = self.receiver.take();
        let counts = Counts::read(self.scene);
        for reporter in self.reporters() {
            counts.judge(self.judge, &before, &reporter, fate);
        }
        self.judge_sent(members, output, sent, fate);
    }

    pub(super) fn fate(&self) -> Fate {
        if self.is_reached {
            self.receiver.fate()
        } else {
            Fate::Unreached
        }
    }

    /// Judges what a report sent.
    pub(super) fn judge_sent(
        &mut self,
        members: &Members<'_>,
        output: &Value,
        sent: Sent<S>,
        fate: Fate,
    ) {
        let flink = match self.system.flinks(output, members) {
            Ok(flink) => flink,
            Err(why) => panic!("an output of Flink's that cannot be read: {why}"),
        };
        let heard = match self.system.heard(sent, members) {
            Ok(heard) => heard,
            Err(why) => {
                return self
                    .judge
                    .wrong(format!("output that a server refuses: {why}"));
            }
        };
        let lost = self.system.lost(output, members);
        members.judge_failures(self.judge, lost == Some(Row::Isolation));
        let expected = if fate.arrives() {
            heard.judge_own(self.judge, self.system.shows_own());
            self.system.expected(members, fate)
        } else {
            Model::new()
        };
        let step = Step {
            flink: &flink,
            lost: self.kept.or(lost),
            expected: &expected,
            actual: &heard.items,
        };
        judge_items(self.judge, &self.system, members, &step);
    }
}
