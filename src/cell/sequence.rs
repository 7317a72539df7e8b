//! Updates of the memory that belongs to the processor they run on, in restartable sequences.
//!
//! A thread announces a range of instructions; if the kernel takes the processor away, moves the thread, or delivers a
//! signal inside the range, it continues at the range's abort handler, which begins again. So whatever the range read
//! belongs to one processor and nobody else was there, and its last instruction is the only one that may be seen. No
//! instruction locks anything. The protocol is that of Linux's `rseq` system call (Desnoyers); see also the kernel's
//! `tools/testing/selftests/rseq`.
//!
//! **What would break it:** anything inside a range that a second run would do twice before the last instruction; a
//! second writer of the same word that is not such a sequence, because it would write between the reading and the
//! writing of one; and a number of the slab that is read before the range begins, because the thread may be elsewhere
//! by then.
//!
//! A debugger's single step never leaves a range, as every step ends in the abort handler.

use std::arch::asm;

use super::path::{AREA, CPU_REACHED, NUMBER_OFFSET};

/// The binary logarithm of the distance between the slabs of two processors, in bytes.
pub(super) const SLAB_SHIFT: u32 = 16;

/// The offsets in a thread's area, `struct rseq` of `linux/rseq.h`.
const CPU_ID: usize = 4;
const RSEQ_CS: usize = 8;

/// What the kernel wants to find in front of an abort handler.
const SIGNATURE: u32 = 0x5305_3053;

/// Whether there are sequences in this process.
#[inline(always)]
pub(super) fn exist() -> bool {
    area() != 0
}

/// The offset of this thread's area; 0 if there is none. In assembly, because the compiler would load the variable's
/// address from a table first.
#[inline(always)]
fn area() -> isize {
    let area;
    // SAFETY: reads a variable that is never written once there is a cell to update.
    unsafe {
        asm!(
            ".hidden {variable}", "movq {variable}(%rip), {area}",
            variable = sym AREA, area = out(reg) area,
            options(att_syntax, nostack, readonly, preserves_flags)
        );
    }
    area
}

/// Runs instructions as a sequence, or those of a block of Rust if this thread has no slab now.
///
/// The instructions find the distance of their slab from the first one in `{at}`, and may change that register. Every
/// operand stays as it is until the end, because the instructions may run again.
macro_rules! sequence {
    ($($instruction:literal)+, $area:expr, $without:block, $($operands:tt)+) => {
        asm!(
            // The range: version and flags, where it begins, how long it is, where it aborts to.
            ".pushsection __rseq_cs, \"aw\"", ".balign 32", "3:", ".long 0, 0", ".quad 4f, 5f - 4f, 6f", ".popsection",
            // Variables of this module, which no other one defines: so they can be addressed from here.
            ".hidden {number}", ".hidden {reached}",
            // In front of it: a thread that the kernel does not know has a negative processor.
            "cmpl $0, %fs:{cpu_id}({area})", "jl {without}",
            "2:", "leaq 3b(%rip), {at}", "movq {at}, %fs:{rseq_cs}({area})",
            "4:", "movq {number}(%rip), {at}", "movl %fs:({at}), {at:e}",
            "cmpl {reached}(%rip), {at:e}", "jae {without}", "shlq ${shift}, {at}",
            $($instruction,)+
            "5:",
            ".pushsection __rseq_failure, \"ax\"", ".byte 0x0f, 0xb9, 0x3d", ".long {signature}", "6:", "jmp 2b", ".popsection",
            area = in(reg) $area, at = out(reg) _, without = label $without,
            cpu_id = const CPU_ID, rseq_cs = const RSEQ_CS, shift = const SLAB_SHIFT, signature = const SIGNATURE,
            number = sym NUMBER_OFFSET, reached = sym CPU_REACHED,
            $($operands)+,
            options(att_syntax, nostack)
        )
    };
}

/// Adds `n`, wrapping, to this processor's word; whether there is one that sequences may write.
///
/// # Safety
/// `first` is the word in the first slab of a chunk whose slabs lie `1 << SLAB_SHIFT` bytes apart and are at least as
/// many as sequences were let to reach, and which stays for the call. Of this word nothing but this function writes
/// what lies in those slabs.
#[inline(always)]
pub(super) unsafe fn add(first: *mut i64, n: i64) -> bool {
    let area = area();
    if area == 0 {
        return false;
    }
    // SAFETY: the sequence writes one word, in its last instruction: that of the caller's promise.
    unsafe {
        sequence!(
            "addq {n}, ({first},{at})",
            area, { return false },
            first = in(reg) first, n = in(reg) n
        );
    }
    true
}

