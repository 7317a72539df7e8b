//! Values of which quantiles are of interest.

#[cfg(any(feature = "http", feature = "push-http", test))]
mod octaves;
mod statistics;
mod window;

use std::fmt;
use std::time::Duration;

#[cfg(any(feature = "http", feature = "push-http", test))]
pub(crate) use self::octaves::Octaves;
use self::statistics::{Statistics, between, quantiles};
use self::window::Window;
use crate::cell::{HistogramCell, Pool, Tally, Totals};
use crate::error::{Error, ErrorKind};
use crate::os::atomic::{Guard, Mutex};

/// Values in log-linear buckets; usable from any thread, exact under many.
///
/// Count and sum are those of all values for life. What a reading says otherwise is about a window of time that ends
/// now: it comes from differences of buckets, each value standing in the middle of its bucket, off by at most 1 %
/// (magnitudes below 128 not at all). Flink looks at the last N values instead.
pub struct Histogram {
    cell: HistogramCell,
    /// Taken by readers and the tick, never by an update. The last of any order but for the pool's.
    window: Mutex<Window>,
}

/// What a histogram said at one moment, with min <= mean <= max.
///
/// If the window has no values, `min` and `max` are 0, mean, deviation and quantiles NaN.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HistogramReading {
    /// How many values there were for life; the sum over all buckets.
    pub count: i64,
    /// The exact sum of all values for life; at `i64::MIN` or `i64::MAX` if it is beyond.
    ///
    /// When values come too fast for a reading in between, those that came during the reading may be missing here.
    pub sum: i64,
    /// How many values the window has.
    pub window_count: i64,
    /// The smallest value of the window.
    pub min: i64,
    /// The largest value of the window.
    pub max: i64,
    /// The mean of the window.
    pub mean: f64,
    /// The sample deviation of the window; 0 for a single value.
    pub stddev: f64,
    /// The median of the window.
    pub p50: f64,
    /// The quantile 0.75 of the window.
    pub p75: f64,
    /// The quantile 0.95 of the window.
    pub p95: f64,
    /// The quantile 0.98 of the window.
    pub p98: f64,
    /// The quantile 0.99 of the window.
    pub p99: f64,
    /// The quantile 0.999 of the window.
    pub p999: f64,
}

impl Histogram {
    /// A histogram that looks back over `window`; see [`tick`](Self::tick).
    ///
    /// # Errors
    /// As [`HistogramCell::new`].
    pub(crate) fn new(pool: &Pool, window: Duration) -> Result<Self, Error> {
        Ok(Self {
            cell: HistogramCell::new(pool)?,
            window: Mutex::new(Window::new(window)),
        })
    }

    /// Begins again without values. Nobody else may update or read meanwhile.
    pub(crate) fn clear(&self) {
        self.window.lock().clear();
        self.cell.clear();
    }

    /// Adds `value`.
    #[inline]
    pub fn update(&self, value: i64) {
        self.cell.update(value);
    }

    /// Adds all of `values`. A reading meanwhile may have some of them only, and more of them in its quantiles than in its
    /// sum.
    pub fn update_many(&self, values: &[i64]) {
        self.cell.update_many(values);
    }

    /// What the values say now.
    pub fn read(&self) -> HistogramReading {
        self.read_in(&mut Tally::default())
    }

    /// The same, with `memory` for what it takes meanwhile: for who reads many.
    pub(crate) fn read_in(&self, memory: &mut Tally) -> HistogramReading {
        let window = self.window();
        let (tally, life) = self.cell.read_into(std::mem::take(memory));
        let count = tally.total().cast_signed();
        let recent = window.recent(tally);
        drop(window);
        let statistics = Statistics::of(&recent);
        let quantiles = quantiles(&recent, [0.5, 0.75, 0.95, 0.98, 0.99, 0.999]);
        let [p50, p75, p95, p98, p99, p999] = quantiles.map(|value| within(&life, value));
        let window_count = recent.total().cast_signed();
        *memory = recent;
        // Without values in the window it is 0, which may lie outside the values there ever were.
        let whole = |middle: i64| match window_count {
            0 => 0,
            _ => middle.max(life.min).min(life.max),
        };
        HistogramReading {
            count,
            sum: life.saturated_sum(),
            window_count,
            min: whole(statistics.min),
            max: whole(statistics.max),
            mean: within(&life, statistics.mean),
            stddev: statistics.deviation,
            p50,
            p75,
            p95,
            p98,
            p99,
            p999,
        }
    }

