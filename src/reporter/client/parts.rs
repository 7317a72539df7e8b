//! Parts of URLs that are made from keys.

use std::net::Ipv6Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::uri::Authority;

use crate::config::ReporterSettings;
use crate::error::Error;

/// All that is not unreserved (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `text` as a query has it in a value.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The host at `key`, which must be there, as a URL has it: IPv6 addresses in brackets.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for what would not be a host there, and nothing else.
pub(crate) fn host(settings: &ReporterSettings, key: &str) -> Result<String, Error> {
    let right = "the name or the address of a host";
    let text = settings.required(key, right)?;
    let host = match text.parse::<Ipv6Addr>() {
        Ok(_) => format!("[{text}]"),
        Err(_) => text.to_owned(),
    };
    let is_host = |authority: Authority| authority.host() == host && authority.as_str() == host;
    if host.parse().is_ok_and(is_host) {
        Ok(host)
    } else {
        Err(settings.refused(key, "is no host", right))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(text: &str) -> Result<String, Error> {
        let mut config = Config::new();
        for (key, value) in [("factory.class", "x"), ("host", text)] {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        host(settings.reporters.first().unwrap(), "host")
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        for (text, expected) in [
            ("localhost", "localhost"),
            ("a-b.example.org", "a-b.example.org"),
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(read(text).unwrap(), expected);
        }
        for text in [
            "",
            "a b",
            "host/path",
            "user@host",
            "host:80",
            "a?b",
            "a#b",
            "http://host",
            "[::1",
            "\n",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values_of_queries_are_encoded() {
        assert_eq!(encoded("my db"), "my%20db");
        assert_eq!(encoded("a&b=c+d/\u{e9}"), "a%26b%3Dc%2Bd%2F%C3%A9");
        assert_eq!(encoded("Az0-._~"), "Az0-._~");
    }
}
