//! `reporters/<system>/*.json`: what reporters send or show.
//!
//! A case is a configuration, groups, metrics and steps, and what Flink's reporter sent in each step. It is played through
//! the C ABI, and what came out is judged item by item three ways: what Flink said, what metra is to say by a model that
//! knows nothing of metra's code, and what metra said. metra must say what the model says; where that is not what Flink
//! said, a row must speak of it, and a row speaks of the inputs.
//!
//! Flink's histograms with `fixed` statistics and the rates of its meters were made up for the vectors. Nothing can be made
//! up behind the C ABI, so real updates and marks take their place: counts are judged by the vector, rates and statistics
//! by what the ABI reads back.

mod compare;
mod datadog;
mod doubles;
mod graphite;
mod grpc;
mod influxdb;
mod member;
mod members;
mod metric;
mod opentelemetry;
mod own;
mod ports;
mod prometheus;
mod push;
mod pushgateway;
mod receivers;
mod rows;
mod said;
mod sight;
mod slf4j;
mod start;
mod statsd;

use serde_json::Value;

use super::verdict::Judge;

/// Drives one case of a system.
type Drive = fn(&mut Judge, &Value);

/// What drives the cases in a folder of this name, or why nothing here does.
pub(crate) fn driver(system: &str) -> Result<Drive, &'static str> {
    match system {
        "graphite" => Ok(push::drive::<graphite::Graphite>),
        "prometheus" => Ok(prometheus::drive),
        "statsd" => Ok(push::drive::<statsd::StatsD>),
        "datadog" => Ok(push::drive::<datadog::Datadog>),
        "influxdb" => Ok(push::drive::<influxdb::InfluxDb>),
        "pushgateway" => Ok(push::drive::<pushgateway::Pushgateway>),
        "slf4j" => Ok(push::drive::<slf4j::Slf4j>),
        "otel-grpc" => Ok(grpc::drive),
        "otel-http" => Ok(push::drive::<opentelemetry::OpenTelemetry>),
        "jmx" => Err("shown by the Java binding"),
        _ => Err("not driven here"),
    }
}
