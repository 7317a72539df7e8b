//! What values have in common.

/// Sums of this many halves of 32 bits do not overflow.
const SUMMED_AT_ONCE: usize = 1 << 16;

/// Count, sum, minimum and maximum of some values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// How many values there are.
    pub(crate) count: i64,
    /// Their sum, exact.
    pub(crate) sum: i128,
    /// The smallest; 0 if there is none.
    pub(crate) min: i64,
    /// The largest; 0 if there is none.
    pub(crate) max: i64,
}

impl Totals {
    /// The totals of one value.
    #[inline]
    pub(super) fn of(value: i64) -> Self {
        Self {
            count: 1,
            sum: value.into(),
            min: value,
            max: value,
        }
    }

    /// The totals of many values; [`None`] if there are none.
    pub(super) fn of_all(values: &[i64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has these instructions.
            return Some(unsafe { Self::gathered_by_avx2(values) });
        }
        Some(Self::gathered(values))
    }

    /// The totals of at least one value, in one pass. The sum is taken in halves, of which a part of `SUMMED_AT_ONCE` values
    /// fits into 64 bits: so several values can be gathered by one instruction.
    #[inline(always)]
    fn gathered(values: &[i64]) -> Self {
        let (mut sum, mut min, mut max) = (0, i64::MAX, i64::MIN);
        for part in values.chunks(SUMMED_AT_ONCE) {
            let (mut low, mut high) = (0, 0);
            for value in part {
                low += value & i64::from(u32::MAX);
                high += value >> 32;
                min = min.min(*value);
                max = max.max(*value);
            }
            sum += (i128::from(high) << 32) + i128::from(low);
        }
        Self {
            count: values.len() as i64,
            sum,
            min,
            max,
        }
    }

    /// The same with instructions that not every processor has, four values at a time.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn gathered_by_avx2(values: &[i64]) -> Self {
        Self::gathered(values)
    }

    pub(super) fn merge(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        if other.count == 0 {
            return self;
        }
        Self {
            count: self.count.wrapping_add(other.count),
            sum: self.sum.wrapping_add(other.sum),
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    /// The sum as far as 64 bits go.
    pub(crate) fn saturated_sum(&self) -> i64 {
        let limit = if self.sum < 0 { i64::MIN } else { i64::MAX };
        i64::try_from(self.sum).unwrap_or(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_of_many_are_those_of_each_merged() {
        let spread = |number: i64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed());
        for count in [1, 2, 3, 5, 64, 1001] {
            let values: Vec<i64> = (1..=count).map(spread).collect();
            let each = values.iter().copied().map(Totals::of);
            let merged = each.fold(Totals::default(), Totals::merge);
            assert_eq!(Totals::of_all(&values), Some(merged));
            assert_eq!(Totals::gathered(&values), merged);
        }
        assert_eq!(Totals::of_all(&[]), None);
    }

    #[test]
    fn long_rows_of_extremes_do_not_overflow() {
        let count = 2 * SUMMED_AT_ONCE + 1;
        for value in [i64::MIN, i64::MAX, -1] {
            let totals = Totals::of_all(&vec![value; count]);
            let sum = i128::from(value) * count as i128;
            assert_eq!(totals.map(|totals| totals.sum), Some(sum));
        }
    }
}
