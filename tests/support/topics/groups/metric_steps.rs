//! Steps that register metrics or count with them.

use serde_json::Value;

use super::metrics::{self, Metric, MetricId};
use super::{News, Play};
use crate::support::abi;
use crate::support::deviations::Row;
use crate::support::handle::Handle;
use crate::support::host::{Counter, GaugeValue, Refusal, status_name};
use crate::support::json::Fields;
use crate::support::model;
use crate::support::tree::NodeId;
use crate::support::verdict::{Answer, Judge};

/// What the rules say becomes of a registration.
enum Expected {
    New,
    /// The metric there is the one that was asked for.
    There(MetricId),
    /// A gauge takes the place of the one there.
    Replaces(MetricId),
    /// Refused with a status, and the row that says so.
    Refused(String, Row),
}

impl Play<'_> {
    pub(super) fn register(&mut self, judge: &mut Judge, step: &Value, metric_type: &str) -> News {
        let number = step.maybe("int").map(|_| step.integer("int").to_string());
        let name = number.as_deref().or_else(|| step.maybe_text("name"));
        let on = step.text("on");
        let (node, group) = self.group(on);
        let value = step
            .maybe("value")
            .map_or(GaugeValue::Int64(0), gauge_value);
        let actual = Handle::register(metric_type, &group, name, value);
        let expected = self.expected(on, node, name, metric_type);
        let row = match expected {
            Expected::New => None,
            Expected::There(_) | Expected::Replaces(_) => Some(Row::Duplicates),
            Expected::Refused(_, row) => Some(row),
        };
        self.judge_returned(judge, step, &expected, &actual, row);
        if matches!(&expected, Expected::Refused(status, _) if status.ends_with("COLLISION")) {
            self.collisions += 1;
        }
        // What counts for somebody else here than in Flink shows at the end.
        self.row = row.or(self.row);
        let (news, metric) = match (expected, actual, node) {
            (Expected::There(there), Ok(_), _) => (News::default(), Some(there)),
            (Expected::Refused(..), _, _) => (News::default(), None),
            (expected, Ok(handle), Some(node)) => {
                let name = name.expect("or it would have been refused");
                let (news, metric) =
                    self.registered(metric_type, node, name, handle, &expected, step);
                (news, Some(metric))
            }
            _ => (News::default(), None),
        };
        if let Some(name) = step.maybe_text("as") {
            self.metric_names.push((name.to_owned(), metric));
        }
        // In a group that is another one than Flink's, other names are taken.
        News {
            row: news.row.or(row).or(self.row_of(on)),
            ..news
        }
    }

    fn expected(
        &self,
        on: &str,
        node: Option<NodeId>,
        name: Option<&str>,
        metric_type: &str,
    ) -> Expected {
        let Some(node) = node else {
            let status = status_name(abi::METRA_ERROR_NULL_ARGUMENT);
            return Expected::Refused(status, self.row_of(on).unwrap_or(Row::Closed));
        };
        let name = match model::checked_name(name) {
            Ok(name) => name,
            Err(status) => return Expected::Refused(status, Row::Absent),
        };
        if !self.tree.nodes[node].open {
            return Expected::Refused(status_name(abi::METRA_ERROR_CLOSED), Row::Closed);
        }
        match self.metrics.find(node, name) {
            None => Expected::New,
            Some(there) if self.metrics.all[there].metric_type != metric_type => Expected::Refused(
                status_name(abi::METRA_ERROR_NAME_COLLISION),
                Row::Duplicates,
            ),
            Some(there) if metric_type == "gauge" => Expected::Replaces(there),
            Some(there) => Expected::There(there),
        }
    }

    /// Flink always gives an object; metra gives the one that is registered, or says no.
    fn judge_returned(
        &self,
        judge: &mut Judge,
        step: &Value,
        expected: &Expected,
        actual: &Result<Handle, Refusal>,
        row: Option<Row>,
    ) {
        let named = |metric: MetricId| {
            let known = self
                .metric_names
                .iter()
                .find(|(_, known)| *known == Some(metric));
            known.map_or(Answer::Nothing, |(name, _)| Answer::Text(name.clone()))
        };
        let same = step.field("returned").maybe_text("same_as");
        let flink = same.map_or(Answer::Nothing, |name| Answer::Text(name.to_owned()));
        let got = match actual {
            Err(refusal) => Answer::Refused(status_name(refusal.status)),
            Ok(handle) => {
                let address = handle.address();
                let owner = self
                    .metrics
                    .all
                    .iter()
                    .position(|known| known.handle.address() == address);
                owner.map_or(Answer::Nothing, named)
            }
        };
        let model = match expected {
            Expected::New | Expected::Replaces(_) => Answer::Nothing,
            Expected::There(there) => named(*there),
            Expected::Refused(status, _) => Answer::Refused(status.clone()),
        };
        judge.ruled(
            format!("returned by {step}"),
            &flink,
            &got,
            row.map(|row| (row, model)),
        );
    }

    /// Takes in a registration that made something new, with what reporters are told of it.
    fn registered(
        &mut self,
        metric_type: &str,
        node: NodeId,
        name: &str,
        handle: Handle,
        expected: &Expected,
        flinks: &Value,
    ) -> (News, MetricId) {
        let mut news = News {
            row: self.row_of_name(node, metric_type, name, flinks),
            ..News::default()
        };
        if let Expected::Replaces(there) = expected {
            let replaced = &self.metrics.all[*there];
            news.removed = self.metrics.known_as(self.scene, &self.tree, replaced);
            self.metrics.all[*there].is_live = false;
        }
        let metric = Metric {
            metric_type: metric_type.to_owned(),
            name: name.to_owned(),
            node,
            is_live: true,
            handle,
            count: 0,
        };
        news.added = self.metrics.known_as(self.scene, &self.tree, &metric);
        let id = self.metrics.add(self.scene, &self.tree, metric);
        (news, id)
    }

    /// The row because of which reporters are told of a metric of this name and in Flink are not, or the other way.
    fn row_of_name(
        &self,
        node: NodeId,
        metric_type: &str,
        name: &str,
        flinks: &Value,
    ) -> Option<Row> {
        if metrics::is_builtin(&self.tree, node, name) {
            return Some(Row::OutOfScope);
        }
        let scope = metrics::logical_scope(self.scene, &self.tree.nodes[node].place);
        let filters = self.scene.filters();
        let added = flinks
            .maybe("added")
            .map_or_else(Vec::new, super::flinks_events);
        let explained = filters.iter().all(|(reporter, filter)| {
            let shown = added
                .iter()
                .any(|event| event.starts_with(&format!("{}: ", reporter.name)));
            filter.explains(&scope, name, metric_type, shown)
        });
        explained.then_some(Row::Filters)
    }

    /// The C ABI makes metrics where they are registered and takes no existing ones. The same place again is asking for
    /// the metric; another place gets one of its own (row out-of-scope). A metric that is NULL has nothing to be taken by.
    pub(super) fn register_existing(&mut self, judge: &mut Judge, step: &Value) -> News {
        let Some(metric) = step.maybe_text("metric") else {
            judge.deviates(
                "no call takes a metric",
                Row::OutOfScope,
                step.field("returned").is_null(),
            );
            return News::default();
        };
        let Some(existing) = self.metric(metric) else {
            panic!("'{metric}' was refused, so there is nothing to register");
        };
        let metric_type = self.metrics.all[existing].metric_type.clone();
        let (node, group) = self.group(step.text("on"));
        let name = step.maybe_text("name");
        let value = match &self.metrics.all[existing].handle {
            Handle::Gauge(gauge) => gauge.value(),
            _ => GaugeValue::None,
        };
        let expected = self.expected(step.text("on"), node, name, &metric_type);
        let actual = Handle::register(&metric_type, &group, name, value);
        let row = match &expected {
            Expected::There(_) => None,
            Expected::Replaces(_) => Some(Row::Duplicates),
            Expected::Refused(_, row) => Some(*row),
            Expected::New => Some(Row::OutOfScope),
        };
        self.judge_returned(judge, step, &expected, &actual, row);
        self.row = row.or(self.row);
        let (Ok(handle), Some(node), Some(name)) = (actual, node, name) else {
            return News {
                row,
                ..News::default()
            };
        };
        if let Expected::There(_) = expected {
            return News::default();
        }
        let (news, _) = self.registered(&metric_type, node, name, handle, &expected, step);
        News {
            row: news.row.or(row),
            ..news
        }
    }

    /// Counting is harmless on a counter that was refused.
    pub(super) fn inc(&mut self, step: &Value) -> News {
        let n = step.maybe("n").map_or(1, |_| step.integer("n"));
        match self.metric(step.text("metric")) {
            None => Counter::NULL.inc(n),
            Some(metric) => {
                let metric = &mut self.metrics.all[metric];
                let Handle::Counter(counter) = &metric.handle else {
                    panic!("a {} cannot be incremented", metric.metric_type);
                };
                counter.inc(n);
                metric.count = metric.count.wrapping_add(n);
            }
        }
        News::default()
    }

    /// The metric of a name, unless it was refused.
    fn metric(&self, name: &str) -> Option<MetricId> {
        let known = self.metric_names.iter().find(|(known, _)| known == name);
        known.unwrap_or_else(|| panic!("no metric '{name}'")).1
    }
}

/// The value of a gauge, as a host language would pass it on.
fn gauge_value(value: &Value) -> GaugeValue {
    match value {
        Value::Bool(flag) => GaugeValue::Bool(*flag),
        Value::String(text) => GaugeValue::Text(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(number) => GaugeValue::Int64(number),
            None => GaugeValue::Double(number.as_f64().expect("a number")),
        },
        _ => GaugeValue::None,
    }
}