/// Adds one value to this processor's stripe; whether there is one that sequences may write.
///
/// The layout is that of [`Stripe`](super::stripe::Stripe): what the idle slot will hold is computed from the active one,
/// and the header's store commits it.
///
/// # Safety
/// As [`add`], with a stripe in place of the word.
#[inline(always)]
pub(super) unsafe fn update(first: *mut u64, value: i64) -> bool {
    let area = area();
    if area == 0 {
        return false;
    }
    // SAFETY: the sequence writes the idle slot, which nobody reads before the header names it, and in its last
    // instruction the header.
    unsafe {
        sequence!(
            "addq {first}, {at}"
            "movq ({at}), {header}"
            "movl {header:e}, {active:e}" "andl $1, {active:e}" "shll $5, {active:e}" "leaq 8({at},{active}), {active}"
            "leaq 48({at},{at}), {idle}" "subq {active}, {idle}"
            // The sum, in two halves.
            "movq {value}, {part}" "sarq $63, {part}"
            "movq ({active}), {word}" "addq {value}, {word}" "movq {word}, ({idle})"
            "adcq 8({active}), {part}" "movq {part}, 8({idle})"
            // The distance of the largest from the least of all numbers, then that of the smallest from the greatest.
            "movq {value}, {part}" "btcq $63, {part}"
            "movq 24({active}), {word}" "cmpq {part}, {word}" "cmovbq {part}, {word}" "movq {word}, 24({idle})"
            "notq {part}"
            "movq 16({active}), {word}" "cmpq {part}, {word}" "cmovbq {part}, {word}" "movq {word}, 16({idle})"
            // One value more, and the other slot.
            "addq $2, {header}" "xorq $1, {header}" "movq {header}, ({at})",
            area, { return false },
            first = in(reg) first, value = in(reg) value,
            header = out(reg) _, active = out(reg) _, idle = out(reg) _, word = out(reg) _, part = out(reg) _
        );
    }
    true
}

/// What a batch adds to a stripe, in the stripe's own terms.
#[repr(C)]
pub(super) struct Addend {
    /// Twice the number of values.
    pub(super) header: u64,
    pub(super) sum_low: u64,
    pub(super) sum_high: u64,
    pub(super) below: u64,
    pub(super) above: u64,
}

/// Adds many values to this processor's stripe at once; whether there is one that sequences may write.
///
/// # Safety
/// As [`update`].
pub(super) unsafe fn merge(first: *mut u64, addend: &Addend) -> bool {
    let area = area();
    if area == 0 {
        return false;
    }
    // SAFETY: as in `update`; the addend is only read.
    unsafe {
        sequence!(
            "addq {first}, {at}"
            "movq ({at}), {header}"
            "movl {header:e}, {active:e}" "andl $1, {active:e}" "shll $5, {active:e}" "leaq 8({at},{active}), {active}"
            "leaq 48({at},{at}), {idle}" "subq {active}, {idle}"
            "movq 8({addend}), {word}" "movq 16({addend}), {part}"
            "addq ({active}), {word}" "movq {word}, ({idle})"
            "adcq 8({active}), {part}" "movq {part}, 8({idle})"
            "movq 32({addend}), {part}"
            "movq 24({active}), {word}" "cmpq {part}, {word}" "cmovbq {part}, {word}" "movq {word}, 24({idle})"
            "movq 24({addend}), {part}"
            "movq 16({active}), {word}" "cmpq {part}, {word}" "cmovbq {part}, {word}" "movq {word}, 16({idle})"
            "addq ({addend}), {header}" "xorq $1, {header}" "movq {header}, ({at})",
            area, { return false },
            first = in(reg) first, addend = in(reg) addend,
            header = out(reg) _, active = out(reg) _, idle = out(reg) _, word = out(reg) _, part = out(reg) _
        );
    }
    true
}

/// The number of the slab that this thread would write now; `None` if the kernel does not know the thread.
///
/// Only where sequences [`exist`].
pub(super) fn number() -> Option<u32> {
    let area = area();
    let (processor, number): (u64, u64);
    // SAFETY: reads two words of this thread's area.
    unsafe {
        asm!(
            "movl %fs:{cpu_id}({area}), {processor:e}",
            ".hidden {offset}", "movq {offset}(%rip), {number}",
            "movl %fs:({number}), {number:e}",
            area = in(reg) area, processor = out(reg) processor, number = out(reg) number,
            offset = sym NUMBER_OFFSET, cpu_id = const CPU_ID,
            options(att_syntax, nostack, readonly, preserves_flags)
        );
    }
    // Numbers of 32 bits, of which the processor's has a sign.
    (processor >> 31 == 0).then_some(number as u32)
}
