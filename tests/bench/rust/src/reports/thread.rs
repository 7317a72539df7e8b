//! The thread of a reporter, and the processor's time that it has had.

use std::fs;
use std::thread::yield_now;
use std::time::{Duration, Instant};

use crate::harness::{fail, made};

const NAME: &str = "metra-reporter";
const PATIENCE: Duration = Duration::from_secs(10);

/// The threads of all reporters of this process.
pub struct Threads(Vec<i32>);

impl Threads {
    pub fn now() -> Self {
        let tasks = made(fs::read_dir("/proc/self/task"));
        let ids = tasks.filter_map(|task| {
            let task = task.ok()?;
            // One that has ended meanwhile has no name.
            let name = fs::read_to_string(task.path().join("comm")).ok()?;
            let id = task.file_name().to_string_lossy().parse();
            (name.trim_end() == NAME).then(|| made(id))
        });
        Self(ids.collect())
    }

    /// Waits for one more: threads get their names when they are running.
    pub fn wait_for_next(self) -> Thread {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let next = Self::now().0.into_iter().find(|id| !self.0.contains(id));
            if let Some(id) = next {
                return Thread(id);
            }
            yield_now();
        }
        fail("a reporter has no thread")
    }
}

/// One thread.
pub struct Thread(i32);

impl Thread {
    /// The calling thread.
    pub fn current() -> Self {
        // SAFETY: takes nothing.
        Self(unsafe { libc::gettid() })
    }

    /// How long it was on a processor, in nanoseconds.
    pub fn processor_ns(&self) -> f64 {
        // What pthread_getcpuclockid says for this thread, whose handle nobody here has.
        let clock = (!self.0 << 3) | 6;
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the pointer is valid.
        if unsafe { libc::clock_gettime(clock, &mut time) } != 0 {
            fail("the processor time of a thread is unknown");
        }
        time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
    }
}
