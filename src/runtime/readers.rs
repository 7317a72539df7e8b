//! What reads one registry at its own pace: the tick and the reporters.

use std::sync::Arc;
use std::time::Instant;

use super::Setup;
use super::push::Push;
#[cfg(feature = "http")]
use super::serve;
use super::ticker::Ticker;
use crate::collect::GaugeReader;
use crate::config::Settings;
use crate::error::Error;
use crate::log::Level;
use crate::registry::Registry;
use crate::reporter::View;

/// The readers of one registry. Dropping them ends their threads without waiting and without last reports.
pub(super) struct Readers {
    pub(super) ticker: Ticker,
    reporters: Vec<Running>,
}

/// A reporter that was started.
struct Running {
    view: Arc<View>,
    carrier: Box<dyn Carrier>,
}

/// What does a reporter's work. Dropping it ends the work without waiting.
pub(super) trait Carrier: Send + Sync {
    /// Asks for a last report and the end, without waiting.
    fn finish(&self);
    /// Waits for the end, at most until `deadline`; whether it came.
    fn wait_until_finished(&self, deadline: Instant) -> bool;
    /// Where it listens, if it does.
    fn address(&self) -> Option<String> {
        None
    }
}

impl Readers {
    /// Starts the tick and the reporters that `settings` name.
    pub(super) fn start(
        settings: Settings,
        setup: &Setup,
        registry: &Registry,
        gauges: &Arc<GaugeReader>,
    ) -> Result<Self, Error> {
        let mut readers = Self {
            ticker: Ticker::new(registry, setup.clock.clone()),
            reporters: Vec::new(),
        };
        for reporter in settings.reporters {
            let log = registry.log();
            let view = Arc::new(View::new(reporter, settings.delimiter, Arc::clone(log)));
            if let Some(carrier) = carrier(&view, setup, registry, gauges)? {
                let name = &view.settings().name;
                log.say(Level::Info, format!("reporter {name} started"));
                readers.reporters.push(Running { view, carrier });
            }
        }
        Ok(readers)
    }

    pub(super) fn reporters(&self) -> Vec<(Arc<View>, Option<String>)> {
        let started = self.reporters.iter();
        started
            .map(|reporter| (Arc::clone(&reporter.view), reporter.carrier.address()))
            .collect()
    }

    /// Asks all reporters for a last report and the end, without waiting.
    pub(super) fn finish(&self) {
        for reporter in &self.reporters {
            reporter.carrier.finish();
        }
    }

    /// The names of the reporters that are not done at `deadline`.
    pub(super) fn late_at(&self, deadline: Instant) -> Vec<&str> {
        let is_late = |reporter: &&Running| !reporter.carrier.wait_until_finished(deadline);
        let late = self.reporters.iter().filter(is_late);
        late.map(|reporter| &*reporter.view.settings().name)
            .collect()
    }
}

/// Starts what does the work of the reporter of `view`; nothing for a class that nobody here has.
fn carrier(
    view: &Arc<View>,
    setup: &Setup,
    registry: &Registry,
    gauges: &Arc<GaugeReader>,
) -> Result<Option<Box<dyn Carrier>>, Error> {
    let settings = view.settings();
    let gauges = Arc::clone(gauges);
    if let Some(class) = setup.class(&settings.class) {
        let interval = class.interval_of(settings)?;
        let reporter = (class.make)(view);
        let view = Arc::clone(view);
        let push = Push::start(reporter, view, interval, registry, gauges, &setup.clock)?;
        return Ok(Some(Box::new(push)));
    }
    #[cfg(feature = "http")]
    if serve::is_class(&settings.class) {
        return Ok(Some(Box::new(serve::Served::start(
            view, registry, gauges,
        )?)));
    }
    let text = format!(
        "reporter {} is left out: nobody here has its class '{}'",
        settings.name, settings.class
    );
    registry.log().say_once(Level::Warn, text);
    Ok(None)
}
