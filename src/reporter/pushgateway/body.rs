//! The page as it is sent.

use std::io::{self, Read};

use crate::reporter::prometheus::Walk;

/// A page that is written while it is read.
pub(super) struct Body {
    walk: Walk,
    piece: Vec<u8>,
    /// How much of the piece was read.
    read: usize,
    /// Whether there is another piece.
    follows: bool,
    /// Bytes of all pieces so far.
    bytes: usize,
}

impl Body {
    pub(super) fn new(walk: Walk) -> Self {
        Self {
            walk,
            piece: Vec::new(),
            read: 0,
            follows: true,
            bytes: 0,
        }
    }

    /// How many metrics and bytes the page has in all, also if it was not read to its end.
    pub(super) fn totals(mut self) -> (usize, usize) {
        while self.follows {
            self.next_piece();
        }
        (self.walk.metrics(), self.bytes)
    }

    fn next_piece(&mut self) {
        self.piece.clear();
        self.read = 0;
        self.follows = self.walk.next_piece(&mut self.piece);
        self.bytes += self.piece.len();
    }
}

impl Read for Body {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() && self.follows {
            self.next_piece();
        }
        let mut rest = self.piece.get(self.read..).unwrap_or_default();
        let length = rest.read(out)?;
        self.read += length;
        Ok(length)
    }
}
