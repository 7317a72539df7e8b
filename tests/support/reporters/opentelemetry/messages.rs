//! Requests of OTLP, Flink's as they were written down and metra's as OpenTelemetry's own types read them.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as NumberValue;
use opentelemetry_proto::tonic::metrics::v1::{ExponentialHistogramDataPoint, NumberDataPoint};
use prost::Message;
use serde_json::Value;

use crate::support::json::{Fields, double};
use crate::support::reporters::own::Heard;
use crate::support::reporters::receivers::Request;
use crate::support::reporters::said::{Items, Said};

/// Names with values, in the order of the names.
pub(super) type Attributes = BTreeMap<String, String>;

/// What is said about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// Where requests go.
    Place,
    /// Who sends them.
    Resource,
    /// What made the metrics.
    Scope,
    Metric {
        name: String,
        attributes: Attributes,
    },
}

/// What is said of a point beside its values.
fn kind(words: &str, begins: bool) -> Said {
    Said::text(if begins {
        format!("{words} since")
    } else {
        words.to_owned()
    })
}

fn sum(temporality: &str, is_monotonic: bool) -> String {
    let ending = if is_monotonic { " monotonic" } else { "" };
    format!("sum {temporality}{ending}")
}

/// Attributes in one text.
pub(super) fn joined(attributes: &Attributes) -> String {
    let pairs = attributes.iter();
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(", ")
}

/// What Flink sent in a step; with the beginning of intervals if they matter.
pub(super) fn flinks(output: &Value, times_matter: bool) -> Items<Item> {
    let mut items = Items::new();
    let requests = output.maybe("requests").and_then(Value::as_array);
    for request in requests.into_iter().flatten() {
        items.insert(Item::Place, vec![Said::text(request.text("path"))]);
        for resource in request.field("decoded").list("resource_metrics") {
            let who = joined(&attributes(resource.field("resource")));
            items.insert(Item::Resource, vec![Said::Text(who)]);
            for scope in resource.list("scope_metrics") {
                let name = scope.field("scope").text("name");
                items.insert(Item::Scope, vec![Said::text(name)]);
                for metric in scope.list("metrics") {
                    let (point, mut said) = flinks_point(metric, times_matter);
                    let item = Item::Metric {
                        name: metric.text("name").to_owned(),
                        attributes: attributes(point),
                    };
                    items.entry(item).or_default().append(&mut said);
                }
            }
        }
    }
    items
}

fn attributes(holder: &Value) -> Attributes {
    let list = holder.maybe("attributes").and_then(Value::as_array);
    let pair = |pair: &Value| {
        let value = pair.field("value").maybe_text("string_value");
        let key = pair.maybe_text("key").unwrap_or_default().to_owned();
        (key, value.unwrap_or_default().to_owned())
    };
    list.into_iter().flatten().map(pair).collect()
}

fn flinks_point(metric: &Value, times_matter: bool) -> (&Value, Vec<Said>) {
    let only = |data: &str| match metric.field(data).list("data_points") {
        [point] => point,
        points => panic!("{} points", points.len()),
    };
    let begins = |point: &Value| times_matter && point.maybe("start_time_unix_nano").is_some();
    let number = |point: &Value| match point.maybe_text("as_int") {
        Some(whole) => Said::text(whole),
        None => Said::Number(double(point.field("as_double")).expect("a double")),
    };
    if metric.maybe("gauge").is_some() {
        let point = only("gauge");
        return (point, vec![kind("gauge", begins(point)), number(point)]);
    }
    if let Some(data) = metric.maybe("sum") {
        let point = only("sum");
        let temporality = match data.text("aggregation_temporality") {
            "AGGREGATION_TEMPORALITY_DELTA" => "delta",
            other => panic!("temporality {other}"),
        };
        let is_monotonic = data.maybe("is_monotonic").is_some_and(|it| *it == true);
        let words = sum(temporality, is_monotonic);
        return (point, vec![kind(&words, begins(point)), number(point)]);
    }
    let point = only("summary");
    let part = |holder: &Value, key| {
        let number = holder
            .maybe(key)
            .map(|number| double(number).expect("a double"));
        Said::Number(number.unwrap_or(0.0))
    };
    let count = point.maybe_text("count").unwrap_or("0");
    let mut said = vec![
        kind("summary", begins(point)),
        Said::text(count),
        part(point, "sum"),
    ];
    for value in point.list("quantile_values") {
        said.extend([part(value, "quantile"), part(value, "value")]);
    }
    (point, said)
}

