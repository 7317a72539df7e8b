//! The rows formats and bad values: which values `metra_config_set` refuses where Flink falls back to a default or
//! drops the reporter.

use super::Row;
use super::filters;

const MILLISECOND_NS: u128 = 1_000_000;

/// The row by which `value` is refused for `key`, if it is.
pub(crate) fn refusal(key: &str, value: &str) -> Option<Row> {
    if let Some(level) = key.strip_prefix("metrics.scope.") {
        return (level != "delimiter" && is_bad_format(level, value)).then_some(Row::Formats);
    }
    let reporters = key
        .strip_prefix("metrics.reporter.")
        .and_then(|key| key.split_once('.'));
    let is_word = |words: &[&str]| words.contains(&value.to_ascii_lowercase().as_str());
    let refused = match reporters.map_or(key, |(_, key)| key) {
        "interval" | "metrics.latency.interval" => duration_ns(value).is_none(),
        "filter.includes" | "filter.excludes" => filters::Rules::read(value).is_err(),
        "metrics.latency.granularity" => !is_word(&["single", "operator", "subtask"]),
        "metrics.latency.history-size" => value.parse::<i32>().is_err(),
        "metrics.system-resource" => !is_word(&["true", "false"]),
        "metrics.system-resource-probing-interval" => {
            duration_ns(value).is_none_or(|ns| ns < MILLISECOND_NS)
        }
        _ => false,
    };
    refused.then_some(Row::Config)
}

/// A format of a root cannot inherit, and one of dots alone has no component.
fn is_bad_format(level: &str, format: &str) -> bool {
    let is_level = [
        "jm",
        "jm-job",
        "jm.job",
        "jm-operator",
        "tm",
        "tm-job",
        "tm.job",
        "task",
        "operator",
    ];
    if !is_level.contains(&level) {
        return false;
    }
    let inherits = format.split('.').next() == Some("*");
    let is_root = level == "jm" || level == "tm";
    (is_root && inherits) || (!format.is_empty() && format.chars().all(|letter| letter == '.'))
}

/// Whether a push reporter may have this interval; a shorter one keeps the registry from starting.
pub(crate) fn is_push_interval(value: &str) -> bool {
    duration_ns(value).is_none_or(|ns| ns >= MILLISECOND_NS)
}

/// The interval of a reporter in whole milliseconds; without one, or with one that is refused, Flink's default.
pub(crate) fn interval_ms(value: Option<&str>) -> u64 {
    let ns = value.and_then(duration_ns).unwrap_or(10_000_000_000);
    u64::try_from(ns / 1_000_000).unwrap_or(u64::MAX)
}

/// Flink's durations in nanoseconds: an integer with a unit, milliseconds without one, or ISO-8601.
fn duration_ns(text: &str) -> Option<u128> {
    let text = text.trim();
    if text.starts_with(['P', 'p']) {
        return iso_ns(&text.to_ascii_uppercase());
    }
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: i64 = number.parse().ok()?;
    let factor: u128 = match unit.trim().to_lowercase().as_str() {
        "d" | "day" | "days" => 86_400_000_000_000,
        "h" | "hour" | "hours" => 3_600_000_000_000,
        "m" | "min" | "minute" | "minutes" => 60_000_000_000,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
        "" | "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1_000_000,
        "µs" | "micro" | "micros" | "microsecond" | "microseconds" => 1_000,
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => 1,
        _ => return None,
    };
    u128::try_from(number).ok()?.checked_mul(factor)
}

/// `PnDTnHnMnS`, each part optional but one of them there, the seconds with a fraction if need be.
fn iso_ns(text: &str) -> Option<u128> {
    let (days, time) = text
        .strip_prefix('P')?
        .split_once('T')
        .unwrap_or((text.strip_prefix('P')?, ""));
    let mut total = 0;
    let mut parts = 0;
    for (rest, units) in [
        (days, &[('D', 86_400)][..]),
        (time, &[('H', 3600), ('M', 60), ('S', 1)]),
    ] {
        let mut rest = rest;
        for (unit, seconds) in units {
            let Some((number, after)) = rest.split_once(*unit) else {
                continue;
            };
            let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
            let whole: u64 = whole.parse().ok()?;
            let fraction: u128 = format!("{fraction:0<9}").parse().ok()?;
            total += u128::from(whole) * seconds * 1_000_000_000 + fraction;
            parts += 1;
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    (parts > 0).then_some(total)
}
