//! The points of a batch, in InfluxDB's line protocol.

use std::time::Duration;

use crate::reporter::courier::Written;
use crate::reporter::number::{push_plain, push_whole};

/// How many bytes a batch has at most, if it has more than one metric. InfluxDB takes some ten times as much unless it
/// is told otherwise.
const MOST: usize = 1024 * 1024;

/// How many bytes measurement and tags may have together: InfluxDB refuses points with more.
const LONGEST_KEY: usize = 65_535;

const TOO_LONG: &str = "name and tags are longer than InfluxDB takes";
const NOT_FINITE: &str = "NaN and infinities are no values for InfluxDB";

/// Points, a line each.
#[derive(Default)]
pub(super) struct Points {
    lines: Vec<u8>,
    /// Nanoseconds since 1970-01-01, for all of them.
    time: Vec<u8>,
    /// Where the point under way begins, and where its fields do.
    start: usize,
    fields: usize,
    /// Whether that point has a field without a value that could be written.
    lacks_value: bool,
}

impl Points {
    /// Begins a report at `time`, which is since 1970-01-01. It has milliseconds, as Flink's.
    pub(super) fn begin_report(&mut self, time: Duration) {
        self.lines.clear();
        self.time.clear();
        let milliseconds = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        push_whole(&mut self.time, milliseconds);
        self.time.extend_from_slice(b"000000");
    }

    pub(super) fn clear(&mut self) {
        self.lines.clear();
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.lines
    }

    pub(super) fn are_full(&self) -> bool {
        self.lines.len() >= MOST
    }

    /// Begins a point. What it is called is escaped already.
    pub(super) fn begin(&mut self, scope: &str, name: &str, tags: &str) {
        self.start = self.lines.len();
        for part in [scope, name, tags, " "] {
            self.lines.extend_from_slice(part.as_bytes());
        }
        self.fields = self.lines.len();
        self.lacks_value = false;
    }

    pub(super) fn whole(&mut self, field: &str, number: i64) {
        self.field(field, |out| {
            push_whole(out, number);
            out.push(b'i');
        });
    }

    /// Writes a field with a double; InfluxDB has no words for NaN and infinities.
    pub(super) fn double(&mut self, field: &str, number: f64) {
        if number.is_finite() {
            self.field(field, |out| push_plain(out, number));
        } else {
            self.lacks_value = true;
        }
    }

    pub(super) fn text(&mut self, field: &str, text: &str) {
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\');
        self.field(field, |out| {
            out.push(b'"');
            for part in text.as_bytes().split_inclusive(is_special) {
                match part.split_last() {
                    Some((special, plain)) if is_special(special) => {
                        out.extend_from_slice(plain);
                        out.extend_from_slice(&[b'\\', *special]);
                    }
                    _ => out.extend_from_slice(part),
                }
            }
            out.push(b'"');
        });
    }

    fn field(&mut self, name: &str, push: impl FnOnce(&mut Vec<u8>)) {
        if self.lines.len() > self.fields {
            self.lines.push(b',');
        }
        self.lines.extend_from_slice(name.as_bytes());
        self.lines.push(b'=');
        push(&mut self.lines);
    }

    /// Ends the point. It is left out if it has no fields.
    pub(super) fn end(&mut self) -> Written {
        let key = self.fields - self.start - 1;
        let written = if self.lines.len() == self.fields {
            match self.lacks_value {
                true => Written::Inexpressible(NOT_FINITE),
                false => Written::Nothing,
            }
        } else if key > LONGEST_KEY {
            Written::Inexpressible(TOO_LONG)
        } else {
            self.lines.push(b' ');
            self.lines.extend_from_slice(&self.time);
            self.lines.push(b'\n');
            match self.start > 0 && self.lines.len() > MOST {
                true => Written::Full,
                false => return Written::Yes,
            }
        };
        self.lines.truncate(self.start);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points() -> Points {
        let mut points = Points::default();
        points.begin_report(Duration::from_micros(1_795_369_513_937_999));
        points
    }

    fn written(points: &Points) -> &str {
        std::str::from_utf8(points.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn point_has_its_fields_and_the_time_of_the_report() {
        let mut points = points();
        points.begin("job_", "m", ",host=h");
        points.whole("count", i64::MIN);
        points.double("mean", -0.0);
        points.double("rate", 1e-7);
        points.text("value", "a\"b\\\\c\nd, e=f\"");
        assert_eq!(points.end(), Written::Yes);
        points.begin("", "n", "");
        points.text("value", "");
        assert_eq!(points.end(), Written::Yes);
        assert_eq!(
            written(&points),
            "job_m,host=h count=-9223372036854775808i,mean=-0.0,rate=0.0000001,\
             value=\"a\\\"b\\\\\\\\c\nd, e=f\\\"\" 1795369513937000000\n\
             n value=\"\" 1795369513937000000\n"
        );
        points.begin_report(Duration::ZERO);
        points.begin("", "n", "");
        points.whole("count", 1);
        points.end();
        assert_eq!(written(&points), "n count=1i 0000000\n");
    }

    #[test]
    fn fields_that_are_not_finite_are_left_out() {
        let mut points = points();
        points.begin("", "m", "");
        points.double("rate", f64::NAN);
        points.whole("count", 1);
        points.double("sum", f64::NEG_INFINITY);
        assert_eq!(points.end(), Written::Yes);
        assert_eq!(written(&points), "m count=1i 1795369513937000000\n");
    }

    #[test]
    fn point_without_fields_is_left_out() {
        let mut points = points();
        points.begin("", "m", "");
        assert_eq!(points.end(), Written::Nothing);
        points.begin("", "m", "");
        points.double("value", f64::INFINITY);
        assert_eq!(points.end(), Written::Inexpressible(NOT_FINITE));
        assert_eq!(written(&points), "");
    }

    #[test]
    fn names_are_as_long_as_influxdb_takes() {
        let mut points = points();
        let longest = "x".repeat(LONGEST_KEY - 5);
        for (name, expected) in [
            (longest.clone(), Written::Yes),
            (longest + "x", Written::Inexpressible(TOO_LONG)),
        ] {
            points.begin("s", &name, ",t=1");
            points.whole("count", 1);
            assert_eq!(points.end(), expected);
        }
        assert_eq!(written(&points).lines().count(), 1);
    }

    #[test]
    fn batch_is_full_before_it_is_too_long_unless_it_has_one_point_only() {
        let mut points = points();
        let half = "x".repeat(MOST / 2);
        for expected in [Written::Yes, Written::Full] {
            points.begin("", "m", "");
            points.text("value", &half);
            assert_eq!(points.end(), expected);
        }
        assert!(!points.are_full());
        assert_eq!(written(&points).lines().count(), 1);
        points.clear();
        points.begin("", "m", "");
        points.text("value", &half.repeat(3));
        assert_eq!(points.end(), Written::Yes);
        assert!(points.are_full());
    }
}
