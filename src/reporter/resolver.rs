//! Addresses of hosts, within a deadline.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::os::sync::Mutex;
use crate::os::thread;

/// Where the addresses of a host will come from.
type Answer = Receiver<io::Result<Vec<SocketAddr>>>;

/// Looks up hosts on threads of its own, because the system's look-up knows no deadline.
///
/// One that did not answer in time is waited for with the next question for that host: there is never a second thread for
/// it.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    pending: Mutex<HashMap<(String, u16), Answer>>,
}

impl Resolver {
    /// The addresses of `host`, at least one. One that is an address itself is not looked up.
    ///
    /// # Errors
    /// What the system says, or that it says nothing within `patience`.
    pub(crate) fn resolve(
        &self,
        host: &str,
        port: u16,
        patience: Duration,
    ) -> io::Result<Vec<SocketAddr>> {
        let literal = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        if let Ok(address) = literal.unwrap_or(host).parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let deadline = Instant::now() + patience;
        let key = (host.to_owned(), port);
        let waiting = self.pending.lock().remove(&key);
        let answer = match waiting {
            Some(answer) => answer,
            None => look_up(key.clone())?,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        match answer.recv_timeout(left) {
            Ok(Ok(addresses)) if addresses.is_empty() => Err(io::ErrorKind::NotFound.into()),
            Ok(found) => found,
            Err(RecvTimeoutError::Timeout) => {
                self.pending.lock().insert(key, answer);
                let text = "the host's name was not resolved in time";
                Err(io::Error::new(io::ErrorKind::TimedOut, text))
            }
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the look-up broke off")),
        }
    }
}

fn look_up(host: (String, u16)) -> io::Result<Answer> {
    let (answer, answered) = channel();
    thread::spawn("metra-resolver", move || {
        let addresses = host.to_socket_addrs().map(Iterator::collect);
        // Nobody waits any more where this fails.
        let _ = answer.send(addresses);
    })?;
    Ok(answered)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn addresses_stand_for_themselves() {
        let resolver = Resolver::default();
        for (host, expected) in [
            ("127.0.0.1", "127.0.0.1:80"),
            ("::1", "[::1]:80"),
            ("[::1]", "[::1]:80"),
        ] {
            let found = resolver.resolve(host, 80, Duration::ZERO).unwrap();
            assert_eq!(found, [expected.parse().unwrap()]);
        }
    }

    #[test]
    fn names_are_looked_up_or_refused() {
        let resolver = Resolver::default();
        let local = resolver.resolve("localhost", 80, PATIENCE).unwrap();
        assert!(local.iter().all(|address| address.ip().is_loopback()));
        assert!(resolver.resolve("nobody.invalid", 80, PATIENCE).is_err());
    }

    #[test]
    fn look_up_that_is_late_is_waited_for_again() {
        let resolver = Resolver::default();
        let (answer, answered) = channel();
        let host = ("late.invalid".to_owned(), 80);
        resolver.pending.lock().insert(host, answered);
        let late = resolver.resolve("late.invalid", 80, Duration::from_millis(1));
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let address = "127.0.0.1:80".parse().unwrap();
        answer.send(Ok(vec![address])).unwrap();
        let found = resolver.resolve("late.invalid", 80, PATIENCE).unwrap();
        assert_eq!(found, [address]);
        assert!(resolver.pending.lock().is_empty());
    }
}
