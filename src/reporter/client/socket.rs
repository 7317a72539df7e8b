//! Connections on which nothing takes longer than it may.
//!
//! Those of the client would give each write to the system all the time that is left: where some of it is taken and the
//! rest is stuck, that time would begin anew.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};

/// Makes connections where there is none yet.
#[derive(Debug)]
pub(super) struct Sockets;

/// A connection.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    buffers: LazyBuffers,
}

impl<In: Transport> Connector<In> for Sockets {
    type Out = Either<In, Socket>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(chained) = chained {
            return Ok(Some(Either::A(chained)));
        }
        let stream = connect(&details.addrs, details.timeout)?;
        stream.set_nodelay(true)?;
        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Either::B(Socket { stream, buffers })))
    }
}

/// Connects to the first of the addresses that answers. Each has its share of the time that is left for all.
fn connect(addresses: &[SocketAddr], timeout: NextTimeout) -> Result<TcpStream, Error> {
    let time = Time::of(timeout);
    let mut outcome = Err(Error::HostNotFound);
    for (address, behind) in addresses.iter().zip((0..addresses.len()).rev()) {
        let others = u32::try_from(behind).unwrap_or(u32::MAX);
        let share = time.left()? / others.saturating_add(1);
        outcome = TcpStream::connect_timeout(address, share).map_err(|error| time.judge(error));
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let time = Time::of(timeout);
        let mut rest = self.buffers.output().get(..amount).unwrap_or_default();
        while !rest.is_empty() {
            let left = time.left()?;
            let wait = timeout.per_write.map_or(left, |limit| left.min(*limit));
            self.stream.set_write_timeout(Some(wait))?;
            match self.stream.write(rest) {
                Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero).into()),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(time.judge(error)),
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let time = Time::of(timeout.for_read());
        loop {
            self.stream.set_read_timeout(Some(time.left()?))?;
            match self.stream.read(self.buffers.input_append_buf()) {
                Ok(read) => {
                    self.buffers.input_appended(read);
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(time.judge(error)),
            }
        }
    }

    /// Whether the other side neither closed it nor said anything that it was not asked.
    fn is_open(&mut self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| {
            let peeked = self.stream.peek(&mut [0]);
            self.stream.set_nonblocking(false)?;
            peeked
        });
        peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}

/// The time that something may take, from the moment when this was made.
struct Time {
    timeout: NextTimeout,
    /// Nothing if it is endless.
    deadline: Option<Instant>,
}

impl Time {
    fn of(timeout: NextTimeout) -> Self {
        Self {
            timeout,
            deadline: Instant::now().checked_add(*timeout.after),
        }
    }

    /// What is left of it, if anything is.
    fn left(&self) -> Result<Duration, Error> {
        let now = Instant::now();
        let left = self.deadline.map_or(Duration::MAX, |deadline| {
            deadline.saturating_duration_since(now)
        });
        if left.is_zero() {
            return Err(self.is_over());
        }
        Ok(left)
    }

    fn is_over(&self) -> Error {
        Error::Timeout(self.timeout.reason)
    }

    /// The client's error for one of the system's.
    fn judge(&self, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => self.is_over(),
            _ => error.into(),
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
    use std::net::TcpListener;

    use ureq::Timeout;

    use super::*;

    /// More than a connection holds that nobody reads from.
    const MUCH: usize = 32 * 1024 * 1024;
    const SECOND: Duration = Duration::from_secs(1);

    fn within(after: Duration) -> NextTimeout {
        NextTimeout {
            after: after.into(),
            reason: Timeout::Global,
            ..NextTimeout::default()
        }
    }

    /// A connection, and the other side.
    fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let stream = connect(&[address], within(60 * SECOND)).unwrap();
        let buffers = LazyBuffers::new(1024, MUCH);
        (Socket { stream, buffers }, listener.accept().unwrap().0)
    }

    fn is_timeout<T>(outcome: &Result<T, Error>) -> bool {
        matches!(outcome, Err(Error::Timeout(_)))
    }

    #[test]
    fn writing_that_is_stuck_in_the_middle_has_no_time_twice() {
        let (mut socket, _other) = pair();
        socket.buffers.output();
        let began = Instant::now();
        let outcome = socket.transmit_output(MUCH, within(2 * SECOND));
        assert!(is_timeout(&outcome), "{outcome:?}");
        let took = began.elapsed();
        assert!((2 * SECOND..4 * SECOND).contains(&took), "{took:?}");
    }

    #[test]
    fn writing_may_have_a_limit_of_its_own() {
        let (mut socket, _other) = pair();
        socket.buffers.output();
        let began = Instant::now();
        let timeout = NextTimeout {
            per_write: Some(Duration::from_millis(1).into()),
            ..within(60 * SECOND)
        };
        let outcome = socket.transmit_output(MUCH, timeout);
        assert!(is_timeout(&outcome), "{outcome:?}");
        assert!(began.elapsed() < 30 * SECOND);
    }

    #[test]
    fn all_is_written_and_read_while_there_is_time() {
        let (mut socket, mut other) = pair();
        let text = b"as it is";
        socket.buffers.output()[..text.len()].copy_from_slice(text);
        let timeout = within(60 * SECOND);
        socket.transmit_output(text.len(), timeout).unwrap();
        let mut read = [0; 8];
        other.read_exact(&mut read).unwrap();
        assert_eq!(&read, text);
        assert!(socket.is_open());
        other.write_all(text).unwrap();
        assert!(socket.await_input(timeout).unwrap());
        assert_eq!(socket.buffers.input(), text);
        other.write_all(b"unasked").unwrap();
        while socket.is_open() {
            std::thread::yield_now();
        }
        let over = socket.await_input(within(Duration::ZERO));
        assert!(is_timeout(&over), "{over:?}");
        drop(other);
        assert!(socket.await_input(timeout).unwrap());
        assert!(!socket.await_input(timeout).unwrap(), "the end");
    }

    #[test]
    fn first_address_that_answers_is_taken() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let there = listener.local_addr().unwrap();
        let nobody = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let gone = nobody.local_addr().unwrap();
        drop(nobody);
        let stream = connect(&[gone, there], within(60 * SECOND)).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), there);
        let refused = connect(&[gone], within(60 * SECOND));
        assert!(matches!(refused, Err(Error::Io(_))), "{refused:?}");
        let over = connect(&[there], within(Duration::ZERO));
        assert!(is_timeout(&over), "{over:?}");
    }
}
