//! The page in Prometheus' text format, version 0.0.4.

use super::family::{Family, Kind};
use super::text::{push_all, push_help};

/// Writes what is above the samples of a family.
pub(super) fn header(name: &str, family: &Family, out: &mut Vec<u8>) {
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
