//! Datagrams over UDP.

use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver as Taken, Sender, channel};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use super::{Fate, PATIENCE, Receiver, is_down};

/// Receives datagrams, or keeps a port on which nobody does.
pub(crate) struct Datagrams {
    port: u16,
    listening: Option<Listening>,
}

struct Listening {
    /// Sends marks to the thread: everything before one was sent before it.
    marker: UdpSocket,
    packets: Taken<(SocketAddr, Vec<u8>)>,
    thread: Option<JoinHandle<()>>,
}

const END: &[u8] = b"end";
const MARK: &[u8] = b"mark";

impl Datagrams {
    /// Receives at a port, any free one if it is 0.
    pub(crate) fn at(port: u16) -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", port)).expect("a port for UDP");
        let address = socket.local_addr().expect("its address");
        let marker = UdpSocket::bind(("127.0.0.1", 0)).expect("a port for UDP");
        marker.connect(address).expect("a peer");
        let sender = marker.local_addr().expect("its address");
        let (send, packets) = channel();
        let thread = thread::spawn(move || receive(&socket, sender, &send));
        Self {
            port: address.port(),
            listening: Some(Listening {
                marker,
                packets,
                thread: Some(thread),
            }),
        }
    }

    /// A port on which nobody receives.
    fn nowhere() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port for UDP");
        Self {
            port: socket.local_addr().expect("its address").port(),
            listening: None,
        }
    }
}

/// Passes on what comes, until the marker says that this is the end.
fn receive(socket: &UdpSocket, marker: SocketAddr, packets: &Sender<(SocketAddr, Vec<u8>)>) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok((length, from)) = socket.recv_from(&mut buffer) {
        let packet = &buffer[..length];
        let is_end = from == marker && packet == END;
        if is_end || packets.send((from, packet.to_vec())).is_err() {
            return;
        }
    }
}

impl Receiver for Datagrams {
    type Item = Vec<u8>;

    fn open(case: &Value) -> Self {
        if is_down(case) {
            Self::nowhere()
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
            Fate::Vanished
        }
    }
}

impl Listening {
    fn take(&self) -> Vec<Vec<u8>> {
        let own = self.marker.local_addr().expect("its address");
        self.marker.send(MARK).expect("a mark can be sent");
        let mut taken = Vec::new();
        loop {
            let (from, packet) = self.packets.recv_timeout(PATIENCE).expect("the mark");
            if from == own {
                return taken;
            }
            taken.push(packet);
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let ended = self.marker.send(END).is_ok();
        if let (true, Some(thread)) = (ended, self.thread.take()) {
            // It has nothing to say any more.
            let _ = thread.join();
        }
    }
}
