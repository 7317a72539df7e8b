//! Reporters that bring metrics to a system, batch by batch.

mod inherited;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::class::Site;
use super::deliveries::Deliveries;
use super::failure::Failure;
use super::known::{Known, News};
use super::pusher::{Moment, Pusher};
use super::{MetricInfo, View};
use crate::collect::{GaugeReader, Reading, Round};
use crate::metric::Histogram;
use crate::scope::Scope;

/// A system that metrics are brought to: how it is spelled to, written to and sent to.
///
/// What is printed of a scope and of a metric's name is computed once, when the metric comes. Writing copies those bytes and
/// formats numbers; the memory of a batch is used again for the next.
pub(crate) trait System: Send {
    /// What is printed of a scope, for all metrics in it.
    type Scope: Send + Sync;
    /// What is printed of a metric, and what the system remembers of it.
    type Metric: Send;

    /// Spells a scope.
    fn scope(&self, view: &View, scope: &Scope) -> Self::Scope;

    /// Spells a metric in a scope that was spelled. It was not there before `since`, a time since 1970-01-01.
    fn metric(&self, info: &MetricInfo<'_>, scope: &Self::Scope, since: Duration) -> Self::Metric;

    /// A report begins, with an empty batch.
    fn begin(&mut self, moment: &Moment);

    /// Writes what a metric says at the end of the batch.
    fn write(
        &mut self,
        scope: &Self::Scope,
        metric: &mut Self::Metric,
        reading: &Reading,
    ) -> Written;

    /// Whether histograms are written by all their values for life, and not by what a reading says.
    fn writes_life(&self) -> bool {
        false
    }

    /// Writes a histogram by all its values for life at the end of the batch.
    fn write_life(
        &mut self,
        _scope: &Self::Scope,
        _metric: &mut Self::Metric,
        _histogram: &Histogram,
    ) -> Written {
        Written::Nothing
    }

    /// Whether the batch is to be sent before anything more is written.
    fn is_full(&self) -> bool;

    /// Sends the batch, if there is anything in it, and empties it in any case; how many bytes it had, before any
    /// compression.
    ///
    /// # Errors
    /// Why it did not arrive.
    fn send(&mut self, moment: &Moment) -> Result<usize, Failure>;

    /// What the other side did not take of the last batch, which arrived.
    fn rejection(&mut self) -> Option<Rejection> {
        None
    }

    /// The batch with this metric in it arrived: what was written of it last is what the system knows.
    fn arrived(_metric: &mut Self::Metric) {}

    /// Everything was sent.
    ///
    /// # Errors
    /// Why the report did not arrive after all: nothing of it counts as delivered.
    fn end(&mut self, _moment: &Moment) -> Result<(), Failure> {
        Ok(())
    }

    /// The registry closes.
    fn close(&mut self, _deadline: Instant) {}
}

/// What became of a metric that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is in the batch.
    Yes,
    /// The batch has no room for it: it is to be written again when that is sent. Never said by an empty batch.
    Full,
    /// It has nothing to say now.
    Nothing,
    /// It says what the system's format has no words for; why, for the log: the same words every time.
    Inexpressible(&'static str),
}

/// What became of a part of a batch.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    /// How many metrics were not taken.
    pub(crate) metrics: usize,
    /// Why, which is no reason to stop.
    pub(crate) failure: Failure,
}

