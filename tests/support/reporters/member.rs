//! One metric of a vector, and how it comes to what the vector says of it.

use serde_json::Value;

use crate::support::handle::Handle;
use crate::support::host::GaugeValue;
use crate::support::json::{Fields, java_double, text};
use crate::support::topics::histogram::Statistics;
use crate::support::tree::NodeId;

/// A registered metric.
pub(crate) struct Member {
    /// The metrics of the vector that it stands for; several if one name is asked for again.
    pub(crate) indices: Vec<usize>,
    pub(crate) metric_type: String,
    pub(crate) name: String,
    pub(crate) node: NodeId,
    pub(crate) is_live: bool,
    pub(crate) handle: Handle,
    /// What it was set to last, if it counts.
    pub(crate) count: i64,
    /// What a histogram was updated with, and whether that stands for made-up statistics.
    pub(crate) values: Vec<i64>,
    pub(crate) made_up: bool,
    /// Whether its value is of a type that the C ABI does not have, and reached it as the nearest that it has.
    pub(crate) is_foreign: bool,
}

impl Member {
    pub(super) fn new(index: usize, described: &Value, node: NodeId, handle: Handle) -> Self {
        Self {
            indices: vec![index],
            metric_type: described.text("type").to_owned(),
            name: described.maybe_text("name").unwrap_or_default().to_owned(),
            node,
            is_live: true,
            handle,
            count: 0,
            values: Vec::new(),
            made_up: false,
            is_foreign: false,
        }
    }

    /// Whether it is a gauge that has no value now.
    pub(crate) fn has_no_value(&self) -> bool {
        matches!(&self.handle, Handle::Gauge(gauge) if gauge.value() == GaugeValue::None)
    }

    /// The statistics of all values that a histogram was given.
    pub(crate) fn statistics(&self) -> Statistics {
        Statistics::of(&self.values)
    }

    /// Takes over what a metric of the vector, or a step, says of its value.
    pub(super) fn update(&mut self, value: &Value) {
        match &self.handle {
            Handle::Counter(counter) => {
                let target = whole(value, "value");
                // A metric that stands for two is set twice: it counts for both.
                let before = if self.indices.len() > 1 && value.maybe("op").is_none() {
                    0
                } else {
                    self.count
                };
                counter.inc(target.wrapping_sub(before));
                self.count = self.count.wrapping_add(target.wrapping_sub(before));
            }
            Handle::Meter(meter) => {
                let target = whole(value, "count");
                meter.mark_event(target.wrapping_sub(self.count));
                self.count = target;
            }
            Handle::Gauge(gauge) => {
                gauge.set(gauge_value(value));
                self.is_foreign = is_foreign(value);
            }
            Handle::Histogram(histogram) => {
                let values = updates(value);
                values.iter().for_each(|value| histogram.update(*value));
                self.values.extend(values);
                self.made_up |= value.maybe("stats").is_some();
            }
        }
    }
}

/// A Java literal of a whole number.
fn whole(value: &Value, field: &str) -> i64 {
    value.text(field).parse().expect("a whole number")
}

/// What a gauge answers. As a binding of a host language would pass it on, big numbers become doubles, objects their text,
/// and null and exceptions no value.
pub(super) fn gauge_value(value: &Value) -> GaugeValue {
    let literal = value.maybe_text("value").unwrap_or_default();
    let double = || java_double(literal).expect("a number");
    match value.maybe_text("value_type") {
        None => GaugeValue::None,
        Some("int" | "long" | "short" | "byte") => {
            GaugeValue::Int64(literal.parse().expect("a whole number"))
        }
        Some("float") => {
            let float: f32 = literal.parse().unwrap_or(double() as f32);
            GaugeValue::Double(float.into())
        }
        Some("double" | "bigint" | "bigdecimal") => GaugeValue::Double(double()),
        Some("bool") => GaugeValue::Bool(literal == "true"),
        Some("string") => GaugeValue::Text(literal.to_owned()),
        Some("list") => GaugeValue::Text(format!("[{}]", literal.replace(';', ", "))),
        Some("null" | "throws") => GaugeValue::None,
        Some(other) => panic!("unknown type of value '{other}'"),
    }
}

/// Whether a gauge's value is of a type that has no counterpart across the C ABI.
fn is_foreign(value: &Value) -> bool {
    let value_type = value.maybe_text("value_type");
    matches!(value_type, Some("float" | "bigint" | "bigdecimal"))
}

/// What a histogram is updated with: what the vector says, or as many values as its made-up statistics count.
fn updates(value: &Value) -> Vec<i64> {
    if let Some(updates) = value.maybe("updates").and_then(Value::as_array) {
        return updates
            .iter()
            .map(|update| text(update).parse().expect("a whole number"))
            .collect();
    }
    let count = whole(value, "count").max(0);
    (0..count).map(|at| at % 100).collect()
}
