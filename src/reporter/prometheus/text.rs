//! How the formats write strings and numbers.

/// Writes `texts`, which need no escapes.
pub(super) fn push_all(out: &mut Vec<u8>, texts: &[&str]) {
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Writes the text of a HELP line of Prometheus' format.
pub(super) fn push_help(out: &mut Vec<u8>, text: &str) {
    push_escaped(out, text, |byte| matches!(byte, b'\\' | b'\n' | 0));
}

/// Writes the value of a label, without its quotes.
pub(super) fn push_label_value(out: &mut Vec<u8>, text: &str) {
    push_escaped(out, text, |byte| matches!(byte, b'\\' | b'\n' | b'"' | 0));
}

/// Writes `text` with an escape for every byte that `needs_escape` chooses, all of them ASCII.
fn push_escaped(out: &mut Vec<u8>, text: &str, needs_escape: fn(u8) -> bool) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| needs_escape(*byte)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        if let Some((byte, after)) = special.split_first() {
            out.extend_from_slice(escape(*byte));
            rest = after;
        }
    }
    out.extend_from_slice(rest);
}

fn escape(byte: u8) -> &'static [u8] {
    match byte {
        b'\\' => br"\\",
        b'\n' => br"\n",
        b'"' => br#"\""#,
        // Prometheus takes U+0000 for the end of the page: the replacement character stands in for it.
        _ => "\u{FFFD}".as_bytes(),
    }
}

/// A sample's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Whole(i64),
    Real(f64),
}

impl Number {
    pub(super) fn is_below_zero(self) -> bool {
        match self {
            Self::Whole(value) => value < 0,
            Self::Real(value) => value < 0.0,
        }
    }
}

/// Writes a sample's value: as few digits as tell it from every other value of its type.
pub(super) fn push_number(out: &mut Vec<u8>, number: Number) {
    match number {
        Number::Whole(value) => out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
        Number::Real(value) if value.is_finite() => {
            out.extend_from_slice(ryu::Buffer::new().format_finite(value).as_bytes());
        }
        Number::Real(value) if value.is_nan() => out.extend_from_slice(b"NaN"),
        Number::Real(value) if value > 0.0 => out.extend_from_slice(b"+Inf"),
        Number::Real(_) => out.extend_from_slice(b"-Inf"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn label_values_escape_backslash_quote_and_line_feed() {
        let value = written(|out| push_label_value(out, "a\\b\"c\nd\te名\\"));
        assert_eq!(value, "a\\\\b\\\"c\\nd\te名\\\\");
    }

    #[test]
    fn help_leaves_quotes_alone() {
        assert_eq!(written(|out| push_help(out, "a\"b\\c\nd")), "a\"b\\\\c\\nd");
    }

    #[test]
    fn nul_is_replaced() {
        assert_eq!(written(|out| push_label_value(out, "a\0b")), "a\u{FFFD}b");
    }

    #[test]
    fn numbers_read_back_as_what_they_were() {
        for (number, expected) in [
            (Number::Whole(i64::MIN), "-9223372036854775808"),
            (Number::Whole(7), "7"),
            (Number::Real(0.1), "0.1"),
            (Number::Real(-0.0), "-0.0"),
            (Number::Real(1e21), "1e21"),
            (Number::Real(5e-324), "5e-324"),
            (Number::Real(f64::NAN), "NaN"),
            (Number::Real(f64::INFINITY), "+Inf"),
            (Number::Real(f64::NEG_INFINITY), "-Inf"),
        ] {
            assert_eq!(written(|out| push_number(out, number)), expected);
        }
    }
}