/// What metra sent, if a receiver takes it: messages of OTLP with no more metrics than there may be.
pub(super) fn heard(
    requests: &[Request],
    most: usize,
    times_matter: bool,
) -> Result<Heard<Item>, String> {
    let mut heard = Heard::new();
    let mut around = Items::new();
    for request in requests {
        let content_type = request.headers.get("content-type").map(String::as_str);
        if request.method != "POST" || content_type != Some("application/x-protobuf") {
            return Err(format!("{} with {content_type:?}", request.method));
        }
        let read = ExportMetricsServiceRequest::decode(&*request.body);
        let read = read.map_err(|error| error.to_string())?;
        around.insert(Item::Place, vec![Said::text(&request.path)]);
        let mut metrics = 0;
        for resource in read.resource_metrics {
            let who = resource.resource.ok_or("nobody sends it")?;
            let who = joined(&pairs(who.attributes)?);
            around.insert(Item::Resource, vec![Said::Text(who)]);
            for scope in resource.scope_metrics {
                let made_by = scope.scope.ok_or("nothing made it")?;
                let made_by = format!("{} {}", made_by.name, made_by.version);
                around.insert(Item::Scope, vec![Said::text(made_by.trim_end())]);
                for metric in scope.metrics {
                    metrics += 1;
                    let data = metric.data.ok_or("a metric without data")?;
                    let (attributes, said) = point(data, times_matter)?;
                    for said in said {
                        let (name, attributes) = (metric.name.clone(), attributes.clone());
                        heard.take(&metric.name, Item::Metric { name, attributes }, said);
                    }
                }
            }
        }
        if metrics == 0 || metrics > most {
            return Err(format!("{metrics} metrics in a request"));
        }
    }
    if !heard.items.is_empty() {
        heard.items.extend(around);
    }
    Ok(heard)
}

fn pairs(attributes: Vec<KeyValue>) -> Result<Attributes, String> {
    let mut pairs = Attributes::new();
    for pair in attributes {
        let Some(any_value::Value::StringValue(value)) = pair.value.and_then(|it| it.value) else {
            return Err(format!("an attribute without text: {}", pair.key));
        };
        if pairs.insert(pair.key.clone(), value).is_some() {
            return Err(format!("an attribute twice: {}", pair.key));
        }
    }
    Ok(pairs)
}

fn point(data: Data, times_matter: bool) -> Result<(Attributes, Vec<Said>), String> {
    let begins = |start: u64| times_matter && start != 0;
    match data {
        Data::Gauge(gauge) => {
            let point = only(gauge.data_points)?;
            let kind = kind("gauge", begins(point.start_time_unix_nano));
            number(kind, point)
        }
        Data::Sum(data) => {
            let point = only(data.data_points)?;
            let words = sum(
                temporality(data.aggregation_temporality)?,
                data.is_monotonic,
            );
            number(kind(&words, begins(point.start_time_unix_nano)), point)
        }
        Data::Summary(data) => {
            let point = only(data.data_points)?;
            let kind = kind("summary", begins(point.start_time_unix_nano));
            let count = Said::Text(point.count.to_string());
            let mut said = vec![kind, count, Said::Number(point.sum)];
            for value in point.quantile_values {
                said.extend([value.quantile, value.value].map(Said::Number));
            }
            Ok((pairs(point.attributes)?, said))
        }
        Data::ExponentialHistogram(data) => {
            let temporality = temporality(data.aggregation_temporality)?;
            let point = only(data.data_points)?;
            let mut said = vec![
                Said::Text(format!("exponential {temporality}")),
                Said::Text(point.count.to_string()),
            ];
            said.extend(
                [point.sum, point.min, point.max].map(|number| match number {
                    Some(number) => Said::Number(number),
                    None => Said::text("nothing"),
                }),
            );
            said.push(Said::Number(median(&point)?));
            Ok((pairs(point.attributes)?, said))
        }
        Data::Histogram(_) => Err("a histogram that no metric has".to_owned()),
    }
}

fn number(kind: Said, point: NumberDataPoint) -> Result<(Attributes, Vec<Said>), String> {
    let value = match point.value.ok_or("a point without value")? {
        NumberValue::AsInt(number) => Said::Text(number.to_string()),
        NumberValue::AsDouble(number) => Said::Number(number),
    };
    Ok((pairs(point.attributes)?, vec![kind, value]))
}

fn only<T>(points: Vec<T>) -> Result<T, String> {
    let mut points = points.into_iter();
    match (points.next(), points.next()) {
        (Some(point), None) => Ok(point),
        _ => Err("not one point".to_owned()),
    }
}

fn temporality(number: i32) -> Result<&'static str, String> {
    match number {
        1 => Ok("delta"),
        2 => Ok("cumulative"),
        other => Err(format!("temporality {other}")),
    }
}

/// The middle of the bucket that the lower median is in; NaN without values.
fn median(point: &ExponentialHistogramDataPoint) -> Result<f64, String> {
    let middle = |index: i32| {
        let exponent = (f64::from(index) + 0.5) * f64::from(-point.scale).exp2();
        exponent.exp2()
    };
    let side = |sign: f64| {
        let side = if sign < 0.0 {
            &point.negative
        } else {
            &point.positive
        };
        let buckets = side.iter().flat_map(move |side| {
            let indices = side.offset..;
            indices.zip(side.bucket_counts.iter().copied())
        });
        let all: Vec<(f64, u64)> = buckets
            .map(|(at, count)| (sign * middle(at), count))
            .collect();
        all
    };
    let negative = side(-1.0).into_iter().rev();
    let all = negative.chain([(0.0, point.zero_count)]).chain(side(1.0));
    let all: Vec<(f64, u64)> = all.collect();
    let total: u64 = all.iter().map(|(_, count)| count).sum();
    if total != point.count {
        return Err(format!("{total} values in buckets of {}", point.count));
    }
    let mut left = total.div_ceil(2);
    for (middle, count) in all {
        if left <= count && left > 0 {
            return Ok(middle);
        }
        left -= count;
    }
    Ok(f64::NAN)
}
