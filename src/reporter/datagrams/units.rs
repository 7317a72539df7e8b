//! The lines of a batch, on their way into datagrams.

/// Lines, metric by metric, in units that must not part.
#[derive(Default)]
pub(crate) struct Units {
    bytes: Vec<u8>,
    /// Where each unit ends.
    ends: Vec<usize>,
    /// How many bytes and units there were before the metric under way.
    start: (usize, usize),
}

impl Units {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.start = (0, 0);
    }

    /// All units, one behind the other.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the unit under way is written to.
    pub(crate) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Ends a unit.
    pub(crate) fn end_unit(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Begins a metric, which consists of whole units.
    pub(crate) fn begin_metric(&mut self) {
        self.start = (self.bytes.len(), self.ends.len());
    }

    /// Whether the metric under way is the first one.
    pub(crate) fn is_first_metric(&self) -> bool {
        self.start.0 == 0
    }

    /// How many bytes the longest unit of the metric under way has.
    pub(crate) fn longest(&self) -> usize {
        let (mut begin, units) = self.start;
        let ends = self.ends.iter().skip(units);
        let lengths = ends.map(|end| end - std::mem::replace(&mut begin, *end));
        lengths.max().unwrap_or(0)
    }

    /// Takes the metric under way out again.
    pub(crate) fn take_back(&mut self) {
        let (bytes, units) = self.start;
        self.bytes.truncate(bytes);
        self.ends.truncate(units);
    }

    /// Datagrams of up to so many bytes, with as many whole units in each as fit, and at least one.
    pub(crate) fn packets(&self, max_packet_size: usize) -> impl Iterator<Item = &[u8]> {
        let (mut begin, mut unit) = (0, 0);
        std::iter::from_fn(move || {
            let mut end = *self.ends.get(unit)?;
            unit += 1;
            while let Some(next) = self.ends.get(unit) {
                if next - begin > max_packet_size {
                    break;
                }
                (end, unit) = (*next, unit + 1);
            }
            let packet = self.bytes.get(begin..end);
            begin = end;
            packet
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The metrics of the slice, each of which has these units.
    fn units(metrics: &[&[&str]]) -> Units {
        let mut units = Units::default();
        for metric in metrics {
            units.begin_metric();
            for unit in *metric {
                units.out().extend_from_slice(unit.as_bytes());
                units.end_unit();
            }
        }
        units
    }

    fn packets(units: &Units, max_packet_size: usize) -> Vec<String> {
        let packets = units.packets(max_packet_size);
        packets
            .map(|packet| String::from_utf8_lossy(packet).into_owned())
            .collect()
    }

    #[test]
    fn packets_have_as_many_whole_units_as_fit() {
        let units = units(&[&["aa\n", "b\nb\n"], &["cc\n", "d\n"]]);
        assert_eq!(packets(&units, 12), ["aa\nb\nb\ncc\nd\n"]);
        assert_eq!(packets(&units, 11), ["aa\nb\nb\ncc\n", "d\n"]);
        assert_eq!(packets(&units, 7), ["aa\nb\nb\n", "cc\nd\n"]);
        assert_eq!(packets(&units, 6), ["aa\n", "b\nb\n", "cc\nd\n"]);
        assert_eq!(packets(&units, 4), ["aa\n", "b\nb\n", "cc\n", "d\n"]);
    }

    #[test]
    fn unit_that_is_longer_than_a_packet_is_one_of_its_own() {
        let units = units(&[&["aa\n"], &["bbbb\n"], &["c\n"], &["d\n"]]);
        assert_eq!(packets(&units, 0), ["aa\n", "bbbb\n", "c\n", "d\n"]);
        assert_eq!(packets(&units, 4), ["aa\n", "bbbb\n", "c\nd\n"]);
    }

    #[test]
    fn nothing_is_no_packet() {
        let mut units = units(&[&["a\n"]]);
        units.clear();
        assert_eq!(packets(&units, 100), [""; 0]);
        assert_eq!(units.bytes(), b"");
    }

    #[test]
    fn metric_under_way_is_measured_and_taken_back_alone() {
        let mut units = units(&[&["aaaaaa\n"], &["bbb\n", "cc\n"]]);
        assert_eq!(units.longest(), 4);
        assert!(!units.is_first_metric());
        units.take_back();
        assert_eq!(packets(&units, 0), ["aaaaaa\n"]);
        units.clear();
        units.begin_metric();
        assert!(units.is_first_metric());
        assert_eq!(units.longest(), 0);
    }
}
