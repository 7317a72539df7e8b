//! The server as its clients see it, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use super::limits::Limits;
use super::{Body, Handler, Request, Response, Server, Trouble};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Far more than anything here takes; a test that waits so long has failed.
const SOON: Duration = Duration::from_secs(20);
/// A limit that a test wants to see exceeded.
const BRIEF: Duration = Duration::from_millis(30);

const BIG: usize = 20 * 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// What the server did besides answering.
#[derive(Debug, PartialEq)]
enum Event {
    Handled(String),
    /// A big body is no longer held; so many bytes of it were made.
    Dropped(usize),
    Survived(String),
}

/// Answers with method and path; some paths do something else.
struct Echo(Sender<Event>);

impl Echo {
    fn tell(&self, event: Event) {
        // The test may be over.
        let _ = self.0.send(event);
    }
}

impl Handler for Echo {
    fn handle(&mut self, request: &Request<'_>) -> Response {
        let asked = format!("{} {}", request.method(), request.path());
        self.tell(Event::Handled(asked.clone()));
        match request.path() {
            "/panic" => panic!("on demand"),
            "/big" => Response::new(200, "text/plain", Big(0, self.0.clone())),
            "/broken" => Response::new(200, "text/plain", Broken(false)),
            "/broken/at/once" => Response::new(200, "text/plain", Broken(true)),
            "/none" => Response::new(204, "text/plain", Vec::new()),
            _ => Response::new(200, "text/plain", asked.into_bytes()),
        }
    }

    fn survived(&mut self, trouble: &Trouble) {
        self.tell(Event::Survived(trouble.to_string()));
    }
}

fn big() -> &'static [u8] {
    static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| (0..=250).cycle().take(BIG).collect());
    &BODY
}

/// A body of [`BIG`] bytes, of which so many are made.
struct Big(usize, Sender<Event>);

impl Body for Big {
    fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
        out.extend(big().iter().skip(self.0).take(PIECE));
        self.0 += PIECE;
        self.0 < BIG
    }

    fn held(&self) -> usize {
        BIG
    }
}

impl Drop for Big {
    fn drop(&mut self) {
        let _ = self.1.send(Event::Dropped(self.0));
    }
}

/// A body that panics at its first piece, or else at its second.
struct Broken(bool);

impl Body for Broken {
    fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
        assert!(!std::mem::replace(&mut self.0, true), "on demand");
        out.extend_from_slice(b"begun");
        true
    }
}

/// Takes a body apart that came in chunks; what is behind it.
fn from_chunks(mut bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|end| end == b"\r\n").unwrap();
        let digits = std::str::from_utf8(&bytes[..end]).unwrap();
        let length = usize::from_str_radix(digits, 16).unwrap();
        let (chunk, rest) = bytes[end + 2..].split_at(length);
        body.extend_from_slice(chunk);
        bytes = rest.strip_prefix(b"\r\n").unwrap();
        if length == 0 {
            return (body, bytes);
        }
    }
}

fn start(limits: Limits) -> (Server, Receiver<Event>) {
    let (sender, receiver) = channel();
    let handler = Box::new(Echo(sender));
    let ports = [0].into_iter();
    let server = Server::start_within(limits, "127.0.0.1", ports, "metra-http", handler).unwrap();
    (server, receiver)
}

fn server() -> Server {
    start(Limits::default()).0
}

fn connect(server: &Server) -> TcpStream {
    let client = TcpStream::connect(server.address()).unwrap();
    client.set_read_timeout(Some(SOON)).unwrap();
    client.set_write_timeout(Some(SOON)).unwrap();
    client
}

/// Sends `bytes` and reads all answers; the client has no more to say, or the server closes.
fn talk(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let mut client = connect(server);
    client.write_all(bytes.as_ref()).unwrap();
    let _ = client.shutdown(Shutdown::Write);
    rest(client)
}

fn rest(mut client: TcpStream) -> String {
    let mut answers = Vec::new();
    client.read_to_end(&mut answers).unwrap();
    String::from_utf8(answers).unwrap()
}

/// Reads exactly one answer that ends in `body`.
fn expect_answer(client: &mut TcpStream, body: &str) {
    let expected = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = vec![0; expected.len()];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), expected);
}

/// Reads until the server closes, in whichever way, and returns what came before.
fn until_closed(client: &mut TcpStream) -> Vec<u8> {
    let mut answers = Vec::new();
    match client.read_to_end(&mut answers) {
        Ok(_) => answers,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => answers,
        Err(error) => panic!("not closed: {error}"),
    }
}

