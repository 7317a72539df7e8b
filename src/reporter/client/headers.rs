//! Headers that a reporter is told to send.

use ureq::http::{HeaderName, HeaderValue};

use crate::config::ReporterSettings;
use crate::error::Error;

/// What the client says itself.
const OWN: [&str; 8] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "transfer-encoding",
];

/// The headers in the map at `key`, none of which has the name of another, of one in `others`, or of one that the client
/// sends itself.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for what is no header, in words without its value.
pub(super) fn read(
    settings: &ReporterSettings,
    key: &str,
    others: &[(String, String)],
) -> Result<Vec<(String, String)>, Error> {
    let mut known: Vec<String> = OWN.map(str::to_owned).into();
    known.extend(others.iter().map(|(name, _)| name.to_ascii_lowercase()));
    let headers = settings.map(key)?;
    for (name, value) in &headers {
        let refused = |what: &str, right| {
            let what = format!("has a header '{name}' {what}");
            Err(settings.refused(key, &what, right))
        };
        if HeaderName::from_bytes(name.as_bytes()).is_err() {
            return refused("whose name is none", "a token of RFC 9110, as 'x-tenant'");
        }
        if HeaderValue::from_str(value).is_err() {
            return refused("whose value no client could send", "visible ASCII");
        }
        let name = name.to_ascii_lowercase();
        if known.contains(&name) {
            return refused("that is sent already", "another one, or other keys");
        }
        known.push(name);
    }
    Ok(headers)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    const KEY: &str = "exporter.headers";

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    fn headers(keys: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
        let mut config = Config::new();
        for (key, value) in keys.iter().chain(&[("factory.class", "x")]) {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        let reporter = settings.reporters.first().unwrap();
        let others = [pair("Authorization", "Basic x")];
        read(reporter, KEY, &others).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn headers_come_from_one_key_or_from_one_each() {
        let (key, tenant) = (pair("x-key", "a=b, c"), pair("X-Tenant", "1"));
        let one = headers(&[(KEY, "{x-key: 'a=b, c', X-Tenant: 1}")]);
        assert_eq!(one, Ok(vec![key.clone(), tenant.clone()]));
        let each = headers(&[
            ("exporter.headers.x-key", "a=b, c"),
            ("exporter.headers.X-Tenant", "1"),
        ]);
        assert_eq!(each, Ok(vec![tenant, key]));
        assert_eq!(headers(&[]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_header_or_is_sent_already_is_refused_without_its_value() {
        for (name, value, what) in [
            ("x y", "s3cret", "'x y' whose name is none"),
            ("", "s3cret", "'' whose name is none"),
            (
                "x",
                "s3cret\r\ny: z",
                "'x' whose value no client could send",
            ),
            (
                "Content-Type",
                "s3cret",
                "'Content-Type' that is sent already",
            ),
            (
                "authorization",
                "s3cret",
                "'authorization' that is sent already",
            ),
        ] {
            let key = format!("{KEY}.{name}");
            let refusal = headers(&[(&key, value)]).unwrap_err();
            let expected = format!("metrics.reporter.r.{KEY} has a header {what};");
            assert!(refusal.starts_with(&expected), "{refusal}");
            assert!(!refusal.contains("s3cret"));
        }
        let twice = headers(&[(KEY, "{x: s3cret, X: s3cret}")]).unwrap_err();
        assert!(
            twice.contains("a header 'X' that is sent already"),
            "{twice}"
        );
    }
}
