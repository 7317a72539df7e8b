//! The keys of a StatsD reporter.

use std::path::PathBuf;

use super::make;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::{Class, FLINK_EXACT, Key, Make};
use crate::reporter::datagrams::{FRAME, LONGEST, Target};

/// Local sockets carry more than a frame: as much as DogStatsD's agents read by default.
const UNIX_PACKET: usize = 8192;

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.statsd.StatsDReporterFactory",
    names: &["statsd"],
    keys: &[
        Key::new("host", "", "host of the daemon; required, or `socket`"),
        Key::new("port", "", "its UDP port; required with `host`"),
        Key::new(
            "socket",
            "",
            "path of a Unix datagram socket, in place of host and port",
        ),
        Key::new(
            "max-packet-size",
            "1432, or 8192",
            "bytes that datagrams may have; the larger default is for Unix sockets",
        ),
        Key::new(
            "dogstatsd-tags",
            "false",
            "logical names, with variables as DogStatsD's tags",
        ),
        Key::new(
            "prefix",
            "flink",
            "what logical names begin with below Flink's components",
        ),
        FLINK_EXACT,
    ],
    make: Make::Pusher(make),
};

/// What a StatsD reporter is to do.
pub(super) struct Options {
    pub(super) target: Target,
    pub(super) max_packet_size: usize,
    pub(super) has_tags: bool,
    pub(super) prefix: String,
    pub(super) is_exact: bool,
}

impl Options {
    pub(super) fn read(settings: &ReporterSettings) -> Result<Self, Error> {
        let target = target(settings)?;
        let is_exact = settings.bool(FLINK_EXACT.name, false)?;
        let has_tags = settings.bool("dogstatsd-tags", false)?;
        if is_exact && has_tags {
            let right = "'false', or no flink-exact";
            return Err(settings.refused("dogstatsd-tags", "is not Flink's way", right));
        }
        Ok(Self {
            max_packet_size: max_packet_size(settings, &target)?,
            target,
            has_tags,
            prefix: settings.get("prefix").unwrap_or("flink").to_owned(),
            is_exact,
        })
    }
}

fn max_packet_size(settings: &ReporterSettings, target: &Target) -> Result<usize, Error> {
    let key = "max-packet-size";
    if settings.get(key).is_none() {
        return Ok(match target {
            Target::Udp { .. } => FRAME,
            Target::Unix(_) => UNIX_PACKET,
        });
    }
    let size = usize::try_from(settings.integer(key, 0)?).ok();
    let size = size.filter(|size| (1..=LONGEST).contains(size));
    size.ok_or_else(|| {
        let right = format!("a number from 1 to {LONGEST}");
        settings.refused(key, "is no size of a datagram", &right)
    })
}

fn target(settings: &ReporterSettings) -> Result<Target, Error> {
    match settings.get("socket") {
        Some(_) if settings.get("host").is_some() => {
            let what = "is a second place beside host";
            Err(settings.refused("socket", what, "one of the two"))
        }
        Some("") => Err(settings.refused("socket", "is empty", "a path")),
        Some(path) => Ok(Target::Unix(PathBuf::from(path))),
        None => Ok(Target::Udp {
            host: settings.host_of_peer("host")?.to_owned(),
            port: settings.port_of_peer("port")?,
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    fn options(pairs: &[(&str, &str)]) -> Result<Options, Error> {
        let mut config = Config::new();
        for (key, value) in [("factory.class", "statsd")].iter().chain(pairs) {
            config
                .set(&format!("metrics.reporter.r.{key}"), value)
                .unwrap();
        }
        Options::read(config.settings().unwrap().reporters.first().unwrap())
    }

    const HOST: [(&str, &str); 2] = [("host", "localhost"), ("port", "8125")];

    /// Why these keys are refused beside host and port.
    fn refusal(pairs: &[(&str, &str)]) -> String {
        let keys = [&HOST, pairs].concat();
        let error = options(&keys).err().unwrap();
        error.message().to_owned()
    }

    #[test]
    fn plain_reporter_has_flinks_names_in_packets_for_a_frame() {
        let options = options(&HOST).unwrap();
        assert_eq!(options.target.to_string(), "localhost:8125");
        assert_eq!(options.max_packet_size, 1432);
        assert_eq!(options.prefix, "flink");
        assert!(!options.has_tags && !options.is_exact);
    }

    #[test]
    fn socket_stands_in_for_host_and_port_and_takes_larger_packets() {
        let unix = options(&[("socket", "/run/statsd")]).unwrap();
        assert_eq!(unix.target.to_string(), "/run/statsd");
        assert_eq!(unix.max_packet_size, 8192);
        let small = options(&[("socket", "/run/statsd"), ("max-packet-size", "512")]);
        assert_eq!(small.unwrap().max_packet_size, 512);
        assert_eq!(
            refusal(&[("socket", "/run/statsd")]),
            "metrics.reporter.r.socket: '/run/statsd' is a second place beside host; right would be one of the two"
        );
        assert!(options(&[("socket", "")]).is_err());
    }

    #[test]
    fn host_and_port_have_to_be_there() {
        for (pairs, key) in [
            (&[][..], "host"),
            (&[("port", "8125")], "host"),
            (&[("host", ""), ("port", "8125")], "host"),
            (&[("host", "localhost")], "port"),
            (&[("host", "localhost"), ("port", "0")], "port"),
            (&[("host", "localhost"), ("port", "65536")], "port"),
        ] {
            let error = options(pairs).err().unwrap();
            let key = format!("metrics.reporter.r.{key}");
            assert!(error.message().starts_with(&key), "{}", error.message());
        }
    }

    #[test]
    fn what_is_no_host_is_refused_without_its_password() {
        for host in ["u:s3cret@h", "http://h", "h/p", "a b", "h\n"] {
            let error = options(&[("host", host), ("port", "8125")]).err().unwrap();
            let message = error.message();
            assert!(
                message.contains("' is no host; right would be "),
                "{message}"
            );
            assert!(!message.contains("s3cret"), "{message}");
        }
        for host in [
            "h",
            "h_1.example",
            "127.0.0.1",
            "::1",
            "[::1]",
            "fe80::1%eth0",
        ] {
            assert!(
                options(&[("host", host), ("port", "8125")]).is_ok(),
                "{host}"
            );
        }
    }

    #[test]
    fn size_of_packets_is_one_that_a_datagram_can_have() {
        for size in ["0", "-1", "65508", "much"] {
            let refusal = refusal(&[("max-packet-size", size)]);
            let key = format!("metrics.reporter.r.max-packet-size: '{size}'");
            assert!(refusal.starts_with(&key), "{refusal}");
        }
        for size in ["1", "65507"] {
            assert!(options(&[&HOST[..], &[("max-packet-size", size)]].concat()).is_ok());
        }
    }

    #[test]
    fn tags_and_flinks_own_stream_exclude_each_other() {
        assert_eq!(
            refusal(&[("dogstatsd-tags", "true"), ("flink-exact", "true")]),
            "metrics.reporter.r.dogstatsd-tags: 'true' is not Flink's way; right would be 'false', or no flink-exact"
        );
    }
}
