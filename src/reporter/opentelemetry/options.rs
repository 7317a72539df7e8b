//! The keys of an OpenTelemetry reporter.

use std::time::Duration;

use super::make;
use super::points::Temporality;
use super::resource;
use super::writer::Encoding;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::{
    BEARER_TOKEN_FILE, CA_FILE, Class, FLINK_EXACT, Key, Make, PASSWORD, PASSWORD_FILE, USERNAME,
};
use crate::reporter::client::Url;

const ENDPOINT: &str = "exporter.endpoint";
const PROTOCOL: &str = "exporter.protocol";
pub(super) const HEADERS: &str = "exporter.headers";
const TEMPORALITY: &str = "temporality";

/// What would do where gRPC is meant.
const RIGHT: &str = "'http' with an exporter.endpoint such as 'http://host:4318/v1/metrics'";

/// How long a request may take, in OpenTelemetry's own libraries as well.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.otel.OpenTelemetryMetricReporterFactory",
    names: &["opentelemetry", "otel"],
    keys: &[
        Key::new(
            ENDPOINT,
            "",
            "URL that metrics are posted to, path included (`http://host:4318/v1/metrics`); required",
        ),
        Key::new(PROTOCOL, "http", "`http`; gRPC is not spoken"),
        Key::new("exporter.timeout", "10 s", "how long one request may take"),
        Key::new("exporter.compression", "none", "`none` or `gzip`"),
        Key::new("exporter.encoding", "protobuf", "`protobuf` or `json`"),
        Key::new(
            HEADERS,
            "",
            "map of header fields that are sent with every request; a secret",
        ),
        Key::new(
            TEMPORALITY,
            "cumulative",
            "`delta` sends what came since the last report of monotonic sums and histograms",
        ),
        Key::new(
            "batch.size",
            "0",
            "metrics in one request, a meter counting as two; 0 for as many as 4 MiB hold",
        ),
        Key::new(
            "service.name",
            resource::UNKNOWN_SERVICE,
            "the resource's attribute of this name",
        ),
        Key::new(
            "service.version",
            "",
            "the resource's attribute of this name",
        ),
        Key::new(
            "resource.attributes",
            "",
            "map of attributes that the resource has besides",
        ),
        Key::new(
            "prefix",
            "flink",
            "what names begin with below Flink's components",
        ),
        Key::new(
            "export-completion-timeout-millis",
            "",
            "taken without effect: see `timeout`",
        ),
        USERNAME,
        PASSWORD,
        PASSWORD_FILE,
        BEARER_TOKEN_FILE,
        CA_FILE,
        FLINK_EXACT,
    ],
    make: Make::Pusher(make),
};

/// What an OpenTelemetry reporter is to do.
pub(super) struct Options {
    pub(super) url: Url,
    /// Of one request, if there is one.
    pub(super) timeout: Option<Duration>,
    pub(super) is_compressing: bool,
    pub(super) encoding: Encoding,
    pub(super) temporality: Temporality,
    /// Metrics that a request may have.
    pub(super) most_metrics: usize,
    /// The attributes of the resource.
    pub(super) resource: Vec<(String, String)>,
    pub(super) prefix: String,
    pub(super) is_exact: bool,
}

impl Options {
    pub(super) fn read(settings: &ReporterSettings) -> Result<Self, Error> {
        let timeout = settings.duration("exporter.timeout", DEFAULT_TIMEOUT)?;
        let compressions = [("none", false), ("gzip", true)];
        let encodings = [("protobuf", Encoding::Protobuf), ("json", Encoding::Json)];
        let is_exact = settings.bool(FLINK_EXACT.name, false)?;
        // As in Flink, less than one is no limit.
        let size = settings.integer("batch.size", 0)?;
        let most_metrics = usize::try_from(size).ok().filter(|size| *size > 0);
        Ok(Self {
            url: url(settings)?,
            timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
            is_compressing: settings.choice("exporter.compression", false, &compressions)?,
            encoding: settings.choice("exporter.encoding", Encoding::Protobuf, &encodings)?,
            temporality: temporality(settings, is_exact)?,
            most_metrics: most_metrics.unwrap_or(usize::MAX),
            resource: resource::attributes(settings)?,
            prefix: settings.get("prefix").unwrap_or("flink").to_owned(),
            is_exact,
        })
    }
}

/// Where requests go. What Flink takes for gRPC is refused: an endpoint of that would take no request of HTTP.
fn url(settings: &ReporterSettings) -> Result<Url, Error> {
    let url = Url::read(settings, ENDPOINT)?;
    match settings.get(PROTOCOL) {
        Some(protocol) if protocol.eq_ignore_ascii_case("http") => Ok(url),
        Some(protocol) if protocol.eq_ignore_ascii_case("grpc") => {
            Err(settings.refused(PROTOCOL, "is not spoken", RIGHT))
        }
        Some(_) => Err(settings.refused(PROTOCOL, "is no protocol", RIGHT)),
        None if url.has_path() => Ok(url),
        None => {
            let what =
                "is missing, and an endpoint without path is one of gRPC, which is not spoken";
            Err(settings.refused(PROTOCOL, what, RIGHT))
        }
    }
}

