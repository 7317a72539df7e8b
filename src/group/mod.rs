//! Groups: where user code registers its metrics.

mod components;
mod feed;
mod lingering;
mod live;
mod metrics;
mod names;
mod node;
mod token;
mod tree;
mod walk;

pub use components::{JobInfo, JobManagerInfo, OperatorInfo, RootInfo, TaskInfo, TaskManagerInfo};
pub(crate) use feed::Feed;
pub(crate) use live::{Identity, Live};
pub(crate) use tree::{Limits, Tree};
pub(crate) use walk::{Passed, Walk};

use std::sync::Arc;
use std::time::Instant;

use self::lingering::Retired;
use self::node::{ChildKey, NodeId};
use self::tree::Verdict;
use crate::error::{Error, ErrorKind};
use crate::metric::{
    Callback, Counter, Distribution, Gauge, Histogram, Meter, Metric, MonotonicCounter,
};
use crate::scope::{Naming, Scope};
use crate::value::Value;

/// The longest name of a metric or a group, key or value, in bytes.
pub const MAX_NAME_BYTES: usize = 65_535;

/// How many scope components a group may have to get groups below it. Each of them costs a reference per component.
const MAX_COMPONENTS: usize = 1000;

/// A handle to one group of the tree. Clones stand for the same group; any thread may use them.
///
/// A group owns the metrics registered in it: dropping handles unregisters nothing, [`close`](Self::close) does.
#[derive(Clone)]
pub struct Group {
    tree: Arc<Tree>,
    node: NodeId,
    scope: Arc<Scope>,
}

impl Group {
    /// The group `name` below this one, made if it is not there.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`], or [`ErrorKind::InvalidArgument`] for a name that is empty or too long.
    pub fn add_group(&self, name: &str) -> Result<Self, Error> {
        check_name("group", name)?;
        let name: Arc<str> = name.into();
        self.child(ChildKey::Group(Arc::clone(&name)), || {
            self.scope.group(&name)
        })
    }

    /// The group of a variable below this one: `key` is part of the logical scope, `value` is not.
    ///
    /// It differs from the groups `key` and `value` inside each other. An outer variable of the same name hides it.
    ///
    /// # Errors
    /// As [`add_group`](Self::add_group); the value may be empty.
    pub fn add_key_value(&self, key: &str, value: &str) -> Result<Self, Error> {
        check_name("key", key)?;
        check_text("value", value)?;
        let (key, value): (Arc<str>, Arc<str>) = (key.into(), value.into());
        let mut hidden = None;
        let group = self.child(
            ChildKey::KeyValue(Arc::clone(&key), Arc::clone(&value)),
            || {
                let (scope, outer) = self.scope.key_value(&key, &value);
                hidden = outer;
                scope
            },
        )?;
        self.tree.report_hidden(hidden.as_slice());
        Ok(group)
    }

    fn child(&self, key: ChildKey, make: impl FnOnce() -> Scope) -> Result<Self, Error> {
        if self.scope.components().len() >= MAX_COMPONENTS {
            let text = format!(
                "groups nest too deep; at most {MAX_COMPONENTS} scope components are right"
            );
            return Err(Error::new(ErrorKind::InvalidArgument, text));
        }
        let parent = Some(self.node);
        let (node, scope) = match self.tree.find_child(parent, &key)? {
            Some(found) => found,
            None => self.tree.add_child(parent, key, None, make())?,
        };
        Ok(Self {
            tree: Arc::clone(&self.tree),
            node,
            scope,
        })
    }

    /// The counter `name`, registered if it is not there.
    ///
    /// # Errors
    /// [`ErrorKind::NameCollision`] if the name belongs to another type, [`ErrorKind::Closed`], [`ErrorKind::Limit`],
    /// or [`ErrorKind::InvalidArgument`] for a name that is empty or too long. The same holds for every other metric.
    pub fn counter(&self, name: &str) -> Result<Arc<Counter>, Error> {
        let pool = &self.tree.resources.pool;
        let make = || Ok(Metric::Counter(Arc::new(Counter::new(pool)?)));
        self.simple(name, Metric::as_counter, &make)
    }

    /// The monotonic counter `name`, registered if it is not there.
    ///
    /// # Errors
    /// As [`counter`](Self::counter).
    pub fn monotonic_counter(&self, name: &str) -> Result<Arc<MonotonicCounter>, Error> {
        let pool = &self.tree.resources.pool;
        let make = || {
            Ok(Metric::MonotonicCounter(Arc::new(MonotonicCounter::new(
                pool,
            )?)))
        };
        self.simple(name, Metric::as_monotonic_counter, &make)
    }

