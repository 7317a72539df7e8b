//! Events and how many of them there are per second.

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Counter, OwnedCounter, TICK};
use crate::cell::Pool;
use crate::error::{Error, ErrorKind};
use crate::os::sync::Mutex;

/// The time span of a meter for which nobody names one, in seconds.
pub const DEFAULT_METER_SPAN_S: i64 = 60;

/// A count of events, exact at once, and their rate over the last seconds, renewed by every tick; usable from any
/// thread.
///
/// The rate is that of Flink's `MeterView`: the events of a span, divided by it. It differs when ticks are late: the
/// divisor is the time that really went by since the sample compared with. A past that was not sampled counts as one
/// span without events, so the rate is low until a whole span has passed.
#[derive(Debug)]
pub struct Meter {
    /// Where the events are counted.
    counter: Arc<Counter>,
    /// Whether the counter is nobody else's.
    owns_counter: bool,
    span_s: i64,
    /// The bits of the rate in events per second, a double.
    rate: AtomicU64,
    /// One for each tick of the last span, the oldest first; grows as they come. Taken by the tick only.
    samples: Mutex<VecDeque<Sample>>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Duration,
    count: i64,
}

impl Meter {
    /// A meter with a count of its own, over `span_s` seconds.
    ///
    /// The span is cut to a multiple of 5, and what is below 10 (zero and negative spans, too) acts as 5.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] beyond `i32::MAX` seconds, [`ErrorKind::Limit`] if the system has no memory left.
    pub(crate) fn new(pool: &Pool, span_s: i64) -> Result<Self, Error> {
        let span_s = effective_span_s(span_s)?;
        Ok(Self::of(Arc::new(Counter::new(pool)?), true, span_s))
    }

    /// A meter over `counter`: marking it increments the counter, its count is the counter's. The rate is negative
    /// after the counter went down.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn over(counter: Arc<Counter>, span_s: i64) -> Result<Self, Error> {
        let span_s = effective_span_s(span_s)?;
        Ok(Self::of(counter, false, span_s))
    }

    fn of(counter: Arc<Counter>, owns_counter: bool, span_s: i64) -> Self {
        Self {
            counter,
            owns_counter,
            span_s,
            rate: AtomicU64::new(0.0_f64.to_bits()),
            samples: Mutex::default(),
        }
    }

    /// Begins again without events, and so does the counter it is over.
    pub(crate) fn clear(&self) {
        self.counter.clear();
        self.samples.lock().clear();
        self.rate.store(0.0_f64.to_bits(), Ordering::Relaxed);
    }

    /// A part of the meter's count that the caller alone writes, cheaper than the whole.
    pub fn cell(&self) -> OwnedCounter {
        self.counter.cell()
    }

    /// The word that foreign writers may add to, atomically; it lives as long as `self`.
    pub(crate) fn shared_cell(&self) -> NonNull<i64> {
        self.counter.shared_cell()
    }

    /// Counts `n` events; the count wraps.
    #[inline]
    pub fn mark_event(&self, n: i64) {
        self.counter.inc(n);
    }

    /// How many events there were.
    pub fn count(&self) -> i64 {
        self.counter.count()
    }

    /// Events per second, as of the last tick; 0 before the first.
    pub fn rate(&self) -> f64 {
        f64::from_bits(self.rate.load(Ordering::Relaxed))
    }

    /// The span that the rate is over, in seconds: a multiple of 5.
    pub fn span_s(&self) -> i64 {
        self.span_s
    }

    /// Whether `other` was made from the same: an equal span, and the same counter or both with counts of their own.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let same_events = if self.owns_counter {
            other.owns_counter
        } else {
            Arc::ptr_eq(&self.counter, &other.counter)
        };
        same_events && self.span_s == other.span_s
    }

    /// Takes a sample and renews the rate. A tick in the same millisecond as the sample compared with says nothing
    /// about a rate and is left out.
    pub(crate) fn tick(&self, now: Duration) {
        let mut samples = self.samples.lock();
        let past = samples.front().filter(|_| samples.len() == self.capacity());
        let (before, elapsed_ms) = match past {
            Some(sample) => (sample.count, whole_ms(now.saturating_sub(sample.at))),
            None => (0, self.span_s as f64 * 1000.0),
        };
        if elapsed_ms == 0.0 {
            return;
        }
        if samples.len() == self.capacity() {
            samples.pop_front();
        }
        let count = self.count();
        samples.push_back(Sample { at: now, count });
        let rate = count.wrapping_sub(before) as f64 / (elapsed_ms / 1000.0);
        self.rate.store(rate.to_bits(), Ordering::Relaxed);
    }

    /// How many samples a span has: the oldest of so many is a span older than the next one.
    fn capacity(&self) -> usize {
        let ticks = self.span_s.unsigned_abs() / TICK.as_secs();
        usize::try_from(ticks).unwrap_or(usize::MAX)
    }
}

/// The span that Flink makes of `span_s`.
fn effective_span_s(span_s: i64) -> Result<i64, Error> {
    if span_s > i32::MAX.into() {
        let text = format!(
            "a span of {span_s} s is too long; right would be at most {} s",
            i32::MAX
        );
        return Err(Error::new(ErrorKind::InvalidArgument, text));
    }
    let tick_s = TICK.as_secs().cast_signed();
    Ok((span_s - span_s % tick_s).max(tick_s))
}

/// The nearest number of milliseconds: a tick that is on time to the millisecond gives Flink's rate to the last bit.
fn whole_ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round()
}

#[cfg(test)]
#[allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test says what it expects"
)]
mod tests {
    use super::*;

    fn meter(span_s: i64) -> Meter {
        Meter::new(&Pool::new(), span_s).unwrap()
    }

