//! One registry: the roots of its tree, what lives in it, and its limits. It knows nobody who reads it.

use std::sync::Arc;
use std::time::Instant;

use crate::cell::Pool;
use crate::config::Settings;
use crate::error::Error;
use crate::group::{
    self, Feed, Group, JobManagerInfo, Limits, Passed, RootInfo, TaskManagerInfo, Tree, Walk,
};
use crate::log::Log;
use crate::metric::{Metric, Resources};
use crate::scope::Formats;

/// A registry: the tree of groups with everything registered in it. Clones share it.
#[derive(Clone)]
pub struct Registry {
    tree: Arc<Tree>,
}

impl Registry {
    /// An empty registry after `settings`, which complains to `log`.
    pub(crate) fn new(settings: &Settings, log: Arc<Log>) -> Self {
        let resources = Resources {
            pool: Pool::new(),
            histogram_window: settings.histogram_window,
            gauge_timeout: settings.gauge_timeout,
        };
        let limits = Limits {
            registry: settings.limit,
            group: settings.group_limit,
        };
        let formats = Formats::new(&settings.formats);
        let tree = Tree::new(
            formats,
            settings.delimiter,
            resources,
            limits,
            settings.python_metrics,
            log,
        );
        Self {
            tree: Arc::new(tree),
        }
    }

    /// A program's own root, for programs without Flink. The same name and variables give the same group.
    ///
    /// # Errors
    /// [`Closed`](crate::ErrorKind::Closed), or [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty or
    /// overlong name.
    pub fn root(&self, info: &RootInfo<'_>) -> Result<Group, Error> {
        Group::root(&self.tree, info)
    }

    /// The group of a job manager; the same host gives the same group.
    ///
    /// # Errors
    /// As [`root`](Self::root).
    pub fn jobmanager(&self, info: &JobManagerInfo<'_>) -> Result<Group, Error> {
        Group::jobmanager(&self.tree, info)
    }

    /// The group of a task manager; the same host and id give the same group.
    ///
    /// # Errors
    /// As [`root`](Self::root).
    pub fn taskmanager(&self, info: &TaskManagerInfo<'_>) -> Result<Group, Error> {
        Group::taskmanager(&self.tree, info)
    }

    /// The numbers of open groups and of live metrics.
    pub fn size(&self) -> (usize, usize) {
        self.tree.size()
    }

    /// Where the registry complains and counts what was lost.
    pub fn log(&self) -> &Arc<Log> {
        &self.tree.log
    }

    /// The delimiter that joins identifiers where no reporter says otherwise.
    pub fn delimiter(&self) -> char {
        self.tree.delimiter
    }

    /// The beginning of a walk through everything that lives now.
    pub(crate) fn walk(&self) -> Walk {
        self.tree.walk()
    }

    /// Goes on by one stride and shows what it passes to `look`; whether there may be more. `look` runs under the
    /// registry's lock: it must be quick and call nothing foreign.
    pub(crate) fn stride(&self, walk: &mut Walk, look: impl FnMut(&Passed<'_>)) -> bool {
        self.tree.stride(walk, look)
    }

    /// A feed of what `concerns` chooses, beginning with what lives now. `wake` is called, under the registry's lock,
    /// when an empty feed gets something.
    pub(crate) fn subscribe(
        &self,
        concerns: fn(&Metric) -> bool,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Arc<Feed> {
        self.tree.subscribe(concerns, Box::new(wake))
    }

    /// Forgets all readers, which a forked child does not have.
    pub(crate) fn cut_off_feeds(&self) {
        self.tree.cut_off_feeds();
    }

    /// Lets every metric begin again, as if nothing had been counted. Nobody else may use them meanwhile.
    pub(crate) fn clear(&self) {
        let mut walk = self.walk();
        let clear: &mut dyn FnMut(&Passed<'_>) = &mut |passed| passed.metric.clear();
        while self.stride(&mut walk, &mut *clear) {}
    }

    /// Closes every group for good; feeds are told nothing.
    ///
    /// # Errors
    /// [`Timeout`](crate::ErrorKind::Timeout) if a gauge's callback still runs at `deadline`; calling again waits again.
    pub(crate) fn close(&self, deadline: Instant) -> Result<(), Error> {
        group::close_all(&self.tree, deadline)
    }
}
