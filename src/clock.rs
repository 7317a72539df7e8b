//! Time as metra sees it: the system's monotonic clock, or one that a test moves by hand.

use crate::os::fork;
use crate::os::sync::{Condvar, Guard, Mutex};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A source of monotonic time. Clones share the source.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's monotonic clock, counted from when this value was made.
    System(Instant),
    /// A clock that stands still until [`ManualClock::advance`].
    Manual(ManualClock),
}

impl Default for Clock {
    fn default() -> Self {
        Self::System(Instant::now())
    }
}

impl Clock {
    /// Time since the clock's beginning.
    pub fn now(&self) -> Duration {
        match self {
            Self::System(start) => start.elapsed(),
            Self::Manual(clock) => clock.lock().now,
        }
    }

    /// Time since 1970-01-01, as systems stamp what they are sent. That of a manual clock is the system's when the clock
    /// was made, and moves with it from there.
    pub(crate) fn unix_time(&self) -> Duration {
        match self {
            Self::System(_) => system_time(),
            Self::Manual(clock) => clock.inner.made.saturating_add(self.now()),
        }
    }
}

/// The system's time since 1970-01-01; 0 where it is set to before.
fn system_time() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// A clock that only a test moves.
///
/// The threads that wait on it are known to it: [`advance`](Self::advance) takes time forward from one due moment to
/// the next and lets every thread finish what became due before it goes on, so that nothing has to sleep.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    inner: Arc<Manual>,
}

#[derive(Debug)]
struct Manual {
    /// When it was made, since 1970-01-01.
    made: Duration,
    state: Mutex<ManualState>,
    changed: Condvar,
}

impl Default for Manual {
    fn default() -> Self {
        Self {
            made: system_time(),
            state: Mutex::default(),
            changed: Condvar::default(),
        }
    }
}

#[derive(Debug, Default)]
struct ManualState {
    now: Duration,
    last_id: u64,
    /// That of the process whose threads the sleepers are.
    generation: u64,
    sleepers: HashMap<u64, Sleeper>,
}

/// What a manual clock knows of one thread.
#[derive(Debug, Default)]
struct Sleeper {
    /// The moment it waits for; `None` while it works.
    due: Option<Duration>,
    /// Somebody woke it, and it has not taken notice yet.
    rung: bool,
}

impl Sleeper {
    fn has_work(&self, now: Duration) -> bool {
        self.rung || self.due.is_none_or(|due| due <= now)
    }
}

impl ManualClock {
    /// Moves time forward by `by` and returns when all that became due on the way is done.
    ///
    /// Must not be called from a callback of metra: it would wait for itself.
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        let target = state.now.saturating_add(by);
        loop {
            let now = state.now;
            if state.sleepers.values().any(|sleeper| sleeper.has_work(now)) {
                state = self.wait(state);
                continue;
            }
            match state
                .sleepers
                .values()
                .filter_map(|sleeper| sleeper.due)
                .min()
            {
                Some(due) if due <= target => state.now = due,
                _ => break,
            }
            self.inner.changed.notify_all();
        }
        state.now = target;
    }

    fn lock(&self) -> Guard<'_, ManualState> {
        let mut state = self.inner.state.lock();
        if state.generation != fork::generation() {
            // The threads that slept here are the parent's.
            state.sleepers.clear();
            state.generation = fork::generation();
        }
        state
    }

    fn wait<'a>(&self, state: Guard<'a, ManualState>) -> Guard<'a, ManualState> {
        self.inner.changed.wait(state)
    }

    /// Changes what is known of sleeper `id` and lets everybody look again.
    fn update(&self, id: u64, change: impl FnOnce(&mut Sleeper)) {
        if let Some(sleeper) = self.lock().sleepers.get_mut(&id) {
            change(sleeper);
        }
        self.inner.changed.notify_all();
    }

    fn sleep(&self, id: u64, until: Duration) {
        self.update(id, |sleeper| sleeper.due = Some(until));
        let mut state = self.lock();
        loop {
            let now = state.now;
            let Some(sleeper) = state.sleepers.get_mut(&id) else {
                return;
            };
            if sleeper.has_work(now) {
                *sleeper = Sleeper::default();
                return;
            }
            state = self.wait(state);
        }
    }
}

