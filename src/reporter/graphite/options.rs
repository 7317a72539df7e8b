//! The keys of a Graphite reporter.

use super::make;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::{Class, FLINK_EXACT, Key, Make};

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.graphite.GraphiteReporterFactory",
    names: &["graphite"],
    keys: &[
        Key::new("host", "", "host of Graphite's carbon; required"),
        Key::new("port", "", "its port for lines of text; required"),
        Key::new("protocol", "TCP", "`TCP` or `UDP`"),
        Key::new(
            "prefix",
            "",
            "what all paths begin with; without it and with `tags`, `flink` below Flink's components",
        ),
        Key::new(
            "rateConversion",
            "SECONDS",
            "Java's unit of time that rates are given for",
        ),
        Key::new(
            "durationConversion",
            "MILLISECONDS",
            "a unit as well, without effect",
        ),
        Key::new(
            "tags",
            "false",
            "tagged series: logical names, with variables as tags",
        ),
        FLINK_EXACT,
    ],
    make: Make::Pusher(make),
};

/// Java's units of time, in seconds.
const UNITS: [(&str, f64); 7] = [
    ("NANOSECONDS", 1e-9),
    ("MICROSECONDS", 1e-6),
    ("MILLISECONDS", 1e-3),
    ("SECONDS", 1.0),
    ("MINUTES", 60.0),
    ("HOURS", 3600.0),
    ("DAYS", 86_400.0),
];

/// What a Graphite reporter is to do.
pub(super) struct Options {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) protocol: Protocol,
    pub(super) prefix: Option<String>,
    /// What rates per second are multiplied by.
    pub(super) rate_factor: f64,
    pub(super) has_tags: bool,
    pub(super) is_exact: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Tcp,
    Udp,
}

impl Options {
    pub(super) fn read(settings: &ReporterSettings) -> Result<Self, Error> {
        let is_exact = settings.bool(FLINK_EXACT.name, false)?;
        let has_tags = settings.bool("tags", false)?;
        if is_exact && has_tags {
            let right = "'false', or no flink-exact";
            return Err(settings.refused("tags", "is not Flink's way", right));
        }
        let rate_unit = settings.choice("rateConversion", 1.0, &UNITS)?;
        settings.choice("durationConversion", 1.0, &UNITS)?;
        let host = settings.host_of_peer("host")?;
        Ok(Self {
            host: host.to_owned(),
            port: settings.port_of_peer("port")?,
            protocol: settings.choice(
                "protocol",
                Protocol::Tcp,
                &[("TCP", Protocol::Tcp), ("UDP", Protocol::Udp)],
            )?,
            prefix: settings.get("prefix").map(str::to_owned),
            // Flink counts the whole seconds of a unit: its rates per millisecond are all 0.
            rate_factor: if is_exact {
                rate_unit.trunc()
            } else {
                rate_unit
            },
            has_tags,
            is_exact,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    const HOST: [(&str, &str); 2] = [("host", "localhost"), ("port", "2003")];

    fn options(pairs: &[(&str, &str)]) -> Result<Options, Error> {
        let mut config = Config::new();
        for (key, value) in [("factory.class", "graphite")].iter().chain(pairs) {
            config
                .set(&format!("metrics.reporter.r.{key}"), value)
                .unwrap();
        }
        Options::read(config.settings().unwrap().reporters.first().unwrap())
    }

    /// Options with these keys beside host and port.
    fn with(pairs: &[(&str, &str)]) -> Result<Options, Error> {
        options(&[&HOST, pairs].concat())
    }

    #[test]
    fn plain_reporter_connects_and_gives_rates_per_second() {
        let options = with(&[]).unwrap();
        assert_eq!((&*options.host, options.port), ("localhost", 2003));
        assert_eq!(options.protocol, Protocol::Tcp);
        assert_eq!((options.prefix, options.rate_factor), (None, 1.0));
        assert!(!options.has_tags && !options.is_exact);
    }

    #[test]
    fn protocol_and_units_are_words_of_flinks_in_capitals() {
        assert_eq!(
            with(&[("protocol", "UDP")]).unwrap().protocol,
            Protocol::Udp
        );
        for (key, right) in [
            ("protocol", "'TCP' or 'UDP'"),
            ("rateConversion", "'MINUTES'"),
            ("durationConversion", "'MINUTES'"),
        ] {
            for word in ["udp", "minutes", ""] {
                let refusal = with(&[(key, word)]).err().unwrap();
                let message = refusal.message();
                let begin = format!("metrics.reporter.r.{key}: '{word}' is not known; ");
                assert!(message.starts_with(&begin) && message.contains(right));
            }
        }
        assert!(with(&[("durationConversion", "DAYS")]).is_ok());
    }

    #[test]
    fn rates_are_for_any_of_javas_units_which_flink_counts_in_whole_seconds() {
        for (unit, factor, flinks) in [
            ("NANOSECONDS", 1e-9, 0.0),
            ("MILLISECONDS", 0.001, 0.0),
            ("SECONDS", 1.0, 1.0),
            ("MINUTES", 60.0, 60.0),
            ("DAYS", 86_400.0, 86_400.0),
        ] {
            let unit = ("rateConversion", unit);
            assert_eq!(with(&[unit]).unwrap().rate_factor, factor);
            let exact = with(&[unit, ("flink-exact", "true")]).unwrap();
            assert_eq!(exact.rate_factor, flinks);
        }
    }

    #[test]
    fn host_and_port_have_to_be_there() {
        for (pairs, key) in [
            (&[("port", "2003")][..], "host"),
            (&[("host", "localhost")], "port"),
            (&[("host", "localhost"), ("port", "x")], "port"),
        ] {
            let error = options(pairs).err().unwrap();
            let key = format!("metrics.reporter.r.{key}");
            assert!(error.message().starts_with(&key), "{}", error.message());
        }
    }

    #[test]
    fn tags_and_flinks_own_lines_exclude_each_other() {
        let refusal = with(&[("tags", "true"), ("flink-exact", "true")])
            .err()
            .unwrap();
        assert_eq!(
            refusal.message(),
            "metrics.reporter.r.tags: 'true' is not Flink's way; right would be 'false', or no flink-exact"
        );
    }
}
