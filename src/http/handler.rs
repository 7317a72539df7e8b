//! Who makes the answers, and the care with which it is called.

use super::body::Body;
use super::limits::{KEPT_BYTES, Limits, READ_BYTES_PER_TURN};
use super::message::{Request, Response};
use crate::caught::caught;
use std::fmt;
use std::io;

/// Makes the answers of one server; called on the server's thread, one call at a time.
///
/// A panic inside is caught and answered with 500, and later calls come as if nothing had happened:
/// an implementation leaves itself fit for use wherever it may panic.
pub(crate) trait Handler: Send {
    /// Answers `request`, whatever its method and path. Nobody else is served until it returns.
    fn handle(&mut self, request: &Request<'_>) -> Response;

    /// Is told what the server lives on after, so that it can be counted and said.
    fn survived(&mut self, trouble: &Trouble) {
        let _ = trouble;
    }
}

/// What went wrong without ending the server.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A call of the handler panicked.
    Panic,
    /// No connection could be accepted; it is tried again shortly.
    Accept(io::Error),
    /// The system would not wait for the connections there were; they are closed.
    Poll(io::Error),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panic => write!(f, "making an HTTP answer panicked"),
            Self::Accept(error) => write!(f, "no HTTP connection can be accepted: {error}"),
            Self::Poll(error) => write!(f, "HTTP connections were closed: {error}"),
        }
    }
}

/// What the connections of one server share.
pub(super) struct Service {
    handler: Box<dyn Handler>,
    pub(super) limits: Limits,
    /// Where every connection reads to first.
    pub(super) scratch: Box<[u8]>,
    /// Memory for the pieces of the next answer.
    spare: Vec<u8>,
}

impl Service {
    pub(super) fn new(handler: Box<dyn Handler>, limits: Limits) -> Self {
        Self {
            handler,
            limits,
            scratch: vec![0; READ_BYTES_PER_TURN].into_boxed_slice(),
            spare: Vec::new(),
        }
    }

    /// The handler's answer, or 500 if it panicked.
    pub(super) fn respond(&mut self, request: &Request<'_>) -> Response {
        let handler = &mut self.handler;
        let response = caught(|| handler.handle(request));
        self.unless_panicked(response)
            .unwrap_or_else(|| Response::of_status(500))
    }

    /// Makes the next piece of `body`; whether more follow, and nothing if it panicked.
    pub(super) fn next_piece(&mut self, body: &mut dyn Body, out: &mut Vec<u8>) -> Option<bool> {
        self.unless_panicked(caught(|| body.next_piece(out)))
    }

    /// Memory for the pieces of an answer.
    pub(super) fn buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    /// Takes back the memory for the pieces of an answer.
    pub(super) fn recycle(&mut self, buffer: Vec<u8>) {
        if (self.spare.capacity()..KEPT_BYTES).contains(&buffer.capacity()) {
            self.spare = buffer;
        }
    }

    pub(super) fn survived(&mut self, trouble: &Trouble) {
        // A panic in here is not told to the very method that panicked.
        caught(|| self.handler.survived(trouble));
    }

    fn unless_panicked<T>(&mut self, result: Option<T>) -> Option<T> {
        if result.is_none() {
            self.survived(&Trouble::Panic);
        }
        result
    }
}
