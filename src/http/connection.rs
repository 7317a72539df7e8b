//! One client: read a request, write its answer, begin again; close so that nothing is lost.

use super::handler::Service;
use super::head::{Incoming, Verdict, judge};
use super::limits::{Limits, MAX_HEADERS};
use super::message::Response;
use super::outgoing::{Manner, Outgoing};
use crate::os::poll::Interest;
use std::io::{self, ErrorKind, Read};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

/// A connection and what it is in the middle of.
pub(super) struct Connection {
    stream: TcpStream,
    /// Bytes received and not yet answered: at most a whole request and one reading more. Between
    /// requests it holds no memory.
    input: Vec<u8>,
    /// `input` is worth judging from this many bytes on.
    enough: usize,
    state: State,
    /// When `state` was entered.
    since: Instant,
    /// When `state` has lasted too long.
    deadline: Instant,
    /// True once anything was answered here.
    has_answered: bool,
    /// True if the client was turned away.
    is_refused: bool,
}

enum State {
    /// Waiting for a request to be whole.
    Reading,
    /// Waiting for the client to take its answer.
    Writing(Outgoing),
    /// The last answer is sent and the client was told so; what it still sends is thrown away.
    ///
    /// Closing at once would lose answers: where input is unread, or comes later, the kernel resets
    /// the connection, and the client may find that before the answer.
    Lingering,
    /// To be dropped.
    Closed,
}