fn status(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

#[test]
fn every_method_reaches_the_handler() {
    let server = server();
    for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        let answer = talk(&server, format!("{method} /a?b HTTP/1.1\r\n\r\n"));
        assert!(
            answer.ends_with(&format!("\r\n\r\n{method} /a")),
            "{answer}"
        );
    }
}

#[test]
fn connection_is_kept_between_requests() {
    let server = server();
    let mut client = connect(&server);
    for path in ["/1", "/2", "/3"] {
        write!(client, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        expect_answer(&mut client, &format!("GET {path}"));
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = server();
    let mut client = connect(&server);
    let paths: Vec<_> = (0..1000).map(|number| format!("/{number}")).collect();
    let requests: String = paths
        .iter()
        .map(|path| format!("GET {path} HTTP/1.1\r\n\r\n"))
        .collect();
    client.write_all(requests.as_bytes()).unwrap();
    for path in paths {
        expect_answer(&mut client, &format!("GET {path}"));
    }
}

#[test]
fn request_may_come_in_pieces() {
    let server = server();
    let mut client = connect(&server);
    client.set_nodelay(true).unwrap();
    for piece in "GET /pieces HTTP/1.1\r\nA: b\r\n\r\n".as_bytes().chunks(5) {
        client.write_all(piece).unwrap();
        std::thread::yield_now();
    }
    expect_answer(&mut client, "GET /pieces");
}

#[test]
fn client_that_has_closed_its_half_is_answered() {
    let answer = talk(&server(), "GET /half HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("\r\n\r\nGET /half"), "{answer}");
}

#[test]
fn head_has_the_length_and_no_body() {
    let server = server();
    let answer = talk(&server, "HEAD /abc HTTP/1.1\r\n\r\n");
    assert_eq!(
        answer,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
    );
}

#[test]
fn head_of_a_body_in_pieces_makes_one_of_them() {
    let (server, events) = start(Limits::default());
    let answer = talk(&server, "HEAD /big HTTP/1.1\r\n\r\n");
    let fields = "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(answer, format!("HTTP/1.1 200 OK\r\n{fields}\r\n"));
    assert!(events.iter().any(|event| event == Event::Dropped(PIECE)));
}

#[test]
fn old_version_gets_pieces_until_the_connection_ends() {
    let server = server();
    let mut client = connect(&server);
    client.write_all(b"GET /big HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
    assert!(answer.strip_prefix(head) == Some(big()));
}

#[test]
fn panic_inside_a_body_cuts_the_answer_off() {
    let (server, events) = start(Limits::default());
    let answer = talk(&server, "GET /broken HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("00000005\r\nbegun\r\n"), "{answer}");
    let answer = talk(&server, "GET /broken/at/once HTTP/1.1\r\n\r\n");
    assert_eq!(status(&answer), "HTTP/1.1 500 Internal Server Error");
    let said = Event::Survived("making an HTTP answer panicked".to_owned());
    drop(server);
    assert_eq!(events.iter().filter(|event| *event == said).count(), 2);
}

#[test]
fn old_version_and_wish_to_close_end_the_connection() {
    let server = server();
    for request in [
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    ] {
        let mut client = connect(&server);
        client.write_all(request.as_bytes()).unwrap();
        client.write_all(b"GET /more HTTP/1.1\r\n\r\n").unwrap();
        let answer = rest(client);
        assert!(answer.contains("Connection: close\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nGET /"), "{answer}");
    }
}

#[test]
fn bodies_are_thrown_away() {
    let server = server();
    let mut client = connect(&server);
    for length in [0, 1, 16 * 1024] {
        let body = "x".repeat(length);
        write!(
            client,
            "POST /{length} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        expect_answer(&mut client, &format!("POST /{length}"));
    }
}

#[test]
fn what_is_not_acceptable_is_answered_and_closed() {
    let server = server();
    let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    let long =
        "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n".to_owned() + &"x".repeat(1_000_000);
    for (request, expected) in [
        ("\x16\x03\x01garbage", "HTTP/1.1 400 Bad Request"),
        (
            "GET / HTTP/3.0\r\n\r\n",
            "HTTP/1.1 505 HTTP Version Not Supported",
        ),
        (chunked, "HTTP/1.1 411 Length Required"),
        (&long, "HTTP/1.1 413 Content Too Large"),
    ] {
        let mut client = connect(&server);
        client.write_all(request.as_bytes()).unwrap();
        let answer = rest(client);
        assert_eq!(status(&answer), expected);
        assert!(answer.contains("Connection: close\r\n"), "{answer}");
    }
}

#[test]
fn huge_heads_are_answered_although_the_client_is_still_sending() {
    let server = server();
    let many: String = (0..10_000).map(|n| format!("Field-{n}: x\r\n")).collect();
    for fields in [format!("Field: {}\r\n", "x".repeat(1 << 20)), many] {
        let mut client = connect(&server);
        write!(client, "GET / HTTP/1.1\r\n{fields}\r\n").unwrap();
        assert_eq!(
            status(&rest(client)),
            "HTTP/1.1 431 Request Header Fields Too Large"
        );
    }
}

#[test]
fn client_that_asks_whether_to_send_is_answered_at_once() {
    let server = server();
    let mut client = connect(&server);
    write!(
        client,
        "POST /ask HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    let answer = rest(client);
    assert!(answer.contains("Connection: close\r\n"), "{answer}");
    assert!(answer.ends_with("POST /ask"), "{answer}");
}

#[test]
fn response_without_content_has_no_body() {
    let answer = talk(&server(), "GET /none HTTP/1.1\r\n\r\n");
    assert_eq!(answer, "HTTP/1.1 204 No Content\r\n\r\n");
}

#[test]
fn slow_reader_gets_all_of_a_big_body_and_others_are_served_meanwhile() {
    let (server, events) = start(Limits::default());
    let mut slow = connect(&server);
    slow.write_all(b"GET /big HTTP/1.1\r\n\r\n").unwrap();
    let mut head = [0; 100];
    slow.read_exact(&mut head).unwrap();
    let answer = talk(&server, "GET /other HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("GET /other"), "{answer}");
    slow.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut all = head.to_vec();
    let mut piece = [0; 40_000];
    loop {
        match slow.read(&mut piece).unwrap() {
            0 => break,
            count => all.extend(piece.iter().take(count)),
        }
        std::thread::yield_now();
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let start = all.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    assert!(text(&all[..start]).contains("Transfer-Encoding: chunked\r\n"));
    let (body, next) = from_chunks(&all[start..]);
    assert!(body == big());
    assert!(text(next).ends_with("\r\n\r\nGET /"));
    assert!(events.iter().any(|event| event == Event::Dropped(BIG)));
}

#[test]
fn panic_of_the_handler_is_answered_and_survived() {
    let (server, events) = start(Limits::default());
    let mut client = connect(&server);
    client
        .write_all(b"GET /panic HTTP/1.1\r\n\r\nGET /next HTTP/1.0\r\n\r\n")
        .unwrap();
    let answers = rest(client);
    assert_eq!(status(&answers), "HTTP/1.1 500 Internal Server Error");
    assert!(answers.ends_with("GET /next"), "{answers}");
    let said = "making an HTTP answer panicked".to_owned();
    assert!(
        events
            .iter()
            .any(|event| event == Event::Survived(said.clone()))
    );
}

#[test]
fn idle_connection_is_closed_without_words() {
    let (server, _events) = start(Limits {
        idle: BRIEF,
        ..Limits::default()
    });
    let mut client = connect(&server);
    assert_eq!(until_closed(&mut client), b"");
    let mut client = connect(&server);
    write!(client, "GET / HTTP/1.1\r\n\r\n").unwrap();
    expect_answer(&mut client, "GET /");
    assert_eq!(until_closed(&mut client), b"");
}

#[test]
fn half_a_request_runs_out_of_time() {
    let (server, _events) = start(Limits {
        request: BRIEF,
        ..Limits::default()
    });
    for half in ["GET / HT", "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nx"] {
        let mut client = connect(&server);
        client.write_all(half.as_bytes()).unwrap();
        assert_eq!(status(&rest(client)), "HTTP/1.1 408 Request Timeout");
    }
}

#[test]
fn dripping_bytes_do_not_prolong_the_time_for_a_request() {
    let (server, _events) = start(Limits {
        request: BRIEF,
        ..Limits::default()
    });
    let mut client = connect(&server);
    client
        .set_read_timeout(Some(Duration::from_millis(5)))
        .unwrap();
    let start = Instant::now();
    let mut byte = [0];
    while client.read(&mut byte).is_err() && start.elapsed() < SOON {
        let _ = client.write_all(b"G");
    }
    assert_eq!(byte, *b"H", "no answer came");
}

#[test]
fn client_that_takes_nothing_is_cut_off() {
    let (server, events) = start(Limits {
        drain: BRIEF,
        ..Limits::default()
    });
    let mut client = connect(&server);
    client.write_all(b"GET /big HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(
        events.recv().unwrap(),
        Event::Handled("GET /big".to_owned())
    );
    let dropped = events.recv_timeout(SOON).unwrap();
    let received = until_closed(&mut client).len();
    assert!(received < BIG);
    // Nothing is made ahead of what the client, or the system for it, has taken, but for one piece.
    let most = received + PIECE;
    assert!(
        matches!(dropped, Event::Dropped(made) if made <= most),
        "{dropped:?}, {received} received"
    );
}

#[test]
fn unsent_responses_are_bounded_and_the_oldest_gives_way() {
    let (server, events) = start(Limits {
        unsent_bytes: BIG,
        patience: BRIEF,
        ..Limits::default()
    });
    let mut slow: Vec<_> = (0..8).map(|_| connect(&server)).collect();
    for client in &mut slow {
        client.write_all(b"GET /big HTTP/1.1\r\n\r\n").unwrap();
    }
    let answer = talk(&server, "GET /new HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("GET /new"), "{answer}");
    let (mut held, mut most) = (0_usize, 0);
    while let Ok(event) = events.try_recv() {
        match event {
            Event::Handled(asked) if asked == "GET /big" => held += 1,
            Event::Dropped(_) => held -= 1,
            _ => {}
        }
        most = most.max(held);
    }
    assert!((1..=2).contains(&most), "{most} big bodies held at once");
}

#[test]
fn newcomer_takes_the_place_of_one_between_requests() {
    let (server, _events) = start(Limits {
        connections: 2,
        ..Limits::default()
    });
    let mut idle: Vec<_> = (0..2)
        .map(|_| {
            let mut client = connect(&server);
            write!(client, "GET / HTTP/1.1\r\n\r\n").unwrap();
            expect_answer(&mut client, "GET /");
            client
        })
        .collect();
    let answer = talk(&server, "GET /new HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("GET /new"), "{answer}");
    assert_eq!(until_closed(&mut idle.remove(0)), b"");
    let mut younger = idle.remove(0);
    write!(younger, "GET /still HTTP/1.1\r\n\r\n").unwrap();
    expect_answer(&mut younger, "GET /still");
}

/// Clients that have each sent half a request.
fn halves(server: &Server, count: usize) -> Vec<TcpStream> {
    (0..count)
        .map(|_| {
            let mut client = connect(server);
            write!(client, "GET /begun HTTP/1.1\r\n").unwrap();
            client
        })
        .collect()
}

#[test]
fn busy_server_says_so() {
    let (server, _events) = start(Limits {
        connections: 2,
        refusals: 3,
        ..Limits::default()
    });
    let mut busy = halves(&server, 2);
    let answer = rest(connect(&server));
    assert_eq!(status(&answer), "HTTP/1.1 503 Service Unavailable");
    assert!(answer.contains("Retry-After: 1\r\n"), "{answer}");
    let crowd: Vec<_> = (0..50).map(|_| connect(&server)).collect();
    for mut client in crowd {
        assert!(until_closed(&mut client).starts_with(b"HTTP/1.1 503 "));
    }
    for client in &mut busy {
        write!(client, "\r\n").unwrap();
        expect_answer(client, "GET /begun");
    }
}

#[test]
fn half_requests_make_way_after_a_while() {
    let (server, _events) = start(Limits {
        connections: 2,
        patience: BRIEF,
        ..Limits::default()
    });
    let _busy = halves(&server, 2);
    let answer = talk(&server, "GET /new HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("GET /new"), "{answer}");
}

#[test]
fn hundreds_of_idle_connections_leave_room_for_one_that_asks() {
    let server = server();
    let crowd: Vec<_> = (0..200).map(|_| connect(&server)).collect();
    let answer = talk(&server, "GET /asks HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("GET /asks"), "{answer}");
    drop(crowd);
}

#[test]
fn a_thousand_requests_at_once_are_answered_or_refused() {
    let server = server();
    let crowd: Vec<_> = (0..1000)
        .map(|_| {
            let mut client = connect(&server);
            let _ = client.write_all(b"GET / HTTP/1.1\r\n\r\n");
            client
        })
        .collect();
    for mut client in crowd {
        let mut answer = [0; 13];
        client.read_exact(&mut answer).unwrap();
        assert!(
            [b"HTTP/1.1 200 ", b"HTTP/1.1 503 "].contains(&&answer),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
}

#[test]
fn clients_that_vanish_disturb_nobody() {
    let server = server();
    for _ in 0..50 {
        let mut client = connect(&server);
        client.write_all(b"GET /big HTTP/1.1\r\n\r\n").unwrap();
    }
    let answer = talk(&server, "GET /after HTTP/1.1\r\n\r\n");
    assert!(answer.ends_with("GET /after"), "{answer}");
}
