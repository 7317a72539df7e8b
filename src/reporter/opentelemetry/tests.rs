//! Messages byte by byte, and as OpenTelemetry's own types read them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint, number_data_point};
use prost::Message;

use super::points::{self, Head, Number, Summed, Temporality};
use super::schema::{histogram, number};
use super::writer::{Encoding, Field, Writer};
use super::*;
use crate::cell::Pool;
use crate::metric::HistogramReading;

const ENCODINGS: [Encoding; 2] = [Encoding::Protobuf, Encoding::Json];

/// Name and attributes as messages have them.
struct Spelled {
    name: Box<[u8]>,
    attributes: Box<[u8]>,
}

impl Spelled {
    fn new(encoding: Encoding, name: &str, field: Field, pairs: &[(&str, &str)]) -> Self {
        Self {
            name: encoding.spelled(name),
            attributes: attributes::written(encoding, field, pairs.iter().copied()),
        }
    }

    fn head(&self, start: u64) -> Head<'_> {
        Head {
            name: [b"a.", &self.name, b""],
            attributes: &self.attributes,
            start,
            time: 7,
        }
    }
}

/// A batch of no more than so many metrics.
fn batch(encoding: Encoding, most_metrics: usize) -> Batch {
    let resource = [("service.name".to_owned(), "s".to_owned())];
    Batch::new(encoding, &resource, ("metra", Some("1.0")), most_metrics)
}

fn read(encoding: Encoding, bytes: &[u8]) -> ExportMetricsServiceRequest {
    match encoding {
        Encoding::Protobuf => ExportMetricsServiceRequest::decode(bytes).unwrap(),
        Encoding::Json => serde_json::from_slice(bytes).unwrap(),
    }
}

/// The metrics in a request, of which resource and scope are as they should be.
fn metrics(request: ExportMetricsServiceRequest) -> Vec<Metric> {
    let [resource] = &request.resource_metrics[..] else {
        unreachable!("{request:?}");
    };
    let attributes = &resource.resource.as_ref().unwrap().attributes;
    assert_eq!(attributes.len(), 1);
    assert_eq!(attributes[0].key, "service.name");
    let [scope] = &resource.scope_metrics[..] else {
        unreachable!("{request:?}");
    };
    let name = scope.scope.as_ref().unwrap();
    assert_eq!((&*name.name, &*name.version), ("metra", "1.0"));
    scope.metrics.clone()
}

/// The one metric that `write` writes with these attributes in `field`, which reads the same in either encoding.
fn written(field: Field, pairs: &[(&str, &str)], write: impl Fn(&mut Writer, &Head<'_>)) -> Metric {
    let [one, other] = ENCODINGS.map(|encoding| {
        let spelled = Spelled::new(encoding, "x", field, pairs);
        let mut batch = batch(encoding, 9);
        write(batch.next(), &spelled.head(5));
        let metrics = metrics(read(encoding, batch.close()));
        assert_eq!(metrics.len(), 1);
        metrics.into_iter().next().unwrap()
    });
    assert_eq!(one, other);
    assert_eq!(one.name, "a.x");
    one
}

fn number_point(data: Option<Data>) -> NumberDataPoint {
    let points = match data {
        Some(Data::Gauge(gauge)) => gauge.data_points,
        Some(Data::Sum(sum)) => sum.data_points,
        other => unreachable!("{other:?}"),
    };
    let [point] = &points[..] else {
        unreachable!("{points:?}");
    };
    point.clone()
}

#[test]
fn sum_is_these_bytes() {
    let [protobuf, json] = ENCODINGS.map(|encoding| {
        let spelled = Spelled::new(encoding, "x", number::ATTRIBUTES, &[("k", "v")]);
        let mut batch = batch(encoding, 9);
        let head = spelled.head(5);
        points::write_sum(batch.next(), &head, -2, Temporality::Cumulative, false);
        points::write_sum(batch.next(), &head, 3, Temporality::Delta, true);
        batch.close().to_vec()
    });
    let point = |value: &str| {
        format!(
            r#"{{"attributes":[{{"key":"k","value":{{"stringValue":"v"}}}}],"startTimeUnixNano":"5","timeUnixNano":"7","asInt":"{value}"}}"#
        )
    };
    let expected = format!(
        r#"{{"resourceMetrics":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s"}}}}]}},"scopeMetrics":[{{"scope":{{"name":"metra","version":"1.0"}},"metrics":[{{"name":"a.x","sum":{{"dataPoints":[{}],"aggregationTemporality":2}}}},{{"name":"a.x","sum":{{"dataPoints":[{}],"aggregationTemporality":1,"isMonotonic":true}}}}]}}]}}]}}"#,
        point("-2"),
        point("3")
    );
    assert_eq!(String::from_utf8(json).unwrap(), expected);
    let message = |key: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        let length = u8::try_from(content.len()).unwrap();
        [&[key][..], length_of(length).as_slice(), &content].concat()
    };
    let pair = |key: &[u8], value: &[u8]| {
        let value = message(0x12, &[&message(0x0a, &[value])]);
        [message(0x0a, &[key]), value].concat()
    };
    let point = |value: i64| {
        message(
            0x0a,
            &[
                &message(0x3a, &[&pair(b"k", b"v")]),
                b"\x11\x05\0\0\0\0\0\0\0\x19\x07\0\0\0\0\0\0\0",
                b"\x31",
                &value.to_le_bytes(),
            ],
        )
    };
    let metric = |sum: &[&[u8]]| message(0x12, &[&message(0x0a, &[b"a.x"]), &message(0x3a, sum)]);
    let scope = message(
        0x0a,
        &[&message(0x0a, &[b"metra"]), &message(0x12, &[b"1.0"])],
    );
    let resource = message(0x0a, &[&message(0x0a, &[&pair(b"service.name", b"s")])]);
    let scope_metrics = message(
        0x12,
        &[
            &scope,
            &metric(&[&point(-2), b"\x10\x02"]),
            &metric(&[&point(3), b"\x10\x01\x18\x01"]),
        ],
    );
    assert_eq!(protobuf, message(0x0a, &[&resource, &scope_metrics]));
}

