//! What a registry is started with.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::config::{Config, ReporterSettings};
use crate::error::Error;
use crate::log::Sink;
use crate::reporter::{Reporter, View};

/// Makes the reporter that sees the registry by a view.
pub type MakeReporter = Box<dyn Fn(&Arc<View>) -> Box<dyn Reporter> + Send + Sync>;

/// Makes reporters of one class, one for every name that the configuration gives it.
pub struct ReporterClass {
    /// Makes one of them.
    pub make: MakeReporter,
    /// Whether it reports at an interval, or is only told of metrics.
    pub pushes: bool,
}

impl ReporterClass {
    /// The interval of a reporter of this class.
    pub(super) fn interval_of(
        &self,
        settings: &ReporterSettings,
    ) -> Result<Option<Duration>, Error> {
        if !self.pushes {
            return Ok(None);
        }
        settings.push_interval().map(Some)
    }
}

/// What a registry is started with: configuration, clock, log, and classes of reporters that the program brings.
#[derive(Clone, Default)]
pub struct Setup {
    /// Flink's configuration keys.
    pub config: Config,
    /// The clock of tick and reporters.
    pub clock: Clock,
    /// Where complaints go; nowhere by default.
    pub sink: Option<Arc<Sink>>,
    /// What `factory.class: <name>` means, before any class that metra brings.
    pub classes: HashMap<String, Arc<ReporterClass>>,
}

impl Setup {
    pub(super) fn class(&self, name: &str) -> Option<&ReporterClass> {
        self.classes.get(name).map(|class| &**class)
    }
}
