//! Steps in which Flink's reporters were left to their own timers (`listen`).
//!
//! Alone a reporter is judged on the manual clock, report by report. Beside one whose server is slow that would say nothing:
//! a manual clock stands still until everybody is done. So such a case runs on the system's time.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::System;
use super::run::Run;
use super::timeline::Timeline;
use crate::support::deviations::Row;
use crate::support::json::Fields;
use crate::support::reporters::members::Members;
use crate::support::reporters::receivers::{HttpServer, Receiver};
use crate::support::verdict::Answer;

/// How often a receiver is looked at while time goes by.
const GLANCE: Duration = Duration::from_millis(10);

impl<S: System> Run<'_, S> {
    /// Judges each report that comes due while Flink's reporters were listened to, and that nothing comes between.
    pub(super) fn listen(
        &mut self,
        timeline: &mut Timeline<'_>,
        members: &Members<'_>,
        output: &Value,
    ) {
        let end = timeline.now_ms() + milliseconds(output.field("step"));
        let flink = reports(output, timeline.period_ms());
        let mut count = 0;
        while timeline.next_ms() <= end {
            match flink.get(count) {
                Some(report) => self.report(timeline, members, report),
                None => timeline.report(),
            }
            count += 1;
        }
        self.receiver.take();
        timeline.advance_to(end);
        let sent = self.receiver.take();
        let heard = self.system.heard(sent, members);
        let is_quiet = heard.is_ok_and(|heard| heard.is_empty());
        self.judge.demand("nothing between two reports", is_quiet);
        // Flink's pause begins when a report is over, so that in the end one more may be missing.
        let flinks = flink.len() as i64;
        let metras = count as i64;
        let drifted = if flinks + 1 == metras { metras } else { flinks };
        self.judge.flinks(
            "reports",
            &Answer::Integer(drifted),
            &Answer::Integer(metras),
        );
    }

    /// Plays a case on the system's time, beside a reporter whose server is slow.
    pub(super) fn play_beside(&mut self, slow: &HttpServer) {
        let mut members = Members::make(self.judge, self.scene, self.case);
        members.register_all(self.judge);
        for output in self.case.list("outputs") {
            let step = output.field("step");
            match step.text("op") {
                "listen" => self.listen_beside(slow, &members, output),
                _ if members.play(self.judge, step) => {}
                other => panic!("an operation that a slow case does not have: '{other}'"),
            }
        }
    }

    /// Waits until the reporter has reported more often than one thread that also waits for the slow server could have.
    fn listen_beside(&mut self, slow: &HttpServer, members: &Members<'_>, output: &Value) {
        let time = Duration::from_millis(milliseconds(output.field("step")));
        let delay = Duration::from_millis(self.case.integer("slow_http_ms").unsigned_abs());
        let interval = Duration::from_millis(self.interval_ms());
        let flink = reports(output, self.interval_ms());
        let of_one_thread = (time.as_millis() / delay.as_millis()) as usize + 1;
        let start = Instant::now();
        let mut last = None;
        let mut count = 0;
        while count <= of_one_thread && start.elapsed() < time {
            thread::sleep(GLANCE);
            let sent = self.receiver.take();
            if !sent.is_empty() {
                count += 1;
                last = Some(sent);
            }
        }
        let elapsed = start.elapsed();
        let often = format!("{count} reports in {elapsed:?}");
        let rarest = interval.mul_f64(count.saturating_sub(1) as f64);
        self.judge
            .demand(format!("{often}: not too often"), rarest <= elapsed);
        let requests = slow.requests().len();
        self.judge
            .demand("the slow server is asked as well", requests > 0);
        if flink.len() <= of_one_thread {
            self.judge
                .deviates(often, Row::Threads, count > of_one_thread);
        } else {
            self.judge.demand(often, count > of_one_thread);
        }
        if let (Some(report), Some(sent)) = (flink.first(), last) {
            let fate = self.fate();
            self.judge_sent(members, report, sent, fate);
        }
    }

    fn interval_ms(&self) -> u64 {
        let own = &self.system.sights()[0].reporter;
        let reporter = self.scene.reporter(own).expect("it was started");
        reporter.interval_ms
    }
}

fn milliseconds(step: &Value) -> u64 {
    step.integer("ms").unsigned_abs()
}

/// Flink's reports, each as the output of a step: what arrived without half an interval between.
fn reports(output: &Value, interval_ms: u64) -> Vec<Value> {
    let mut reports: Vec<Vec<&Value>> = Vec::new();
    let mut last_ms = None;
    for arrival in output.list("arrivals") {
        let ms = arrival.integer("ms_since_start").unsigned_abs();
        let is_same = last_ms.is_some_and(|last| ms - last < interval_ms / 2);
        match reports.last_mut() {
            Some(report) if is_same => report.push(arrival.field("p")),
            _ => reports.push(vec![arrival.field("p")]),
        }
        last_ms = Some(ms);
    }
    let output = |packets: Vec<&Value>| json!({"packets": packets, "exception": null});
    reports.into_iter().map(output).collect()
}
