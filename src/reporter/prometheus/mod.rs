//! The page that Prometheus scrapes.
//!
//! A [`Page`] follows its registry: what a metric is called, which labels it has and whether it may be printed at all is
//! settled once, when it is registered. Writing the page copies those bytes and formats numbers, a piece at a time: a
//! [`Walk`] is one page under way, of which there may be many.
//!
//! | part | what it does |
//! |---|---|
//! | `names` `labels` `text` | Prometheus' rules for names, labels, strings and numbers |
//! | `scopes` `blocks` | what is printed of a scope, once for all its metrics |
//! | `part` `family` `series` `families` `waiting` | which families a metric prints, and who prints what two claim |
//! | `readings` `slots` | values that are read once for a whole page |
//! | `index` `rounds` | from the registry's changes to families |
//! | `sight` `walk` | what one page shows of them, and how far it is |
//! | `samples` `render` `openmetrics` | from families to bytes, in one of two formats |

mod blocks;
#[cfg(feature = "http")]
mod class;
mod families;
mod family;
mod index;
#[cfg(any(feature = "http", feature = "push-http", test))]
pub(super) mod keys;
mod labels;
mod names;
#[cfg(any(feature = "http", test))]
mod openmetrics;
mod options;
mod part;
mod readings;
mod render;
mod rounds;
mod samples;
mod scopes;
mod series;
mod sight;
mod slots;
mod text;
mod waiting;
mod walk;

#[cfg(test)]
mod tests;

#[cfg(feature = "http")]
pub(crate) use class::{CLASS, DEFAULT_HOST, DEFAULT_PORT};
pub(crate) use options::Options;
pub(crate) use walk::Walk;

use std::sync::Arc;
use std::time::Duration;

use self::index::Index;
use super::View;
use crate::collect::GaugeReader;
use crate::group::{Feed, Live};
use crate::log::Log;
use crate::os::sync::{Guard, Mutex};

/// Changes of the registry that are taken in under one lock.
const CHANGES: usize = 1024;

/// A format of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Prometheus' text format 0.0.4, which is also Flink's.
    Text,
    /// OpenMetrics' text format 1.0.0.
    #[cfg(any(feature = "http", test))]
    OpenMetrics,
}

/// A registry as Prometheus reads it, for any number of readers.
pub(crate) struct Page {
    feed: Arc<Feed>,
    log: Arc<Log>,
    /// Held for one piece of a page, or some changes, at most. No metric's registration and no update waits for it.
    index: Mutex<Index>,
}

impl Page {
    /// A page of what comes through `feed`, seen through `view`. What it cannot show goes to `log`.
    pub(crate) fn new(view: Arc<View>, options: Options, feed: Arc<Feed>, log: Arc<Log>) -> Self {
        Self {
            feed,
            index: Mutex::new(Index::new(view, options, Arc::clone(&log))),
            log,
        }
    }

    /// Begins a page of what the registry has now: asks the gauges, for no longer than `patience` and their timeout, and
    /// reads the distributions. With sample names in `wanted`, only samples of those names. Inside a gauge's callback, gauges
    /// that have one are left out.
    pub(crate) fn walk(
        self: &Arc<Self>,
        format: Format,
        wanted: Option<Vec<String>>,
        gauges: &GaugeReader,
        patience: Duration,
    ) -> Walk {
        self.catch_up();
        let mut asked = self.lock().gauges();
        let answers = gauges.read_within(patience, std::mem::take(&mut asked.gauges));
        let begun = self.lock().begin(&asked, answers.ok());
        self.log.catch_up();
        Walk::new(Arc::clone(self), format, wanted, begun)
    }

    /// Takes in what changed in the registry. Several may do so at once, and share the work.
    fn catch_up(&self) {
        let mut index = self.lock();
        let changes = self.feed.take();
        index.hear(changes.removed, changes.added);
        drop(index);
        while !self.take_in().is_empty() {}
        self.log.catch_up();
    }

    /// Takes in some changes; what they were about is dropped by the caller, with no lock held.
    fn take_in(&self) -> Vec<Live> {
        self.lock().take_in(CHANGES)
    }

    fn lock(&self) -> Guard<'_, Index> {
        self.index.lock()
    }
}