impl Connection {
    /// Begins to serve a client.
    pub(super) fn new(stream: TcpStream, limits: &Limits) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        // Answers are written in large pieces; waiting for more would delay their ends.
        stream.set_nodelay(true)?;
        let now = Instant::now();
        Ok(Self {
            stream,
            input: Vec::new(),
            enough: 1,
            state: State::Reading,
            since: now,
            deadline: now + limits.idle,
            has_answered: false,
            is_refused: false,
        })
    }

    /// Tells a client that there is no place for it.
    pub(super) fn refused(stream: TcpStream, service: &mut Service) -> io::Result<Self> {
        let mut connection = Self::new(stream, &service.limits)?;
        connection.is_refused = true;
        connection.refuse(503, service);
        Ok(connection)
    }

    /// True if the client was turned away.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// What to wait for before the next [`Connection::go_on`].
    pub(super) fn interest(&self) -> Interest {
        match self.state {
            State::Reading if self.has_input_to_judge() => Interest::Nothing,
            State::Reading | State::Lingering => Interest::Read,
            State::Writing(_) => Interest::Write,
            State::Closed => Interest::Nothing,
        }
    }

    /// When to call [`Connection::expire`].
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// From when on the connection may be closed in favour of another.
    ///
    /// At once between two requests: HTTP lets either side close there, and clients try again.
    pub(super) fn gives_way_at(&self, limits: &Limits) -> Instant {
        let grace = match self.state {
            State::Reading if !self.input.is_empty() => limits.patience,
            State::Reading if self.has_answered => Duration::ZERO,
            State::Writing(_) => limits.patience,
            State::Reading | State::Lingering | State::Closed => limits.rest,
        };
        self.since + grace
    }

    /// Bytes of memory that an answer takes which the client has yet to take, or the rest of it.
    pub(super) fn held(&self) -> usize {
        match &self.state {
            State::Writing(outgoing) => outgoing.held(),
            _ => 0,
        }
    }

    /// True if [`Connection::answer`] may find a whole request, without waiting for anything.
    pub(super) fn has_input_to_judge(&self) -> bool {
        matches!(self.state, State::Reading) && self.input.len() >= self.enough
    }

    /// Does what the connection was waiting to do.
    pub(super) fn go_on(&mut self, service: &mut Service) {
        match self.state {
            State::Reading | State::Lingering => self.receive(service),
            State::Writing(_) => self.send(service),
            State::Closed => {}
        }
    }

    /// Answers the request at the front of the input, if it is whole or cannot become one.
    pub(super) fn answer(&mut self, service: &mut Service) {
        let limits = service.limits;
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        match judge(&self.input, &mut headers, &limits) {
            Verdict::Partial(enough) => self.enough = enough,
            Verdict::Refused(status) => self.refuse(status, service),
            Verdict::Whole(incoming) => {
                let length = incoming.length;
                let outgoing = reply(&incoming, service);
                self.consume(length);
                self.begin(outgoing, service);
            }
        }
    }

    /// Ends a state that lasted too long.
    pub(super) fn expire(&mut self, service: &mut Service) {
        // The kernel calls a socket writable when a third of its buffer is free, which at a low but
        // sufficient speed takes longer than the deadline. Trying finds out what was really taken.
        self.send(service);
        if Instant::now() < self.deadline {
            return;
        }
        match self.state {
            State::Reading if !self.input.is_empty() => self.refuse(408, service),
            _ => self.close(service),
        }
    }

    /// Gives the client up; whatever was under way is cut off.
    pub(super) fn close(&mut self, service: &mut Service) {
        self.leave(State::Closed, service);
    }

    fn leave(&mut self, next: State, service: &mut Service) {
        if let State::Writing(outgoing) = std::mem::replace(&mut self.state, next) {
            service.recycle(outgoing.into_buffer());
        }
    }

    fn enter(&mut self, state: State, allowed: Duration, service: &mut Service) {
        self.leave(state, service);
        self.since = Instant::now();
        self.deadline = self.since + allowed;
    }

    /// Takes in what has arrived, one reading's worth.
    fn receive(&mut self, service: &mut Service) {
        let count = match self.stream.read(&mut service.scratch) {
            Ok(0) => return self.close(service),
            Ok(count) => count,
            Err(error) if is_passing(error.kind()) => return,
            Err(_) => return self.close(service),
        };
        if matches!(self.state, State::Lingering) {
            return;
        }
        if self.input.is_empty() {
            self.enter(State::Reading, service.limits.request, service);
        }
        let received = service.scratch.get(..count).unwrap_or_default();
        self.input.extend_from_slice(received);
    }

    /// Drops `length` bytes of input that are dealt with.
    fn consume(&mut self, length: usize) {
        if length >= self.input.len() {
            self.input = Vec::new();
        } else {
            self.input.drain(..length);
        }
        self.enough = 1;
    }

    /// Answers `status` and closes: what follows in the input cannot be understood.
    fn refuse(&mut self, status: u16, service: &mut Service) {
        let mut response = Response::of_status(status);
        if status == 503 {
            response = response.with_header("Retry-After", "1");
        }
        let manner = Manner {
            takes_chunks: false,
            is_bare: false,
            is_last: true,
        };
        let outgoing = Outgoing::new(response, manner, service);
        self.begin(outgoing, service);
    }

    fn begin(&mut self, outgoing: Outgoing, service: &mut Service) {
        self.has_answered = true;
        self.enter(State::Writing(outgoing), service.limits.drain, service);
        self.send(service);
    }

    /// Writes what the client takes of its answer.
    fn send(&mut self, service: &mut Service) {
        let State::Writing(outgoing) = &mut self.state else {
            return;
        };
        if outgoing.write_to(&self.stream, service).is_err() {
            return self.close(service);
        }
        if outgoing.has_progressed() {
            self.deadline = Instant::now() + service.limits.drain;
        }
        if outgoing.is_done() {
            let is_last = outgoing.is_last();
            self.finish(is_last, service);
        }
    }

    /// After an answer: on to the next request, or to the end.
    fn finish(&mut self, is_last: bool, service: &mut Service) {
        let limits = service.limits;
        if is_last {
            self.input = Vec::new();
            // An error means that the client is gone, which reading will show.
            let _ = self.stream.shutdown(Shutdown::Write);
            self.enter(State::Lingering, limits.linger, service);
        } else if self.input.is_empty() {
            self.enter(State::Reading, limits.idle, service);
        } else {
            self.enter(State::Reading, limits.request, service);
        }
    }
}

/// The handler's answer to `incoming`, ready to be sent.
fn reply(incoming: &Incoming<'_>, service: &mut Service) -> Outgoing {
    let response = service.respond(&incoming.request);
    let manner = Manner {
        takes_chunks: incoming.takes_chunks,
        is_bare: incoming.request.method == "HEAD",
        is_last: !incoming.keeps_alive,
    };
    Outgoing::new(response, manner, service)
}

/// True for the errors of a reading that only mean "not now".
fn is_passing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

impl Drop for Connection {
    /// Ends the connection itself, of which a child forked meanwhile may hold a copy that stays open.
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}