/// A length in base 128.
fn length_of(length: u8) -> Vec<u8> {
    match length {
        0..128 => vec![length],
        _ => vec![length, 1],
    }
}

#[test]
fn numbers_are_read_as_they_are() {
    for value in [0, 1, -1, i64::MIN, i64::MAX] {
        let gauge = written(number::ATTRIBUTES, &[], |writer, head| {
            points::write_gauge(writer, head, Number::Int(value));
        });
        let point = number_point(gauge.data);
        assert_eq!(point.value, Some(number_data_point::Value::AsInt(value)));
        assert_eq!((point.start_time_unix_nano, point.time_unix_nano), (5, 7));
    }
    for value in [0.0, -0.0, 0.1, 1e300, -5e-324] {
        let gauge = written(number::ATTRIBUTES, &[], |writer, head| {
            points::write_gauge(writer, head, Number::Double(value));
        });
        let Some(number_data_point::Value::AsDouble(read)) = number_point(gauge.data).value else {
            unreachable!();
        };
        assert_eq!(read.to_bits(), value.to_bits());
    }
}

#[test]
fn what_is_no_finite_number_is_sent_as_it_is() {
    for (value, text) in [
        (f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
    ] {
        let bytes = ENCODINGS.map(|encoding| {
            let spelled = Spelled::new(encoding, "x", number::ATTRIBUTES, &[]);
            let mut batch = batch(encoding, 9);
            points::write_gauge(batch.next(), &spelled.head(0), Number::Double(value));
            batch.close().to_vec()
        });
        let metrics = metrics(read(Encoding::Protobuf, &bytes[0]));
        let point = number_point(metrics[0].data.clone());
        let Some(number_data_point::Value::AsDouble(read)) = point.value else {
            unreachable!();
        };
        assert_eq!(
            (read.to_bits(), point.start_time_unix_nano),
            (value.to_bits(), 0)
        );
        let json: serde_json::Value = serde_json::from_slice(&bytes[1]).unwrap();
        let metric = &json["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0];
        assert_eq!(metric["gauge"]["dataPoints"][0]["asDouble"], text);
        assert_eq!(
            metric["gauge"]["dataPoints"][0]["startTimeUnixNano"],
            serde_json::Value::Null
        );
    }
}

#[test]
fn attributes_and_names_are_read_as_they_are() {
    let all: String = ('\0'..'\u{100}').chain(['名', '😀']).collect();
    let long = "x".repeat(65_535);
    let pairs = [
        ("", ""),
        ("k\"}],", &*all),
        ("long", &*long),
        (&*long, "\\"),
    ];
    let gauge = written(number::ATTRIBUTES, &pairs, |writer, head| {
        points::write_gauge(writer, head, Number::Int(1));
    });
    let attributes = number_point(gauge.data).attributes;
    let read: Vec<(String, String)> = attributes
        .into_iter()
        .map(|pair| {
            use opentelemetry_proto::tonic::common::v1::any_value::Value;
            match pair.value.unwrap().value {
                Some(Value::StringValue(value)) => (pair.key, value),
                other => unreachable!("{other:?}"),
            }
        })
        .collect();
    let expected = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(read, expected);
    for encoding in ENCODINGS {
        for name in ["", "new\nline\"", &*all, &*long] {
            let spelled = Spelled::new(encoding, name, number::ATTRIBUTES, &[]);
            let mut batch = batch(encoding, 9);
            points::write_gauge(batch.next(), &spelled.head(5), Number::Int(1));
            let metrics = metrics(read_all(encoding, &mut batch));
            assert_eq!(metrics[0].name, format!("a.{name}"));
        }
    }
}

fn read_all(encoding: Encoding, batch: &mut Batch) -> ExportMetricsServiceRequest {
    read(encoding, batch.close())
}

#[test]
fn histogram_has_one_bucket_and_what_is_known() {
    let summed = Summed::of(3, 12, 1, Some((1, 7)));
    let metric = written(histogram::ATTRIBUTES, &[("k", "v")], |writer, head| {
        points::write_histogram(writer, head, &summed, Temporality::Cumulative);
    });
    let Some(Data::Histogram(histogram)) = metric.data else {
        unreachable!("{metric:?}");
    };
    assert_eq!(histogram.aggregation_temporality, 2);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum), (3, Some(12.0)));
    assert_eq!((point.min, point.max), (Some(1.0), Some(7.0)));
    assert_eq!(point.bucket_counts, [3]);
    assert_eq!(point.explicit_bounds, [0.0; 0]);
    assert_eq!(point.attributes.len(), 1);
    for summed in [
        Summed::of(0, 0, -3, Some((0, 0))),
        Summed::of(2, -4, -3, None),
    ] {
        let metric = written(histogram::ATTRIBUTES, &[], |writer, head| {
            points::write_histogram(writer, head, &summed, Temporality::Delta);
        });
        let Some(Data::Histogram(histogram)) = metric.data else {
            unreachable!("{metric:?}");
        };
        let point = &histogram.data_points[0];
        assert_eq!((point.sum, point.min, point.max), (None, None, None));
        assert_eq!(point.bucket_counts, [summed.count]);
    }
}

