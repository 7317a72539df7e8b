//! Where datagrams go.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use crate::reporter::failure::Failure;
use crate::reporter::pusher::Moment;
use crate::reporter::resolver::Resolver;

/// How long a host's address is taken for granted: nobody tells who sends by UDP that a host has moved.
const FRESH: Duration = Duration::from_secs(60);

/// The place of a daemon.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Udp { host: String, port: u16 },
    Unix(PathBuf),
}

/// A socket that is connected when it is needed, and anew after it failed.
pub(crate) struct Socket {
    target: Target,
    resolver: Resolver,
    connected: Option<Connected>,
}

struct Connected {
    datagrams: Datagrams,
    /// When, since 1970-01-01.
    since: Duration,
}

enum Datagrams {
    Udp(UdpSocket),
    Unix(UnixDatagram),
}

impl Socket {
    pub(crate) fn new(target: Target) -> Self {
        Self {
            target,
            resolver: Resolver::default(),
            connected: None,
        }
    }

    /// Sends one datagram.
    pub(crate) fn send(&mut self, packet: &[u8], moment: &Moment) -> Result<(), Failure> {
        let outcome = self
            .connected(moment)
            .and_then(|datagrams| datagrams.send(packet, moment));
        self.judge(outcome)
    }

    /// Whether nobody is known to have refused what was sent: on one machine that is known at once.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        let error = match &self.connected {
            Some(Connected {
                datagrams: Datagrams::Udp(socket),
                ..
            }) => socket.take_error(),
            _ => Ok(None),
        };
        let outcome = error.and_then(|error| error.map_or(Ok(()), Err));
        self.judge(outcome)
    }

    fn judge(&mut self, outcome: io::Result<()>) -> Result<(), Failure> {
        outcome.map_err(|error| {
            self.connected = None;
            Failure::io(format_args!("sending to {}", self.target), &error)
        })
    }

    fn connected(&mut self, moment: &Moment) -> io::Result<&Datagrams> {
        let connected = match self.connected.take() {
            Some(fresh) if moment.time.saturating_sub(fresh.since) < FRESH => fresh,
            stale => {
                let old = stale.map(|stale| stale.datagrams);
                Connected {
                    // While nobody knows where the host is, it is probably where it was.
                    datagrams: self.connect(moment).or_else(|error| old.ok_or(error))?,
                    since: moment.time,
                }
            }
        };
        Ok(&self.connected.insert(connected).datagrams)
    }

    fn connect(&self, moment: &Moment) -> io::Result<Datagrams> {
        match &self.target {
            Target::Unix(path) => {
                let socket = UnixDatagram::unbound()?;
                socket.connect(path)?;
                Ok(Datagrams::Unix(socket))
            }
            Target::Udp { host, port } => {
                let addresses = self.resolver.resolve(host, *port, moment.left())?;
                let mut outcome = Err(io::ErrorKind::NotFound.into());
                for address in addresses {
                    outcome = connect(address);
                    if outcome.is_ok() {
                        break;
                    }
                }
                outcome.map(Datagrams::Udp)
            }
        }
    }
}

fn connect(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?,
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0))?,
    };
    socket.connect(address)?;
    Ok(socket)
}

impl Datagrams {
    fn send(&self, packet: &[u8], moment: &Moment) -> io::Result<()> {
        // No time at all would mean for ever.
        let left = Some(moment.left().max(Duration::from_millis(1)));
        match self {
            Self::Udp(socket) => {
                socket.set_write_timeout(left)?;
                socket.send(packet)?;
            }
            Self::Unix(socket) => {
                socket.set_write_timeout(left)?;
                socket.send(packet)?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Udp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// So many seconds after 1970 began, with time enough.
    fn moment(seconds: u64) -> Moment {
        Moment {
            time: Duration::from_secs(seconds),
            deadline: Instant::now() + Duration::from_secs(60),
        }
    }

    fn listener(port: u16) -> (UdpSocket, u16) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let port = socket.local_addr().unwrap().port();
        (socket, port)
    }

    fn socket(host: &str, port: u16) -> Socket {
        Socket::new(Target::Udp {
            host: host.to_owned(),
            port,
        })
    }

    fn receive(listener: &UdpSocket) -> Vec<u8> {
        let mut packet = [0; 100];
        let length = listener.recv(&mut packet).unwrap();
        packet[..length].to_vec()
    }

    #[test]
    fn datagrams_go_out_by_either_version_of_the_protocol() {
        let (listener, port) = listener(0);
        socket("127.0.0.1", port).send(b"four", &moment(0)).unwrap();
        assert_eq!(receive(&listener), b"four");
        let Ok(listener) = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)) else {
            return;
        };
        let port = listener.local_addr().unwrap().port();
        socket("::1", port).send(b"six", &moment(0)).unwrap();
        assert_eq!(receive(&listener), b"six");
    }

    #[test]
    fn what_nobody_received_is_noticed_and_the_next_goes_out() {
        let (gone, port) = listener(0);
        drop(gone);
        let mut socket = socket("127.0.0.1", port);
        let sent = socket.send(b"lost", &moment(0));
        let failure = sent.and_then(|()| socket.check()).unwrap_err();
        let text = failure.to_string();
        let place = format!("sending to 127.0.0.1:{port}: ");
        assert!(text.starts_with(&place), "{text}");
        let (listener, _) = listener(port);
        socket.send(b"found", &moment(0)).unwrap();
        assert_eq!(
            (receive(&listener), socket.check()),
            (b"found".into(), Ok(()))
        );
    }

    #[test]
    fn unix_socket_is_found_again_when_its_owner_is() {
        let name = format!("metra-datagrams-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let listen = || {
            let _ = std::fs::remove_file(&path);
            UnixDatagram::bind(&path).unwrap()
        };
        let first = listen();
        let mut socket = Socket::new(Target::Unix(path.clone()));
        socket.send(b"one", &moment(0)).unwrap();
        drop(first);
        let second = listen();
        assert!(socket.send(b"two", &moment(0)).is_err());
        socket.send(b"three", &moment(0)).unwrap();
        let mut packet = [0; 100];
        assert_eq!(second.recv(&mut packet).unwrap(), 5);
        let _ = std::fs::remove_file(&path);
    }

    #[test]
    fn host_is_looked_up_again_after_a_minute_and_kept_where_it_was_if_that_fails() {
        let (listener, port) = listener(0);
        let mut socket = socket("127.0.0.1", port);
        socket.send(b"one", &moment(100)).unwrap();
        socket.target = Target::Udp {
            host: "nobody.invalid".to_owned(),
            port,
        };
        for (time, since) in [(159, 100), (160, 160), (219, 160)] {
            socket.send(b"more", &moment(time)).unwrap();
            let connected = socket.connected.as_ref().unwrap();
            assert_eq!(connected.since, Duration::from_secs(since));
        }
        let received: Vec<Vec<u8>> = (0..4).map(|_| receive(&listener)).collect();
        assert_eq!(received.concat(), b"onemoremoremore");
    }
}
