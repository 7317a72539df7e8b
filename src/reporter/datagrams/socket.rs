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
