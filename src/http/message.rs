//! What a client asked and what it is answered.

use super::body::Body;
use super::query::{BadEscape, Parameter, parameters};
use std::borrow::Cow;
use std::fmt::Write;

/// A request whose head is whole, borrowed from what its connection received.
pub(crate) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a [httparse::Header<'a>],
}

impl<'a> Request<'a> {
    /// The method as sent; any token is possible.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "the one page there is answers every method and path alike"
        )
    )]
    pub(crate) fn method(&self) -> &'a str {
        self.method
    }

    /// The path as sent, with its escapes; it begins with `/` unless the method is `OPTIONS` or `CONNECT`.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "the one page there is answers every method and path alike"
        )
    )]
    pub(crate) fn path(&self) -> &'a str {
        self.path
    }

    /// The decoded parameters of the query, in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = Result<Parameter<'a>, BadEscape>> {
        parameters(self.query)
    }

    /// The values of every field called `name` in any case; those that are no UTF-8 are left out.
    pub(crate) fn header(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .filter_map(|header| std::str::from_utf8(header.value).ok())
    }
}

/// How a client finds the end of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// By its length.
    Length(usize),
    /// By an empty chunk behind chunks of known length.
    Chunks,
    /// By the end of the connection.
    UntilClose,
}

/// An answer. How long it is, and what becomes of the connection, the server adds.
pub(crate) struct Response {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(super) body: Box<dyn Body>,
}

impl Response {
    /// An answer with `body`, of which only the first piece is made before the client takes something.
    ///
    /// A `HEAD` request is answered with the same response: the server leaves the body out.
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Body + 'static) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: Box::new(body),
        }
    }

    /// The answer that consists of a status and the words for it.
    pub(crate) fn of_status(status: u16) -> Self {
        let body = format!("{status} {}\n", reason(status));
        Self::new(status, "text/plain; charset=utf-8", body.into_bytes())
    }

    /// Adds a header field; control characters in `value` are dropped, so that it stays one field.
    pub(crate) fn with_header(
        mut self,
        name: &'static str,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The status line and the header fields, up to and including the empty line.
    pub(super) fn head(&self, framing: Framing, closes: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        if self.has_body() {
            head.push_str("Content-Type: ");
            push_value(&mut head, self.content_type);
            head.push_str("\r\n");
            match framing {
                // Writing to a String cannot fail.
                Framing::Length(length) => drop(write!(head, "Content-Length: {length}\r\n")),
                Framing::Chunks => head.push_str("Transfer-Encoding: chunked\r\n"),
                Framing::UntilClose => {}
            }
        }
        for (name, value) in &self.headers {
            head.push_str(name);
            head.push_str(": ");
            push_value(&mut head, value);
            head.push_str("\r\n");
        }
        head.push_str(if closes {
            "Connection: close\r\n\r\n"
        } else {
            "\r\n"
        });
        head.into_bytes()
    }

    /// False for the statuses that HTTP never lets a body or its length follow.
    pub(super) fn has_body(&self) -> bool {
        !matches!(self.status, 100..=199 | 204 | 304)
    }
}

fn push_value(head: &mut String, value: &str) {
    head.extend(value.chars().filter(|character| !character.is_control()));
}

/// The words for `status`; HTTP allows none.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn head(response: &Response, closes: bool) -> String {
        String::from_utf8(response.head(Framing::Length(2), closes)).unwrap()
    }

    #[test]
    fn head_is_status_type_length_and_extras() {
        let response = Response::new(200, "application/json", b"[]".to_vec())
            .with_header("Access-Control-Allow-Origin", "*");
        assert_eq!(
            head(&response, false),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
             Access-Control-Allow-Origin: *\r\n\r\n"
        );
    }

    #[test]
    fn last_response_announces_the_close() {
        assert_eq!(
            head(&Response::of_status(404), true),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Length: 2\r\nConnection: close\r\n\r\n"
        );
    }

    #[test]
    fn header_value_cannot_smuggle_a_line() {
        let response = Response::of_status(302).with_header("Location", "/a\r\nEvil: 1".to_owned());
        assert!(head(&response, false).contains("Location: /aEvil: 1\r\n"));
    }

    #[test]
    fn no_content_has_neither_type_nor_length() {
        let response = Response::new(204, "text/plain", Vec::new());
        assert_eq!(head(&response, false), "HTTP/1.1 204 No Content\r\n\r\n");
    }

    #[test]
    fn header_is_found_in_any_case_and_every_time() {
        let field = |name, value| httparse::Header { name, value };
        let headers = [
            field("ACCEPT", b"a".as_slice()),
            field("Host", b"h"),
            field("accept", b"\xff"),
            field("Accept", b"b"),
        ];
        let request = Request {
            method: "GET",
            path: "/",
            query: "",
            headers: &headers,
        };
        assert_eq!(request.header("accept").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(request.header("cookie").next(), None);
    }
}
