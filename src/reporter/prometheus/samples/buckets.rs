//! The samples of a histogram with buckets.

use super::super::blocks::BlockId;
use super::super::text::{Number, push_all, push_number};
use super::Samples;
use crate::metric::Histogram;

impl Samples<'_> {
    /// Writes a bucket for every power of two, count and sum.
    pub(super) fn buckets(&mut self, block: BlockId, histogram: &Histogram) {
        let octaves = histogram.octaves(self.tally);
        if self.wants("_bucket") {
            for (threshold, count) in octaves.cumulative {
                if self.forbids(Number::Whole(threshold)) {
                    continue;
                }
                self.bucket(block, count, |out| push_threshold(out, threshold));
            }
            self.bucket(block, octaves.count, |out| out.extend_from_slice(b"+Inf"));
        }
        self.count_and_sum(block, octaves.count.cast_signed(), octaves.sum);
    }

    fn bucket(&mut self, block: BlockId, count: u64, threshold: impl FnOnce(&mut Vec<u8>)) {
        self.begin_labels("_bucket", block);
        self.push("le=\"");
        threshold(self.out);
        self.push("\"} ");
        self.value(Number::Whole(count.cast_signed()));
    }
}

/// Writes the value of a label `le`: as Go writes floating point numbers, from a million on with an exponent, and with `.0`
/// otherwise.
///
/// As a label a number is a text, and OpenMetrics says which of several texts it is.
fn push_threshold(out: &mut Vec<u8>, threshold: i64) {
    if threshold.unsigned_abs() < 1_000_000 {
        push_number(out, Number::Whole(threshold));
        out.extend_from_slice(b".0");
        return;
    }
    let scientific = format!("{:e}", threshold as f64);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let link = if exponent.len() < 2 { "e+0" } else { "e+" };
    push_all(out, &[digits, link, exponent]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_spelled_as_openmetrics_asks() {
        for (threshold, expected) in [
            (0, "0.0"),
            (-5, "-5.0"),
            (524_287, "524287.0"),
            (1_000_000, "1e+06"),
            (1_048_575, "1.048575e+06"),
            (-1_048_577, "-1.048577e+06"),
            (1_099_511_627_775, "1.099511627775e+12"),
            (i64::MAX >> 1, "4.611686018427388e+18"),
        ] {
            let mut out = Vec::new();
            push_threshold(&mut out, threshold);
            assert_eq!(out, expected.as_bytes());
        }
    }
}
