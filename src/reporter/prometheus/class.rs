//! The reporter that waits to be scraped.

use super::keys::{ALLOW_LIST, BUCKETS, FILTER_VALUES, PREFIX};
use crate::reporter::class::{Class, Key, Make, PASSWORD, PASSWORD_FILE, USERNAME};

/// Flink's default port.
pub(crate) const DEFAULT_PORT: &str = "9249";
pub(crate) const DEFAULT_HOST: &str = "127.0.0.1";

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    names: &["prometheus"],
    keys: &[
        Key::new(
            "port",
            DEFAULT_PORT,
            "port, list or range of ports, of which the first free one is taken",
        ),
        Key::new("host", DEFAULT_HOST, "address to listen on"),
        FILTER_VALUES,
        ALLOW_LIST,
        PREFIX,
        BUCKETS,
        USERNAME,
        PASSWORD,
        PASSWORD_FILE,
        Key::new(
            "bearer-token-file",
            "",
            "file with a bearer token; either of the two suffices",
        ),
    ],
    make: Make::Page,
};
