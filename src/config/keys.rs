//! The keys that mean something here whatever the other keys say, each with its grammar: the only such list.
//!
//! What a reporter alone understands (a port, a timeout) depends on its factory class; the reporter reads that
//! through [`ReporterSettings`](super::ReporterSettings). Delimiters are not listed because no text is refused
//! as a delimiter.

use std::time::Duration;

use super::mistake::{self, Mistake};
use super::ports::Ports;
use super::{Config, Granularity, duration, list, map, number};
use crate::error::Error;
use crate::filter;

/// What stands before a reporter's name in its keys.
pub(super) const REPORTER: &str = "metrics.reporter.";

pub(super) const JM_FORMAT: Key<String> = Key::new("metrics.scope.jm", root_format);
pub(super) const JM_JOB_FORMAT: Key<String> = Key::new("metrics.scope.jm-job", format);
pub(super) const OLD_JM_JOB_FORMAT: Key<String> = Key::new("metrics.scope.jm.job", format);
pub(super) const JM_OPERATOR_FORMAT: Key<String> = Key::new("metrics.scope.jm-operator", format);
pub(super) const TM_FORMAT: Key<String> = Key::new("metrics.scope.tm", root_format);
pub(super) const TM_JOB_FORMAT: Key<String> = Key::new("metrics.scope.tm-job", format);
pub(super) const OLD_TM_JOB_FORMAT: Key<String> = Key::new("metrics.scope.tm.job", format);
pub(super) const TASK_FORMAT: Key<String> = Key::new("metrics.scope.task", format);
pub(super) const OPERATOR_FORMAT: Key<String> = Key::new("metrics.scope.operator", format);

pub(super) const LIMIT: Key<usize> = Key::new("metrics.limit", number::parse_limit);
pub(super) const GROUP_LIMIT: Key<usize> = Key::new("metrics.group.limit", number::parse_limit);
pub(super) const GAUGE_TIMEOUT: Key<Duration> =
    Key::new("metrics.gauge.timeout", duration::parse_period);
pub(super) const HISTOGRAM_WINDOW: Key<Duration> =
    Key::new("metrics.histogram.window", duration::parse_period);

pub(super) const LATENCY_INTERVAL: Key<Duration> =
    Key::new("metrics.latency.interval", duration::parse);
pub(super) const LATENCY_GRANULARITY: Key<Granularity> =
    Key::new("metrics.latency.granularity", granularity);
pub(super) const LATENCY_HISTORY_SIZE: Key<i32> =
    Key::new("metrics.latency.history-size", number::parse_integer);

pub(super) const SYSTEM_RESOURCE: Key<bool> =
    Key::new("metrics.system-resource", number::parse_bool);
pub(super) const SYSTEM_RESOURCE_INTERVAL: Key<Duration> = Key::new(
    "metrics.system-resource-probing-interval",
    duration::parse_period,
);

pub(super) const PYTHON_METRICS: Key<bool> = Key::new("python.metric.enabled", number::parse_bool);

pub(super) const REST_PORT: Key<Ports> = Key::new("rest.port", Ports::parse_one);
pub(super) const REST_BIND_PORT: Key<Ports> = Key::new("rest.bind-port", Ports::parse);

pub(super) const INTERVAL: Key<Duration> = Key::new("metrics.reporter.*.interval", duration::parse);
pub(super) const INCLUDES: Key<Vec<String>> =
    Key::new("metrics.reporter.*.filter.includes", filters);
pub(super) const EXCLUDES: Key<Vec<String>> =
    Key::new("metrics.reporter.*.filter.excludes", filters);
pub(super) const ADDITIONAL: Key<Vec<(String, String)>> =
    Key::new("metrics.reporter.*.scope.variables.additional", map::parse);

const ALL: &[&(dyn Check + Sync)] = &[
    &JM_FORMAT,
    &JM_JOB_FORMAT,
    &OLD_JM_JOB_FORMAT,
    &JM_OPERATOR_FORMAT,
    &TM_FORMAT,
    &TM_JOB_FORMAT,
    &OLD_TM_JOB_FORMAT,
    &TASK_FORMAT,
    &OPERATOR_FORMAT,
    &LIMIT,
    &GROUP_LIMIT,
    &GAUGE_TIMEOUT,
    &HISTOGRAM_WINDOW,
    &LATENCY_INTERVAL,
    &LATENCY_GRANULARITY,
    &LATENCY_HISTORY_SIZE,
    &SYSTEM_RESOURCE,
    &SYSTEM_RESOURCE_INTERVAL,
    &PYTHON_METRICS,
    &REST_PORT,
    &REST_BIND_PORT,
    &INTERVAL,
    &INCLUDES,
    &EXCLUDES,
    &ADDITIONAL,
];

/// Refuses `value` if `key` is listed here and its grammar does not take it.
pub(super) fn check(key: &str, value: &str) -> Result<(), Error> {
    let mistake = ALL.iter().find_map(|listed| listed.mistake(key, value));
    mistake.map_or(Ok(()), |mistake| Err(mistake.of(key, value)))
}

/// Whether `text` can be the name of a reporter; it may be empty.
pub(super) fn is_reporter_name(text: &str) -> bool {
    !text.contains(|c: char| c == '.' || is_white_space(c))
}

/// Whether Java's regular expressions take this character for white space.
pub(super) fn is_white_space(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\u{B}'
}

