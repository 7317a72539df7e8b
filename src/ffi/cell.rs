//! Cells, as C writes them itself.
//!
//! Their layout is part of the ABI, and the writers in `cbindgen.toml`, which the header ends with, are the other half of
//! this file.

use std::mem::offset_of;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use super::counter::metra_counter;
use super::distribution::metra_distribution;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::meter::metra_meter;
use super::monotonic_counter::metra_monotonic_counter;
use super::status::metra_status;
use crate::cell::{Count, OwnedCell, Stripe};
use crate::error::{Error, ErrorKind};

/// The layout of cells that this header's writers know; what the acquire functions are given.
pub const METRA_CELL_LAYOUT: u32 = 1;

/// The part of a counter that one thread at a time writes, with metra_counter_cell_inc: for one task, one goroutine, one
/// loop. It costs a plain addition, where metra_counter_inc costs a call. It keeps its counter alive.
#[repr(C)]
pub struct metra_counter_cell {
    /// What was counted here; any thread may read it, with a relaxed atomic load.
    pub count: i64,
}

/// The part of a monotonic counter that one thread at a time writes, with metra_monotonic_counter_cell_inc; otherwise as
/// metra_counter_cell.
#[repr(C)]
pub struct metra_monotonic_counter_cell {
    /// What was counted here.
    pub count: i64,
}

/// The part of a meter that one thread at a time writes, with metra_meter_cell_mark_event; otherwise as
/// metra_counter_cell.
#[repr(C)]
pub struct metra_meter_cell {
    /// What was counted here.
    pub count: i64,
}

/// The totals of values but for their count. Zero throughout says nothing about any value.
#[repr(C)]
pub struct metra_distribution_slot {
    /// The sum, of 128 bits in two's complement: the lower half.
    pub sum_low: u64,
    /// The upper half.
    pub sum_high: u64,
    /// How far the smallest value is below INT64_MAX.
    pub below: u64,
    /// How far the largest value is above INT64_MIN.
    pub above: u64,
}

/// A part of a distribution: one that one thread at a time writes, with metra_distribution_cell_update, otherwise as
/// metra_counter_cell; or the shared one, see metra_distribution_shared_cell.
#[repr(C)]
pub struct metra_distribution_cell {
    /// count << 1 | active: how many values there are, and which slot holds their totals. A writer fills the other slot and
    /// then stores the header, so that a reader finds the totals of one moment.
    pub header: u64,
    pub slots: [metra_distribution_slot; 2],
    /// Of a shared cell: 0 while nobody writes.
    pub lock: u64,
    pub reserved: [u64; 6],
}

const _: () = {
    assert!(size_of::<metra_counter_cell>() == size_of::<Count>());
    assert!(size_of::<metra_distribution_cell>() == size_of::<Stripe>());
    assert!(offset_of!(metra_distribution_cell, slots) == 8);
    assert!(offset_of!(metra_distribution_cell, lock) == 72);
    assert!(size_of::<metra_distribution_slot>() == 32);
};

/// Acquires what `own` makes of the metric of `handle`, and gives its address to `out`.
///
/// # Safety
/// `handle` is NULL or an unfreed handle, `out` NULL or writable, and `Shown` is what C sees of a `C`.
unsafe fn acquire<H: Handle, C, Shown>(
    handle: *mut H,
    what: &str,
    layout: u32,
    out: *mut *mut Shown,
    own: impl FnOnce(&Arc<H::Object>) -> OwnedCell<C>,
) -> metra_status {
    guard(|| {
        // SAFETY: as this function's caller promises.
        let (out, metric) = unsafe { (handle::output(out)?, handle::share(handle, what)?) };
        check_layout(layout)?;
        out.give_pointer(own(&metric).into_raw().cast());
        Ok(())
    })
}

fn check_layout(layout: u32) -> Result<(), Error> {
    if layout == METRA_CELL_LAYOUT {
        return Ok(());
    }
    let text = format!("layout {layout} is unknown; right would be {METRA_CELL_LAYOUT}");
    Err(Error::new(ErrorKind::InvalidArgument, text))
}

