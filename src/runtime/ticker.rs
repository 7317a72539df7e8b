//! The tick: every five seconds it moves meters' rings and histograms' windows on.
//!
//! Its thread runs only while there is a meter or a histogram. As Flink's view updater does, each run first updates what
//! it knows, then takes in what came since, then drops what went: a new meter is first updated 5 to 10 s after it was
//! registered, a removed one possibly once more.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crate::clock::{Alarm, Clock};
use crate::group::Feed;
use crate::log::{Level, Log};
use crate::metric::{Metric, TICK};
use crate::os::ended::Waited;
use crate::os::sync::{Guard, Mutex};
use crate::registry::Registry;

/// Ticks the meters and histograms of one registry.
pub(super) struct Ticker {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    log: Arc<Log>,
    feed: OnceLock<Arc<Feed>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    /// Wakes the thread; `None` while there is none.
    alarm: Option<Arc<Alarm>>,
    /// The thread that was started last.
    thread: Option<Arc<Waited>>,
}

impl Ticker {
    pub(super) fn new(registry: &Registry, clock: Clock) -> Self {
        let shared = Arc::new(Shared {
            clock,
            log: Arc::clone(registry.log()),
            feed: OnceLock::new(),
            state: Mutex::default(),
        });
        let waking = Arc::downgrade(&shared);
        let feed = registry.subscribe(Metric::ticks, move || {
            if let Some(shared) = waking.upgrade() {
                Shared::ensure_thread(&shared);
            }
        });
        // Nothing else sets it.
        let _ = shared.feed.set(feed);
        Self { shared }
    }

    /// Ends the thread, without waiting for it.
    pub(super) fn close(&self) {
        let mut state = self.shared.lock();
        state.closed = true;
        if let Some(alarm) = &state.alarm {
            alarm.ring();
        }
    }

    /// Waits for the thread to end, at most until `deadline`. It runs nothing foreign, so that will not be long.
    pub(super) fn wait_until_closed(&self, deadline: Instant) {
        let thread = self.shared.lock().thread.clone();
        if let Some(thread) = thread {
            thread.wait(deadline.saturating_duration_since(Instant::now()));
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }

    fn ensure_thread(self: &Arc<Self>) {
        let mut state = self.lock();
        if state.closed || state.alarm.is_some() {
            return;
        }
        // The clock waits for the thread from here on, so that no moment is missed before it sleeps.
        let alarm = Arc::new(Alarm::new(&self.clock));
        let (shared, own) = (Arc::clone(self), Arc::clone(&alarm));
        match Waited::spawn("metra-tick", move || shared.run(&own)) {
            Ok(thread) => {
                state.alarm = Some(alarm);
                state.thread = Some(Arc::new(thread));
            }
            Err(error) => self.log.say_once(
                Level::Error,
                format!("meters and histograms stand still: no thread could be started: {error}"),
            ),
        }
    }

    fn run(&self, alarm: &Alarm) {
        let mut known = HashMap::new();
        loop {
            let due = self.clock.now() + TICK;
            while self.clock.now() < due {
                alarm.sleep(due);
                if self.lock().closed {
                    return alarm.retire();
                }
            }
            let now = self.clock.now();
            known.values().for_each(|metric: &Metric| metric.tick(now));
            if self.take_changes(&mut known) {
                return;
            }
        }
    }

    /// Takes in what came and drops what went; true if nothing is left, and then the thread is no longer counted on.
    fn take_changes(&self, known: &mut HashMap<u64, Metric>) -> bool {
        // Under this lock a metric that comes now either is in the feed or starts the next thread.
        let mut state = self.lock();
        let changes = self.feed.get().map(|feed| feed.take()).unwrap_or_default();
        for live in changes.added {
            known.insert(live.id, live.metric);
        }
        for live in changes.removed {
            known.remove(&live.id);
        }
        if known.is_empty() {
            state.alarm = None;
        }
        known.is_empty()
    }
}
