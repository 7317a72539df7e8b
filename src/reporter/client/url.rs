//! Where a server is.

use percent_encoding::percent_decode_str;
use ureq::http::Uri;
use ureq::http::uri::Authority;

use crate::config::ReporterSettings;
use crate::error::Error;

/// What would do.
const RIGHT: &str = "'http://host:port' or 'https://host/path'";

/// A URL from the keys of a reporter.
pub(crate) struct Url {
    /// What it was read from.
    pub(super) key: &'static str,
    /// Scheme, host, port and path, without a slash at the end.
    text: String,
    pub(super) user: Option<User>,
}

/// The user that a URL names, with the password there, which may be empty.
pub(super) struct User {
    pub(super) name: Vec<u8>,
    pub(super) password: Vec<u8>,
}

impl Url {
    /// The URL at `key`, which must be there: that of a server, or of a place on it.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for anything else, in words without user and password.
    pub(crate) fn read(settings: &ReporterSettings, key: &'static str) -> Result<Self, Error> {
        let text = settings.required(key, RIGHT)?;
        let refused = |what| settings.refused(key, what, RIGHT);
        if text.contains(['?', '#']) {
            return Err(refused("has more than a path"));
        }
        let uri: Uri = text.parse().map_err(|_| refused("is no URL"))?;
        let scheme = uri.scheme_str().filter(|it| ["http", "https"].contains(it));
        let scheme = scheme.ok_or_else(|| refused("is no URL of HTTP"))?;
        let authority = uri.authority().ok_or_else(|| refused("has no host"))?;
        let (user, place) = match authority.as_str().rsplit_once('@') {
            Some((user, place)) => (Some(User::of(user)), place),
            None => (None, authority.as_str()),
        };
        if !has_valid_port(authority, place) {
            return Err(refused("has no port from 1 to 65535"));
        }
        if user.as_ref().is_some_and(|user| user.name.contains(&b':')) {
            return Err(refused("has a user with a colon, which ends a name"));
        }
        let path = uri.path().trim_end_matches('/');
        Ok(Self {
            key,
            text: format!("{scheme}://{place}{path}"),
            user,
        })
    }

    /// The URL, which names no user.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is that of a place on the server.
    pub(crate) fn has_path(&self) -> bool {
        let place = self.text.split_once("://");
        place.is_some_and(|(_, place)| place.contains('/'))
    }
}

/// Whether a host is all of `place`, or the port behind it is one.
fn has_valid_port(authority: &Authority, place: &str) -> bool {
    let is_port = |port: u16| port > 0;
    place == authority.host() || authority.port_u16().is_some_and(is_port)
}

impl User {
    fn of(text: &str) -> Self {
        let (name, password) = text.split_once(':').unwrap_or((text, ""));
        let decoded = |text| percent_decode_str(text).collect();
        Self {
            name: decoded(name),
            password: decoded(password),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(url: &str) -> Result<Url, Error> {
        let mut config = Config::new();
        let keys = [("factory.class", "x"), ("hostUrl", url)];
        for (key, value) in keys {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        Url::read(settings.reporters.first().unwrap(), "hostUrl")
    }

    fn user(url: &str) -> Option<(String, String)> {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let user = read(url).unwrap().user?;
        Some((text(user.name), text(user.password)))
    }

    #[test]
    fn host_port_and_path_are_kept_but_for_the_last_slash() {
        for (url, expected) in [
            ("http://host", "http://host"),
            ("http://host/", "http://host"),
            ("HTTPS://host:9091", "https://host:9091"),
            ("http://[::1]:1/a/b//", "http://[::1]:1/a/b"),
            ("http://u:p@host:1/a%20b", "http://host:1/a%20b"),
        ] {
            assert_eq!(read(url).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn path_is_what_comes_behind_the_port() {
        for (url, has_path) in [("http://host:1/", false), ("http://host:1/a", true)] {
            assert_eq!(read(url).unwrap().has_path(), has_path);
        }
    }

    #[test]
    fn users_are_taken_out_and_decoded() {
        let pair = |name: &str, password: &str| Some((name.to_owned(), password.to_owned()));
        assert_eq!(user("http://host"), None);
        assert_eq!(user("http://u:p:q@host"), pair("u", "p:q"));
        assert_eq!(user("http://u%40h:%C3%BC%2F@host"), pair("u@h", "ü/"));
        assert_eq!(user("http://u@host"), pair("u", ""));
    }

    #[test]
    fn what_is_no_place_of_a_server_is_refused() {
        for (url, what) in [
            ("", "is empty"),
            ("127.0.0.1:9091", "is no URL of HTTP"),
            ("host", "is no URL of HTTP"),
            ("/path", "is no URL of HTTP"),
            ("ftp://host", "is no URL of HTTP"),
            ("http://", "is no URL"),
            ("http://a b", "is no URL"),
            ("http://host:", "has no port from 1 to 65535"),
            ("http://host:0", "has no port from 1 to 65535"),
            ("http://host:65536", "has no port from 1 to 65535"),
            ("http://host?db=x", "has more than a path"),
            ("http://host/a#b", "has more than a path"),
            (
                "http://u%3A:p@host",
                "has a user with a colon, which ends a name",
            ),
        ] {
            let refusal = read(url).err().unwrap();
            assert!(
                refusal.message().contains(&format!("' {what};")),
                "{refusal}"
            );
        }
        let refusal = read("ftp://u:s3cret@host").err().unwrap();
        assert!(!refusal.message().contains("s3cret"), "{refusal}");
    }
}
