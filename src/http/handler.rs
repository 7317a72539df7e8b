//! Who makes the answers, and the care with which it is called.

use super::limits::{Limits, READ_BYTES_PER_TURN};
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

    /// Gets back the body of a response that was sent or given up, so that its memory can serve again.
    ///
    /// It may be the small one of an error: who keeps one keeps the larger.
    fn recycle(&mut self, body: Vec<u8>) {
        drop(body);
    }

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
}

impl Service {
    pub(super) fn new(handler: Box<dyn Handler>, limits: Limits) -> Self {
        Self {
            handler,
            limits,
            scratch: vec![0; READ_BYTES_PER_TURN].into_boxed_slice(),
        }
    }

    /// The handler's answer, or 500 if it panicked.
    pub(super) fn respond(&mut self, request: &Request<'_>) -> Response {
        self.guarded(|handler| handler.handle(request))
            .unwrap_or_else(|| Response::of_status(500))
    }

    /// Hands `body` back unless it has no memory worth keeping.
    pub(super) fn recycle(&mut self, body: Vec<u8>) {
        if body.capacity() > 0 {
            self.guarded(|handler| handler.recycle(body));
        }
    }

    pub(super) fn survived(&mut self, trouble: &Trouble) {
        // A panic in here is not told to the very method that panicked.
        caught(|| self.handler.survived(trouble));
    }

    fn guarded<T>(&mut self, call: impl FnOnce(&mut dyn Handler) -> T) -> Option<T> {
        let result = caught(|| call(self.handler.as_mut()));
        if result.is_none() {
            self.survived(&Trouble::Panic);
        }
        result
    }
}
