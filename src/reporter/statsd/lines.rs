//! The lines of a batch, and the datagrams that they go into.

use crate::reporter::courier::Written;
use crate::reporter::datagrams::{LONGEST, Units};
use crate::reporter::number::{push_double, push_whole};

/// A number as a line has it.
pub(super) trait StatsdValue: Copy {
    /// Whether StatsD would take it for a change, because of its sign.
    fn has_sign(self) -> bool;
    fn push(self, out: &mut Vec<u8>);
}

impl StatsdValue for i64 {
    fn has_sign(self) -> bool {
        self < 0
    }

    fn push(self, out: &mut Vec<u8>) {
        push_whole(out, self);
    }
}

impl StatsdValue for f64 {
    fn has_sign(self) -> bool {
        self.is_sign_negative() && !self.is_nan()
    }

    fn push(self, out: &mut Vec<u8>) {
        push_double(out, self);
    }
}

/// Lines on their way into datagrams. A unit of them is a line, or two that must not part.
pub(super) struct Lines {
    units: Units,
    /// What all lines of the metric under way have before an ending, and behind a type.
    identifier: Vec<u8>,
    tags: Vec<u8>,
    max_packet_size: usize,
    is_exact: bool,
}

impl Lines {
    pub(super) fn new(max_packet_size: usize, is_exact: bool) -> Self {
        Self {
            units: Units::default(),
            identifier: Vec::new(),
            tags: Vec::new(),
            max_packet_size,
            is_exact,
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.is_exact
    }

    pub(super) fn clear(&mut self) {
        self.units.clear();
    }

    /// Whether there are enough of them. What arrives of Flink's stream is of no account for the next report, so that many
    /// datagrams may share a batch.
    pub(super) fn are_full(&self) -> bool {
        self.is_exact && self.units.bytes().len() > self.max_packet_size
    }

    /// Begins the lines of a metric.
    pub(super) fn begin(&mut self, prefix: &str, name: &str, tags: &str) {
        self.identifier.clear();
        self.identifier.extend_from_slice(prefix.as_bytes());
        self.identifier.extend_from_slice(name.as_bytes());
        self.tags.clear();
        self.tags.extend_from_slice(tags.as_bytes());
        self.units.begin_metric();
    }

    /// Ends the lines of a metric. One that fits no datagram is left out as a whole, and one that fits none with what is
    /// there already waits for the next batch.
    pub(super) fn end(&mut self) -> Written {
        let written = if without_feed(self.units.longest()) > LONGEST {
            Written::Inexpressible("a metric is too long for a datagram")
        } else if !self.is_exact && !self.units.is_first_metric() && self.is_beyond_one_packet() {
            Written::Full
        } else {
            return Written::Yes;
        };
        self.units.take_back();
        written
    }

    fn is_beyond_one_packet(&self) -> bool {
        without_feed(self.units.bytes().len()) > self.max_packet_size
    }

    /// Writes a gauge's line. As StatsD takes a number with a sign for a change, one with 0 goes before it.
    pub(super) fn gauge(&mut self, ending: &str, number: impl StatsdValue) {
        if number.has_sign() {
            self.line(ending, "|g", |out| out.push(b'0'));
            if self.is_exact {
                self.units.end_unit();
            }
        }
        self.line(ending, "|g", |out| number.push(out));
        self.units.end_unit();
    }

    /// Writes a gauge's line so many times, with one line of 0 before them if there has to be one.
    pub(super) fn repeated(&mut self, times: usize, number: impl StatsdValue) {
        self.gauge("", number);
        for _ in 1..times {
            self.line("", "|g", |out| number.push(out));
            self.units.end_unit();
        }
    }

    /// Writes a gauge's line with text, which StatsD does not understand.
    pub(super) fn text(&mut self, text: &str) {
        self.line("", "|g", |out| out.extend_from_slice(text.as_bytes()));
        self.units.end_unit();
    }

    /// Writes a counter's line: `new` came since the last one.
    pub(super) fn counter(&mut self, new: i64) {
        self.line("", "|c", |out| push_whole(out, new));
        self.units.end_unit();
    }

    fn line(&mut self, ending: &str, kind: &str, push: impl FnOnce(&mut Vec<u8>)) {
        let out = self.units.out();
        out.extend_from_slice(&self.identifier);
        out.extend_from_slice(ending.as_bytes());
        out.push(b':');
        push(out);
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(&self.tags);
        out.push(b'\n');
    }

    /// The datagrams. Of Flink's there is one for each line.
    pub(super) fn packets(&self) -> impl Iterator<Item = &[u8]> {
        let with_feed = if self.is_exact {
            0
        } else {
            self.max_packet_size + 1
        };
        let packets = self.units.packets(with_feed);
        packets.map(|packet| packet.strip_suffix(b"\n").unwrap_or(packet))
    }
}

/// The length of a datagram, of which the last line feed is not sent.
fn without_feed(length: usize) -> usize {
    length.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The datagrams, as text.
    fn packets(lines: &Lines) -> Vec<String> {
        let text = |packet| String::from_utf8_lossy(packet).into_owned();
        lines.packets().map(text).collect()
    }

    /// Writes a metric with one gauge.
    fn gauge(lines: &mut Lines, name: &str, number: i64) -> Written {
        lines.begin("", name, "");
        lines.gauge("", number);
        lines.end()
    }

    #[test]
    fn line_is_identifier_value_type_and_tags() {
        let mut lines = Lines::new(1432, false);
        lines.begin("app.", "orders", "|#a:b");
        lines.gauge(".count", 7);
        lines.counter(3);
        lines.text("seven");
        assert_eq!(lines.end(), Written::Yes);
        let expected = "app.orders.count:7|g|#a:b\napp.orders:3|c|#a:b\napp.orders:seven|g|#a:b";
        assert_eq!(packets(&lines), [expected]);
    }

    #[test]
    fn number_with_a_sign_is_set_to_zero_first() {
        for (number, expected) in [
            (-0.0, "x:0|g\nx:-0.0|g"),
            (-1e7, "x:0|g\nx:-1.0E7|g"),
            (f64::NEG_INFINITY, "x:0|g\nx:-Infinity|g"),
            (0.0, "x:0.0|g"),
            (f64::NAN, "x:NaN|g"),
            (-f64::NAN, "x:NaN|g"),
        ] {
            let mut lines = Lines::new(1432, false);
            lines.begin("", "x", "");
            lines.gauge("", number);
            assert_eq!(lines.end(), Written::Yes);
            assert_eq!(packets(&lines), [expected]);
        }
        let mut lines = Lines::new(1432, false);
        gauge(&mut lines, "x", i64::MIN);
        assert_eq!(packets(&lines), ["x:0|g\nx:-9223372036854775808|g"]);
    }

    #[test]
    fn zero_and_what_it_is_for_never_part() {
        // A pair has 12 bytes without its last line feed, the histogram of two such pairs 25.
        for max_packet_size in [1, 11, 12, 24] {
            let mut lines = Lines::new(max_packet_size, false);
            lines.begin("", "x", "");
            lines.gauge("", -4);
            lines.gauge("", -5);
            assert_eq!(lines.end(), Written::Yes);
            assert_eq!(packets(&lines), ["x:0|g\nx:-4|g", "x:0|g\nx:-5|g"]);
        }
        let mut lines = Lines::new(25, false);
        lines.begin("", "x", "");
        lines.gauge("", -4);
        lines.gauge("", -5);
        lines.end();
        assert_eq!(packets(&lines), ["x:0|g\nx:-4|g\nx:0|g\nx:-5|g"]);
    }

    #[test]
    fn metric_that_has_no_room_in_the_datagram_waits_for_the_next() {
        let mut lines = Lines::new(11, false);
        assert_eq!(gauge(&mut lines, "a", 1), Written::Yes);
        assert_eq!(gauge(&mut lines, "b", 2), Written::Yes);
        assert_eq!(gauge(&mut lines, "c", 3), Written::Full);
        assert_eq!(packets(&lines), ["a:1|g\nb:2|g"]);
        assert!(!lines.are_full());
        lines.clear();
        assert_eq!(gauge(&mut lines, "c", 3), Written::Yes);
        assert_eq!(packets(&lines), ["c:3|g"]);
    }

    #[test]
    fn longest_datagram_is_sent_and_a_longer_one_is_not() {
        for is_exact in [false, true] {
            let mut lines = Lines::new(1432, is_exact);
            assert_eq!(gauge(&mut lines, "a", 1), Written::Yes);
            let name = "x".repeat(LONGEST - ":1|g".len() + 1);
            let too_long = gauge(&mut lines, &name, 1);
            assert!(matches!(too_long, Written::Inexpressible(_)));
            assert_eq!(packets(&lines), ["a:1|g"]);
            lines.clear();
            let name = name.strip_suffix('x').unwrap_or_default();
            assert_eq!(gauge(&mut lines, name, 1), Written::Yes);
            assert_eq!(packets(&lines).concat().len(), LONGEST);
        }
    }

    #[test]
    fn metric_of_which_one_line_is_too_long_is_left_out_as_a_whole() {
        let mut lines = Lines::new(1432, false);
        lines.begin("", &"x".repeat(LONGEST - 6), "");
        lines.gauge("", 1);
        lines.gauge(".count", 1);
        assert!(matches!(lines.end(), Written::Inexpressible(_)));
        assert_eq!(packets(&lines), [""; 0]);
    }

    #[test]
    fn flinks_stream_has_each_line_in_a_datagram_of_its_own() {
        let mut lines = Lines::new(10, true);
        lines.begin("", "x", "");
        lines.repeated(2, -4);
        assert_eq!(lines.end(), Written::Yes);
        assert_eq!(packets(&lines), ["x:0|g", "x:-4|g", "x:-4|g"]);
        assert!(lines.are_full());
        assert_eq!(gauge(&mut lines, "y", 1), Written::Yes);
    }
}
