//! `reporters/statsd/*.json`: datagrams of StatsD.

mod model;
mod packets;

use serde_json::Value;

use self::packets::Line;
use super::compare::{Difference, Explains, Rule};
use super::members::Members;
use super::metric::Metric;
use super::own::Heard;
use super::push::{Sent, System, Way};
use super::receivers::{Datagrams, Fate};
use super::said::{Items, Model};
use super::sight::{Sight, setting};
use super::start::{Terms, configured};
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::json::Object;
use crate::support::model::Place;

/// StatsD reporters, without tags.
pub(crate) struct StatsD {
    sights: Vec<Sight>,
    way: Way,
    /// How long a datagram may be.
    packet_size: usize,
}

/// What fits an Ethernet frame after the headers of IPv6 and UDP, and what a datagram can hold.
const FRAME: usize = 1432;
const LONGEST: usize = 65_507;

impl Explains for StatsD {
    type Key = Line;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn is_flinks(&self, line: &Line, metric: &Metric<'_>) -> bool {
        let names = |sight: &Sight| metric.flinks_identifier(sight.naming(&model::flinks_name));
        self.sights.iter().any(|sight| line.is_of(&names(sight)))
    }

    fn is_metras(&self, line: &Line, metric: &Metric<'_>) -> bool {
        let Some(place) = metric.place() else {
            return false;
        };
        let names = |sight: &Sight| self.identifier(sight, place, metric.name());
        self.sights.iter().any(|sight| line.is_of(&names(sight)))
    }

    fn rules(&self) -> Vec<Rule<'_, Line>> {
        if self.way == Way::Flinks {
            return Vec::new();
        }
        vec![
            Rule::new(Row::Types, |line| line.any(is_otherwise)),
            Rule::new(Row::Names, |line| self.is_spelled_otherwise(line)),
            Rule::new(Row::Packets, |line| self.is_too_long(line)),
        ]
    }
}

impl StatsD {
    /// An identifier as the reporter spells it: metra also looks at what joins its parts.
    fn identifier(&self, sight: &Sight, place: &Place, name: &str) -> String {
        match self.way {
            Way::Metras => model::own_name(&sight.identifier(place, name, &str::to_owned)),
            Way::Flinks => sight.identifier(place, name, &model::flinks_name),
        }
    }

    /// What would not fit a datagram with the shortest value.
    fn is_too_long(&self, line: &Difference<'_, Line>) -> bool {
        line.expected().is_none() && line.key.name.len() + ":1|g".len() > self.packet_size
    }

    /// Names with characters that mean something to StatsD.
    fn is_spelled_otherwise(&self, line: &Difference<'_, Line>) -> bool {
        line.any(|metric| self.is_flinks(line.key, metric) != self.is_metras(line.key, metric))
    }
}

/// Gauges, which Flink sends twice if they are numbers and as text if not; and statistics of no values.
fn is_otherwise(metric: &Metric<'_>) -> bool {
    let member = metric.member();
    member.is_some_and(|member| match member.handle {
        Handle::Gauge(_) => true,
        Handle::Histogram(_) => member.values.is_empty(),
        Handle::Counter(_) | Handle::Meter(_) => false,
    })
}

impl System for StatsD {
    type Receiver = Datagrams;

    const CLASS: &'static str = "org.apache.flink.metrics.statsd.StatsDReporterFactory";

    /// Without a server there is nothing to report to.
    fn terms(config: &Object, _case: &Value) -> Terms {
        let is_missing = |reporter: &String, key: &str| {
            let value = setting(config, reporter, key).unwrap_or_default();
            setting(config, reporter, "factory.class") == Some(Self::CLASS) && value.is_empty()
        };
        let missing = configured(config).into_iter().find_map(|reporter| {
            let mut keys = ["host", "port"].into_iter();
            let key = keys.find(|key| is_missing(&reporter, key))?;
            Some(format!("metrics.reporter.{reporter}.{key}"))
        });
        Terms {
            refused: missing,
            ..Terms::default()
        }
    }

    /// Names below `.invalid` do not resolve (RFC 2606).
    fn reaches(config: &Object) -> bool {
        let hosts = config.iter().filter(|(key, _)| key.ends_with(".host"));
        let mut hosts = hosts.filter_map(|(_, host)| host.as_str());
        !hosts.any(|host| host.ends_with(".invalid"))
    }

    fn new(config: &Object, sights: Vec<Sight>, way: Way) -> Self {
        let size = sights
            .first()
            .and_then(|sight| setting(config, &sight.reporter, "max-packet-size"));
        let configured = size.map_or(FRAME, |size| size.parse().expect("a size"));
        Self {
            sights,
            way,
            packet_size: if way == Way::Flinks {
                LONGEST
            } else {
                configured
            },
        }
    }

    fn flinks(&self, output: &Value, _members: &Members<'_>) -> Result<Items<Line>, String> {
        packets::flinks(output)
    }

    fn heard(&self, sent: Sent<Self>, _members: &Members<'_>) -> Result<Heard<Line>, String> {
        match self.way {
            Way::Metras => packets::heard(&sent, self.packet_size),
            Way::Flinks => packets::heard_singly(&sent),
        }
    }

    /// Counts of metrics that may decrease are gauges, so nothing goes on from report to report.
    fn expected(&mut self, members: &Members<'_>, _fate: Fate) -> Model<Line> {
        let mut model = Model::new();
        for sight in &self.sights {
            for (member, place) in members.live() {
                if sight.accepts(place, &member.name, &member.metric_type) {
                    let name = self.identifier(sight, place, &member.name);
                    for (line, values) in model::lines(member, &name, self.way) {
                        if line.fits(&values, self.packet_size) {
                            model.entry(line).or_default().extend(values);
                        }
                    }
                }
            }
        }
        model
    }
}
