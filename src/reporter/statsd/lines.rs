//! The lines of a batch, and the datagrams that they go into.

use crate::reporter::courier::Written;
use crate::reporter::number::{push_double, push_whole};

/// The longest datagram there is: what UDP over IPv4 has room for.
const LONGEST: usize = 65_507;

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

/// Lines on their way into datagrams.
pub(super) struct Lines {
    /// Lines without line feeds, but within units.
    bytes: Vec<u8>,
    /// Where each unit ends: a line, or two that must not part.
    ends: Vec<usize>,
    /// What all lines of the metric under way have before an ending, and behind a type.
    identifier: Vec<u8>,
    tags: Vec<u8>,
    /// How many bytes and units there were before that metric.
    start: (usize, usize),
    /// How many bytes that metric has.
    last: usize,
    max_packet_size: usize,
    is_exact: bool,
}

impl Lines {
    pub(super) fn new(max_packet_size: usize, is_exact: bool) -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            identifier: Vec::new(),
            tags: Vec::new(),
            start: (0, 0),
            last: 0,
            max_packet_size,
            is_exact,
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.is_exact
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Whether another metric like the last one may not fit into the datagram.
    pub(super) fn are_full(&self) -> bool {
        self.bytes.len() + self.last > self.max_packet_size
    }

    /// Begins the lines of a metric.
    pub(super) fn begin(&mut self, prefix: &str, name: &str, tags: &str) {
        self.identifier.clear();
        self.identifier.extend_from_slice(prefix.as_bytes());
        self.identifier.extend_from_slice(name.as_bytes());
        self.tags.clear();
        self.tags.extend_from_slice(tags.as_bytes());
        self.start = (self.bytes.len(), self.ends.len());
    }

    /// Ends the lines of a metric. One that fits no datagram is left out as a whole.
    pub(super) fn end(&mut self) -> Written {
        let (bytes, units) = self.start;
        self.last = self.bytes.len() - bytes;
        let mut begin = bytes;
        let mut fits = |end: &usize| {
            let length = end - std::mem::replace(&mut begin, *end);
            length <= LONGEST
        };
        if self.ends.iter().skip(units).all(&mut fits) {
            return Written::Yes;
        }
        self.bytes.truncate(bytes);
        self.ends.truncate(units);
        self.last = 0;
        Written::Inexpressible("a metric is too long for a datagram")
    }

    /// Writes a gauge's line. As StatsD takes a number with a sign for a change, one with 0 goes before it.
    pub(super) fn gauge(&mut self, ending: &str, number: impl StatsdValue) {
        if number.has_sign() {
            self.line(ending, "|g", |out| out.push(b'0'));
            if self.is_exact {
                self.end_unit();
            } else {
                self.bytes.push(b'\n');
            }
        }
        self.line(ending, "|g", |out| number.push(out));
        self.end_unit();
    }

    /// Writes a gauge's line so many times, with one line of 0 before them if there has to be one.
    pub(super) fn repeated(&mut self, times: usize, number: impl StatsdValue) {
        self.gauge("", number);
        for _ in 1..times {
            self.line("", "|g", |out| number.push(out));
            self.end_unit();
        }
    }

    /// Writes a gauge's line with text, which StatsD does not understand.
    pub(super) fn text(&mut self, text: &str) {
        self.line("", "|g", |out| out.extend_from_slice(text.as_bytes()));
        self.end_unit();
    }

    /// Writes a counter's line: `new` came since the last one.
    pub(super) fn counter(&mut self, new: i64) {
        self.line("", "|c", |out| push_whole(out, new));
        self.end_unit();
    }

    fn line(&mut self, ending: &str, kind: &str, push: impl FnOnce(&mut Vec<u8>)) {
        self.bytes.extend_from_slice(&self.identifier);
        self.bytes.extend_from_slice(ending.as_bytes());
        self.bytes.push(b':');
        push(&mut self.bytes);
        self.bytes.extend_from_slice(kind.as_bytes());
        self.bytes.extend_from_slice(&self.tags);
        self.bytes.push(b'\n');
    }

    fn end_unit(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// The datagrams: as many whole units in each as fit, and at least one.
    pub(super) fn packets(&self) -> impl Iterator<Item = &[u8]> {
        let max_packet_size = if self.is_exact {
            0
        } else {
            self.max_packet_size
        };
        let (mut begin, mut unit) = (0, 0);
        std::iter::from_fn(move || {
            let mut end = *self.ends.get(unit)?;
            unit += 1;
            while let Some(next) = self.ends.get(unit) {
                // The last line feed is not sent.
                if next - begin - 1 > max_packet_size {
                    break;
                }
                (end, unit) = (*next, unit + 1);
            }
            let packet = self.bytes.get(begin..end - 1);
            begin = end;
            packet
        })
    }
}
