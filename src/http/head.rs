//! Judging what a client has sent so far: a whole request, part of one, or nothing of the kind.

use super::limits::{Limits, MAX_HEADERS};
use super::message::Request;

/// Room for a request's header fields.
pub(super) type Headers<'a> = [httparse::Header<'a>; MAX_HEADERS];

/// What the bytes at the front of a connection's input are.
pub(super) enum Verdict<'a> {
    /// Part of a request, which cannot be whole before the input holds this many bytes.
    Partial(usize),
    /// A request that can be answered.
    Whole(Incoming<'a>),
    /// Something to be answered with this status and a close.
    Refused(u16),
}

/// A request and how it is handled as a message.
pub(super) struct Incoming<'a> {
    pub(super) request: Request<'a>,
    /// Bytes of input that belong to it, body included.
    pub(super) length: usize,
    /// False if the connection ends with the answer.
    pub(super) keeps_alive: bool,
    /// Whether the client understands an answer in chunks, as from HTTP/1.1 on.
    pub(super) takes_chunks: bool,
}

/// Judges `input`, which begins where a request should; header fields are put into `headers`.
pub(super) fn judge<'a>(
    input: &'a [u8],
    headers: &'a mut Headers<'a>,
    limits: &Limits,
) -> Verdict<'a> {
    let mut parsed = httparse::Request::new(headers);
    let head = match parsed.parse(input) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => input.len().saturating_add(1),
        Err(error) => return Verdict::Refused(status_of(error, input)),
    };
    if head > limits.head_bytes {
        return Verdict::Refused(431);
    }
    let (Some(method), Some(target), Some(version)) = (parsed.method, parsed.path, parsed.version)
    else {
        return Verdict::Partial(head);
    };
    if head > input.len() {
        return Verdict::Partial(head);
    }
    let (path, query) = split(target);
    let request = Request {
        method,
        path,
        query,
        headers: parsed.headers,
    };
    match body_bytes(&request, limits) {
        Ok(body) => with_body(request, input.len(), head, body, version),
        Err(status) => Verdict::Refused(status),
    }
}

/// A body belongs to its request and is waited for, unless the client first wants to know whether to send it.
///
/// Such a client gets its answer instead of a `100 Continue`, and the connection ends, since it may
/// have begun to send all the same.
fn with_body(
    request: Request<'_>,
    received: usize,
    head: usize,
    body: usize,
    version: u8,
) -> Verdict<'_> {
    let length = head.saturating_add(body);
    let is_whole = received >= length;
    if !is_whole && !has_token(&request, "expect", "100-continue") {
        return Verdict::Partial(length);
    }
    Verdict::Whole(Incoming {
        length: length.min(received),
        takes_chunks: version == 1,
        keeps_alive: is_whole && version == 1 && !has_token(&request, "connection", "close"),
        request,
    })
}

/// The announced length of the body, or the status that refuses it.
fn body_bytes(request: &Request<'_>, limits: &Limits) -> Result<usize, u16> {
    let mut length = None;
    for header in request.headers {
        if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(411);
        }
        if header.name.eq_ignore_ascii_case("content-length") {
            let value = decimal(header.value).ok_or(400_u16)?;
            // Two lengths that differ mean that somebody on the way sees another request than we do.
            if length.replace(value).is_some_and(|former| former != value) {
                return Err(400);
            }
        }
    }
    let length = length.unwrap_or(0);
    if length > limits.body_bytes {
        return Err(413);
    }
    Ok(length)
}

