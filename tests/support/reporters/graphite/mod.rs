//! `reporters/graphite/*.json`: lines to carbon.

mod carbon;
mod lines;
mod model;

use std::collections::BTreeSet;

use serde_json::Value;

use self::carbon::Carbon;
use self::lines::Line;
use super::compare::{Explains, Rule};
use super::members::Members;
use super::metric::Metric;
use super::own::Heard;
use super::push::{Sent, System, Way};
use super::receivers::Fate;
use super::said::{Items, Model};
use super::sight::{Sight, setting};
use super::start::{Terms, configured};
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::json::Object;

/// Graphite reporters, without tags.
pub(crate) struct Graphite {
    sights: Vec<Sight>,
    /// What stands before all paths.
    prefix: String,
    /// What rates per second are multiplied by.
    rate_factor: f64,
    way: Way,
}

/// Java's units of time that vectors give rates for, in seconds.
const UNITS: [(&str, f64); 2] = [("SECONDS", 1.0), ("MINUTES", 60.0)];

impl Graphite {
    /// The path of an identifier.
    fn path(&self, identifier: &str, way: Way) -> String {
        model::path(&format!("{}{identifier}", self.prefix), way)
    }
}

impl Explains for Graphite {
    type Key = Line;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn is_flinks(&self, line: &Line, metric: &Metric<'_>) -> bool {
        let names = |sight: &Sight| metric.flinks_identifier(sight.naming(&model::component));
        let path = |sight| self.path(&names(sight), Way::Flinks);
        self.sights.iter().any(|sight| line.is_of(&path(sight)))
    }

    fn is_metras(&self, line: &Line, metric: &Metric<'_>) -> bool {
        let Some(place) = metric.place() else {
            return false;
        };
        let names = |sight: &Sight| sight.identifier(place, metric.name(), &model::component);
        let path = |sight| self.path(&names(sight), self.way);
        self.sights.iter().any(|sight| line.is_of(&path(sight)))
    }

    fn rules(&self) -> Vec<Rule<'_, Line>> {
        if self.way == Way::Flinks {
            return Vec::new();
        }
        vec![
            Rule::new(Row::Names, |line| {
                line.any(|metric| {
                    self.is_flinks(line.key, metric) != self.is_metras(line.key, metric)
                })
            }),
            Rule::new(Row::EqualIds, |line| line.metrics.len() > 1),
            Rule::new(Row::Types, |line| line.any(is_otherwise)),
        ]
    }
}

/// Numbers that are not whole, of which Flink writes two digits and metra all; and rates that there are not.
fn is_otherwise(metric: &Metric<'_>) -> bool {
    let member = metric.member();
    member.is_some_and(|member| match &member.handle {
        Handle::Gauge(gauge) => matches!(gauge.value(), GaugeValue::Double(_)),
        Handle::Meter(_) | Handle::Histogram(_) => true,
        Handle::Counter(_) => false,
    })
}

impl System for Graphite {
    type Receiver = Carbon;

    const CLASS: &'static str = "org.apache.flink.metrics.graphite.GraphiteReporterFactory";

    /// Flink takes a protocol that it does not know for TCP.
    fn terms(config: &Object, _case: &Value) -> Terms {
        let refused = configured(config).into_iter().find_map(|reporter| {
            let protocol = setting(config, &reporter, "protocol")?;
            let is_known = ["TCP", "UDP"].contains(&protocol);
            (!is_known).then(|| format!("metrics.reporter.{reporter}.protocol"))
        });
        Terms {
            refused,
            ..Terms::default()
        }
    }

    fn new(config: &Object, sights: Vec<Sight>, way: Way) -> Self {
        let of_first = |key| setting(config, &sights[0].reporter, key);
        let unit = of_first("rateConversion").unwrap_or("SECONDS");
        let unit = UNITS.iter().find(|(name, _)| *name == unit);
        Self {
            prefix: of_first("prefix").map_or_else(String::new, |prefix| format!("{prefix}.")),
            rate_factor: unit.expect("a unit that vectors use").1,
            sights,
            way,
        }
    }

    fn flinks(&self, output: &Value, _members: &Members<'_>) -> Result<Items<Line>, String> {
        lines::flinks(output)
    }

    fn heard(&self, sent: Sent<Self>, _members: &Members<'_>) -> Result<Heard<Line>, String> {
        lines::heard(&sent, &self.prefix, self.way)
    }

    /// Of metrics with one path the one that was registered first is written.
    fn expected(&mut self, members: &Members<'_>, _fate: Fate) -> Model<Line> {
        let mut model = Model::new();
        for sight in &self.sights {
            let mut taken = BTreeSet::new();
            for (member, place) in members.live() {
                if !sight.accepts(place, &member.name, &member.metric_type) {
                    continue;
                }
                let identifier = sight.identifier(place, &member.name, &model::component);
                let path = self.path(&identifier, self.way);
                let claimed = match self.way {
                    Way::Metras => path.clone(),
                    Way::Flinks => identifier,
                };
                if taken.insert(claimed) {
                    for (line, value) in model::lines(member, &path, self.rate_factor, self.way) {
                        model.entry(line).or_default().push(value);
                    }
                }
            }
        }
        model
    }
}
