//! The page in OpenMetrics' text format, version 1.0.0.
//!
//! Samples are, byte for byte, those of the other format. Families are not: OpenMetrics takes the ending of a counter or
//! of an info from the family's name, lets a family lay claim to names that it does not print, and forbids some types
//! values below 0. Where that does not fit, samples matter more than their type: the family is printed as one of no
//! known type for each name, which asks for nothing.

mod types;

pub(super) use types::can_have_type;

use super::family::{Family, Kind};
use super::samples::Section;
use super::text::{push_all, push_label_value};

/// What ends a page.
pub(super) const END: &[u8] = b"# EOF\n";

/// The section of that number of a family, which has one with its type, or else one for each name that samples have.
pub(super) fn section(kind: Kind, is_typed: bool, number: usize) -> Option<Section> {
    if is_typed {
        // Values may have gone below 0 since the type was settled on.
        let from_zero = kind != Kind::Gauge;
        let ending = None;
        return (number == 0).then_some(Section { ending, from_zero });
    }
    let ending = kind.sample_endings().get(number).copied()?;
    Some(Section {
        ending: Some(ending),
        from_zero: false,
    })
}

/// Writes what is above a section of the family `name`.
pub(super) fn header(name: &str, family: &Family, section: Section, out: &mut Vec<u8>) {
    let ending = section.ending.unwrap_or_default();
    let (name, word) = match section.ending {
        None => (types::name_with_type(name, family.kind), word(family.kind)),
        // What is 1 or not there is a gauge at any rate.
        Some(_) if family.kind == Kind::Info => (name, "gauge"),
        Some(_) => (name, "unknown"),
    };
    push_all(out, &["# TYPE ", name, ending, " ", word, "\n# HELP "]);
    push_all(out, &[name, ending, " "]);
    // Unlike the other format this one has quotes escaped everywhere.
    push_label_value(out, &family.help.metric);
    push_all(out, &[" (scope: ", &family.help.scope, ")\n"]);
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Gauge => "gauge",
        Kind::Counter => "counter",
        Kind::Info => "info",
        Kind::Summary => "summary",
        Kind::Histogram => "histogram",
    }
}