/// The number that `digits` are, saturated; nothing but digits is accepted.
fn decimal(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_usize, |number, &digit| {
        let digit = digit.is_ascii_digit().then(|| usize::from(digit - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

fn has_token(request: &Request<'_>, name: &str, token: &str) -> bool {
    request
        .header(name)
        .flat_map(|value| value.split(','))
        .any(|item| item.trim().eq_ignore_ascii_case(token))
}

/// Path and query of a request target, which may also be a whole URL.
fn split(target: &str) -> (&str, &str) {
    let target = target.split('#').next().unwrap_or(target);
    let target = match target.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
            let authority = rest.find(['/', '?']).unwrap_or(rest.len());
            rest.get(authority..).unwrap_or_default()
        }
        _ => target,
    };
    match target.split_once('?') {
        Some(("", query)) => ("/", query),
        Some(path_and_query) => path_and_query,
        None if target.is_empty() => ("/", ""),
        None => (target, ""),
    }
}

fn status_of(error: httparse::Error, input: &[u8]) -> u16 {
    match error {
        httparse::Error::TooManyHeaders => 431,
        httparse::Error::Version if names_a_version(input) => 505,
        _ => 400,
    }
}

/// True if the request line ends in some version of HTTP.
fn names_a_version(input: &[u8]) -> bool {
    input
        .trim_ascii_start()
        .split(|byte| byte.is_ascii_control())
        .next()
        .and_then(|line| line.rsplit(|&byte| byte == b' ').next())
        .is_some_and(|version| version.starts_with(b"HTTP/"))
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// The verdict in words: status, bytes needed, or what the request is.
    fn verdict(input: impl AsRef<[u8]>) -> String {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        match judge(input.as_ref(), &mut headers, &Limits::default()) {
            Verdict::Partial(enough) => format!("needs {enough}"),
            Verdict::Refused(status) => status.to_string(),
            Verdict::Whole(incoming) => format!(
                "{} {} [{}] {}{}",
                incoming.request.method,
                incoming.request.path,
                incoming.request.query,
                incoming.length,
                if incoming.keeps_alive { "" } else { " close" }
            ),
        }
    }

    fn get(fields: &str) -> String {
        verdict(format!("GET / HTTP/1.1\r\n{fields}\r\n"))
    }

    #[test]
    fn whole_requests_are_recognised() {
        assert_eq!(verdict("GET /a HTTP/1.1\r\n\r\nGET"), "GET /a [] 19");
        assert_eq!(verdict("X-Y /a?b HTTP/1.1\n\n"), "X-Y /a [b] 19");
        assert_eq!(verdict("\r\nGET / HTTP/1.0\r\n\r\n"), "GET / [] 20 close");
    }

    #[test]
    fn parts_of_requests_need_more() {
        assert_eq!(verdict("G"), "needs 2");
        assert_eq!(verdict("GET / HTTP/1.1\r\nHost: x\r\n"), "needs 26");
        assert_eq!(verdict("\r\n"), "needs 3");
    }

    #[test]
    fn any_form_of_target_is_split() {
        let target = |target: &str| verdict(format!("GET {target} HTTP/1.1\n\n"));
        assert!(target("/a/b?c=d?e").starts_with("GET /a/b [c=d?e]"));
        assert!(target("/a?u=http://b/c").starts_with("GET /a [u=http://b/c]"));
        assert!(target("/a#b?c").starts_with("GET /a []"));
        assert!(target("http://host:1/a?b").starts_with("GET /a [b]"));
        assert!(target("http://host?b").starts_with("GET / [b]"));
        assert!(target("http://host").starts_with("GET / []"));
        assert!(target("*").starts_with("GET * []"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        assert_eq!(verdict(b"\x16\x03\x01\x02\x00"), "400");
        assert_eq!(verdict("hello brave new world\r\n"), "400");
        assert_eq!(verdict("GET /\r\n\r\n"), "400");
        assert_eq!(verdict("GET /ÿ HTTP/1.1\r\n\r\n"), "GET /ÿ [] 20");
        assert_eq!(verdict(b"GET /\xff HTTP/1.1\r\n\r\n"), "400");
        assert_eq!(get("No colon\r\n"), "400");
        assert_eq!(get("A: b\r\n folded\r\n"), "400");
    }

    #[test]
    fn other_versions_are_not_supported() {
        assert_eq!(verdict("GET / HTTP/2.0\r\n\r\n"), "505");
        assert_eq!(verdict("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "505");
        assert_eq!(verdict("GET / HTTP/1.2\r\n\r\n"), "505");
    }

    #[test]
    fn large_heads_are_refused() {
        let long = "x".repeat(16 * 1024);
        assert_eq!(verdict(&long), "431");
        assert_eq!(verdict(format!("GET /{long}")), "431");
        assert_eq!(get(&format!("A: {long}\r\n")), "431");
        assert_eq!(get(&"A: b\r\n".repeat(101)), "431");
        assert!(get(&"A: b\r\n".repeat(100)).starts_with("GET"));
    }

    #[test]
    fn bodies_are_waited_for_and_belong_to_the_request() {
        assert_eq!(get("Content-Length: 3\r\n"), "needs 40");
        let whole = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET";
        assert_eq!(verdict(whole), "POST / [] 41");
        assert_eq!(
            get("Content-Length: 3\r\nContent-Length: 3\r\n"),
            "needs 59"
        );
    }

    #[test]
    fn lengths_that_mean_trouble_are_refused() {
        assert_eq!(get("Content-Length: 16385\r\n"), "413");
        assert_eq!(get("Content-Length: 99999999999999999999999\r\n"), "413");
        for value in ["", "-1", "+1", "1x", "1, 1", "0x1"] {
            assert_eq!(
                get(&format!("Content-Length: {value}\r\n")),
                "400",
                "{value}"
            );
        }
        assert_eq!(get("Content-Length: 1\r\nContent-Length: 2\r\n"), "400");
        assert_eq!(get("Transfer-Encoding: chunked\r\n"), "411");
        assert_eq!(
            get("Content-Length: 1\r\nTransfer-Encoding: gzip\r\n"),
            "411"
        );
    }

    #[test]
    fn connection_close_is_found_among_the_options() {
        assert_eq!(get("Connection: keep-alive\r\n"), "GET / [] 42");
        assert!(get("Connection: close\r\n").ends_with("close"));
        assert!(get("connection: TE , Close\r\n").ends_with("close"));
        assert!(get("Connection: TE\r\nConnection: close\r\n").ends_with("close"));
    }

    #[test]
    fn client_that_asks_first_is_answered_without_its_body() {
        let fields = "Content-Length: 9\r\nExpect: 100-continue\r\n";
        assert_eq!(get(fields), "GET / [] 59 close");
    }
}
