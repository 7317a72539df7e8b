//! The wire format of protobuf, as far as OTLP's metrics need it (<https://protobuf.dev/programming-guides/encoding/>).

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// A number in base 128.
    Varint = 0,
    /// Eight bytes, the lowest first.
    Fixed64 = 1,
    /// A length and so many bytes.
    Length = 2,
}

/// Writes which field comes, and what kind of value it has.
pub(super) fn key(out: &mut Vec<u8>, number: u8, wire: Wire) {
    out.push(number << 3 | wire as u8);
}

/// Writes a number in base 128, the lowest digit first, each but the last with its highest bit set.
pub(super) fn varint(out: &mut Vec<u8>, number: u64) {
    let (digits, count) = digits(number);
    out.extend(digits.into_iter().take(count));
}

fn digits(mut number: u64) -> ([u8; 10], usize) {
    let (mut digits, mut count) = ([0; 10], 0);
    for digit in &mut digits {
        count += 1;
        *digit = number as u8 & 0x7f;
        number >>= 7;
        if number == 0 {
            break;
        }
        *digit |= 0x80;
    }
    (digits, count)
}

/// Puts the length of what is behind `start` into the byte before it, and into more if it takes more.
pub(super) fn set_length(bytes: &mut Vec<u8>, start: usize) {
    let length = bytes.len() - start;
    let (digits, count) = digits(length as u64);
    bytes.splice(start - 1..start, digits.into_iter().take(count));
}

/// A value that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message with their numbers; nothing if it is none.
pub(super) fn fields(mut bytes: &[u8]) -> Option<Vec<(u64, Value<'_>)>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = read_varint(&mut bytes)?;
        let value = match key & 7 {
            0 => Value::Number(read_varint(&mut bytes)?),
            1 => Value::Bytes(read(&mut bytes, 8)?),
            2 => {
                let length = read_varint(&mut bytes)?;
                Value::Bytes(read(&mut bytes, usize::try_from(length).ok()?)?)
            }
            5 => Value::Bytes(read(&mut bytes, 4)?),
            _ => return None,
        };
        fields.push((key >> 3, value));
    }
    Some(fields)
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    while shift < u64::BITS {
        let (digit, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(digit & 0x7f) << shift;
        if *digit < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
    None
}

fn read<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (read, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for (number, length) in [
            (0, 1),
            (1, 1),
            (127, 1),
            (128, 2),
            (16_383, 2),
            (16_384, 3),
            (u64::MAX, 10),
        ] {
            let mut bytes = Vec::new();
            varint(&mut bytes, number);
            assert_eq!(bytes.len(), length);
            assert_eq!(read_varint(&mut &*bytes), Some(number));
            bytes.pop();
            assert_eq!(read_varint(&mut &*bytes), None);
        }
        assert_eq!(read_varint(&mut &[0x80; 20][..]), None);
    }

    #[test]
    fn length_stands_before_what_it_counts() {
        for length in [0, 1, 127, 128, 16_383, 16_384, 3_000_000] {
            let mut bytes = Vec::from(*b"ab_");
            let start = bytes.len();
            bytes.resize(start + length, b'x');
            set_length(&mut bytes, start);
            let mut expected = Vec::from(*b"ab");
            varint(&mut expected, length as u64);
            expected.resize(expected.len() + length, b'x');
            assert!(bytes == expected, "{length}");
        }
    }

    #[test]
    fn fields_of_every_kind_are_passed() {
        let mut bytes = Vec::new();
        key(&mut bytes, 1, Wire::Varint);
        varint(&mut bytes, 300);
        key(&mut bytes, 2, Wire::Fixed64);
        bytes.extend_from_slice(&[7; 8]);
        key(&mut bytes, 3, Wire::Length);
        bytes.extend_from_slice(b"\x02hi");
        bytes.extend_from_slice(&[4 << 3 | 5, 1, 2, 3, 4]);
        let expected = [
            (1, Value::Number(300)),
            (2, Value::Bytes(&[7; 8])),
            (3, Value::Bytes(b"hi")),
            (4, Value::Bytes(&[1, 2, 3, 4])),
        ];
        assert_eq!(fields(&bytes).as_deref(), Some(&expected[..]));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for bytes in [&b"\x0a\x05abc"[..], b"\x0b", b"\x08", b"\x09abc", b"<html>"] {
            assert_eq!(fields(bytes), None, "{bytes:?}");
        }
        assert_eq!(fields(b""), Some(Vec::new()));
    }
}
