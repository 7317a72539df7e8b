//! The text of a report, read section by section.

use crate::support::reporters::own::{Heard, is_own};
use crate::support::reporters::said::Said;

/// What an entry of a report is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(super) section: String,
    pub(super) name: String,
    /// Which statistic, where a metric has several in one line.
    pub(super) part: String,
}

const HEADER: &str =
    "\n=========================== Starting metrics report ===========================\n";
const FOOTER: &str =
    "\n=========================== Finished metrics report ===========================\n";
const RULE: &str = "---------------------------------------------------------------------";
const NOTHING: &str = "Skipping metrics report because no metrics are registered.";

/// The sections, in their order.
pub(super) const COUNTERS: &str = "Counters";
pub(super) const GAUGES: &str = "Gauges";
pub(super) const METERS: &str = "Meters";
pub(super) const HISTOGRAMS: &str = "Histograms";
const DISTRIBUTIONS: &str = "Distributions";
const SECTIONS: [&str; 5] = [COUNTERS, GAUGES, METERS, HISTOGRAMS, DISTRIBUTIONS];

/// The statistics of a histogram, in their order.
pub(super) const STATISTICS: [&str; 11] = [
    "count", "min", "max", "mean", "stddev", "p50", "p75", "p95", "p98", "p99", "p999",
];

/// What is between a name and what is said of it.
const JOINT: &str = ": ";

/// Whether a line of the log is a report.
pub(super) fn is_report(text: &str) -> bool {
    text == NOTHING || text.starts_with("\n=")
}

/// A report, and the identifiers that it may have. Names and values can hold anything, also line breaks; only who knows
/// the names can tell where one begins.
pub(super) struct Text<'a> {
    rest: &'a str,
    known: &'a [String],
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str, known: &'a [String]) -> Self {
        Self { rest: text, known }
    }

    /// Reads all entries.
    pub(super) fn read(mut self, heard: &mut Heard<Entry>) -> Result<(), String> {
        if self.rest == NOTHING {
            return Ok(());
        }
        self.rest = self.rest.strip_prefix(HEADER).ok_or("no header")?;
        let mut sections = SECTIONS.iter();
        while self.rest != FOOTER {
            let headed = sections.find_map(|section| {
                let head = format!("\n-- {section} {RULE}\n");
                Some((*section, self.rest.strip_prefix(head.as_str())?))
            });
            let unreadable = || format!("no section and no footer: {:?}", self.rest);
            let (section, rest) = headed.ok_or_else(unreadable)?;
            self.rest = rest;
            while !self.is_at_end_of_section() {
                self.read_entry(section, heard)?;
            }
        }
        Ok(())
    }

    fn is_at_end_of_section(&self) -> bool {
        ends_section(self.rest)
    }

    /// Reads an entry: a name, and a value up to what can only be the next one.
    fn read_entry(&mut self, section: &str, heard: &mut Heard<Entry>) -> Result<(), String> {
        let unreadable = || format!("no entry of {section}: {:?}", self.rest);
        let (name, rest) = self.name(self.rest).ok_or_else(unreadable)?;
        let mut breaks = rest.match_indices('\n').map(|(at, _)| at);
        let is_end = |at: &usize| {
            let after = &rest[at + 1..];
            ends_section(after) || self.name(after).is_some()
        };
        let end = breaks.find(is_end).ok_or_else(unreadable)?;
        self.rest = &rest[end + 1..];
        let value = &rest[..end];
        let entry = |part: &str| Entry {
            section: section.to_owned(),
            name: name.to_owned(),
            part: part.to_owned(),
        };
        if section != HISTOGRAMS {
            heard.take(name, entry(""), Said::text(value));
            return Ok(());
        }
        for (part, value) in statistics(value)? {
            heard.take(name, entry(part), Said::text(value));
        }
        Ok(())
    }

    /// The name at the beginning of a text and what follows it: the longest that is known, one of metra's own, or that of
    /// an unknown metric, in which nothing breaks the line.
    fn name<'b>(&self, text: &'b str) -> Option<(&'b str, &'b str)> {
        let after = |name: &String| {
            let rest = text.strip_prefix(name.as_str())?.strip_prefix(JOINT)?;
            Some((&text[..name.len()], rest))
        };
        let known = self.known.iter().filter_map(after);
        let longest = known.max_by_key(|(name, _)| name.len());
        longest.or_else(|| {
            let line = text.split('\n').next()?;
            let at = if is_own(line) {
                line.find(JOINT)?
            } else {
                line.rfind(JOINT)?
            };
            Some((&text[..at], &text[at + JOINT.len()..]))
        })
    }
}

/// Whether the next section begins here, or the footer.
fn ends_section(text: &str) -> bool {
    let is_head = |section: &&str| text.starts_with(&format!("\n-- {section} {RULE}\n"));
    text == FOOTER || SECTIONS.iter().any(is_head)
}

/// What a line says of a histogram: all statistics, in the order that Flink has.
fn statistics(line: &str) -> Result<Vec<(&'static str, &str)>, String> {
    let parts: Vec<&str> = line.split(", ").collect();
    if parts.len() != STATISTICS.len() {
        return Err(format!("not all statistics: {line:?}"));
    }
    let mut read = Vec::new();
    for (name, part) in STATISTICS.iter().zip(parts) {
        let value = part
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('='));
        let value = value.ok_or_else(|| format!("no {name}: {line:?}"))?;
        read.push((*name, value));
    }
    Ok(read)
}