#[test]
fn exponential_histogram_has_both_sides() {
    let histogram = Histogram::new(&Pool::new(), Duration::from_secs(60)).unwrap();
    histogram.update_many(&[-5, 0, 0, 1, 2, 300, i64::MAX]);
    let mut buckets = Exponential::default();
    buckets.take(&histogram.life(Tally::default()).0);
    let summed = Summed::of(7, 9, 0, Some((-5, 300)));
    let metric = written(
        schema::exponential::ATTRIBUTES,
        &[("k", "v")],
        |writer, head| {
            points::write_exponential(writer, head, &summed, &buckets, Temporality::Delta);
        },
    );
    let Some(Data::ExponentialHistogram(histogram)) = metric.data else {
        unreachable!("{metric:?}");
    };
    assert_eq!(histogram.aggregation_temporality, 1);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.zero_count, point.scale), (7, 2, 1));
    let (positive, negative) = (point.positive.as_ref(), point.negative.as_ref());
    let (positive, negative) = (positive.unwrap(), negative.unwrap());
    assert_eq!((positive.offset, negative.offset), (-1, 4));
    assert_eq!(positive.bucket_counts.len(), 127);
    assert_eq!(positive.bucket_counts[..3], [1, 0, 1]);
    assert_eq!(negative.bucket_counts, [1]);
    assert_eq!(
        (point.sum, point.min, point.max),
        (Some(9.0), Some(-5.0), Some(300.0))
    );
    assert_eq!((point.attributes.len(), point.zero_threshold), (1, 0.0));
}

#[test]
fn summary_is_flinks() {
    let reading = HistogramReading {
        count: 25,
        window_count: 10,
        min: 16,
        max: 25,
        mean: 20.5,
        p50: 20.5,
        p75: 23.25,
        p95: 25.0,
        p99: 25.0,
        ..HistogramReading::default()
    };
    let metric = written(number::ATTRIBUTES, &[("k", "v")], |writer, head| {
        points::write_summary(writer, head, &reading);
    });
    let Some(Data::Summary(summary)) = metric.data else {
        unreachable!("{metric:?}");
    };
    let point = &summary.data_points[0];
    assert_eq!((point.count, point.sum), (25, 512.5));
    let values = point.quantile_values.iter();
    let values: Vec<(f64, f64)> = values.map(|value| (value.quantile, value.value)).collect();
    let expected = [
        (0.0, 16.0),
        (0.5, 20.5),
        (0.75, 23.25),
        (0.95, 25.0),
        (0.99, 25.0),
        (1.0, 25.0),
        (1.0, 25.0),
    ];
    assert_eq!(values, expected);
    assert_eq!(point.attributes.len(), 1);
}

#[test]
fn batch_is_begun_anew_when_it_was_taken() {
    for encoding in ENCODINGS {
        let spelled = Spelled::new(encoding, "x", number::ATTRIBUTES, &[]);
        let mut batch = batch(encoding, 2);
        let write = |batch: &mut Batch, value| {
            points::write_gauge(batch.next(), &spelled.head(5), Number::Int(value));
        };
        assert!(batch.is_empty());
        for round in 0..3 {
            for value in 0..2 {
                assert!(!batch.is_full());
                write(&mut batch, value);
            }
            assert!(batch.is_full() && !batch.overflows(), "{round}");
            let end = batch.end();
            write(&mut batch, 2);
            assert!(batch.overflows());
            batch.cut(end);
            assert_eq!(metrics(read_all(encoding, &mut batch)).len(), 2);
            batch.clear();
            assert!(batch.is_empty());
        }
    }
}

#[test]
fn batch_overflows_with_bytes_as_well() {
    let name = "x".repeat(1024 * 1024);
    let spelled = Spelled::new(Encoding::Protobuf, &name, number::ATTRIBUTES, &[]);
    let mut batch = batch(Encoding::Protobuf, usize::MAX);
    let overflows = |_: &usize| {
        points::write_gauge(batch.next(), &spelled.head(5), Number::Int(1));
        batch.overflows()
    };
    assert_eq!((1..10).find(overflows), Some(4));
}
