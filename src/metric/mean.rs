//! The mean of whole numbers.

/// The double nearest to the quotient of the sum and the count of some numbers; 0 if there are none. So it lies between the
/// doubles nearest to the smallest and the largest of them.
///
/// Dividing the sum as a double would round twice. So the quotient is taken in whole numbers, of the sum moved as far
/// left as it goes: it has at least 64 bits then, more than a double keeps, and its last bit is set if there is a
/// remainder, so that a quotient just above the middle between two doubles is not taken for the middle.
pub(super) fn mean(sum: i128, count: u64) -> f64 {
    let (magnitude, count) = (sum.unsigned_abs(), u128::from(count));
    if magnitude == 0 || count == 0 {
        return 0.0;
    }
    let shift = magnitude.leading_zeros();
    let moved = magnitude << shift;
    let quotient = (moved / count) | u128::from(!moved.is_multiple_of(count));
    let mean = quotient as f64 / (1_u128 << shift) as f64;
    if sum < 0 { -mean } else { mean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_is_the_nearest_double() {
        for (sum, count) in [(10, 3), (-10, 3), (1, 49), (123_456_789, 1_000), (7, 7)] {
            assert_eq!(mean(sum, count), sum as f64 / count as f64);
        }
        // 2^53 + 1 is in the middle between two doubles and goes to the even one below; a trace more goes above.
        let (count, middle) = (1_u64 << 40, ((1_i128 << 53) + 1) << 40);
        assert_eq!(mean(middle, count), 9_007_199_254_740_992.0);
        assert_eq!(mean(middle + 1, count), 9_007_199_254_740_994.0);
        assert_eq!(mean(i128::MIN, 1), -((1_u128 << 127) as f64));
        assert_eq!(mean(1, 1 << 63), 1.0 / (1_u64 << 63) as f64);
    }
}
