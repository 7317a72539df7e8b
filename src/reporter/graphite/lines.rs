//! The lines of a batch.

use super::options::{Options, Protocol};
use crate::reporter::courier::Written;
use crate::reporter::datagrams::{FRAME, LONGEST, Units};
use crate::reporter::number::{push_hundredths, push_plain, push_whole};

/// The longest line that carbon takes: at a longer one it closes the connection.
const LONGEST_LINE: usize = 16_384;

/// How much is written at a time.
const PIECE: usize = 64 * 1024;

/// A number as a line has it.
pub(super) trait GraphiteValue: Copy {
    fn push(self, out: &mut Vec<u8>, is_exact: bool);
}

impl GraphiteValue for i64 {
    fn push(self, out: &mut Vec<u8>, _: bool) {
        push_whole(out, self);
    }
}

impl GraphiteValue for f64 {
    fn push(self, out: &mut Vec<u8>, is_exact: bool) {
        if is_exact {
            push_hundredths(out, self);
        } else {
            push_plain(out, self);
        }
    }
}

/// Lines on their way.
pub(super) struct Lines {
    units: Units,
    /// What all lines of the metric under way have before an ending, and behind it.
    path: Vec<u8>,
    tags: Vec<u8>,
    /// What all lines of the report end with.
    time: Vec<u8>,
    longest_line: usize,
    is_exact: bool,
}

impl Lines {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            units: Units::default(),
            path: Vec::new(),
            tags: Vec::new(),
            time: Vec::new(),
            longest_line: match options.protocol {
                _ if !options.is_exact => LONGEST_LINE,
                Protocol::Tcp => usize::MAX,
                Protocol::Udp => LONGEST,
            },
            is_exact: options.is_exact,
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Begins a report at a time in seconds since 1970-01-01.
    pub(super) fn begin_report(&mut self, seconds: u64) {
        self.units.clear();
        self.time.clear();
        self.time.push(b' ');
        push_whole(&mut self.time, i64::try_from(seconds).unwrap_or(i64::MAX));
        self.time.push(b'\n');
    }

    pub(super) fn clear(&mut self) {
        self.units.clear();
    }

    pub(super) fn are_full(&self) -> bool {
        self.units.bytes().len() >= PIECE
    }

    /// Begins the lines of a metric.
    pub(super) fn begin(&mut self, prefix: &str, name: &str, tags: &str) {
        self.path.clear();
        self.path.extend_from_slice(prefix.as_bytes());
        self.path.extend_from_slice(name.as_bytes());
        self.tags.clear();
        self.tags.extend_from_slice(tags.as_bytes());
        self.units.begin_metric();
    }

    /// Ends the lines of a metric. One of which a line is too long is left out as a whole.
    pub(super) fn end(&mut self) -> Written {
        if self.units.longest() <= self.longest_line {
            return Written::Yes;
        }
        self.units.take_back();
        Written::Inexpressible("a metric is too long for a line")
    }

    pub(super) fn line(&mut self, ending: &str, number: impl GraphiteValue) {
        let out = self.units.out();
        out.extend_from_slice(&self.path);
        out.extend_from_slice(ending.as_bytes());
        out.extend_from_slice(&self.tags);
        out.push(b' ');
        number.push(out, self.is_exact);
        out.extend_from_slice(&self.time);
        self.units.end_unit();
    }

    /// All lines.
    pub(super) fn bytes(&self) -> &[u8] {
        self.units.bytes()
    }

    /// The lines in datagrams. Of Flink's there is one for each line.
    pub(super) fn packets(&self) -> impl Iterator<Item = &[u8]> {
        self.units.packets(if self.is_exact { 0 } else { FRAME })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(protocol: Protocol, is_exact: bool) -> Lines {
        let mut lines = Lines::new(&Options {
            host: String::new(),
            port: 2003,
            protocol,
            prefix: None,
            rate_factor: 1.0,
            has_tags: false,
            is_exact,
        });
        lines.begin_report(1_700_000_000);
        lines
    }

    /// Writes a metric with one number.
    fn metric(lines: &mut Lines, name: &str, number: impl GraphiteValue) -> Written {
        lines.begin("", name, "");
        lines.line("", number);
        lines.end()
    }

    fn text(lines: &Lines) -> &str {
        std::str::from_utf8(lines.bytes()).unwrap_or_default()
    }

    #[test]
    fn line_is_path_tags_number_and_time() {
        let mut lines = lines(Protocol::Tcp, false);
        lines.begin("app.", "orders", ";region=eu");
        lines.line("", 7);
        lines.line(".mean", 0.5);
        assert_eq!(lines.end(), Written::Yes);
        let expected =
            "app.orders;region=eu 7 1700000000\napp.orders.mean;region=eu 0.5 1700000000\n";
        assert_eq!(text(&lines), expected);
        lines.begin_report(1);
        metric(&mut lines, "x", 1);
        assert_eq!(text(&lines), "x 1 1\n");
    }

    #[test]
    fn numbers_are_written_in_full_and_flinks_with_two_digits() {
        for (number, own, flinks) in [
            (1e-7, "0.0000001", "0.00"),
            (123_456_789.125, "123456789.125", "123456789.13"),
            (-0.0, "-0.0", "-0.00"),
            (
                1e21,
                "1000000000000000000000.0",
                "1000000000000000000000.00",
            ),
        ] {
            for (is_exact, expected) in [(false, own), (true, flinks)] {
                let mut lines = lines(Protocol::Tcp, is_exact);
                metric(&mut lines, "x", number);
                assert_eq!(text(&lines), format!("x {expected} 1700000000\n"));
            }
        }
        let mut lines = lines(Protocol::Tcp, true);
        metric(&mut lines, "x", i64::MIN);
        assert_eq!(text(&lines), "x -9223372036854775808 1700000000\n");
    }

    #[test]
    fn line_that_closes_carbons_connection_is_left_out() {
        for (protocol, is_exact, longest) in [
            (Protocol::Tcp, false, 16_384),
            (Protocol::Udp, false, 16_384),
            (Protocol::Udp, true, 65_507),
        ] {
            let mut lines = lines(protocol, is_exact);
            assert_eq!(metric(&mut lines, "a", 1), Written::Yes);
            let before = text(&lines).len();
            let name = "x".repeat(longest - " 1 1700000000\n".len() + 1);
            let written = metric(&mut lines, &name, 1);
            assert!(matches!(written, Written::Inexpressible(_)));
            assert_eq!(text(&lines).len(), before);
            assert_eq!(metric(&mut lines, &name[1..], 1), Written::Yes);
            assert_eq!(text(&lines).len(), before + longest);
        }
        let mut lines = lines(Protocol::Tcp, true);
        assert_eq!(metric(&mut lines, &"x".repeat(100_000), 1), Written::Yes);
    }

    #[test]
    fn pieces_are_about_64_kib() {
        let mut lines = lines(Protocol::Tcp, false);
        let mut metrics = 0;
        while !lines.are_full() {
            metric(&mut lines, "x", 1);
            metrics += 1;
        }
        assert_eq!(metrics, 65_536_usize.div_ceil("x 1 1700000000\n".len()));
    }

    #[test]
    fn datagrams_fit_a_frame_and_flinks_are_single_lines() {
        for (is_exact, lengths) in [(false, &[1425, 75][..]), (true, &[15; 100])] {
            let mut lines = lines(Protocol::Udp, is_exact);
            for _ in 0..100 {
                metric(&mut lines, "x", 1);
            }
            let packets: Vec<usize> = lines.packets().map(<[u8]>::len).collect();
            assert_eq!(packets, lengths);
        }
    }
}
