//! The classes of reporters that metra brings: what they are called, and the keys they know.

#[cfg(feature = "push")]
pub(crate) use super::site::{MakePusher, Site};
use crate::config::ReporterSettings;

/// A class of reporters.
#[derive(Debug)]
pub struct Class {
    /// Flink's name of it.
    pub flink: &'static str,
    /// metra's short names, the usual one first.
    pub names: &'static [&'static str],
    /// The keys it knows beside those of every reporter.
    pub keys: &'static [Key],
    pub(crate) make: Make,
}

/// A key of a reporter's, without `metrics.reporter.<name>.`.
#[derive(Debug)]
pub struct Key {
    /// What it is called.
    pub name: &'static str,
    /// What holds where it is not set; empty where that is nothing.
    pub default: &'static str,
    /// What it says, in Markdown.
    pub meaning: &'static str,
}

impl Key {
    pub(crate) const fn new(
        name: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            default,
            meaning,
        }
    }
}

/// The keys that every reporter knows.
pub const COMMON_KEYS: &[Key] = &[
    Key::new("factory.class", "", "Flink's class or a short name"),
    Key::new(
        "scope.delimiter",
        "that of all scopes",
        "one character that joins identifiers",
    ),
    Key::new(
        "scope.variables.excludes",
        "",
        "`;`-list of variables that are not shown",
    ),
    Key::new(
        "scope.variables.additional",
        "",
        "map of variables that are shown besides",
    ),
    Key::new(
        "filter.includes",
        "`*:*:*`",
        "`;`-list of filters, one of which must match",
    ),
    Key::new(
        "filter.excludes",
        "",
        "`;`-list of filters, none of which may match",
    ),
];

/// The keys that every reporter with an interval knows.
pub const PUSH_KEYS: &[Key] = &[
    Key::new("interval", "10 s", "pause between two reports"),
    Key::new("timeout", "10 s", "how long one report may take in all"),
];

/// The key by which Flink's way is taken where metra's is another.
#[cfg(feature = "push")]
pub(crate) const FLINK_EXACT: Key = Key::new(
    "flink-exact",
    "false",
    "sends what Flink's reporter sends, weaknesses included",
);

#[cfg(any(feature = "http", feature = "push-http"))]
pub(crate) const USERNAME: Key = Key::new("username", "", "name for basic authentication");
#[cfg(any(feature = "http", feature = "push-http"))]
pub(crate) const PASSWORD: Key = Key::new("password", "", "password, or `password-file` with one");
#[cfg(any(feature = "http", feature = "push-http"))]
pub(crate) const PASSWORD_FILE: Key = Key::new("password-file", "", "file with the password");
#[cfg(feature = "push-http")]
pub(crate) const BEARER_TOKEN_FILE: Key = Key::new(
    "bearer-token-file",
    "",
    "file with a bearer token, in place of name and password",
);
#[cfg(feature = "push-http")]
pub(crate) const CA_FILE: Key = Key::new(
    "ca-file",
    "Mozilla's list",
    "file of certificates in PEM to trust",
);

/// What a class makes.
#[derive(Debug)]
pub(crate) enum Make {
    /// A page that is served.
    #[cfg(feature = "http")]
    Page,
    /// A reporter that is called at an interval.
    #[cfg(feature = "push")]
    Pusher(MakePusher),
}

impl Class {
    /// The usual short name.
    pub fn name(&self) -> &'static str {
        self.names.first().unwrap_or(&self.flink)
    }

    /// Whether its reporters are called at an interval.
    pub fn pushes(&self) -> bool {
        match self.make {
            #[cfg(feature = "http")]
            Make::Page => false,
            #[cfg(feature = "push")]
            Make::Pusher(_) => true,
        }
    }

    fn is(&self, class: &str) -> bool {
        self.flink == class || self.names.contains(&class)
    }

    /// The keys in `settings` that mean nothing to the class.
    pub(crate) fn unknown_keys<'a>(
        &self,
        settings: &'a ReporterSettings,
    ) -> impl Iterator<Item = &'a str> {
        let push = if self.pushes() { PUSH_KEYS } else { &[] };
        let known = [COMMON_KEYS, push, self.keys];
        settings.keys().filter(move |key| {
            let is_it = |known: &Key| {
                let rest = key.strip_prefix(known.name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            !known.into_iter().flatten().any(is_it)
        })
    }
}

/// All classes, in the order of their names.
pub fn classes() -> &'static [&'static Class] {
    &[
        #[cfg(feature = "push-http")]
        &super::datadog::CLASS,
        #[cfg(feature = "push")]
        &super::graphite::CLASS,
        #[cfg(feature = "push-http")]
        &super::influxdb::CLASS,
        #[cfg(feature = "push")]
        &super::log::CLASS,
        #[cfg(feature = "push-http")]
        &super::opentelemetry::CLASS,
        #[cfg(feature = "http")]
        &super::prometheus::CLASS,
        #[cfg(feature = "push-http")]
        &super::pushgateway::CLASS,
        #[cfg(feature = "push")]
        &super::statsd::CLASS,
    ]
}

/// The class that `name` names.
pub(crate) fn class(name: &str) -> Option<&'static Class> {
    classes().iter().copied().find(|class| class.is(name))
}
