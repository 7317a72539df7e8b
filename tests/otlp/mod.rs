//! OTLP's metrics as its own types read them.
#![allow(
    dead_code,
    clippy::panic,
    reason = "a test uses what it needs, and stops at what nobody should send"
)]

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
};
use prost::Message;

use crate::receivers::http::Request;

/// Names with values.
pub(crate) type Pairs = Vec<(String, String)>;

/// What a request says.
pub(crate) struct Sent {
    /// The attributes of the resource.
    pub(crate) resource: Pairs,
    /// Name and version of the instrumentation scope.
    pub(crate) scope: (String, String),
    pub(crate) points: Vec<Point>,
}

/// A metric with its only point.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// `name type temporality values`, as far as there are such.
    pub(crate) line: String,
    pub(crate) start: u64,
    pub(crate) time: u64,
    pub(crate) attributes: Pairs,
}

impl Sent {
    /// Reads a request in the encoding that its header names.
    pub(crate) fn read(request: &Request) -> Self {
        let read = match request.header("Content-Type") {
            Some("application/x-protobuf") => {
                ExportMetricsServiceRequest::decode(&*request.body).unwrap()
            }
            Some("application/json") => serde_json::from_slice(&request.body).unwrap(),
            other => panic!("unknown content: {other:?}"),
        };
        let mut resources = read.resource_metrics.into_iter();
        let resource = resources.next().unwrap();
        let mut scopes = resource.scope_metrics.into_iter();
        let scope = scopes.next().unwrap();
        assert!(resources.next().is_none() && scopes.next().is_none());
        let metrics = scope.metrics.into_iter();
        let points = metrics.map(|metric| Point::read(&metric.name, metric.data.unwrap()));
        let name = scope.scope.unwrap();
        Self {
            resource: pairs(resource.resource.unwrap().attributes),
            scope: (name.name, name.version),
            points: points.collect(),
        }
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        let points = self.points.iter();
        points.map(|point| point.line.as_str()).collect()
    }
}

impl Point {
    fn read(name: &str, data: Data) -> Self {
        match data {
            Data::Gauge(gauge) => Self::number(format!("{name} gauge"), gauge.data_points),
            Data::Sum(sum) => {
                let kind = if sum.is_monotonic { "monotonic" } else { "sum" };
                let temporality = temporality(sum.aggregation_temporality);
                Self::number(format!("{name} {kind} {temporality}"), sum.data_points)
            }
            Data::Histogram(histogram) => {
                let temporality = temporality(histogram.aggregation_temporality);
                let begin = format!("{name} histogram {temporality}");
                Self::histogram(&begin, histogram.data_points)
            }
            Data::ExponentialHistogram(histogram) => {
                let temporality = temporality(histogram.aggregation_temporality);
                let begin = format!("{name} exponential {temporality}");
                Self::exponential(&begin, histogram.data_points)
            }
            Data::Summary(summary) => {
                Self::summary(&format!("{name} summary"), summary.data_points)
            }
        }
    }

    fn number(begin: String, points: Vec<NumberDataPoint>) -> Self {
        let point = only(points);
        let value = match point.value.unwrap() {
            Value::AsInt(number) => number.to_string(),
            Value::AsDouble(number) => format!("{number:?}"),
        };
        Self {
            line: format!("{begin} {value}"),
            start: point.start_time_unix_nano,
            time: point.time_unix_nano,
            attributes: pairs(point.attributes),
        }
    }

    fn histogram(begin: &str, points: Vec<HistogramDataPoint>) -> Self {
        let point = only(points);
        assert!(point.explicit_bounds.is_empty());
        let parts = [
            format!("count={} buckets={:?}", point.count, point.bucket_counts),
            part("sum", point.sum),
            part("min", point.min),
            part("max", point.max),
        ];
        Self {
            line: format!("{begin} {}", parts.concat()),
            start: point.start_time_unix_nano,
            time: point.time_unix_nano,
            attributes: pairs(point.attributes),
        }
    }

    fn exponential(begin: &str, points: Vec<ExponentialHistogramDataPoint>) -> Self {
        let point = only(points);
        let counts = |buckets: &Option<Buckets>| {
            let counts = buckets.iter().flat_map(|buckets| &buckets.bucket_counts);
            counts.sum::<u64>()
        };
        let in_buckets = counts(&point.positive) + counts(&point.negative) + point.zero_count;
        assert_eq!(point.count, in_buckets);
        let side = |name: &str, buckets: Option<Buckets>| {
            buckets.map_or(String::new(), |buckets| {
                let counts = buckets.bucket_counts;
                assert!(counts.len() <= 160 && counts.first() > Some(&0));
                let used = counts.iter().filter(|count| **count > 0);
                let used: Vec<_> = used.collect();
                format!(" {name}={}{used:?}", buckets.offset)
            })
        };
        let parts = [
            format!("count={} scale={}", point.count, point.scale),
            format!(" zeros={}", point.zero_count),
            side("positive", point.positive),
            side("negative", point.negative),
            part("sum", point.sum),
            part("min", point.min),
            part("max", point.max),
        ];
        Self {
            line: format!("{begin} {}", parts.concat()),
            start: point.start_time_unix_nano,
            time: point.time_unix_nano,
            attributes: pairs(point.attributes),
        }
    }

    fn summary(begin: &str, points: Vec<SummaryDataPoint>) -> Self {
        let point = only(points);
        let values = point.quantile_values.iter();
        let values: Vec<_> = values
            .map(|value| format!("{}:{:?}", value.quantile, value.value))
            .collect();
        let values = values.join(" ");
        Self {
            line: format!("{begin} count={} sum={:?} {values}", point.count, point.sum),
            start: point.start_time_unix_nano,
            time: point.time_unix_nano,
            attributes: pairs(point.attributes),
        }
    }
}

fn part(name: &str, number: Option<f64>) -> String {
    number.map_or(String::new(), |number| format!(" {name}={number:?}"))
}

fn temporality(number: i32) -> &'static str {
    match number {
        1 => "delta",
        2 => "cumulative",
        other => panic!("unknown temporality {other}"),
    }
}

fn only<T>(points: Vec<T>) -> T {
    let mut points = points.into_iter();
    let point = points.next().unwrap();
    assert!(points.next().is_none(), "more than one point");
    point
}

fn pairs(attributes: Vec<KeyValue>) -> Pairs {
    let pair = |pair: KeyValue| match pair.value.unwrap().value {
        Some(any_value::Value::StringValue(value)) => (pair.key, value),
        other => panic!("no text: {other:?}"),
    };
    attributes.into_iter().map(pair).collect()
}
