//! A response on its way to a client, at the speed the client takes it.

use super::limits::{DRAIN_BYTES, WRITE_BYTES_PER_TURN};
use super::message::Response;
use std::io::{ErrorKind, Result, Write};

/// A response and how much of it is gone.
pub(super) struct Outgoing {
    head: Vec<u8>,
    body: Vec<u8>,
    sent: usize,
    /// What `sent` was when the client was last given more time.
    marked: usize,
    is_last: bool,
}

impl Outgoing {
    /// Puts `response` on its way; after the `last` one the connection closes.
    pub(super) fn new(response: Response, last: bool) -> Self {
        Self {
            head: response.head(last),
            body: response.body,
            sent: 0,
            marked: 0,
            is_last: last,
        }
    }

    /// Leaves the body out, though its length stays announced, and returns it.
    pub(super) fn take_body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.body)
    }

    /// Ends the response where it stands and returns its body.
    pub(super) fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// True if the connection closes afterwards.
    pub(super) fn is_last(&self) -> bool {
        self.is_last
    }

    /// Bytes that the client has yet to take.
    pub(super) fn unsent(&self) -> usize {
        (self.head.len() + self.body.len()).saturating_sub(self.sent)
    }

    /// Bytes of memory that it holds until the client has taken all of it.
    pub(super) fn held(&self) -> usize {
        self.head.capacity() + self.body.capacity()
    }

    /// Writes until all is sent, `stream` takes no more, or others should have their turn.
    ///
    /// Head and body are written one after the other by `write`, not together by `write_vectored`:
    /// the latter does without `MSG_NOSIGNAL`, so that a vanished client would raise SIGPIPE.
    pub(super) fn write_to(&mut self, mut stream: impl Write) -> Result<()> {
        let enough = self.sent.saturating_add(WRITE_BYTES_PER_TURN);
        while self.unsent() > 0 && self.sent < enough {
            match stream.write(self.next()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// True if the client has taken enough since the last time this was true to be given more time.
    pub(super) fn has_progressed(&mut self) -> bool {
        let progressed = self.sent.saturating_sub(self.marked) >= DRAIN_BYTES;
        if progressed {
            self.marked = self.sent;
        }
        progressed
    }

    /// What to write now: the rest of the head, then that of the body, cut to one turn's share.
    fn next(&self) -> &[u8] {
        let rest = match self.head.get(self.sent..) {
            Some(head) if !head.is_empty() => head,
            _ => self
                .body
                .get(self.sent.saturating_sub(self.head.len())..)
                .unwrap_or_default(),
        };
        rest.get(..WRITE_BYTES_PER_TURN).unwrap_or(rest)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Takes `room` bytes, at most 7 at a time, then blocks.
    struct Narrow {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            if self.room == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let count = bytes.len().min(7).min(self.room);
            self.taken.extend(bytes.iter().take(count));
            self.room -= count;
            Ok(count)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn head_and_body_leave_whole_however_they_are_taken() {
        let response = Response::new(200, "text/plain", (0..100).collect());
        let expected = [response.head(false), (0..100).collect()].concat();
        for room in [1, 5, expected.len()] {
            let response = Response::new(200, "text/plain", (0..100).collect());
            let mut outgoing = Outgoing::new(response, false);
            let mut stream = Narrow {
                taken: Vec::new(),
                room: 0,
            };
            while outgoing.unsent() > 0 {
                stream.room = room;
                outgoing.write_to(&mut stream).unwrap();
            }
            assert_eq!(stream.taken, expected);
        }
    }

    #[test]
    fn one_turn_writes_a_bounded_part() {
        let response = Response::new(200, "text/plain", vec![b'x'; 3 * WRITE_BYTES_PER_TURN]);
        let mut outgoing = Outgoing::new(response, false);
        let before = outgoing.unsent();
        let mut stream = Vec::new();
        outgoing.write_to(&mut stream).unwrap();
        assert!(stream.len() >= WRITE_BYTES_PER_TURN);
        assert!(stream.len() < 2 * WRITE_BYTES_PER_TURN);
        assert_eq!(outgoing.unsent(), before - stream.len());
    }

    #[test]
    fn progress_is_counted_from_mark_to_mark() {
        let response = Response::new(200, "text/plain", vec![b'x'; 2 * DRAIN_BYTES]);
        let mut outgoing = Outgoing::new(response, false);
        let mut stream = Narrow {
            taken: Vec::new(),
            room: DRAIN_BYTES - 1,
        };
        outgoing.write_to(&mut stream).unwrap();
        assert!(!outgoing.has_progressed());
        stream.room = 1;
        outgoing.write_to(&mut stream).unwrap();
        assert!(outgoing.has_progressed());
        assert!(!outgoing.has_progressed());
    }
}
