//! Clocks, configurations and registries.

use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;

use super::group::{Component, Group};
use super::log::{LogSink, drop_sink, log};
use super::recorder::{Metric, Recorder, collect};
use super::text::{Text, owned};
use super::{Refusal, abi, checked, handed};

/// How long closing a registry may take. Nothing a vector does takes long.
const DEADLINE_MS: u32 = 10_000;

/// A manual clock.
pub(crate) struct Clock(*mut abi::metra_clock);

impl Clock {
    pub(crate) fn new() -> Rc<Self> {
        // SAFETY: `out` is valid.
        let clock = handed(|out| unsafe { abi::metra_clock_new(out) });
        Rc::new(Self(clock.expect("a clock")))
    }

    /// Moves on and returns when all that became due is done; 0 delivers what is pending.
    pub(crate) fn advance(&self, ms: u64) {
        // SAFETY: the handle is valid.
        checked(unsafe { abi::metra_clock_advance(self.0, ms) }).expect("the clock moves");
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { abi::metra_clock_free(self.0) };
    }
}

/// A configuration.
pub(crate) struct Config(*mut abi::metra_config);

impl Config {
    /// An empty one that runs on the system's time.
    pub(crate) fn new() -> Self {
        // SAFETY: `out` is valid.
        let config = handed(|out| unsafe { abi::metra_config_new(out) });
        Self(config.expect("a configuration"))
    }

    pub(crate) fn set_clock(&self, clock: &Clock) {
        // SAFETY: both handles are valid.
        let set = unsafe { abi::metra_config_set_clock(self.0, clock.0) };
        checked(set).expect("a configuration takes a clock");
    }

    pub(crate) fn set_log(&self, sink: &Arc<LogSink>) {
        let userdata = LogSink::userdata(sink);
        // SAFETY: the handle and the functions are valid; the userdata is consumed.
        let set =
            unsafe { abi::metra_config_set_log(self.0, Some(log), userdata, Some(drop_sink)) };
        checked(set).expect("a configuration takes a log");
    }

    pub(crate) fn set(&self, key: &str, value: &str) -> Result<(), Refusal> {
        let (key, value) = (Text::new(Some(key)), Text::new(Some(value)));
        // SAFETY: the handle and both strings are valid.
        checked(unsafe { abi::metra_config_set(self.0, key.pointer(), value.pointer()) })
    }

    /// Makes `factory_class` mean `recorder`, which is called at an interval if `pushes`.
    pub(crate) fn add_recorder(&self, factory_class: &str, recorder: &Arc<Recorder>, pushes: bool) {
        let class = Text::new(Some(factory_class));
        let vtable = Recorder::vtable(recorder, pushes);
        // SAFETY: the handle, the string and the functions are valid; the userdata is consumed.
        let added =
            unsafe { abi::metra_config_add_reporter(self.0, class.pointer(), &raw const vtable) };
        checked(added).expect("a configuration takes a reporter class");
    }

    pub(crate) fn open(&self) -> Result<Registry, Refusal> {
        // SAFETY: the handle is valid.
        let registry = handed(|out| unsafe { abi::metra_registry_new(self.0, out) })?;
        Ok(Registry(NonNull::new(registry).expect("checked above")))
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { abi::metra_config_free(self.0) };
    }
}

/// A running registry; closed when it goes.
pub(crate) struct Registry(NonNull<abi::metra_registry>);

/// A reporter that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReporterInfo {
    pub(crate) name: String,
    pub(crate) delimiter: String,
    pub(crate) interval_ms: u64,
    pub(crate) address: Option<String>,
}

/// What a registry survived and counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Losses {
    pub(crate) name_collisions: u64,
    pub(crate) hidden_variables: u64,
    pub(crate) equal_identities: u64,
    pub(crate) gauge_failures: u64,
}

