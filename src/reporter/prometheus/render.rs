//! The page in Prometheus' text format, version 0.0.4.

use super::family::{Family, Kind};
use super::index::Index;
use super::samples::Samples;
use super::text::{push_all, push_help};

/// Writes the families of `index`, as its readings and metrics are now, at the end of `out`.
///
/// If sample names are `wanted`, only those and the families that have any of them.
pub(super) fn render(index: &Index, wanted: Option<&[String]>, out: &mut Vec<u8>) {
    for (name, family) in index.families.iter() {
        let start = out.len();
        header(name, family, out);
        let end_of_header = out.len();
        let mut samples = Samples::new(index, name, out);
        samples.wanted = wanted;
        samples.write(family);
        if out.len() == end_of_header {
            out.truncate(start);
        }
    }
}

fn header(name: &str, family: &Family, out: &mut Vec<u8>) {
    let kind = match family.kind {
        Kind::Gauge | Kind::Info => "gauge",
        Kind::Counter => "counter",
        Kind::Summary => "summary",
        Kind::Histogram => "histogram",
    };
    push_all(out, &["# HELP ", name, " "]);
    push_help(out, &family.help.metric);
    push_all(out, &[" (scope: ", &family.help.scope, ")\n"]);
    push_all(out, &["# TYPE ", name, " ", kind, "\n"]);
}
