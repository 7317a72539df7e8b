//! Messages in either encoding of OTLP.
//!
//! Both come from one description, so that they cannot differ in what they say. Protobuf has the length of a message in
//! front of it: a byte is kept free for it, and what follows moves where it needs more.

use super::json;
use super::protobuf::{self, Wire};
use crate::reporter::number::push_whole;

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }

    /// Text as it stands in messages, without what is around it.
    pub(super) fn spelled(self, text: &str) -> Box<[u8]> {
        match self {
            Self::Protobuf => text.as_bytes().into(),
            Self::Json => json::escaped(text).into_bytes().into(),
        }
    }
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// What it is in protobuf.
    number: u8,
    /// What it is in JSON.
    name: &'static str,
}

impl Field {
    /// Numbers up to 15 are all there are here: with its kind, such a one is a byte.
    pub(super) const fn new(number: u8, name: &'static str) -> Self {
        assert!(number > 0 && number < 16);
        Self { number, name }
    }
}

/// Writes messages into memory that is used again.
pub(super) struct Writer {
    encoding: Encoding,
    bytes: Vec<u8>,
}

/// A message that was begun: where its content begins.
#[must_use = "a message has to be closed"]
pub(super) struct Open(usize);

impl Writer {
    pub(super) fn new(encoding: Encoding) -> Self {
        let bytes = Vec::new();
        Self { encoding, bytes }
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn into_bytes(self) -> Box<[u8]> {
        self.bytes.into()
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    /// Begins the message that all others are in.
    pub(super) fn open_whole(&mut self) {
        if self.encoding == Encoding::Json {
            self.bytes.push(b'{');
        }
    }

    pub(super) fn close_whole(&mut self) {
        if self.encoding == Encoding::Json {
            self.bytes.push(b'}');
        }
    }

    /// Begins a row of messages in one field.
    pub(super) fn open_list(&mut self, field: Field) {
        if self.encoding == Encoding::Json {
            json::name(&mut self.bytes, field.name);
            self.bytes.push(b'[');
        }
    }

    pub(super) fn close_list(&mut self) {
        if self.encoding == Encoding::Json {
            self.bytes.push(b']');
        }
    }

    /// Begins the next message of a row in `field`.
    pub(super) fn open_next(&mut self, field: Field) -> Open {
        match self.encoding {
            Encoding::Protobuf => self.open_length(field),
            Encoding::Json => {
                json::separate(&mut self.bytes);
                self.open_object()
            }
        }
    }

    pub(super) fn close(&mut self, open: Open) {
        match self.encoding {
            Encoding::Protobuf => protobuf::set_length(&mut self.bytes, open.0),
            Encoding::Json => self.bytes.push(b'}'),
        }
    }

    /// Writes a row of messages, each with [`next`](Self::next).
    pub(super) fn list(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        self.open_list(field);
        write(self);
        self.close_list();
    }

    /// Writes the next message of a row in `field`.
    pub(super) fn next(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        let open = self.open_next(field);
        write(self);
        self.close(open);
    }

    /// Writes the one message in `field`.
    pub(super) fn message(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        let open = match self.encoding {
            Encoding::Protobuf => self.open_length(field),
            Encoding::Json => {
                json::name(&mut self.bytes, field.name);
                self.open_object()
            }
        };
        write(self);
        self.close(open);
    }

    /// Writes fields that were written before, or none.
    pub(super) fn written(&mut self, fields: &[u8]) {
        if self.encoding == Encoding::Json && !fields.is_empty() {
            json::separate(&mut self.bytes);
        }
        self.bytes.extend_from_slice(fields);
    }

    /// Writes text that was [spelled](Encoding::spelled) in parts.
    pub(super) fn text(&mut self, field: Field, parts: &[&[u8]]) {
        match self.encoding {
            Encoding::Protobuf => {
                let length = parts.iter().map(|part| part.len()).sum::<usize>();
                protobuf::key(&mut self.bytes, field.number, Wire::Length);
                protobuf::varint(&mut self.bytes, length as u64);
                self.parts(parts);
            }
            Encoding::Json => {
                json::name(&mut self.bytes, field.name);
                self.bytes.push(b'"');
                self.parts(parts);
                self.bytes.push(b'"');
            }
        }
    }

    fn parts(&mut self, parts: &[&[u8]]) {
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
    }

    /// Writes a number of 64 bits without sign.
    pub(super) fn fixed64(&mut self, field: Field, number: u64) {
        match self.encoding {
            Encoding::Protobuf => {
                protobuf::key(&mut self.bytes, field.number, Wire::Fixed64);
                self.bytes.extend_from_slice(&number.to_le_bytes());
            }
            Encoding::Json => {
                json::name(&mut self.bytes, field.name);
                json::quoted(&mut self.bytes, number);
            }
        }
    }

    /// Writes a number of 64 bits with sign.
    pub(super) fn sfixed64(&mut self, field: Field, number: i64) {
        match self.encoding {
            Encoding::Protobuf => self.fixed64(field, number.cast_unsigned()),
            Encoding::Json => {
                json::name(&mut self.bytes, field.name);
                json::quoted(&mut self.bytes, number);
            }
        }
    }

    pub(super) fn double(&mut self, field: Field, number: f64) {
        match self.encoding {
            Encoding::Protobuf => self.fixed64(field, number.to_bits()),
            Encoding::Json => {
                json::name(&mut self.bytes, field.name);
                json::double(&mut self.bytes, number);
            }
        }
    }

    /// Writes a small number with sign.
    pub(super) fn sint32(&mut self, field: Field, number: i32) {
        match self.encoding {
            Encoding::Protobuf => {
                let folded = (number << 1 ^ number >> 31).cast_unsigned();
                protobuf::key(&mut self.bytes, field.number, Wire::Varint);
                protobuf::varint(&mut self.bytes, folded.into());
            }
            Encoding::Json => self.whole(field, number.into()),
        }
    }

    /// Writes the number of a choice.
    pub(super) fn choice(&mut self, field: Field, number: u8) {
        match self.encoding {
            Encoding::Protobuf => {
                protobuf::key(&mut self.bytes, field.number, Wire::Varint);
                protobuf::varint(&mut self.bytes, number.into());
            }
            Encoding::Json => self.whole(field, number.into()),
        }
    }

    /// Writes that something holds.
    pub(super) fn truth(&mut self, field: Field) {
        match self.encoding {
            Encoding::Protobuf => self.choice(field, 1),
            Encoding::Json => {
                json::name(&mut self.bytes, field.name);
                self.bytes.extend_from_slice(b"true");
            }
        }
    }

    fn whole(&mut self, field: Field, number: i64) {
        json::name(&mut self.bytes, field.name);
        push_whole(&mut self.bytes, number);
    }

    /// Writes a row of numbers, in eight bytes each.
    pub(super) fn fixed64s(&mut self, field: Field, numbers: &[u64]) {
        self.numbers(field, numbers, |bytes, number| {
            bytes.extend_from_slice(&number.to_le_bytes());
        });
    }

    /// Writes a row of numbers that are small as a rule.
    pub(super) fn varints(&mut self, field: Field, numbers: &[u64]) {
        self.numbers(field, numbers, protobuf::varint);
    }

    fn numbers(&mut self, field: Field, numbers: &[u64], pack: fn(&mut Vec<u8>, u64)) {
        match self.encoding {
            Encoding::Protobuf => {
                let open = self.open_length(field);
                for number in numbers {
                    pack(&mut self.bytes, *number);
                }
                self.close(open);
            }
            Encoding::Json => {
                self.open_list(field);
                for number in numbers {
                    json::separate(&mut self.bytes);
                    json::quoted(&mut self.bytes, *number);
                }
                self.close_list();
            }
        }
    }

    fn open_length(&mut self, field: Field) -> Open {
        protobuf::key(&mut self.bytes, field.number, Wire::Length);
        self.bytes.push(0);
        Open(self.bytes.len())
    }

    fn open_object(&mut self) -> Open {
        self.bytes.push(b'{');
        Open(self.bytes.len())
    }
}
