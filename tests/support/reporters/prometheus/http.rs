//! A client for one request.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::support::json::{Fields, text};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a step asks for.
pub(super) struct Request {
    pub(super) method: String,
    path: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub(super) fn read(step: &Value) -> Self {
        let headers = step.maybe("headers").and_then(Value::as_object);
        let headers = headers.into_iter().flatten();
        Self {
            method: step.maybe_text("method").unwrap_or("GET").to_owned(),
            path: step.maybe_text("path").unwrap_or("/metrics").to_owned(),
            headers: headers
                .map(|(name, value)| (name.clone(), text(value).to_owned()))
                .collect(),
        }
    }

    /// Whether the client says that it reads OpenMetrics.
    pub(super) fn reads_openmetrics(&self) -> bool {
        self.headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("accept") && value.contains("application/openmetrics-text")
        })
    }

    /// The sample names that `name[]` parameters ask for, if there are any.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let (_, query) = self.path.split_once('?')?;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let names = pairs.filter(|(key, _)| decoded(key) == "name[]");
        let names: Vec<String> = names.map(|(_, name)| decoded(name)).collect();
        (!names.is_empty()).then_some(names)
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8(digits).expect("hexadecimal digits");
                u8::from_str_radix(&digits, 16).expect("hexadecimal digits")
            }
            other => other,
        });
    }
    String::from_utf8(bytes).expect("a path of a vector is UTF-8")
}

/// An answer.
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) is_compressed: bool,
    pub(super) body: String,
}

/// Sends a request on a connection of its own and reads the answer to the end.
///
/// An answer may be compressed if the request allowed it. It need not be, also where Flink's was.
pub(super) fn send(address: &str, request: &Request) -> Response {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {address}\r\n",
        request.method, request.path
    );
    for (name, value) in &request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if request.method == "POST" || request.method == "PUT" {
        head += "Content-Length: 0\r\n";
    }
    head += "Connection: close\r\n\r\n";
    stream
        .write_all(head.as_bytes())
        .expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the answer comes");
    let response = parsed(&answer);
    let allowed = request.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("accept-encoding") && value.contains("gzip")
    });
    assert!(
        allowed || !response.is_compressed,
        "compressed without being asked to"
    );
    response
}

fn parsed(answer: &[u8]) -> Response {
    const BLANK_LINE: &[u8] = b"\r\n\r\n";
    let end = answer
        .windows(4)
        .position(|bytes| bytes == BLANK_LINE)
        .expect("an answer has a head");
    let head = std::str::from_utf8(&answer[..end]).expect("a head is text");
    let body = &answer[end + BLANK_LINE.len()..];
    let status = head
        .split("\r\n")
        .next()
        .and_then(|line| line.split(' ').nth(1));
    let header = |wanted: &str| {
        let mut headers = head
            .split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(':'));
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.trim().to_owned())
    };
    assert_eq!(header("transfer-encoding"), None, "the answer is in pieces");
    if let (Some(length), false) = (header("content-length"), body.is_empty()) {
        assert_eq!(length, body.len().to_string(), "Content-Length");
    }
    let is_compressed = header("content-encoding").is_some_and(|encoding| encoding == "gzip");
    let body = match (is_compressed, body.is_empty()) {
        (true, false) => decompressed(body),
        _ => body.to_owned(),
    };
    Response {
        status: status
            .and_then(|status| status.parse().ok())
            .expect("a status"),
        content_type: header("content-type").unwrap_or_default(),
        is_compressed,
        body: String::from_utf8(body).expect("a body of UTF-8"),
    }
}

fn decompressed(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(body)
        .read_to_end(&mut plain)
        .expect("a body in gzip");
    plain
}
