//! Keys with their values, which show no secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Keys and values as text.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Entries(pub(super) BTreeMap<String, String>);

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(key, value)| (key, shown(key, value)));
        f.debug_map().entries(shown).finish()
    }
}

/// What messages and debugging output may say of the value of `key`.
pub(super) fn shown<'a>(key: &str, value: &'a str) -> Cow<'a, str> {
    let last = key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase();
    if is_secret(&last) || is_header(key) {
        Cow::Borrowed("***")
    } else if ["url", "endpoint", "host"]
        .iter()
        .any(|word| last.contains(word))
    {
        without_credentials(value)
    } else {
        Cow::Borrowed(value)
    }
}

/// Whether a key is that of one entry of a map of headers, whose names are anything.
fn is_header(key: &str) -> bool {
    let above = key.rsplit('.').skip(1);
    let mut above = above.map(str::to_ascii_lowercase);
    above.any(|part| part.contains("headers"))
}

/// A URL, or what was meant for one, without user and password, and without what may be a key behind its path; rather with
/// too little than with part of them.
fn without_credentials(url: &str) -> Cow<'_, str> {
    let Some((place, rest)) = url.split_once(['?', '#']) else {
        return without_user(url);
    };
    if rest.contains('@') {
        let scheme = place.find("://").map_or(0, |at| at + "://".len());
        let scheme = place.get(..scheme).unwrap_or_default();
        return Cow::Owned(format!("{scheme}***"));
    }
    Cow::Owned(format!("{}***", without_user(place)))
}

fn without_user(url: &str) -> Cow<'_, str> {
    let Some((before, place)) = url.rsplit_once('@') else {
        return Cow::Borrowed(url);
    };
    let scheme = before.find("://").map_or(0, |at| at + "://".len());
    let scheme = before.get(..scheme).unwrap_or_default();
    Cow::Owned(format!("{scheme}***@{place}"))
}

/// Whether the value of a key is a secret whose `last` part is this. That of a `…-file` is only where one is.
fn is_secret(last: &str) -> bool {
    /// What the last part of such a key contains, in any case: mostly words by which Flink recognises secrets.
    const WORDS: [&str; 9] = [
        "password",
        "secret",
        "token",
        "apikey",
        "api-key",
        "basic-auth",
        "auth-params",
        "service-key",
        "headers",
    ];
    WORDS.iter().any(|word| last.contains(word)) && !last.ends_with("-file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_recognised_by_the_last_part_of_their_key() {
        for key in [
            "metrics.reporter.r.password",
            "metrics.reporter.r.bearer-token",
            "metrics.reporter.r.Token",
            "metrics.reporter.dghttp.apikey",
            "security.ssl.rest.key-password",
            "password",
            "metrics.reporter.r.exporter.headers",
            "metrics.reporter.r.exporter.headers.x-tenant",
            "metrics.reporter.r.exporter.headers.x.y",
        ] {
            assert_eq!(shown(key, "x"), "***", "{key}");
        }
        for key in [
            "metrics.reporter.r.username",
            "metrics.reporter.r.password-file",
            "metrics.reporter.r.bearer-token-file",
            "metrics.reporter.token.port",
        ] {
            assert_eq!(shown(key, "x"), "x", "{key}");
        }
    }

    #[test]
    fn urls_are_shown_without_user_and_query() {
        for (url, expected) in [
            ("http://u:p@host:1/path", "http://***@host:1/path"),
            ("http://u:p/@w@host", "http://***@host"),
            ("u:p@host", "***@host"),
            ("http://host:1/path", "http://host:1/path"),
            ("http://host/path?api_key=k", "http://host/path***"),
            ("http://u:p@host#k", "http://***@host***"),
            ("http://u:p?w@host", "http://***"),
            ("http://host?key=k@k", "http://***"),
        ] {
            for key in ["hostUrl", "exporter.endpoint", "host", "proxyHost"] {
                let key = format!("metrics.reporter.r.{key}");
                assert_eq!(shown(&key, url), expected);
            }
        }
        assert_eq!(shown("metrics.reporter.r.prefix", "a@b"), "a@b");
    }

    #[test]
    fn debugging_output_has_no_secrets() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let entries = Entries(BTreeMap::from([pair("password", "p"), pair("port", "0")]));
        assert_eq!(
            format!("{entries:?}"),
            r#"{"password": "***", "port": "0"}"#
        );
    }
}
