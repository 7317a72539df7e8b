//! Which reporters there are and what each is told.

use std::time::Duration;

use super::entries::Entries;
use super::keys::{self, REPORTER};
use super::mistake::{self, Mistake};
use super::ports::Ports;
use super::{Config, delimiter, duration, list, map, number};
use crate::error::{Error, ErrorKind};
use crate::filter::Filter;

const FACTORY_CLASS: &str = ".factory.class";
const DEFAULT_INTERVAL: Duration = Duration::from_secs(10);
const DEFAULT_PATIENCE: Duration = Duration::from_secs(10);

/// One reporter's part of the configuration. Debugging output leaves secrets out.
#[derive(Clone, Debug)]
pub struct ReporterSettings {
    /// What it is called in its keys; may be empty.
    pub name: String,
    /// What is to be built; whether anybody here knows how is not the configuration's business.
    pub class: String,
    /// The pause between two reports; see [`ReporterSettings::push_interval`].
    pub interval: Duration,
    /// Joins scope components and metric name.
    pub delimiter: char,
    /// Variables it does not show, without brackets.
    pub excluded: Vec<String>,
    /// Variables it shows besides, without brackets, each once.
    pub additional: Vec<(String, String)>,
    /// Which metrics it shows.
    pub filter: Filter,
    /// All its keys, without `metrics.reporter.<name>.`.
    entries: Entries,
}

impl ReporterSettings {
    /// The settings of a reader that is no reporter: everything, as it is registered.
    pub(crate) fn unconfigured(delimiter: char) -> Self {
        Self {
            name: String::new(),
            class: String::new(),
            interval: DEFAULT_INTERVAL,
            delimiter,
            excluded: Vec::new(),
            additional: Vec::new(),
            filter: Filter::default(),
            entries: Entries::default(),
        }
    }

