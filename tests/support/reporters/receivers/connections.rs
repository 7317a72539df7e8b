//! Connections over TCP that only send.

use std::io::Read;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

use super::{Fate, PATIENCE, Receiver, is_down};
use crate::support::reporters::ports::free_port;

/// How long a connection that stays open must be silent for what it sent to be all.
const SILENCE: Duration = Duration::from_millis(100);

/// Receives on connections, or keeps a port on which nobody does.
pub(crate) struct Connections {
    port: u16,
    listening: Option<Listening>,
}

struct Listening {
    shared: Arc<Shared>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    accepted: Mutex<Accepted>,
    changed: Condvar,
}

#[derive(Default)]
struct Accepted {
    connections: Vec<Connection>,
    is_over: bool,
}

struct Connection {
    peer: SocketAddr,
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
    /// What came and was not taken.
    data: Vec<u8>,
    has_ended: bool,
    /// Whether it was handed out before, or is not to be.
    is_known: bool,
}

impl Connections {
    /// Receives at a port, any free one if it is 0.
    pub(crate) fn at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a port for TCP");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        let thread = thread::spawn(move || accept(&listener, &accepting));
        Self {
            port: address.port(),
            listening: Some(Listening {
                shared,
                address,
                thread: Some(thread),
            }),
        }
    }
}

impl Receiver for Connections {
    /// What came on each connection since it was last asked.
    type Item = Vec<u8>;

    fn open(case: &Value) -> Self {
        if is_down(case) {
            Self {
                port: free_port(),
                listening: None,
            }
        } else {
            Self::at(0)
        }
    }

    fn port(&self) -> Option<u16> {
        Some(self.port)
    }

    fn take(&mut self) -> Vec<Vec<u8>> {
        self.listening
            .as_ref()
            .map_or_else(Vec::new, Listening::take)
    }

    fn fate(&self) -> Fate {
        if self.listening.is_some() {
            Fate::Delivered
        } else {
            Fate::Unreached
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Accepted> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `is_so`, but not forever.
    fn wait<'a>(
        &'a self,
        accepted: MutexGuard<'a, Accepted>,
        patience: Duration,
        is_so: impl Fn(&Accepted) -> bool,
    ) -> MutexGuard<'a, Accepted> {
        let waited = self
            .changed
            .wait_timeout_while(accepted, patience, |accepted| !is_so(accepted));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let mut accepted = shared.lock();
        let Ok(stream) = stream else { return };
        if accepted.is_over {
            return;
        }
        let number = accepted.connections.len();
        let reading = stream.try_clone().expect("a second handle");
        let own = Arc::clone(shared);
        accepted.connections.push(Connection {
            peer: stream.peer_addr().expect("a peer"),
            stream,
            thread: Some(thread::spawn(move || read(reading, &own, number))),
            data: Vec::new(),
            has_ended: false,
            is_known: false,
        });
        shared.changed.notify_all();
    }
}

fn read(mut stream: TcpStream, shared: &Shared, number: usize) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = stream.read(&mut buffer).unwrap_or(0);
        let mut accepted = shared.lock();
        let connection = &mut accepted.connections[number];
        connection.data.extend(&buffer[..length]);
        connection.has_ended = length == 0;
        shared.changed.notify_all();
        if length == 0 {
            // The other side may wait for it; one that is gone does not.
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

impl Listening {
    fn take(&self) -> Vec<Vec<u8>> {
        self.wait_for_all();
        let mut accepted = self.shared.lock();
        for number in 0..accepted.connections.len() {
            accepted = self.wait_for_silence(accepted, number);
        }
        let taken = accepted.connections.iter_mut().filter_map(|connection| {
            let data = std::mem::take(&mut connection.data);
            let was_known = std::mem::replace(&mut connection.is_known, true);
            (!was_known || !data.is_empty()).then_some(data)
        });
        taken.collect()
    }

    /// Returns when all connections that were made before are accepted: they are in the order in which they were made.
    fn wait_for_all(&self) {
        let mark = TcpStream::connect(self.address).expect("a connection");
        let own = mark.local_addr().expect("its address");
        let place = |accepted: &Accepted| {
            let mut peers = accepted.connections.iter();
            peers.position(|connection| connection.peer == own)
        };
        let accepted = self.shared.lock();
        let is_there = |accepted: &Accepted| place(accepted).is_some();
        let mut accepted = self.shared.wait(accepted, PATIENCE, is_there);
        let place = place(&accepted).expect("a connection is accepted");
        accepted.connections[place].is_known = true;
    }

    /// Waits for the end of a connection, or until it has been silent for a while.
    fn wait_for_silence<'a>(
        &'a self,
        mut accepted: MutexGuard<'a, Accepted>,
        number: usize,
    ) -> MutexGuard<'a, Accepted> {
        loop {
            let length = accepted.connections[number].data.len();
            let goes_on = |accepted: &Accepted| {
                let connection = &accepted.connections[number];
                connection.has_ended || connection.data.len() > length
            };
            accepted = self.shared.wait(accepted, SILENCE, goes_on);
            let connection = &accepted.connections[number];
            if connection.has_ended || connection.data.len() == length {
                return accepted;
            }
        }
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
        let mut threads = Vec::new();
        for connection in &mut self.shared.lock().connections {
            // One that its peer has left may not be shut; its thread has ended.
            let _ = connection.stream.shutdown(Shutdown::Both);
            threads.extend(connection.thread.take());
        }
        for thread in threads {
            let _ = thread.join();
        }
    }
}
