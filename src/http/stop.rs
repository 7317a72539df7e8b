//! Telling the loop to end.

use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends the loop, from any thread.
///
/// The flag decides; the pair of sockets only makes the loop look. Both ends live as long as anybody
/// can ask, so that asking never meets a closed socket, whose SIGPIPE would reach the host's thread.
pub(super) struct Stop {
    asked: AtomicBool,
    near: UnixStream,
    far: UnixStream,
}

impl Stop {
    pub(super) fn new() -> io::Result<Self> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        Ok(Self {
            asked: AtomicBool::new(false),
            near,
            far,
        })
    }

    pub(super) fn ask(&self) {
        if !self.asked.swap(true, Ordering::SeqCst) {
            // The only byte ever written finds room.
            let _ = (&self.near).write(&[0]);
        }
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

impl AsFd for Stop {
    /// Becomes readable when asked.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.far.as_fd()
    }
}
