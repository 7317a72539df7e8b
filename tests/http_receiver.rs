//! The HTTP server that tests of reporters listen with.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod receivers;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use receivers::http::{Answer, Conduct, Receiver, nobody};

fn connect(receiver: &Receiver) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", receiver.port())).unwrap();
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).unwrap();
    stream
}

/// What comes back for `request` until the connection ends.
fn exchange(receiver: &Receiver, request: &[u8]) -> String {
    let mut stream = connect(receiver);
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    // A connection that is broken off may end in any way.
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn busy() -> Answer {
    Answer::new(503, "busy").with_header("Retry-After", "7")
}

const BUSY: &str = "HTTP/1.1 503 \r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy";

#[test]
fn requests_are_recorded_without_chunks_compression_and_escapes() {
    let receiver = Receiver::start();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"compressed").unwrap();
    let compressed = encoder.finish().unwrap();
    let (first, rest) = compressed.split_at(5);
    let mut request = b"PUT /a/b?x=1%202&y=%3D+ HTTP/1.1\r\nContent-Encoding: gzip\r\n\
        transfer-encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
        .to_vec();
    for chunk in [first, rest, b""] {
        write!(request, "{:x}\r\n", chunk.len()).unwrap();
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nplain");
    request.extend_from_slice(b"GET /last HTTP/1.1\r\n\r\n");
    receiver.once(Conduct::status(204));
    receiver.once(Conduct::status(200));
    receiver.once(Conduct::Garbage(b"the end".to_vec()));
    let answers = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 \r\n\r\n\
        HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\nthe end";
    assert_eq!(exchange(&receiver, &request), answers);
    let requests = receiver.take();
    assert_eq!(requests[0].method, "PUT");
    assert_eq!(requests[0].path(), "/a/b");
    let pairs = [("x", "1 2"), ("y", "= ")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(requests[0].query(), pairs);
    assert_eq!(requests[0].header("content-encoding"), Some("gzip"));
    let texts = requests.iter().map(|request| request.text());
    assert!(texts.eq(["compressed", "plain", ""]));
    assert!(receiver.take().is_empty());
    assert_eq!(receiver.connections(), 1);
}

#[test]
fn script_is_followed_before_what_is_usual() {
    let receiver = Receiver::start();
    receiver.usually(Conduct::Garbage(b"as usual".to_vec()));
    receiver.once(Conduct::Break);
    receiver.once(Conduct::CutShort(busy(), 12));
    let request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok";
    let answers = [(); 3].map(|()| exchange(&receiver, request));
    assert_eq!(answers, ["", "HTTP/1.1 503", "as usual"]);
    let bodies: Vec<_> = receiver
        .take()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(bodies, [&b""[..], b"ok", b"ok"]);
}

#[test]
fn server_that_is_slow_or_silent_goes_away_all_the_same() {
    let receiver = Receiver::start();
    receiver.once(Conduct::Answer(busy()));
    receiver.once(Conduct::Trickle(busy()));
    receiver.once(Conduct::Silence);
    let mut stream = connect(&receiver);
    stream
        .write_all(b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
        .unwrap();
    let mut answer = [0; BUSY.len() + 2];
    let began = Instant::now();
    stream.read_exact(&mut answer).unwrap();
    let expected = format!("{BUSY}HT");
    assert_eq!(std::str::from_utf8(&answer).unwrap(), expected);
    assert!(began.elapsed() >= Duration::from_secs(1));
    let mut silent = connect(&receiver);
    silent.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let port = receiver.port();
    drop(receiver);
    // It ends in one way or the other: the request may not have been read yet.
    assert!(matches!(silent.read(&mut [0]), Ok(0) | Err(_)));
    let again = Receiver::at(port);
    assert_eq!(again.port(), port);
    assert!(TcpStream::connect(("127.0.0.1", nobody())).is_err());
}

#[test]
fn proxy_leads_to_the_server_itself() {
    let receiver = Receiver::start();
    let request =
        b"CONNECT example.org:443 HTTP/1.1\r\n\r\nPUT /x HTTP/1.1\r\nContent-Length: 1\r\n\r\n.";
    receiver.once(Conduct::status(200));
    receiver.once(Conduct::Garbage(Vec::new()));
    assert_eq!(exchange(&receiver, request), "HTTP/1.1 200 \r\n\r\n");
    let requests = receiver.take();
    let targets = requests.iter().map(|request| &*request.target);
    assert!(targets.eq(["example.org:443", "/x"]));
}
