//! `reporters/datadog/*.json`: requests to Datadog.
//!
//! Flink's reporter can be led to another server by a proxy only, with a certificate for Datadog's name. metra's is told
//! where to send instead.

mod model;
mod series;

use std::collections::BTreeMap;

use serde_json::Value;

use self::series::{Item, Series};
use super::compare::{Difference, Explains, Rule};
use super::member::Member;
use super::members::Members;
use super::metric::Metric;
use super::own::Heard;
use super::push::{Sent, System, Way};
use super::receivers::{Fate, HttpServer};
use super::said::{Items, Model, Wanted};
use super::sight::{Sight, setting};
use super::start::{Terms, configured};
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::json::{Fields, Object};
use crate::support::model::Place;

/// One reporter to Datadog.
pub(crate) struct Datadog {
    sights: Vec<Sight>,
    way: Way,
    key: String,
    tags: Vec<String>,
    is_logical: bool,
    most_series: usize,
    /// What has arrived of the counts of metrics, by their first index.
    known: BTreeMap<usize, i64>,
    /// Whether a report was lost on its way.
    has_lost: bool,
    /// The gauges that had something else than a number once.
    without_number: Vec<usize>,
}

impl Explains for Datadog {
    type Key = Item;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    /// The names tell whom it is about: tags and host tell where.
    fn is_flinks(&self, item: &Item, metric: &Metric<'_>) -> bool {
        let Item::Series(series) = item else {
            return false;
        };
        let names = |sight: &Sight| {
            if self.is_logical {
                let scope = metric.resolved().text("logical_scope");
                format!("flink.{scope}.{}", metric.name())
            } else {
                metric.flinks_identifier(sight.naming(&str::to_owned))
            }
        };
        let is_name = |sight: &Sight| {
            let ending = series.name.strip_prefix(&names(sight));
            ending.is_some_and(|ending| model::ENDINGS.contains(&ending))
        };
        self.sights.iter().any(is_name)
    }

    fn rules(&self) -> Vec<Rule<'_, Item>> {
        let mut rules = vec![
            Rule::new(Row::Deltas, |item| self.has_lost && item.any(is_counter)),
            Rule::new(Row::Additional, |item| {
                let is_about_all = !matches!(item.key, Item::Series(_));
                is_about_all && item.members.metrics().all(|metric| self.collides(&metric))
            }),
            Rule::new(Row::Types, |item| item.any(is_null)),
        ];
        if self.way == Way::Metras {
            rules.extend([
                Rule::new(Row::Credentials, |item: &Difference<'_, Item>| {
                    matches!(item.key, Item::Place | Item::Key)
                }),
                Rule::new(Row::Names, |item| {
                    let is_otherwise = |metric: &Metric<'_>| self.is_spelled_otherwise(metric);
                    *item.key == Item::EmptyTag || item.any(is_otherwise)
                }),
                Rule::new(Row::Types, is_of_another_type),
            ]);
        }
        rules.push(Rule::new(Row::Isolation, |item| {
            item.any(|metric| self.had_no_number(metric))
        }));
        rules
    }
}

/// A gauge whose value is null, which Flink sends.
fn is_null(metric: &Metric<'_>) -> bool {
    metric.member().is_some_and(Member::has_no_value)
}

fn is_counter(metric: &Metric<'_>) -> bool {
    metric.metric_type() == "counter"
}

/// Events of meters, which Flink leaves out; flags, which it does not take, and what is no number, which it does.
fn is_of_another_type(item: &Difference<'_, Item>) -> bool {
    item.any(|metric| {
        metric.member().is_some_and(|member| match &member.handle {
            Handle::Meter(_) => item.flink().is_none(),
            Handle::Gauge(gauge) => match gauge.value() {
                GaugeValue::Bool(_) => true,
                GaugeValue::Double(number) => !number.is_finite(),
                _ => false,
            },
            Handle::Histogram(_) => member.values.is_empty(),
            Handle::Counter(_) => false,
        })
    })
}

impl Datadog {
    /// The series of a metric.
    fn series(&self, sight: &Sight, member: &Member, place: &Place) -> Model<Item> {
        let shown = sight.variables.variables(place);
        let tags = [self.tags.clone(), model::tags(&shown, self.way)].concat();
        let host = shown.get(model::HOST);
        let host = host.filter(|host| !host.is_empty() || self.way == Way::Flinks);
        let name = self.name(sight, member, place);
        let known = self.known.get(&member.indices[0]).copied();
        let mut model = Model::new();
        for (ending, kind, wanted) in model::parts(member, known.unwrap_or(0), self.way) {
            let mut series = Series::new(format!("{name}{ending}"), host, tags.clone());
            series.kind = kind;
            let said = model.entry(Item::Series(series)).or_default();
            said.push(wanted);
        }
        model
    }

    fn name(&self, sight: &Sight, member: &Member, place: &Place) -> String {
        if !self.is_logical {
            return sight.identifier(place, &member.name, &str::to_owned);
        }
        let scope = place.logical_scope(sight.naming(&str::to_owned));
        format!("flink.{scope}.{}", member.name)
    }

