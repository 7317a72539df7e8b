//! How metrics of each type look in each system: every reporter sends one, and what a receiver reads is told.

mod cell;
mod subject;
mod systems;

use std::time::Duration;

use metra::reporter::classes;

use crate::pushed::Program;
use cell::cell;
use subject::Subject;
use systems::System;

/// The pause between two reports, no multiple of that between two ticks.
const INTERVAL: Duration = Duration::from_secs(9);

/// Something that a system was told of the metric `x`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    /// What sort of thing it is there, in the system's word; empty where there is only one.
    kind: String,
    /// What it is called, without the scope.
    name: String,
    value: String,
}

impl Look {
    fn new(kind: &str, name: &str, value: impl ToString) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            value: value.to_string(),
        }
    }
}

/// The table in Markdown: a row for each type, a column for each class of reporters. Equal columns are one.
pub(crate) fn table() -> String {
    let mut columns: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    for class in classes() {
        let (heading, start) = systems::of(class.name());
        let cells: Vec<String> = Subject::ALL
            .iter()
            .map(|subject| looks(class.name(), &mut *start(), *subject))
            .collect();
        match columns.iter_mut().find(|(_, known)| *known == cells) {
            Some((headings, _)) => headings.push(heading),
            None => columns.push((vec![heading], cells)),
        }
    }
    let headings = columns.iter().map(|(headings, _)| headings.join(", "));
    let mut table = line("", headings);
    table += &line("---", columns.iter().map(|_| "---".to_owned()));
    for (row, subject) in Subject::ALL.iter().enumerate() {
        let cells = columns.iter().map(|(_, cells)| cells[row].clone());
        table += &line(subject.heading(), cells);
    }
    table
}

fn line(first: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {first} | {} |\n", cells.join(" | ")).replace("|  |", "| |")
}

/// What one cell says: how the second report of a metric looks, which tells totals from differences.
fn looks(class: &str, system: &mut dyn System, subject: Subject) -> String {
    let keys = system.keys();
    let keys = keys.iter().map(|(key, value)| (*key, value.as_str()));
    let usual = [("factory.class", class), ("interval", "9 s")];
    let keys: Vec<(&str, &str)> = usual.into_iter().chain(keys).collect();
    let program = Program::start(&keys);
    let update = subject.register(&program.root("app", &[]));
    update(subject::FIRST);
    program.pass(INTERVAL);
    system.read(&program);
    update(subject::THEN);
    let before = program.own("droppedMetrics");
    program.pass(INTERVAL);
    let looks = system.read(&program);
    let is_dropped = program.own("droppedMetrics") > before;
    match looks.as_slice() {
        [] if is_dropped => "left out, counted".to_owned(),
        [] => "nothing".to_owned(),
        looks => cell(looks, subject),
    }
}
