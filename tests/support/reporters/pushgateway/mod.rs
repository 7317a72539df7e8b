//! `reporters/pushgateway/*.json`: pages that are pushed to a gateway.

mod address;

use serde_json::Value;

use self::address::{Address, Destination};
use super::compare::{Explains, Rule};
use super::members::Members;
use super::metric::Metric;
use super::own::Heard;
use super::prometheus::exposition::Exposition;
use super::prometheus::page::{self, Format, Item};
use super::prometheus::wanted;
use super::push::{Sent, System, Way};
use super::receivers::{Fate, HttpServer, Request};
use super::said::{Items, Model, Said, Wanted};
use super::sight::{Sight, setting};
use super::start::{Terms, configured};
use crate::support::deviations::Row;
use crate::support::json::{Fields, Object};
use crate::support::verdict::{Answer, Judge};

/// One reporter to a gateway.
pub(crate) struct Pushgateway {
    exposition: Exposition,
    destination: Destination,
}

/// What a push is about.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Where it goes.
    Address,
    Line(Item),
}

impl Part {
    fn line(&self) -> Option<&Item> {
        match self {
            Self::Address => None,
            Self::Line(item) => Some(item),
        }
    }
}

impl Explains for Pushgateway {
    type Key = Part;

    fn sights(&self) -> &[Sight] {
        self.exposition.sights()
    }

    fn is_flinks(&self, part: &Part, metric: &Metric<'_>) -> bool {
        let line = part.line();
        line.is_some_and(|item| self.exposition.is_flinks(item, metric))
    }

    fn is_metras(&self, part: &Part, metric: &Metric<'_>) -> bool {
        let line = part.line();
        line.is_some_and(|item| self.exposition.is_metras(item, metric))
    }

    fn is_builtin(&self, part: &Part, members: &Members<'_>) -> bool {
        let line = part.line();
        line.is_some_and(|item| self.exposition.is_builtin(item, members))
    }

    fn rules(&self) -> Vec<Rule<'_, Part>> {
        let replaced = Rule::new(Row::Grouping, |part| match part.key {
            Part::Address => self.destination.has_blank(),
            Part::Line(_) => part.any(|metric| self.exposition.has_replaced(metric)),
        });
        let mut rules = self.exposition.rules_about(Part::line);
        rules.insert(0, replaced);
        rules
    }
}

impl Pushgateway {
    /// The one page that was pushed.
    fn pushed<'a>(&self, requests: &'a [Request]) -> Result<(Address, &'a str), String> {
        let [request] = requests else {
            return Err(format!("{} requests for one page", requests.len()));
        };
        if request.method != "PUT" {
            return Err(format!("{} is not how a page is replaced", request.method));
        }
        let content_type = request.headers.get("content-type").map(String::as_str);
        if content_type != Some("text/plain; version=0.0.4; charset=utf-8") {
            return Err(format!("a page of type {content_type:?}"));
        }
        let body = std::str::from_utf8(&request.body).map_err(|error| error.to_string())?;
        Ok((self.destination.read(&request.path)?, body))
    }

    /// What a request says besides its page.
    fn summary(&self, method: &str, path: &str) -> String {
        let address = self.destination.read(path);
        address.map_or_else(|why| why, |address| format!("{method} {address}"))
    }
}

impl System for Pushgateway {
    type Receiver = HttpServer;

    const CLASS: &'static str =
        "org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporterFactory";

    const HAS_FLINKS_WAY: bool = false;

    /// What no gateway takes is refused, and half of what authenticates. With both halves Flink's reporter does not start.
    fn terms(config: &Object, _case: &Value) -> Terms {
        let mut terms = Terms::default();
        for reporter in configured(config) {
            let has = |key| setting(config, &reporter, key).is_some();
            let half = match (has("username"), has("password")) {
                (true, false) => Some("username"),
                (false, true) => Some("password"),
                (true, true) => {
                    terms.kept = Some(Row::Credentials);
                    None
                }
                (false, false) => None,
            };
            let destination = Destination::read_from(config, &reporter);
            let key = destination.impossible().or(half);
            let key = key.map(|key| format!("metrics.reporter.{reporter}.{key}"));
            terms.refused = terms.refused.or(key);
        }
        terms
    }

    fn new(config: &Object, sights: Vec<Sight>, _way: Way) -> Self {
        let [sight] = sights.as_slice() else {
            panic!("more than one reporter to a gateway")
        };
        let destination = Destination::read_from(config, &sight.reporter);
        let replaced = destination.labels.keys().cloned().collect();
        Self {
            exposition: Exposition::behind(config, &sight.reporter, replaced),
            destination,
        }
    }

    fn flinks(&self, output: &Value, _members: &Members<'_>) -> Result<Items<Part>, String> {
        let mut items = Items::new();
        for request in requests(output) {
            let address = self.destination.read(request.text("path"))?;
            items.insert(Part::Address, vec![Said::Text(address.to_string())]);
            let lines = page::flinks(request).into_iter();
            items.extend(lines.map(|(item, said)| (Part::Line(item), said)));
        }
        Ok(items)
    }

    fn heard(&self, sent: Sent<Self>, _members: &Members<'_>) -> Result<Heard<Part>, String> {
        let mut heard = Heard::new();
        if sent.is_empty() {
            return Ok(heard);
        }
        let (address, body) = self.pushed(&sent)?;
        heard.say(Part::Address, Said::Text(address.to_string()));
        for (item, said) in page::parse(body, Format::Text)? {
            let family = item.family().to_owned();
            for said in said {
                heard.take(&family, Part::Line(item.clone()), said);
            }
        }
        Ok(heard)
    }

    fn shows_own(&self) -> bool {
        self.exposition.shows_own()
    }

    fn expected(&mut self, members: &Members<'_>, _fate: Fate) -> Model<Part> {
        let page = wanted::page(&self.exposition, members, None).into_iter();
        let mut model: Model<Part> = page
            .map(|(item, wanted)| (Part::Line(item), wanted))
            .collect();
        let address = self.destination.address().to_string();
        model.insert(Part::Address, vec![Wanted::Text(address)]);
        model
    }

    /// Flink's reporter catches what gauges throw, and dies of a value with a slash.
    fn lost(&self, output: &Value, members: &Members<'_>) -> Option<Row> {
        let is_lost = requests(output).is_empty();
        let fails = || members.live().any(|(member, _)| member.has_no_value());
        if is_lost && self.destination.has_slash() {
            return Some(Row::Grouping);
        }
        (is_lost && fails()).then_some(Row::Isolation)
    }

    /// A last page, and what Flink does.
    fn judge_close(
        &mut self,
        judge: &mut Judge,
        members: &Members<'_>,
        output: &Value,
        mut sent: Sent<Self>,
    ) {
        let rest = sent.split_off(sent.len().min(1));
        let is_whole = self.heard(sent, members).is_ok_and(|heard| {
            let expected = self.expected(members, Fate::Delivered);
            heard.items.keys().eq(expected.keys())
        });
        judge.deviates("a last page", Row::LastReport, is_whole);
        let flinks = requests(output)
            .iter()
            .map(|request| self.summary(request.text("method"), request.text("path")));
        let metras = rest
            .iter()
            .map(|request| self.summary(&request.method, &request.path));
        let (flinks, metras) = (Answer::list(flinks), Answer::list(metras));
        judge.flinks("what is sent besides", &flinks, &metras);
    }
}

/// What Flink sent in a step: nothing where nobody was there.
fn requests(output: &Value) -> &[Value] {
    let requests = output.maybe("requests").and_then(Value::as_array);
    requests.map_or(&[], Vec::as_slice)
}
