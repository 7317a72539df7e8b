//! What memory this process uses.

use crate::harness::fail;

/// Bytes in use: of the heap, as malloc counts them, and of pages in memory.
pub struct Memory {
    pub heap: f64,
    pub resident: f64,
}

impl Memory {
    pub fn now() -> Self {
        // SAFETY: none of these calls has conditions.
        let (info, page_size) = unsafe {
            libc::malloc_trim(0);
            (libc::mallinfo2(), libc::sysconf(libc::_SC_PAGESIZE))
        };
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let resident = pages
            .split(' ')
            .nth(1)
            .and_then(|pages| pages.parse::<f64>().ok());
        let Some(resident) = resident else {
            fail("/proc/self/statm is unreadable");
        };
        Self {
            heap: (info.uordblks + info.hblkhd) as f64,
            resident: resident * page_size as f64,
        }
    }
}
