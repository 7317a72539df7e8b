//! A response on its way to a client, at the speed the client takes it.

use super::body::Body;
use super::handler::Service;
use super::limits::{DRAIN_BYTES, PIECES_PER_TURN, WRITE_BYTES_PER_TURN};
use super::message::{Framing, Response};
use std::io::{ErrorKind, Result, Write};

/// Bytes of the line before a chunk: its length in hexadecimal digits, of which there may be more than needed.
const CHUNK_LINE: usize = 10;

/// A response and how much of it is gone.
pub(super) struct Outgoing {
    head: Vec<u8>,
    /// The piece of the body that is being sent, behind the room for the line of a chunk.
    piece: Vec<u8>,
    /// Where in `piece` begins what is sent.
    begin: usize,
    /// Bytes gone of head and piece.
    sent: usize,
    /// Bytes gone ever.
    total: usize,
    /// What `total` was when the client was last given more time.
    marked: usize,
    /// What makes further pieces; nothing after the last one.
    body: Option<Box<dyn Body>>,
    framing: Framing,
    is_last: bool,
}

/// How a response is to be sent.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Whether the client understands chunks. Without them the end of a body whose length is not known is the end of the
    /// connection.
    pub(super) takes_chunks: bool,
    /// Whether the body is left out, though the head says what it would be.
    pub(super) is_bare: bool,
    /// Whether the connection closes afterwards.
    pub(super) is_last: bool,
}

impl Outgoing {
    /// Puts `response` on its way with its first piece; if that is all, its length is known. If making it panics the
    /// response is 500.
    pub(super) fn new(mut response: Response, manner: Manner, service: &mut Service) -> Self {
        let mut piece = service.buffer();
        let follows = fill(&mut response.body, &mut piece, service).unwrap_or_else(|| {
            response = Response::of_status(500);
            fill(&mut response.body, &mut piece, service).unwrap_or_default()
        });
        let framing = match follows {
            false => Framing::Length(piece.len() - CHUNK_LINE),
            true if manner.takes_chunks => Framing::Chunks,
            true => Framing::UntilClose,
        };
        let is_last = manner.is_last || matches!(framing, Framing::UntilClose);
        let is_bare = manner.is_bare || !response.has_body();
        let mut outgoing = Self {
            head: response.head(framing, is_last),
            piece,
            begin: CHUNK_LINE,
            sent: 0,
            total: 0,
            marked: 0,
            body: (follows && !is_bare).then_some(response.body),
            framing,
            is_last,
        };
        if is_bare {
            outgoing.piece.truncate(CHUNK_LINE);
        } else {
            outgoing.frame();
        }
        outgoing
    }

