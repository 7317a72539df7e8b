//! A running registry: the registry wired to its tick, its reporters and its server.

mod default;
mod push;
mod readers;
mod schedule;
#[cfg(feature = "http")]
mod serve;
mod setup;
mod ticker;

pub use default::{default, set_default};
pub use setup::{MakeReporter, ReporterClass, Setup};

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use self::push::is_reporting;
use self::readers::{Carrier, Readers, Scene};
use crate::collect::{self, GaugeReader, Reading};
use crate::config::ReporterSettings;
use crate::error::{Error, ErrorKind};
use crate::log::{Level, Log};
use crate::metric::{Gauge, is_asking};
use crate::os::fork;
use crate::os::pin::pin_module;
use crate::os::sync::Mutex;
use crate::registry::Registry;
use crate::reporter::prometheus::{self, Options, Page};
use crate::reporter::{MetricInfo, View};
use crate::value::Value;

/// A registry with everything that reads it.
///
/// Dropping it ends its threads without waiting for them and without last reports; [`close`](Self::close) is the
/// orderly way. Groups and metrics stay usable either way, and are reported no more.
pub struct Runtime {
    registry: Registry,
    gauges: Arc<GaugeReader>,
    setup: Setup,
    /// Exchanged as a whole after a fork.
    readers: Mutex<Arc<Readers>>,
    /// The generation of the process whose threads the readers are.
    generation: AtomicU64,
    /// How the registry looks to a reader that is no reporter.
    view: Arc<View>,
    /// The page of [`write`](Self::write), once somebody has written.
    page: Mutex<Option<Arc<Page>>>,
    closed: AtomicBool,
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
        // Here and not with the first thread: the loader's lock must not be waited for inside one of metra's.
        pin_module();
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
        let readers = Readers::start(
            settings,
            Scene {
                setup: &setup,
                registry: &registry,
                gauges: &gauges,
                is_inherited: false,
            },
        )?;
        Ok(Self {
            registry,
            gauges,
            setup,
            readers: Mutex::new(Arc::new(readers)),
            generation: AtomicU64::new(fork::generation()),
            view: Arc::new(view),
            page: Mutex::default(),
            closed: AtomicBool::new(false),
        })
    }

    /// The registry that this runs.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The reporters that were started, in the order of their names: how each sees the registry, and where it listens. A
    /// forked child has none until [`after_fork`](Self::after_fork).
    pub fn reporters(&self) -> Vec<(Arc<View>, Option<String>)> {
        if self.generation.load(Ordering::Acquire) != fork::generation() {
            return Vec::new();
        }
        self.readers().reporters()
    }

    fn readers(&self) -> Arc<Readers> {
        Arc::clone(&self.readers.lock())
    }

    /// Reads everything and shows it to `visit`: group by group, and in each in the order of registration. What is
    /// registered or closed meanwhile may be left out; everything else is shown once. Nobody waits for `visit`.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a gauge's callback: gauges that ask a callback were left out.
    pub fn collect(&self, mut visit: impl FnMut(&MetricInfo<'_>, &Reading)) -> Result<(), Error> {
        collect::read_all(&self.registry, &self.gauges, |identity, reading| {
            visit(&MetricInfo::new(&self.view, *identity), reading);
        })
    }

    /// Asks one gauge, which may belong to any registry.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a gauge's callback.
    pub fn read_gauge(&self, gauge: &Arc<Gauge>) -> Result<Option<Value>, Error> {
        collect::read_gauge(gauge, &self.gauges)
    }

    /// Writes everything in `format` to `out`, for hosts with a server of their own: in pieces, with no lock held, while
    /// metrics come and go and others write too.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] inside a gauge's callback: gauges that ask a callback were left out. [`ErrorKind::Io`] where
    /// `out` fails, with which writing ends.
    pub fn write(&self, format: Format, out: &mut impl io::Write) -> Result<(), Error> {
        let Format::Prometheus = format;
        let format = prometheus::Format::Text;
        let mut walk = self.page().walk(format, None, &self.gauges, Duration::MAX);
        let (mut piece, mut follows) = (Vec::new(), true);
        while follows {
            piece.clear();
            follows = walk.next_piece(&mut piece);
            out.write_all(&piece)
                .map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
        }
        if is_asking() {
            let text = "gauges cannot be read from inside a gauge's callback";
            return Err(Error::new(ErrorKind::Busy, text));
        }
        Ok(())
    }

    fn page(&self) -> Arc<Page> {
        let mut page = self.page.lock();
        let page = page.get_or_insert_with(|| {
            let feed = self.registry.subscribe(|_| true, || ());
            let log = Arc::clone(self.registry.log());
            let (view, options) = (Arc::clone(&self.view), Options::default());
            Arc::new(Page::new(view, options, feed, log))
        });
        Arc::clone(page)
    }

    /// Starts tick and reporters again in a forked child, which has none of its parent's threads and listeners. Metrics
    /// keep what they counted, or begin again if `clear` says so; then nobody else may use them meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] where they run already, [`ErrorKind::Closed`], or as [`start`](Self::start): the registry
    /// works on without reporters then.
    pub fn after_fork(&self, clear: bool) -> Result<(), Error> {
        if self.is_closed() {
            return Err(Error::new(ErrorKind::Closed, "the registry is closed"));
        }
        if self.generation.swap(fork::generation(), Ordering::AcqRel) == fork::generation() {
            let text = "this is no forked child, or its reporters run already";
            return Err(Error::new(ErrorKind::Busy, text));
        }
        self.registry.cut_off_feeds();
        let page = self.page.lock().take();
        drop(page);
        if clear {
            self.registry.clear();
        }
        let settings = self.setup.config.settings()?;
        let started = Readers::start(
            settings,
            Scene {
                setup: &self.setup,
                registry: &self.registry,
                gauges: &self.gauges,
                is_inherited: !clear,
            },
        )?;
        let parents = std::mem::replace(&mut *self.readers.lock(), Arc::new(started));
        drop(parents);
        Ok(())
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
        let readers = self.readers();
        readers.finish(deadline);
        let late = readers.late_at(deadline);
        readers.ticker.close();
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
        readers.ticker.wait_until_closed(deadline);
        settled
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // What still runs is left to itself.
        let _ = self.registry.close(Instant::now());
    }
}
