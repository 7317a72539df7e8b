//! `reporters/slf4j/*.json`: reports in the log.

mod model;
mod text;

use serde_json::Value;

use self::text::{Entry, Text};
use super::compare::{Explains, Rule};
use super::members::Members;
use super::metric::Metric;
use super::own::Heard;
use super::push::{Sent, System, Way};
use super::receivers::{Fate, LogLines};
use super::said::{Items, Model};
use super::sight::Sight;
use crate::support::deviations::{Row, builtin};
use crate::support::host::LogLevel;
use crate::support::json::{Fields, Object, texts};

/// Reporters to the log.
pub(crate) struct Slf4j {
    sights: Vec<Sight>,
    way: Way,
}

impl Slf4j {
    /// The identifiers under which Flink or metra can show a metric.
    fn identifiers(&self, metric: &Metric<'_>) -> Vec<String> {
        let flinks = self
            .sights
            .iter()
            .map(|sight| metric.flinks_identifier(sight.naming(&str::to_owned)));
        flinks.chain(self.own_identifiers(metric)).collect()
    }

    fn own_identifiers(&self, metric: &Metric<'_>) -> Vec<String> {
        let sights = self.sights.iter();
        let place = metric.place();
        let spelled = sights.filter_map(|sight| {
            let spell = |name: &str| model::spell(name, self.way);
            Some(sight.identifier(place?, metric.name(), &spell))
        });
        spelled.collect()
    }

    fn read(&self, reports: &[&str], members: &Members<'_>) -> Result<Heard<Entry>, String> {
        let all = members.metrics();
        let known: Vec<String> = all.flat_map(|metric| self.identifiers(&metric)).collect();
        let mut heard = Heard::new();
        for report in reports {
            Text::new(report, &known).read(&mut heard)?;
        }
        Ok(heard)
    }
}

impl Explains for Slf4j {
    type Key = Entry;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn is_flinks(&self, entry: &Entry, metric: &Metric<'_>) -> bool {
        let mut sights = self.sights.iter();
        sights.any(|sight| entry.name == metric.flinks_identifier(sight.naming(&str::to_owned)))
    }

    fn is_metras(&self, entry: &Entry, metric: &Metric<'_>) -> bool {
        self.own_identifiers(metric).contains(&entry.name)
    }

    fn is_builtin(&self, entry: &Entry, members: &Members<'_>) -> bool {
        members.groups().any(|group| {
            let level = group.text("type");
            self.sights.iter().any(|sight| {
                let prefix = sight.flinks_prefix(group);
                let name = entry.name.strip_prefix(&prefix);
                name.is_some_and(|name| builtin::is_builtin(level, name))
            })
        })
    }

    fn rules(&self) -> Vec<Rule<'_, Entry>> {
        if self.way == Way::Flinks {
            return Vec::new();
        }
        let has_no_value = |metric: &Metric<'_>| {
            let member = metric.member();
            member.is_some_and(|member| member.has_no_value())
        };
        vec![
            Rule::new(Row::Types, move |entry| entry.any(has_no_value)),
            Rule::new(Row::Names, |entry| {
                entry.any(|metric| {
                    self.is_flinks(entry.key, metric) != self.is_metras(entry.key, metric)
                        || model::is_broken(metric)
                })
            }),
        ]
    }
}

impl System for Slf4j {
    type Receiver = LogLines;

    const CLASS: &'static str = "org.apache.flink.metrics.slf4j.Slf4jReporterFactory";

    fn new(_config: &Object, sights: Vec<Sight>, way: Way) -> Self {
        Self { sights, way }
    }

    fn flinks(&self, output: &Value, members: &Members<'_>) -> Result<Items<Entry>, String> {
        let reported = output.maybe("reported").and_then(Value::as_array);
        let reported = texts(reported.map_or(&[], Vec::as_slice));
        let reports: Vec<&str> = reported.iter().map(String::as_str).collect();
        Ok(self.read(&reports, members)?.items)
    }

    /// Each report is one call of the log callback; other calls are about metra itself.
    fn heard(&self, sent: Sent<Self>, members: &Members<'_>) -> Result<Heard<Entry>, String> {
        let informing = sent.iter().filter(|line| line.level == LogLevel::Info);
        let texts = informing.map(|line| line.text.as_str());
        let reports: Vec<&str> = texts.filter(|text| text::is_report(text)).collect();
        self.read(&reports, members)
    }

    fn expected(&mut self, members: &Members<'_>, _fate: Fate) -> Model<Entry> {
        let mut model = Model::new();
        for sight in &self.sights {
            for (member, place) in members.live() {
                if sight.accepts(place, &member.name, &member.metric_type) {
                    let spell = |name: &str| model::spell(name, self.way);
                    let name = sight.identifier(place, &member.name, &spell);
                    for (entry, value) in model::entries(member, &name, self.way) {
                        model.entry(entry).or_default().push(value);
                    }
                }
            }
        }
        model
    }
}
