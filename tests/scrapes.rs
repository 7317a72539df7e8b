//! Scrapes of a Prometheus reporter: formats, compression, and who may ask.
#![cfg(feature = "http")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metra::{Config, Error, ErrorKind, Format, RootInfo, Runtime, Setup};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PATIENCE: Duration = Duration::from_secs(30);

/// What a registry logs, as text.
type Lines = Arc<Mutex<String>>;

/// Starts a registry with one counter, a page on any port, and these keys of its reporter.
fn start(keys: &[(&str, &str)]) -> Result<(Runtime, Lines), Error> {
    let mut config = Config::new();
    for (key, value) in [("factory.class", "prometheus"), ("port", "0")]
        .iter()
        .chain(keys)
    {
        config.set(&format!("metrics.reporter.page.{key}"), value)?;
    }
    let lines = Lines::default();
    let log = Arc::clone(&lines);
    let setup = Setup {
        config,
        sink: Some(Arc::new(Box::new(move |_, text| {
            log.lock().unwrap().push_str(text);
        }))),
        ..Setup::default()
    };
    let runtime = Runtime::start(setup)?;
    let (name, variables) = ("shop", &[][..]);
    let root = runtime.registry().root(&RootInfo { name, variables })?;
    root.monotonic_counter("orders")?.inc(2);
    Ok((runtime, lines))
}

/// An answer: status, header fields and body.
struct Answer {
    status: String,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// The values of all fields of this name.
    fn fields(&self, wanted: &str) -> Vec<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        let wanted = fields.filter(|(name, _)| *name == wanted);
        wanted.map(|(_, value)| value).collect()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Takes a body apart that came in chunks.
fn from_chunks(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|end| end == b"\r\n").unwrap();
        let (line, rest) = bytes.split_at(end);
        let length = usize::from_str_radix(std::str::from_utf8(line).unwrap(), 16).unwrap();
        let (chunk, rest) = rest.get(2..).unwrap().split_at(length);
        body.extend_from_slice(chunk);
        bytes = rest.strip_prefix(b"\r\n").unwrap();
        if length == 0 {
            assert_eq!(bytes, b"");
            return body;
        }
    }
}

fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(bytes);
    decoder.read_to_end(&mut body).unwrap();
    body
}