impl Registry {
    /// A root without Flink's levels.
    pub(crate) fn root(&self, name: &str) -> Result<Group, Refusal> {
        let name = Text::new(Some(name));
        let info = abi::metra_root_info {
            size: size_of::<abi::metra_root_info>(),
            name: name.pointer(),
            variables: std::ptr::null(),
            variables_len: 0,
        };
        // SAFETY: the handle and the info are valid.
        handed(|out| unsafe { abi::metra_registry_root(self.0.as_ptr(), &raw const info, out) })
            .map(Group::owning)
    }

    /// A job manager or another process that looks like one.
    pub(crate) fn jobmanager(&self, component: &Component) -> Result<Group, Refusal> {
        let host = Text::new(component.host.as_deref());
        let info = abi::metra_jobmanager_info {
            size: size_of::<abi::metra_jobmanager_info>(),
            host: host.pointer(),
        };
        // SAFETY: the handle and the info are valid.
        handed(|out| unsafe {
            abi::metra_registry_jobmanager(self.0.as_ptr(), &raw const info, out)
        })
        .map(Group::owning)
    }

    pub(crate) fn taskmanager(&self, component: &Component) -> Result<Group, Refusal> {
        let host = Text::new(component.host.as_deref());
        let tm_id = Text::new(component.tm_id.as_deref());
        let info = abi::metra_taskmanager_info {
            size: size_of::<abi::metra_taskmanager_info>(),
            host: host.pointer(),
            tm_id: tm_id.pointer(),
        };
        // SAFETY: the handle and the info are valid.
        handed(|out| unsafe {
            abi::metra_registry_taskmanager(self.0.as_ptr(), &raw const info, out)
        })
        .map(Group::owning)
    }

    /// The reporters that were started, in the order of their indices.
    pub(crate) fn reporters(&self) -> Vec<ReporterInfo> {
        // SAFETY: the handle is valid.
        let count = unsafe { abi::metra_registry_reporter_count(self.0.as_ptr()) };
        (0..count).map(|index| self.reporter(index)).collect()
    }

    fn reporter(&self, index: usize) -> ReporterInfo {
        let mut info = abi::metra_reporter_info {
            size: size_of::<abi::metra_reporter_info>(),
            name: std::ptr::null(),
            factory_class: std::ptr::null(),
            delimiter: std::ptr::null(),
            interval_ms: 0,
            address: std::ptr::null(),
        };
        // SAFETY: the handle and the place are valid.
        let read = unsafe { abi::metra_registry_reporter(self.0.as_ptr(), index, &raw mut info) };
        checked(read).expect("an index below the count");
        // SAFETY: the strings live as long as the registry handle.
        unsafe {
            ReporterInfo {
                name: owned(info.name).expect("a reporter has a name"),
                delimiter: owned(info.delimiter).expect("a reporter has a delimiter"),
                interval_ms: info.interval_ms,
                address: owned(info.address),
            }
        }
    }

    /// All metrics as they are now; those that count with their counts.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let mut metrics: Vec<Metric> = Vec::new();
        // SAFETY: the handle and the vector are valid during the call.
        let collected = unsafe {
            abi::metra_registry_collect(self.0.as_ptr(), Some(collect), (&raw mut metrics).cast())
        };
        checked(collected).expect("a registry can be read");
        metrics
    }

    pub(crate) fn losses(&self) -> Losses {
        let mut losses = abi::metra_losses {
            size: size_of::<abi::metra_losses>(),
            ..Default::default()
        };
        // SAFETY: the handle and the place are valid.
        let read = unsafe { abi::metra_registry_losses(self.0.as_ptr(), &raw mut losses) };
        checked(read).expect("losses can be read");
        assert_eq!(losses.panics, 0, "a reporter panicked");
        Losses {
            name_collisions: losses.name_collisions,
            hidden_variables: losses.hidden_variables,
            equal_identities: losses.equal_identities,
            gauge_failures: losses.gauge_failures,
        }
    }

    pub(crate) fn close(&self) {
        // SAFETY: the handle is valid.
        let closed = unsafe { abi::metra_registry_close(self.0.as_ptr(), DEADLINE_MS) };
        checked(closed).expect("the registry closes in time");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.close();
        }
        // SAFETY: owned, and not used again.
        unsafe { abi::metra_registry_free(self.0.as_ptr()) };
    }
}