    /// Remembers what a report said of a metric.
    fn note(&mut self, member: &Member, fate: Fate) {
        if fate == Fate::Delivered {
            self.known.insert(member.indices[0], member.count);
        }
        if let Handle::Gauge(gauge) = &member.handle
            && !matches!(gauge.value(), GaugeValue::Int64(_) | GaugeValue::Double(_))
        {
            self.without_number.extend(&member.indices);
        }
    }

    /// Whether Flink does not show a metric because of a variable that it was to add.
    fn collides(&self, metric: &Metric<'_>) -> bool {
        let mut sights = self.sights.iter();
        let place = metric.place();
        place.is_some_and(|place| sights.any(|sight| sight.variables.collides(place)))
    }

    /// Whether a metric is a gauge that Flink never asked again, as it had no number once.
    fn had_no_number(&self, metric: &Metric<'_>) -> bool {
        let had_none = |index: &usize| self.without_number.contains(index);
        let member = metric.member();
        member.is_some_and(|member| member.indices.iter().any(had_none))
    }

    /// Whether metra spells the tags of a metric otherwise.
    fn is_spelled_otherwise(&self, metric: &Metric<'_>) -> bool {
        metric.place().is_some_and(|place| {
            self.sights.iter().any(|sight| {
                let shown = sight.variables.variables(place);
                model::tags(&shown, Way::Metras) != model::tags(&shown, Way::Flinks)
            })
        })
    }
}

/// The tags of a list: Java leaves out those that are empty at the end, unless there is none besides.
fn tags(list: &str, way: Way) -> Vec<String> {
    let tags = list.split(',').map(str::to_owned);
    match way {
        Way::Metras => tags.filter(|tag| !tag.is_empty()).collect(),
        Way::Flinks if list.is_empty() => vec![String::new()],
        Way::Flinks => {
            let list = list.trim_end_matches(',');
            list.split(',').map(str::to_owned).collect()
        }
    }
}

impl System for Datadog {
    type Receiver = HttpServer;

    const CLASS: &'static str = "org.apache.flink.metrics.datadog.DatadogHttpReporterFactory";

    fn aim(config: &mut Object, reporter: &str, port: u16) {
        let key = |key: &str| format!("metrics.reporter.{reporter}.{key}");
        config.remove(&key("proxyHost"));
        config.remove(&key("proxyPort"));
        let center = setting(config, reporter, "dataCenter").unwrap_or("US");
        if ["US", "EU"].contains(&center) {
            config.remove(&key("dataCenter"));
            let url = format!("http://127.0.0.1:{port}");
            config.insert(key("url"), url.into());
        }
    }

    fn terms(config: &Object, _case: &Value) -> Terms {
        let bad = configured(config).into_iter().find_map(|reporter| {
            let text = |key| setting(config, &reporter, key);
            let key = match () {
                () if text("apikey").is_none_or(str::is_empty) => "apikey",
                // See `aim`.
                () if text("dataCenter").is_some() => "dataCenter",
                () => return None,
            };
            Some(format!("metrics.reporter.{reporter}.{key}"))
        });
        Terms {
            refused: bad,
            kept: Some(Row::Start),
            ..Terms::default()
        }
    }

    fn new(config: &Object, sights: Vec<Sight>, way: Way) -> Self {
        let [sight] = sights.as_slice() else {
            panic!("more than one reporter to Datadog");
        };
        let text = |key| setting(config, &sight.reporter, key);
        let most = text("maxMetricsPerRequest").unwrap_or("2000");
        Self {
            way,
            key: text("apikey").expect("a key").to_owned(),
            tags: tags(text("tags").unwrap_or_default(), way),
            is_logical: text("useLogicalIdentifier") == Some("true"),
            most_series: most.parse().expect("a number"),
            known: BTreeMap::new(),
            has_lost: false,
            without_number: Vec::new(),
            sights,
        }
    }

    fn flinks(&self, output: &Value, _members: &Members<'_>) -> Result<Items<Item>, String> {
        series::flinks(output, self.way)
    }

    fn heard(&self, sent: Sent<Self>, _members: &Members<'_>) -> Result<Heard<Item>, String> {
        series::heard(&sent, self.most_series)
    }

    fn expected(&mut self, members: &Members<'_>, fate: Fate) -> Model<Item> {
        let mut model = Model::new();
        for (member, place) in members.live() {
            let accepts = |sight: &&Sight| sight.accepts(place, &member.name, &member.metric_type);
            if let Some(sight) = self.sights.iter().find(accepts) {
                model.extend(self.series(sight, member, place));
                self.note(member, fate);
            }
        }
        self.has_lost |= fate == Fate::Refused;
        if model.is_empty() {
            return model;
        }
        let place = match self.way {
            Way::Metras => {
                model.insert(Item::Key, vec![Wanted::text(&self.key)]);
                "/api/v2/series".to_owned()
            }
            Way::Flinks => format!("/api/v1/series?api_key={}", self.key),
        };
        model.insert(Item::Place, vec![Wanted::Text(place)]);
        model
    }
}
