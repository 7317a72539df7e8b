//! Which time a histogram's reading is about.

use std::collections::VecDeque;
use std::time::Duration;

use crate::cell::{PackedTally, Tally};

/// Into how many slices a window is cut.
const SLICES: u32 = 4;

/// How late a tick may be and still count as on time.
const PUNCTUAL: Duration = Duration::from_millis(100);

/// Earlier moments, one per slice of the window; what came since the oldest is what a reading is about.
///
/// This is how Prometheus clients let the values of a summary age. A reading is about three quarters of the window to
/// all of it, and where ticks are too far apart for that, about less: the oldest tally goes with the tick after which it
/// would become older than the window before the next one. Until that happens first, a reading is about everything.
#[derive(Debug)]
pub(super) struct Window {
    length: Duration,
    /// The oldest first.
    bases: VecDeque<Base>,
    last_tick: Option<Duration>,
}

#[derive(Debug)]
struct Base {
    at: Duration,
    /// What came since the base before, and for the oldest one everything up to it.
    gained: PackedTally,
}

impl Window {
    pub(super) fn new(length: Duration) -> Self {
        Self {
            length,
            bases: VecDeque::new(),
            last_tick: None,
        }
    }

    /// Begins again, as it was made.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.length);
    }

    /// What a reading is about of everything that there is now.
    pub(super) fn recent(&self, now: Tally) -> Tally {
        match self.bases.front() {
            Some(base) => now.since(&base.gained),
            None => now,
        }
    }

    /// Begins a new slice with `tally` if the last one is over, and leaves behind what is too old.
    pub(super) fn tick(&mut self, now: Duration, tally: impl FnOnce() -> Tally) {
        let last_tick = self.last_tick.replace(now).unwrap_or_else(|| {
            self.begin(now);
            now
        });
        if self.slice_is_over(now) {
            let bases = self.bases.iter();
            let gained = bases.fold(tally(), |left, base| left.since(&base.gained));
            self.push(now, &gained);
        }
        self.forget(now, now.saturating_sub(last_tick));
    }

    /// Takes the first tick for a moment at most one slice after the first value.
    fn begin(&mut self, now: Duration) {
        self.push(now.saturating_sub(self.slice()), &Tally::default());
    }

    fn push(&mut self, at: Duration, gained: &Tally) {
        let gained = PackedTally::of(gained);
        self.bases.push_back(Base { at, gained });
    }

    fn slice_is_over(&self, now: Duration) -> bool {
        let newest = self.bases.back().map_or(Duration::ZERO, |base| base.at);
        now.saturating_sub(newest) + PUNCTUAL >= self.slice()
    }

    /// Drops bases that would be older than the window before the next tick; the youngest stays.
    fn forget(&mut self, now: Duration, until_next_tick: Duration) {
        let (limit, then) = (self.length + PUNCTUAL, now + until_next_tick);
        let too_old = |base: &Base| then.saturating_sub(base.at) > limit;
        while self.bases.len() > 1 && self.bases.front().is_some_and(too_old) {
            let before = self.bases.pop_front();
            if let Some((before, oldest)) = before.zip(self.bases.front_mut()) {
                oldest.gained = before.gained.and(&oldest.gained);
            }
        }
    }

    fn slice(&self) -> Duration {
        self.length / SLICES
    }
}

#[cfg(test)]
#[allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test says what it expects"
)]
mod tests {
    use super::*;
    use crate::cell::{HistogramCell, Pool};

    /// Ticks a window of `length_s` at each of `ticks_ms`, with one value in every whole second before it, and says of
    /// each tick how many of the last seconds a reading right after it is about.
    fn coverage(length_s: u64, ticks_ms: &[u64]) -> Vec<u64> {
        let cell = HistogramCell::new(&Pool::new()).unwrap();
        let mut window = Window::new(Duration::from_secs(length_s));
        let mut seconds = 0;
        let mut tick = |at_ms: &u64| {
            while (seconds + 1) * 1000 <= at_ms + 500 {
                seconds += 1;
                cell.update(1);
            }
            window.tick(Duration::from_millis(*at_ms), || cell.read().0);
            window.recent(cell.read().0).total()
        };
        ticks_ms.iter().map(&mut tick).collect()
    }

    fn every_five_seconds(count: u64) -> Vec<u64> {
        (1..=count).map(|tick| 5000 * tick).collect()
    }

    #[test]
    fn reading_is_about_everything_before_the_window_is_full() {
        let covered = coverage(60, &every_five_seconds(11));
        assert_eq!(covered, [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]);
    }

    #[test]
    fn reading_is_about_three_quarters_of_the_window_to_all_of_it() {
        let covered = coverage(60, &every_five_seconds(1000));
        assert_eq!(covered[11..18], [45, 50, 55, 45, 50, 55, 45]);
        // Five seconds more until the next tick.
        assert!(covered[11..].iter().all(|s| (45..=55).contains(s)));
    }

    #[test]
    fn ticks_a_little_off_change_nothing() {
        let off = |tick: u64| 5000 * tick + [0, 20, 3, 41, 7][tick as usize % 5];
        let ticks: Vec<_> = (1..=200).map(off).collect();
        assert_eq!(coverage(60, &ticks), coverage(60, &every_five_seconds(200)));
    }

    #[test]
    fn window_shorter_than_the_ticks_allow_is_not_exceeded() {
        for (length_s, allowed) in [
            (20, 10..=15),
            (14, 5..=5),
            (10, 5..=5),
            (7, 0..=0),
            (5, 0..=0),
        ] {
            let covered = coverage(length_s, &every_five_seconds(100));
            assert!(
                covered[10..].iter().all(|s| allowed.contains(s)),
                "{length_s} s: {covered:?}"
            );
        }
    }

    #[test]
    fn long_pause_leaves_nothing_of_the_time_before() {
        let mut ticks = every_five_seconds(20);
        ticks.extend([3_600_000, 3_605_000, 3_610_000]);
        assert_eq!(coverage(60, &ticks)[20..], [0, 5, 10]);
    }

    #[test]
    fn unticked_window_is_about_everything() {
        let window = Window::new(Duration::from_secs(60));
        let cell = HistogramCell::new(&Pool::new()).unwrap();
        cell.update(1);
        assert_eq!(window.recent(cell.read().0).total(), 1);
    }

    #[test]
    fn few_bases_are_kept_for_ever() {
        let mut window = Window::new(Duration::from_secs(60));
        for tick in 1..10_000 {
            window.tick(Duration::from_secs(5 * tick), Tally::default);
            assert!(window.bases.len() <= SLICES as usize + 1);
        }
    }
}
