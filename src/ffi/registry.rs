//! Registries, as C sees them.

use std::ffi::{CString, c_char};
use std::sync::Arc;
use std::time::Duration;

use super::components::{metra_jobmanager_info, metra_root_info, metra_taskmanager_info};
use super::config::{self, metra_config};
use super::gauge::metra_gauge;
use super::group::metra_group;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::sized;
use super::status::metra_status;
use super::text::owned;
use super::value::metra_value;
use crate::error::{Error, ErrorKind};
use crate::log::Loss;
use crate::os::sync::Mutex;
use crate::runtime::{self, Runtime};

/// A registry with its reporters and threads. Freeing the last handle of one that was not closed closes it without
/// waiting and without last reports. Groups and metrics may outlive it; any thread may use it.
pub struct metra_registry {
    _opaque: [u8; 0],
}

/// A running registry, and the strings about its reporters that C was given.
pub(super) struct Object {
    pub(super) runtime: Arc<Runtime>,
    /// The reporters as they were described to C, the last description last. All stay, as C may hold their strings.
    described: Mutex<Vec<Arc<Vec<Started>>>>,
}

#[derive(PartialEq)]
struct Started {
    name: CString,
    class: CString,
    delimiter: CString,
    interval: Duration,
    address: Option<CString>,
}

impl Handle for metra_registry {
    type Object = Object;
}

/// A reporter that was started. Its strings live as long as the registry handle, or the callback, they came from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_reporter_info {
    /// sizeof(metra_reporter_info)
    pub size: usize,
    /// Its name in the configuration.
    pub name: *const c_char,
    /// The factory class that the configuration gives it.
    pub factory_class: *const c_char,
    /// What joins its identifiers: one character.
    pub delimiter: *const c_char,
    /// Its configured interval; pull reporters do not use it.
    pub interval_ms: u64,
    /// Where it listens, "127.0.0.1:9249" for instance, or NULL.
    pub address: *const c_char,
}

// SAFETY: repr(C), its size first, and zero bytes are NULL pointers and zero numbers.
unsafe impl sized::Sized for metra_reporter_info {}

/// What a registry survived and counted instead of failing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct metra_losses {
    /// sizeof(metra_losses)
    pub size: usize,
    /// Registrations refused because the name belonged to another type.
    pub name_collisions: u64,
    /// Registrations refused by metrics.limit or metrics.group.limit.
    pub limits: u64,
    /// Variables of inner groups hidden by an outer one of the same name.
    pub hidden_variables: u64,
    /// Metrics that a reporter would have shown under one identity.
    pub equal_identities: u64,
    /// Gauge readings left out because callbacks were too slow.
    pub gauge_timeouts: u64,
    /// Gauge readings without a value because the callback had none.
    pub gauge_failures: u64,
    /// Values that a reporter's format cannot express.
    pub inexpressible_values: u64,
    /// Panics that were caught in reporters.
    pub panics: u64,
}

// SAFETY: repr(C), its size first, otherwise numbers.
unsafe impl sized::Sized for metra_losses {}

impl Object {
    fn new(runtime: Arc<Runtime>) -> Arc<Self> {
        let described = Mutex::default();
        Arc::new(Self { runtime, described })
    }

    /// The reporters that run now, described in strings that live as long as this.
    fn reporters(&self) -> Arc<Vec<Started>> {
        let started = self.runtime.reporters().into_iter();
        let now: Vec<Started> = started
            .map(|(view, address)| {
                let settings = view.settings();
                Started {
                    name: owned(&settings.name),
                    class: owned(&settings.class),
                    delimiter: owned(view.delimiter().encode_utf8(&mut [0; 4])),
                    interval: settings.interval,
                    address: address.as_deref().map(owned),
                }
            })
            .collect();
        let mut described = self.described.lock();
        if let Some(known) = described.last().filter(|known| ***known == now) {
            return Arc::clone(known);
        }
        let now = Arc::new(now);
        described.push(Arc::clone(&now));
        now
    }
}

/// Makes a registry and starts the reporters that its configuration names.
///
/// @param config_or_null (borrowed) The configuration; NULL means every default and no reporters.
/// @param out            (nonnull) Receives an owned registry; close it with metra_registry_close, then free it with
///                       metra_registry_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_CONFIG naming key and value, or METRA_ERROR_IO for a port in
///         use or a thread that could not be started; nothing runs then.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_new(
    config_or_null: *const metra_config,
    out: *mut *mut metra_registry,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, setup) = unsafe { (handle::output(out)?, config::setup(config_or_null)?) };
        out.give(Object::new(Arc::new(Runtime::start(setup)?)));
        Ok(())
    })
}

