//! The keys of a StatsD reporter.

use std::path::PathBuf;

use super::make;
use super::socket::Target;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::{Class, FLINK_EXACT, Key, Make};

/// What an Ethernet frame has room for behind the headers of IPv4 and UDP and those of a tunnel.
const UDP_PACKET: i32 = 1432;
/// Local sockets carry more: as much as DogStatsD's agents read by default.
const UNIX_PACKET: i32 = 8192;

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
        let default = match target {
            Target::Udp { .. } => UDP_PACKET,
            Target::Unix(_) => UNIX_PACKET,
        };
        let size = settings.integer("max-packet-size", default)?;
        let max_packet_size = usize::try_from(size).ok().filter(|size| *size > 0);
        Ok(Self {
            target,
            max_packet_size: max_packet_size.ok_or_else(|| {
                settings.refused("max-packet-size", "is no size", "a number above 0")
            })?,
            has_tags: settings.bool("dogstatsd-tags", false)?,
            prefix: settings.get("prefix").unwrap_or("flink").to_owned(),
            is_exact: settings.bool(FLINK_EXACT.name, false)?,
        })
    }
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
            host: settings
                .required("host", "the name or the address of a host")?
                .to_owned(),
            port: settings.port_of_peer("port")?,
        }),
    }
}