    /// The text of `key`, which is written here and below without `metrics.reporter.<name>.`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.0.get(key).map(String::as_str)
    }

    /// The duration at `key`, or `default` where there is none; anything else is refused.
    pub fn duration(&self, key: &str, default: Duration) -> Result<Duration, Error> {
        Ok(self.read(key, duration::parse)?.unwrap_or(default))
    }

    /// The truth value at `key`, or `default` where there is none; anything else is refused.
    pub fn bool(&self, key: &str, default: bool) -> Result<bool, Error> {
        Ok(self.read(key, number::parse_bool)?.unwrap_or(default))
    }

    /// The whole number at `key`, or `default` where there is none; anything else is refused.
    pub fn integer(&self, key: &str, default: i32) -> Result<i32, Error> {
        Ok(self.read(key, number::parse_integer)?.unwrap_or(default))
    }

    /// The ports at `key`, or those of `default` where there are none; anything else is refused.
    pub fn ports(&self, key: &str, default: &str) -> Result<Ports, Error> {
        match self.read(key, Ports::parse)? {
            Some(ports) => Ok(ports),
            None => {
                Ports::parse(default).map_err(|mistake| mistake.of(&self.full_key(key), default))
            }
        }
    }

    /// The interval, for a reporter that is driven by it: less than a millisecond is refused.
    pub fn push_interval(&self) -> Result<Duration, Error> {
        let interval = self.read("interval", duration::parse_period)?;
        Ok(interval.unwrap_or(self.interval))
    }

    /// How long one report may take: less than a millisecond is refused.
    pub fn patience(&self) -> Result<Duration, Error> {
        let patience = self.read("timeout", duration::parse_period)?;
        Ok(patience.unwrap_or(DEFAULT_PATIENCE))
    }

    /// The map at `key`, in the order in which it is written, or from one key for each entry, as Flink takes maps; empty
    /// where there is none. Anything else is refused.
    pub fn map(&self, key: &str) -> Result<Vec<(String, String)>, Error> {
        if let Some(map) = self.read(key, map::parse)? {
            return Ok(map);
        }
        let prefix = format!("{key}.");
        let entries = self.entries.0.iter();
        let single = entries.filter_map(|(key, value)| {
            let key = key.strip_prefix(&prefix)?;
            Some((key.to_owned(), value.clone()))
        });
        Ok(single.collect())
    }

    /// The text of `key`, which must be there and not be empty; `right` says what would do ("a host").
    pub fn required(&self, key: &str, right: &str) -> Result<&str, Error> {
        match self.get(key) {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) => Err(self.refused(key, "is empty", right)),
            None => {
                let text = format!("{} is missing; right would be {right}", self.full_key(key));
                Err(Error::new(ErrorKind::Config, text))
            }
        }
    }

    /// The host of another side at `key`, which must be there: a name or an address, and nothing around it.
    pub fn host_of_peer(&self, key: &str) -> Result<&str, Error> {
        let right = "the name or the address of a host";
        let text = self.required(key, right)?;
        let is_around = |letter: char| {
            matches!(letter, '@' | '/' | '?' | '#') || letter.is_whitespace() || letter.is_control()
        };
        match text.contains(is_around) {
            true => Err(self.refused(key, "is no host", right)),
            false => Ok(text),
        }
    }

    /// The port of another side at `key`, which must be there.
    pub fn port_of_peer(&self, key: &str) -> Result<u16, Error> {
        let right = "a port from 1 to 65535";
        let text = self.required(key, right)?;
        let port = text.parse().ok().filter(|port| *port > 0);
        port.ok_or_else(|| self.refused(key, "is not a port", right))
    }

    /// What the word at `key` stands for, or `default` where there is none; anything else is refused.
    pub fn choice<T: Copy>(
        &self,
        key: &str,
        default: T,
        choices: &[(&str, T)],
    ) -> Result<T, Error> {
        let Some(text) = self.get(key) else {
            return Ok(default);
        };
        let chosen = choices.iter().find(|(word, _)| *word == text);
        chosen.map(|(_, choice)| *choice).ok_or_else(|| {
            let words = choices.iter().map(|(word, _)| format!("'{word}'"));
            let right: Vec<String> = words.collect();
            self.refused(key, "is not known", &right.join(" or "))
        })
    }

    /// All keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.0.keys().map(String::as_str)
    }

    /// The whole of `key`, for messages.
    pub fn full_key(&self, key: &str) -> String {
        format!("{REPORTER}{}.{key}", self.name)
    }

    /// The refusal of what stands at `key`, or of nothing there; `what` follows the value ("is no protocol"), `right`
    /// says what would do ("'TCP' or 'UDP'"). A secret is not repeated.
    pub fn refused(&self, key: &str, what: &str, right: &str) -> Error {
        let full_key = self.full_key(key);
        let Some(value) = self.get(key) else {
            let text = format!("{full_key} {what}; right would be {right}");
            return Error::new(ErrorKind::Config, text);
        };
        let mistake = Mistake {
            what: what.to_owned().into(),
            right: right.to_owned().into(),
        };
        mistake.of(&full_key, value)
    }

    fn read<T>(
        &self,
        key: &str,
        parse: fn(&str) -> Result<T, Mistake>,
    ) -> Result<Option<T>, Error> {
        mistake::read(&self.full_key(key), self.get(key), parse)
    }
}

/// Reads the reporters that are to be started, in the order of their indices.
pub(super) fn read_all(
    config: &Config,
    delimiter: char,
    warnings: &mut Vec<String>,
) -> Result<Vec<ReporterSettings>, Error> {
    let mut names: Vec<&str> = config.keys().filter_map(reporter_of).collect();
    names.sort_unstable_by(|left, right| left.encode_utf16().cmp(right.encode_utf16()));
    if let Some(wanted) = wanted(config) {
        for unknown in wanted.iter().filter(|name| !names.contains(name)) {
            warnings.push(format!(
                "metrics.reporters: '{unknown}' is not started, {REPORTER}{unknown}{FACTORY_CLASS} is missing"
            ));
        }
        names.retain(|name| wanted.contains(name));
    }
    names
        .into_iter()
        .map(|name| read_one(config, name, delimiter, warnings))
        .collect()
}

