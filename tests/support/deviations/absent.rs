//! Row absent: which of Flink's answers are about values that are not there.

use crate::support::verdict::Answer;

/// Whether `flink` differs from `own` just where a value is absent: null or empty in variables, `null` in scopes, or a
/// call that fails on a null.
pub(crate) fn explains(flink: &Answer, own: &Answer) -> bool {
    match (flink, own) {
        (Answer::Failure, _) => true,
        (Answer::Map(flink), Answer::Map(own)) => {
            let is_absent =
                |value: Option<&str>| value.is_none_or(|value| value.is_empty() || value == "null");
            own.keys().all(|key| flink.contains_key(key))
                && flink
                    .iter()
                    .all(|(key, value)| own.get(key) == Some(value) || is_absent(value.as_deref()))
        }
        (Answer::List(flink), Answer::List(own)) if flink.len() == own.len() => {
            let is_absent =
                |value: &Option<String>| value.as_deref().is_none_or(|value| value == "null");
            flink
                .iter()
                .zip(own)
                .all(|(flink, own)| flink == own || is_absent(flink))
        }
        // A value that is null makes no group of its own.
        (Answer::List(flink), Answer::List(own)) => {
            flink.iter().filter(|value| value.is_some()).eq(own.iter())
        }
        (Answer::Text(flink), Answer::Text(_)) => flink.contains("null"),
        // A name that is not there at all is refused.
        (Answer::Text(_), Answer::Failure) => true,
        _ => false,
    }
}
