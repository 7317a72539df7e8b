//! `reporters/otel-grpc/*.json`: metra sends OTLP over HTTP only, so a configuration that asks for gRPC is refused with
//! word of the endpoint for HTTP.

use serde_json::Value;

use super::ports::{free_port, placed};
use super::start::{self, Terms};
use crate::support::json::Fields;
use crate::support::scene::Time;
use crate::support::verdict::Judge;

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let port = free_port().to_string();
    let config = placed(case.object("config"), |value| {
        value.replace("${PORT}", &port)
    });
    let terms = Terms {
        refused: Some("metrics.reporter.r.exporter.protocol".to_owned()),
        instead: "/v1/metrics",
        kept: None,
    };
    if let Some(stage) = start::stage(judge, Time::Manual, &config, case) {
        start::open(judge, stage, case, &terms);
    }
}
