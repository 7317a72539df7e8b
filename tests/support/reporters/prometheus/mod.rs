//! `reporters/prometheus/*.json`: what a real scrape of the page says.

pub(crate) mod exposition;
mod http;
mod labels;
pub(crate) mod page;
mod series;
pub(crate) mod wanted;

use serde_json::Value;

use self::exposition::Exposition;
use super::compare::{Step, judge_items};
use super::members::Members;
use super::ports::{free_port, placed};
use super::start::{self, Terms};
use crate::support::deviations::Row;
use crate::support::json::{Fields, Object};
use crate::support::scene::{Scene, Time};
use crate::support::verdict::{Answer, Judge};

/// The reporter of every vector.
const REPORTER: &str = "r";

/// How often rates are renewed; a new meter has its first rate at the second time.
const TICK_MS: u64 = 5000;

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    // Alone it becomes any free port; in a list it becomes one that was free a moment ago.
    let config = placed(case.object("config"), |value| match value {
        "${PORT}" => "0".to_owned(),
        other => other.replace("${PORT}", &free_port().to_string()),
    });
    let Some(stage) = start::stage(judge, Time::Manual, &config, case) else {
        return;
    };
    let scene = start::open(judge, stage, case, &Terms::default());
    if let Some(scene) = scene.filter(|scene| !scene.reporters.is_empty()) {
        play(judge, case, &config, &scene);
    }
}

/// Makes groups and metrics, and goes through the steps.
fn play(judge: &mut Judge, case: &Value, config: &Object, scene: &Scene) {
    let reporter = scene
        .reporter(REPORTER)
        .expect("the reporter of the vectors");
    let address = reporter.address.clone().expect("it listens");
    judge.demand(
        format!("listens on loopback: {address}"),
        address.starts_with("127.0.0.1:"),
    );
    let mut members = Members::make(judge, scene, case);
    members.register_all(judge);
    scene.clock.advance(2 * TICK_MS);
    let exposition = Exposition::read(config, REPORTER);
    for output in case.list("outputs") {
        let step = output.field("step");
        match step.text("op") {
            "scrape" => scrape(judge, &address, &members, &exposition, output),
            "close" => scene.registry.close(),
            _ if members.play(judge, step) => {}
            other => panic!("unknown operation '{other}'"),
        }
    }
}

fn scrape(
    judge: &mut Judge,
    address: &str,
    members: &Members<'_>,
    exposition: &Exposition,
    output: &Value,
) {
    let step = output.field("step");
    let asked = http::Request::read(step);
    let answer = http::send(address, &asked);
    let flink = output
        .maybe("response")
        .filter(|response| response.maybe("client_exception").is_none());
    // A gauge that throws takes Flink's whole answer with it.
    let flinks = |field: &str| match flink {
        None => Answer::Failure,
        Some(response) if field == "status" => Answer::Integer(response.integer("status")),
        Some(response) => Answer::Text(response.text(field).to_owned()),
    };
    let lost = flink.is_none();
    let rule = |instead: Answer| lost.then_some((Row::Isolation, instead));
    let status = Answer::Integer(answer.status.into());
    judge.ruled(
        "status",
        &flinks("status"),
        &status,
        rule(Answer::Integer(200)),
    );
    let format = page::Format::of(&answer.content_type);
    if format == page::Format::OpenMetrics {
        let what = format!("asked for {}", answer.content_type);
        judge.deviates(what, Row::Types, asked.reads_openmetrics());
    } else {
        let actual = Answer::Text(answer.content_type.clone());
        let text = Answer::Text("text/plain; version=0.0.4; charset=utf-8".to_owned());
        judge.ruled("content type", &flinks("content_type"), &actual, rule(text));
    }
    if asked.method == "HEAD" {
        judge.demand("no body in the answer to HEAD", answer.body.is_empty());
        return;
    }
    let actual = match page::parse(&answer.body, format) {
        Ok(page) => page,
        Err(why) => {
            return judge.wrong(format!(
                "a page that Prometheus refuses: {why}\n{}",
                answer.body
            ));
        }
    };
    members.judge_failures(judge, lost);
    let wanted = asked.names();
    judge.demand("a page without lines", true);
    let step = Step {
        flink: &flink.map(page::flinks).unwrap_or_default(),
        lost: lost.then_some(Row::Isolation),
        expected: &wanted::page(exposition, members, wanted.as_deref()),
        actual: &actual,
    };
    judge_items(judge, exposition, members, &step);
}