/// What a metric is written by.
#[derive(Clone, Copy)]
enum Source<'a> {
    Reading(&'a Reading),
    Life(&'a Histogram),
}

/// Brings a registry's metrics to a system.
pub(crate) struct Courier<S: System> {
    system: S,
    view: Arc<View>,
    known: Known<Spelled<S>>,
    scopes: Scopes<S::Scope>,
    gauges: Arc<GaugeReader>,
    deliveries: Deliveries,
    /// When it last took in what had come, since 1970-01-01.
    caught_up: Duration,
}

/// A metric as it is printed.
struct Spelled<S: System> {
    scope: Arc<S::Scope>,
    metric: S::Metric,
}

impl<S: System> Courier<S> {
    /// A courier to `system` of what the reporter at `site` shows.
    pub(crate) fn new(system: S, site: &Site<'_>) -> Self {
        // What comes is taken in with the next report: nobody has to be woken for it.
        let feed = site.registry.subscribe(|_| true, || ());
        let mut courier = Self {
            system,
            view: Arc::clone(site.view),
            known: Known::new(Arc::clone(site.view), feed),
            scopes: Scopes::default(),
            gauges: Arc::clone(site.gauges),
            deliveries: Deliveries::new(site.view, site.registry),
            caught_up: site.now,
        };
        if site.is_inherited {
            courier.catch_up(site.now);
            courier.inherit(site.now);
        }
        courier
    }

    /// Writes and sends everything, batch by batch, and counts what became of it.
    fn deliver(&mut self, moment: &Moment) -> Result<(), Failure> {
        let mut batch = Batch::default();
        let sent = self.send_all(&mut batch, moment);
        let ended = match sent {
            Ok(()) => self.system.end(moment),
            Err(_) => Ok(()),
        };
        match ended {
            Ok(()) => self
                .deliveries
                .arrived(batch.sent_metrics, batch.sent_bytes),
            Err(_) => self.deliveries.failed(batch.sent_metrics),
        }
        sent.and(ended).and(batch.refused)
    }

    fn send_all(&mut self, batch: &mut Batch, moment: &Moment) -> Result<(), Failure> {
        // Nobody waits for a gauge here, so that there is no other outcome than that they were asked. Half of the time is for
        // everything else.
        let (mut round, _) = Round::begin(self.known.metrics(), &self.gauges, moment.left() / 2);
        self.system.begin(moment);
        let all = self.known.entries.len();
        for place in 0..all {
            let Some(entry) = self.known.entries.get(place) else {
                break;
            };
            let histogram = entry.live.metric.as_histogram();
            let histogram = histogram.filter(|_| self.system.writes_life()).cloned();
            let source = match &histogram {
                Some(histogram) => Some(Source::Life(histogram)),
                None => round.next(&entry.live.metric).map(Source::Reading),
            };
            if let Some(source) = source {
                let mut written = self.write(place, source);
                if written == Written::Full {
                    self.send(batch, place, moment)?;
                    written = self.write(place, source);
                }
                batch.metrics += usize::from(written == Written::Yes);
            }
            if self.system.is_full() {
                self.send(batch, place + 1, moment)?;
            }
        }
        if batch.first < all {
            self.send(batch, all, moment)?;
        }
        Ok(())
    }

    /// Writes one metric into the batch.
    fn write(&mut self, place: usize, source: Source<'_>) -> Written {
        let Some(entry) = self.known.entries.get_mut(place) else {
            return Written::Nothing;
        };
        let Spelled { scope, metric } = &mut entry.kept;
        let written = match source {
            Source::Reading(reading) => self.system.write(scope, metric, reading),
            Source::Life(histogram) => self.system.write_life(scope, metric, histogram),
        };
        if let Written::Inexpressible(why) = written {
            self.deliveries.dropped(why);
        }
        written
    }

    /// Sends the batch, which ends before the metric at `end`, and begins the next. Fails where the rest is lost as well: a
    /// refusal is kept for the end of the report.
    fn send(&mut self, batch: &mut Batch, end: usize, moment: &Moment) -> Result<(), Failure> {
        let range = std::mem::replace(&mut batch.first, end)..end;
        let metrics = std::mem::take(&mut batch.metrics);
        match self.system.send(moment) {
            Ok(bytes) => {
                let mut taken = metrics;
                if let Some(rejection) = self.system.rejection() {
                    taken = taken.saturating_sub(rejection.metrics);
                    batch.refuse(rejection.failure);
                }
                batch.sent_metrics += taken;
                batch.sent_bytes += bytes;
                self.deliveries.failed(metrics - taken);
                let entries = self.known.entries.get_mut(range).unwrap_or_default();
                for entry in entries {
                    S::arrived(&mut entry.kept.metric);
                }
            }
            Err(failure) if failure.is_refusal => {
                self.deliveries.failed(metrics);
                batch.refuse(failure);
            }
            Err(failure) => {
                let rest = self.known.entries.len() - end;
                self.deliveries.failed(metrics + rest);
                return Err(failure);
            }
        }
        Ok(())
    }
}

/// The batch under way.
struct Batch {
    /// Where its first metric is.
    first: usize,
    /// How many metrics are written in it.
    metrics: usize,
    /// What was sent in those before it.
    sent_metrics: usize,
    sent_bytes: usize,
    /// The first refusal of one before it.
    refused: Result<(), Failure>,
}

impl Batch {
    fn refuse(&mut self, failure: Failure) {
        if self.refused.is_ok() {
            self.refused = Err(failure);
        }
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            first: 0,
            metrics: 0,
            sent_metrics: 0,
            sent_bytes: 0,
            refused: Ok(()),
        }
    }
}

impl<S: System> Pusher for Courier<S> {
    fn catch_up(&mut self, now: Duration) {
        let News { removed, added } = self.known.news();
        for entry in removed {
            self.scopes.leave(&entry.live.scope, entry.kept.scope);
        }
        for live in added {
            let (system, view) = (&self.system, &self.view);
            let spell = || system.scope(view, &live.scope);
            let scope = self.scopes.enter(&live.scope, spell);
            let info = MetricInfo::new(view, live.identity());
            let metric = system.metric(&info, &scope, self.caught_up);
            self.known.add(live, Spelled { scope, metric });
        }
        self.caught_up = now;
    }

    fn report(&mut self, moment: &Moment) -> Result<(), Failure> {
        let outcome = self.deliver(moment);
        self.deliveries.ended(&outcome);
        outcome
    }

    fn close(&mut self, deadline: Instant) {
        self.system.close(deadline);
    }
}

/// Scopes that some metric is in, each spelled once.
struct Scopes<T> {
    /// By the address of the scope, which stays its own as long as it is in here.
    spelled: HashMap<usize, (Arc<Scope>, Arc<T>)>,
}

impl<T> Scopes<T> {
    /// The spelled scope of one more metric.
    fn enter(&mut self, scope: &Arc<Scope>, spell: impl FnOnce() -> T) -> Arc<T> {
        let spelled = || (Arc::clone(scope), Arc::new(spell()));
        let (_, spelled) = self.spelled.entry(address(scope)).or_insert_with(spelled);
        Arc::clone(spelled)
    }

    /// Takes back what [`enter`](Self::enter) gave to a metric that is gone.
    fn leave(&mut self, scope: &Arc<Scope>, spelled: Arc<T>) {
        drop(spelled);
        let address = address(scope);
        let known = self.spelled.get(&address);
        if known.is_some_and(|(_, spelled)| Arc::strong_count(spelled) == 1) {
            self.spelled.remove(&address);
        }
    }
}

impl<T> Default for Scopes<T> {
    fn default() -> Self {
        Self {
            spelled: HashMap::new(),
        }
    }
}

fn address(scope: &Arc<Scope>) -> usize {
    Arc::as_ptr(scope).addr()
}
