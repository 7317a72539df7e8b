//! Finding a free port.

use crate::error::{Error, ErrorKind};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};

/// Listens at `address`, a host name or an IP address, on the first of `ports` that is free.
///
/// A host name is looked up once; if it has several addresses, the first that works is taken.
pub(super) fn bind(address: &str, ports: impl Iterator<Item = u16>) -> Result<TcpListener, Error> {
    let hosts = resolve(address).map_err(|error| refusal(address, "", &error))?;
    let mut tried = Tried::default();
    let mut reason = io::Error::from(io::ErrorKind::InvalidInput);
    for port in ports {
        tried.add(port);
        let sockets: Vec<_> = hosts
            .iter()
            .map(|&host| SocketAddr::new(host, port))
            .collect();
        reason = match TcpListener::bind(sockets.as_slice()) {
            Ok(listener) => return Ok(listener),
            Err(error) => error,
        };
        if !is_about_the_port(&reason) {
            break;
        }
    }
    if tried.ranges.is_empty() {
        let message = format!("cannot listen on {address}: no port given");
        return Err(Error::new(ErrorKind::Io, message));
    }
    Err(refusal(address, &format!(", {tried}"), &reason))
}

/// The addresses that `address` stands for; an IPv6 one may be in brackets, as in a URL.
fn resolve(address: &str) -> io::Result<Vec<IpAddr>> {
    let bare = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(address);
    let sockets = (bare, 0).to_socket_addrs()?;
    Ok(sockets.map(|socket| socket.ip()).collect())
}

/// False if no other port could do better.
fn is_about_the_port(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
    )
}

fn refusal(address: &str, tried: &str, reason: &io::Error) -> Error {
    let message = format!("cannot listen on {address}{tried}: {reason}");
    Error::new(ErrorKind::Io, message)
}

/// The ports that were tried, as ranges.
#[derive(Default)]
struct Tried {
    ranges: Vec<(u16, u16)>,
}

impl Tried {
    fn add(&mut self, port: u16) {
        match self.ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(port) => *last = port,
            _ => self.ranges.push((port, port)),
        }
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_one = matches!(self.ranges.as_slice(), [(first, last)] if first == last);
        f.write_str(if is_one { "port" } else { "ports" })?;
        for (number, (first, last)) in self.ranges.iter().enumerate() {
            f.write_str(if number == 0 { " " } else { ", " })?;
            match first == last {
                true => write!(f, "{first}")?,
                false => write!(f, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn port(listener: &TcpListener) -> u16 {
        listener.local_addr().unwrap().port()
    }

    #[test]
    fn taken_port_leads_to_the_next_of_the_range() {
        let taken = bind("127.0.0.1", [0].into_iter()).unwrap();
        let listener = bind("127.0.0.1", [port(&taken), 0].into_iter()).unwrap();
        assert_ne!(port(&listener), port(&taken));
    }

    #[test]
    fn error_names_address_ports_and_reason() {
        let taken = bind("127.0.0.1", [0].into_iter()).unwrap();
        let error = bind("127.0.0.1", [port(&taken)].into_iter()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        let reason = io::Error::from_raw_os_error(libc::EADDRINUSE);
        assert_eq!(
            error.message(),
            format!(
                "cannot listen on 127.0.0.1, port {}: {reason}",
                port(&taken)
            )
        );
    }

    #[test]
    fn address_of_another_host_fails_at_the_first_port() {
        let error = bind("192.0.2.1", 9250..=9260).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("cannot listen on 192.0.2.1, port 9250: "),
            "{error}"
        );
    }

    #[test]
    fn no_ports_is_an_error() {
        let error = bind("127.0.0.1", std::iter::empty()).unwrap_err();
        assert_eq!(error.message(), "cannot listen on 127.0.0.1: no port given");
    }

    #[test]
    fn what_is_no_address_is_an_error() {
        let error = bind("not an address", [0].into_iter()).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("cannot listen on not an address: "),
            "{error}"
        );
    }

    #[test]
    fn brackets_around_an_address_are_accepted() {
        assert_eq!(resolve("[::1]").unwrap(), resolve("::1").unwrap());
    }

    #[test]
    fn ports_are_shown_as_ranges() {
        let show = |ports: &[u16]| {
            let mut tried = Tried::default();
            ports.iter().for_each(|&port| tried.add(port));
            tried.to_string()
        };
        assert_eq!(show(&[9249]), "port 9249");
        assert_eq!(show(&[9250, 9251, 9252, 9300]), "ports 9250-9252, 9300");
        assert_eq!(show(&[65535, 0, 2]), "ports 65535, 0, 2");
    }
}
