//! What a receiver says beside the status.

use serde_json::Value as Json;

use super::protobuf::{self, Value};
use super::writer::Encoding;

/// What an answer of success says of a request that was not taken as a whole (`ExportMetricsPartialSuccess`), or was with a
/// warning.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PartialSuccess {
    /// How many points were not taken.
    pub(super) rejected: u64,
    pub(super) message: String,
}

impl PartialSuccess {
    /// Reads the body of an answer; nothing if it says nothing.
    pub(super) fn read(encoding: Encoding, body: &[u8]) -> Option<Self> {
        let read = match encoding {
            Encoding::Protobuf => Self::from_protobuf(body),
            Encoding::Json => Self::from_json(body),
        };
        read.filter(|read| *read != Self::default())
    }

    fn from_protobuf(body: &[u8]) -> Option<Self> {
        let fields = protobuf::fields(body)?;
        let Some((1, Value::Bytes(partial))) = fields.into_iter().find(|(number, _)| *number == 1)
        else {
            return None;
        };
        let mut read = Self::default();
        for field in protobuf::fields(partial)? {
            match field {
                (1, Value::Number(rejected)) => read.rejected = rejected,
                (2, Value::Bytes(message)) => read.message = text(message),
                _ => {}
            }
        }
        Some(read)
    }

    fn from_json(body: &[u8]) -> Option<Self> {
        let body: Json = serde_json::from_slice(body).ok()?;
        let partial = body.get("partialSuccess")?;
        let rejected = partial.get("rejectedDataPoints");
        let message = partial.get("errorMessage").and_then(Json::as_str);
        Some(Self {
            // As text according to protobuf's mapping, but readers should take either.
            rejected: rejected
                .and_then(|number| number.as_u64().or_else(|| number.as_str()?.parse().ok()))
                .unwrap_or_default(),
            message: message.unwrap_or_default().to_owned(),
        })
    }
}

/// What the body of a refusal says (`google.rpc.Status`), if it says it in this encoding.
pub(super) fn explanation(encoding: Encoding) -> fn(&[u8]) -> Option<String> {
    match encoding {
        Encoding::Protobuf => |body| {
            let message = |(number, value)| match value {
                Value::Bytes(message) if number == 2 => Some(text(message)),
                _ => None,
            };
            protobuf::fields(body)?.into_iter().find_map(message)
        },
        Encoding::Json => |body| {
            let body: Json = serde_json::from_slice(body).ok()?;
            Some(body.get("message")?.as_str()?.to_owned())
        },
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTOBUF: Encoding = Encoding::Protobuf;
    const JSON: Encoding = Encoding::Json;

    fn partial(rejected: u64, message: &str) -> Option<PartialSuccess> {
        Some(PartialSuccess {
            rejected,
            message: message.to_owned(),
        })
    }

    #[test]
    fn partial_success_is_read_in_either_encoding() {
        for (encoding, body, expected) in [
            (
                PROTOBUF,
                &b"\x0a\x07\x08\x03\x12\x03old"[..],
                partial(3, "old"),
            ),
            (PROTOBUF, b"\x0a\x03\x08\xac\x02", partial(300, "")),
            (PROTOBUF, b"\x0a\x05\x12\x03old", partial(0, "old")),
            (
                JSON,
                br#"{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"old"}}"#,
                partial(3, "old"),
            ),
            (
                JSON,
                br#"{"partialSuccess":{"rejectedDataPoints":3}}"#,
                partial(3, ""),
            ),
            (
                JSON,
                br#"{"partialSuccess":{"errorMessage":"\u00fc\""}}"#,
                partial(0, "\u{fc}\""),
            ),
        ] {
            assert_eq!(PartialSuccess::read(encoding, body), expected, "{body:?}");
        }
    }

    #[test]
    fn whole_success_and_nonsense_say_nothing() {
        for (encoding, body) in [
            (PROTOBUF, &b""[..]),
            (PROTOBUF, b"\x0a\x00"),
            (PROTOBUF, b"\n<!DOCTYPE html><html>"),
            (PROTOBUF, b"{}"),
            (PROTOBUF, b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
            (JSON, b""),
            (JSON, b"{}"),
            (JSON, br#"{"partialSuccess":{}}"#),
            (JSON, br#"{"partialSuccess":null}"#),
            (JSON, br#"{"partialSuccess":{"rejectedDataPoints":-1}}"#),
            (JSON, b"[[[["),
        ] {
            assert_eq!(PartialSuccess::read(encoding, body), None, "{body:?}");
        }
    }

    #[test]
    fn refusals_explain_themselves() {
        let protobuf = explanation(PROTOBUF);
        assert_eq!(protobuf(b"\x08\x03\x12\x04gone").as_deref(), Some("gone"));
        assert_eq!(protobuf(b"plain text"), None);
        assert_eq!(protobuf(b""), None);
        let json = explanation(JSON);
        let body = br#"{"code":3,"message":"gone"}"#;
        assert_eq!(json(body).as_deref(), Some("gone"));
        assert_eq!(json(b"plain text"), None);
    }
}
