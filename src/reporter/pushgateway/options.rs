//! The keys of a Pushgateway reporter.

use std::hash::{BuildHasher, RandomState};

use super::grouping::{Grouping, JOB};
use super::make;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::log::{Level, Log};
use crate::reporter::class::{
    BEARER_TOKEN_FILE, CA_FILE, Class, Key, Make, PASSWORD, PASSWORD_FILE, USERNAME,
};
use crate::reporter::client::Url;
use crate::reporter::prometheus;
use crate::reporter::prometheus::keys::{ALLOW_LIST, BUCKETS, FILTER_VALUES, PREFIX};

const HOST_URL: &str = "hostUrl";
const JOB_NAME: &str = "jobName";
const RANDOM_SUFFIX: &str = "randomJobNameSuffix";
const GROUPING_KEY: &str = "groupingKey";
const DELETE: &str = "deleteOnShutdown";

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporterFactory",
    names: &["pushgateway"],
    keys: &[
        Key::new(
            HOST_URL,
            "",
            "URL of the gateway, with a path if it has one; required",
        ),
        Key::new(
            JOB_NAME,
            "",
            "name of the job; required without a random suffix",
        ),
        Key::new(
            RANDOM_SUFFIX,
            "true",
            "appends 32 random hexadecimal digits to the name, new with every start",
        ),
        Key::new(
            GROUPING_KEY,
            "",
            "further labels of all that is pushed: `name=value;name=value`",
        ),
        Key::new(
            DELETE,
            "true",
            "deletes what was pushed when the registry closes",
        ),
        FILTER_VALUES,
        ALLOW_LIST,
        PREFIX,
        BUCKETS,
        USERNAME,
        PASSWORD,
        PASSWORD_FILE,
        BEARER_TOKEN_FILE,
        CA_FILE,
    ],
    make: Make::Pusher(make),
};

/// What a Pushgateway reporter is to do.
pub(super) struct Options {
    pub(super) server: Url,
    /// The URL of what it pushes.
    pub(super) group: String,
    pub(super) is_deleting: bool,
    pub(super) page: prometheus::Options,
}

impl Options {
    pub(super) fn read(settings: &ReporterSettings, log: &Log) -> Result<Self, Error> {
        let server = Url::read(settings, HOST_URL)?;
        let grouping = grouping(settings, log)?;
        let group = format!("{}{}", server.as_str(), grouping.path(&job(settings)?));
        let mut page = prometheus::Options::from(settings)?;
        page.replaced.push(JOB.to_owned());
        let labels = grouping.labels.into_iter();
        page.replaced.extend(labels.map(|(name, _)| name));
        Ok(Self {
            server,
            group,
            is_deleting: settings.bool(DELETE, true)?,
            page,
        })
    }
}

fn job(settings: &ReporterSettings) -> Result<String, Error> {
    let name = settings.get(JOB_NAME).unwrap_or_default();
    match settings.bool(RANDOM_SUFFIX, true)? {
        true => Ok(format!("{name}{}", random_digits())),
        false if name.is_empty() => {
            let right = format!("a name, or {RANDOM_SUFFIX}: true");
            Err(settings.refused(JOB_NAME, "is no name of a job", &right))
        }
        false => Ok(name.to_owned()),
    }
}

/// 32 hexadecimal digits that no other process has.
///
/// Hashers have random keys of the system's, and forked processes, which have the same ones, have numbers of their own.
fn random_digits() -> String {
    let digits = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", digits(), digits())
}

fn grouping(settings: &ReporterSettings, log: &Log) -> Result<Grouping, Error> {
    const RIGHT: &str = "'name=value;name=value'";
    let text = settings.get(GROUPING_KEY).unwrap_or_default();
    let grouping = Grouping::parse(text, |item| {
        let key = settings.full_key(GROUPING_KEY);
        let text = format!("{key}: '{item}' is ignored; right would be {RIGHT}");
        log.say_once(Level::Warn, text);
    });
    match grouping.improper() {
        Some(name) => {
            let what = format!("has the name '{name}', which is none of a label");
            Err(settings.refused(GROUPING_KEY, &what, RIGHT))
        }
        None => Ok(grouping),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    const SERVER: (&str, &str) = (HOST_URL, "http://host:9091/prefix/");

    fn options(keys: &[(&str, &str)]) -> Result<Options, Error> {
        let mut config = Config::new();
        for (key, value) in [("factory.class", "pushgateway")].iter().chain(keys) {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        Options::read(settings.reporters.first().unwrap(), &Log::default())
    }

    fn group(keys: &[(&str, &str)]) -> String {
        options(keys).unwrap().group
    }

    #[test]
    fn group_is_below_the_path_of_the_gateway() {
        let fixed = (RANDOM_SUFFIX, "false");
        let keys = [SERVER, fixed, (JOB_NAME, "my job"), (GROUPING_KEY, "k=v")];
        let url = "http://host:9091/prefix/metrics/job/my%20job/k/v";
        assert_eq!(group(&keys), url);
    }

    #[test]
    fn random_suffixes_are_32_digits_and_never_the_same() {
        let suffix = || {
            let group = group(&[SERVER, (JOB_NAME, "j")]);
            let (_, suffix) = group.split_once("/metrics/job/j").unwrap();
            suffix.to_owned()
        };
        let (one, other) = (suffix(), suffix());
        let is_digit = |letter: char| matches!(letter, '0'..='9' | 'a'..='f');
        assert!(one.len() == 32 && one.chars().all(is_digit), "{one}");
        assert_ne!(one, other);
        assert_ne!(one.get(..16), one.get(16..));
    }

    #[test]
    fn labels_of_the_gateway_are_not_shown() {
        let options = options(&[SERVER, (GROUPING_KEY, "b=1;a=2")]).unwrap();
        assert_eq!(options.page.replaced, ["job", "b", "a"]);
        assert!(options.is_deleting && options.page.filter_values);
    }

    #[test]
    fn what_can_never_be_pushed_is_refused() {
        for (keys, message) in [
            (
                &[][..],
                "hostUrl is missing; right would be 'http://host:port' or 'https://host/path'",
            ),
            (
                &[(HOST_URL, "127.0.0.1:1")],
                "hostUrl: '127.0.0.1:1' is no URL of HTTP; \
                 right would be 'http://host:port' or 'https://host/path'",
            ),
            (
                &[SERVER, (RANDOM_SUFFIX, "false")],
                "jobName is no name of a job; \
                 right would be a name, or randomJobNameSuffix: true",
            ),
            (
                &[SERVER, (GROUPING_KEY, "a=1;sp ace=2")],
                "groupingKey: 'a=1;sp ace=2' has the name 'sp ace', which is none of a label; \
                 right would be 'name=value;name=value'",
            ),
        ] {
            let refusal = options(keys).err().unwrap();
            let message = format!("metrics.reporter.r.{message}");
            assert_eq!(refusal.message(), message);
        }
    }
}
