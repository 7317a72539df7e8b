//! The connection of one report.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::reporter::failure::Failure;
use crate::reporter::pusher::Moment;
use crate::reporter::resolver::Resolver;

/// How long the other side has to end a connection that is done with.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// A connection that is made when there is something to write.
pub(super) struct Connection {
    host: String,
    port: u16,
    resolver: Resolver,
    stream: Option<TcpStream>,
}

impl Connection {
    pub(super) fn new(host: String, port: u16) -> Self {
        Self {
            host,
            port,
            resolver: Resolver::default(),
            stream: None,
        }
    }

    /// Breaks off what may be left of an earlier report.
    pub(super) fn reset(&mut self) {
        self.stream = None;
    }

    /// Writes all of `bytes`.
    pub(super) fn write(&mut self, bytes: &[u8], moment: &Moment) -> Result<(), Failure> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => self
                .connect(moment)
                .map_err(|error| self.failure("connecting", &error))?,
        };
        write_all(&stream, bytes, moment).map_err(|error| self.failure("writing", &error))?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Says that there is no more to come, and looks how the other side takes it: one that breaks off did not take it all.
    pub(super) fn finish(&mut self, moment: &Moment) -> Result<(), Failure> {
        let Some(stream) = self.stream.take() else {
            return Ok(());
        };
        let ended = stream
            .shutdown(Shutdown::Write)
            .and_then(|()| look(&stream, moment));
        ended.map_err(|error| self.failure("writing", &error))
    }

    fn failure(&self, doing: &str, error: &io::Error) -> Failure {
        let Self { host, port, .. } = self;
        Failure::io(format_args!("{doing} to {host}:{port}"), error)
    }

    /// Connects to the first address that answers; each has its share of the time.
    fn connect(&self, moment: &Moment) -> io::Result<TcpStream> {
        let addresses = self
            .resolver
            .resolve(&self.host, self.port, moment.left())?;
        let mut outcome = Err(ErrorKind::NotFound.into());
        for (address, others) in addresses.iter().zip((0..addresses.len()).rev()) {
            outcome = connect(address, others, moment);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

fn connect(address: &SocketAddr, others: usize, moment: &Moment) -> io::Result<TcpStream> {
    let shares = u32::try_from(others).unwrap_or(u32::MAX).saturating_add(1);
    // No time at all would be an error of another kind.
    let share = (left(moment)? / shares).max(Duration::from_millis(1));
    TcpStream::connect_timeout(address, share)
}

/// What is left of the time, which is not over yet.
fn left(moment: &Moment) -> io::Result<Duration> {
    match moment.left() {
        Duration::ZERO => Err(late()),
        left => Ok(left),
    }
}

fn late() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, "it did not go on in time")
}

/// Whether a call gave up because its time was over.
fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn write_all(mut stream: &TcpStream, mut bytes: &[u8], moment: &Moment) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.set_write_timeout(Some(left(moment)?))?;
        match stream.write(bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_late(&error) => return Err(late()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Looks for the end of the connection, for a while: what the other side says until then does not matter, and one that
/// neither says anything nor ends may have other habits.
fn look(mut stream: &TcpStream, moment: &Moment) -> io::Result<()> {
    let until = moment.deadline.min(Instant::now() + LAST_LOOK);
    let mut said = [0; 1024];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut said) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_late(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
