//! The thread that asks gauges, and what happens when one of them does not answer.
//!
//! Callbacks run one at a time on one thread, with no lock held. A reader waits for it no longer than the gauge timeout
//! in all. A callback that runs longer than that is stuck: its thread is left to it and ends when it returns, and
//! another thread takes over, as long as no more than [`MAX_STUCK`] are stuck.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};
use crate::log::{Level, Log, Loss};
use crate::metric::{Gauge, is_asking};
use crate::os::ended::Waited;
use crate::os::fork;
use crate::os::sync::{Condvar, Guard, Mutex};
use crate::value::Value;

/// Threads that may hang in callbacks at once before gauges are no longer asked.
const MAX_STUCK: usize = 4;

/// One answer per gauge, in their order; nothing from those without a value now.
pub(crate) type GaugeValues = Vec<Option<Value>>;

/// Asks gauges for their values, for any number of readers.
#[derive(Debug)]
pub(crate) struct GaugeReader {
    shared: Arc<Shared>,
    timeout: Duration,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    /// That of the process whose threads these are.
    generation: u64,
    jobs: VecDeque<Job>,
    last_job: u64,
    /// The thread in charge; one that finds another number here on its return was given up and ends.
    worker: Option<u64>,
    /// The thread of `worker`; one that was given up is not waited for.
    thread: Option<Arc<Waited>>,
    last_worker: u64,
    stuck: usize,
    /// The callback that the thread in charge is in.
    asking: Option<Asking>,
    /// The gauge that the last reading had no time for: the next one begins there, so that none starves.
    resume_at: Option<usize>,
}

/// A callback under way: since when, and for which job.
#[derive(Debug)]
struct Asking {
    since: Instant,
    job: u64,
    gauge: Arc<Gauge>,
}

/// One reader's gauges that still have to be asked.
#[derive(Debug)]
struct Job {
    id: u64,
    gauges: Vec<Arc<Gauge>>,
    values: GaugeValues,
    first: usize,
    asked: usize,
}

impl Job {
    fn is_done(&self) -> bool {
        self.asked >= self.gauges.len()
    }

    /// How many gauges it did not come to.
    fn missed(&self) -> usize {
        self.gauges.len().saturating_sub(self.asked)
    }

    /// The first gauge it did not come to, but for one that is at work for longer than it may, and had its turn.
    fn first_missed(&self) -> Option<&Arc<Gauge>> {
        let (before, from) = self.gauges.split_at_checked(self.first)?;
        let mut missed = from.iter().chain(before).skip(self.asked);
        missed.find(|gauge| !(gauge.is_running() && gauge.was_late()))
    }

    /// The place of the next gauge to ask.
    fn next(&self) -> usize {
        (self.first + self.asked) % self.gauges.len().max(1)
    }
}

impl GaugeReader {
    /// A reader that gives gauges `timeout` per reading. Its thread starts with the first gauge that has a callback.
    pub(crate) fn new(timeout: Duration, log: Arc<Log>) -> Self {
        Self {
            shared: Arc::default(),
            timeout,
            log,
        }
    }

    /// Asks all `gauges`; those not answered in time have no value in this reading.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a callback, unless no gauge has to be asked.
    pub(crate) fn read(&self, gauges: Vec<Arc<Gauge>>) -> Result<GaugeValues, Error> {
        self.read_within(self.timeout, gauges)
    }

