//! Configurations, as C sees them.

use std::ffi::{CString, c_char, c_void};
use std::path::Path;
use std::sync::Arc;

use super::callback::{UserData, metra_drop_fn};
use super::clock::metra_clock;
use super::guard::{guard, guard_or};
use super::handle::{self, Handle};
use super::reporter::{self, metra_reporter};
use super::status::metra_status;
use super::text::{owned, text};
use crate::clock::Clock;
use crate::error::Error;
use crate::log::Level;
use crate::os::sync::{Guard, Mutex};
use crate::runtime::Setup;

/// What registries are made after: Flink's configuration keys, a clock, a log callback, classes of reporters. A registry
/// copies what it needs, so changing or freeing the configuration later changes nothing. Any thread may use it.
pub struct metra_config {
    _opaque: [u8; 0],
}

impl Handle for metra_config {
    type Object = Mutex<Setup>;
}

/// Locks the setup of a configuration.
pub(super) fn lock(config: &Mutex<Setup>) -> Guard<'_, Setup> {
    config.lock()
}

/// How much a line of the log matters.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum metra_log_level {
    /// Something was lost or does not work.
    METRA_LOG_ERROR = 0,
    /// Something is probably not as it was meant.
    METRA_LOG_WARN = 1,
    /// Something started or stopped.
    METRA_LOG_INFO = 2,
}

impl From<Level> for metra_log_level {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::METRA_LOG_ERROR,
            Level::Warn => Self::METRA_LOG_WARN,
            Level::Info => Self::METRA_LOG_INFO,
        }
    }
}

/// Receives one line of the log, or a whole report of a reporter to the log, which has many. Called from any thread,
/// possibly from several at once, never re-entered on one; it must not call metra. The text is borrowed for the call.
pub type metra_log_fn = Option<
    unsafe extern "C" fn(userdata: *mut c_void, level: metra_log_level, text: *const c_char),
>;

/// Makes an empty configuration: every default holds, the log is silent.
///
/// @param out (nonnull) Receives an owned configuration; free it with metra_config_free.
/// @return METRA_OK or METRA_ERROR_NULL_ARGUMENT.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_config_new(out: *mut *mut metra_config) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let out = unsafe { handle::output(out) }?;
        out.give(Arc::default());
        Ok(())
    })
}

/// Sets one of Flink's configuration keys, "metrics.scope.delimiter" for instance. Keys that metra does not know are
/// kept and ignored; a bad value of one that it knows is refused and the old value stays. Keys that depend on a reporter's
/// class, its port for instance, are judged when a registry is made.
///
/// @param config (nonnull, borrowed) The configuration.
/// @param key    (nonnull, copied) UTF-8.
/// @param value  (nonnull, copied) UTF-8, written as in Flink's configuration file.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8 or METRA_ERROR_CONFIG.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_config_set(
    config: *mut metra_config,
    key: *const c_char,
    value: *const c_char,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (config, key, value) = unsafe {
            (
                handle::borrow(config, "config")?,
                text(key, "key")?,
                text(value, "value")?,
            )
        };
        lock(config).config.set(key, value)
    })
}

/// Sets all keys of a YAML file such as Flink's config.yaml, nested, flat or mixed: all of them or, on an error, none.
///
/// @param config (nonnull, borrowed) The configuration.
/// @param path   (nonnull, copied) UTF-8.
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8, METRA_ERROR_IO if the file cannot be read, or
///         METRA_ERROR_CONFIG naming line and column.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_config_load(
    config: *mut metra_config,
    path: *const c_char,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (config, path) = unsafe { (handle::borrow(config, "config")?, text(path, "path")?) };
        lock(config).config.load(Path::new(path))
    })
}

/// Makes registries run on a manual clock.
///
/// @param config (nonnull, borrowed) The configuration.
/// @param clock  (nonnull, borrowed) The clock; it is shared, the handle may be freed at once.
/// @return METRA_OK or METRA_ERROR_NULL_ARGUMENT.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_config_set_clock(
    config: *mut metra_config,
    clock: *const metra_clock,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let (config, clock) = unsafe {
            (
                handle::borrow(config, "config")?,
                handle::borrow(clock, "clock")?,
            )
        };
        lock(config).clock = Clock::Manual(clock.clone());
        Ok(())
    })
}

/// Makes registries say what they survive, each complaint once. Without this they are silent.
///
/// @param config       (nonnull, borrowed) The configuration.
/// @param log          (nonnull) Called with each line.
/// @param userdata     (consumed) First argument of log.
/// @param drop_or_null Called once with userdata when the configuration and all registries made after it are gone, on
///                     the thread that ends the last of them; also if this call fails.
/// @return METRA_OK or METRA_ERROR_NULL_ARGUMENT.
///
/// Thread safety: any thread; the callback runs on any thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_config_set_log(
    config: *mut metra_config,
    log: metra_log_fn,
    userdata: *mut c_void,
    drop_or_null: metra_drop_fn,
) -> metra_status {
    guard(|| {
        let userdata = UserData::new(userdata, drop_or_null);
        // SAFETY: NULL or valid, as documented above.
        let config = unsafe { handle::borrow(config, "config") }?;
        let log = log.ok_or_else(|| handle::null("log"))?;
        let sink = move |level: Level, line: &str| {
            let line: CString = owned(line);
            // SAFETY: the caller gave function and userdata together, for calls like this.
            unsafe { log(userdata.pointer(), level.into(), line.as_ptr()) };
        };
        let replaced = lock(config).sink.replace(Arc::new(Box::new(sink)));
        // Its userdata may go now, which runs foreign code: not under the lock.
        drop(replaced);
        Ok(())
    })
}

/// Makes "metrics.reporter.<name>.factory.class: <factory_class>" mean a reporter of the host: one for every name that
/// the configuration gives this class, all with the same functions and userdata.
///
/// @param config        (nonnull, borrowed) The configuration.
/// @param factory_class (nonnull, copied) UTF-8; one of metra's own classes is replaced.
/// @param reporter      (nonnull, copied) The functions. Its userdata is consumed, also if this call fails (unless it is
///                      NULL itself).
/// @return METRA_OK, METRA_ERROR_NULL_ARGUMENT, METRA_ERROR_INVALID_UTF8 or METRA_ERROR_INVALID_ARGUMENT.
///
/// Thread safety: any thread; each reporter's functions run on that reporter's own thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn metra_config_add_reporter(
    config: *mut metra_config,
    factory_class: *const c_char,
    reporter: *const metra_reporter,
) -> metra_status {
    guard(|| {
        // SAFETY: NULL or valid, as documented above.
        let class = unsafe { reporter::class(reporter) }?;
        // SAFETY: as above.
        let (config, name) = unsafe {
            (
                handle::borrow(config, "config")?,
                text(factory_class, "factory_class")?,
            )
        };
        let replaced = lock(config)
            .classes
            .insert(name.to_owned(), Arc::new(class));
        drop(replaced);
        Ok(())
    })
}

/// Frees a configuration handle.
///
/// @param config_or_null (consumed) The handle.
///
/// Thread safety: any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metra_config_free(config_or_null: *mut metra_config) {
    // SAFETY: NULL or owned, as documented above.
    guard_or((), || unsafe { handle::free(config_or_null) });
}

/// What a call that only reads a configuration, or none, starts from.
///
/// # Safety
/// `config` is NULL or a configuration.
pub(super) unsafe fn setup(config: *const metra_config) -> Result<Setup, Error> {
    // SAFETY: as this function's caller promises.
    let config = unsafe { handle::borrow_or_null(config) };
    Ok(config.map_or_else(Setup::default, |config| lock(config).clone()))
}