    /// The distribution `name`, registered if it is not there.
    ///
    /// # Errors
    /// As [`counter`](Self::counter).
    pub fn distribution(&self, name: &str) -> Result<Arc<Distribution>, Error> {
        let pool = &self.tree.resources.pool;
        let make = || Ok(Metric::Distribution(Arc::new(Distribution::new(pool)?)));
        self.simple(name, Metric::as_distribution, &make)
    }

    /// The histogram `name`, registered if it is not there.
    ///
    /// # Errors
    /// As [`counter`](Self::counter).
    pub fn histogram(&self, name: &str) -> Result<Arc<Histogram>, Error> {
        let resources = &self.tree.resources;
        let histogram = || Histogram::new(&resources.pool, resources.histogram_window);
        let make = || Ok(Metric::Histogram(Arc::new(histogram()?)));
        self.simple(name, Metric::as_histogram, &make)
    }

    /// The meter `name` over a time span in seconds, registered if it is not there. Flink's default span is
    /// [`DEFAULT_METER_SPAN_S`](crate::metric::DEFAULT_METER_SPAN_S).
    ///
    /// # Errors
    /// As [`counter`](Self::counter); [`ErrorKind::NameCollision`] also if the meter there has another span, and
    /// [`ErrorKind::InvalidArgument`] if the span is out of range.
    pub fn meter(&self, name: &str, time_span_s: i64) -> Result<Arc<Meter>, Error> {
        let meter = Arc::new(Meter::new(&self.tree.resources.pool, time_span_s)?);
        self.any_meter(name, meter)
    }

    /// The meter `name` over `counter`: marking it increments the counter, its rate is the counter's.
    ///
    /// # Errors
    /// As [`meter`](Self::meter); also if the meter there is over something else.
    pub fn meter_over(
        &self,
        name: &str,
        counter: &Arc<Counter>,
        time_span_s: i64,
    ) -> Result<Arc<Meter>, Error> {
        let meter = Arc::new(Meter::over(Arc::clone(counter), time_span_s)?);
        self.any_meter(name, meter)
    }

    fn any_meter(&self, name: &str, meter: Arc<Meter>) -> Result<Arc<Meter>, Error> {
        let judge = |there: &Metric| match there.as_meter() {
            Some(there) if there.is_like(&meter) => Verdict::Same,
            Some(there) => Verdict::Collision(format!(
                "a meter over {} s or over another counter",
                there.span_s()
            )),
            None => Verdict::Collision(described(there)),
        };
        let there = self.register(name, &judge, &|| Ok(Metric::Meter(Arc::clone(&meter))))?;
        Ok(there.as_meter().map_or(meter, Arc::clone))
    }

    /// Registers a gauge that asks `callback`. A gauge that had the name is replaced: its callback is not called again
    /// and is dropped once it does not run.
    ///
    /// # Errors
    /// As [`counter`](Self::counter); the callback is dropped then.
    pub fn gauge(&self, name: &str, callback: Callback) -> Result<Arc<Gauge>, Error> {
        let gauge = Arc::new(Gauge::asking(callback));
        let judge = |there: &Metric| match there {
            Metric::Gauge(_) => Verdict::Replace,
            other => Verdict::Collision(described(other)),
        };
        self.register(name, &judge, &|| Ok(Metric::Gauge(Arc::clone(&gauge))))?;
        Ok(gauge)
    }

    /// The gauge `name` that holds what is set, of the type of `initial`, registered if it is not there. A gauge with a
    /// callback, or of another type, is replaced.
    ///
    /// # Errors
    /// As [`counter`](Self::counter).
    pub fn settable_gauge(&self, name: &str, initial: Value) -> Result<Arc<Gauge>, Error> {
        let judge = |there: &Metric| match there {
            Metric::Gauge(gauge) if gauge.holds_type_of(&initial) => Verdict::Same,
            Metric::Gauge(_) => Verdict::Replace,
            other => Verdict::Collision(described(other)),
        };
        let gauge = Arc::new(Gauge::settable(initial.clone()));
        let there = self.register(name, &judge, &|| Ok(Metric::Gauge(Arc::clone(&gauge))))?;
        Ok(there.as_gauge().map_or(gauge, Arc::clone))
    }

    fn simple<M>(
        &self,
        name: &str,
        select: fn(&Metric) -> Option<&Arc<M>>,
        make: &dyn Fn() -> Result<Metric, Error>,
    ) -> Result<Arc<M>, Error> {
        let judge = |there: &Metric| match select(there) {
            Some(_) => Verdict::Same,
            None => Verdict::Collision(described(there)),
        };
        let metric = self.register(name, &judge, make)?;
        select(&metric).map(Arc::clone).ok_or_else(|| {
            let text = format!("'{name}' came back as {}", described(&metric));
            Error::new(ErrorKind::Panic, text)
        })
    }

