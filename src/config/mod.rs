//! Configuration: Flink's keys and values, from a file or set one by one, and what they mean.
//!
//! [`Config`] holds text, [`Settings`] is what it says. A value that a known key cannot have is refused with
//! key, value and what would be right, where Flink would go on with something else; keys nobody here knows are
//! kept and ignored, so that a whole Flink file can be given.

mod blank;
mod credentials;
mod delimiter;
mod duration;
mod entries;
mod keys;
mod list;
mod map;
mod mistake;
mod number;
mod ports;
mod reporter;
mod settings;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, ErrorKind};
use entries::Entries;
pub(crate) use mistake::Mistake;
use mistake::one_line;
pub use ports::Ports;
pub use reporter::ReporterSettings;
pub use settings::{Granularity, LatencySettings, RestSettings, ScopeFormatTexts, Settings};
use yaml::{Member, Node, Place};

/// Configuration keys and their values, as text. Debugging output leaves secrets out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    entries: Entries,
}

impl Config {
    /// A configuration that says nothing, so that every default holds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key`, replacing what it was.
    ///
    /// A value that a known key cannot have is refused and the old one stays, except where it takes another key
    /// to know what this one means (a reporter's own, which depend on its class).
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Error> {
        keys::check(key, value)?;
        self.entries.0.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    /// Sets all keys of a YAML file, as Flink's `config.yaml`: nested, flat or mixed.
    ///
    /// Either all of them are set or, on an error, none. What is malformed or refused is told by file, line and
    /// column ([`ErrorKind::Config`]); a file that cannot be read gives [`ErrorKind::Io`].
    pub fn load(&mut self, path: &Path) -> Result<(), Error> {
        let bytes = std::fs::read(path).map_err(|error| {
            let message = format!("cannot read {}: {error}", path.display());
            Error::new(ErrorKind::Io, message)
        })?;
        let result = text_of(&bytes).and_then(|text| self.parse(text));
        result.map_err(|error| {
            let message = format!("{}, {}", path.display(), error.message());
            Error::new(error.kind(), message)
        })
    }

    /// Sets all keys of a YAML text, as [`Config::load`] does.
    ///
    /// A key without value counts as absent, a list is kept as a line of YAML. Of a key written both nested and
    /// flat the later one counts.
    pub fn parse(&mut self, yaml: &str) -> Result<(), Error> {
        if cfg!(not(feature = "yaml")) {
            let text = "this build of metra reads no configuration files; set keys one by one";
            return Err(Error::new(ErrorKind::Unsupported, text));
        }
        let node = yaml::parse(yaml).map_err(|malformed| at(malformed.place, &malformed.what))?;
        let mut found = Vec::new();
        match node {
            Node::Map(members) => flatten(members, "", &mut found),
            Node::Null => {}
            Node::Text(_) | Node::List(_) => {
                let start = Place { line: 1, column: 1 };
                return Err(at(start, "this is not a map; right would be 'key: value'"));
            }
        }
        for (key, value, place) in &found {
            keys::check(key, value).map_err(|error| at(*place, error.message()))?;
        }
        let entries = found.into_iter().map(|(key, value, _)| (key, value));
        self.entries.0.extend(entries);
        Ok(())
    }

    /// The value of `key` as text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.0.get(key).map(String::as_str)
    }

    /// Everything typed and checked, with defaults where nothing is said.
    pub fn settings(&self) -> Result<Settings, Error> {
        Settings::read(self)
    }

    /// All keys, in the order of their bytes.
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.0.keys().map(String::as_str)
    }

    /// The entries whose keys begin with `prefix`, without it.
    fn below(&self, prefix: &str) -> BTreeMap<String, String> {
        let entries = self.entries.0.iter().filter_map(|(key, value)| {
            let key = key.strip_prefix(prefix)?;
            Some((key.to_owned(), value.clone()))
        });
        entries.collect()
    }
}

/// Joins the keys of nested maps with dots.
fn flatten(members: Vec<Member>, prefix: &str, found: &mut Vec<(String, String, Place)>) {
    for Member { key, place, value } in members {
        let key = format!("{prefix}{key}");
        match value {
            Node::Map(members) => flatten(members, &format!("{key}."), found),
            other => found.extend(other.into_text().map(|text| (key, text, place))),
        }
    }
}

fn text_of(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let text = String::from_utf8_lossy(valid);
        let line = text.rsplit('\n').next().unwrap_or_default();
        let place = Place {
            line: text.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        };
        at(place, "this is not UTF-8")
    })
}

fn at(place: Place, what: &str) -> Error {
    let Place { line, column } = place;
    let message = format!("line {line}, column {column}: {what}");
    Error::new(ErrorKind::Config, one_line(&message))
}

