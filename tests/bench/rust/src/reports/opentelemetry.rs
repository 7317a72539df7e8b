//! OpenTelemetry's SDK: counters collected by a reader, and encoded as its exporter over HTTP does.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, MeterProvider};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    Instrument, InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Stream, Temporality,
};
use prost::Message;

use super::thread::Thread;
use crate::allocations;
use crate::harness::{Times, expect, fail, made, row};
use crate::libraries::Shape;

const SUBJECT: &str = "opentelemetry_sdk";

/// Counters with 4 attributes, and their reader.
pub struct Sdk {
    series: usize,
    reader: Shared,
    _provider: SdkMeterProvider,
    counters: Vec<Counter<u64>>,
    attributes: Vec<[KeyValue; 4]>,
    /// What is read goes into the same memory each time, as in a reader that reads periodically.
    metrics: ResourceMetrics,
    rounds: u64,
}

impl Sdk {
    /// Registers everything and gives every counter its number.
    pub fn register(shape: &Shape) -> Self {
        let reader = Shared(Arc::new(ManualReader::builder().build()));
        let limit = shape.tasks.len() + 1;
        let unlimited =
            move |_: &Instrument| Stream::builder().with_cardinality_limit(limit).build().ok();
        let provider = SdkMeterProvider::builder()
            .with_reader(reader.clone())
            .with_view(unlimited)
            .build();
        let meter = provider.meter("bench");
        let counter = |name: &String| meter.u64_counter(format!("bench.task.{name}")).build();
        let attributes = |task: &String| {
            [
                KeyValue::new("host", "localhost"),
                KeyValue::new("job", "wordcount"),
                KeyValue::new("task", task.clone()),
                KeyValue::new("zone", "eu-west-1"),
            ]
        };
        let sdk = Self {
            series: shape.series,
            reader,
            _provider: provider,
            counters: shape.counters.iter().map(counter).collect(),
            attributes: shape.tasks.iter().map(attributes).collect(),
            metrics: ResourceMetrics::default(),
            rounds: 0,
        };
        let mut number = 0;
        sdk.add_to_all(|| {
            number += 1;
            number - 1
        });
        sdk
    }

    fn add_to_all(&self, mut number: impl FnMut() -> u64) {
        for attributes in &self.attributes {
            for counter in &self.counters {
                counter.add(number(), attributes);
            }
        }
    }

    /// Collects and encodes once. The first time is none like the others.
    pub fn round(&mut self, round: usize, times: &mut Times) {
        self.add_to_all(|| 1);
        self.rounds += 1;
        let thread = Thread::current();
        let on_processor = thread.processor_ns();
        made(self.reader.collect(&mut self.metrics));
        let begin = Instant::now();
        self.encode();
        let taken = begin.elapsed().as_nanos() as f64;
        let on_processor = thread.processor_ns() - on_processor;
        if round > 0 {
            let mut note = |operation, ns| times.note(operation, SUBJECT, self.series, ns);
            note("encode", taken);
            note("report's processor time", on_processor);
        }
    }

    fn encode(&self) -> Vec<u8> {
        ExportMetricsServiceRequest::from(&self.metrics).encode_to_vec()
    }

    /// Prints what one further report allocates and how large it is, and ends the program unless everything is in it.
    pub fn report(&mut self) {
        let (allocations, report) = allocations::during(|| {
            made(self.reader.collect(&mut self.metrics));
            self.encode()
        });
        let row = |measure, value: f64| {
            row(
                "report",
                SUBJECT,
                Some(self.series),
                measure,
                value / self.series as f64,
            );
        };
        row("allocations", allocations as f64);
        row("bytes", report.len() as f64);
        let series = self.series as u64;
        let total = series * (series - 1) / 2 + self.rounds * series;
        let (count, sum) = count_and_sum(&report);
        expect(
            count,
            self.series,
            "the number of series that OpenTelemetry's SDK encodes",
        );
        expect(sum, total, "their sum");
    }
}

/// How many sums there are in a request, and their sum.
fn count_and_sum(request: &[u8]) -> (usize, u64) {
    let request = made(ExportMetricsServiceRequest::decode(request));
    let scopes = request
        .resource_metrics
        .iter()
        .flat_map(|resource| &resource.scope_metrics);
    let points = scopes
        .flat_map(|scope| &scope.metrics)
        .flat_map(|metric| match &metric.data {
            Some(Data::Sum(sum)) => &*sum.data_points,
            _ => &[],
        });
    points.fold((0, 0), |(count, sum), point| match point.value {
        Some(Value::AsInt(value)) => (count + 1, sum + value as u64),
        _ => fail("a sum of whole numbers is none"),
    })
}

/// A reader that is asked here and read by its provider.
#[derive(Clone, Debug)]
struct Shared(Arc<ManualReader>);

impl MetricReader for Shared {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(metrics)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}
