//! A running registry: the registry wired to its tick, its reporters and its server.

mod default;
mod push;
#[cfg(feature = "http")]
mod serve;
mod setup;
mod ticker;

pub use default::{default, set_default};
pub use setup::{MakeReporter, ReporterClass, Setup};

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use self::push::{Push, is_reporting};
use self::ticker::Ticker;
use crate::collect::{self, GaugeReader, Reading};
use crate::config::{ReporterSettings, Settings};
use crate::error::{Error, ErrorKind};
use crate::log::{Level, Log};
use crate::metric::{Gauge, is_asking};
use crate::registry::Registry;
use crate::reporter::prometheus::{Options, Page};
use crate::reporter::{MetricInfo, View};
use crate::value::Value;

/// A registry with everything that reads it.
///
/// Dropping it ends its threads without waiting for them and without last reports; [`close`](Self::close) is the
/// orderly way. Groups and metrics stay usable either way, and are reported no more.
pub struct Runtime {
    registry: Registry,
    gauges: Arc<GaugeReader>,
    ticker: Ticker,
    reporters: Vec<Running>,
    /// How the registry looks to a reader that is no reporter.
    view: Arc<View>,
    page: Mutex<Option<Page>>,
    closed: AtomicBool,
}

/// A reporter that was started.
struct Running {
    view: Arc<View>,
    carrier: Box<dyn Carrier>,
}

/// What does a reporter's work. Dropping it ends the work without waiting.
trait Carrier: Send + Sync {
    /// Asks for a last report and the end, without waiting.
    fn finish(&self);
    /// Waits for the end, at most until `deadline`; whether it came.
    fn wait_until_finished(&self, deadline: Instant) -> bool;
    /// Where it listens, if it does.
    fn address(&self) -> Option<String> {
        None
    }
}

/// The formats that [`Runtime::write`] knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Prometheus' text format 0.0.4.
    Prometheus,
}

impl Runtime {
    /// Starts a registry after `setup`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] naming key and value; [`ErrorKind::Io`] for a port in use or a thread that could not be
    /// started. Nothing runs then.
    pub fn start(setup: Setup) -> Result<Self, Error> {
        let settings = setup.config.settings()?;
        let log = Arc::new(Log::new(setup.sink.clone()));
        for warning in &settings.warnings {
            log.say(Level::Warn, warning);
        }
        let registry = Registry::new(&settings, Arc::clone(&log));
        let gauges = Arc::new(GaugeReader::new(settings.gauge_timeout, Arc::clone(&log)));
        let view = View::new(
            ReporterSettings::unconfigured(settings.delimiter),
            settings.delimiter,
            log,
        );
        let mut runtime = Self {
            ticker: Ticker::new(&registry, setup.clock.clone()),
            view: Arc::new(view),
            registry,
            gauges,
            reporters: Vec::new(),
            page: Mutex::default(),
            closed: AtomicBool::new(false),
        };
        runtime.start_reporters(settings, &setup)?;
        Ok(runtime)
    }

    fn start_reporters(&mut self, settings: Settings, setup: &Setup) -> Result<(), Error> {
        for reporter in settings.reporters {
            let log = Arc::clone(self.registry.log());
            let view = Arc::new(View::new(reporter, settings.delimiter, log));
            if let Some(carrier) = self.carrier(&view, setup)? {
                let text = format!("reporter {} started", view.settings().name);
                self.registry.log().say(Level::Info, text);
                self.reporters.push(Running { view, carrier });
            }
        }
        Ok(())
    }

    /// Starts what does the work of the reporter of `view`; nothing for a class that nobody here has.
    fn carrier(&self, view: &Arc<View>, setup: &Setup) -> Result<Option<Box<dyn Carrier>>, Error> {
        let settings = view.settings();
        let gauges = Arc::clone(&self.gauges);
        if let Some(class) = setup.class(&settings.class) {
            let interval = class.interval_of(settings)?;
            let reporter = (class.make)(view);
            let view = Arc::clone(view);
            let push = Push::start(
                reporter,
                view,
                interval,
                &self.registry,
                gauges,
                &setup.clock,
            )?;
            return Ok(Some(Box::new(push)));
        }
        #[cfg(feature = "http")]
        if serve::is_class(&settings.class) {
            let served = serve::Served::start(view, &self.registry, gauges)?;
            return Ok(Some(Box::new(served)));
        }
        let text = format!(
            "reporter {} is left out: nobody here has its class '{}'",
            settings.name, settings.class
        );
        self.registry.log().say_once(Level::Warn, text);
        Ok(None)
    }

