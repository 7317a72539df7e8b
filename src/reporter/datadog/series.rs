//! The series of a batch, and the requests that they go into.

use std::time::Duration;

use super::format::{Format, Kind, Number};
use crate::reporter::courier::Written;
use crate::reporter::number::push_whole;

const NOT_FINITE: &str = "NaN and infinities are no values for Datadog";

/// What a body has before and behind its series.
const HEAD: &[u8] = b"{\"series\":[";
const TAIL: &[u8] = b"]}";

/// Series on their way into requests.
pub(super) struct Series {
    format: Format,
    is_exact: bool,
    /// How many series and bytes a request has at most.
    most_series: usize,
    most_bytes: usize,
    /// Bodies, one behind the other.
    text: Vec<u8>,
    /// Where each of them ends that has as many series as it may.
    ends: Vec<usize>,
    /// How many series they have together.
    count: usize,
    /// How many bytes and series there were before the metric under way.
    start: (usize, usize),
    /// What all series of that metric have.
    members: Vec<u8>,
    name: Vec<u8>,
    /// Whether it has a value that could not be written.
    lacks_value: bool,
    /// Seconds since 1970-01-01, for all of them.
    time: Vec<u8>,
}

impl Series {
    pub(super) fn new(
        format: Format,
        is_exact: bool,
        most_series: usize,
        most_bytes: usize,
    ) -> Self {
        Self {
            format,
            is_exact,
            most_series,
            most_bytes,
            text: Vec::new(),
            ends: Vec::new(),
            count: 0,
            start: (0, 0),
            members: Vec::new(),
            name: Vec::new(),
            lacks_value: false,
            time: Vec::new(),
        }
    }

    /// Begins a report at `time`, which is since 1970-01-01.
    pub(super) fn begin_report(&mut self, time: Duration) {
        self.clear();
        self.time.clear();
        push_whole(
            &mut self.time,
            i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        );
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.count = 0;
    }

    /// Whether there is no room for one more series in the request.
    pub(super) fn are_full(&self) -> bool {
        self.count >= self.most_series
    }

    /// Begins the series of a metric. What is written of it is escaped already.
    pub(super) fn begin(&mut self, members: &str, prefix: &str, name: &str) {
        self.start = (self.text.len(), self.count);
        self.members.clear();
        self.members.extend_from_slice(members.as_bytes());
        self.name.clear();
        self.name.extend_from_slice(prefix.as_bytes());
        self.name.extend_from_slice(name.as_bytes());
        self.lacks_value = false;
    }

    /// Writes a gauge, unless its value is none that Datadog has.
    pub(super) fn gauge(&mut self, ending: &str, number: impl Into<Number>) {
        let number = number.into();
        if self.is_exact || number.is_finite() {
            self.series(Kind::Gauge, ending, number);
        } else {
            self.lacks_value = true;
        }
    }

    /// Writes a count: `new` came since the last one.
    pub(super) fn count(&mut self, ending: &str, new: i64) {
        self.series(Kind::Count, ending, Number::Whole(new));
    }

    fn series(&mut self, kind: Kind, ending: &str, number: Number) {
        let [before, between, behind] = self.format.point();
        let is_first = self.count.is_multiple_of(self.most_series);
        let text = &mut self.text;
        text.extend_from_slice(if is_first { HEAD } else { b"," });
        text.extend_from_slice(self.format.head(kind).as_bytes());
        text.extend_from_slice(&self.members);
        text.extend_from_slice(before.as_bytes());
        text.extend_from_slice(&self.time);
        text.extend_from_slice(between.as_bytes());
        number.push(text);
        text.extend_from_slice(behind.as_bytes());
        text.extend_from_slice(&self.name);
        text.extend_from_slice(ending.as_bytes());
        text.extend_from_slice(b"\"}");
        self.count += 1;
        if self.count.is_multiple_of(self.most_series) {
            self.end_body();
        }
    }

    fn end_body(&mut self) {
        self.text.extend_from_slice(TAIL);
        self.ends.push(self.text.len());
    }

    /// Ends the series of a metric, all of which go into one request, unless that has no room for so many.
    pub(super) fn end(&mut self) -> Written {
        let (bytes, series) = self.start;
        if self.count == series {
            return match self.lacks_value {
                true => Written::Inexpressible(NOT_FINITE),
                false => Written::Nothing,
            };
        }
        let tail = match self.ends.is_empty() {
            true => TAIL.len(),
            false => 0,
        };
        let length = self.text.len() + tail;
        let has_room = self.count <= self.most_series && length <= self.most_bytes;
        if has_room || series == 0 {
            return Written::Yes;
        }
        self.text.truncate(bytes);
        self.ends.truncate(series / self.most_series);
        self.count = series;
        Written::Full
    }

