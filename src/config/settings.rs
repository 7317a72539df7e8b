//! Everything a registry needs to know, typed, with defaults filled in.

use std::time::Duration;

use super::keys::{self, Key};
use super::mistake::one_line;
use super::ports::Ports;
use super::reporter::{self, ReporterSettings};
use super::{Config, delimiter};
use crate::error::Error;

const DEFAULT_LIMIT: usize = 1_000_000;
const DEFAULT_GROUP_LIMIT: usize = 100_000;
const DEFAULT_GAUGE_TIMEOUT: Duration = Duration::from_secs(1);
const DEFAULT_HISTOGRAM_WINDOW: Duration = Duration::from_secs(60);
const DEFAULT_PROBING_INTERVAL: Duration = Duration::from_secs(5);
const LOOPBACK: &str = "127.0.0.1";

/// A whole configuration, typed and checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The scope formats that are configured.
    pub formats: ScopeFormatTexts,
    /// Joins scope components and metric name where no reporter has a say.
    pub delimiter: char,
    /// How many metrics a registry may hold.
    pub limit: usize,
    /// How many metrics one group may hold.
    pub group_limit: usize,
    /// How long one reading waits for gauges.
    pub gauge_timeout: Duration,
    /// The stretch of time that a histogram's quantiles speak of.
    pub histogram_window: Duration,
    /// Latency markers between operators.
    pub latency: LatencySettings,
    /// How often to probe the machine's resources; `None` when they are not to be shown.
    pub system_resources: Option<Duration>,
    /// Whether Python may register metrics.
    pub python_metrics: bool,
    /// Where to serve REST and dashboard; `None` when no port is configured.
    pub rest: Option<RestSettings>,
    /// The reporters to start, in the order of their names by UTF-16 code unit, which is that of their indices.
    pub reporters: Vec<ReporterSettings>,
    /// What is taken but probably not as it was meant; each is one line for the log.
    pub warnings: Vec<String>,
}

/// The texts of the seven scope formats; `None` means Flink's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeFormatTexts {
    /// Of a job manager and of process groups.
    pub jm: Option<String>,
    /// Of a job on a job manager.
    pub jm_job: Option<String>,
    /// Of an operator's coordinator on a job manager.
    pub jm_operator: Option<String>,
    /// Of a task manager.
    pub tm: Option<String>,
    /// Of a job on a task manager.
    pub tm_job: Option<String>,
    /// Of a task.
    pub task: Option<String>,
    /// Of an operator in a task.
    pub operator: Option<String>,
}

/// How latency is tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatencySettings {
    /// How often a source emits a marker; zero switches tracking off.
    pub interval: Duration,
    /// How many histograms there are.
    pub granularity: Granularity,
}

/// What a latency histogram distinguishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// No sources: one histogram per operator subtask.
    Single,
    /// The source operator.
    #[default]
    Operator,
    /// The source operator and its subtask.
    Subtask,
}

/// Where REST requests are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestSettings {
    /// A host or an IP address to listen on.
    pub address: String,
    /// Ports to try, in order.
    pub ports: Ports,
}

impl Settings {
    /// Reads all keys that mean something here.
    pub(super) fn read(config: &Config) -> Result<Self, Error> {
        let mut warnings = Vec::new();
        let formats = ScopeFormatTexts::read(config, &mut warnings)?;
        let delimiter = delimiter::global(config, &mut warnings);
        let latency = LatencySettings::read(config, &mut warnings)?;
        Ok(Self {
            formats,
            delimiter,
            limit: keys::LIMIT.read(config)?.unwrap_or(DEFAULT_LIMIT),
            group_limit: keys::GROUP_LIMIT
                .read(config)?
                .unwrap_or(DEFAULT_GROUP_LIMIT),
            gauge_timeout: keys::GAUGE_TIMEOUT
                .read(config)?
                .unwrap_or(DEFAULT_GAUGE_TIMEOUT),
            histogram_window: keys::HISTOGRAM_WINDOW
                .read(config)?
                .unwrap_or(DEFAULT_HISTOGRAM_WINDOW),
            latency,
            system_resources: system_resources(config)?,
            python_metrics: keys::PYTHON_METRICS.read(config)?.unwrap_or(true),
            rest: RestSettings::read(config)?,
            reporters: reporter::read_all(config, delimiter, &mut warnings)?,
            warnings: warnings.iter().map(|warning| one_line(warning)).collect(),
        })
    }
}

impl ScopeFormatTexts {
    fn read(config: &Config, warnings: &mut Vec<String>) -> Result<Self, Error> {
        let jm_job = renamed(
            &keys::JM_JOB_FORMAT,
            &keys::OLD_JM_JOB_FORMAT,
            config,
            warnings,
        )?;
        let tm_job = renamed(
            &keys::TM_JOB_FORMAT,
            &keys::OLD_TM_JOB_FORMAT,
            config,
            warnings,
        )?;
        Ok(Self {
            jm: keys::JM_FORMAT.read(config)?,
            jm_job,
            jm_operator: keys::JM_OPERATOR_FORMAT.read(config)?,
            tm: keys::TM_FORMAT.read(config)?,
            tm_job,
            task: keys::TASK_FORMAT.read(config)?,
            operator: keys::OPERATOR_FORMAT.read(config)?,
        })
    }
}

