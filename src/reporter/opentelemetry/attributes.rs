//! Attributes: names with values, all of them text.

use super::schema::{any_value, key_value, resource, resource_metrics, scope, scope_metrics};
use super::writer::{Encoding, Field, Writer};

/// Attributes as they stand in `field`, to be written as often as needed; empty without any.
pub(super) fn written<'a>(
    encoding: Encoding,
    field: Field,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
) -> Box<[u8]> {
    let mut pairs = pairs.peekable();
    let mut writer = Writer::new(encoding);
    if pairs.peek().is_some() {
        write(&mut writer, field, pairs);
    }
    writer.into_bytes()
}

/// The field of a resource with these attributes.
pub(super) fn written_resource(encoding: Encoding, pairs: &[(String, String)]) -> Box<[u8]> {
    let mut writer = Writer::new(encoding);
    writer.message(resource_metrics::RESOURCE, |writer| {
        let pairs = pairs.iter().map(|(key, value)| (&**key, &**value));
        write(writer, resource::ATTRIBUTES, pairs);
    });
    writer.into_bytes()
}

/// The field of an instrumentation scope.
pub(super) fn written_scope(encoding: Encoding, name: &str, version: Option<&str>) -> Box<[u8]> {
    let mut writer = Writer::new(encoding);
    writer.message(scope_metrics::SCOPE, |writer| {
        writer.text(scope::NAME, &[&encoding.spelled(name)]);
        if let Some(version) = version {
            writer.text(scope::VERSION, &[&encoding.spelled(version)]);
        }
    });
    writer.into_bytes()
}

fn write<'a>(writer: &mut Writer, field: Field, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    let encoding = writer.encoding();
    writer.list(field, |writer| {
        for (key, value) in pairs {
            writer.next(field, |writer| {
                writer.text(key_value::KEY, &[&encoding.spelled(key)]);
                writer.message(key_value::VALUE, |writer| {
                    writer.text(any_value::STRING, &[&encoding.spelled(value)]);
                });
            });
        }
    });
}
