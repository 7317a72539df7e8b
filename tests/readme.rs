//! What the README says of reporters is what the code has and does.
//!
//! `METRA_BLESS=1 cargo test --test readme` writes those parts anew.
#![cfg(all(feature = "http", feature = "push", feature = "push-http"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic"
)]

mod mapping;
mod pushed;
mod receivers;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use metra::reporter::{COMMON_KEYS, Class, Key, PUSH_KEYS, classes};

/// Held by who reads or writes the README.
static README: Mutex<()> = Mutex::new(());

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// Demands that the README has `text` between the comments that begin and end the part called `name`, or puts it there.
fn check(name: &str, text: &str) {
    let _guard = README.lock().unwrap_or_else(|broken| broken.into_inner());
    let readme = fs::read_to_string(path()).unwrap().replace("\r\n", "\n");
    let (begin, end) = (
        format!("<!-- {name}: begin"),
        format!("<!-- {name}: end -->"),
    );
    let (before, rest) = readme.split_once(&begin).unwrap();
    let (comment, rest) = rest.split_once("-->\n").unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    let text = format!("\n{text}\n");
    if std::env::var_os("METRA_BLESS").is_some() {
        let readme = format!("{before}{begin}{comment}-->\n{text}{end}{after}");
        fs::write(path(), readme).unwrap();
    } else if found != text {
        println!("{text}");
        panic!("README.md is stale: METRA_BLESS=1 cargo test --test readme");
    }
}

fn keys_table(keys: &[Key]) -> String {
    let line = |key: &Key| {
        let Key {
            name,
            default,
            meaning,
        } = key;
        format!("| `{name}` | {default} | {meaning} |\n").replace("|  |", "| |")
    };
    let lines: String = keys.iter().map(line).collect();
    format!("| key | default | |\n| --- | --- | --- |\n{lines}")
}

fn class_section(class: &Class) -> String {
    let names: Vec<String> = class.names.iter().map(|name| format!("`{name}`")).collect();
    let (names, flink) = (names.join(", "), class.flink);
    let table = keys_table(class.keys);
    format!("### {names}\n\nFlink's class is `{flink}`.\n\n{table}")
}

/// The names of classes, as a sentence has them.
fn enumeration(classes: &[&Class]) -> String {
    let names: Vec<String> = classes
        .iter()
        .map(|class| format!("`{}`", class.name()))
        .collect();
    match names.split_last() {
        Some((last, [first @ .., next])) => {
            let first: String = first.iter().map(|name| format!("{name}, ")).collect();
            format!("{first}{next} and {last}")
        }
        _ => names.concat(),
    }
}

#[test]
fn keys_are_those_of_the_code() {
    let common = keys_table(COMMON_KEYS);
    let push = keys_table(PUSH_KEYS);
    let (pushing, pulling): (Vec<&Class>, Vec<&Class>) =
        classes().iter().partition(|class| class.pushes());
    let (pushing, pulling) = (enumeration(&pushing), enumeration(&pulling));
    let sections: Vec<String> = classes().iter().map(|class| class_section(class)).collect();
    let text = format!(
        "Every reporter has these keys:\n\n{common}\n\
         {pulling} waits to be asked. {pushing} report at an interval and have two more:\n\n{push}\n{}",
        sections.join("\n")
    );
    check("keys", &text);
}

#[test]
fn metrics_look_as_they_are_sent() {
    check("looks", &mapping::table());
}

#[test]
fn differences_that_vectors_are_judged_by_are_listed() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/deviations/mod.rs");
    let rules = fs::read_to_string(rules).unwrap();
    let names = rules.lines().filter_map(|line| {
        let (_, name) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
        name.strip_suffix("\",")
    });
    let readme = fs::read_to_string(path()).unwrap();
    // How types look has a table of its own, and what is not built a sentence.
    let names: Vec<&str> = names
        .filter(|name| !["types", "out-of-scope"].contains(name))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(readme.contains(&format!("\n| {name} | ")), "{name}");
    }
}
