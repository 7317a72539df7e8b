//! Arrays of values that come in.

/// The values at `values_or_null`; none if it is NULL.
///
/// # Safety
/// NULL, or `count` values that stay and are not written for `'a`.
pub(super) unsafe fn values<'a>(values_or_null: *const i64, count: usize) -> &'a [i64] {
    if values_or_null.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: not NULL, so there are as many values as the caller promises.
    unsafe { std::slice::from_raw_parts(values_or_null, count) }
}
