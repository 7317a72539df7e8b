//! The folder of vectors and the cases in it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::json::Fields;
use super::reporters;
use super::topics;
use super::verdict::{Judge, Outcome};

/// Drives one case.
type Drive = fn(&mut Judge, &Value);

/// The files at the top of a folder that are driven, each with its topic.
const TOPICS: [(&str, Drive); 7] = [
    ("scope", topics::scope::drive),
    ("groups", topics::groups::drive),
    ("meter", topics::meter::drive),
    ("histogram", topics::histogram::drive),
    ("filter", topics::filter::drive),
    ("variables", topics::variables::drive),
    ("reporter_setup", topics::reporter_setup::drive),
];

/// The files at the top of a folder that are not driven here, each with the reason.
const LEFT_OUT: [(&str, &str); 2] = [
    ("latency", "metra has no latency tracking yet"),
    ("scenarios", "metra's own, played by tests/scenarios"),
];

/// One case of a topic.
pub(crate) struct Case {
    pub(crate) topic: String,
    pub(crate) name: String,
    drive: Result<Drive, String>,
    content: Value,
}

impl Case {
    /// Drives the case; a panic on the way fails it.
    pub(crate) fn run(&self) -> Outcome {
        let drive = match &self.drive {
            Ok(drive) => drive,
            Err(why) => return Outcome::Fail(vec![why.clone()]),
        };
        let driven = std::panic::catch_unwind(|| {
            let mut judge = Judge::default();
            drive(&mut judge, &self.content);
            judge.outcome()
        });
        driven.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Outcome::Fail(vec![text.unwrap_or("a panic without text").to_owned()])
        })
    }

    fn unreadable(topic: &str, name: &str, why: impl Into<String>) -> Self {
        Self {
            topic: topic.to_owned(),
            name: name.to_owned(),
            drive: Err(why.into()),
            content: Value::Null,
        }
    }
}

/// A folder of vectors, laid out as `tests/vectors` is.
pub(crate) struct Folder {
    pub(crate) cases: Vec<Case>,
    /// What is there and is not driven here, in words.
    pub(crate) left_out: Vec<String>,
}

impl Folder {
    /// Reads what is there; files that are missing are not run.
    pub(crate) fn read(path: &Path) -> Self {
        let mut folder = Self {
            cases: Vec::new(),
            left_out: Vec::new(),
        };
        for file in json_files(path) {
            folder.take_topic(&file);
        }
        for reporter in entries(&path.join("reporters")) {
            folder.take_reporter(&reporter);
        }
        if path.join("rest").is_dir() {
            folder.left_out.push("rest: not driven here".to_owned());
        }
        folder
    }

    fn take_topic(&mut self, file: &Path) {
        let topic = stem(file);
        if let Some((_, why)) = LEFT_OUT.iter().find(|(known, _)| *known == topic) {
            self.left_out.push(format!("{topic}.json: {why}"));
            return;
        }
        let Some((_, drive)) = TOPICS.iter().find(|(known, _)| *known == topic) else {
            self.cases.push(Case::unreadable(
                &topic,
                "*",
                "no topic of this name is known",
            ));
            return;
        };
        match parsed(file) {
            Ok(content) if content.maybe("cases").is_some_and(Value::is_array) => {
                let cases = content.list("cases").iter().enumerate();
                self.cases.extend(cases.map(|(index, case)| {
                    Case {
                        topic: topic.clone(),
                        name: case
                            .maybe_text("name")
                            .map_or_else(|| index.to_string(), str::to_owned),
                        drive: Ok(*drive),
                        content: case.clone(),
                    }
                }));
            }
            Ok(_) => self.cases.push(Case::unreadable(
                &topic,
                "*",
                "no list of cases in the file",
            )),
            Err(why) => self.cases.push(Case::unreadable(&topic, "*", why)),
        }
    }

    fn take_reporter(&mut self, path: &Path) {
        let reporter = stem(path);
        let topic = format!("reporters/{reporter}");
        let drive = match reporters::driver(&reporter) {
            Ok(drive) => drive,
            Err(why) => return self.left_out.push(format!("{topic}: {why}")),
        };
        for file in json_files(path) {
            self.cases.push(match parsed(&file) {
                Ok(content) => Case {
                    topic: topic.clone(),
                    name: stem(&file),
                    drive: Ok(drive),
                    content,
                },
                Err(why) => Case::unreadable(&topic, &stem(&file), why),
            });
        }
    }
}

fn parsed(file: &Path) -> Result<Value, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("no JSON: {error}"))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let is_json = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
    entries(folder).into_iter().filter(is_json).collect()
}

/// What is in a folder, sorted; nothing if there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
