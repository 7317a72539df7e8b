//! Who sends the metrics.

use crate::config::ReporterSettings;
use crate::error::Error;

/// OpenTelemetry's name for a service that nobody named.
pub(super) const UNKNOWN_SERVICE: &str = "unknown_service:metra";

const ATTRIBUTES: &str = "resource.attributes";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The attributes of the resource, each once: metra's own, before them those that are configured, before them those with a
/// key of their own.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for an attribute without a name.
pub(super) fn attributes(settings: &ReporterSettings) -> Result<Vec<(String, String)>, Error> {
    let mut attributes = Attributes::default();
    attributes.set("service.name", UNKNOWN_SERVICE);
    attributes.set("telemetry.sdk.language", "rust");
    attributes.set("telemetry.sdk.name", "metra");
    attributes.set("telemetry.sdk.version", VERSION);
    for (key, value) in settings.map(ATTRIBUTES)? {
        if key.is_empty() {
            let what = "has an attribute without a name";
            return Err(settings.refused(ATTRIBUTES, what, "names for all of them"));
        }
        attributes.set(&key, &value);
    }
    for key in ["service.name", "service.version"] {
        if let Some(value) = settings.get(key).filter(|value| !value.is_empty()) {
            attributes.set(key, value);
        }
    }
    Ok(attributes.0)
}

/// Attributes in the order in which they came.
#[derive(Default)]
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn set(&mut self, key: &str, value: &str) {
        match self.0.iter_mut().find(|(other, _)| other == key) {
            Some(attribute) => value.clone_into(&mut attribute.1),
            None => self.0.push((key.to_owned(), value.to_owned())),
        }
    }
}

/// The instrumentation scope: name and version of what made the metrics.
pub(super) fn scope(is_exact: bool) -> (&'static str, Option<&'static str>) {
    if is_exact {
        ("io.confluent.flink.common.metrics", None)
    } else {
        ("metra", Some(VERSION))
    }
}
