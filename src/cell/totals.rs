//! What values have in common.

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
        Some(Self {
            count: values.len() as i64,
            sum: values.iter().map(|value| i128::from(*value)).sum(),
            min: values.iter().copied().min()?,
            max: values.iter().copied().max()?,
        })
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