/// Releases the cell at `cell_or_null`.
///
/// # Safety
/// NULL, or what [`acquire`] gave of a cell of type `C`, not released yet.
unsafe fn release<C, Shown>(cell_or_null: *mut Shown) {
    if let Some(cell) = NonNull::new(cell_or_null) {
        guard_or((), || {
            // SAFETY: as this function's caller promises.
            drop(unsafe { OwnedCell::<C>::from_raw(cell.cast()) });
        });
    }
}

/// The address of the shared part of the metric of `handle`; NULL for NULL.
///
/// # Safety
/// NULL or an unfreed handle.
unsafe fn shared<H: Handle, C, Shown>(
    handle: *mut H,
    address: impl FnOnce(&H::Object) -> NonNull<C>,
) -> *mut Shown {
    guard_or(ptr::null_mut(), || {
        // SAFETY: as this function's caller promises.
        let metric = unsafe { handle::borrow_or_null(handle) };
        metric.map_or(ptr::null_mut(), |metric| address(metric).as_ptr().cast())
    })
}

/// Acquires a part of a counter for one thread at a time, new or released by somebody else; it goes on from what that
/// counted. As many as are acquired at the same time take memory, 64 bytes each, until the counter goes.
///
/// @param counter (nonnull, borrowed) The counter; the cell keeps it alive.
/// @param layout  METRA_CELL_LAYOUT of the header that the writer was compiled with.
/// @param out     (nonnull) Receives an owned cell, or NULL; give it back with metra_counter_cell_release.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_INVALID_ARGUMENT for another layout.
///
/// Thread safety: any thread; it may allocate.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_counter_cell_acquire(
    counter: *mut metra_counter,
    layout: u32,
    out: *mut *mut metra_counter_cell,
) -> metra_status {
    // SAFETY: NULL or valid, as documented above; the layouts are compared above.
    unsafe { acquire(counter, "counter", layout, out, |counter| counter.cell().0) }
}

/// Releases a counter's cell. What it counted stays; it may not be written any more, as its next owner may write.
///
/// @param cell_or_null (consumed) The cell.
///
/// Thread safety: any thread; whoever releases does so after the last write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_counter_cell_release(cell_or_null: *mut metra_counter_cell) {
    // SAFETY: NULL or acquired, as documented above.
    unsafe { release::<Count, _>(cell_or_null) };
}

/// Acquires a part of a monotonic counter for one thread at a time; as metra_counter_cell_acquire.
///
/// @param monotonic_counter (nonnull, borrowed) The monotonic counter; the cell keeps it alive.
/// @param layout            METRA_CELL_LAYOUT of the header that the writer was compiled with.
/// @param out               (nonnull) Receives an owned cell, or NULL; give it back with metra_monotonic_counter_cell_release.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_INVALID_ARGUMENT for another layout.
///
/// Thread safety: any thread; it may allocate.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_monotonic_counter_cell_acquire(
    monotonic_counter: *mut metra_monotonic_counter,
    layout: u32,
    out: *mut *mut metra_monotonic_counter_cell,
) -> metra_status {
    // SAFETY: NULL or valid, as documented above; the layouts are compared above.
    unsafe {
        acquire(
            monotonic_counter,
            "monotonic_counter",
            layout,
            out,
            |counter| counter.cell().0,
        )
    }
}

/// Releases a monotonic counter's cell. What it counted stays.
///
/// @param cell_or_null (consumed) The cell.
///
/// Thread safety: any thread; whoever releases does so after the last write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_monotonic_counter_cell_release(
    cell_or_null: *mut metra_monotonic_counter_cell,
) {
    // SAFETY: NULL or acquired, as documented above.
    unsafe { release::<Count, _>(cell_or_null) };
}

/// Acquires a part of a meter for one thread at a time; as metra_counter_cell_acquire.
///
/// @param meter (nonnull, borrowed) The meter; the cell keeps it alive.
/// @param layout METRA_CELL_LAYOUT of the header that the writer was compiled with.
/// @param out   (nonnull) Receives an owned cell, or NULL; give it back with metra_meter_cell_release.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_INVALID_ARGUMENT for another layout.
///
/// Thread safety: any thread; it may allocate.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_meter_cell_acquire(
    meter: *mut metra_meter,
    layout: u32,
    out: *mut *mut metra_meter_cell,
) -> metra_status {
    // SAFETY: NULL or valid, as documented above; the layouts are compared above.
    unsafe { acquire(meter, "meter", layout, out, |meter| meter.cell().0) }
}

