//! The keys of a Prometheus reporter that say what its page looks like.

#[cfg(any(feature = "http", test))]
use super::names;
#[cfg(feature = "http")]
use crate::reporter::class::{Class, Key, Make};
#[cfg(any(feature = "http", test))]
use crate::{config::ReporterSettings, error::Error};

/// Flink's default port.
#[cfg(feature = "http")]
pub(crate) const DEFAULT_PORT: &str = "9249";
#[cfg(feature = "http")]
pub(crate) const DEFAULT_HOST: &str = "127.0.0.1";

/// The reporter that waits to be scraped.
#[cfg(feature = "http")]
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
        Key::new(
            "filterLabelValueCharacters",
            "true",
            "gives label values the characters of names",
        ),
        Key::new(
            "allowList",
            "",
            "`,`-list; keeps metrics whose `<logical scope>.<name>` contains an entry",
        ),
        Key::new(
            "prefix",
            "flink",
            "what names begin with below Flink's components",
        ),
        Key::new(
            "buckets",
            "false",
            "gives histograms buckets at powers of two in place of quantiles",
        ),
        Key::new("username", "", "name for basic authentication"),
        Key::new("password", "", "password, or `password-file` with one"),
        Key::new("password-file", "", "file with the password"),
        Key::new(
            "bearer-token-file",
            "",
            "file with a bearer token; either of the two suffices",
        ),
    ],
    make: Make::Page,
};

/// What a page looks like.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether the values of variables get the characters of names.
    pub(crate) filter_values: bool,
    /// What names below Flink's components begin with, with the characters of names; without it they begin with the
    /// scope.
    pub(crate) prefix: String,
    /// Keeps metrics whose `<logical scope>.<name>` contains one of these; without any, all.
    pub(crate) allow: Vec<String>,
    /// Whether histograms have buckets in place of quantiles.
    pub(crate) buckets: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            filter_values: true,
            prefix: "flink".to_owned(),
            allow: Vec::new(),
            buckets: false,
        }
    }
}

impl Options {
    /// The options in a reporter's `settings`.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a value that its key cannot have.
    #[cfg(any(feature = "http", test))]
    pub(crate) fn from(settings: &ReporterSettings) -> Result<Self, Error> {
        let default = Self::default();
        let entries = settings.get("allowList").unwrap_or_default().split(',');
        let entries = entries.map(str::trim).filter(|entry| !entry.is_empty());
        Ok(Self {
            filter_values: settings.bool("filterLabelValueCharacters", default.filter_values)?,
            prefix: settings
                .get("prefix")
                .map_or(default.prefix, names::filtered),
            allow: entries.map(str::to_owned).collect(),
            buckets: settings.bool("buckets", default.buckets)?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    fn options(pairs: &[(&str, &str)]) -> Result<Options, Error> {
        let mut config = Config::new();
        config
            .set("metrics.reporter.r.factory.class", "prometheus")
            .unwrap();
        for (key, value) in pairs {
            config
                .set(&format!("metrics.reporter.r.{key}"), value)
                .unwrap();
        }
        Options::from(config.settings().unwrap().reporters.first().unwrap())
    }

    #[test]
    fn nothing_said_is_flinks_page() {
        let options = options(&[]).unwrap();
        assert!(options.filter_values && options.allow.is_empty() && !options.buckets);
        assert_eq!(options.prefix, "flink");
    }

    #[test]
    fn allow_list_is_split_trimmed_and_without_empty_entries() {
        let options = options(&[("allowList", " operator.user , uptime,,nothing")]).unwrap();
        assert_eq!(options.allow, ["operator.user", "uptime", "nothing"]);
    }

    #[test]
    fn prefix_is_filtered_and_may_be_empty() {
        assert_eq!(options(&[("prefix", "my-app")]).unwrap().prefix, "my_app");
        assert_eq!(options(&[("prefix", "")]).unwrap().prefix, "");
    }

    #[test]
    fn what_is_neither_true_nor_false_is_refused() {
        for key in ["filterLabelValueCharacters", "buckets"] {
            let refused = options(&[(key, "perhaps")]).unwrap_err();
            let key = format!("metrics.reporter.r.{key}");
            assert!(refused.message().contains(&key));
        }
    }

    #[test]
    fn filtering_and_buckets_can_be_switched() {
        let pairs = [("filterLabelValueCharacters", "false"), ("buckets", "true")];
        let options = options(&pairs).unwrap();
        assert!(!options.filter_values && options.buckets);
    }
}