fn scrape(runtime: &Runtime, fields: &[&str]) -> Answer {
    let reporters = Vec::from_iter(runtime.reporters());
    let (_, address) = reporters.first().unwrap();
    let mut stream = TcpStream::connect(address.as_deref().unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = "GET /metrics HTTP/1.1\r\nConnection: close\r\n".to_owned();
    for field in fields {
        request += &format!("{field}\r\n");
    }
    write!(stream, "{request}\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let body = answer.split_off(end.unwrap() + 4);
    let head = String::from_utf8(answer).unwrap();
    let (status, head) = head.split_once("\r\n").unwrap();
    Answer {
        status: status.to_owned(),
        head: head.to_owned(),
        body,
    }
}

/// A file of this process' own, which goes with it.
struct Secret(PathBuf);

impl Secret {
    fn new(name: &str, content: &str) -> Self {
        let name = format!("metra-scrapes-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn client_gets_the_format_that_it_prefers() {
    let (runtime, _) = start(&[]).unwrap();
    let text = "# HELP shop_orders_total orders (scope: shop)\n\
                # TYPE shop_orders_total counter\nshop_orders_total 2\n";
    let openmetrics = "# TYPE shop_orders counter\n\
                       # HELP shop_orders orders (scope: shop)\nshop_orders_total 2\n# EOF\n";
    for (accept, content_type) in [
        // Prometheus 2 and 3, as they ask.
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;\
             version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OPENMETRICS,
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
             application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,\
             text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            OPENMETRICS,
        ),
        ("application/openmetrics-text", OPENMETRICS),
        (
            "Application/OpenMetrics-Text; version=\"1.0.0\"",
            OPENMETRICS,
        ),
        ("application/openmetrics-text, text/plain", OPENMETRICS),
        (
            "text/plain;q=0.1, application/openmetrics-text;q=0.5, */*",
            OPENMETRICS,
        ),
        ("application/openmetrics-text;version=2.0.0", TEXT),
        ("application/openmetrics-text;q=0", TEXT),
        ("application/openmetrics-text;q=0.5, text/plain", TEXT),
        ("application/openmetrics-text;q=0.5, text/*;q=0.6", TEXT),
        ("text/html, */*", TEXT),
        ("application/json", TEXT),
        ("", TEXT),
    ] {
        let answer = scrape(&runtime, &[&format!("Accept: {accept}")]);
        assert_eq!(answer.fields("Content-Type"), [content_type], "{accept}");
        let expected = if content_type == TEXT {
            text
        } else {
            openmetrics
        };
        assert_eq!(answer.text(), expected);
        assert_eq!(answer.fields("Vary"), ["Accept, Accept-Encoding"]);
    }
    assert_eq!(scrape(&runtime, &[]).fields("Content-Type"), [TEXT]);
}

#[test]
fn page_is_compressed_for_who_asks() {
    let (runtime, _) = start(&[]).unwrap();
    let plain = scrape(&runtime, &["Accept-Encoding: gzip;q=0"]);
    assert!(plain.fields("Content-Encoding").is_empty());
    for _ in 0..3 {
        let answer = scrape(&runtime, &["Accept-Encoding: gzip, deflate"]);
        assert_eq!(answer.fields("Content-Encoding"), ["gzip"]);
        assert_eq!(answer.fields("Vary"), ["Accept, Accept-Encoding"]);
        let length = answer.body.len().to_string();
        assert_eq!(answer.fields("Content-Length"), [length.as_str()]);
        assert_eq!(unzipped(&answer.body), plain.body);
    }
}

#[test]
fn large_page_comes_in_chunks_and_is_what_the_registry_writes() {
    let (runtime, _) = start(&[]).unwrap();
    let (name, variables) = ("many", &[][..]);
    let root = runtime.registry().root(&RootInfo { name, variables });
    let root = root.unwrap();
    for number in 0..10_000 {
        let group = root.add_key_value("k", &number.to_string()).unwrap();
        group.counter("x").unwrap().inc(number);
    }
    let mut page = Vec::new();
    runtime.write(Format::Prometheus, &mut page).unwrap();
    assert!(page.len() > 150_000);
    let plain = scrape(&runtime, &[]);
    assert_eq!(plain.fields("Transfer-Encoding"), ["chunked"]);
    assert!(plain.fields("Content-Length").is_empty());
    assert!(from_chunks(&plain.body) == page);
    let compressed = scrape(&runtime, &["Accept-Encoding: gzip"]);
    assert_eq!(compressed.fields("Transfer-Encoding"), ["chunked"]);
    assert!(unzipped(&from_chunks(&compressed.body)) == page);
    let openmetrics = scrape(&runtime, &[&format!("Accept: {OPENMETRICS}")]);
    let openmetrics = from_chunks(&openmetrics.body);
    assert!(openmetrics.ends_with(b"\n# EOF\n"));
    let samples = |page: &[u8]| {
        page.split(|byte| *byte == b'\n')
            .filter(|line| !line.starts_with(b"#"))
            .count()
    };
    assert_eq!(samples(&openmetrics), samples(&page));
}

/// Registers and writes another page whenever it is handed a piece of one.
struct Busy<'a> {
    runtime: &'a Runtime,
    pieces: usize,
}

impl Write for Busy<'_> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.pieces += 1;
        let (name, variables) = ("busy", &[][..]);
        let root = self.runtime.registry().root(&RootInfo { name, variables });
        let name = format!("x{}", self.pieces);
        root.unwrap().counter(&name).unwrap();
        let mut page = Vec::new();
        self.runtime.write(Format::Prometheus, &mut page).unwrap();
        let last = format!("busy_{name} 0\n");
        assert!(page.windows(last.len()).any(|line| line == last.as_bytes()));
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn whoever_takes_a_piece_may_register_and_write() {
    let (runtime, _) = start(&[]).unwrap();
    let (name, variables) = ("many", &[][..]);
    let root = runtime.registry().root(&RootInfo { name, variables });
    let root = root.unwrap();
    for number in 0..4_000 {
        root.counter(&format!("x{number}")).unwrap();
    }
    let (runtime, pieces) = (&runtime, 0);
    let mut busy = Busy { runtime, pieces };
    runtime.write(Format::Prometheus, &mut busy).unwrap();
    assert!(busy.pieces > 3, "{} pieces", busy.pieces);
}

#[test]
fn without_credentials_in_the_configuration_anybody_may_ask() {
    let (runtime, _) = start(&[]).unwrap();
    let answer = scrape(&runtime, &["Authorization: Basic eDp5"]);
    assert_eq!(answer.status, "HTTP/1.1 200 OK");
}

#[test]
fn either_credential_opens_the_page_and_nothing_else_does() {
    let (token, password) = (
        Secret::new("token", "t0k.en\r\n"),
        Secret::new("password", "pass word\n"),
    );
    let keys = [
        ("username", "me"),
        ("password-file", password.path()),
        ("bearer-token-file", token.path()),
    ];
    let (runtime, lines) = start(&keys).unwrap();
    for right in ["Basic bWU6cGFzcyB3b3Jk", "Bearer t0k.en"] {
        let answer = scrape(&runtime, &[&format!("Authorization: {right}")]);
        assert_eq!(answer.status, "HTTP/1.1 200 OK", "{right}");
    }
    for wrong in [
        "Basic bWU6cGFzc3dvcmQ=",
        "Basic bWU6cGFzcyB3b3JkCg==",
        "Bearer t0k.en2",
        "Bearer",
    ] {
        let answer = scrape(&runtime, &[&format!("Authorization: {wrong}")]);
        assert_eq!(answer.status, "HTTP/1.1 401 Unauthorized", "{wrong}");
        let challenges = [
            r#"Basic realm="metra", charset="UTF-8""#,
            r#"Bearer realm="metra""#,
        ];
        assert_eq!(answer.fields("WWW-Authenticate"), challenges);
        assert_eq!(answer.text(), "401 Unauthorized\n");
    }
    assert_eq!(scrape(&runtime, &[]).status, "HTTP/1.1 401 Unauthorized");
    runtime.close(PATIENCE).unwrap();
    let log = lines.lock().unwrap();
    assert!(!log.is_empty() && !log.contains("t0k.en") && !log.contains("pass word"));
}

#[test]
fn password_in_the_configuration_is_not_shown() {
    let keys = [("username", "me"), ("password", "opensesame")];
    let (runtime, _) = start(&keys).unwrap();
    let answer = scrape(&runtime, &["Authorization: Basic bWU6b3BlbnNlc2FtZQ=="]);
    assert_eq!(answer.status, "HTTP/1.1 200 OK");
    let reporters = Vec::from_iter(runtime.reporters());
    let (view, _) = reporters.first().unwrap();
    let shown = format!("{view:?}");
    assert!(shown.contains("username") && !shown.contains("opensesame"));
}

#[test]
fn credentials_that_nobody_could_use_are_refused_at_the_start() {
    let (password, empty, line) = (
        Secret::new("one", "x"),
        Secret::new("empty", "\n"),
        Secret::new("two-lines", "x\ny\n"),
    );
    let missing = "/nowhere/at all";
    for (keys, expected) in [
        (
            &[("username", "me")][..],
            "username: 'me' is a name without password",
        ),
        (
            &[("password", "opensesame")],
            "password: '***' is a password without name",
        ),
        (
            &[("password-file", password.path())],
            "is a password without name",
        ),
        (
            &[
                ("username", "me"),
                ("password", "opensesame"),
                ("password-file", password.path()),
            ],
            "is a second one",
        ),
        (
            &[("username", "a:b"), ("password", "opensesame")],
            "username: 'a:b' has a colon",
        ),
        (
            &[("username", "me"), ("password", "")],
            "password: '***' is empty",
        ),
        (
            &[("username", "me"), ("password-file", missing)],
            "password-file: '/nowhere/at all' cannot be read (No such file",
        ),
        (
            &[("bearer-token-file", missing)],
            "bearer-token-file: '/nowhere/at all' cannot be read",
        ),
        (
            &[("bearer-token-file", empty.path())],
            "is an empty file; right would be",
        ),
        (
            &[("bearer-token-file", line.path())],
            "does not hold a token; right would be",
        ),
        (
            &[("buckets", "perhaps")],
            "buckets: 'perhaps' is neither true nor false",
        ),
    ] {
        let error = start(keys).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let key = "metrics.reporter.page.";
        assert!(
            error.message().starts_with(key) && error.message().contains(expected),
            "{error}"
        );
        assert!(!error.message().contains("opensesame"), "{error}");
    }
}
