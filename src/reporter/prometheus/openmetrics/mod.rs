//! The page in OpenMetrics' text format, version 1.0.0.
//!
//! Samples are, byte for byte, those of the other format. Families are not: OpenMetrics takes the ending of a counter or
//! of an info from the family's name, lets a family lay claim to names that it does not print, and forbids some types
//! values below 0. Where that does not fit, samples matter more than their type: the family is printed as one of no
//! known type for each name, which asks for nothing.

mod types;

use super::family::{Family, Kind};
use super::index::Index;
use super::samples::Samples;
use super::text::{push_all, push_label_value};

/// Writes the families of `index`, as its readings and metrics are now, at the end of `out`.
///
/// If sample names are `wanted`, only those and the families that have any of them.
pub(super) fn render(index: &Index, wanted: Option<&[String]>, out: &mut Vec<u8>) {
    let mut printer = Printer { index, wanted, out };
    for (name, family) in index.families.iter() {
        printer.family(name, family);
    }
    out.extend_from_slice(b"# EOF\n");
}

struct Printer<'a> {
    index: &'a Index,
    wanted: Option<&'a [String]>,
    out: &'a mut Vec<u8>,
}

impl Printer<'_> {
    /// Writes what stands in a family, or nothing if it has no samples.
    fn family(&mut self, name: &str, family: &Family) {
        let is_typed = types::name_with_type(self.index, name, family)
            .is_some_and(|typed| self.typed(typed, name, family));
        if !is_typed {
            self.untyped(name, family);
        }
    }

    /// Writes the family with its type under the name `typed`; false, and nothing, if a value does not fit the type.
    fn typed(&mut self, typed: &str, name: &str, family: &Family) -> bool {
        let start = self.out.len();
        self.header(typed, word(family.kind), family);
        let end_of_header = self.out.len();
        let mut samples = Samples::new(self.index, name, self.out);
        samples.wanted = self.wanted;
        let is_below_zero = samples.write(family);
        let fits = family.kind == Kind::Gauge || !is_below_zero;
        if !fits || self.out.len() == end_of_header {
            self.out.truncate(start);
        }
        fits
    }

    /// Writes a family for each name that samples have.
    fn untyped(&mut self, name: &str, family: &Family) {
        let kind = match family.kind {
            // What is 1 or not there is a gauge at any rate.
            Kind::Info => "gauge",
            _ => "unknown",
        };
        for ending in family.kind.sample_endings() {
            let start = self.out.len();
            self.header(&format!("{name}{ending}"), kind, family);
            let end_of_header = self.out.len();
            let mut samples = Samples::new(self.index, name, self.out);
            samples.wanted = self.wanted;
            samples.ending = Some(ending);
            samples.write(family);
            if self.out.len() == end_of_header {
                self.out.truncate(start);
            }
        }
    }

    fn header(&mut self, name: &str, kind: &str, family: &Family) {
        push_all(
            self.out,
            &["# TYPE ", name, " ", kind, "\n# HELP ", name, " "],
        );
        // Unlike the other format this one has quotes escaped everywhere.
        push_label_value(self.out, &family.help.metric);
        push_all(self.out, &[" (scope: ", &family.help.scope, ")\n"]);
    }
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