    /// The value below which the part `q` of the window's values lies, by Flink's definition; NaN if there are none.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] unless 0 < `q` <= 1.
    pub fn quantile(&self, q: f64) -> Result<f64, Error> {
        if q > 0.0 && q <= 1.0 {
            let window = self.window();
            let (tally, life) = self.cell.read();
            let recent = window.recent(tally);
            drop(window);
            let [value] = quantiles(&recent, [q]);
            return Ok(within(&life, value));
        }
        let mut digits = ryu::Buffer::new();
        let text = format!(
            "{} is not a quantile; right would be above 0 and at most 1",
            digits.format(q)
        );
        Err(Error::new(ErrorKind::InvalidArgument, text))
    }

    /// All values for life in buckets, and what they have in common; in the memory of `tally`.
    #[cfg(feature = "push-http")]
    pub(crate) fn life(&self, tally: Tally) -> (Tally, Totals) {
        self.cell.read_into(tally)
    }

    /// All values for life in few buckets, with `memory` for what it takes meanwhile.
    #[cfg(any(feature = "http", feature = "push-http", test))]
    pub(crate) fn octaves(&self, memory: &mut Tally) -> Octaves {
        let (tally, life) = self.cell.read_into(std::mem::take(memory));
        let octaves = Octaves::of(&tally, life.saturated_sum());
        *memory = tally;
        octaves
    }

    /// Whether there ever was a value below 0.
    #[cfg(any(feature = "http", test))]
    pub(crate) fn goes_below_zero(&self) -> bool {
        self.cell.min() < 0
    }

    /// Moves the window on if it is time to, by the registry's clock.
    pub(crate) fn tick(&self, now: Duration) {
        self.window().tick(now, || self.cell.read().0);
    }