/// A key, in which `*` stands for the name of any reporter, and the grammar of its values.
pub(super) struct Key<T> {
    pattern: &'static str,
    parse: fn(&str) -> Result<T, Mistake>,
}

impl<T> Key<T> {
    const fn new(pattern: &'static str, parse: fn(&str) -> Result<T, Mistake>) -> Self {
        Self { pattern, parse }
    }

    /// The key itself, for one that belongs to no reporter.
    pub(super) fn name(&self) -> &'static str {
        self.pattern
    }

    /// The key as it is written for `reporter`.
    pub(super) fn name_for(&self, reporter: &str) -> String {
        self.pattern.replacen('*', reporter, 1)
    }

    /// The value in `config`, for a key that belongs to no reporter.
    pub(super) fn read(&self, config: &Config) -> Result<Option<T>, Error> {
        mistake::read(self.pattern, config.get(self.pattern), self.parse)
    }

    /// The value in `config` for `reporter`.
    pub(super) fn read_for(&self, config: &Config, reporter: &str) -> Result<Option<T>, Error> {
        let key = self.name_for(reporter);
        mistake::read(&key, config.get(&key), self.parse)
    }
}

/// A [`Key`] whatever the type of its values.
trait Check {
    /// What is wrong with `value`, if this is `key` and something is.
    fn mistake(&self, key: &str, value: &str) -> Option<Mistake>;
}

impl<T> Check for Key<T> {
    fn mistake(&self, key: &str, value: &str) -> Option<Mistake> {
        let matches = match self.pattern.split_once('*') {
            Some((before, after)) => key
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(is_reporter_name),
            None => key == self.pattern,
        };
        matches.then(|| (self.parse)(value).err()).flatten()
    }
}

/// Reads a scope format; only one of dots alone, which has no component at all, is refused.
fn format(text: &str) -> Result<String, Mistake> {
    const NO_COMPONENT: Mistake = Mistake::new(
        "has no component",
        "text with more than dots, such as '<host>.x'",
    );
    if !text.is_empty() && text.chars().all(|character| character == '.') {
        return Err(NO_COMPONENT);
    }
    Ok(text.to_owned())
}

/// Reads a scope format for a level above which there is none to inherit from.
fn root_format(text: &str) -> Result<String, Mistake> {
    const NO_PARENT: Mistake = Mistake::new(
        "begins with '*', but there is no parent to inherit from",
        "a format such as '<host>.x'",
    );
    if text.split('.').next() == Some("*") {
        return Err(NO_PARENT);
    }
    format(text)
}

fn filters(text: &str) -> Result<Vec<String>, Mistake> {
    let entries = list::parse(text)?;
    entries.iter().try_for_each(|entry| filter::check(entry))?;
    Ok(entries)
}

fn granularity(text: &str) -> Result<Granularity, Mistake> {
    const NOT_A_GRANULARITY: Mistake =
        Mistake::new("is not a granularity", "'single', 'operator' or 'subtask'");
    match text.to_ascii_lowercase().as_str() {
        "single" => Ok(Granularity::Single),
        "operator" => Ok(Granularity::Operator),
        "subtask" => Ok(Granularity::Subtask),
        _ => Err(NOT_A_GRANULARITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_of_listed_keys_are_refused() {
        let refused = [
            ("metrics.scope.jm", "*.foo"),
            ("metrics.scope.tm", "*"),
            ("metrics.scope.tm", "."),
            ("metrics.scope.task", ".."),
            ("metrics.scope.tm.job", "."),
            ("metrics.limit", "-1"),
            ("metrics.group.limit", "many"),
            ("metrics.gauge.timeout", "0 s"),
            ("metrics.histogram.window", "999 µs"),
            ("metrics.latency.interval", "soon"),
            ("metrics.latency.granularity", "job"),
            ("metrics.latency.history-size", "1.5"),
            ("metrics.system-resource", "yes"),
            ("metrics.system-resource-probing-interval", "0"),
            ("rest.port", "8081-8090"),
            ("rest.bind-port", "x"),
            ("metrics.reporter.a.interval", "soon"),
            ("metrics.reporter..interval", "soon"),
            ("metrics.reporter.a.filter.includes", "*:a;*:*:timer"),
            ("metrics.reporter.a.filter.excludes", "'a"),
            ("metrics.reporter.a.scope.variables.additional", "env"),
        ];
        for (key, value) in refused {
            assert!(check(key, value).is_err(), "{key}: {value}");
        }
    }

    #[test]
    fn good_values_and_other_keys_are_taken() {
        let taken = [
            ("metrics.scope.jm", ""),
            ("metrics.scope.jm", "*x.<host>"),
            ("metrics.scope.jm-job", "*"),
            ("metrics.scope.tm", ".<host>.."),
            ("metrics.limit", "0"),
            ("metrics.latency.interval", "0"),
            ("metrics.latency.granularity", "SubTask"),
            ("rest.bind-port", "8081,8090-8099"),
            ("metrics.reporter.a.filter.includes", ""),
            ("metrics.reporter.a.filter.includes", "*:m("),
            ("metrics.reporter.a.b.interval", "soon"),
            ("metrics.reporter.a b.interval", "soon"),
            ("metrics.reporter.a.port", "anything"),
            ("taskmanager.memory.size", "anything"),
        ];
        for (key, value) in taken {
            assert_eq!(check(key, value), Ok(()), "{key}: {value}");
        }
    }
}
