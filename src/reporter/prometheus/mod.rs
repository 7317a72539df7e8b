//! The page that Prometheus scrapes.
//!
//! A [`Page`] follows its registry: what a metric is called, which labels it has and whether it may be printed at all is
//! settled once, when it is registered. Writing the page copies those bytes and formats numbers.
//!
//! | part | what it does |
//! |---|---|
//! | `names` `labels` `text` | Prometheus' rules for names, labels, strings and numbers |
//! | `scopes` `blocks` | what is printed of a scope, once for all its metrics |
//! | `part` `family` `families` `waiting` | which families a metric prints, and who prints what two claim |
//! | `readings` `slots` | values that are read once for a whole page |
//! | `index` | from the registry's changes to families |
//! | `samples` `render` `openmetrics` | from families to bytes, in one of two formats |

mod blocks;
mod families;
mod family;
mod index;
mod labels;
mod names;
#[cfg(any(feature = "http", test))]
mod openmetrics;
mod options;
mod part;
mod readings;
mod render;
mod samples;
mod scopes;
mod slots;
mod text;
mod waiting;

#[cfg(test)]
mod tests;

pub(crate) use options::Options;

use std::sync::Arc;

use self::index::Index;
use super::View;
use crate::collect::GaugeReader;
use crate::group::Feed;
use crate::log::Log;

/// A registry as Prometheus reads it.
///
/// It is written by one thread at a time and knows the registry as it was then.
pub(crate) struct Page {
    feed: Arc<Feed>,
    index: Index,
}

impl Page {
    /// A page of what comes through `feed`, seen through `view`. What it cannot show goes to `log`.
    pub(crate) fn new(view: Arc<View>, options: Options, feed: Arc<Feed>, log: Arc<Log>) -> Self {
        Self {
            feed,
            index: Index::new(view, options, log),
        }
    }

    /// Writes the page in Prometheus' text format 0.0.4 at the end of `out`, which is best reused: then a page costs no
    /// allocation per series.
    ///
    /// With sample names in `wanted`, only samples of those names. Inside a gauge's callback, gauges that have one are
    /// left out.
    pub(crate) fn write(
        &mut self,
        gauges: &GaugeReader,
        wanted: Option<&[String]>,
        out: &mut Vec<u8>,
    ) {
        self.read(gauges);
        render::render(&self.index, wanted, out);
    }

    /// As [`write`](Self::write), in OpenMetrics' text format 1.0.0.
    #[cfg(any(feature = "http", test))]
    pub(crate) fn write_openmetrics(
        &mut self,
        gauges: &GaugeReader,
        wanted: Option<&[String]>,
        out: &mut Vec<u8>,
    ) {
        self.read(gauges);
        openmetrics::render(&self.index, wanted, out);
    }

    fn read(&mut self, gauges: &GaugeReader) {
        let changes = self.feed.take();
        self.index.take_in(&changes.removed, &changes.added);
        self.index.read(gauges);
    }
}
