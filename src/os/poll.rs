//! Waiting for several descriptors at once: `poll(2)`.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

/// What one descriptor is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interest {
    /// Until there is something to read, or the other side is gone.
    Read,
    /// Until something can be written, or the other side is gone.
    Write,
    /// Not at all: it keeps its place in the set and is never ready.
    Nothing,
}

/// Descriptors and what is awaited of each, in the order they were added.
#[derive(Default)]
pub(crate) struct PollSet {
    entries: Vec<libc::pollfd>,
}

impl PollSet {
    /// Forgets every descriptor and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Adds `descriptor`, which must stay open until [`PollSet::wait`] returned.
    ///
    /// If it does not, another file may be reported in its place; memory is safe all the same.
    pub(crate) fn add(&mut self, descriptor: BorrowedFd<'_>, interest: Interest) {
        let descriptor = descriptor.as_raw_fd();
        let (fd, events) = match interest {
            Interest::Read => (descriptor, libc::POLLIN),
            Interest::Write => (descriptor, libc::POLLOUT),
            // The kernel skips negative ones; with no events it would still report a hang-up.
            Interest::Nothing => (-1, 0),
        };
        self.entries.push(libc::pollfd {
            fd,
            events,
            revents: 0,
        });
    }

    /// Waits until a descriptor is ready or `timeout` has passed; without one, for as long as it takes.
    ///
    /// An interrupted call goes on for the rest of the time. After an error nothing is ready.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            match self.poll(milliseconds(left)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    /// True if the last wait ended with something to do for the descriptor added as number `index`.
    ///
    /// Errors and hang-ups count: reading or writing tells which.
    pub(crate) fn is_ready(&self, index: usize) -> bool {
        self.entries
            .get(index)
            .is_some_and(|entry| entry.revents != 0)
    }

    fn poll(&mut self, timeout: libc::c_int) -> io::Result<()> {
        let count = libc::nfds_t::try_from(self.entries.len()).map_err(io::Error::other)?;
        // SAFETY: `entries` holds exactly `count` initialised structures, borrowed mutably for the call.
        let result = unsafe { libc::poll(self.entries.as_mut_ptr(), count, timeout) };
        if result >= 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        for entry in &mut self.entries {
            entry.revents = 0;
        }
        Err(error)
    }
}

/// The timeout as the kernel takes it: rounded up, so that no wait ends just before its time and spins.
fn milliseconds(timeout: Option<Duration>) -> libc::c_int {
    let Some(timeout) = timeout else { return -1 };
    let milliseconds = timeout.as_nanos().div_ceil(1_000_000);
    libc::c_int::try_from(milliseconds).unwrap_or(libc::c_int::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    const MOMENT: Option<Duration> = Some(Duration::from_millis(1));

    #[test]
    fn tells_which_descriptor_is_ready() {
        let (mut near, far) = UnixStream::pair().unwrap();
        let (quiet, _silent) = UnixStream::pair().unwrap();
        near.write_all(b"x").unwrap();
        let mut set = PollSet::default();
        set.add(quiet.as_fd(), Interest::Read);
        set.add(far.as_fd(), Interest::Read);
        set.add(quiet.as_fd(), Interest::Write);
        set.wait(None).unwrap();
        assert_eq!(
            [0, 1, 2, 3].map(|index| set.is_ready(index)),
            [false, true, true, false]
        );
    }

    #[test]
    fn a_closed_peer_is_ready_unless_nothing_is_awaited() {
        let (near, far) = UnixStream::pair().unwrap();
        drop(near);
        let mut set = PollSet::default();
        set.add(far.as_fd(), Interest::Read);
        set.add(far.as_fd(), Interest::Nothing);
        set.wait(MOMENT).unwrap();
        assert!(set.is_ready(0));
        assert!(!set.is_ready(1));
    }

    #[test]
    fn a_cleared_set_waits_out_its_time() {
        let (near, far) = UnixStream::pair().unwrap();
        drop(near);
        let mut set = PollSet::default();
        set.add(far.as_fd(), Interest::Read);
        set.clear();
        let start = Instant::now();
        set.wait(MOMENT).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(1));
    }

    #[test]
    fn timeouts_are_rounded_up() {
        assert_eq!(milliseconds(None), -1);
        assert_eq!(milliseconds(Some(Duration::ZERO)), 0);
        assert_eq!(milliseconds(Some(Duration::from_nanos(1))), 1);
        assert_eq!(milliseconds(Some(Duration::from_micros(1500))), 2);
        assert_eq!(milliseconds(Some(Duration::MAX)), libc::c_int::MAX);
    }
}
