//! The histograms of `hdrhistogram`, all of the same range.

use hdrhistogram::Histogram;

use crate::harness::made;

/// Values may have so many bits.
pub const BITS: u32 = 20;

/// A histogram of so many decimal digits.
pub fn histogram(digits: u8) -> Histogram<u64> {
    made(Histogram::new_with_bounds(1, 1 << BITS, digits))
}
