//! `reporter_setup.json`: which reporters a configuration starts, in which order, with which delimiter and interval.

use serde_json::Value;

use crate::support::abi::METRA_ERROR_CONFIG;
use crate::support::deviations::{Row, config as rules, filters::Filter};
use crate::support::host::ReporterInfo;
use crate::support::json::{Fields, Object};
use crate::support::model;
use crate::support::scene::{Recording, Scene, Stage};
use crate::support::verdict::{Answer, Judge};

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let config = case.object("config");
    let entries = case.list("reporters");
    let (started, too_short): (Vec<&Value>, Vec<&Value>) =
        entries.iter().partition(|entry| entry.flag("started"));
    let started_names: Vec<&str> = started.iter().map(|entry| entry.text("name")).collect();
    let dropped: Vec<String> = with_factory(config)
        .into_iter()
        .filter(|name| !started_names.contains(&name.as_str()))
        .collect();
    let mut stage = Stage::set(judge, config, &[], &dropped, Recording::Told);
    if !too_short.is_empty() {
        let rest = judge_too_short(judge, stage, config, &too_short);
        stage = Stage::set(judge, &rest, &[], &dropped, Recording::Told);
    }
    let flink: Vec<Entry> = started.iter().map(|entry| Entry::read(entry)).collect();
    let (rows, model) = with_kept(config, &stage, &dropped, &flink);
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let row = rows.first().copied();
    let rule = row.map(|row| (row, Entry::answer(model)));
    judge.ruled(
        "started reporters",
        &Entry::answer(flink),
        &Entry::started(&scene),
        rule,
    );
}

/// One reporter of a list whose order is that of the indices.
#[derive(Clone)]
struct Entry {
    /// What the vector says; otherwise it is the place in the list.
    index: Option<i64>,
    name: String,
    delimiter: String,
    interval_ms: u64,
}

impl Entry {
    fn read(entry: &Value) -> Self {
        Self {
            index: Some(entry.integer("index")),
            name: entry.text("name").to_owned(),
            delimiter: entry.text("delimiter").to_owned(),
            interval_ms: entry.integer("interval_ms").unsigned_abs(),
        }
    }

    fn answer(entries: Vec<Self>) -> Answer {
        let words = entries.into_iter().zip(0..).map(|(entry, place)| {
            let Self {
                index,
                name,
                delimiter,
                interval_ms,
            } = entry;
            let index = index.unwrap_or(place);
            format!("{index} {name:?} {delimiter:?} {interval_ms} ms")
        });
        Answer::list(words)
    }

    fn started(scene: &Scene) -> Answer {
        let entry = |info: &ReporterInfo| Self {
            index: None,
            name: info.name.clone(),
            delimiter: info.delimiter.clone(),
            interval_ms: info.interval_ms,
        };
        Self::answer(scene.reporters.iter().map(entry).collect())
    }
}

/// Flink keeps a push reporter with an interval below 1 ms from starting; metra keeps the registry from starting, naming
/// the key. Gives the configuration without those reporters, which is to be as Flink's.
fn judge_too_short(
    judge: &mut Judge,
    stage: Stage,
    config: &Object,
    reporters: &[&Value],
) -> Object {
    let mut rest = config.clone();
    let mut keys = Vec::new();
    for reporter in reporters {
        let prefix = format!("metrics.reporter.{}.", reporter.text("name"));
        let key = format!("{prefix}interval");
        let interval = config.get(&key).and_then(Value::as_str).unwrap_or_default();
        if rules::is_push_interval(interval) {
            judge.wrong(format!(
                "no rule says why {} is not started",
                reporter.text("name")
            ));
        }
        keys.push(key);
        rest.retain(|key, _| !key.starts_with(&prefix));
    }
    let refusal = stage.open().err();
    let held = refusal.as_ref().is_some_and(|refusal| {
        let names = |key: &String| refusal.message.contains(key.as_str());
        refusal.status == METRA_ERROR_CONFIG && keys.iter().any(names)
    });
    judge.deviates(
        format!("interval too short: {refusal:?}"),
        Row::Config,
        held,
    );
    rest
}

/// The started reporters with those that Flink drops for a value which metra refuses by itself (the reporter goes without
/// it) or takes literally, and the rows that say so.
fn with_kept(
    config: &Object,
    stage: &Stage,
    dropped: &[String],
    flink: &[Entry],
) -> (Vec<Row>, Vec<Entry>) {
    let mut rows = Vec::new();
    let mut entries = flink.to_vec();
    // Another reporter moves the indices on.
    let unnumbered = |entry: &mut Entry| entry.index = None;
    for name in dropped.iter().filter(|name| is_selected(config, name)) {
        let prefix = format!("metrics.reporter.{name}.");
        let setting = |key: &str| {
            config
                .get(&format!("{prefix}{key}"))
                .and_then(Value::as_str)
        };
        let filter = Filter::read(setting("filter.includes"), setting("filter.excludes"));
        let refused = stage
            .refused
            .iter()
            .find(|(key, _)| key.starts_with(&prefix));
        match (refused, filter) {
            (Some((_, row)), _) => rows.push(*row),
            (None, Ok(filter)) if filter.is_regular() => rows.push(Row::Filters),
            _ => continue,
        }
        entries.iter_mut().for_each(unnumbered);
        entries.push(Entry {
            index: None,
            name: name.clone(),
            delimiter: model::reporter_delimiter(config, name),
            interval_ms: rules::interval_ms(setting("interval")),
        });
    }
    entries.sort_by(|one, two| one.name.encode_utf16().cmp(two.name.encode_utf16()));
    (rows, entries)
}

/// The names to which the configuration gives a factory that exists.
fn with_factory(config: &Object) -> Vec<String> {
    let known = config.iter().filter(|(_, class)| {
        class
            .as_str()
            .is_some_and(|class| class.starts_with("<test "))
    });
    let names = known.filter_map(|(key, _)| {
        key.strip_prefix("metrics.reporter.")?
            .strip_suffix(".factory.class")
    });
    let plain =
        |name: &&str| !name.contains(|letter: char| letter == '.' || letter.is_whitespace());
    names.filter(plain).map(str::to_owned).collect()
}

/// Whether `metrics.reporters` selects a reporter: it names it, or nobody.
fn is_selected(config: &Object, name: &str) -> bool {
    let list = config
        .get("metrics.reporters")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let last = list.matches(',').count();
    let names: Vec<&str> = list
        .split(',')
        .enumerate()
        .map(|(index, part)| {
            let part = if index > 0 { part.trim_start() } else { part };
            if index < last { part.trim_end() } else { part }
        })
        .filter(|part| !part.is_empty())
        .collect();
    names.is_empty() || names.contains(&name)
}
