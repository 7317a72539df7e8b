//! What Datadog says beside that it took a request.

use serde_json::Value;

/// What an answer of success complains about, if it does. It has a list of texts (`IntakePayloadAccepted`).
pub(super) fn complaint(answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let complaints = answer.get("errors")?.as_array()?.iter();
    let texts: Vec<&str> = complaints.filter_map(Value::as_str).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_the_texts_in_the_list_of_errors() {
        for (answer, expected) in [
            (r#"{"errors":["no","not \u00fc"]}"#, Some("no; not \u{fc}")),
            (r#"{"errors":[]}"#, None),
            (r#"{"errors":[1]}"#, None),
            (r#"{"errors":"no"}"#, None),
            (r#"{"status":"ok"}"#, None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(complaint(answer.as_bytes()).as_deref(), expected);
        }
    }
}
