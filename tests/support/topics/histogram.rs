//! `histogram.json`: statistics of a histogram.
//!
//! Flink keeps the last values as they are, metra counts all values in buckets of 1 % (row histogram). So metra's answer
//! is Flink's formula over all values that were given, off by no more than moving each of them by 1 % can do. Where
//! nothing has slid out of Flink's window and the buckets lose nothing, the answers are the same and nothing deviates.

use serde_json::Value;

use crate::support::deviations::Row;
use crate::support::host::{Histogram, HistogramReading};
use crate::support::json::{self, Fields, Object};
use crate::support::scene::{Recording, Stage};
use crate::support::verdict::Judge;

/// How far a bucket's middle may be from a value in it.
const BUCKET: f64 = 0.01;

/// What rounding may do to a formula that is computed in another order.
const ROUNDING: f64 = 1e-12;

pub(crate) fn drive(judge: &mut Judge, case: &Value) {
    let stage = Stage::set(judge, &Object::new(), &[], &[], Recording::Told);
    let scene = stage
        .open()
        .unwrap_or_else(|refusal| panic!("the registry is refused: {refusal}"));
    let group = scene.registry.root("vectors").expect("a root");
    let histogram = Histogram::register(&group, Some("values")).expect("a histogram");
    if case.maybe("error").is_some() {
        // There is no size to refuse: the window is a time.
        judge.deviates(
            "a histogram whatever the size",
            Row::Histogram,
            histogram.read().count == 0,
        );
        return;
    }
    let window = usize::try_from(case.integer("window")).expect("Flink refuses a negative window");
    let mut values = Vec::new();
    for step in case.list("steps") {
        for update in step.list("update") {
            let value = update.as_i64().expect("values are integers");
            histogram.update(value);
            values.push(value);
        }
        match step.maybe("expect") {
            Some(expect) => {
                let flink = Statistics::of(&flinks_window(&values, window));
                let both = Both {
                    own: Statistics::of(&values),
                    flink,
                };
                judge_step(judge, &histogram, &both, expect);
            }
            None => {
                // Flink fails for want of room; metra counts.
                step.field("error");
                let count = histogram.read().count;
                judge.deviates(
                    "the update counts",
                    Row::Histogram,
                    count == values.len() as i64,
                );
            }
        }
    }
}

/// Flink's ring as it stands: the last values, each at the place that it was written to.
fn flinks_window(values: &[i64], window: usize) -> Vec<i64> {
    let mut ring = Vec::new();
    for (at, value) in values.iter().enumerate().filter(|_| window > 0) {
        match ring.get_mut(at % window) {
            Some(place) => *place = *value,
            None => ring.push(*value),
        }
    }
    ring
}

/// Statistics over what metra looks at, and over what Flink does.
struct Both {
    own: Statistics,
    flink: Statistics,
}

fn judge_step(judge: &mut Judge, histogram: &Histogram, both: &Both, expect: &Value) {
    let reading = histogram.read();
    judge_counts(judge, &reading, both, expect);
    let mut judge = Numbers { judge, both };
    judge.number(
        "min",
        expect.double("min"),
        Statistics::min,
        reading.min as f64,
    );
    judge.number(
        "max",
        expect.double("max"),
        Statistics::max,
        reading.max as f64,
    );
    judge.number(
        "mean",
        expect.double("mean"),
        Statistics::mean,
        reading.mean,
    );
    judge.number(
        "stddev",
        expect.double("stddev"),
        Statistics::deviation,
        reading.stddev,
    );
    for (q, flink) in expect.object("quantiles") {
        let parsed: f64 = q.parse().expect("a quantile is a number");
        match (flink.maybe("error"), histogram.quantile(parsed)) {
            (Some(_), refused) => judge
                .judge
                .demand(format!("quantile {q} is refused"), refused.is_err()),
            (None, Ok(actual)) => {
                let flink = json::double(flink).expect("a quantile is a double");
                judge.number(
                    &format!("quantile {q}"),
                    flink,
                    |of| of.quantile(parsed),
                    actual,
                );
                if let Some(read) = read_quantile(&reading, q) {
                    let same =
                        read.to_bits() == actual.to_bits() || (read.is_nan() && actual.is_nan());
                    judge
                        .judge
                        .demand(format!("quantile {q} read and asked for"), same);
                }
            }
            (None, Err(refusal)) => judge.judge.wrong(format!("quantile {q}: {refusal}")),
        }
    }
}

/// Counts are exact: all values, where Flink's `size` is what its window holds.
fn judge_counts(judge: &mut Judge, reading: &HistogramReading, both: &Both, expect: &Value) {
    let (all, kept) = (both.own.sorted.len() as i64, both.flink.sorted.len() as i64);
    judge.demand(
        format!("count is {all}, got {}", reading.count),
        reading.count == all,
    );
    judge.demand("count as Flink's", expect.integer("count") == all);
    let what = format!("values read: expected {all}, got {}", reading.window_count);
    judge.demand("size as Flink's", expect.integer("size") == kept);
    if kept == all {
        judge.demand(what, reading.window_count == all);
    } else {
        judge.deviates(what, Row::Histogram, reading.window_count == all);
    }
    let sum: i128 = both.own.sorted.iter().map(|value| i128::from(*value)).sum();
    let sum = sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    judge.demand(
        format!("sum is {sum}, got {}", reading.sum),
        reading.sum == sum,
    );
}

