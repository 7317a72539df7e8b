//! The keys that say what a page looks like.

use super::Options;
use super::names;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::Key;

pub(crate) const FILTER_VALUES: Key = Key::new(
    "filterLabelValueCharacters",
    "true",
    "gives label values the characters of names",
);
pub(crate) const ALLOW_LIST: Key = Key::new(
    "allowList",
    "",
    "`,`-list; keeps metrics whose `<logical scope>.<name>` contains an entry",
);
pub(crate) const PREFIX: Key = Key::new(
    "prefix",
    "flink",
    "what names begin with below Flink's components",
);
pub(crate) const BUCKETS: Key = Key::new(
    "buckets",
    "false",
    "gives histograms buckets at powers of two in place of quantiles",
);

impl Options {
    /// The options in a reporter's `settings`.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a value that its key cannot have.
    pub(crate) fn from(settings: &ReporterSettings) -> Result<Self, Error> {
        let default = Self::default();
        let entries = settings.get(ALLOW_LIST.name).unwrap_or_default().split(',');
        let entries = entries.map(str::trim).filter(|entry| !entry.is_empty());
        Ok(Self {
            filter_values: settings.bool(FILTER_VALUES.name, default.filter_values)?,
            prefix: settings
                .get(PREFIX.name)
                .map_or(default.prefix, names::filtered),
            allow: entries.map(str::to_owned).collect(),
            buckets: settings.bool(BUCKETS.name, default.buckets)?,
            ..default
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
