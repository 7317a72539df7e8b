//! One word of each thread, 0 at first.
//!
//! A thread-local variable of a shared library is found by a function call, which costs a quarter of an update. So where
//! glibc is, this one asks for a place in the block that every thread has from its start, of which glibc keeps some free
//! for libraries that are loaded later.

pub(crate) use word::{get, set};

#[cfg(restartable)]
mod word {
    use std::arch::{asm, global_asm};

    global_asm!(
        ".pushsection .tbss.metra_thread_word, \"awT\", @nobits",
        ".globl metra_thread_word",
        ".hidden metra_thread_word",
        ".type metra_thread_word, @object",
        ".size metra_thread_word, 4",
        ".balign 4",
        "metra_thread_word: .zero 4",
        ".popsection",
        options(att_syntax)
    );

    #[inline]
    pub(crate) fn get() -> u32 {
        let value: u64;
        // SAFETY: reads the variable defined above, of this thread.
        unsafe {
            asm!(
                "movq metra_thread_word@gottpoff(%rip), {value}",
                "movl %fs:({value}), {value:e}",
                value = out(reg) value,
                options(att_syntax, nostack, readonly, preserves_flags)
            );
        }
        // The upper half is zero.
        value as u32
    }

    pub(crate) fn set(value: u32) {
        // SAFETY: writes the variable defined above, of this thread, which no Rust reference leads to.
        unsafe {
            asm!(
                "movq metra_thread_word@gottpoff(%rip), {offset}",
                "movl {value:e}, %fs:({offset})",
                offset = out(reg) _,
                value = in(reg) u64::from(value),
                options(att_syntax, nostack, preserves_flags)
            );
        }
    }
}

#[cfg(not(restartable))]
mod word {
    use std::cell::Cell;

    thread_local! {
        static VALUE: Cell<u32> = const { Cell::new(0) };
    }

    pub(crate) fn get() -> u32 {
        VALUE.get()
    }

    pub(crate) fn set(value: u32) {
        VALUE.set(value);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_thread_has_its_own() {
        let change = |value| {
            let before = get();
            set(value);
            (before, get())
        };
        let threads: Vec<_> = (1..5)
            .map(|value| std::thread::spawn(move || change(value)))
            .collect();
        let seen: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(seen, [(0, 1), (0, 2), (0, 3), (0, 4)]);
    }
}