    fn window(&self) -> Guard<'_, Window> {
        self.window.lock()
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

/// A mean or quantile, kept between the smallest and the largest value there ever was: the middle of a bucket may lie
/// beyond.
fn within(life: &Totals, number: f64) -> f64 {
    between(life.min as f64, number, life.max as f64)
}

#[cfg(test)]
#[allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test says what it expects"
)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    const WINDOW: Duration = Duration::from_secs(60);

    fn histogram() -> Histogram {
        Histogram::new(&Pool::new(), WINDOW).unwrap()
    }

    fn of(values: &[i64]) -> Histogram {
        let histogram = histogram();
        values.iter().for_each(|value| histogram.update(*value));
        histogram
    }

    fn quantiles(read: &HistogramReading) -> [f64; 6] {
        [read.p50, read.p75, read.p95, read.p98, read.p99, read.p999]
    }

    /// Pseudo-random numbers (Marsaglia's xorshift), the same in every run.
    fn random(count: usize) -> Vec<u64> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    #[test]
    fn nothing_has_no_mean_and_no_quantiles() {
        let read = histogram().read();
        assert_eq!((read.count, read.sum, read.window_count), (0, 0, 0));
        assert_eq!((read.min, read.max), (0, 0));
        assert!(read.mean.is_nan() && read.stddev.is_nan());
        assert!(quantiles(&read).iter().all(|quantile| quantile.is_nan()));
        assert!(histogram().quantile(0.5).unwrap().is_nan());
    }

    #[test]
    fn small_values_give_flinks_numbers() {
        let read = of(&(1..=10).collect::<Vec<_>>()).read();
        assert_eq!((read.count, read.sum, read.window_count), (10, 55, 10));
        assert_eq!((read.min, read.max, read.mean), (1, 10, 5.5));
        assert!((read.stddev - 3.0276503540974917).abs() < 1e-12);
        assert_eq!(quantiles(&read), [5.5, 8.25, 10.0, 10.0, 10.0, 10.0]);
    }

    #[test]
    fn negative_values_give_flinks_numbers() {
        let histogram = of(&[-5, 0, 5, -10, 10, 0]);
        let read = histogram.read();
        assert_eq!((read.min, read.max, read.mean, read.sum), (-10, 10, 0.0, 0));
        assert_eq!(read.stddev, 7.0710678118654755);
        let low = [0.001, 0.1, 0.25, 1.0].map(|q| histogram.quantile(q).unwrap());
        assert_eq!(low, [-10.0, -10.0, -6.25, 10.0]);
    }

    #[test]
    fn nothing_is_said_beyond_the_values_that_were_there() {
        let read = of(&(1..=1000).collect::<Vec<_>>()).read();
        assert_eq!((read.min, read.max), (1, 1000));
        assert!(read.p999 <= 1000.0);
        let low = of(&[-1000, -1000]);
        assert_eq!(low.quantile(0.5).unwrap(), -1000.0);
    }

    #[test]
    fn mean_lies_between_minimum_and_maximum() {
        for value in (0..63).map(|power| 7_i64 << power) {
            let read = of(&[value]).read();
            assert!(read.min as f64 <= read.mean && read.mean <= read.max as f64);
        }
    }

    #[test]
    fn window_without_values_has_no_minimum_left() {
        for value in [7, -7] {
            let histogram = of(&[value]);
            (1..=30).for_each(|tick| histogram.tick(Duration::from_secs(5 * tick)));
            let read = histogram.read();
            assert_eq!((read.count, read.window_count), (1, 0));
            assert_eq!((read.min, read.max), (0, 0));
        }
    }

    #[test]
    fn memory_of_one_reading_leaves_nothing_in_the_next() {
        let mut memory = Tally::default();
        for values in [&[i64::MIN, 5, i64::MAX][..], &[5, 900], &[-7], &[1 << 40]] {
            let histogram = of(values);
            assert_eq!(histogram.read_in(&mut memory), histogram.read());
        }
    }

    #[test]
    fn quantile_outside_zero_to_one_is_refused() {
        let histogram = of(&[1, 2, 3]);
        for q in [0.0, -0.1, 1.000_001, f64::NAN, f64::INFINITY] {
            let error = histogram.quantile(q).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        }
        let message = "0.0 is not a quantile; right would be above 0 and at most 1";
        assert_eq!(histogram.quantile(0.0).unwrap_err().message(), message);
    }

    #[test]
    fn extremes_of_64_bits_are_values_like_any_other() {
        let read = of(&[i64::MIN, i64::MAX, i64::MIN]).read();
        assert_eq!((read.count, read.sum), (3, i64::MIN));
        assert!(read.min < i64::MIN / 100 * 99 && read.max > i64::MAX / 100 * 99);
        assert!(read.p50 < -9.1e18 && read.p999 > 9.1e18);
        assert!((read.mean / -3.074e18 - 1.0).abs() < 0.03);
        assert!((read.stddev / 1.0650e19 - 1.0).abs() < 0.01);
    }

    #[test]
    fn statistics_of_random_values_are_off_by_at_most_one_percent() {
        for bits in [8, 20, 41, 63] {
            let numbers = random(if cfg!(miri) { 100 } else { 20_000 });
            let mut values: Vec<_> = numbers
                .iter()
                .map(|n| (n >> (64 - bits)).cast_signed())
                .collect();
            let histogram = of(&values);
            let read = histogram.read();
            values.sort_unstable();
            let count = values.len() as f64;
            let mean = values.iter().map(|v| *v as f64).sum::<f64>() / count;
            let square = |value: &i64| (*value as f64 - mean).powi(2);
            let stddev = (values.iter().map(square).sum::<f64>() / (count - 1.0)).sqrt();
            let close = |one: f64, two: f64| (one - two).abs() <= 0.01 * two.abs();
            assert!(close(read.mean, mean) && close(read.stddev, stddev));
            assert!(close(read.min as f64, values[0] as f64));
            assert!(close(read.max as f64, values[values.len() - 1] as f64));
            let exact: i128 = values.iter().map(|value| i128::from(*value)).sum();
            assert_eq!(i128::from(read.sum), exact.min(i64::MAX.into()));
            for q in [0.01, 0.25, 0.5, 0.75, 0.95, 0.98, 0.99, 0.999, 1.0] {
                let position = (q * (count + 1.0)).min(count);
                let below = values[position as usize - 1] as f64;
                let above = values[(position as usize).min(values.len() - 1)] as f64;
                let expected = below + position.fract() * (above - below);
                assert!(
                    close(histogram.quantile(q).unwrap(), expected),
                    "{q} of {bits} bits"
                );
            }
        }
    }

    #[test]
    fn octaves_are_cumulative_and_without_gaps_in_the_usual_range() {
        let octaves = of(&[5, 5, 5, -2, 100]).octaves(&mut Tally::default());
        assert_eq!((octaves.count, octaves.sum), (5, 113));
        let start = [
            (-2, 1),
            (-1, 1),
            (0, 1),
            (1, 1),
            (3, 1),
            (7, 4),
            (15, 4),
            (31, 4),
            (63, 4),
            (127, 5),
            (255, 5),
        ];
        assert_eq!(octaves.cumulative[..11], start);
        assert_eq!(octaves.cumulative.last(), Some(&((1 << 40) - 1, 5)));
        assert_eq!(octaves.cumulative.len(), 2 + 41);
    }

    #[test]
    fn octaves_reach_beyond_the_usual_range_where_values_do() {
        let huge = of(&[1 << 50, i64::MAX]).octaves(&mut Tally::default());
        assert_eq!(huge.cumulative[0], ((1 << 51) - 1, 1));
        assert_eq!(huge.cumulative.last(), Some(&((1 << 62) - 1, 1)));
        assert_eq!(huge.count, 2);
        let low = of(&[i64::MIN]).octaves(&mut Tally::default()).cumulative;
        assert_eq!((low[0], low.len()), ((-(1 << 62) - 1, 1), 64 + 41));
        assert_eq!(histogram().octaves(&mut Tally::default()).cumulative, []);
    }

    #[test]
    fn values_below_zero_are_remembered() {
        assert!(!of(&[0, 5]).goes_below_zero());
        assert!(of(&[5, -1]).goes_below_zero());
    }

    #[test]
    fn window_forgets_and_life_does_not() {
        let histogram = histogram();
        let mut now = Duration::from_secs(1000);
        let mut pass = |seconds: u64| {
            for _ in 0..seconds / 5 {
                now += Duration::from_secs(5);
                histogram.tick(now);
            }
        };
        histogram.update(100);
        pass(40);
        histogram.update(7);
        let read = histogram.read();
        assert_eq!((read.window_count, read.min, read.max), (2, 7, 100));
        pass(20);
        let read = histogram.read();
        assert_eq!(
            (read.window_count, read.min, read.max, read.p50),
            (1, 7, 7, 7.0)
        );
        pass(60);
        let read = histogram.read();
        assert_eq!((read.window_count, read.count, read.sum), (0, 2, 107));
        assert!(read.p50.is_nan());
    }

    #[test]
    fn count_and_sum_are_exact_once_writers_are_quiet() {
        let histogram = histogram();
        let rounds: i64 = if cfg!(miri) { 20 } else { 20_000 };
        let quiet = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let update = || (0..rounds).for_each(|value| histogram.update(value % 1000));
            let writers: Vec<_> = (0..6).map(|_| scope.spawn(update)).collect();
            let reader = scope.spawn(|| {
                let mut last = 0;
                let mut now = Duration::ZERO;
                while !quiet.load(Ordering::Acquire) {
                    let read = histogram.read();
                    assert!(read.count >= last && read.window_count <= read.count);
                    assert!(read.sum <= read.count * 999);
                    let (min, max) = (read.min as f64, read.max as f64);
                    assert!(read.window_count == 0 || (min <= read.mean && read.mean <= max));
                    last = read.count;
                    now += Duration::from_secs(5);
                    histogram.tick(now);
                }
            });
            for writer in writers {
                assert!(writer.join().is_ok());
            }
            quiet.store(true, Ordering::Release);
            assert!(reader.join().is_ok());
        });
        let read = histogram.read();
        let sum: i64 = (0..rounds).map(|value| value % 1000).sum();
        assert_eq!((read.count, read.sum), (6 * rounds, 6 * sum));
    }
}

/// How the tick and readings get along.
#[cfg(all(loom, test))]
#[allow(clippy::unwrap_used, reason = "a model fails by panicking")]
mod loom_models {
    use super::*;
    use crate::cell::model::check;
    use crate::os::atomic::Arc;
    use loom::thread;

    /// The tick comes so late that what was counted before it is out of the window at once.
    #[test]
    fn reading_is_of_the_window_before_a_tick_or_after_it() {
        check(|| {
            let histogram =
                Arc::new(Histogram::new(&Pool::new(), Duration::from_secs(60)).unwrap());
            histogram.tick(Duration::ZERO);
            histogram.update(1);
            let other = Arc::clone(&histogram);
            let reader = thread::spawn(move || {
                let read = other.read();
                assert!((1..=3).contains(&read.count));
                // Outside the window is nothing yet, or all that the tick found.
                assert!(
                    [0, 2].contains(&(read.count - read.window_count)),
                    "{read:?}"
                );
            });
            histogram.update(1);
            histogram.tick(Duration::from_secs(1000));
            histogram.update(1);
            assert!(reader.join().is_ok());
            let read = histogram.read();
            assert_eq!((read.count, read.sum, read.window_count), (3, 3, 1));
        });
    }
}
