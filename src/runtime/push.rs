//! The thread of one reporter that is told of metrics and, if it wants to, called at an interval.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use super::Carrier;
use crate::caught::caught;
use crate::clock::{Alarm, Clock, NEVER};
use crate::collect::{self, GaugeReader};
use crate::error::{Error, ErrorKind};
use crate::group::{Feed, Live};
use crate::log::{Level, Log, Loss};
use crate::os::ended::Waited;
use crate::registry::Registry;
use crate::reporter::{MetricInfo, Reporter, View};

/// A reporter with its thread. Dropping it ends the thread without waiting and without a last report.
pub(super) struct Push {
    shared: Arc<Shared>,
    thread: Waited,
}

struct Shared {
    alarm: Alarm,
    order: AtomicU8,
}

/// What the thread is told to do, in [`Shared::order`].
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
    /// Starts the thread of `reporter`, which reports every `interval` if there is one.
    pub(super) fn start(
        reporter: Box<dyn Reporter>,
        view: Arc<View>,
        interval: Option<Duration>,
        registry: &Registry,
        gauges: Arc<GaugeReader>,
        clock: &Clock,
    ) -> Result<Self, Error> {
        let shared = Arc::new(Shared {
            alarm: Alarm::new(clock),
            order: AtomicU8::new(RUN),
        });
        let waking = Arc::downgrade(&shared);
        let feed = registry.subscribe(
            |_| true,
            move || {
                if let Some(shared) = waking.upgrade() {
                    shared.alarm.ring();
                }
            },
        );
        let thread = Thread {
            reporter,
            view,
            interval,
            feed,
            gauges,
            log: Arc::clone(registry.log()),
            shared: Arc::clone(&shared),
            known: Vec::new(),
            identifiers: HashMap::default(),
        };
        let thread = Waited::spawn("metra-reporter", move || thread.run()).map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("no thread could be started: {error}"),
            )
        })?;
        Ok(Self { shared, thread })
    }
}

impl Carrier for Push {
    fn finish(&self) {
        self.shared.tell(REPORT_AND_CLOSE);
    }

    fn wait_until_finished(&self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        self.thread.wait(left)
    }
}

impl Drop for Push {
    fn drop(&mut self) {
        self.shared.tell(CLOSE);
    }
}

impl Shared {
    /// Gives an order unless a later one was given.
    fn tell(&self, order: u8) {
        self.order.fetch_max(order, Ordering::SeqCst);
        self.alarm.ring();
    }
}

struct Thread {
    reporter: Box<dyn Reporter>,
    view: Arc<View>,
    interval: Option<Duration>,
    feed: Arc<Feed>,
    gauges: Arc<GaugeReader>,
    log: Arc<Log>,
    shared: Arc<Shared>,
    /// What the reporter was told of, in the order of registration.
    known: Vec<Live>,
    /// How many of `known` have an identifier of this hash.
    identifiers: HashMap<u64, usize, BuildHasherDefault<DefaultHasher>>,
}

impl Thread {
    fn run(mut self) {
        REPORTING.set(true);
        let now = || self.shared.alarm.clock().now();
        let after =
            |interval: Option<Duration>| interval.map_or(NEVER, |interval| now() + interval);
        let mut due = after(self.interval);
        loop {
            self.shared.alarm.sleep(due);
            self.take_changes();
            let order = self.shared.order.load(Ordering::SeqCst);
            let is_due = self.shared.alarm.clock().now() >= due;
            if self.interval.is_some() && (order == REPORT_AND_CLOSE || (order == RUN && is_due)) {
                self.report();
            }
            if order != RUN {
                break;
            }
            if is_due {
                let interval = self.interval.unwrap_or(NEVER);
                due = self.shared.alarm.clock().now().saturating_add(interval);
            }
        }
        self.guarded("close", |reporter, view| reporter.close(view));
        // Dropping the reporter runs foreign code as well.
        let reporter = self.reporter;
        caught(|| drop(reporter));
        self.shared.alarm.retire();
    }

    fn take_changes(&mut self) {
        let changes = self.feed.take();
        let mut gone: Vec<u64> = changes.removed.iter().map(|live| live.id).collect();
        gone.sort_unstable();
        let is_gone = |live: &mut Live| gone.binary_search(&live.id).is_ok();
        let removed: Vec<Live> = self.known.extract_if(.., is_gone).collect();
        for live in removed {
            self.forget_identifier(&live);
            self.guarded("removed", |reporter, view| {
                reporter.removed(view, &MetricInfo::new(view, live.identity()));
            });
        }
        for live in changes.added {
            if self.view.accepts(&live) {
                self.check_identifier(&live);
                self.guarded("added", |reporter, view| {
                    reporter.added(view, &MetricInfo::new(view, live.identity()));
                });
                self.known.push(live);
            }
        }
    }

    fn identifier_hash(&self, live: &Live) -> u64 {
        let identifier = MetricInfo::new(&self.view, live.identity()).identifier();
        self.identifiers.hasher().hash_one(identifier)
    }

    fn check_identifier(&mut self, live: &Live) {
        let hash = self.identifier_hash(live);
        let others = self.identifiers.entry(hash).or_default();
        *others += 1;
        if *others > 1 {
            let identifier = MetricInfo::new(&self.view, live.identity()).identifier();
            let text = format!("more than one metric has the identifier '{identifier}'");
            self.log.lose(Loss::EqualIdentity, text);
        }
    }

    fn forget_identifier(&mut self, live: &Live) {
        let hash = self.identifier_hash(live);
        if let Some(others) = self.identifiers.get_mut(&hash) {
            *others -= 1;
            if *others == 0 {
                self.identifiers.remove(&hash);
            }
        }
    }

    fn report(&mut self) {
        // The reporter borrows the rest of the thread.
        let metrics = std::mem::take(&mut self.known);
        let gauges = Arc::clone(&self.gauges);
        self.guarded("report", |reporter, view| {
            reporter.report(view, &mut |visit| {
                collect::read(&metrics, &gauges, |live, reading| {
                    visit(&MetricInfo::new(view, live.identity()), reading);
                })
            });
        });
        self.known = metrics;
    }

    /// Calls the reporter; a panic in it is counted and stays here.
    fn guarded(&mut self, what: &str, call: impl FnOnce(&mut dyn Reporter, &View)) {
        let (reporter, view) = (&mut self.reporter, &self.view);
        let outcome = caught(|| call(&mut **reporter, view));
        if outcome.is_none() {
            let name = &self.view.settings().name;
            self.log.count(Loss::Panic);
            self.log
                .say_once(Level::Error, format!("reporter {name} panicked in {what}"));
        }
    }
}
