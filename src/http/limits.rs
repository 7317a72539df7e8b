//! What clients can make the server hold, and for how long.

use std::time::Duration;

/// Header fields of a request; one with more is refused with 431.
pub(super) const MAX_HEADERS: usize = 100;
/// Bytes read from a connection in one turn.
pub(super) const READ_BYTES_PER_TURN: usize = 16 * 1024;
/// Bytes written to a connection in one turn, so that a fast reader does not starve the others.
pub(super) const WRITE_BYTES_PER_TURN: usize = 256 * 1024;
/// Pieces of a response that are made in one turn: a compressed one is much work for few bytes.
pub(super) const PIECES_PER_TURN: usize = 4;
/// Bytes of memory that are kept for the pieces of the next response.
pub(super) const KEPT_BYTES: usize = 256 * 1024;
/// Connections accepted in one turn.
pub(super) const ACCEPTED_PER_TURN: usize = 64;
/// Bytes of a response that must leave within [`Limits::drain`].
pub(super) const DRAIN_BYTES: usize = 64 * 1024;

/// The bounds of one server. Tests tighten them; everybody else takes the defaults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Connections served at one time. When all are taken, one between two requests makes way for
    /// a newcomer, or one that has said nothing for [`Limits::rest`], or been busy for
    /// [`Limits::patience`]. One that soon will is waited for; failing that the newcomer is told
    /// 503. Left in the backlog until there is a place it would hang, and not know why.
    pub(super) connections: usize,
    /// Connections, beyond those served, that are being told 503.
    pub(super) refusals: usize,
    /// Bytes of a request line with its header fields; more is refused with 431.
    pub(super) head_bytes: usize,
    /// Bytes of a request's body, which is thrown away; more is refused with 413.
    pub(super) body_bytes: usize,
    /// Bytes of memory in responses that their clients have not taken to the end: a piece of each, and what
    /// the rest is made from. Beyond it requests wait, and responses under way for longer than [`Limits::patience`] are
    /// cut off, oldest first.
    pub(super) unsent_bytes: usize,
    /// How long a connection may be between requests.
    pub(super) idle: Duration,
    /// How long after its first byte a request must be whole.
    pub(super) request: Duration,
    /// How long a client may take for each [`DRAIN_BYTES`] of a response.
    pub(super) drain: Duration,
    /// How long a connection is read on after its last response, see `State::Lingering`.
    pub(super) linger: Duration,
    /// How long a connection that has just begun, or is just ending, is left alone before it makes
    /// way for a newcomer: enough to send something, or to take in what was sent.
    pub(super) rest: Duration,
    /// How long a request or a response is under way before it makes way for others.
    pub(super) patience: Duration,
    /// How long nothing is accepted after the system refused, for want of descriptors or memory.
    pub(super) accept_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 128,
            refusals: 64,
            head_bytes: 16 * 1024,
            body_bytes: 16 * 1024,
            unsent_bytes: 64 * 1024 * 1024,
            idle: Duration::from_secs(60),
            request: Duration::from_secs(10),
            drain: Duration::from_secs(10),
            linger: Duration::from_secs(2),
            rest: Duration::from_millis(100),
            patience: Duration::from_secs(5),
            accept_pause: Duration::from_millis(250),
        }
    }
}
