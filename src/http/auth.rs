//! Who may read what the server says.

use super::message::{Request, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use subtle::ConstantTimeEq;

/// What a client has to send in its `Authorization` field: one of these, if there are any.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    accepted: Vec<Secret>,
}

/// What follows the name of a scheme. Nothing shows it.
struct Secret {
    scheme: Scheme,
    value: Box<[u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
}

impl Credentials {
    /// Accepts a user's name, which has no colon, with its password (RFC 7617).
    pub(crate) fn accept_basic(&mut self, username: &str, password: &[u8]) {
        let pair = [username.as_bytes(), b":", password].concat();
        // Of all spellings of one pair in Base64 clients send this one.
        self.accept(Scheme::Basic, STANDARD.encode(pair).into_bytes());
    }

    /// Accepts a token (RFC 6750).
    pub(crate) fn accept_bearer(&mut self, token: &[u8]) {
        self.accept(Scheme::Bearer, token.to_vec());
    }

    fn accept(&mut self, scheme: Scheme, value: Vec<u8>) {
        let value = value.into_boxed_slice();
        self.accepted.push(Secret { scheme, value });
    }

    /// The answer to a request that has no right to another.
    pub(crate) fn refusal(&self, request: &Request<'_>) -> Option<Response> {
        if self.accepted.is_empty()
            || request
                .header("authorization")
                .any(|sent| self.admits(sent))
        {
            return None;
        }
        let challenge = |response: Response, secret: &Secret| {
            response.with_header("WWW-Authenticate", secret.scheme.challenge())
        };
        let refusal = Response::of_status(401);
        Some(self.accepted.iter().fold(refusal, challenge))
    }

    /// Whether the value of an `Authorization` field will do.
    fn admits(&self, sent: &str) -> bool {
        let Some((scheme, value)) = sent.trim().split_once(' ') else {
            return false;
        };
        let value = value.trim_start().as_bytes();
        self.accepted
            .iter()
            .filter(|secret| scheme.eq_ignore_ascii_case(secret.scheme.name()))
            .any(|secret| secret.is(value))
    }
}

impl Secret {
    /// Takes equally long for all values of one length, so that its duration does not tell how many bytes are right.
    fn is(&self, value: &[u8]) -> bool {
        self.value.ct_eq(value).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ***", self.scheme)
    }
}

impl Scheme {
    fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
        }
    }

    /// What tells a client that this scheme would do.
    fn challenge(self) -> &'static str {
        match self {
            Self::Basic => r#"Basic realm="metra", charset="UTF-8""#,
            Self::Bearer => r#"Bearer realm="metra""#,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Framing;
    use super::*;

    /// How many challenges a refusal of these `Authorization` fields has; nothing if they are not refused.
    fn challenges<'a>(credentials: &Credentials, sent: &[&'a str]) -> Option<usize> {
        let field = |sent: &&'a str| httparse::Header {
            name: "authorization",
            value: sent.as_bytes(),
        };
        let headers: Vec<_> = sent.iter().map(field).collect();
        let request = Request {
            method: "GET",
            path: "/",
            query: "",
            headers: &headers,
        };
        let refusal = credentials.refusal(&request)?;
        let head = String::from_utf8_lossy(&refusal.head(Framing::UntilClose, false)).into_owned();
        assert!(head.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
        Some(head.matches("WWW-Authenticate: B").count())
    }

    fn both() -> Credentials {
        let mut credentials = Credentials::default();
        credentials.accept_basic("Aladdin", b"open sesame");
        credentials.accept_bearer(b"mF_9.B5f-4.1JqM");
        credentials
    }

    #[test]
    fn without_credentials_everybody_is_admitted() {
        let open = Credentials::default();
        assert_eq!(challenges(&open, &[]), None);
        assert_eq!(challenges(&open, &["Basic x"]), None);
    }

    #[test]
    fn either_credential_suffices_in_any_case_of_its_scheme() {
        for sent in [
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            "basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            "BEARER mF_9.B5f-4.1JqM",
        ] {
            assert_eq!(challenges(&both(), &[sent]), None, "{sent}");
        }
        let last = ["Digest x", "Bearer mF_9.B5f-4.1JqM"];
        assert_eq!(challenges(&both(), &last), None);
    }

    #[test]
    fn anything_else_is_refused_with_a_challenge_for_each_scheme() {
        for sent in [
            "",
            "Basic",
            "Basic ",
            "Bearer",
            "Bearer mF_9.B5f-4.1Jq",
            "Bearer mF_9.B5f-4.1JqM!",
            "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            "Basic mF_9.B5f-4.1JqM",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==",
            "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        ] {
            assert_eq!(challenges(&both(), &[sent]), Some(2), "{sent}");
        }
        assert_eq!(challenges(&both(), &[]), Some(2));
        let mut basic = Credentials::default();
        basic.accept_basic("u", b"p");
        assert_eq!(challenges(&basic, &["Bearer u:p"]), Some(1));
    }

    #[test]
    fn debugging_output_has_no_secrets() {
        let shown = format!("{:?}", both());
        assert_eq!(shown, "Credentials { accepted: [Basic ***, Bearer ***] }");
    }
}
