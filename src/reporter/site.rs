//! Where reporters of metra's are made.

use std::sync::Arc;
use std::time::Duration;

use super::View;
use super::pusher::Pusher;
use crate::collect::GaugeReader;
use crate::error::Error;
use crate::registry::Registry;

/// Makes a reporter that is called at an interval.
pub(crate) type MakePusher = fn(&Site<'_>) -> Result<Box<dyn Pusher>, Error>;

/// Where a reporter is to work.
pub(crate) struct Site<'a> {
    pub(crate) view: &'a Arc<View>,
    pub(crate) registry: &'a Registry,
    pub(crate) gauges: &'a Arc<GaugeReader>,
    /// Since 1970-01-01, by the registry's clock.
    pub(crate) now: Duration,
    /// Whether what is counted so far was counted in the process that this one was forked from.
    pub(crate) is_inherited: bool,
}
