//! The buckets of histograms: which values share one, and which value stands for it.
//!
//! The scheme is the log-linear one of HdrHistogram (Gil Tene): an octave, the values from a power of two to the next,
//! is cut into equal parts. Ours has a fixed resolution of 64 parts and covers all of `i64`; negative values are
//! mirrored. A part is then at most 1/64 of any of its values wide, so the middle is off by at most 1/128 (0.8 %), and
//! magnitudes below 128 have a bucket each.

/// Buckets per octave; a power of two. Models have few.
pub(super) const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = if cfg!(loom) { 1 } else { 6 };

/// Octaves of one sign: the values below [`PARTS`], then one for each power of two up to 2^62.
const OCTAVES_PER_SIGN: usize = 64 - PART_BITS as usize;

/// Numbers that a bucket may have, more than there are: whole pages of words for each sign.
pub(super) const NUMBERS: usize = 128 * PARTS;

/// The number of the bucket that 0 is in.
const ZERO: u16 = NUMBERS as u16 / 2;

const _: () = assert!(OCTAVES_PER_SIGN * PARTS <= NUMBERS / 2);

/// One bucket: a number below [`NUMBERS`] that grows with the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bucket(u16);

impl Bucket {
    /// The bucket of `value`.
    #[inline]
    pub(super) fn of(value: i64) -> Self {
        let mirror = value >> 63;
        let magnitude = (value ^ mirror).cast_unsigned();
        // What is below PARTS counts as if it had the highest bit of the first octave.
        let highest_bit = 63 - (magnitude | (PARTS as u64 - 1)).leading_zeros();
        let octave = highest_bit + 1 - PART_BITS;
        let part = (magnitude >> width_bits(octave)) & (PARTS as u64 - 1);
        // Fits: there are OCTAVES_PER_SIGN * PARTS numbers of one sign.
        let number = (u64::from(octave) << PART_BITS | part) as u16;
        Self(ZERO.wrapping_add(number ^ mirror as u16))
    }

    /// The bucket of this number.
    pub(super) fn numbered(number: usize) -> Option<Self> {
        (number < NUMBERS).then_some(Self(number as u16))
    }

    /// Its number.
    #[inline]
    pub(super) fn number(self) -> usize {
        usize::from(self.0)
    }

    /// The first bucket of the octave that this one is in.
    pub(super) fn octave(self) -> Self {
        Self(self.0 & !(PARTS as u16 - 1))
    }

    /// The middles of [`PARTS`] buckets of one octave, of which this is the first: they are as far apart as buckets are wide.
    pub(super) fn middles(self) -> impl Iterator<Item = i64> {
        let first = self.middle();
        let width = Self(self.0 + 1).middle() - first;
        (0..PARTS as i64).map(move |part| first + part * width)
    }

    /// The value that stands for all in the bucket: the one in its middle.
    pub(crate) fn middle(self) -> i64 {
        self.outside_in(|low, width| low + (width - 1) / 2)
    }

    /// The largest value in the bucket.
    #[cfg(test)]
    pub(crate) fn upper(self) -> i64 {
        if self.0 < ZERO {
            self.outside_in(|low, _| low)
        } else {
            self.outside_in(|low, width| low + (width - 1))
        }
    }

    /// Picks a value by the bucket's magnitude that is nearest to zero and its width, and gives it the bucket's sign.
    fn outside_in(self, pick: impl FnOnce(i64, i64) -> i64) -> i64 {
        let mirror = if self.0 < ZERO { u16::MAX } else { 0 };
        let number = self.0.wrapping_sub(ZERO) ^ mirror;
        let octave = u32::from(number) >> PART_BITS;
        let part = i64::from(number) & (PARTS as i64 - 1);
        let highest_bit = if octave == 0 { 0 } else { PARTS as i64 };
        let width_bits = width_bits(octave);
        let value = pick((highest_bit | part) << width_bits, 1 << width_bits);
        if mirror == 0 { value } else { !value }
    }
}

/// The binary logarithm of the width of an octave's buckets; the first two octaves have single values.
fn width_bits(octave: u32) -> u32 {
    octave.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ONE_SIGN: usize = OCTAVES_PER_SIGN * PARTS;

    fn all() -> impl Iterator<Item = Bucket> {
        let zero = usize::from(ZERO);
        (zero - OF_ONE_SIGN..zero + OF_ONE_SIGN).filter_map(Bucket::numbered)
    }

    #[test]
    fn buckets_cover_all_values_without_gap_or_overlap() {
        let mut lower = i64::MIN;
        for bucket in all() {
            assert_eq!(Bucket::of(lower), bucket);
            assert_eq!(Bucket::of(bucket.upper()), bucket);
            assert_eq!(Bucket::of(bucket.middle()), bucket);
            assert_eq!(Bucket::numbered(bucket.number()), Some(bucket));
            lower = bucket.upper().wrapping_add(1);
        }
        assert_eq!(lower, i64::MIN, "the last bucket ends with i64::MAX");
    }

    #[test]
    fn middle_is_off_by_less_than_one_percent() {
        let mut lower = i64::MIN;
        for bucket in all() {
            let middle = i128::from(bucket.middle());
            for value in [lower, bucket.upper()].map(i128::from) {
                assert!(
                    (value - middle).abs() * 128 <= value.abs(),
                    "{value} in {bucket:?}"
                );
            }
            lower = bucket.upper().wrapping_add(1);
        }
    }

    #[test]
    fn middles_of_an_octave_are_those_of_its_buckets() {
        let buckets: Vec<Bucket> = all().collect();
        for octave in buckets.chunks(PARTS) {
            let middles: Vec<i64> = octave.iter().map(|bucket| bucket.middle()).collect();
            for bucket in octave {
                let first = bucket.octave();
                assert!(first.middles().eq(middles.iter().copied()));
            }
        }
    }

    #[test]
    fn small_values_have_a_bucket_each() {
        for value in -128..=127 {
            assert_eq!(Bucket::of(value).middle(), value);
            assert_eq!(Bucket::of(value).upper(), value);
        }
    }

    #[test]
    fn order_of_buckets_is_order_of_values() {
        let values = [
            i64::MIN,
            -4_000_000,
            -1000,
            -1,
            0,
            1,
            127,
            1000,
            1 << 40,
            i64::MAX,
        ];
        assert!(values.map(Bucket::of).is_sorted());
        assert_eq!(
            Bucket::of(i64::MIN).number(),
            usize::from(ZERO) - OF_ONE_SIGN
        );
        assert_eq!(
            Bucket::of(i64::MAX).number(),
            usize::from(ZERO) + OF_ONE_SIGN - 1
        );
    }
}