/// The reporter that a key gives a factory class to.
fn reporter_of(key: &str) -> Option<&str> {
    let name = key.strip_prefix(REPORTER)?.strip_suffix(FACTORY_CLASS)?;
    keys::is_reporter_name(name).then_some(name)
}

/// The names that `metrics.reporters` selects, `None` if that selects nobody and so everybody.
///
/// White space around commas does not count, at the two ends of the text it does.
fn wanted(config: &Config) -> Option<Vec<&str>> {
    let text = config.get("metrics.reporters")?;
    let last = text.matches(',').count();
    let names = text.split(',').enumerate().map(|(index, name)| {
        let name = if index > 0 {
            name.trim_start_matches(keys::is_white_space)
        } else {
            name
        };
        if index < last {
            name.trim_end_matches(keys::is_white_space)
        } else {
            name
        }
    });
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then_some(names)
}

fn read_one(
    config: &Config,
    name: &str,
    global_delimiter: char,
    warnings: &mut Vec<String>,
) -> Result<ReporterSettings, Error> {
    let prefix = format!("{REPORTER}{name}.");
    let entries = config.below(&prefix);
    Ok(ReporterSettings {
        class: entries.get("factory.class").cloned().unwrap_or_default(),
        interval: keys::INTERVAL
            .read_for(config, name)?
            .unwrap_or(DEFAULT_INTERVAL),
        delimiter: delimiter::of_reporter(
            &format!("{prefix}scope.delimiter"),
            config,
            global_delimiter,
            warnings,
        ),
        excluded: excluded(
            config,
            &format!("{prefix}scope.variables.excludes"),
            warnings,
        ),
        additional: additional(config, name, warnings)?,
        filter: filter(config, name, warnings)?,
        name: name.to_owned(),
        entries: Entries(entries),
    })
}

/// Reads the variables to leave out; they are not trimmed, and an empty entry names none.
fn excluded(config: &Config, key: &str, warnings: &mut Vec<String>) -> Vec<String> {
    let text = config.get(key).unwrap_or_default();
    if text.starts_with('[') {
        warnings.push(format!(
            "{key}: '{text}' looks like a YAML list, but is split at ';' only"
        ));
    }
    let variables = text.split(';').filter(|variable| !variable.is_empty());
    variables.map(str::to_owned).collect()
}

/// Reads the variables to add: from one key, or else from one key for each of them.
fn additional(
    config: &Config,
    name: &str,
    warnings: &mut Vec<String>,
) -> Result<Vec<(String, String)>, Error> {
    let key = keys::ADDITIONAL.name_for(name);
    let single = config.below(&format!("{key}."));
    let Some(map) = keys::ADDITIONAL.read_for(config, name)? else {
        return Ok(single.into_iter().collect());
    };
    if let Some(ignored) = single.keys().next() {
        warnings.push(format!("{key}.{ignored} is ignored because {key} is there"));
    }
    Ok(map)
}

