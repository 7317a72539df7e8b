//! The systems that are reported to, and how reporters are told of them.

use super::sinks::Protocol::{self, Http, NoSocket, Tcp, Udp};

/// A system, or one of several ways of speaking to it.
pub struct System {
    /// What rows call metra's reporter to it.
    pub subject: &'static str,
    pub class: &'static str,
    pub protocol: Protocol,
    /// The reporter's keys; `{port}` stands for the system's port.
    pub keys: &'static [(&'static str, &'static str)],
}

impl System {
    const fn new(
        subject: &'static str,
        class: &'static str,
        protocol: Protocol,
        keys: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            subject,
            class,
            protocol,
            keys,
        }
    }
}

const LOCAL: (&str, &str) = ("host", "127.0.0.1");
const PORT: (&str, &str) = ("port", "{port}");
const URL: (&str, &str) = ("url", "http://127.0.0.1:{port}");
const API_KEY: (&str, &str) = ("apikey", "bench");
const ENDPOINT: (&str, &str) = ("exporter.endpoint", "http://127.0.0.1:{port}/v1/metrics");
const GZIP: (&str, &str) = ("gzip", "true");
const PLAIN: (&str, &str) = ("gzip", "false");

pub const SYSTEMS: &[System] = &[
    System::new("metra statsd", "statsd", Udp, &[LOCAL, PORT]),
    System::new("metra graphite", "graphite", Tcp, &[LOCAL, PORT]),
    System::new(
        "metra influxdb",
        "influxdb",
        Http,
        &[LOCAL, PORT, ("db", "bench")],
    ),
    System::new(
        "metra influxdb (gzip)",
        "influxdb",
        Http,
        &[LOCAL, PORT, ("db", "bench"), GZIP],
    ),
    System::new("metra datadog", "datadog", Http, &[URL, API_KEY, PLAIN]),
    System::new("metra datadog (gzip)", "datadog", Http, &[URL, API_KEY]),
    System::new("metra opentelemetry", "opentelemetry", Http, &[ENDPOINT]),
    System::new(
        "metra opentelemetry (gzip)",
        "opentelemetry",
        Http,
        &[ENDPOINT, ("exporter.compression", "gzip")],
    ),
    System::new(
        "metra opentelemetry (JSON)",
        "opentelemetry",
        Http,
        &[ENDPOINT, ("exporter.encoding", "json")],
    ),
    System::new(
        "metra pushgateway",
        "pushgateway",
        Http,
        &[("hostUrl", "http://127.0.0.1:{port}"), ("jobName", "bench")],
    ),
    System::new("metra log", "log", NoSocket, &[]),
    System::new(
        "metra log (file)",
        "log",
        NoSocket,
        &[("file", "/dev/null")],
    ),
];
