//! Reports over TLS: whom a reporter trusts, and what it says of whom it does not.
#![cfg(feature = "push-http")]
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failing test may panic"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metra::{Clock, Config, ManualClock, RootInfo, Runtime, Setup};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const INTERVAL: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that has a certificate for `host` and takes what it is sent.
struct Server {
    port: u16,
    certificate: String,
    requests: Receiver<String>,
}

impl Server {
    fn start(host: &str) -> Self {
        Self::with(host, IsCa::NoCa)
    }

    /// The same, with a certificate that may be an authority's.
    fn with(host: &str, is_ca: IsCa) -> Self {
        let mut parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
        parameters.is_ca = is_ca;
        let signing_key = KeyPair::generate().unwrap();
        let cert = parameters.self_signed(&signing_key).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], PrivateKeyDer::from(key))
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (send, requests) = channel();
        let config = Arc::new(config);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                if let Some(request) = serve(StreamOwned::new(connection, stream)) {
                    let _ = send.send(request);
                }
            }
        });
        Self {
            port,
            certificate: cert.pem(),
            requests,
        }
    }
}

/// Reads one request with a body of known length, and takes it.
fn serve(mut stream: impl Read + Write) -> Option<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).ok()?;
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")
            .map(str::to_owned)
    })?;
    let mut body = vec![0; length.parse().ok()?];
    stream.read_exact(&mut body).ok()?;
    let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(answer).ok()?;
    stream.flush().ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

/// A file that goes with the test.
struct File(PathBuf);

impl File {
    fn with(name: &str, content: &str) -> Self {
        let path = std::env::temp_dir().join(format!("metra-tls-{}-{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Reports once to InfluxDB over TLS; what the registry says of it.
fn report(port: u16, keys: &[(&str, &str)]) -> String {
    let port = port.to_string();
    let always = [
        ("factory.class", "influxdb"),
        ("scheme", "https"),
        ("port", &port),
        ("db", "metrics"),
        ("username", "reporter"),
        ("password", "s3cret"),
    ];
    let mut config = Config::new();
    for (key, value) in always.iter().chain(keys) {
        config
            .set(&format!("metrics.reporter.r.{key}"), value)
            .unwrap();
    }
    let clock = ManualClock::default();
    let said = Arc::<Mutex<String>>::default();
    let sink = Arc::clone(&said);
    let setup = Setup {
        config,
        clock: Clock::Manual(clock.clone()),
        sink: Some(Arc::new(Box::new(move |_, text| {
            sink.lock().unwrap().push_str(text);
        }))),
        ..Setup::default()
    };
    let runtime = Runtime::start(setup).unwrap();
    let (name, variables) = ("shop", &[][..]);
    let root = runtime.registry().root(&RootInfo { name, variables });
    root.unwrap().counter("orders").unwrap().inc(2);
    clock.advance(INTERVAL);
    let said = said.lock().unwrap().clone();
    assert!(!said.contains("s3cret"), "{said}");
    said
}

#[test]
fn certificate_in_the_ca_file_is_trusted() {
    let server = Server::start("localhost");
    let ca = File::with("trusted", &server.certificate);
    let said = report(
        server.port,
        &[("host", "localhost"), ("ca-file", ca.path())],
    );
    assert!(!said.contains("do not arrive"), "{said}");
    let request = server.requests.recv_timeout(PATIENCE).unwrap();
    assert!(request.contains("shop_orders count=2i"), "{request}");
    assert!(
        request
            .to_ascii_lowercase()
            .contains("authorization: basic ")
    );
}

#[test]
fn certificate_of_nobody_known_is_not() {
    let server = Server::start("localhost");
    let said = report(server.port, &[("host", "localhost")]);
    assert!(said.contains("do not arrive"), "{said}");
    assert!(said.contains("certificate"), "{said}");
    assert!(server.requests.try_recv().is_err());
}

#[test]
fn certificate_of_an_authority_is_none_of_a_server() {
    let server = Server::with("localhost", IsCa::Ca(BasicConstraints::Unconstrained));
    let ca = File::with("authority", &server.certificate);
    let said = report(
        server.port,
        &[("host", "localhost"), ("ca-file", ca.path())],
    );
    assert!(said.contains("needs one of its own"), "{said}");
    assert!(server.requests.try_recv().is_err());
}

#[test]
fn certificate_of_another_host_is_not() {
    let server = Server::start("example.org");
    let ca = File::with("other", &server.certificate);
    let said = report(
        server.port,
        &[("host", "localhost"), ("ca-file", ca.path())],
    );
    assert!(said.contains("do not arrive"), "{said}");
    assert!(server.requests.try_recv().is_err());
}

#[test]
fn server_without_tls_is_a_failure_that_shows_no_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, received) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 4096];
        let length = stream.read(&mut bytes).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = send.send(bytes[..length].to_vec());
    });
    let said = report(port, &[("host", "localhost")]);
    assert!(said.contains("do not arrive"), "{said}");
    let bytes = received.recv_timeout(PATIENCE).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("POST") && !text.contains("s3cret"));
}

#[test]
fn ca_file_without_certificates_is_refused() {
    for (name, content, why) in [
        ("empty", "", "has no certificates"),
        (
            "nonsense",
            "-----BEGIN CERTIFICATE-----\nx\n",
            "has no certificates",
        ),
    ] {
        let ca = File::with(name, content);
        let mut config = Config::new();
        for (key, value) in [
            ("factory.class", "influxdb"),
            ("host", "localhost"),
            ("db", "metrics"),
            ("ca-file", ca.path()),
        ] {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let setup = Setup {
            config,
            ..Setup::default()
        };
        let refusal = Runtime::start(setup).err().unwrap();
        assert!(refusal.message().contains(why), "{refusal}");
        assert!(refusal.message().contains("metrics.reporter.r.ca-file"));
    }
}
