//! Metrics with the one point that each has.

use super::exponential::{Exponential, Side};
use super::schema::{
    buckets, data, exponential, histogram, metric, number, point, quantile_value, scope_metrics,
    summary,
};
use super::writer::{Field, Writer};
use crate::metric::HistogramReading;

/// What all metrics have, whatever their type.
pub(super) struct Head<'a> {
    /// The name, in parts.
    pub(super) name: [&'a [u8]; 3],
    /// The field of attributes as it is written; empty without any.
    pub(super) attributes: &'a [u8],
    /// When what the point says begins, in nanoseconds since 1970-01-01; 0 if that means nothing.
    pub(super) start: u64,
    /// When it was true.
    pub(super) time: u64,
}

/// What the sums, counts and buckets of a point are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Temporality {
    /// What came since the last point.
    Delta = 1,
    /// Everything since a start that stays the same.
    Cumulative = 2,
}

/// A number of either type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i64),
    Double(f64),
}

/// Count, sum and extremes of some values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Summed {
    pub(super) count: u64,
    /// Nothing if there are values below 0: it would not be monotonic, and receivers take it for that.
    pub(super) sum: Option<f64>,
    /// The smallest and the largest, if they are known.
    pub(super) extremes: Option<(f64, f64)>,
}

impl Summed {
    /// Of so many values with this sum, where the smallest ever was `lowest`.
    pub(super) fn of(count: u64, sum: i64, lowest: i64, extremes: Option<(i64, i64)>) -> Self {
        let extremes = extremes.filter(|_| count > 0);
        Self {
            count,
            sum: (lowest >= 0).then_some(sum as f64),
            extremes: extremes.map(|(min, max)| (min as f64, max as f64)),
        }
    }
}

/// Writes a gauge.
pub(super) fn write_gauge(writer: &mut Writer, head: &Head<'_>, number: Number) {
    write_metric(writer, head, metric::GAUGE, |writer| {
        write_number(writer, head, number);
    });
}

/// Writes a sum.
pub(super) fn write_sum(
    writer: &mut Writer,
    head: &Head<'_>,
    sum: i64,
    temporality: Temporality,
    is_monotonic: bool,
) {
    write_metric(writer, head, metric::SUM, |writer| {
        write_number(writer, head, Number::Int(sum));
        writer.choice(data::AGGREGATION_TEMPORALITY, temporality as u8);
        if is_monotonic {
            writer.truth(data::IS_MONOTONIC);
        }
    });
}

fn write_number(writer: &mut Writer, head: &Head<'_>, number: Number) {
    write_point(writer, head, |writer| match number {
        Number::Int(number) => writer.sfixed64(number::AS_INT, number),
        Number::Double(number) => writer.double(number::AS_DOUBLE, number),
    });
}

/// Writes a histogram without bounds. Its one bucket says nothing, but some receivers drop points that have none.
pub(super) fn write_histogram(
    writer: &mut Writer,
    head: &Head<'_>,
    summed: &Summed,
    temporality: Temporality,
) {
    write_metric(writer, head, metric::HISTOGRAM, |writer| {
        write_point(writer, head, |writer| {
            writer.fixed64(histogram::COUNT, summed.count);
            write_some(writer, histogram::SUM, summed.sum);
            writer.fixed64s(histogram::BUCKET_COUNTS, &[summed.count]);
            let (min, max) = summed.extremes.unzip();
            write_some(writer, histogram::MIN, min);
            write_some(writer, histogram::MAX, max);
        });
        writer.choice(data::AGGREGATION_TEMPORALITY, temporality as u8);
    });
}

/// Writes an exponential histogram.
pub(super) fn write_exponential(
    writer: &mut Writer,
    head: &Head<'_>,
    summed: &Summed,
    counts: &Exponential,
    temporality: Temporality,
) {
    write_metric(writer, head, metric::EXPONENTIAL_HISTOGRAM, |writer| {
        write_point(writer, head, |writer| {
            writer.fixed64(exponential::COUNT, summed.count);
            write_some(writer, exponential::SUM, summed.sum);
            writer.sint32(exponential::SCALE, counts.scale());
            writer.fixed64(exponential::ZERO_COUNT, counts.zeros());
            write_side(writer, exponential::POSITIVE, counts.positive());
            write_side(writer, exponential::NEGATIVE, counts.negative());
            let (min, max) = summed.extremes.unzip();
            write_some(writer, exponential::MIN, min);
            write_some(writer, exponential::MAX, max);
        });
        writer.choice(data::AGGREGATION_TEMPORALITY, temporality as u8);
    });
}

fn write_side(writer: &mut Writer, field: Field, side: &Side) {
    if side.counts().is_empty() {
        return;
    }
    writer.message(field, |writer| {
        writer.sint32(buckets::OFFSET, side.offset());
        writer.varints(buckets::BUCKET_COUNTS, side.counts());
    });
}

/// Writes what Flink's reporter makes of a histogram: a summary whose sum is the mean of the window times the count of all
/// values, with the largest value twice. Flink's window is never empty after the first value; where ours is, the sum is the
/// true one.
pub(super) fn write_summary(writer: &mut Writer, head: &Head<'_>, reading: &HistogramReading) {
    let quantiles = [
        (0.0, reading.min as f64),
        (0.5, reading.p50),
        (0.75, reading.p75),
        (0.95, reading.p95),
        (0.99, reading.p99),
        (1.0, reading.max as f64),
        (1.0, reading.max as f64),
    ];
    let sum = match reading.window_count {
        0 if reading.count > 0 => reading.sum as f64,
        _ => reading.mean * reading.count as f64,
    };
    write_metric(writer, head, metric::SUMMARY, |writer| {
        write_point(writer, head, |writer| {
            writer.fixed64(summary::COUNT, reading.count.unsigned_abs());
            writer.double(summary::SUM, sum);
            writer.list(summary::QUANTILE_VALUES, |writer| {
                for (quantile, value) in quantiles {
                    writer.next(summary::QUANTILE_VALUES, |writer| {
                        writer.double(quantile_value::QUANTILE, quantile);
                        writer.double(quantile_value::VALUE, value);
                    });
                }
            });
        });
    });
}

fn write_metric(
    writer: &mut Writer,
    head: &Head<'_>,
    data: Field,
    write: impl FnOnce(&mut Writer),
) {
    writer.next(scope_metrics::METRICS, |writer| {
        writer.text(metric::NAME, &head.name);
        writer.message(data, write);
    });
}

fn write_point(writer: &mut Writer, head: &Head<'_>, write: impl FnOnce(&mut Writer)) {
    writer.list(data::DATA_POINTS, |writer| {
        writer.next(data::DATA_POINTS, |writer| {
            writer.written(head.attributes);
            if head.start != 0 {
                writer.fixed64(point::START_TIME, head.start);
            }
            writer.fixed64(point::TIME, head.time);
            write(writer);
        });
    });
}

fn write_some(writer: &mut Writer, field: Field, number: Option<f64>) {
    if let Some(number) = number {
        writer.double(field, number);
    }
}
