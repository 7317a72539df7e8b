//! Bodies of answers, made a piece at a time.

/// Makes the body of one answer while its client takes it.
///
/// A panic inside is caught; the client sees that the answer is cut off.
pub(crate) trait Body: Send {
    /// Appends the next piece to `out`; whether more follow. A piece may be empty.
    ///
    /// It is called when the client has taken all that came before, so the length of a piece is what a client that takes
    /// nothing can make the server hold.
    fn next_piece(&mut self, out: &mut Vec<u8>) -> bool;

    /// Bytes of memory that it holds besides what it has appended.
    fn held(&self) -> usize {
        0
    }
}

/// A body that is there already.
impl Body for Vec<u8> {
    fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
        out.append(self);
        false
    }

    fn held(&self) -> usize {
        self.capacity()
    }
}
