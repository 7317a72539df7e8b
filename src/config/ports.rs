//! Ports to listen on: `9249`, `9250-9260,9300`, or `0` for any free one.

use std::ops::RangeInclusive;

use super::blank;
use super::mistake::Mistake;

const NOT_PORTS: Mistake = Mistake::new(
    "is not a port, list or range of ports",
    "'9249', '9250-9260,9300', or '0' alone for any free port",
);
const NOT_A_PORT: Mistake = Mistake::new("is not a port", "'8081', or '0' for any free port");

/// Ports to be tried one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    ranges: Vec<RangeInclusive<u16>>,
}

impl Ports {
    /// Reads a list of ports and ranges; `0` is taken only alone, because no port after it would be tried.
    pub(super) fn parse(text: &str) -> Result<Self, Mistake> {
        let text = blank::trimmed(text).trim_end_matches(',');
        let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
        let ranges = ranges.ok_or(NOT_PORTS)?;
        let any_free = ranges.iter().any(|range| *range.start() == 0);
        if any_free && ranges != [0..=0] {
            return Err(NOT_PORTS);
        }
        Ok(Self { ranges })
    }

    /// Reads a single port.
    pub(super) fn parse_one(text: &str) -> Result<Self, Mistake> {
        let port: u16 = text.parse().map_err(|_| NOT_A_PORT)?;
        Ok(Self {
            ranges: vec![port..=port],
        })
    }

    /// The ports in the order in which to try them.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.ranges.iter().cloned().flatten()
    }
}

/// Reads one port or `<first>-<last>`.
fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let text = blank::trimmed(text);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range = first.parse().ok()?..=last.parse().ok()?;
    (!range.is_empty()).then_some(range)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    fn ports(text: &str) -> Vec<u16> {
        Ports::parse(text).unwrap().iter().collect()
    }

    #[test]
    fn lists_and_ranges_keep_their_order() {
        assert_eq!(ports("9249"), [9249]);
        assert_eq!(ports(" 9300, 9250-9252 "), [9300, 9250, 9251, 9252]);
        assert_eq!(ports("65534-65535"), [65534, 65535]);
        assert_eq!(ports("1-1,"), [1]);
    }

    #[test]
    fn zero_stands_alone() {
        assert_eq!(ports("0"), [0]);
        for text in ["0,9249", "9249,0", "0-5"] {
            assert_eq!(Ports::parse(text), Err(NOT_PORTS), "{text}");
        }
    }

    #[test]
    fn single_port_is_neither_list_nor_range() {
        assert_eq!(Ports::parse_one("8081"), Ports::parse("8081"));
        for text in ["8081,8082", "8081-8082", "x", ""] {
            assert_eq!(Ports::parse_one(text), Err(NOT_A_PORT), "{text}");
        }
    }

    #[test]
    fn what_is_no_port_is_refused() {
        for text in [
            "",
            ",",
            "abc",
            "-1",
            "65536",
            "5-",
            "9260-9250",
            "1,,2",
            "1-2-3",
        ] {
            assert_eq!(Ports::parse(text), Err(NOT_PORTS), "{text}");
        }
    }
}
