//! Where the kernel and a thread talk about restartable sequences.
//!
//! The C library registers one area for every thread it starts (glibc since 2.35) and says where it lies.

/// The areas of this process's threads, as offsets from each thread's pointer (`%fs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Areas {
    /// Of the area itself; never 0, because there the thread's own description begins.
    pub(crate) start: isize,
    /// Of the word with the number that no two threads have while they run.
    pub(crate) number: isize,
    /// What the number is.
    pub(crate) numbering: Numbering,
}

/// How threads that run at the same time are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(restartable),
    expect(dead_code, reason = "without sequences nobody is numbered")
)]
pub(crate) enum Numbering {
    /// By `mm_cid`: as many numbers as threads of this process ever ran at the same time.
    Concurrency,
    /// By `cpu_id`: as many numbers as processors.
    Processor,
}

#[cfg(restartable)]
mod area {
    use super::{Areas, Numbering};
    use std::ffi::CStr;
    use std::mem::offset_of;

    /// `struct rseq` of `linux/rseq.h`. What is not used is not looked at either.
    #[repr(C)]
    struct Area {
        cpu_id_start: u32,
        cpu_id: u32,
        rseq_cs: u64,
        flags: u32,
        node_id: u32,
        mm_cid: u32,
    }

    const _: () = assert!(offset_of!(Area, cpu_id) == 4 && offset_of!(Area, rseq_cs) == 8);

    /// How much of the area this kernel must at least fill in for it to have `mm_cid`.
    const WITH_MM_CID_BYTES: usize = offset_of!(Area, mm_cid) + size_of::<u32>();

    /// Tells how much of the area this kernel fills in. It does so in every area, because the smallest one that it accepts
    /// has 32 bytes; the C library's `__rseq_size` only says how much of that the library knows.
    const AT_RSEQ_FEATURE_SIZE: libc::c_ulong = 27;

    pub(crate) fn areas() -> Option<Areas> {
        // SAFETY: the C library's symbols of these names have these types, and are set before any code of ours runs.
        let (start, size) = unsafe {
            (
                variable::<isize>(c"__rseq_offset")?,
                variable::<u32>(c"__rseq_size")?,
            )
        };
        // SAFETY: asks for a number; 0 where the kernel has none.
        let features = unsafe { libc::getauxval(AT_RSEQ_FEATURE_SIZE) };
        let features = usize::try_from(features).ok()?;
        // No size means that no area was registered.
        if start == 0 || size == 0 {
            return None;
        }
        let (offset, numbering) = if features >= WITH_MM_CID_BYTES {
            (offset_of!(Area, mm_cid), Numbering::Concurrency)
        } else {
            (offset_of!(Area, cpu_id), Numbering::Processor)
        };
        Some(Areas {
            start,
            number: start.checked_add_unsigned(offset)?,
            numbering,
        })
    }

    /// The value of a variable of a library that is loaded, if there is one of that name.
    ///
    /// # Safety
    /// A variable of this name has type `T` and is not written any more.
    unsafe fn variable<T: Copy>(name: &CStr) -> Option<T> {
        // SAFETY: the name is terminated.
        let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
        // SAFETY: NULL or the address of such a variable.
        unsafe { address.cast::<T>().as_ref() }.copied()
    }
}

/// The areas of this process, if kernel and C library keep any. The answer never changes.
#[cfg(restartable)]
pub(crate) use area::areas;

#[cfg(not(restartable))]
pub(crate) fn areas() -> Option<Areas> {
    None
}

/// How many processors this system has or may get, at least one.
pub(crate) fn processors() -> usize {
    // SAFETY: asks for a number; -1 where there is none.
    let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) };
    usize::try_from(count).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_never_changes() {
        assert_eq!(areas(), areas());
        assert_eq!(processors(), processors());
    }

    #[cfg(restartable)]
    #[test]
    fn number_lies_in_the_area() {
        if let Some(areas) = areas() {
            let expected = match areas.numbering {
                Numbering::Concurrency => 24,
                Numbering::Processor => 4,
            };
            assert_eq!(areas.number - areas.start, expected);
        }
    }
}