    /// The registry that this runs.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The reporters that were started, in the order of their names: how each sees the registry, and where it listens.
    pub fn reporters(&self) -> impl ExactSizeIterator<Item = (&View, Option<String>)> {
        let started = self.reporters.iter();
        started.map(|reporter| (&*reporter.view, reporter.carrier.address()))
    }

    /// Reads everything and shows it to `visit`, in the order of registration.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a gauge's callback: gauges that ask a callback were left out.
    pub fn collect(&self, mut visit: impl FnMut(&MetricInfo<'_>, &Reading)) -> Result<(), Error> {
        let metrics = self.registry.live();
        collect::read(&metrics, &self.gauges, |live, reading| {
            visit(&MetricInfo::new(&self.view, live), reading);
        })
    }

    /// Asks one gauge, which may belong to any registry.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a gauge's callback.
    pub fn read_gauge(&self, gauge: &Arc<Gauge>) -> Result<Option<Value>, Error> {
        collect::read_gauge(gauge, &self.gauges)
    }

    /// Writes everything in `format` at the end of `out`, for hosts with a server of their own.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a gauge's callback: gauges that ask a callback were left out, or everything if somebody
    /// else is writing.
    pub fn write(&self, format: Format, out: &mut Vec<u8>) -> Result<(), Error> {
        let Format::Prometheus = format;
        let busy = || {
            let text = "gauges cannot be read from inside a gauge's callback";
            Error::new(ErrorKind::Busy, text)
        };
        let mut page = match self.page.try_lock() {
            Ok(page) => page,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Whoever writes may be waiting for this very callback.
            Err(TryLockError::WouldBlock) if is_asking() => return Err(busy()),
            Err(TryLockError::WouldBlock) => {
                self.page.lock().unwrap_or_else(PoisonError::into_inner)
            }
        };
        let page = page.get_or_insert_with(|| {
            let feed = self.registry.subscribe(|_| true, || ());
            let log = Arc::clone(self.registry.log());
            Page::new(Arc::clone(&self.view), Options::default(), feed, log)
        });
        page.write(&self.gauges, None, out);
        if is_asking() { Err(busy()) } else { Ok(()) }
    }

    /// Whether [`close`](Self::close) was called.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Closes the registry: reporters report a last time and close, every group is closed, threads end. Inside a callback
    /// of metra it does not wait.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] if something foreign still runs after `patience`; it is left to itself, and closing again
    /// waits again.
    pub fn close(&self, patience: Duration) -> Result<(), Error> {
        let inside = is_asking() || is_reporting();
        let deadline = Instant::now() + if inside { Duration::ZERO } else { patience };
        self.closed.store(true, Ordering::Release);
        for reporter in &self.reporters {
            reporter.carrier.finish();
        }
        let is_late = |reporter: &&Running| !reporter.carrier.wait_until_finished(deadline);
        let late: Vec<&str> = self
            .reporters
            .iter()
            .filter(is_late)
            .map(|reporter| &*reporter.view.settings().name)
            .collect();
        self.ticker.close();
        let settled = self.registry.close(deadline);
        self.gauges.close();
        if inside {
            return Ok(());
        }
        if !late.is_empty() {
            let text = format!(
                "reporters that are not done after the deadline: {}",
                late.join(", ")
            );
            return Err(Error::new(ErrorKind::Timeout, text));
        }
        self.gauges.wait_until_closed(deadline);
        self.ticker.wait_until_closed(deadline);
        settled
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // What still runs is left to itself.
        let _ = self.registry.close(Instant::now());
    }
}