/// Releases a meter's cell. What it counted stays.
///
/// @param cell_or_null (consumed) The cell.
///
/// Thread safety: any thread; whoever releases does so after the last write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_meter_cell_release(cell_or_null: *mut metra_meter_cell) {
    // SAFETY: NULL or acquired, as documented above.
    unsafe { release::<Count, _>(cell_or_null) };
}

/// Acquires a part of a distribution for one thread at a time; as metra_counter_cell_acquire, but it takes 256 bytes.
///
/// @param distribution (nonnull, borrowed) The distribution; the cell keeps it alive.
/// @param layout       METRA_CELL_LAYOUT of the header that the writer was compiled with.
/// @param out          (nonnull) Receives an owned cell, or NULL; give it back with metra_distribution_cell_release.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_INVALID_ARGUMENT for another layout.
///
/// Thread safety: any thread; it may allocate.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_distribution_cell_acquire(
    distribution: *mut metra_distribution,
    layout: u32,
    out: *mut *mut metra_distribution_cell,
) -> metra_status {
    // SAFETY: NULL or valid, as documented above; the layouts are compared above.
    unsafe {
        acquire(distribution, "distribution", layout, out, |distribution| {
            distribution.cell().0
        })
    }
}

/// Releases a distribution's cell. What it counted stays.
///
/// @param cell_or_null (consumed) The cell.
///
/// Thread safety: any thread; whoever releases does so after the last write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_distribution_cell_release(
    cell_or_null: *mut metra_distribution_cell,
) {
    // SAFETY: NULL or acquired, as documented above.
    unsafe { release::<Stripe, _>(cell_or_null) };
}

/// Gives the word of a counter that foreign writers may add to without calling metra: Go with atomic.AddInt64, Java with
/// getAndAdd, C with metra_shared_cell_add. It holds a part of the count only. A plain store, or an addition that is not
/// one atomic instruction, loses what others add.
///
/// @param counter_or_null (borrowed) The counter.
/// @return (borrowed) Valid until the handle is freed; NULL for NULL. Aligned to 8 bytes.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_counter_shared_cell(
    counter_or_null: *mut metra_counter,
) -> *mut i64 {
    // SAFETY: NULL or valid, as documented above.
    unsafe { shared(counter_or_null, |counter| counter.shared_cell()) }
}

/// Gives the word of a monotonic counter that foreign writers may add to; as metra_counter_shared_cell, and only what is
/// positive.
///
/// @param monotonic_counter_or_null (borrowed) The monotonic counter.
/// @return (borrowed) Valid until the handle is freed; NULL for NULL. Aligned to 8 bytes.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_monotonic_counter_shared_cell(
    monotonic_counter_or_null: *mut metra_monotonic_counter,
) -> *mut i64 {
    // SAFETY: NULL or valid, as documented above.
    unsafe { shared(monotonic_counter_or_null, |counter| counter.shared_cell()) }
}

/// Gives the word of a meter that foreign writers may add to; as metra_counter_shared_cell.
///
/// @param meter_or_null (borrowed) The meter.
/// @return (borrowed) Valid until the handle is freed; NULL for NULL. Aligned to 8 bytes.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_meter_shared_cell(meter_or_null: *mut metra_meter) -> *mut i64 {
    // SAFETY: NULL or valid, as documented above.
    unsafe { shared(meter_or_null, |meter| meter.shared_cell()) }
}

/// Gives the part of a distribution that foreign writers may add to without calling metra, with
/// metra_distribution_shared_cell_update or by its protocol.
///
/// @param distribution_or_null (borrowed) The distribution.
/// @return (borrowed) Valid until the handle is freed; NULL for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_distribution_shared_cell(
    distribution_or_null: *mut metra_distribution,
) -> *mut metra_distribution_cell {
    // SAFETY: NULL or valid, as documented above.
    unsafe {
        shared(distribution_or_null, |distribution| {
            distribution.shared_cell()
        })
    }
}
