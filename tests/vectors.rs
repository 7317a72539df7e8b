//! Flink's vectors, driven through the C ABI.
//!
//! `cargo test --test vectors` runs those in `tests/vectors`; `METRA_VECTORS` names another folder of the same layout. An
//! argument runs only the cases whose `topic/case` contains it. Each case prints a line: `pass` where every answer was
//! Flink's, `deviates` with the rows of the README's table of differences that judged some steps by what metra answers
//! instead, or `fail` with expected and actual.
//!
//! What vectors say of Flink's log is not judged: the texts are Flink's own, and the numbers that metra counts instead are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a vector that is not what it should be ends its case"
)]

extern crate metra as _;

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use support::{Case, Folder, Outcome};

/// How many cases of a topic came to what.
#[derive(Default)]
struct Tally {
    passed: usize,
    deviating: usize,
    failed: usize,
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Pass => self.passed += 1,
            Outcome::Deviates(_) => self.deviating += 1,
            Outcome::Fail(_) => self.failed += 1,
        }
    }
}

fn main() -> ExitCode {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let path = folder();
    let folder = Folder::read(&path);
    // What a case panics with is its verdict, not news for the terminal.
    std::panic::set_hook(Box::new(|_| ()));
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for case in folder
        .cases
        .iter()
        .filter(|case| is_wanted(case, wanted.as_deref()))
    {
        let outcome = case.run();
        println!("{}", line(case, &outcome));
        tallies.entry(&case.topic).or_default().count(&outcome);
    }
    summarise(&folder, &tallies);
    let failed: usize = tallies.values().map(|tally| tally.failed).sum();
    let passed: usize = tallies
        .values()
        .map(|tally| tally.passed + tally.deviating)
        .sum();
    let nothing = usize::from(passed + failed == 0);
    if nothing > 0 {
        println!("fail      nothing to run in {}", path.display());
    }
    println!("{passed} passed, {} failed", failed + nothing);
    ExitCode::from(u8::from(failed + nothing > 0))
}

/// Where the vectors are.
fn folder() -> PathBuf {
    let ours = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    std::env::var_os("METRA_VECTORS").map_or_else(ours, PathBuf::from)
}

fn is_wanted(case: &Case, part: Option<&str>) -> bool {
    part.is_none_or(|part| format!("{}/{}", case.topic, case.name).contains(part))
}

fn line(case: &Case, outcome: &Outcome) -> String {
    let name = format!("{}/{}", case.topic, case.name);
    match outcome {
        Outcome::Pass => format!("pass      {name}"),
        Outcome::Deviates(rows) => {
            let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
            format!("deviates  {name}  ({})", rows.join(", "))
        }
        Outcome::Fail(wrong) => format!(
            "fail      {name}\n            {}",
            wrong.join("\n            ")
        ),
    }
}

fn summarise(folder: &Folder, tallies: &BTreeMap<&str, Tally>) {
    println!();
    for (topic, tally) in tallies {
        let Tally {
            passed,
            deviating,
            failed,
        } = tally;
        println!("{topic}: {passed} as Flink, {deviating} by rule, {failed} failed");
    }
    for left_out in &folder.left_out {
        println!("not run: {left_out}");
    }
}