/// The member of a reading that holds a quantile.
fn read_quantile(reading: &HistogramReading, q: &str) -> Option<f64> {
    Some(match q {
        "0.5" => reading.p50,
        "0.75" => reading.p75,
        "0.95" => reading.p95,
        "0.98" => reading.p98,
        "0.99" => reading.p99,
        "0.999" => reading.p999,
        _ => return None,
    })
}

/// A number, and how far from it an answer may be.
pub(crate) struct Approximate {
    pub(crate) value: f64,
    pub(crate) tolerance: f64,
}

impl Approximate {
    /// Whether `actual` is near enough; NaN is near NaN only.
    pub(crate) fn holds(&self, actual: f64) -> bool {
        if self.value.is_nan() || actual.is_nan() {
            return self.value.is_nan() && actual.is_nan();
        }
        actual == self.value
            || (actual - self.value).abs() <= self.tolerance + ROUNDING * self.value.abs()
    }
}

/// Judges the numbers of one step.
struct Numbers<'a> {
    judge: &'a mut Judge,
    both: &'a Both,
}

impl Numbers<'_> {
    /// As Flink where the numbers are the same but for rounding. Otherwise by the row, which explains Flink's number if it
    /// is that of Flink's window, and says that metra's is the number of all values.
    fn number(
        &mut self,
        what: &str,
        flink: f64,
        statistic: impl Fn(&Statistics) -> Approximate,
        actual: f64,
    ) {
        let own = statistic(&self.both.own);
        let exactly = |value| Approximate {
            value,
            tolerance: 0.0,
        };
        let what = format!("{what} of {} values", self.both.own.sorted.len());
        if exactly(flink).holds(actual) {
            self.judge.demand(what, own.holds(actual));
        } else if !exactly(statistic(&self.both.flink).value).holds(flink) {
            self.judge.wrong(format!(
                "{what}: no rule explains Flink's {flink}, got {actual}"
            ));
        } else {
            let Approximate { value, tolerance } = own;
            let held = own.holds(actual);
            let what = format!("{what}: expected {value} ± {tolerance}, got {actual}");
            self.judge.deviates(what, Row::Histogram, held);
        }
    }
}

/// Flink's formulas over some values.
pub(crate) struct Statistics {
    sorted: Vec<i64>,
    mean: f64,
    squares: f64,
}

impl Statistics {
    pub(crate) fn of(values: &[i64]) -> Self {
        let (mut mean, mut squares) = (0.0, 0.0);
        for (before, value) in values.iter().enumerate() {
            let distance = *value as f64 - mean;
            let step = distance / (before + 1) as f64;
            mean += step;
            squares += before as f64 * distance * step;
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        Self {
            sorted,
            mean,
            squares,
        }
    }

    pub(crate) fn min(&self) -> Approximate {
        self.value(self.sorted.first())
    }

    pub(crate) fn max(&self) -> Approximate {
        self.value(self.sorted.last())
    }

    /// One of the values, 0 without any.
    fn value(&self, value: Option<&i64>) -> Approximate {
        let value = value.copied().unwrap_or(0) as f64;
        Approximate {
            value,
            tolerance: self.lossy(BUCKET * value.abs()),
        }
    }

    pub(crate) fn mean(&self) -> Approximate {
        let count = self.sorted.len() as f64;
        let magnitudes: f64 = self.sorted.iter().map(|value| (*value as f64).abs()).sum();
        Approximate {
            value: if self.sorted.is_empty() {
                f64::NAN
            } else {
                self.mean
            },
            // Moving each value by 1 % moves the mean by at most 1 % of the mean magnitude.
            tolerance: self.lossy(BUCKET * magnitudes / count),
        }
    }

    pub(crate) fn deviation(&self) -> Approximate {
        let count = self.sorted.len();
        let value = match count {
            0 => f64::NAN,
            1 => 0.0,
            _ => (self.squares / (count - 1) as f64).sqrt(),
        };
        // Triangle inequality: the deviation moves by at most the root mean square of what the values moved by.
        let squares: f64 = self
            .sorted
            .iter()
            .map(|value| (*value as f64).powi(2))
            .sum();
        let moved = BUCKET * (squares / count.saturating_sub(1).max(1) as f64).sqrt();
        Approximate {
            value,
            tolerance: self.lossy(moved),
        }
    }

    /// Interpolated between two neighbours, each of which may be off.
    pub(crate) fn quantile(&self, q: f64) -> Approximate {
        let count = self.sorted.len();
        if count == 0 {
            return Approximate {
                value: f64::NAN,
                tolerance: 0.0,
            };
        }
        let part = q * 100.0 / 100.0;
        let position = if part == 1.0 {
            count as f64
        } else {
            part * (count + 1) as f64
        };
        let position = position.clamp(1.0, count as f64);
        let rank = position.floor() as usize;
        let below = self.sorted[rank - 1] as f64;
        let above = self.sorted[rank.min(count - 1)] as f64;
        Approximate {
            value: below + position.fract() * (above - below),
            tolerance: self.lossy(BUCKET * below.abs().max(above.abs())),
        }
    }

    /// Magnitudes below 128 have buckets of their own, so that statistics over them are Flink's but for rounding.
    fn lossy(&self, tolerance: f64) -> f64 {
        let is_small = |value: &i64| value.unsigned_abs() < 128;
        if self.sorted.iter().all(is_small) {
            0.0
        } else {
            tolerance
        }
    }
}
