//! `reporters/prometheus/*.json`: what a real scrape of the page says.
//!
//! Flink's histograms with `fixed` statistics and the rates of its meters were made up for the vectors. Nothing can be made
//! up behind the C ABI, so real updates and marks take their place: counts are judged by the vector, rates and quantiles
//! by what the ABI reads back.

mod http;
mod labels;
mod members;
mod page;
mod rows;
mod series;
mod wanted;

use serde_json::{Map, Value};

use self::members::Members;
use self::rows::Rows;
use super::abi::METRA_ERROR_CONFIG;
use super::deviations::Row;
use super::json::{Fields, Object, text};
use super::scene::{Recording, Scene, Stage};
use super::verdict::{Answer, Judge};

/// The reporter of every vector.
const REPORTER: &str = "r";

/// How often rates are renewed; a new meter has its first rate at the second time.
const TICK_MS: u64 = 5000;

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let config = with_port(case.object("config"));
    let flink_starts = case.field("on_open").integer("reporters_started");
    let dropped = if flink_starts == 0 {
        vec![REPORTER.to_owned()]
    } else {
        Vec::new()
    };
    let stage = Stage::set(judge, &config, &[], &dropped, Recording::Told);
    if !stage.refused.is_empty() {
        // Flink falls back or goes without the reporter, metra has said no.
        return;
    }
    let scene = match (stage.open(), flink_starts) {
        (Ok(scene), _) => scene,
        (Err(refusal), 0) => {
            let named = config
                .keys()
                .any(|key| refusal.message.contains(key.as_str()));
            let held = refusal.status == METRA_ERROR_CONFIG && named;
            judge.deviates(
                format!("the registry is refused: {refusal}"),
                Row::Config,
                held,
            );
            return;
        }
        (Err(refusal), _) => panic!("the registry is refused: {refusal}"),
    };
    let started = scene.reporters.len() as i64;
    judge.flinks(
        "reporters started",
        &Answer::Integer(flink_starts),
        &Answer::Integer(started),
    );
    if started > 0 {
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
    let mut members = Members::make(judge, scene, config, case);
    for index in 0..case.list("metrics").len() {
        if !case.list("metrics")[index]
            .maybe("deferred")
            .is_some_and(|deferred| deferred == true)
        {
            members.register(judge, index);
        }
    }
    scene.clock.advance(2 * TICK_MS);
    let rows = Rows::new(config, case);
    for output in case.list("outputs") {
        let step = output.field("step");
        match step.text("op") {
            "scrape" => scrape(judge, &address, &members, &rows, output),
            "set" => members.set(step),
            "register" => members.register(judge, index(step, "metric")),
            "close" => scene.registry.close(),
            "close_group" => members.close_group(step.text("group")),
            other => panic!("unknown operation '{other}'"),
        }
    }
}

fn index(step: &Value, name: &str) -> usize {
    usize::try_from(step.integer(name)).expect("an index")
}

/// A gauge without value loses its own value, and that is counted.
fn judge_failures(judge: &mut Judge, members: &Members<'_>, lost: bool) {
    let counted = members.gauge_failures();
    if lost {
        judge.deviates(
            format!("gauges without value counted: {counted}"),
            Row::Isolation,
            counted > 0,
        );
    } else {
        judge.demand(
            "no gauge fails by itself",
            counted == 0 || members.had_failing_gauge,
        );
    }
}

/// `${PORT}` alone becomes any free port; in a list it becomes one that was free a moment ago.
fn with_port(config: &Object) -> Object {
    let value = |value: &Value| match text(value) {
        "${PORT}" => "0".to_owned(),
        other => other.replace("${PORT}", &http::free_port().to_string()),
    };
    let entries = config
        .iter()
        .map(|(key, entry)| (key.clone(), value(entry).into()));
    Map::from_iter(entries)
}

fn scrape(
    judge: &mut Judge,
    address: &str,
    members: &Members<'_>,
    rows: &Rows<'_>,
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
    judge_failures(judge, members, lost);
    let wanted = asked.names();
    let expected = wanted::page(members, wanted.as_deref());
    let flink = flink.map(page::flinks);
    rows.judge(judge, members, flink.as_ref(), &expected, &actual);
}