    /// Passes the bodies to `send`, one after the other, until one fails; how many bytes they have together. Nothing can
    /// be written behind them any more.
    pub(super) fn send<E>(
        &mut self,
        mut send: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<usize, E> {
        if !self.count.is_multiple_of(self.most_series) {
            self.end_body();
        }
        let mut begin = 0;
        for end in &self.ends {
            send(self.text.get(begin..*end).unwrap_or_default())?;
            begin = *end;
        }
        Ok(begin)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    const PLENTY: usize = 1_000_000;

    fn series(format: Format, is_exact: bool, most_series: usize, most_bytes: usize) -> Series {
        let mut series = Series::new(format, is_exact, most_series, most_bytes);
        series.begin_report(Duration::from_millis(1_795_369_484_999));
        series
    }

    /// The bodies of the requests.
    fn bodies(series: &mut Series) -> Vec<String> {
        let mut bodies = Vec::new();
        let outcome: Result<usize, ()> = series.send(|body| {
            bodies.push(String::from_utf8(body.to_vec()).unwrap());
            Ok(())
        });
        assert_eq!(outcome, Ok(bodies.iter().map(String::len).sum()));
        bodies
    }

    /// Writes a metric of three series; what becomes of it.
    fn written(series: &mut Series) -> Written {
        series.begin("\"tags\":[\"a\"],", "scope.", "m");
        series.gauge("", 0.75);
        series.gauge(".min", i64::MIN);
        series.count(".count", -5);
        series.end()
    }

    fn write(series: &mut Series) {
        assert_eq!(written(series), Written::Yes);
    }

    #[test]
    fn version_1_has_flinks_members_in_their_order() {
        let mut series = series(Format::V1, false, PLENTY, PLENTY);
        write(&mut series);
        let expected = r#"{"series":[{"type":"gauge","tags":["a"],"points":[[1795369484,0.75]],"metric":"scope.m"},{"type":"gauge","tags":["a"],"points":[[1795369484,-9223372036854775808]],"metric":"scope.m.min"},{"type":"count","tags":["a"],"points":[[1795369484,-5]],"metric":"scope.m.count"}]}"#;
        assert_eq!(bodies(&mut series), [expected]);
    }

    #[test]
    fn version_2_has_types_as_numbers_and_points_with_names() {
        let mut series = series(Format::V2, false, PLENTY, PLENTY);
        write(&mut series);
        let expected = r#"{"series":[{"type":3,"tags":["a"],"points":[{"timestamp":1795369484,"value":0.75}],"metric":"scope.m"},{"type":3,"tags":["a"],"points":[{"timestamp":1795369484,"value":-9223372036854775808}],"metric":"scope.m.min"},{"type":1,"tags":["a"],"points":[{"timestamp":1795369484,"value":-5}],"metric":"scope.m.count"}]}"#;
        assert_eq!(bodies(&mut series), [expected]);
    }

    #[test]
    fn values_that_are_not_finite_are_left_out_or_flinks_text() {
        let mut metras = series(Format::V1, false, PLENTY, PLENTY);
        metras.begin("", "", "m");
        metras.gauge("", f64::NAN);
        assert_eq!(metras.end(), Written::Inexpressible(NOT_FINITE));
        metras.begin("", "", "m");
        assert_eq!(metras.end(), Written::Nothing);
        assert!(bodies(&mut metras).is_empty());
        metras.begin("", "", "m");
        metras.gauge(".avg", f64::INFINITY);
        metras.gauge(".max", 1);
        assert_eq!(metras.end(), Written::Yes);
        assert_eq!(metras.count, 1);
        let mut flinks = series(Format::V1, true, PLENTY, PLENTY);
        flinks.begin("", "", "m");
        flinks.gauge("", f64::NAN);
        flinks.gauge("", f64::NEG_INFINITY);
        assert_eq!(flinks.end(), Written::Yes);
        let body = bodies(&mut flinks).remove(0);
        assert!(body.contains(",\"NaN\"]]") && body.contains(",\"-Infinity\"]]"));
    }

    #[test]
    fn metric_without_room_comes_with_the_next_request() {
        let [one, two] = [1, 2].map(|metrics| {
            let mut series = series(Format::V2, false, PLENTY, PLENTY);
            (0..metrics).for_each(|_| write(&mut series));
            bodies(&mut series).remove(0)
        });
        for (most_series, most_bytes, expected) in [
            (6, two.len(), Written::Yes),
            (5, two.len(), Written::Full),
            (6, two.len() - 1, Written::Full),
        ] {
            let mut series = series(Format::V2, false, most_series, most_bytes);
            write(&mut series);
            assert_eq!(written(&mut series), expected);
            let bodies = bodies(&mut series);
            assert_eq!(bodies == [&*one], expected == Written::Full);
            assert_eq!(bodies == [&*two], expected == Written::Yes);
        }
    }

    #[test]
    fn metric_with_more_series_than_a_request_may_have_goes_in_several() {
        let mut series = series(Format::V2, false, 2, PLENTY);
        write(&mut series);
        assert!(series.are_full());
        let bodies = bodies(&mut series);
        let counts = bodies.iter().map(|body| body.matches("metric").count());
        assert!(counts.eq([2, 1]));
        let mut sent = 0;
        let outcome = series.send(|_| {
            sent += 1;
            Err("no")
        });
        assert_eq!((outcome, sent), (Err("no"), 1));
    }
}
