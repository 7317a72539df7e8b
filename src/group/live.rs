//! Registered metrics as readers see them.

use std::sync::Arc;

use crate::metric::{Metric, MetricType};
use crate::scope::Scope;

/// A registered metric in the hands of a reader.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    /// Ascending in the order of registration, unique in its registry, never used again.
    pub(crate) id: u64,
    pub(crate) scope: Arc<Scope>,
    pub(crate) name: Arc<str>,
    pub(crate) metric: Metric,
}

/// What a metric is called, without the metric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    /// That of [`Live`].
    pub(crate) id: u64,
    pub(crate) scope: &'a Arc<Scope>,
    pub(crate) name: &'a str,
    pub(crate) metric_type: MetricType,
}

impl Live {
    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity {
            id: self.id,
            scope: &self.scope,
            name: &self.name,
            metric_type: self.metric.metric_type(),
        }
    }
}