fn filter(config: &Config, name: &str, warnings: &mut Vec<String>) -> Result<Filter, Error> {
    for key in [keys::INCLUDES.name_for(name), keys::EXCLUDES.name_for(name)] {
        let text = config.get(&key).unwrap_or_default();
        if list::resembles_yaml(text) {
            warnings.push(format!(
                "{key}: '{text}' looks like a YAML list but is not one, so it is split at ';'"
            ));
        }
    }
    let includes = keys::INCLUDES.read_for(config, name)?;
    let excludes = keys::EXCLUDES.read_for(config, name)?;
    Filter::new(includes.as_deref(), &excludes.unwrap_or_default())
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
mod tests {
    use super::*;
    use crate::filter::MetricKind;

    fn config(pairs: &[(&str, &str)]) -> Config {
        let mut config = Config::new();
        for (key, value) in pairs {
            config.set(key, value).unwrap();
        }
        config
    }

    fn started(pairs: &[(&str, &str)]) -> Vec<String> {
        let settings = config(pairs).settings().unwrap();
        settings
            .reporters
            .into_iter()
            .map(|reporter| reporter.name)
            .collect()
    }

    /// Reporters `names` and what `metrics.reporters` says.
    fn selected(names: &[&str], list: &str) -> Vec<String> {
        let keys: Vec<String> = names
            .iter()
            .map(|name| format!("metrics.reporter.{name}.factory.class"))
            .collect();
        let mut pairs: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "x")).collect();
        pairs.push(("metrics.reporters", list));
        started(&pairs)
    }

    /// A reporter called `r` with keys written without its prefix.
    fn reporter(pairs: &[(&str, &str)]) -> (ReporterSettings, Vec<String>) {
        let mut config = config(&[("metrics.reporter.r.factory.class", "some.Factory")]);
        for (key, value) in pairs {
            config
                .set(&format!("metrics.reporter.r.{key}"), value)
                .unwrap();
        }
        let mut settings = config.settings().unwrap();
        (settings.reporters.remove(0), settings.warnings)
    }

    #[test]
    fn order_is_that_of_utf_16_code_units() {
        let names = [
            "b",
            "a",
            "B",
            "a10",
            "a9",
            "\u{E9}",
            "\u{FF21}",
            "\u{1F600}",
        ];
        assert_eq!(
            selected(&names, ""),
            [
                "B",
                "a",
                "a10",
                "a9",
                "b",
                "\u{E9}",
                "\u{1F600}",
                "\u{FF21}"
            ]
        );
    }

    #[test]
    fn list_selects_reporters_and_blanks_count_at_its_ends_only() {
        let selected = |list| selected(&["a", "b", "c"], list);
        assert_eq!(selected("c,a"), ["a", "c"]);
        assert_eq!(selected("a , b"), ["a", "b"]);
        assert!(selected(" a, b ").is_empty());
        assert_eq!(selected(" , ,"), ["a", "b", "c"]);
        assert!(selected("x").is_empty());
        assert!(selected("a;b").is_empty());
    }

    #[test]
    fn names_that_select_nobody_are_told() {
        let settings = config(&[("metrics.reporters", "x")]).settings().unwrap();
        assert_eq!(settings.warnings.len(), 1);
        assert!(settings.warnings[0].contains("metrics.reporter.x.factory.class is missing"));
    }

    #[test]
    fn only_a_factory_class_makes_a_reporter_and_only_of_a_plain_name() {
        let names = started(&[
            ("metrics.reporter.a.interval", "5 s"),
            ("metrics.reporter.b.class", "x"),
            ("metrics.reporter.c.d.factory.class", "x"),
            ("metrics.reporter.e f.factory.class", "x"),
            ("metrics.reporter.factory.class", "x"),
            ("metrics.reporter..factory.class", "x"),
            ("metrics.reporter.e-f_g.factory.class", "x"),
        ]);
        assert_eq!(names, ["", "e-f_g"]);
    }

    #[test]
    fn plain_reporter_has_flinks_defaults() {
        let (reporter, warnings) = reporter(&[]);
        assert_eq!(reporter.class, "some.Factory");
        assert_eq!(reporter.interval, Duration::from_secs(10));
        assert_eq!(reporter.delimiter, '.');
        assert!(reporter.excluded.is_empty() && reporter.additional.is_empty());
        assert!(reporter.filter.accepts_everything() && warnings.is_empty());
    }

    #[test]
    fn excluded_variables_are_split_at_semicolons_and_not_trimmed() {
        let reporter_with = |text| reporter(&[("scope.variables.excludes", text)]);
        let (reporter, warnings) = reporter_with(";;host; tm_id;<k>,v;");
        assert_eq!(reporter.excluded, ["host", " tm_id", "<k>,v"]);
        assert_eq!(warnings, [""; 0]);
        let (_, warnings) = reporter_with("[host, tm_id]");
        assert!(warnings[0].contains("is split at ';' only"));
    }

    #[test]
    fn additional_variables_come_from_one_key_or_from_one_each() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let prefixed = [
            ("scope.variables.additional.re.gion", "eu"),
            ("scope.variables.additional.env", "prod"),
        ];
        let (each, _) = reporter(&prefixed);
        assert_eq!(
            each.additional,
            [pair("env", "prod"), pair("re.gion", "eu")]
        );
        let (one, warnings) = reporter(&[prefixed[0], ("scope.variables.additional", "env:test")]);
        assert_eq!(one.additional, [pair("env", "test")]);
        assert!(warnings[0].contains("additional.re.gion is ignored"));
    }

    #[test]
    fn filters_are_read_from_both_lists() {
        let (reporter, warnings) = reporter(&[
            ("filter.includes", "jobmanager*;*:num*"),
            ("filter.excludes", "*:*:gauge"),
        ]);
        assert!(reporter.filter.accepts("x", "num", MetricKind::Counter));
        assert!(!reporter.filter.accepts("x", "num", MetricKind::Gauge));
        assert!(!reporter.filter.accepts("x", "a", MetricKind::Counter));
        assert!(warnings.is_empty());
    }

    #[test]
    fn lists_with_a_slip_in_their_yaml_are_taken_as_text_with_a_warning() {
        let (reporter, warnings) = reporter(&[("filter.includes", "[*:num*]")]);
        assert!(reporter.filter.accepts("[x", "num]", MetricKind::Counter));
        assert!(warnings[0].contains("looks like a YAML list"));
    }

    #[test]
    fn typed_values_name_the_full_key_when_they_refuse() {
        let (reporter, _) = reporter(&[
            ("timeout", "soon"),
            ("buckets", "yes"),
            ("port", "abc"),
            ("size", "3"),
        ]);
        let message = reporter.duration("timeout", Duration::ZERO).unwrap_err();
        assert_eq!(
            message.message(),
            "metrics.reporter.r.timeout: 'soon' is not a duration; right would be '10 s', '500 ms' or 'PT5S'"
        );
        assert!(reporter.bool("buckets", false).is_err());
        assert!(reporter.ports("port", "9249").is_err());
        assert_eq!(reporter.integer("size", 0), Ok(3));
        let error = reporter.refused("size", "is odd", "'4'");
        assert_eq!(
            error.message(),
            "metrics.reporter.r.size: '3' is odd; right would be '4'"
        );
    }

    #[test]
    fn secrets_are_neither_shown_nor_repeated() {
        let (reporter, _) = reporter(&[("password", "opensesame"), ("port", "9250")]);
        assert_eq!(reporter.get("password"), Some("opensesame"));
        let shown = format!("{reporter:?}");
        assert!(!shown.contains("opensesame") && shown.contains("9250"));
        let refused = reporter.refused("password", "is weak", "a longer one");
        assert_eq!(
            refused.message(),
            "metrics.reporter.r.password: '***' is weak; right would be a longer one"
        );
    }

    #[test]
    fn absent_values_are_the_default() {
        let (reporter, _) = reporter(&[]);
        assert_eq!(
            reporter.duration("timeout", DEFAULT_INTERVAL),
            Ok(DEFAULT_INTERVAL)
        );
        assert_eq!(reporter.bool("buckets", true), Ok(true));
        assert_eq!(reporter.integer("size", -1), Ok(-1));
        assert_eq!(
            reporter.ports("port", "9249").unwrap().iter().next(),
            Some(9249)
        );
    }

    #[test]
    fn interval_below_a_millisecond_is_refused_only_to_those_who_need_it() {
        let (reporter, _) = reporter(&[("interval", "90 µs")]);
        assert_eq!(reporter.interval, Duration::from_micros(90));
        let error = reporter.push_interval().unwrap_err();
        assert!(
            error
                .message()
                .starts_with("metrics.reporter.r.interval: '90 µs' is too short")
        );
    }
}