fn temporality(settings: &ReporterSettings, is_exact: bool) -> Result<Temporality, Error> {
    let cumulative = ("cumulative", Temporality::Cumulative);
    let choices = [cumulative, ("delta", Temporality::Delta)];
    let default = if is_exact {
        Temporality::Delta
    } else {
        Temporality::Cumulative
    };
    let chosen = settings.choice(TEMPORALITY, default, &choices)?;
    if is_exact && chosen != default {
        let what = "is not how Flink sends sums";
        return Err(settings.refused(TEMPORALITY, what, "'delta' with flink-exact"));
    }
    Ok(chosen)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    const URL: &str = "http://host:4318/v1/metrics";

    fn options(keys: &[(&str, &str)]) -> Result<Options, String> {
        let mut config = Config::new();
        for (key, value) in keys.iter().chain(&[("factory.class", "otel")]) {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        let options = Options::read(settings.reporters.first().unwrap());
        options.map_err(|error| error.message().to_owned())
    }

    /// The refusal of `keys` beside an endpoint, without the beginning that all have.
    fn refusal(keys: &[(&str, &str)]) -> String {
        let endpoint = [(ENDPOINT, URL)];
        let refusal = options(&[&endpoint, keys].concat()).err().unwrap();
        refusal
            .strip_prefix("metrics.reporter.r.")
            .unwrap()
            .to_owned()
    }

    fn resource(keys: &[(&str, &str)]) -> Vec<(String, String)> {
        let endpoint = [(ENDPOINT, URL)];
        options(&[&endpoint, keys].concat()).unwrap().resource
    }

    #[test]
    fn endpoint_alone_suffices() {
        let options = options(&[(ENDPOINT, URL)]).unwrap();
        assert_eq!(options.url.as_str(), URL);
        assert_eq!(options.timeout, Some(DEFAULT_TIMEOUT));
        assert_eq!(options.temporality, Temporality::Cumulative);
        assert_eq!(options.encoding, Encoding::Protobuf);
        assert_eq!(
            (&*options.prefix, options.most_metrics),
            ("flink", usize::MAX)
        );
        assert!(!options.is_compressing && !options.is_exact);
    }

    #[test]
    fn keys_say_what_is_otherwise() {
        let options = options(&[
            (ENDPOINT, "http://host"),
            (PROTOCOL, "HTTP"),
            ("exporter.timeout", "0"),
            ("exporter.compression", "gzip"),
            ("exporter.encoding", "json"),
            ("batch.size", "3"),
            ("prefix", ""),
            ("flink-exact", "true"),
        ])
        .unwrap();
        assert_eq!(
            (options.url.as_str(), options.timeout),
            ("http://host", None)
        );
        assert_eq!(options.temporality, Temporality::Delta);
        assert_eq!(options.encoding, Encoding::Json);
        assert_eq!((&*options.prefix, options.most_metrics), ("", 3));
        assert!(options.is_compressing && options.is_exact);
    }

    #[test]
    fn what_means_grpc_is_refused_with_the_way_of_http() {
        let right = "right would be 'http' with an exporter.endpoint such as \
                     'http://host:4318/v1/metrics'";
        for (protocol, what) in [
            ("grpc", "is not spoken"),
            ("gRPC", "is not spoken"),
            ("thrift", "is no protocol"),
            ("http/protobuf", "is no protocol"),
            ("", "is no protocol"),
        ] {
            let expected = format!("{PROTOCOL}: '{protocol}' {what}; {right}");
            assert_eq!(refusal(&[(PROTOCOL, protocol)]), expected);
        }
        let refusal = options(&[(ENDPOINT, "http://host:4317/")]).err().unwrap();
        let what = "is missing, and an endpoint without path is one of gRPC, which is not spoken";
        let expected = format!("metrics.reporter.r.{PROTOCOL} {what}; {right}");
        assert_eq!(refusal, expected);
        let missing = options(&[]).err().unwrap();
        assert!(missing.starts_with("metrics.reporter.r.exporter.endpoint is missing"));
    }

    #[test]
    fn values_that_keys_cannot_have_are_refused() {
        for (key, value, what) in [
            ("exporter.timeout", "soon", "is not a duration"),
            ("exporter.compression", "zstd", "is not known"),
            ("exporter.encoding", "xml", "is not known"),
            ("batch.size", "many", "is not a whole number"),
            ("temporality", "lowmemory", "is not known"),
            ("resource.attributes", "a", "is not a map"),
            (
                "resource.attributes",
                "{'': a}",
                "has an attribute without a name",
            ),
            ("flink-exact", "yes", "is neither true nor false"),
        ] {
            let refusal = refusal(&[(key, value)]);
            let expected = format!("{key}: '{value}' {what}");
            assert!(refusal.starts_with(&expected), "{refusal}");
        }
        assert_eq!(
            refusal(&[("flink-exact", "true"), (TEMPORALITY, "cumulative")]),
            "temporality: 'cumulative' is not how Flink sends sums; right would be 'delta' with \
             flink-exact"
        );
    }

    #[test]
    fn resource_has_each_attribute_once_and_the_most_special_wins() {
        let pair = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        let version = env!("CARGO_PKG_VERSION");
        let own = [
            ("service.name", "unknown_service:metra"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.name", "metra"),
            ("telemetry.sdk.version", version),
        ];
        assert_eq!(resource(&[]), own.map(pair));
        let map = "{service.name: a, deployment.environment.name: prod}";
        let configured = resource(&[("resource.attributes", map)]);
        assert_eq!(configured.first(), Some(&pair(("service.name", "a"))));
        assert_eq!(
            configured.last(),
            Some(&pair(("deployment.environment.name", "prod")))
        );
        let named = resource(&[
            ("resource.attributes", map),
            ("service.name", "b"),
            ("service.version", "1.2"),
        ]);
        assert_eq!(named.first(), Some(&pair(("service.name", "b"))));
        assert_eq!(named.last(), Some(&pair(("service.version", "1.2"))));
        assert_eq!(named.len(), 6);
    }
}
