//! What a cell of the table says.

use super::Look;
use super::subject::{FIRST, Subject, THEN};

/// What Flink shows of histograms.
const ELEVEN: [&str; 11] = [
    "count", "max", "mean", "min", "p50", "p75", "p95", "p98", "p99", "p999", "stddev",
];

/// Things of one sort that follow each other.
struct Run<'a> {
    kind: &'a str,
    is_difference: bool,
    names: Vec<&'a str>,
}

/// `looks`, which are not none, in Markdown.
pub(crate) fn cell(looks: &[Look], subject: Subject) -> String {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for look in looks {
        let (kind, name) = (look.kind.as_str(), look.name.as_str());
        let is_difference = subject.counts() && look.is_number(THEN);
        match runs.last_mut() {
            Some(run) if run.kind == kind && run.is_difference == is_difference => {
                if !run.names.contains(&name) {
                    run.names.push(name);
                }
            }
            _ => runs.push(Run {
                kind,
                is_difference,
                names: vec![name],
            }),
        }
    }
    let runs: Vec<String> = runs.iter().map(Run::in_words).collect();
    let text = runs.join(", ");
    match (subject, looks) {
        (Subject::Flag, [look]) if look.is_number(1) => format!("{text}, 1 or 0"),
        (Subject::Flag, [_]) => format!("{text}, as text"),
        _ => text,
    }
}

impl Look {
    fn is_number(&self, number: i64) -> bool {
        let total = FIRST + THEN;
        assert_ne!(number, total);
        self.value.parse() == Ok(number as f64)
    }
}

impl Run<'_> {
    fn in_words(&self) -> String {
        let kind = self.kind;
        let names = match self.stem_of_eleven() {
            Some("") => "Flink's eleven".to_owned(),
            Some(stem) => format!("`{stem}…`, Flink's eleven"),
            None => {
                let quoted = self.names.iter().map(|name| format!("`{name}`"));
                quoted.collect::<Vec<_>>().join(" ")
            }
        };
        let ending = if self.is_difference {
            " (difference)"
        } else {
            ""
        };
        format!("{kind} {names}{ending}").trim_start().to_owned()
    }

    /// What the names begin with, if they are Flink's eleven.
    fn stem_of_eleven(&self) -> Option<&str> {
        let stem = self
            .names
            .iter()
            .find_map(|name| name.strip_suffix("count"))?;
        let mut ends: Vec<&str> = Vec::new();
        for name in &self.names {
            ends.push(name.strip_prefix(stem)?);
        }
        ends.sort_unstable();
        (ends == ELEVEN).then_some(stem)
    }
}