/// Gives the registry that all languages of this process share. The first call makes it, after the file that the
/// environment variable METRA_CONFIG names, if any. It lives until the process ends.
///
/// If that file is bad, the first call still gives a registry, one without reporters, and returns why.
///
/// @param out (nonnull) Receives an owned registry; free it with metra_registry_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT; with a registry in *out all the same METRA_ERROR_CONFIG or METRA_ERROR_IO.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_default(out: *mut *mut metra_registry) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let out = unsafe { handle::output(out) }?;
        let (runtime, complaint) = runtime::default()?;
        out.give(Object::new(runtime));
        complaint.map_or(Ok(()), Err)
    })
}

/// Makes a registry the one that metra_registry_default gives. Setting the same one again is harmless.
///
/// @param registry (nonnull, borrowed) The registry; it is shared, the handle may be freed.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_BUSY once there is another default registry.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_set_default(registry: *mut metra_registry) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        runtime::set_default(&registry.runtime)
    })
}

/// Closes a registry: reporters report a last time and close, all groups are closed, threads end. Closing again is
/// harmless. Inside a callback of metra it does not wait.
///
/// @param registry    (nonnull, borrowed) The registry.
/// @param deadline_ms How long to wait in all, in milliseconds.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, or METRA_ERROR_TIMEOUT if a reporter is not done or a callback of the
///         host still runs after the deadline; the registry is closed all the same, the callback is left to itself, and
///         the reporter ends by the deadline of its report (metrics.reporter.<name>.timeout).
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_close(
    registry: *mut metra_registry,
    deadline_ms: u32,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        let deadline = Duration::from_millis(deadline_ms.into());
        registry.runtime.close(deadline)
    })
}

/// What metra_registry_after_fork does with the values.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum metra_fork_mode {
    /// Metrics go on from what they counted in the parent. Systems that are sent differences are sent what they count
    /// from this call on.
    METRA_FORK_KEEP = 0,
    /// Metrics begin again at zero; settable gauges keep their values.
    METRA_FORK_ZERO = 1,
}

/// Starts the reporters of a registry again in a forked child.
///
/// A child has none of its parent's threads and listeners. Its registries work all the same: groups, metrics and values
/// are as they were, updates and registrations go on, gauges can be read. What is missing until this call is reporters,
/// and the tick of meters and histograms. The drop functions of callbacks that ran in the parent at the moment of the
/// fork, and of the parent's reporters, do not run in the child.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param mode     One of metra_fork_mode. With METRA_FORK_ZERO no other thread may use the registry's metrics meanwhile.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_ARGUMENT for an unknown mode, METRA_ERROR_CLOSED,
///         METRA_ERROR_BUSY where the reporters run already, or METRA_ERROR_IO for a port in use (give the reporter a
///         range of ports: the parent has the first) or a thread that could not be started.
///
/// Thread safety: any thread of the child.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_after_fork(
    registry: *mut metra_registry,
    mode: i32,
) -> metra_status {
    const KEEP: i32 = metra_fork_mode::METRA_FORK_KEEP as i32;
    const ZERO: i32 = metra_fork_mode::METRA_FORK_ZERO as i32;
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        let clear = match mode {
            KEEP => false,
            ZERO => true,
            other => {
                let text = format!("{other} is no mode; right would be a METRA_FORK_ constant");
                return Err(Error::new(ErrorKind::InvalidArgument, text));
            }
        };
        registry.runtime.after_fork(clear)
    })
}

/// Frees a registry handle. It never waits.
///
/// @param registry_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_registry_free(registry_or_null: *mut metra_registry) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(registry_or_null) });
}

/// Gives the root of a program that has nothing to do with Flink. Its name is the first scope component and the prefix
/// of Prometheus names. The same name and variables give the same group.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param info     (nonnull, copied) Name and variables.
/// @param out      (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT or
///         METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_root(
    registry: *mut metra_registry,
    info: *const metra_root_info,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, registry, info) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(registry, "registry")?,
                sized::read(info, "info")?,
            )
        };
        // SAFETY: the strings of the info are, as documented at its type.
        let group = unsafe { info.with(|info| registry.runtime.registry().root(info)) }?;
        out.give(metra_group::object(group));
        Ok(())
    })
}

/// Gives the group of a job manager, or of another process that is to look like one. The same host gives the same group.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param info     (nonnull, copied) The job manager.
/// @param out      (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT or
///         METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_jobmanager(
    registry: *mut metra_registry,
    info: *const metra_jobmanager_info,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, registry, info) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(registry, "registry")?,
                sized::read(info, "info")?,
            )
        };
        // SAFETY: the strings of the info are, as documented at its type.
        let info = unsafe { info.parts() }?;
        out.give(metra_group::object(
            registry.runtime.registry().jobmanager(&info)?,
        ));
        Ok(())
    })
}