    /// The same, for readers that have less time than the timeout.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(crate) fn read_within(
        &self,
        patience: Duration,
        gauges: Vec<Arc<Gauge>>,
    ) -> Result<GaugeValues, Error> {
        let mut values: GaugeValues = gauges.iter().map(|gauge| gauge.held()).collect();
        // Those that were late come last, so that they cost the others nothing once they are known.
        let late: Vec<bool> = gauges.iter().map(|gauge| gauge.was_late()).collect();
        let (mut places, mut asked) = (Vec::new(), Vec::new());
        for comes_last in [false, true] {
            for (place, (gauge, late)) in gauges.iter().zip(&late).enumerate() {
                if gauge.asks() && *late == comes_last {
                    places.push(place);
                    asked.push(Arc::clone(gauge));
                }
            }
        }
        if asked.is_empty() {
            return Ok(values);
        }
        if is_asking() {
            let text = "gauges cannot be read from inside a gauge's callback";
            return Err(Error::new(ErrorKind::Busy, text));
        }
        for (place, answer) in places.into_iter().zip(self.ask(patience, asked)) {
            if let Some(value) = values.get_mut(place) {
                *value = answer;
            }
        }
        Ok(values)
    }

    fn ask(&self, patience: Duration, gauges: Vec<Arc<Gauge>>) -> GaugeValues {
        let deadline = Instant::now() + patience.min(self.timeout);
        let mut state = self.lock();
        let id = state.add_job(gauges);
        self.ensure_worker(&mut state);
        self.shared.changed.notify_all();
        loop {
            if state.closed
                || state.worker.is_none()
                || state.job(id).is_none_or(|job| job.is_done())
            {
                break;
            }
            let now = Instant::now();
            let stuck_at = state
                .asking
                .as_ref()
                .map(|asking| asking.since + self.timeout);
            if stuck_at.is_some_and(|moment| now >= moment) {
                self.give_up_worker(&mut state);
            }
            if now >= deadline {
                break;
            }
            let stuck_at = state
                .asking
                .as_ref()
                .map_or(deadline, |asking| asking.since + self.timeout);
            state = self
                .shared
                .changed
                .wait_until(state, deadline.min(stuck_at));
        }
        let job = state.take_job(id);
        drop(state);
        self.log.catch_up();
        job.map_or_else(GaugeValues::new, |job| {
            self.count(job.missed());
            job.values
        })
    }

    fn count(&self, missed: usize) {
        for _ in 0..missed {
            self.log.count(Loss::GaugeTimeout);
        }
        if missed > 0 {
            let text = "gauges were left out of a reading: their callbacks need longer than metrics.gauge.timeout";
            self.log.say_once(Level::Warn, text);
        }
    }

    /// Leaves the thread in charge to the callback it hangs in.
    fn give_up_worker(&self, state: &mut State) {
        state.worker = None;
        state.thread = None;
        state.stuck += 1;
        if let Some(asking) = state.asking.take() {
            asking.gauge.set_late(true);
            if let Some(job) = state.job_mut(asking.job) {
                job.asked += 1;
            }
        }
        self.count(1);
        self.ensure_worker(state);
    }

    fn ensure_worker(&self, state: &mut State) {
        if state.worker.is_some() || state.closed {
            return;
        }
        if state.stuck > MAX_STUCK {
            let text = format!("gauges are not read: the callbacks of {} hang", state.stuck);
            self.log.say_once(Level::Error, text);
            return;
        }
        state.last_worker += 1;
        let id = state.last_worker;
        let (shared, log) = (Arc::clone(&self.shared), Arc::clone(&self.log));
        let timeout = self.timeout;
        match Waited::spawn("metra-gauges", move || work(&shared, id, timeout, &log)) {
            Ok(thread) => {
                state.worker = Some(id);
                state.thread = Some(Arc::new(thread));
            }
            Err(error) => self.log.say_once(
                Level::Error,
                format!("gauges are not read: no thread could be started: {error}"),
            ),
        }
    }

    fn lock(&self) -> Guard<'_, State> {
        self.shared.lock()
    }

    /// Ends the thread once it is not inside a callback; readings that wait get what is there.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.shared.changed.notify_all();
    }

    /// Waits for the thread to end, at most until `deadline`; whether it did. A thread that hangs is not waited for.
    pub(crate) fn wait_until_closed(&self, deadline: Instant) -> bool {
        let thread = self.lock().thread.clone();
        let left = deadline.saturating_duration_since(Instant::now());
        thread.is_none_or(|thread| thread.wait(left))
    }
}

impl Drop for GaugeReader {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn lock(&self) -> Guard<'_, State> {
        let mut state = self.state.lock();
        if state.generation != fork::generation() {
            // Threads and readings are the parent's; what the readings held is dropped when the parent would drop it.
            let theirs = std::mem::take(&mut *state);
            state.closed = theirs.closed;
            state.generation = fork::generation();
            std::mem::forget(theirs);
        }
        state
    }
}