/// Puts one thread to sleep on a clock; other threads may wake it early.
#[derive(Debug)]
pub(crate) struct Alarm {
    clock: Clock,
    id: u64,
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Alarm {
    /// An alarm on `clock`. A manual clock waits for its thread from now on.
    pub(crate) fn new(clock: &Clock) -> Self {
        let id = match clock {
            Clock::System(_) => 0,
            Clock::Manual(manual) => {
                let mut state = manual.lock();
                state.last_id += 1;
                let id = state.last_id;
                state.sleepers.insert(id, Sleeper::default());
                id
            }
        };
        Self {
            clock: clock.clone(),
            id,
            rung: Mutex::new(false),
            changed: Condvar::new(),
        }
    }

    /// Sleeps until the clock says `until` or somebody rings; a ring that came before is not lost.
    pub(crate) fn sleep(&self, until: Duration) {
        let start = match &self.clock {
            Clock::Manual(manual) => return manual.sleep(self.id, until),
            Clock::System(start) => *start,
        };
        let mut rung = self.rung.lock();
        while !*rung {
            if start.elapsed() >= until {
                break;
            }
            rung = match start.checked_add(until) {
                Some(due) => self.changed.wait_until(rung, due),
                None => self.changed.wait(rung),
            };
        }
        *rung = false;
    }

    /// Wakes the sleeper, now or at its next sleep.
    pub(crate) fn ring(&self) {
        match &self.clock {
            Clock::Manual(manual) => manual.update(self.id, |sleeper| sleeper.rung = true),
            Clock::System(_) => {
                *self.rung.lock() = true;
                self.changed.notify_all();
            }
        }
    }

    /// The clock it sleeps on.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Says that its thread sleeps no more, so that a manual clock does not wait for one that has ended.
    pub(crate) fn retire(&self) {
        if let Clock::Manual(manual) = &self.clock {
            manual.lock().sleepers.remove(&self.id);
            manual.inner.changed.notify_all();
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.retire();
    }
}

/// The latest moment there is: for a sleep that only a ring ends.
pub(crate) const NEVER: Duration = Duration::MAX;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn advance_visits_every_due_moment_and_waits_for_the_work() {
        let manual = ManualClock::default();
        let clock = Clock::Manual(manual.clone());
        let alarm = Arc::new(Alarm::new(&clock));
        let (ticks, sleeper) = (Arc::new(AtomicU64::new(0)), Arc::clone(&alarm));
        let counted = Arc::clone(&ticks);
        let thread = std::thread::spawn(move || {
            for tick in 1..=4 {
                sleeper.sleep(Duration::from_secs(5 * tick));
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        drop(alarm);
        manual.advance(Duration::from_secs(4));
        assert_eq!(ticks.load(Ordering::Relaxed), 0);
        manual.advance(Duration::from_secs(11));
        assert_eq!(ticks.load(Ordering::Relaxed), 3);
        manual.advance(Duration::from_secs(100));
        assert!(thread.join().is_ok());
        assert_eq!(clock.now(), Duration::from_secs(115));
    }

    #[test]
    fn unix_time_of_a_manual_clock_moves_with_it() {
        let before = system_time();
        let manual = ManualClock::default();
        let clock = Clock::Manual(manual.clone());
        let made = clock.unix_time();
        assert!(before <= made && made <= system_time());
        manual.advance(Duration::from_secs(3600));
        assert_eq!(clock.unix_time(), made + Duration::from_secs(3600));
        assert!(Clock::default().unix_time() >= before);
    }

    #[test]
    fn ring_before_the_sleep_is_not_lost() {
        for clock in [Clock::default(), Clock::Manual(ManualClock::default())] {
            let alarm = Alarm::new(&clock);
            alarm.ring();
            alarm.sleep(NEVER);
        }
    }

    #[test]
    fn retired_alarm_is_not_waited_for_and_rings_in_vain() {
        let manual = ManualClock::default();
        let alarm = Alarm::new(&Clock::Manual(manual.clone()));
        alarm.retire();
        alarm.ring();
        manual.advance(Duration::from_secs(1));
        alarm.sleep(NEVER);
    }
}
