//! Durations as Flink writes them: `10 s`, `500ms`, `1500` (milliseconds) or ISO-8601 (`PT5S`).

use std::time::Duration;

use super::blank;
use super::mistake::Mistake;

const NOT_A_DURATION: Mistake = Mistake::new("is not a duration", "'10 s', '500 ms' or 'PT5S'");
const TOO_LONG: Mistake = Mistake::new("is too long a duration", "'10 s', '500 ms' or 'PT5S'");
const TOO_SHORT: Mistake = Mistake::new("is too short", "'1 ms' or longer");

const NANOSECOND: u128 = 1;
const MICROSECOND: u128 = 1_000 * NANOSECOND;
const MILLISECOND: u128 = 1_000 * MICROSECOND;
const SECOND: u128 = 1_000 * MILLISECOND;
const MINUTE: u128 = 60 * SECOND;
const HOUR: u128 = 60 * MINUTE;
const DAY: u128 = 24 * HOUR;

/// What a signed 64-bit number of milliseconds can hold: long enough for anyone, and added to a clock's time
/// it does not overflow that.
const LONGEST: u128 = i64::MAX as u128 * MILLISECOND;

/// Reads a duration of any length, zero included.
pub(super) fn parse(text: &str) -> Result<Duration, Mistake> {
    let text = blank::trimmed(text);
    let nanoseconds = with_unit(text)
        .or_else(|| iso_8601(text))
        .ok_or(NOT_A_DURATION)?;
    if nanoseconds > LONGEST {
        return Err(TOO_LONG);
    }
    let seconds = u64::try_from(nanoseconds / SECOND).map_err(|_| TOO_LONG)?;
    let rest = u32::try_from(nanoseconds % SECOND).map_err(|_| TOO_LONG)?;
    Ok(Duration::new(seconds, rest))
}

/// Reads the length of something that repeats or is waited for, which takes a millisecond at least.
pub(super) fn parse_period(text: &str) -> Result<Duration, Mistake> {
    let period = parse(text)?;
    if period < Duration::from_millis(1) {
        return Err(TOO_SHORT);
    }
    Ok(period)
}

/// Reads digits and a unit, in nanoseconds; no unit means milliseconds.
fn with_unit(text: &str) -> Option<u128> {
    let (count, label) = leading_number(text)?;
    let label = blank::trimmed(label).to_ascii_lowercase();
    let unit = if label.is_empty() {
        MILLISECOND
    } else {
        unit(&label)?
    };
    Some(count.saturating_mul(unit))
}

fn unit(label: &str) -> Option<u128> {
    Some(match label {
        "d" | "day" | "days" => DAY,
        "h" | "hour" | "hours" => HOUR,
        "m" | "min" | "minute" | "minutes" => MINUTE,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => MILLISECOND,
        "µs" | "micro" | "micros" | "microsecond" | "microseconds" => MICROSECOND,
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => NANOSECOND,
        _ => return None,
    })
}

/// Reads `P1DT2H3M4.5S`, in nanoseconds: each part at most once, in this order, and at least one of them.
fn iso_8601(text: &str) -> Option<u128> {
    let text = text.to_ascii_uppercase();
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let (days, nothing) = part(date, 'D')?;
    if !nothing.is_empty() {
        return None;
    }
    let (hours, time) = part(time, 'H')?;
    let (minutes, time) = part(time, 'M')?;
    let parts = [
        days.saturating_mul(DAY),
        hours.saturating_mul(HOUR),
        minutes.saturating_mul(MINUTE),
        iso_seconds(time)?,
    ];
    Some(parts.into_iter().fold(0, u128::saturating_add))
}

/// Takes `<digits><letter>` off the front, or zero when the number there belongs to another letter.
fn part(text: &str, letter: char) -> Option<(u128, &str)> {
    if text.is_empty() {
        return Some((0, text));
    }
    let (count, rest) = leading_number(text)?;
    Some(match rest.strip_prefix(letter) {
        Some(rest) => (count, rest),
        None => (0, text),
    })
}

/// Reads `<digits>[.<up to 9 digits>]S`, or nothing, in nanoseconds.
fn iso_seconds(text: &str) -> Option<u128> {
    if text.is_empty() {
        return Some(0);
    }
    let (whole, rest) = leading_number(text)?;
    let rest = rest.strip_suffix('S')?;
    let fraction = match rest.strip_prefix(['.', ',']) {
        Some(digits) => fraction(digits)?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    Some(whole.saturating_mul(SECOND).saturating_add(fraction))
}

/// Reads the digits after a decimal point of seconds, in nanoseconds.
fn fraction(digits: &str) -> Option<u128> {
    let plain = digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| format!("{digits:0<9}").parse().ok())?
}

/// Splits digits off the front; a number past 128 bits counts as the largest there is.
fn leading_number(text: &str) -> Option<(u128, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return None;
    }
    Some((digits.parse().unwrap_or(u128::MAX), rest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    #[test]
    fn units_come_in_any_case_with_or_without_blanks() {
        let expected = [
            ("5 s", 5_000_000),
            ("1500", 1_500_000),
            ("2min", 120_000_000),
            ("3m", 180_000_000),
            (" 250 ms ", 250_000),
            ("1 h", 3_600_000_000),
            ("3 SECONDS", 3_000_000),
            ("1 day", 86_400_000_000),
            ("7000000 ns", 7_000),
            ("90 µs", 90),
            ("0 s", 0),
        ];
        for (text, microseconds) in expected {
            let expected = Duration::from_micros(microseconds);
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn iso_8601_works() {
        let expected = [
            ("PT5S", 5_000),
            ("pt1m0.25s", 60_250),
            ("P1DT2H3M4,5S", 93_784_500),
            ("P2D", 172_800_000),
            ("PT0S", 0),
        ];
        for (text, milliseconds) in expected {
            let expected = Duration::from_millis(milliseconds);
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn fractions_minus_unknown_units_and_nothing_are_refused() {
        let refused = [
            "",
            " ",
            "soon",
            "-5 s",
            "1.5 s",
            "5 parsecs",
            "5 us",
            "s",
            "5 s 3 ms",
            "+5 s",
            "P",
            "PT",
            "P1DT",
            "PT5",
            "PT5S3M",
            "P5S",
            "PT-5S",
            "PT1.5M",
            "PT0.1234567891S",
            "PT.5S",
        ];
        for text in refused {
            assert_eq!(parse(text), Err(NOT_A_DURATION), "{text}");
        }
    }

    #[test]
    fn endless_durations_are_refused_and_do_not_overflow() {
        assert!(parse("9223372036854775807").is_ok());
        let digits = "9".repeat(60);
        for text in [
            "9223372036854775808",
            &format!("{digits} d"),
            &format!("P{digits}DT{digits}H{digits}M{digits}S"),
        ] {
            assert_eq!(parse(text), Err(TOO_LONG), "{text}");
        }
    }

    #[test]
    fn periods_last_a_millisecond_or_longer() {
        assert_eq!(parse_period("999 micro"), Err(TOO_SHORT));
        assert_eq!(parse_period("1 ms"), Ok(Duration::from_millis(1)));
    }
}
