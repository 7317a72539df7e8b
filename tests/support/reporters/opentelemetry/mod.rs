//! `reporters/otel-http/*.json`: metrics over OTLP.

mod messages;
mod model;

use std::collections::BTreeMap;

use serde_json::Value;

use self::messages::{Attributes, Item};
use self::model::Past;
use super::compare::{Difference, Explains, Rule};
use super::members::Members;
use super::metric::Metric;
use super::own::Heard;
use super::push::{Sent, System, Way};
use super::receivers::{Fate, HttpServer};
use super::said::{Items, Model, Wanted};
use super::sight::{Sight, setting};
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::json::{Fields, Object};

/// What stands before the names below Flink's components.
const PREFIX: &str = "flink.";

/// What stands behind a name where a metric has two.
const ENDINGS: [&str; 3] = ["", ".count", ".rate"];

/// Reporters to OpenTelemetry.
pub(crate) struct OpenTelemetry {
    sights: Vec<Sight>,
    way: Way,
    path: String,
    /// The attributes of the resource.
    resource: Attributes,
    /// How many metrics a request may have.
    most: usize,
    /// Of each metric, by its first index.
    past: BTreeMap<usize, Past>,
    has_reported: bool,
    /// Whether a report was lost on its way.
    has_lost: bool,
}

impl Explains for OpenTelemetry {
    type Key = Item;

    fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn is_flinks(&self, item: &Item, metric: &Metric<'_>) -> bool {
        let scope = metric.resolved().text("logical_scope");
        is_of(item, &format!("{PREFIX}{scope}.{}", metric.name()))
    }

    fn is_metras(&self, item: &Item, metric: &Metric<'_>) -> bool {
        metric.place().is_some_and(|place| {
            let name = |sight: &Sight| {
                let scope = place.logical_scope(sight.naming(&str::to_owned));
                format!("{PREFIX}{scope}.{}", metric.name())
            };
            self.sights.iter().any(|sight| is_of(item, &name(sight)))
        })
    }

    fn rules(&self) -> Vec<Rule<'_, Item>> {
        let mut rules = vec![
            Rule::new(Row::Additional, |item| {
                let is_about_all = !matches!(item.key, Item::Metric { .. });
                is_about_all && item.members.metrics().all(|metric| self.collides(&metric))
            }),
            Rule::new(Row::Sender, |item| {
                matches!(item.key, Item::Resource)
                    || (*item.key == Item::Scope && self.is_metras_way())
            }),
            // Flink knows more types of whole numbers than there are here, and makes doubles of some.
            Rule::new(Row::OutOfScope, |item| {
                item.is_in_both() && item.any(is_small)
            }),
            Rule::new(Row::Deltas, |item| {
                self.has_lost && !self.is_metras_way() && item.is_in_both()
            }),
        ];
        if self.is_metras_way() {
            rules.push(Rule::new(Row::Types, |item: &Difference<'_, Item>| {
                item.any(is_of_another_type)
            }));
        }
        rules
    }
}

/// Whether an item is about the metric of a name.
fn is_of(item: &Item, name: &str) -> bool {
    let Item::Metric { name: shown, .. } = item else {
        return false;
    };
    let ending = shown.strip_prefix(name);
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// A gauge whose value Flink makes a double of, though it is whole.
fn is_small(metric: &Metric<'_>) -> bool {
    let value_type = metric.described().maybe_text("value_type");
    matches!(value_type, Some("short" | "byte"))
}

/// Everything but gauges that are numbers.
fn is_of_another_type(metric: &Metric<'_>) -> bool {
    metric.member().is_some_and(|member| match &member.handle {
        Handle::Gauge(gauge) => matches!(gauge.value(), GaugeValue::Bool(_)),
        Handle::Counter(_) | Handle::Meter(_) | Handle::Histogram(_) => true,
    })
}

impl OpenTelemetry {
    fn is_metras_way(&self) -> bool {
        self.way == Way::Metras
    }

    /// Whether Flink does not show a metric because of a variable that it was to add.
    fn collides(&self, metric: &Metric<'_>) -> bool {
        let mut sights = self.sights.iter();
        let place = metric.place();
        place.is_some_and(|place| sights.any(|sight| sight.variables.collides(place)))
    }

    /// What is said around the metrics.
    fn around(&self) -> Model<Item> {
        let scope = match self.way {
            Way::Metras => concat!("metra ", env!("CARGO_PKG_VERSION")),
            Way::Flinks => "io.confluent.flink.common.metrics",
        };
        let resource = messages::joined(&self.resource);
        [
            (Item::Place, vec![Wanted::text(&self.path)]),
            (Item::Resource, vec![Wanted::Text(resource)]),
            (Item::Scope, vec![Wanted::text(scope)]),
        ]
        .into()
    }
}

impl System for OpenTelemetry {
    type Receiver = HttpServer;

    const CLASS: &'static str = "org.apache.flink.metrics.otel.OpenTelemetryMetricReporterFactory";

    fn new(config: &Object, sights: Vec<Sight>, way: Way) -> Self {
        let [sight] = sights.as_slice() else {
            panic!("more than one reporter to OpenTelemetry");
        };
        let text = |key| setting(config, &sight.reporter, key);
        let endpoint = text("exporter.endpoint").expect("an endpoint");
        let place = endpoint.split_once("://").expect("a scheme").1;
        let path = place.split_once('/').map_or("", |(_, path)| path);
        let mut resource: Attributes = [
            ("service.name", "unknown_service:metra"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.name", "metra"),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        for key in ["service.name", "service.version"] {
            let value = text(key).map(|value| (key.to_owned(), value.to_owned()));
            resource.extend(value);
        }
        let most = text("batch.size").map(|size| size.parse().expect("a number"));
        Self {
            way,
            path: format!("/{path}"),
            resource,
            most: most.unwrap_or(usize::MAX),
            past: BTreeMap::new(),
            has_reported: false,
            has_lost: false,
            sights,
        }
    }

    fn flinks(&self, output: &Value, _members: &Members<'_>) -> Result<Items<Item>, String> {
        Ok(messages::flinks(output, self.way == Way::Flinks))
    }

    fn heard(&self, sent: Sent<Self>, _members: &Members<'_>) -> Result<Heard<Item>, String> {
        messages::heard(&sent, self.most, self.way == Way::Flinks)
    }

    fn expected(&mut self, members: &Members<'_>, fate: Fate) -> Model<Item> {
        let mut model = Model::new();
        let is_delivered = fate == Fate::Delivered;
        for (member, place) in members.live() {
            let accepts = |sight: &&Sight| sight.accepts(place, &member.name, &member.metric_type);
            let Some(sight) = self.sights.iter().find(accepts) else {
                continue;
            };
            let new = Past::new(self.has_reported);
            let past = self.past.entry(member.indices[0]).or_insert(new);
            let variables = sight.variables.variables(place).into_iter();
            let attributes: Attributes = variables
                .map(|(key, value)| (key[1..key.len() - 1].to_owned(), value))
                .collect();
            let scope = place.logical_scope(sight.naming(&str::to_owned));
            for (ending, wanted) in model::parts(member, past, self.way) {
                let item = Item::Metric {
                    name: format!("{PREFIX}{scope}.{}{ending}", member.name),
                    attributes: attributes.clone(),
                };
                model.entry(item).or_default().extend(wanted);
            }
            past.note(member, self.way, is_delivered);
        }
        self.has_reported = true;
        self.has_lost |= fate == Fate::Refused;
        if !model.is_empty() {
            model.extend(self.around());
        }
        model
    }
}
