//! Memory of which only the pages that were touched exist.

use std::ptr::NonNull;

/// A range of addresses, zero throughout at first. A page of it takes memory from the first write on.
#[derive(Debug)]
pub(crate) struct Region {
    start: NonNull<u8>,
    bytes: usize,
}

// SAFETY: a region is memory and nothing else; who may use which part of it is said by whoever hands the parts out.
unsafe impl Send for Region {}
// SAFETY: as above; through a shared region there are only addresses to be had.
unsafe impl Sync for Region {}

#[cfg(not(miri))]
impl Region {
    /// Reserves `bytes`, not 0, up to the end of a page; `None` if the system has no such range left.
    ///
    /// Huge pages are declined: one write would bring two megabytes. What the caller's thread has in `errno` stays, because
    /// a signal handler may come here.
    pub(crate) fn reserve(bytes: usize) -> Option<Self> {
        let _kept = Errno::keep();
        const PROTECTION: libc::c_int = libc::PROT_READ | libc::PROT_WRITE;
        const FLAGS: libc::c_int = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE;
        // SAFETY: the system chooses an address where nothing is.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), bytes, PROTECTION, FLAGS, -1, 0) };
        if start == libc::MAP_FAILED {
            return None;
        }
        #[cfg(target_os = "linux")]
        // SAFETY: the range was mapped just now. A kernel without huge pages refuses, and nothing is lost by that.
        unsafe {
            libc::madvise(start, bytes, libc::MADV_NOHUGEPAGE)
        };
        let start = NonNull::new(start.cast())?;
        Some(Self { start, bytes })
    }
}

/// What `errno` was, put back when this is dropped.
#[cfg(not(miri))]
struct Errno {
    #[cfg(target_os = "linux")]
    number: libc::c_int,
}

#[cfg(all(target_os = "linux", not(miri)))]
impl Errno {
    fn keep() -> Self {
        // SAFETY: the C library's address of this thread's number is always valid.
        let number = unsafe { *libc::__errno_location() };
        Self { number }
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
impl Drop for Errno {
    fn drop(&mut self) {
        // SAFETY: as in `keep`.
        unsafe { *libc::__errno_location() = self.number };
    }
}

#[cfg(all(not(target_os = "linux"), not(miri)))]
impl Errno {
    fn keep() -> Self {
        Self {}
    }
}

#[cfg(not(miri))]
impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: mapped in `reserve`, and whoever drops a region has no use for its memory left.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.bytes) };
    }
}

/// The interpreter knows the allocator better than the system.
#[cfg(miri)]
impl Region {
    const ALIGN: usize = 4096;

    pub(crate) fn reserve(bytes: usize) -> Option<Self> {
        let layout = std::alloc::Layout::from_size_align(bytes, Self::ALIGN).ok()?;
        // SAFETY: the size is not zero.
        let start = NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) })?;
        Some(Self { start, bytes })
    }
}

#[cfg(miri)]
impl Drop for Region {
    fn drop(&mut self) {
        if let Ok(layout) = std::alloc::Layout::from_size_align(self.bytes, Self::ALIGN) {
            // SAFETY: allocated in `reserve` with this layout.
            unsafe { std::alloc::dealloc(self.start.as_ptr(), layout) };
        }
    }
}

impl Region {
    /// The first address, at the beginning of a page.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }
}

/// Makes whole pages zero again and gives their memory back where the system can.
///
/// # Safety
/// The range consists of whole pages of one [`Region`], and the caller alone uses it.
pub(crate) unsafe fn forget_pages(start: NonNull<u8>, bytes: usize) {
    #[cfg(all(target_os = "linux", not(miri)))]
    // SAFETY: pages of a private mapping without a file read as zero after this; the caller alone uses them.
    if unsafe { libc::madvise(start.as_ptr().cast(), bytes, libc::MADV_DONTNEED) } == 0 {
        return;
    }
    // SAFETY: the range is the caller's alone.
    unsafe { start.write_bytes(0, bytes) };
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const BYTES: usize = 1 << 20;

    fn word(region: &Region, offset: usize) -> NonNull<u64> {
        assert!(offset + 8 <= BYTES);
        // SAFETY: the region is that large.
        unsafe { region.start().add(offset) }.cast()
    }

    #[test]
    fn region_is_zero_and_can_be_written_to_its_end() {
        let region = Region::reserve(BYTES).unwrap();
        for offset in [0, 4096, BYTES - 8] {
            let word = word(&region, offset);
            // SAFETY: the words lie in the region, which nobody else knows.
            unsafe {
                assert_eq!(word.read(), 0);
                word.write(7);
                assert_eq!(word.read(), 7);
            }
        }
    }

    #[test]
    fn forgotten_pages_are_zero_and_their_neighbours_are_not() {
        let region = Region::reserve(BYTES).unwrap();
        // SAFETY: whole pages and words of a region that nobody else knows.
        unsafe {
            for page in 0..4 {
                word(&region, page * 4096).write(page as u64 + 1);
            }
            forget_pages(region.start().add(4096), 2 * 4096);
            let after: Vec<u64> = (0..4)
                .map(|page| word(&region, page * 4096).read())
                .collect();
            assert_eq!(after, [1, 0, 0, 4]);
        }
    }

    #[cfg(not(miri))]
    #[test]
    fn range_that_no_system_has_is_refused() {
        assert!(Region::reserve(1 << 60).is_none());
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    #[test]
    fn refusal_leaves_errno_alone() {
        // SAFETY: the address of this thread's number.
        let errno = unsafe { libc::__errno_location() };
        // SAFETY: as above.
        unsafe { *errno = libc::EINTR };
        assert!(Region::reserve(1 << 60).is_none());
        // SAFETY: as above.
        assert_eq!(unsafe { *errno }, libc::EINTR);
    }
}
