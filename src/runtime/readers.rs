//! What reads one registry at its own pace: the tick and the reporters.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::push::{Push, Wakeup};
use super::schedule::Schedule;
#[cfg(feature = "http")]
use super::serve;
use super::setup::{ReporterClass, Setup};
use super::ticker::Ticker;
use crate::clock::Alarm;
use crate::collect::GaugeReader;
use crate::config::Settings;
use crate::error::Error;
use crate::log::Level;
use crate::registry::Registry;
#[cfg(any(feature = "http", feature = "push"))]
use crate::reporter::class::Make;
#[cfg(feature = "push")]
use crate::reporter::class::{MakePusher, Site};
use crate::reporter::own::Own;
use crate::reporter::{self, View};

/// The readers of one registry. Dropping them ends their threads without waiting and without last reports.
pub(super) struct Readers {
    pub(super) ticker: Ticker,
    reporters: Vec<Running>,
}

/// Where readers are started.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) setup: &'a Setup,
    pub(super) registry: &'a Registry,
    pub(super) gauges: &'a Arc<GaugeReader>,
    /// Whether this is a forked child that keeps what its parent counted.
    #[cfg_attr(
        not(feature = "push"),
        expect(dead_code, reason = "nobody sends differences")
    )]
    pub(super) is_inherited: bool,
}

/// A reporter that was started.
struct Running {
    view: Arc<View>,
    carrier: Box<dyn Carrier>,
}

/// What does a reporter's work. Dropping it ends the work without waiting.
pub(super) trait Carrier: Send + Sync {
    /// Asks for a last report and the end, both until `deadline`, without waiting.
    fn finish(&self, deadline: Instant);
    /// Waits for the end, at most until `deadline`; whether it came.
    fn wait_until_finished(&self, deadline: Instant) -> bool;
    /// Where it listens, if it does.
    fn address(&self) -> Option<String> {
        None
    }
}

impl Readers {
    /// Starts the tick and the reporters that `settings` name.
    pub(super) fn start(settings: Settings, scene: Scene<'_>) -> Result<Self, Error> {
        let Scene {
            setup, registry, ..
        } = scene;
        let mut readers = Self {
            ticker: Ticker::new(registry, setup.clock.clone()),
            reporters: Vec::new(),
        };
        for reporter in settings.reporters {
            let log = registry.log();
            let view = Arc::new(View::new(reporter, settings.delimiter, Arc::clone(log)));
            if let Some(carrier) = carrier(&view, scene)? {
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

    /// Asks all reporters for a last report and the end, both until `deadline`, without waiting.
    pub(super) fn finish(&self, deadline: Instant) {
        for reporter in &self.reporters {
            reporter.carrier.finish(deadline);
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
fn carrier(view: &Arc<View>, scene: Scene<'_>) -> Result<Option<Box<dyn Carrier>>, Error> {
    let Scene {
        setup, registry, ..
    } = scene;
    let settings = view.settings();
    if let Some(class) = setup.class(&settings.class) {
        return Ok(Some(Box::new(own(class, view, scene)?)));
    }
    let Some(class) = reporter::class(&settings.class) else {
        let text = format!(
            "reporter {} is left out: nobody here has its class '{}'",
            settings.name, settings.class
        );
        registry.log().say_once(Level::Warn, text);
        return Ok(None);
    };
    for key in class.unknown_keys(settings) {
        let text = format!(
            "{} is ignored: {} has no such key",
            settings.full_key(key),
            class.name()
        );
        registry.log().say_once(Level::Warn, text);
    }
    match class.make {
        #[cfg(feature = "http")]
        Make::Page => {
            let served = serve::Served::start(view, registry, Arc::clone(scene.gauges))?;
            Ok(Some(Box::new(served)))
        }
        #[cfg(feature = "push")]
        Make::Pusher(make) => {
            let site = Site {
                view,
                registry,
                gauges: scene.gauges,
                now: setup.clock.unix_time(),
                is_inherited: scene.is_inherited,
            };
            Ok(Some(Box::new(pushing(make, &site, setup)?)))
        }
    }
}

/// Starts a reporter of metra's that is called at an interval.
#[cfg(feature = "push")]
fn pushing(make: MakePusher, site: &Site<'_>, setup: &Setup) -> Result<Push, Error> {
    let settings = site.view.settings();
    let schedule = Schedule::new(settings.push_interval()?, settings.patience()?);
    let wakeup = Arc::new(Wakeup::new(Alarm::new(&setup.clock)));
    let (pusher, log) = (make(site)?, site.registry.log());
    Push::start(&settings.name, pusher, Some(schedule), &wakeup, log)
}

/// Starts a reporter of the program's own.
fn own(class: &ReporterClass, view: &Arc<View>, scene: Scene<'_>) -> Result<Push, Error> {
    let Scene {
        setup,
        registry,
        gauges,
        ..
    } = scene;
    let interval = class.interval_of(view.settings())?;
    // A deadline means nothing to it.
    let schedule = interval.map(|interval| Schedule::new(interval, Duration::ZERO));
    let wakeup = Arc::new(Wakeup::new(Alarm::new(&setup.clock)));
    let waking = Arc::downgrade(&wakeup);
    let feed = registry.subscribe(
        |_| true,
        move || {
            if let Some(wakeup) = waking.upgrade() {
                wakeup.ring();
            }
        },
    );
    let reporter = (class.make)(view);
    let own = Own::new(reporter, Arc::clone(view), feed, Arc::clone(gauges));
    let name = &view.settings().name;
    Push::start(name, Box::new(own), schedule, &wakeup, registry.log())
}
