//! Threads on which no signal of the host ever lands.

use std::io;
use std::mem::MaybeUninit;
use std::thread::{Builder, JoinHandle};

/// Stack of every thread of metra, in bytes; only touched pages cost memory.
///
/// It is said explicitly because the standard library would otherwise read `RUST_MIN_STACK`.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// Starts a thread that blocks all signals from its first instruction on.
///
/// A thread inherits the mask of the one that starts it, so the caller's signals are blocked for
/// the length of this call; what arrives meanwhile goes to another thread or waits. The kernel
/// shows the first 15 bytes of `name`, which must not contain U+0000.
pub(crate) fn spawn(
    name: &str,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    if name.contains('\0') {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a thread's name cannot contain U+0000",
        ));
    }
    let _blocked = BlockedSignals::new()?;
    Builder::new()
        .name(name.to_owned())
        .stack_size(STACK_BYTES)
        .spawn(body)
}

/// All signals blocked on this thread until dropped.
struct BlockedSignals {
    before: libc::sigset_t,
}

impl BlockedSignals {
    fn new() -> io::Result<Self> {
        let mut all = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: sigfillset initialises the set it is given, and pthread_sigmask reads only that
        // one; `before` is large enough for the mask written to it.
        let error = unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr())
        };
        if error != 0 {
            return Err(io::Error::from_raw_os_error(error));
        }
        // SAFETY: pthread_sigmask succeeded, so it has written the former mask.
        let before = unsafe { before.assume_init() };
        Ok(Self { before })
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: `before` is a mask the system gave us; the old one is not asked for. The only
        // error is an unknown `how`, which SIG_SETMASK is not.
        unsafe {
            libc::pthread_sigmask(
                libc::SIG_SETMASK,
                &raw const self.before,
                std::ptr::null_mut(),
            )
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// The signals this thread blocks, bit 0 being signal 1.
    #[cfg(target_os = "linux")]
    fn blocked_here() -> u64 {
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let mask = status
            .lines()
            .find_map(|line| line.strip_prefix("SigBlk:"))
            .unwrap();
        u64::from_str_radix(mask.trim(), 16).unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn spawned_thread_blocks_every_signal_and_the_callers_mask_stays() {
        let (sender, receiver) = mpsc::channel();
        let before = blocked_here();
        let thread = spawn("signals", move || sender.send(blocked_here()).unwrap()).unwrap();
        assert_eq!(blocked_here(), before);
        thread.join().unwrap();
        let blocked = receiver.recv().unwrap();
        for signal in (1..=31).filter(|&signal| signal != libc::SIGKILL && signal != libc::SIGSTOP)
        {
            assert_ne!(blocked & (1 << (signal - 1)), 0, "signal {signal} can land");
        }
        assert_ne!(before, blocked);
    }

    #[test]
    fn spawned_thread_has_its_name() {
        let (sender, receiver) = mpsc::channel();
        let body = move || {
            sender
                .send(std::thread::current().name().map(str::to_owned))
                .unwrap()
        };
        spawn("metra-test", body).unwrap().join().unwrap();
        assert_eq!(receiver.recv().unwrap().as_deref(), Some("metra-test"));
    }

    #[test]
    fn name_with_nul_is_refused() {
        let error = spawn("a\0b", || {}).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
