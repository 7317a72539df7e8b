//! `reporters/influxdb/*.json`: requests to InfluxDB.

mod model;
mod points;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use self::model::Variables;
use self::points::Item;
use super::compare::{Explains, Rule};
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
use crate::support::json::{Fields, Object, nullable_map};

/// One reporter to InfluxDB, by version 1 of its API.
pub(crate) struct InfluxDb {
    sights: Vec<Sight>,
    way: Way,
    /// Path and query.
    place: String,
    credentials: Option<String>,
}

impl Explains for InfluxDb {
    type Key = Item;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn is_flinks(&self, item: &Item, metric: &Metric<'_>) -> bool {
        let resolved = metric.resolved();
        let variables = nullable_map(resolved.field("variables"));
        let variables = variables
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        let variables = variables.collect();
        self.is_of(item, |sight| {
            // All but the delimiter may stand there.
            let scope = resolved.text("logical_scope");
            let scope = model::filtered(&scope.replace(&sight.delimiter, "_"));
            let shown = unbracketed(sight.variables.shown(&variables));
            model::series(&scope, metric.name(), &shown, Way::Flinks)
        })
    }

    fn is_metras(&self, item: &Item, metric: &Metric<'_>) -> bool {
        metric.place().is_some_and(|place| {
            self.is_of(item, |sight| {
                let shown = unbracketed(sight.variables.variables(place));
                let scope = model::scope(sight, place);
                model::series(&scope, metric.name(), &shown, self.way)
            })
        })
    }

    fn rules(&self) -> Vec<Rule<'_, Item>> {
        let mut rules = vec![
            Rule::new(Row::Credentials, |item| {
                *item.key == Item::Credentials && self.credentials.is_none()
            }),
            Rule::new(Row::OutOfScope, |item| item.any(has_impossible_rate)),
        ];
        if self.way == Way::Metras {
            rules.push(Rule::new(Row::Types, |item| item.any(is_null)));
            rules.push(Rule::new(Row::Names, |item| {
                item.any(|metric| {
                    self.is_flinks(item.key, metric) != self.is_metras(item.key, metric)
                })
            }));
        }
        rules
    }
}

impl InfluxDb {
    /// Whether an item is about a series of one of the reporters.
    fn is_of(&self, item: &Item, series: impl Fn(&Sight) -> String) -> bool {
        let Item::Field { series: its, .. } = item else {
            return false;
        };
        self.sights.iter().any(|sight| *its == series(sight))
    }
}

/// A gauge whose value is null, of which Flink makes text.
fn is_null(metric: &Metric<'_>) -> bool {
    metric.member().is_some_and(Member::has_no_value)
}

/// A meter whose rate no meter has: Flink leaves it out.
fn has_impossible_rate(metric: &Metric<'_>) -> bool {
    let rate = metric.described().maybe_text("rate");
    let rate = rate.and_then(|rate| rate.parse().ok());
    rate.is_some_and(|rate: f64| !rate.is_finite())
}

/// Variables as tags have them.
fn unbracketed(variables: BTreeMap<String, String>) -> Variables {
    let inner = |key: String| {
        let key = key.strip_prefix('<').and_then(|key| key.strip_suffix('>'));
        key.expect("brackets").to_owned()
    };
    let variables = variables.into_iter();
    variables.map(|(key, value)| (inner(key), value)).collect()
}

/// A value as a query has it.
fn in_query(text: &str) -> String {
    text.replace(' ', "%20")
}

impl System for InfluxDb {
    type Receiver = HttpServer;

    const CLASS: &'static str = "org.apache.flink.metrics.influxdb.InfluxdbReporterFactory";

    fn terms(config: &Object, _case: &Value) -> Terms {
        let bad = configured(config).into_iter().find_map(|reporter| {
            let text = |key| setting(config, &reporter, key).unwrap_or_default();
            let scheme = text("scheme").to_ascii_lowercase();
            let key = match () {
                () if text("host").is_empty() => "host",
                () if text("db").is_empty() => "db",
                () if !["", "http", "https"].contains(&&*scheme) => "scheme",
                () if !["", "ALL", "ANY", "ONE", "QUORUM"].contains(&text("consistency")) => {
                    "consistency"
                }
                () => return None,
            };
            Some(format!("metrics.reporter.{reporter}.{key}"))
        });
        let has_timeouts = config.keys().any(|key| key.ends_with("Timeout"));
        Terms {
            refused: bad,
            kept: has_timeouts.then_some(Row::Start),
            ..Terms::default()
        }
    }

    fn new(config: &Object, sights: Vec<Sight>, way: Way) -> Self {
        let [sight] = sights.as_slice() else {
            panic!("more than one reporter to InfluxDB");
        };
        let text = |key| setting(config, &sight.reporter, key);
        let place = format!(
            "/write?db={}&rp={}&precision=n&consistency={}",
            in_query(text("db").expect("a database")),
            in_query(text("retentionPolicy").unwrap_or_default()),
            text("consistency").unwrap_or("ONE").to_ascii_lowercase(),
        );
        let credentials = text("username").zip(text("password"));
        let basic = |(user, password)| {
            let pair = STANDARD.encode(format!("{user}:{password}"));
            format!("Basic {pair}")
        };
        Self {
            credentials: credentials.map(basic),
            place,
            sights,
            way,
        }
    }

    fn flinks(&self, output: &Value, _members: &Members<'_>) -> Result<Items<Item>, String> {
        points::flinks(output)
    }

    fn heard(&self, sent: Sent<Self>, _members: &Members<'_>) -> Result<Heard<Item>, String> {
        points::heard(&sent, self.way)
    }

    fn expected(&mut self, members: &Members<'_>, _fate: Fate) -> Model<Item> {
        let mut model = Model::new();
        let place = Wanted::text(&self.place);
        model.insert(Item::Place, vec![place]);
        if let Some(credentials) = &self.credentials {
            model.insert(Item::Credentials, vec![Wanted::text(credentials)]);
        }
        for (member, place) in members.live() {
            let accepts = |sight: &&Sight| sight.accepts(place, &member.name, &member.metric_type);
            let Some(sight) = self.sights.iter().find(accepts) else {
                continue;
            };
            let shown = unbracketed(sight.variables.variables(place));
            let scope = model::scope(sight, place);
            let series = model::series(&scope, &member.name, &shown, self.way);
            for (name, wanted) in model::fields(member, self.way) {
                let (series, name) = (series.clone(), name.to_owned());
                model.insert(Item::Field { series, name }, wanted);
            }
        }
        model
    }
}