impl State {
    fn add_job(&mut self, gauges: Vec<Arc<Gauge>>) -> u64 {
        self.last_job += 1;
        let resume_at = self.resume_at.take();
        let first = resume_at.and_then(|key| gauges.iter().position(|gauge| address(gauge) == key));
        self.jobs.push_back(Job {
            id: self.last_job,
            values: vec![None; gauges.len()],
            gauges,
            first: first.unwrap_or(0),
            asked: 0,
        });
        self.last_job
    }

    fn job(&self, id: u64) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    fn job_mut(&mut self, id: u64) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == id)
    }

    /// Ends a reading; the next one begins where this one had to stop.
    fn take_job(&mut self, id: u64) -> Option<Job> {
        let at = self.jobs.iter().position(|job| job.id == id)?;
        let job = self.jobs.remove(at)?;
        self.resume_at = job.first_missed().map(address);
        Some(job)
    }

    /// Takes down the answer of the gauge that was asked, if its reading still goes on.
    fn answer(&mut self, job: u64, place: usize, answer: Option<Value>) {
        if let Some(job) = self.job_mut(job) {
            job.asked += 1;
            if let Some(value) = job.values.get_mut(place) {
                *value = answer;
            }
        }
    }

    /// The next gauge to ask: the reading it is for, its place there, and itself.
    fn next_gauge(&self) -> Option<(u64, usize, Arc<Gauge>)> {
        let job = self.jobs.iter().find(|job| !job.is_done())?;
        let place = job.next();
        Some((job.id, place, Arc::clone(job.gauges.get(place)?)))
    }
}

fn address(gauge: &Arc<Gauge>) -> usize {
    Arc::as_ptr(gauge).addr()
}

/// The life of a gauge thread: asks one gauge after the other until it is closed or given up.
fn work(shared: &Shared, me: u64, timeout: Duration, log: &Log) {
    let mut state = shared.lock();
    loop {
        if state.closed {
            state.worker = None;
            shared.changed.notify_all();
            return;
        }
        let Some((job, place, gauge)) = state.next_gauge() else {
            state = shared.changed.wait(state);
            continue;
        };
        state.asking = Some(Asking {
            since: Instant::now(),
            job,
            gauge: Arc::clone(&gauge),
        });
        drop(state);
        let answer = ask(&gauge, timeout, log);
        state = shared.lock();
        let given_up = state.worker != Some(me);
        if given_up {
            state.stuck = state.stuck.saturating_sub(1);
        } else {
            state.asking = None;
            state.answer(job, place, answer);
            if state.job(job).is_some_and(Job::is_done) {
                shared.changed.notify_all();
            }
        }
        drop(state);
        // The last reference may be this one: what it drops is foreign code, so not under the lock.
        drop(gauge);
        if given_up {
            return;
        }
        state = shared.lock();
    }
}

fn ask(gauge: &Gauge, timeout: Duration, log: &Log) -> Option<Value> {
    if gauge.is_running() {
        log.count(Loss::GaugeTimeout);
        return None;
    }
    let asked = Instant::now();
    let answer = gauge.ask();
    gauge.set_late(asked.elapsed() >= timeout);
    if answer.is_none() {
        log.count(Loss::GaugeFailure);
    }
    answer
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    /// Says when it is dropped, and whether that was under a lock of metra's.
    struct Dropped(Sender<bool>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.send(fork::is_inside()).unwrap();
        }
    }

    #[test]
    fn gauge_that_only_its_thread_still_has_is_dropped_without_a_lock() {
        let reader = Arc::new(GaugeReader::new(
            Duration::from_secs(60),
            Arc::new(Log::new(None)),
        ));
        let (dropped, was_dropped) = channel();
        let (entered, has_entered) = channel();
        let (leave, may_leave) = channel::<()>();
        let (held, may_leave) = (Dropped(dropped), std::sync::Mutex::new(may_leave));
        let gauge = Arc::new(Gauge::asking(Box::new(move || {
            let _ = &held;
            entered.send(()).unwrap();
            may_leave.lock().unwrap().recv().unwrap();
            None
        })));
        let reading = Arc::clone(&reader);
        let thread = std::thread::spawn(move || reading.read(vec![gauge]));
        has_entered.recv().unwrap();
        // The reading ends, and its references go, while the callback runs.
        reader.close();
        thread.join().unwrap().unwrap();
        leave.send(()).unwrap();
        assert_eq!(was_dropped.recv(), Ok(false));
    }
}
