//! The committed header is what cbindgen makes of src/ffi, and is complete.
//!
//! `METRA_BLESS=1 cargo test --test header` writes it anew.
#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn path() -> PathBuf {
    root().join("include/metra.h")
}

fn committed() -> String {
    fs::read_to_string(path()).unwrap().replace("\r\n", "\n")
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    let bindings = cbindgen::generate_with_config(root(), config).unwrap();
    let mut header = Vec::new();
    bindings.write(&mut header);
    String::from_utf8(header).unwrap()
}

/// The name of every function in the header, with the comment above it.
fn functions(header: &str) -> Vec<(String, String)> {
    let mut functions = Vec::new();
    let mut comment = String::new();
    for line in header.lines() {
        if let Some(text) = line.strip_prefix("//") {
            comment.push_str(text);
            comment.push('\n');
        } else if line.is_empty() {
            comment.clear();
        } else if let Some(name) = declared(line) {
            functions.push((name.to_owned(), std::mem::take(&mut comment)));
        }
    }
    functions
}

/// The function whose declaration begins on this line.
fn declared(line: &str) -> Option<&str> {
    let (before, _) = line.split_once('(')?;
    let name = before.rsplit([' ', '*']).next()?;
    let is_declaration = !line.starts_with([' ', '#']) && !line.starts_with("typedef");
    (is_declaration && name.starts_with("metra_")).then_some(name)
}

#[test]
fn committed_header_is_what_the_sources_say() {
    let generated = generated();
    if std::env::var_os("METRA_BLESS").is_some() {
        fs::write(path(), &generated).unwrap();
    }
    assert!(
        generated == committed(),
        "include/metra.h is stale: METRA_BLESS=1 cargo test --test header"
    );
}

#[test]
fn version_macros_are_the_crates_version() {
    let macros = [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ];
    let header = committed();
    for (part, version) in macros {
        let line = format!("#define METRA_VERSION_{part} {version}");
        assert!(header.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn every_function_says_from_which_threads_it_may_be_called() {
    let header = committed();
    let functions = functions(&header);
    assert!(functions.len() > 50, "{} functions", functions.len());
    for (name, comment) in functions {
        assert!(comment.contains("\n Thread safety: "), "{name}:\n{comment}");
    }
}

#[test]
fn every_function_explains_each_parameter_and_what_it_returns() {
    let header = committed();
    let text = header.replace('\n', " ");
    let mut missing = Vec::new();
    for (name, comment) in functions(&header) {
        let (before, after) = text.split_once(&format!("{name}(")).unwrap();
        let (parameters, _) = after.split_once(')').unwrap();
        for parameter in parameters.split(',').filter(|all| *all != "void") {
            let parameter = parameter.rsplit([' ', '*']).next().unwrap();
            if !comment.contains(&format!("@param {parameter} ")) {
                missing.push(format!("{name}: @param {parameter}"));
            }
        }
        if before.ends_with("void ") == comment.contains("@return ") {
            missing.push(format!("{name}: @return"));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_function_that_returns_a_status_warns_when_it_is_ignored() {
    let header = committed().replace("METRA_NODISCARD\nenum", "METRA_NODISCARD enum");
    let returning = header
        .lines()
        .filter(|line| line.contains("enum metra_status metra_"));
    let mut count = 0;
    for line in returning {
        assert!(line.starts_with("METRA_NODISCARD "), "{line}");
        count += 1;
    }
    assert!(count > 30, "{count} functions");
}