    /// Marks as many events as each entry says, ticks after it, on time, and gives the rates.
    fn rates(meter: &Meter, marks: &[i64]) -> Vec<f64> {
        let mut now = Duration::from_secs(1000);
        let tick = |mark: &i64| {
            meter.mark_event(*mark);
            now += TICK;
            meter.tick(now);
            meter.rate()
        };
        marks.iter().map(tick).collect()
    }

    #[test]
    fn span_below_ten_acts_as_five() {
        for span_s in [0, 1, 4, 5, 6, 7, 9, -1, -7, i64::MIN] {
            let meter = meter(span_s);
            assert_eq!(meter.span_s(), 5);
            assert_eq!(
                rates(&meter, &[0, 5, 7, 0, 100, 0, 1]),
                [0.0, 1.0, 1.4, 0.0, 20.0, 0.0, 0.2]
            );
        }
    }

    #[test]
    fn span_is_cut_to_whole_ticks() {
        for (span_s, effective) in [
            (12, 10),
            (59, 55),
            (61, 60),
            (i32::MAX.into(), 2_147_483_645),
        ] {
            assert_eq!(meter(span_s).span_s(), effective);
        }
    }

    #[test]
    fn span_beyond_32_bits_is_refused() {
        let error = Meter::new(&Pool::new(), 2_147_483_648).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(
            error.message(),
            "a span of 2147483648 s is too long; right would be at most 2147483647 s"
        );
    }

    #[test]
    fn longest_span_takes_memory_only_as_samples_come() {
        let meter = meter(i32::MAX.into());
        let rate = rates(&meter, &[2_147_483_645; 3]);
        assert_eq!(rate, [1.0, 2.0, 3.0]);
        assert!(meter.samples.lock().capacity() < 100);
    }

    #[test]
    fn constant_input_reaches_its_rate_after_a_span() {
        let rates = rates(&meter(60), &[50; 20]);
        assert_eq!(rates[..3], [50.0 / 60.0, 100.0 / 60.0, 2.5]);
        assert_eq!(rates[11..], [10.0; 9]);
    }

    #[test]
    fn burst_leaves_after_a_span() {
        let mut marks = [0; 14];
        marks[0] = 600;
        let rates = rates(&meter(60), &marks);
        assert_eq!(rates[..12], [10.0; 12]);
        assert_eq!(rates[12..], [0.0; 2]);
    }

    #[test]
    fn count_is_exact_at_once_and_the_rate_waits() {
        let meter = meter(60);
        meter.mark_event(3);
        meter.mark_event(-1);
        assert_eq!((meter.count(), meter.rate()), (2, 0.0));
    }

    #[test]
    fn count_wraps_and_the_difference_comes_out_right() {
        let rates = rates(&meter(5), &[i64::MAX, 1, 0]);
        assert_eq!(rates, [1.844_674_407_370_955_3e18, 0.2, 0.0]);
    }

    #[test]
    fn meter_over_a_counter_shares_its_count() {
        let counter = Arc::new(Counter::new(&Pool::new()).unwrap());
        let meter = Meter::over(Arc::clone(&counter), 10).unwrap();
        counter.inc(5);
        assert_eq!(rates(&meter, &[0, 5, -3, 0]), [0.5, 1.0, 0.2, -0.3]);
        assert_eq!(counter.count(), 7);
    }

    #[test]
    fn counter_that_counted_before_counts_as_one_spans_events() {
        let counter = Arc::new(Counter::new(&Pool::new()).unwrap());
        counter.inc(1000);
        let meter = Meter::over(counter, 10).unwrap();
        assert_eq!(rates(&meter, &[0, 0, 0]), [100.0, 100.0, 0.0]);
    }

    #[test]
    fn late_tick_divides_by_the_time_that_went_by() {
        let meter = meter(10);
        let at = |ms| meter.tick(Duration::from_millis(ms));
        meter.mark_event(100);
        at(7_000);
        assert_eq!(
            meter.rate(),
            10.0,
            "a slot not yet filled counts as one span old"
        );
        at(10_000);
        assert_eq!(meter.rate(), 10.0);
        meter.mark_event(60);
        at(19_000);
        assert_eq!(meter.rate(), 5.0, "60 events in the 12 s since 7 s");
        at(20_000);
        assert_eq!(meter.rate(), 6.0, "60 events in the 10 s since 10 s");
        at(3_600_000);
        assert_eq!(meter.rate(), 0.0);
    }

    #[test]
    fn tick_off_by_less_than_half_a_millisecond_is_on_time() {
        let meter = meter(5);
        meter.tick(Duration::from_micros(5_000_400));
        meter.mark_event(7);
        meter.tick(Duration::from_micros(10_000_100));
        assert_eq!(meter.rate(), 1.4);
    }

    #[test]
    fn tick_without_time_going_by_keeps_the_rate() {
        let meter = meter(5);
        for ms in [5000, 5000, 4000] {
            meter.mark_event(5);
            meter.tick(Duration::from_millis(ms));
            assert_eq!(meter.rate(), 1.0);
        }
        meter.tick(Duration::from_secs(10));
        assert_eq!(meter.rate(), 2.0);
    }

    #[test]
    fn meters_are_alike_by_span_and_source() {
        let counter = Arc::new(Counter::new(&Pool::new()).unwrap());
        let over = |span_s| Meter::over(Arc::clone(&counter), span_s).unwrap();
        assert!(meter(60).is_like(&meter(61)));
        assert!(!meter(60).is_like(&meter(65)));
        assert!(over(60).is_like(&over(60)));
        assert!(!over(60).is_like(&meter(60)));
        let other = Meter::over(Arc::new(Counter::new(&Pool::new()).unwrap()), 60).unwrap();
        assert!(!over(60).is_like(&other));
    }
}
