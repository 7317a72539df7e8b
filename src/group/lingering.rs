//! Gauges that left the tree while their callbacks ran.

use std::sync::Arc;

use super::Tree;
use super::live::Live;
use super::node::NodeId;
use crate::metric::{Gauge, Metric};

/// A gauge that left the tree, and where it was.
pub(super) struct Retired {
    node: NodeId,
    name: Arc<str>,
    pub(super) gauge: Arc<Gauge>,
}

impl Retired {
    /// What has to be retired of a metric that left the group `node`: only a gauge with a callback.
    pub(super) fn from(node: NodeId, live: &Live) -> Option<Self> {
        match &live.metric {
            Metric::Gauge(gauge) if gauge.asks() => Some(Self {
                node,
                name: Arc::clone(&live.name),
                gauge: Arc::clone(gauge),
            }),
            _ => None,
        }
    }
}

/// A retired gauge whose callback had not returned when its unregistration gave up waiting.
pub(super) struct Lingering {
    /// The group that was being closed, or the gauge's own; `None` if it was the registry.
    closed: Option<NodeId>,
    retired: Retired,
}

impl Tree {
    /// Remembers gauges whose callbacks still ran, so that unregistering again waits again.
    pub(super) fn remember(&self, closed: Option<NodeId>, mut retired: Vec<Retired>) {
        retired.retain(|retired| retired.gauge.is_running());
        let lingering = retired
            .into_iter()
            .map(|retired| Lingering { closed, retired });
        self.lock().lingering.extend(lingering);
    }

    /// Gauges that left the group `id`, or were closed with it, and still run; only those called `name` if that is given.
    pub(super) fn lingering(&self, id: NodeId, name: Option<&str>) -> Vec<Arc<Gauge>> {
        self.lingering_of(&|lingering| {
            let retired = &lingering.retired;
            match name {
                Some(name) => retired.node == id && *retired.name == *name,
                None => lingering.closed == Some(id) || retired.node == id,
            }
        })
    }

    /// All gauges that left the tree and still run.
    pub(super) fn all_lingering(&self) -> Vec<Arc<Gauge>> {
        self.lingering_of(&|_| true)
    }

    fn lingering_of(&self, concerns: &dyn Fn(&Lingering) -> bool) -> Vec<Arc<Gauge>> {
        let mut state = self.lock();
        let all = &mut state.lingering;
        all.retain(|lingering| lingering.retired.gauge.is_running());
        let found = all.iter().filter(|lingering| concerns(lingering));
        found
            .map(|lingering| Arc::clone(&lingering.retired.gauge))
            .collect()
    }
}
