//! JSON as protobuf's mapping has it (<https://protobuf.dev/programming-guides/json/>): whole numbers of 64 bits are text,
//! and so are doubles that are not finite.

use crate::reporter::number::push_double;

/// Writes the name of the next field of an object.
pub(super) fn name(out: &mut Vec<u8>, name: &str) {
    separate(out);
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Writes what stands between two parts of an object or a row.
pub(super) fn separate(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'{' | b'[')) {
        out.push(b',');
    }
}

/// Writes a whole number as text.
pub(super) fn quoted(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.push(b'"');
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    out.push(b'"');
}

/// Writes a double, in Java's notation, which is JSON's as well.
pub(super) fn double(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        push_double(out, number);
    } else {
        out.push(b'"');
        push_double(out, number);
        out.push(b'"');
    }
}

/// `text` with what may not stand between quotes escaped (RFC 8259, section 7).
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\\' => escaped.extend(['\\', letter]),
            '\0'..' ' => escaped.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_is_read_as_it_was() {
        let all: String = ('\0'..'\u{100}').chain(['\u{2028}', '名', '😀']).collect();
        for text in ["", "plain", "\"", "\\", "\\\"}],", &all] {
            let quoted = format!("\"{}\"", escaped(text));
            assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
        }
    }

    #[test]
    fn finite_doubles_are_numbers_and_others_text() {
        let written = |number| {
            let mut out = Vec::new();
            double(&mut out, number);
            String::from_utf8(out).unwrap()
        };
        for number in [0.0, -0.0, 0.1, 1e21, -1e-7, f64::MAX, 5e-324] {
            let read: f64 = serde_json::from_str(&written(number)).unwrap();
            assert_eq!(read.to_bits(), number.to_bits());
        }
        assert_eq!(written(f64::NAN), "\"NaN\"");
        assert_eq!(written(f64::INFINITY), "\"Infinity\"");
        assert_eq!(written(f64::NEG_INFINITY), "\"-Infinity\"");
    }
}