#[cfg(all(test, feature = "yaml"))]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
mod tests {
    use super::*;

    const FILE: &str = "
metrics:
  reporters: a
  reporter:
    a:
      factory.class: prometheus
      interval: 5 s
      port: 9250-9260
      filter:
        includes: ['*:num*', \"a;b\"]
        excludes:
          - '*:*:gauge'
      scope.variables.additional: {env: prod, n: 1.50}
  latency.interval:
metrics.limit: 007
taskmanager.memory: &m [1g, ~]
jobmanager.memory: *m
";

    fn parsed(yaml: &str) -> Config {
        let mut config = Config::new();
        config.parse(yaml).unwrap();
        config
    }

    fn refusal(yaml: &str) -> String {
        let mut config = Config::new();
        let error = config.parse(yaml).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(config, Config::new(), "a refused file must change nothing");
        error.message().to_owned()
    }

    #[test]
    fn nested_and_flat_keys_mean_the_same() {
        let config = parsed(FILE);
        assert_eq!(config.get("metrics.reporter.a.interval"), Some("5 s"));
        assert_eq!(config.get("metrics.reporter.a.port"), Some("9250-9260"));
        assert_eq!(config.get("metrics.limit"), Some("7"));
        assert_eq!(config.get("metrics.latency.interval"), None);
        assert_eq!(
            config.get("jobmanager.memory"),
            config.get("taskmanager.memory")
        );
        assert_eq!(parsed("a: {b: {c: x}}"), parsed("a.b.c: x"));
    }

    #[test]
    fn lists_and_maps_of_a_file_reach_the_settings() {
        let settings = parsed(FILE).settings().unwrap();
        assert_eq!(settings.warnings, [""; 0]);
        let reporter = &settings.reporters[0];
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(reporter.additional, [pair("env", "prod"), pair("n", "1.5")]);
        let counts = |scope, name| {
            reporter
                .filter
                .accepts(scope, name, crate::filter::MetricKind::Counter)
        };
        assert!(counts("x", "numRecords") && counts("a;b", "y") && !counts("a", "y"));
    }

    #[test]
    fn later_values_replace_earlier_ones_unless_they_are_null() {
        let mut config = parsed("a: 1\nb: 2\n");
        config.parse("a: 3\nb: ~\n").unwrap();
        assert_eq!((config.get("a"), config.get("b")), (Some("3"), Some("2")));
    }

    #[test]
    fn empty_files_say_nothing() {
        assert_eq!(parsed(""), Config::new());
        assert_eq!(parsed("# comment\n"), Config::new());
    }

    #[test]
    fn bad_files_are_refused_as_a_whole_with_line_and_column() {
        assert_eq!(
            refusal("x: 1\nmetrics:\n  reporter.a.interval: soon\n"),
            "line 3, column 3: metrics.reporter.a.interval: 'soon' is not a duration; \
             right would be '10 s', '500 ms' or 'PT5S'"
        );
        assert!(refusal("a: 1\nb: [1\nc: 2\n").starts_with("line 3, column "));
        assert!(refusal("- a\n").contains("not a map"));
        assert!(refusal("a: 1\n---\nb: 2\n").starts_with("line 2, column 1: a second document"));
    }

    #[test]
    fn refused_value_leaves_the_old_one() {
        let mut config = parsed("metrics.limit: 5");
        let error = config.set("metrics.limit", "-5").unwrap_err();
        assert_eq!(
            error.message(),
            "metrics.limit: '-5' is not a limit; right would be a whole number, '0' or larger"
        );
        assert_eq!(config.get("metrics.limit"), Some("5"));
    }

    #[test]
    fn unknown_keys_are_kept_and_ignored() {
        let mut config = Config::new();
        config.set("state.backend", "anything at all").unwrap();
        assert_eq!(config.get("state.backend"), Some("anything at all"));
        assert!(config.settings().unwrap().warnings.is_empty());
    }

    #[test]
    fn files_are_told_by_name() {
        let path = std::env::temp_dir().join(format!("metra-config-{}.yaml", std::process::id()));
        let mut config = Config::new();
        let missing = config.load(&path).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Io);
        std::fs::write(&path, b"a: 1\nb: x\xFF\n").unwrap();
        let latin = config.load(&path).unwrap_err();
        std::fs::write(&path, "a: 1\n").unwrap();
        let loaded = config.load(&path);
        std::fs::remove_file(&path).unwrap();
        assert!(missing.message().contains(&path.display().to_string()));
        assert_eq!(
            latin.message(),
            format!("{}, line 2, column 5: this is not UTF-8", path.display())
        );
        assert_eq!((loaded, config.get("a")), (Ok(()), Some("1")));
    }
}