    fn register(
        &self,
        name: &str,
        judge: &dyn Fn(&Metric) -> Verdict,
        make: &dyn Fn() -> Result<Metric, Error>,
    ) -> Result<Metric, Error> {
        check_name("metric", name)?;
        let (metric, replaced) = self.tree.register(self.node, name, judge, make)?;
        if let Some(gauge) = replaced.as_ref().and_then(Metric::as_gauge) {
            gauge.retire();
        }
        Ok(metric)
    }

    /// Unregisters the metric `name`. Its handles go on counting for nobody.
    ///
    /// Returns when a gauge's callback does not run and will not be called again; inside a callback it does not wait.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Closed`], or [`ErrorKind::Timeout`] if a gauge's callback still runs after
    /// the time that the configuration gives it: calling again waits again.
    pub fn unregister(&self, name: &str) -> Result<(), Error> {
        let lingering = self.tree.lingering(self.node, Some(name));
        match self.tree.unregister(self.node, name) {
            Ok(retired) => self.settle(retired.into_iter().collect(), lingering),
            Err(_) if !lingering.is_empty() => self.settle(Vec::new(), lingering),
            Err(error) => Err(error),
        }
    }

    /// Unregisters `gauge` if it is still what stands under `name`, and waits as [`unregister`](Self::unregister) does.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`].
    pub fn unregister_gauge(&self, name: &str, gauge: &Arc<Gauge>) -> Result<(), Error> {
        let key = Metric::Gauge(Arc::clone(gauge)).key();
        let retired = self.tree.unregister_exactly(self.node, name, key);
        gauge.retire();
        self.settle(retired.into_iter().collect(), vec![Arc::clone(gauge)])
    }

    /// Closes the group: it and all groups below it are gone from the tree with their metrics, and refuse registrations
    /// for good. Closing again is harmless. It waits for gauges as [`unregister`](Self::unregister) does.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`].
    pub fn close(&self) -> Result<(), Error> {
        let lingering = self.tree.lingering(self.node, None);
        self.settle(self.tree.close(self.node), lingering)
    }

    fn settle(&self, retired: Vec<Retired>, lingering: Vec<Arc<Gauge>>) -> Result<(), Error> {
        let deadline = Instant::now() + self.tree.resources.gauge_timeout;
        settle(&self.tree, Some(self.node), retired, &lingering, deadline)
    }

    /// Whether the group, or one above it, was closed.
    pub fn is_closed(&self) -> bool {
        !self.tree.is_open(self.node)
    }

    /// Whether Python may register metrics here, as `python.metric.enabled` says.
    pub fn is_python_enabled(&self) -> bool {
        self.tree.python_metrics
    }

    /// The group's scope: components, logical scope, variables.
    pub fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }

    /// The identifier of the metric `name` in this group, whether it is registered or not, with the global delimiter.
    pub fn metric_identifier(&self, name: &str) -> String {
        self.scope
            .identifier(name, &Naming::plain(self.tree.delimiter))
    }

    /// The delimiter that joins identifiers where no reporter says otherwise.
    pub fn delimiter(&self) -> char {
        self.tree.delimiter
    }
}

/// Closes every group of a tree for good, and waits for its gauges at most until `deadline`.
pub(crate) fn close_all(tree: &Tree, deadline: Instant) -> Result<(), Error> {
    let lingering = tree.all_lingering();
    settle(tree, None, tree.close_all(), &lingering, deadline)
}

/// Retires gauges and waits for all of them together; what still runs then is remembered.
fn settle(
    tree: &Tree,
    closed: Option<NodeId>,
    retired: Vec<Retired>,
    lingering: &[Arc<Gauge>],
    deadline: Instant,
) -> Result<(), Error> {
    for retired in &retired {
        retired.gauge.retire();
    }
    let gauges = retired.iter().map(|retired| &retired.gauge);
    let settled = gauges
        .chain(lingering)
        .try_for_each(|gauge| gauge.wait_until_quiet(deadline));
    if settled.is_err() {
        tree.remember(closed, retired);
    }
    settled
}

fn described(metric: &Metric) -> String {
    format!("a {}", metric.metric_type().name())
}

fn check_name(what: &str, name: &str) -> Result<(), Error> {
    if name.is_empty() {
        let text = format!("a {what} name is empty; it needs at least one character");
        return Err(Error::new(ErrorKind::InvalidArgument, text));
    }
    check_text(what, name)
}

/// Refuses what cannot cross the C ABI or is plainly a mistake.
pub(crate) fn check_text(what: &str, text: &str) -> Result<(), Error> {
    let refuse = |text: String| Err(Error::new(ErrorKind::InvalidArgument, text));
    if text.len() > MAX_NAME_BYTES {
        return refuse(format!(
            "a {what} of {} bytes is too long; at most {MAX_NAME_BYTES} are right",
            text.len()
        ));
    }
    if text.contains('\0') {
        return refuse(format!("a {what} contains U+0000; text must not"));
    }
    Ok(())
}
