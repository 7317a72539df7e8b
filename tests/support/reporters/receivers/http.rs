//! A server for HTTP/1.1 that writes down requests and answers as it is told to.

use std::io::{BufReader, ErrorKind, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

use super::{Fate, Receiver, Request, is_down};
use crate::support::json::Fields;
use crate::support::reporters::ports::free_port;

/// Answers requests, or keeps a port on which nobody does.
pub(crate) struct HttpServer {
    port: u16,
    script: Script,
    listening: Option<Listening>,
}

/// How requests are answered.
#[derive(Clone, Debug)]
struct Script {
    status: u16,
    body: String,
    /// Whether the connection ends instead of an answer.
    drops: bool,
    /// How long an answer takes.
    delay: Duration,
}

struct Listening {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared(Mutex<State>);

struct State {
    script: Script,
    requests: Vec<Request>,
    /// What was sent that is no request.
    wrong: Vec<String>,
    connections: Vec<(TcpStream, JoinHandle<()>)>,
    is_over: bool,
}

impl HttpServer {
    /// A server that takes its time and everything.
    pub(crate) fn slow(delay: Duration) -> Self {
        let script = Script {
            status: 204,
            body: String::new(),
            drops: false,
            delay,
        };
        let listening = Listening::start(0, &script);
        Self {
            port: listening.address.port(),
            script,
            listening: Some(listening),
        }
    }

    /// The requests that it has taken so far and were not taken from it.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let Some(listening) = &self.listening else {
            return Vec::new();
        };
        let mut state = listening.shared.lock();
        let wrong = std::mem::take(&mut state.wrong);
        assert!(wrong.is_empty(), "not HTTP: {wrong:?}");
        std::mem::take(&mut state.requests)
    }
}

impl Receiver for HttpServer {
    type Item = Request;

    fn open(case: &Value) -> Self {
        let status = case.maybe("server_status").and_then(Value::as_u64);
        let script = Script {
            status: status.map_or(200, |status| u16::try_from(status).expect("a status")),
            body: case
                .maybe_text("server_body")
                .unwrap_or_default()
                .to_owned(),
            drops: false,
            delay: Duration::ZERO,
        };
        if is_down(case) {
            return Self {
                port: free_port(),
                script,
                listening: None,
            };
        }
        let listening = Listening::start(0, &script);
        Self {
            port: listening.address.port(),
            script,
            listening: Some(listening),
        }
    }

    fn port(&self) -> Option<u16> {
        Some(self.port)
    }

    /// A reporter waits for the answer, and a request is written down before that.
    fn take(&mut self) -> Vec<Request> {
        self.requests()
    }

    /// Answers otherwise from now on; a server that was down comes up.
    fn play(&mut self, step: &Value) {
        if let Some(status) = step.maybe("status").and_then(Value::as_u64) {
            self.script.status = u16::try_from(status).expect("a status");
        }
        if let Some(body) = step.maybe_text("body") {
            body.clone_into(&mut self.script.body);
        }
        self.script.drops = step.maybe("drop").is_some_and(|drop| *drop == true);
        match &self.listening {
            Some(listening) => listening.shared.lock().script = self.script.clone(),
            None => self.listening = Some(Listening::start(self.port, &self.script)),
        }
    }

    fn fate(&self) -> Fate {
        match (&self.listening, self.script.status) {
            (None, _) => Fate::Unreached,
            (Some(_), 200..=299) if !self.script.drops => Fate::Delivered,
            _ => Fate::Refused,
        }
    }
}

impl Listening {
    fn start(port: u16, script: &Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a port for HTTP");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared(Mutex::new(State {
            script: script.clone(),
            requests: Vec::new(),
            wrong: Vec::new(),
            connections: Vec::new(),
            is_over: false,
        })));
        let accepting = Arc::clone(&shared);
        let thread = thread::spawn(move || accept(&listener, &accepting));
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let mut state = shared.lock();
        let Ok(stream) = stream else { return };
        if state.is_over {
            return;
        }
        let own = Arc::clone(shared);
        let serving = stream.try_clone().expect("a second handle");
        let thread = thread::spawn(move || {
            match serve(&serving, &own) {
                Err(error) if is_about_content(error.kind()) => {
                    own.lock().wrong.push(error.to_string());
                }
                _ => {}
            }
            // The other handle would keep it open.
            let _ = serving.shutdown(Shutdown::Both);
        });
        state.connections.push((stream, thread));
    }
}

/// Whether it is what was sent that is wrong, and not that a connection ended.
fn is_about_content(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidData | ErrorKind::UnexpectedEof)
}

/// Answers the requests of one connection until either side ends it.
fn serve(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        let goes_on = request.goes_on();
        let script = {
            let mut state = shared.lock();
            state.requests.push(request);
            state.script.clone()
        };
        if script.drops {
            return Ok(());
        }
        thread::sleep(script.delay);
        let mut stream = stream;
        if stream.write_all(&script.answer(goes_on)).is_err() || !goes_on {
            return Ok(());
        }
    }
    Ok(())
}

impl Script {
    fn answer(&self, goes_on: bool) -> Vec<u8> {
        let Self { status, body, .. } = self;
        let connection = if goes_on { "keep-alive" } else { "close" };
        let mut answer = format!("HTTP/1.1 {status} Scripted\r\nConnection: {connection}\r\n");
        if *status == 204 {
            answer += "\r\n";
        } else {
            answer += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        }
        answer.into_bytes()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        // Wakes the thread that accepts.
        let is_woken = TcpStream::connect(self.address).is_ok();
        if let (true, Some(thread)) = (is_woken, self.thread.take()) {
            let _ = thread.join();
        }
        let connections = std::mem::take(&mut self.shared.lock().connections);
        for (stream, thread) in connections {
            // One that its peer has left may not be shut; its thread has ended.
            let _ = stream.shutdown(Shutdown::Both);
            let _ = thread.join();
        }
    }
}
