//! The thread of one reporter that is called at an interval, or only told of metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use super::Carrier;
use super::schedule::Schedule;
use crate::caught::caught;
use crate::clock::{Alarm, NEVER};
use crate::error::{Error, ErrorKind};
use crate::log::{Level, Log, Loss};
use crate::os::ended::Waited;
use crate::os::sync::Mutex;
use crate::reporter::pusher::{Moment, Pusher};

/// A reporter with its thread. Dropping it ends the thread without waiting and without a last report.
pub(super) struct Push {
    wakeup: Arc<Wakeup>,
    thread: Waited,
}

/// How others reach the thread.
pub(super) struct Wakeup {
    alarm: Alarm,
    order: AtomicU8,
    /// By when the last report and the end are due.
    end: Mutex<Option<Instant>>,
}

/// What the thread is told to do, in [`Wakeup::order`].
const RUN: u8 = 0;
const REPORT_AND_CLOSE: u8 = 1;
const CLOSE: u8 = 2;

thread_local! {
    static REPORTING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether this thread belongs to a reporter, where waiting for reporters would be waiting for itself.
pub(super) fn is_reporting() -> bool {
    REPORTING.get()
}

impl Push {
    /// Starts the thread that `wakeup` reaches. It is called at the times of `schedule`, if there is one.
    pub(super) fn start(
        name: &str,
        pusher: Box<dyn Pusher>,
        schedule: Option<Schedule>,
        wakeup: &Arc<Wakeup>,
        log: &Arc<Log>,
    ) -> Result<Self, Error> {
        let thread = Thread {
            name: name.to_owned(),
            pusher,
            schedule,
            wakeup: Arc::clone(wakeup),
            log: Arc::clone(log),
        };
        let thread = Waited::spawn("metra-reporter", move || thread.run()).map_err(|error| {
            let text = format!("no thread could be started: {error}");
            Error::new(ErrorKind::Io, text)
        })?;
        Ok(Self {
            wakeup: Arc::clone(wakeup),
            thread,
        })
    }
}

impl Carrier for Push {
    fn finish(&self, deadline: Instant) {
        *self.wakeup.end.lock() = Some(deadline);
        self.wakeup.tell(REPORT_AND_CLOSE);
    }

    fn wait_until_finished(&self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        self.thread.wait(left)
    }
}

impl Drop for Push {
    fn drop(&mut self) {
        self.wakeup.tell(CLOSE);
    }
}

impl Wakeup {
    pub(super) fn new(alarm: Alarm) -> Self {
        Self {
            alarm,
            order: AtomicU8::new(RUN),
            end: Mutex::default(),
        }
    }

    /// Wakes the thread to take in what changed.
    pub(super) fn ring(&self) {
        self.alarm.ring();
    }

    /// Gives an order unless a later one was given.
    fn tell(&self, order: u8) {
        self.order.fetch_max(order, Ordering::SeqCst);
        self.alarm.ring();
    }
}

struct Thread {
    name: String,
    pusher: Box<dyn Pusher>,
    schedule: Option<Schedule>,
    wakeup: Arc<Wakeup>,
    log: Arc<Log>,
}

impl Thread {
    fn run(mut self) {
        REPORTING.set(true);
        let mut due = self.due();
        loop {
            self.wakeup.alarm.sleep(due);
            let now = self.wakeup.alarm.clock().unix_time();
            self.guarded(&mut |pusher| pusher.catch_up(now));
            let order = self.wakeup.order.load(Ordering::SeqCst);
            let is_due = self.wakeup.alarm.clock().now() >= due;
            if order == REPORT_AND_CLOSE || (order == RUN && is_due) {
                self.report();
            }
            if order != RUN {
                break;
            }
            if is_due {
                due = self.due();
            }
        }
        let deadline = self.last_deadline();
        self.guarded(&mut |pusher| pusher.close(deadline));
        let pusher = self.pusher;
        caught(|| drop(pusher));
        self.wakeup.alarm.retire();
    }

    /// When the next report is due.
    fn due(&self) -> Duration {
        let now = self.wakeup.alarm.clock().now();
        let schedule = self.schedule.as_ref();
        schedule.map_or(NEVER, |schedule| now.saturating_add(schedule.pause()))
    }

    /// By when a report that begins now has to be done.
    fn deadline(&self) -> Instant {
        let patience = self.schedule.as_ref().map(Schedule::patience);
        let deadline = Instant::now() + patience.unwrap_or_default();
        let end = *self.wakeup.end.lock();
        end.map_or(deadline, |end| end.min(deadline))
    }

    /// By when closing has to be done: at once, if nobody waits for it.
    fn last_deadline(&self) -> Instant {
        let is_awaited = self.wakeup.end.lock().is_some();
        if is_awaited {
            self.deadline()
        } else {
            Instant::now()
        }
    }

    fn report(&mut self) {
        if self.schedule.is_none() {
            return;
        }
        let moment = Moment {
            time: self.wakeup.alarm.clock().unix_time(),
            deadline: self.deadline(),
        };
        let mut outcome = None;
        self.guarded(&mut |pusher| outcome = Some(pusher.report(&moment)));
        if let (Some(outcome), Some(schedule)) = (outcome, &mut self.schedule) {
            schedule.note(&outcome);
        }
    }

    /// Calls the reporter; a panic in it is counted and stays here.
    fn guarded(&mut self, call: &mut dyn FnMut(&mut dyn Pusher)) {
        let outcome = caught(|| call(&mut *self.pusher));
        if outcome.is_none() {
            self.log.count(Loss::Panic);
            let text = format!("reporter {} panicked", self.name);
            self.log.say_once(Level::Error, text);
        }
    }
}