    /// Ends the response where it stands and returns the memory of its pieces.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.piece
    }

    /// True if the connection closes afterwards.
    pub(super) fn is_last(&self) -> bool {
        self.is_last
    }

    /// True once the client has taken all of it.
    pub(super) fn is_done(&self) -> bool {
        self.unsent() == 0 && self.body.is_none()
    }

    /// Bytes of memory that it holds until the client has taken all of it.
    pub(super) fn held(&self) -> usize {
        let body = self.body.as_ref().map_or(0, |body| body.held());
        self.head.capacity() + self.piece.capacity() + body
    }

    /// Bytes that are made and that the client has yet to take.
    fn unsent(&self) -> usize {
        (self.head.len() + self.piece.len() - self.begin).saturating_sub(self.sent)
    }

    /// Writes until all is sent, `stream` takes no more, or others should have their turn. The next piece is made once
    /// there is nothing else to write.
    ///
    /// Head and piece are written one after the other by `write`, not together by `write_vectored`:
    /// the latter does without `MSG_NOSIGNAL`, so that a vanished client would raise SIGPIPE.
    pub(super) fn write_to(&mut self, mut stream: impl Write, service: &mut Service) -> Result<()> {
        let enough = self.total.saturating_add(WRITE_BYTES_PER_TURN);
        let mut pieces = 0;
        while !self.is_done() && self.total < enough {
            if self.unsent() == 0 {
                if pieces == PIECES_PER_TURN {
                    return Ok(());
                }
                pieces += 1;
                self.go_on(service)?;
            }
            match stream.write(self.next()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.sent += written;
                    self.total = self.total.saturating_add(written);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// True if the client has taken enough since the last time this was true to be given more time.
    pub(super) fn has_progressed(&mut self) -> bool {
        let progressed = self.total.saturating_sub(self.marked) >= DRAIN_BYTES;
        if progressed {
            self.marked = self.total;
        }
        progressed
    }

    /// Makes the next piece in place of the one that is gone.
    fn go_on(&mut self, service: &mut Service) -> Result<()> {
        let Some(body) = &mut self.body else {
            return Ok(());
        };
        self.head.clear();
        self.sent = 0;
        self.begin = CHUNK_LINE;
        let follows = fill(body, &mut self.piece, service).ok_or(ErrorKind::Other)?;
        if !follows {
            self.body = None;
        }
        self.frame();
        Ok(())
    }

    /// Puts around the piece what tells the client how long it is, and whether it is the last.
    fn frame(&mut self) {
        if !matches!(self.framing, Framing::Chunks) {
            return;
        }
        // An empty chunk would be the end.
        if self.piece.len() > CHUNK_LINE {
            let line = format!("{:08x}\r\n", self.piece.len() - CHUNK_LINE);
            self.begin = CHUNK_LINE.saturating_sub(line.len());
            for (place, byte) in self.piece.iter_mut().zip(line.bytes()) {
                *place = byte;
            }
            self.piece.extend_from_slice(b"\r\n");
        }
        if self.body.is_none() {
            self.piece.extend_from_slice(b"0\r\n\r\n");
        }
    }

    /// What to write now: the rest of the head, then that of the piece, cut to one turn's share.
    fn next(&self) -> &[u8] {
        let rest = match self.head.get(self.sent..) {
            Some(head) if !head.is_empty() => head,
            _ => {
                let gone = self.sent.saturating_sub(self.head.len());
                self.piece.get(self.begin + gone..).unwrap_or_default()
            }
        };
        rest.get(..WRITE_BYTES_PER_TURN).unwrap_or(rest)
    }
}

/// Puts the next piece of `body` that is not empty into `piece`, behind the room for the line of a chunk; whether more
/// follow, and nothing if it panicked.
fn fill(body: &mut Box<dyn Body>, piece: &mut Vec<u8>, service: &mut Service) -> Option<bool> {
    piece.clear();
    piece.resize(CHUNK_LINE, b'0');
    loop {
        let follows = service.next_piece(&mut **body, piece)?;
        if piece.len() > CHUNK_LINE || !follows {
            return Some(follows);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::handler::Handler;
    use super::super::limits::Limits;
    use super::super::message::Request;
    use super::*;

    struct Nobody;

    impl Handler for Nobody {
        fn handle(&mut self, _: &Request<'_>) -> Response {
            Response::of_status(404)
        }
    }

    fn service() -> Service {
        Service::new(Box::new(Nobody), Limits::default())
    }

    /// Counts up to a number, in pieces that are empty by turns.
    struct Counting {
        next: u8,
        end: u8,
    }

    impl Body for Counting {
        fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
            self.next += 1;
            if self.next.is_multiple_of(2) {
                out.extend([self.next; 3]);
            }
            self.next < self.end
        }
    }

    const KEPT: Manner = Manner {
        takes_chunks: true,
        is_bare: false,
        is_last: false,
    };

    fn sent(response: Response, manner: Manner) -> (String, bool) {
        let (mut service, mut stream) = (service(), Vec::new());
        let mut outgoing = Outgoing::new(response, manner, &mut service);
        while !outgoing.is_done() {
            outgoing.write_to(&mut stream, &mut service).unwrap();
        }
        let is_last = outgoing.is_last();
        (String::from_utf8(stream).unwrap(), is_last)
    }

    fn counting(end: u8) -> Response {
        Response::new(200, "a/b", Counting { next: b'0', end })
    }

    #[test]
    fn pieces_are_chunks_for_who_takes_them_and_end_with_the_connection_for_others() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n";
        let chunks = "Transfer-Encoding: chunked\r\n\r\n";
        for (end, last) in [
            (b'4', "00000003\r\n444\r\n0\r\n\r\n"),
            (b'5', "00000003\r\n444\r\n0\r\n\r\n"),
        ] {
            let expected = format!("{head}{chunks}00000003\r\n222\r\n{last}");
            assert_eq!(sent(counting(end), KEPT), (expected, false));
        }
        let old = Manner {
            takes_chunks: false,
            ..KEPT
        };
        let expected = format!("{head}Connection: close\r\n\r\n222444");
        assert_eq!(sent(counting(b'4'), old), (expected, true));
    }

    #[test]
    fn length_of_a_single_piece_is_known() {
        let expected = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 3\r\n\r\n222";
        for takes_chunks in [true, false] {
            let manner = Manner {
                takes_chunks,
                ..KEPT
            };
            assert_eq!(sent(counting(b'2'), manner), (expected.to_owned(), false));
        }
    }

    #[test]
    fn bare_response_has_the_head_of_a_whole_one() {
        let manner = Manner {
            is_bare: true,
            ..KEPT
        };
        for end in [b'2', b'8'] {
            let (bare, _) = sent(counting(end), manner);
            let (whole, _) = sent(counting(end), KEPT);
            assert!(bare.ends_with("\r\n\r\n") && whole.starts_with(&bare));
        }
    }

    #[test]
    fn nothing_is_made_for_a_client_that_takes_nothing() {
        let (mut service, narrow) = (
            service(),
            Narrow {
                taken: Vec::new(),
                room: 70,
            },
        );
        let mut stream = narrow;
        let mut outgoing = Outgoing::new(counting(200), KEPT, &mut service);
        for _ in 0..100 {
            outgoing.write_to(&mut stream, &mut service).unwrap();
        }
        let last = outgoing.piece.get(CHUNK_LINE);
        assert_eq!(last, Some(&b'2'));
        assert!(outgoing.held() < 1024);
    }

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
        let response = || Response::new(200, "text/plain", Vec::from_iter(0..100));
        let head = response().head(Framing::Length(100), false);
        let expected = [head, (0..100).collect()].concat();
        let mut service = service();
        for room in [1, 5, expected.len()] {
            let mut outgoing = Outgoing::new(response(), KEPT, &mut service);
            let mut stream = Narrow {
                taken: Vec::new(),
                room: 0,
            };
            while !outgoing.is_done() {
                stream.room = room;
                outgoing.write_to(&mut stream, &mut service).unwrap();
            }
            assert_eq!(stream.taken, expected);
        }
    }

    #[test]
    fn one_turn_writes_a_bounded_part() {
        let response = Response::new(200, "text/plain", vec![b'x'; 3 * WRITE_BYTES_PER_TURN]);
        let mut service = service();
        let mut outgoing = Outgoing::new(response, KEPT, &mut service);
        let before = outgoing.unsent();
        let mut stream = Vec::new();
        outgoing.write_to(&mut stream, &mut service).unwrap();
        assert!(stream.len() >= WRITE_BYTES_PER_TURN);
        assert!(stream.len() < 2 * WRITE_BYTES_PER_TURN);
        assert_eq!(outgoing.unsent(), before - stream.len());
    }

    #[test]
    fn progress_is_counted_from_mark_to_mark() {
        let response = Response::new(200, "text/plain", vec![b'x'; 2 * DRAIN_BYTES]);
        let mut service = service();
        let mut outgoing = Outgoing::new(response, KEPT, &mut service);
        let mut stream = Narrow {
            taken: Vec::new(),
            room: DRAIN_BYTES - 1,
        };
        outgoing.write_to(&mut stream, &mut service).unwrap();
        assert!(!outgoing.has_progressed());
        stream.room = 1;
        outgoing.write_to(&mut stream, &mut service).unwrap();
        assert!(outgoing.has_progressed());
        assert!(!outgoing.has_progressed());
    }
}
