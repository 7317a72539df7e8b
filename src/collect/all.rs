//! One reading of everything that lives in a registry, in batches.
//!
//! What a batch says is taken under the registry's lock, a stride at a time; it is shown when the lock is open again, as
//! whoever looks at it is foreign and slow. So registering waits for a stride at most, and the memory is that of one.

use std::sync::Arc;

use super::{GaugeReader, GaugeValues, Reading, reading_of};
use crate::error::Error;
use crate::group::{Identity, Passed, Walk};
use crate::metric::{Gauge, Metric, MetricType};
use crate::registry::Registry;
use crate::scope::Scope;
use crate::value::Value;

/// Reads everything that lives in `registry` and shows each metric with what it said to `visit`: group by group, and in
/// each in the order of registration. What is registered or closed meanwhile may be left out; everything else is shown
/// once.
///
/// Gauges that ask a callback are asked beforehand, as all of them together have one timeout.
///
/// # Errors
/// [`Busy`](crate::ErrorKind::Busy) inside a gauge's callback: then gauges that ask a callback were left out and
/// everything else was shown.
pub(crate) fn read_all(
    registry: &Registry,
    gauges: &GaugeReader,
    mut visit: impl FnMut(&Identity<'_>, &Reading),
) -> Result<(), Error> {
    let mut walk = registry.walk();
    let (mut answers, outcome) = Answers::of(registry, gauges, walk.only_asking());
    let mut batch = Batch::default();
    loop {
        let goes_on = registry.stride(&mut walk, |passed| batch.take(passed));
        batch.show(&mut answers, outcome.is_err(), &mut visit);
        if !goes_on {
            return outcome;
        }
    }
}

/// What gauges with a callback answered, in the order of a walk.
struct Answers {
    ids: std::vec::IntoIter<u64>,
    values: std::vec::IntoIter<Option<Value>>,
}

impl Answers {
    /// Asks the gauges on the way of `walk`; the error if none could be asked.
    fn of(registry: &Registry, reader: &GaugeReader, mut walk: Walk) -> (Self, Result<(), Error>) {
        let (mut ids, mut gauges): (Vec<u64>, Vec<Arc<Gauge>>) = Default::default();
        let gather: &mut dyn FnMut(&Passed<'_>) = &mut |passed| {
            if let Some(gauge) = passed.metric.as_gauge().filter(|gauge| gauge.asks()) {
                ids.push(passed.id);
                gauges.push(Arc::clone(gauge));
            }
        };
        while registry.stride(&mut walk, &mut *gather) {}
        let (values, outcome) = match reader.read(gauges) {
            Ok(values) => (values, Ok(())),
            Err(error) => (GaugeValues::default(), Err(error)),
        };
        let answers = Self {
            ids: ids.into_iter(),
            values: values.into_iter(),
        };
        (answers, outcome)
    }

    /// What the gauge `id` answered. The walk that asks now passes the same gauges as the one before it, but for those
    /// that are closed by now.
    fn next(&mut self, id: u64) -> Option<Value> {
        self.ids
            .by_ref()
            .zip(self.values.by_ref())
            .find(|(asked, _)| *asked == id)
            .and_then(|(_, value)| value)
    }
}

/// What a stride brought. Its memory is used again for the next.
#[derive(Default)]
struct Batch {
    /// All names in one.
    names: String,
    scopes: Vec<Arc<Scope>>,
    metrics: Vec<Taken>,
    /// Those that are no counters, in the order of `metrics`.
    others: Vec<Said>,
}

/// A metric as it was passed.
#[derive(Clone, Copy)]
struct Taken {
    id: u64,
    metric_type: MetricType,
    /// Its place in the batch's scopes.
    scope: usize,
    /// Where its name ends in the batch's names, and the next one begins.
    name_end: usize,
    /// What a counter said. It has no need of a place among the others: it is what there are a million of.
    count: i64,
}

/// What a metric that is no counter said when it was passed.
enum Said {
    /// Its reading: some loads.
    Now(Reading),
    /// It is a gauge, and was asked already.
    Before,
    /// Nothing yet: what it has to say takes longer.
    Later(Metric),
}

impl Batch {
    fn take(&mut self, passed: &Passed<'_>) {
        let known = self.scopes.last();
        if !known.is_some_and(|scope| Arc::ptr_eq(scope, passed.scope)) {
            self.scopes.push(Arc::clone(passed.scope));
        }
        let count = match passed.metric {
            Metric::Counter(counter) => counter.count(),
            Metric::MonotonicCounter(counter) => counter.count(),
            other => {
                self.others.push(Said::of(other));
                0
            }
        };
        self.names.push_str(passed.name);
        self.metrics.push(Taken {
            id: passed.id,
            metric_type: passed.metric.metric_type(),
            scope: self.scopes.len() - 1,
            name_end: self.names.len(),
            count,
        });
    }

    /// Shows everything, and is empty again.
    fn show(
        &mut self,
        answers: &mut Answers,
        gauges_are_missing: bool,
        visit: &mut impl FnMut(&Identity<'_>, &Reading),
    ) {
        let mut others = self.others.drain(..);
        let mut name_start = 0;
        for taken in &self.metrics {
            let name = self.names.get(name_start..taken.name_end);
            name_start = taken.name_end;
            let reading = match taken.metric_type {
                MetricType::Counter => Reading::Counter(taken.count),
                MetricType::MonotonicCounter => Reading::MonotonicCounter(taken.count),
                _ => match others.next() {
                    Some(Said::Now(reading)) => reading,
                    Some(Said::Before) if !gauges_are_missing => {
                        Reading::Gauge(answers.next(taken.id))
                    }
                    Some(Said::Later(metric)) => reading_of(&metric),
                    Some(Said::Before) | None => continue,
                },
            };
            if let (Some(name), Some(scope)) = (name, self.scopes.get(taken.scope)) {
                let identity = Identity {
                    id: taken.id,
                    scope,
                    name,
                    metric_type: taken.metric_type,
                };
                visit(&identity, &reading);
            }
        }
        drop(others);
        self.metrics.clear();
        self.names.clear();
        self.scopes.clear();
    }
}

impl Said {
    #[cold]
    fn of(metric: &Metric) -> Self {
        match metric {
            Metric::Gauge(gauge) if gauge.asks() => Self::Before,
            Metric::Distribution(_) | Metric::Histogram(_) => Self::Later(metric.clone()),
            quick => Self::Now(reading_of(quick)),
        }
    }
}
