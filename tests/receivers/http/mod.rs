//! An HTTP/1.1 server that records every request and does with each what it was told to.

mod conduct;
mod connection;
mod request;

pub(crate) use conduct::{Answer, Conduct};
pub(crate) use request::Request;

use std::collections::VecDeque;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A server on a port of its own, gone when it is dropped. It answers everything with 200 until it is told otherwise.
/// As a proxy it connects to nobody but itself.
pub(crate) struct Receiver {
    port: u16,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Default)]
struct State {
    /// For one request each.
    script: VecDeque<Conduct>,
    /// For requests beyond the script.
    usual: Conduct,
    requests: Vec<Request>,
    connections: Vec<(TcpStream, JoinHandle<()>)>,
    is_stopped: bool,
}

impl Receiver {
    /// A server on any port.
    pub(crate) fn start() -> Self {
        Self::at(0)
    }

    /// A server on `port`, which was another's before.
    pub(crate) fn at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::<Shared>::default();
        let accepting = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || accept(&listener, &shared))
        };
        Self {
            port,
            shared,
            accepting: Some(accepting),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL of `path`, which begins with a slash or is empty.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What is done with every request from now on; what the script has left is forgotten.
    pub(crate) fn usually(&self, conduct: Conduct) {
        let mut state = self.shared.lock();
        state.script.clear();
        state.usual = conduct;
    }

    /// What is done with the next request that has no [`once`](Self::once) of its own yet.
    pub(crate) fn once(&self, conduct: Conduct) {
        self.shared.lock().script.push_back(conduct);
    }

    /// The requests that came since they were taken last. Each is there before it is answered.
    pub(crate) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.shared.lock().requests)
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.shared.lock().connections.len()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.lock().is_stopped = true;
        self.shared.stopped.notify_all();
        // Wakes who accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let accepting = self.accepting.take();
        let connections = std::mem::take(&mut self.shared.lock().connections);
        for (stream, _) in &connections {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let threads = connections.into_iter().map(|(_, thread)| thread);
        let all_well = threads.chain(accepting).all(|thread| thread.join().is_ok());
        assert!(all_well || thread::panicking(), "no HTTP was received");
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What is to be done with the next request.
    fn next_conduct(&self) -> Conduct {
        let mut state = self.lock();
        let next = state.script.pop_front();
        next.unwrap_or_else(|| state.usual.clone())
    }

    /// Waits, but not longer than this is there.
    fn pause(&self, pause: Duration) {
        let is_going_on = |state: &mut State| !state.is_stopped;
        let stopped = &self.stopped;
        let waited = stopped.wait_timeout_while(self.lock(), pause, is_going_on);
        drop(waited.unwrap());
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        let mut state = shared.lock();
        if state.is_stopped {
            return;
        }
        let (handle, shared) = (stream.try_clone().unwrap(), Arc::clone(shared));
        let thread = thread::spawn(move || connection::serve(&stream, &shared));
        state.connections.push((handle, thread));
    }
}

/// A port where nobody listens.
pub(crate) fn nobody() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