/// Reads a key that once had another name, which still works where the new one is absent.
fn renamed<T>(
    key: &Key<T>,
    old: &Key<T>,
    config: &Config,
    warnings: &mut Vec<String>,
) -> Result<Option<T>, Error> {
    if let Some(value) = key.read(config)? {
        return Ok(Some(value));
    }
    let value = old.read(config)?;
    if value.is_some() {
        warnings.push(format!("{} is the old name of {}", old.name(), key.name()));
    }
    Ok(value)
}

impl LatencySettings {
    fn read(config: &Config, warnings: &mut Vec<String>) -> Result<Self, Error> {
        if keys::LATENCY_HISTORY_SIZE.read(config)?.is_some() {
            warnings.push(format!(
                "{} is ignored: a histogram covers a stretch of time, see {}",
                keys::LATENCY_HISTORY_SIZE.name(),
                keys::HISTOGRAM_WINDOW.name()
            ));
        }
        Ok(Self {
            interval: keys::LATENCY_INTERVAL.read(config)?.unwrap_or_default(),
            granularity: keys::LATENCY_GRANULARITY.read(config)?.unwrap_or_default(),
        })
    }
}

fn system_resources(config: &Config) -> Result<Option<Duration>, Error> {
    let shown = keys::SYSTEM_RESOURCE.read(config)?.unwrap_or(false);
    let interval = keys::SYSTEM_RESOURCE_INTERVAL.read(config)?;
    Ok(shown.then_some(interval.unwrap_or(DEFAULT_PROBING_INTERVAL)))
}

impl RestSettings {
    /// What is said about binding goes before what is said for clients, in address and port alike.
    fn read(config: &Config) -> Result<Option<Self>, Error> {
        let port = keys::REST_PORT.read(config)?;
        let ports = keys::REST_BIND_PORT.read(config)?.or(port);
        let address = config
            .get("rest.bind-address")
            .or_else(|| config.get("rest.address"));
        Ok(ports.map(|ports| Self {
            address: address.unwrap_or(LOOPBACK).to_owned(),
            ports,
        }))
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let mut config = Config::new();
        for (key, value) in pairs {
            config.set(key, value).unwrap();
        }
        config.settings().unwrap()
    }

    #[test]
    fn nothing_configured_means_the_documented_defaults() {
        let settings = settings(&[]);
        assert_eq!(settings.formats, ScopeFormatTexts::default());
        assert_eq!(settings.delimiter, '.');
        assert_eq!((settings.limit, settings.group_limit), (1_000_000, 100_000));
        assert_eq!(settings.gauge_timeout, Duration::from_secs(1));
        assert_eq!(settings.histogram_window, Duration::from_secs(60));
        assert_eq!(settings.latency.interval, Duration::ZERO);
        assert_eq!(settings.latency.granularity, Granularity::Operator);
        assert_eq!((settings.system_resources, &settings.rest), (None, &None));
        assert!(settings.python_metrics);
        assert!(settings.reporters.is_empty() && settings.warnings.is_empty());
    }

    #[test]
    fn old_names_of_formats_work_with_a_warning_until_the_new_name_is_there() {
        let old = settings(&[("metrics.scope.jm.job", "old.<job_name>")]);
        assert_eq!(old.formats.jm_job.as_deref(), Some("old.<job_name>"));
        assert_eq!(
            old.warnings,
            ["metrics.scope.jm.job is the old name of metrics.scope.jm-job"]
        );
        let both = settings(&[
            ("metrics.scope.tm.job", "old"),
            ("metrics.scope.tm-job", "new"),
        ]);
        assert_eq!(both.formats.tm_job.as_deref(), Some("new"));
        assert!(both.warnings.is_empty());
    }

    #[test]
    fn history_size_is_ignored_with_a_warning() {
        let settings = settings(&[
            ("metrics.latency.history-size", "3"),
            ("metrics.latency.granularity", "SINGLE"),
        ]);
        assert_eq!(settings.latency.granularity, Granularity::Single);
        assert!(settings.warnings[0].starts_with("metrics.latency.history-size is ignored"));
    }

    #[test]
    fn system_resources_are_probed_only_when_switched_on() {
        let interval = ("metrics.system-resource-probing-interval", "2 s");
        assert_eq!(settings(&[interval]).system_resources, None);
        let on = ("metrics.system-resource", "true");
        assert_eq!(
            settings(&[on]).system_resources,
            Some(Duration::from_secs(5))
        );
        assert_eq!(
            settings(&[on, interval]).system_resources,
            Some(Duration::from_secs(2))
        );
    }

    #[test]
    fn rest_is_served_on_loopback_and_only_when_a_port_is_given() {
        assert_eq!(settings(&[("rest.address", "0.0.0.0")]).rest, None);
        let rest = settings(&[("rest.port", "8081")]).rest.unwrap();
        assert_eq!(rest.address, "127.0.0.1");
        assert_eq!(rest.ports.iter().collect::<Vec<_>>(), [8081]);
    }

    #[test]
    fn rest_binds_where_it_is_told_to_bind() {
        let rest = settings(&[
            ("rest.address", "example.org"),
            ("rest.bind-address", "::1"),
            ("rest.port", "1"),
            ("rest.bind-port", "2-3"),
        ]);
        let rest = rest.rest.unwrap();
        assert_eq!(rest.address, "::1");
        assert_eq!(rest.ports.iter().collect::<Vec<_>>(), [2, 3]);
    }
}