/// Gives the group of a task manager. The same host and id give the same group.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param info     (nonnull, copied) The task manager.
/// @param out      (nonnull) Receives an owned group, or NULL; free it with metra_group_free.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_INVALID_ARGUMENT or
///         METRA_ERROR_CLOSED.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_taskmanager(
    registry: *mut metra_registry,
    info: *const metra_taskmanager_info,
    out: *mut *mut metra_group,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (out, registry, info) = unsafe {
            (
                handle::output(out)?,
                handle::borrow(registry, "registry")?,
                sized::read(info, "info")?,
            )
        };
        // SAFETY: the strings of the info are, as documented at its type.
        let info = unsafe { info.parts() }?;
        out.give(metra_group::object(
            registry.runtime.registry().taskmanager(&info)?,
        ));
        Ok(())
    })
}

/// Asks a gauge for its value. A callback is run on the registry's gauge thread, and waited for no longer than
/// metrics.gauge.timeout.
///
/// @param registry (nonnull, borrowed) The registry whose thread is to ask.
/// @param gauge    (nonnull, borrowed) The gauge.
/// @param out      (nonnull) Receives the value; text lives until the next reading of a text, or metra_value_set_text, on
///                 this thread.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_NOT_FOUND if there is no value now, or METRA_ERROR_BUSY
///         inside a gauge's callback.
///
/// Thread safety: any thread. Do not hold a lock (a GIL) that the callback needs.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_read_gauge(
    registry: *mut metra_registry,
    gauge: *const metra_gauge,
    out: *mut metra_value,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (registry, gauge, out) = unsafe {
            (
                handle::borrow(registry, "registry")?,
                handle::borrow(gauge, "gauge")?,
                out.as_mut().ok_or_else(|| handle::null("out"))?,
            )
        };
        let value = registry.runtime.read_gauge(gauge.gauge())?;
        let value = value.ok_or_else(|| {
            let text = "the gauge has no value now";
            Error::new(ErrorKind::NotFound, text)
        })?;
        *out = metra_value::from_value(&value);
        Ok(())
    })
}

/// Counts the reporters that were started.
///
/// @param registry_or_null (borrowed) The registry.
/// @return Their number; zero for NULL.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_registry_reporter_count(
    registry_or_null: *const metra_registry,
) -> usize {
    guard_or(0, || {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow_or_null(registry_or_null) };
        registry.map_or(0, |registry| registry.reporters().len())
    })
}

/// Describes one reporter that was started: in the order of their names, which is that of their indices in Flink.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param index    From zero, below metra_registry_reporter_count.
/// @param out      (nonnull) Receives the description; set its size first. Its strings are borrowed from this handle.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_ARGUMENT for a size too small, or
///         METRA_ERROR_NOT_FOUND for an index too large.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_reporter(
    registry: *const metra_registry,
    index: usize,
    out: *mut metra_reporter_info,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        if out.is_null() {
            return Err(handle::null("out"));
        }
        let reporters = registry.reporters();
        let started = reporters.get(index).ok_or_else(|| {
            let text = format!("no reporter {index}; there are {}", reporters.len());
            Error::new(ErrorKind::NotFound, text)
        })?;
        let info = metra_reporter_info {
            size: size_of::<metra_reporter_info>(),
            name: started.name.as_ptr(),
            factory_class: started.class.as_ptr(),
            delimiter: started.delimiter.as_ptr(),
            interval_ms: started.interval.as_millis().try_into().unwrap_or(u64::MAX),
            address: started
                .address
                .as_ref()
                .map_or(std::ptr::null(), |address| address.as_ptr()),
        };
        // SAFETY: NULL or valid, as documented above.
        unsafe { sized::write(out, &info, "out") }
    })
}

/// Tells what the registry survived and counted.
///
/// @param registry (nonnull, borrowed) The registry.
/// @param out      (nonnull) Receives the counts; set its size first.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT or METRA_ERROR_INVALID_ARGUMENT for a size too small.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_registry_losses(
    registry: *const metra_registry,
    out: *mut metra_losses,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let registry = unsafe { handle::borrow(registry, "registry") }?;
        let log = registry.runtime.registry().log();
        let losses = metra_losses {
            size: size_of::<metra_losses>(),
            name_collisions: log.lost(Loss::NameCollision),
            limits: log.lost(Loss::Limit),
            hidden_variables: log.lost(Loss::HiddenVariable),
            equal_identities: log.lost(Loss::EqualIdentity),
            gauge_timeouts: log.lost(Loss::GaugeTimeout),
            gauge_failures: log.lost(Loss::GaugeFailure),
            inexpressible_values: log.lost(Loss::Inexpressible),
            panics: log.lost(Loss::Panic),
        };
        // SAFETY: NULL or valid, as documented above.
        unsafe { sized::write(out, &losses, "out") }
    })
}
