//! What memory a reading of everything takes.
#![allow(
    clippy::unwrap_used,
    unsafe_code,
    reason = "a test may stop at the first surprise, and an allocator is unsafe by nature"
)]

mod app;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use app::{root, runtime};

/// Notes how much memory a thread has at most.
struct Noting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn note(size: usize, sign: isize) {
    NOW.set(NOW.get() + sign * isize::try_from(size).unwrap_or(isize::MAX));
    MOST.set(MOST.get().max(NOW.get()));
}

// SAFETY: everything is done by the system's allocator; the notes are plain numbers of the thread.
unsafe impl GlobalAlloc for Noting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note(layout.size(), -1);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Noting = Noting;

/// How much a reading of so many groups of 100 metrics takes while it lasts.
fn memory_of_a_reading(groups: usize) -> isize {
    let runtime = runtime(&[]);
    for number in 0..groups {
        let group = root(&runtime).add_key_value("shard", &format!("{number:05}"));
        let group = group.unwrap();
        for name in 0..90 {
            group.counter(&format!("counter{name}")).unwrap();
        }
        for name in 0..10 {
            group.meter(&format!("meter{name}"), 60).unwrap();
        }
    }
    let (before, mut shown) = (NOW.get(), 0);
    MOST.set(before);
    runtime.collect(|_, _| shown += 1).unwrap();
    assert_eq!(shown, groups * 100);
    assert_eq!(NOW.get(), before, "a reading keeps nothing");
    MOST.get() - before
}

#[test]
fn reading_ten_times_as_much_takes_the_same_memory() {
    let few = memory_of_a_reading(20);
    assert!(few > 0, "the memory is not seen");
    assert_eq!(memory_of_a_reading(200), few);
}
