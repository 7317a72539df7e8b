//! The registries that are measured: counters with 4 labels, 100 in each of many groups, alike in all libraries.

use std::ffi::CString;

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use prometheus::{Encoder, IntCounter, IntCounterVec, Opts, TextEncoder};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::harness::{expect, fail, made};
use crate::metra;

pub const COUNTERS_PER_GROUP: usize = 100;

/// Names and numbers of one size. Whatever a program would have at hand is made before the time is taken.
pub struct Shape {
    pub series: usize,
    pub tasks: Vec<String>,
    pub counters: Vec<String>,
    pub c_tasks: Vec<CString>,
    c_counters: Vec<CString>,
}

impl Shape {
    pub fn new(series: usize) -> Self {
        if series == 0 || !series.is_multiple_of(COUNTERS_PER_GROUP) {
            fail(&format!(
                "a number of series has to be a multiple of {COUNTERS_PER_GROUP}"
            ));
        }
        let numbered = |prefix: &str, count| (0..count).map(|n| format!("{prefix}_{n}")).collect();
        let tasks: Vec<String> = numbered("task", series / COUNTERS_PER_GROUP);
        let counters: Vec<String> = numbered("records", COUNTERS_PER_GROUP);
        let for_c = |texts: &[String]| {
            texts
                .iter()
                .flat_map(|text| CString::new(&**text))
                .collect()
        };
        Self {
            series,
            c_tasks: for_c(&tasks),
            c_counters: for_c(&counters),
            tasks,
            counters,
        }
    }

    /// Ends the program unless a page in Prometheus' text format has all series, each with its own number.
    pub fn check(&self, page: &str, whose: &str) {
        let samples = page
            .lines()
            .filter(|line| line.starts_with("bench_task_records_"));
        let values = samples.filter_map(|line| line.rsplit_once("\"} ")?.1.parse::<u64>().ok());
        let (count, sum) = values.fold((0, 0), |(count, sum), value| (count + 1, sum + value));
        expect(
            count,
            self.series,
            &format!("the number of series on the page of {whose}"),
        );
        let total = self.series as u64 * (self.series as u64 - 1) / 2;
        expect(sum, total, &format!("the sum of the page of {whose}"));
    }
}

/// A registry with all series of a shape; a program keeps the handle of every counter.
pub trait Library {
    const NAME: &'static str;

    /// Registers everything and gives every counter its number.
    fn register(shape: &Shape) -> Self;

    /// Renders the page; how many bytes that were.
    fn render(&mut self) -> usize {
        self.page(str::len)
    }

    /// Renders the page and shows it.
    fn page<T>(&mut self, look: impl FnOnce(&str) -> T) -> T;
}

/// metra through its C ABI.
pub struct Metra {
    counters: Vec<metra::Counter>,
    registry: metra::Registry,
}

impl Library for Metra {
    const NAME: &'static str = "metra";

    fn register(shape: &Shape) -> Self {
        let registry = metra::Registry::new();
        let counters = register(&registry, shape);
        Self { counters, registry }
    }

    fn render(&mut self) -> usize {
        let mut length = 0;
        self.registry.write(|bytes| length += bytes.len());
        length
    }

    fn page<T>(&mut self, look: impl FnOnce(&str) -> T) -> T {
        let mut page = Vec::new();
        self.registry.write(|bytes| page.extend_from_slice(bytes));
        expect(self.counters.is_empty(), false, "having no counters");
        look(&String::from_utf8_lossy(&page))
    }
}

/// The root that has three of the four labels.
pub fn root(registry: &metra::Registry) -> metra::Group {
    let variables = [
        (c"host", c"localhost"),
        (c"job", c"wordcount"),
        (c"zone", c"eu-west-1"),
    ];
    registry.root(c"bench", &variables)
}

/// Registers all counters of a shape in a registry of metra and gives each its number.
pub fn register(registry: &metra::Registry, shape: &Shape) -> Vec<metra::Counter> {
    let root = root(registry);
    let mut counters = Vec::with_capacity(shape.series);
    for task in &shape.c_tasks {
        let group = root.add_group(c"task", task);
        for name in &shape.c_counters {
            let counter = group.counter(name);
            counter.inc(counters.len() as i64);
            counters.push(counter);
        }
    }
    counters
}

/// `prometheus`, the page in a buffer that is used again.
pub struct Prometheus {
    registry: prometheus::Registry,
    _counters: Vec<IntCounter>,
    page: Vec<u8>,
}

impl Library for Prometheus {
    const NAME: &'static str = "prometheus";

    fn register(shape: &Shape) -> Self {
        let registry = prometheus::Registry::new();
        let family = |name: &String| {
            let options = Opts::new(format!("bench_task_{name}"), name);
            let family = IntCounterVec::new(options, &["host", "job", "task", "zone"]);
            let family = made(family);
            made(registry.register(Box::new(family.clone())));
            family
        };
        let families: Vec<IntCounterVec> = shape.counters.iter().map(family).collect();
        let mut counters = Vec::with_capacity(shape.series);
        for task in &shape.tasks {
            for family in &families {
                let labels = ["localhost", "wordcount", task, "eu-west-1"];
                let counter = family.with_label_values(&labels);
                counter.inc_by(counters.len() as u64);
                counters.push(counter);
            }
        }
        Self {
            registry,
            _counters: counters,
            page: Vec::new(),
        }
    }

    fn page<T>(&mut self, look: impl FnOnce(&str) -> T) -> T {
        self.page.clear();
        made(TextEncoder::new().encode(&self.registry.gather(), &mut self.page));
        look(str::from_utf8(&self.page).unwrap_or_default())
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    host: String,
    job: String,
    task: String,
    zone: String,
}

/// `prometheus-client`, the labels of a group put together once and the page in a buffer that is used again.
pub struct PrometheusClient {
    registry: prometheus_client::registry::Registry,
    _counters: Vec<Counter>,
    page: String,
}

impl Library for PrometheusClient {
    const NAME: &'static str = "prometheus-client";

    fn register(shape: &Shape) -> Self {
        let mut registry = prometheus_client::registry::Registry::default();
        let mut family = |name: &String| {
            let family = Family::<Labels, Counter>::default();
            registry.register(format!("bench_task_{name}"), name, family.clone());
            family
        };
        let families: Vec<Family<Labels, Counter>> =
            shape.counters.iter().map(&mut family).collect();
        let mut counters = Vec::with_capacity(shape.series);
        for task in &shape.tasks {
            let labels = Labels {
                host: "localhost".to_owned(),
                job: "wordcount".to_owned(),
                task: task.clone(),
                zone: "eu-west-1".to_owned(),
            };
            for family in &families {
                let counter = family.get_or_create_owned(&labels);
                counter.inc_by(counters.len() as u64);
                counters.push(counter);
            }
        }
        Self {
            registry,
            _counters: counters,
            page: String::new(),
        }
    }

    fn page<T>(&mut self, look: impl FnOnce(&str) -> T) -> T {
        self.page.clear();
        made(encode(&mut self.page, &self.registry));
        look(&self.page)
    }
}

/// `metrics` with its Prometheus recorder.
pub struct Metrics {
    handle: PrometheusHandle,
    _counters: Vec<metrics::Counter>,
}

impl Library for Metrics {
    const NAME: &'static str = "metrics";

    fn register(shape: &Shape) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let metadata = Metadata::new("bench", Level::INFO, None);
        let names: Vec<String> = shape
            .counters
            .iter()
            .map(|name| format!("bench_task_{name}"))
            .collect();
        let mut counters = Vec::with_capacity(shape.series);
        for task in &shape.tasks {
            let labels = [
                Label::from_static_parts("host", "localhost"),
                Label::from_static_parts("job", "wordcount"),
                Label::new("task", task.clone()),
                Label::from_static_parts("zone", "eu-west-1"),
            ];
            for name in &names {
                let key = Key::from_parts(name.clone(), labels.to_vec());
                let counter = recorder.register_counter(&key, &metadata);
                counter.increment(counters.len() as u64);
                counters.push(counter);
            }
        }
        Self {
            handle: recorder.handle(),
            _counters: counters,
        }
    }

    fn page<T>(&mut self, look: impl FnOnce(&str) -> T) -> T {
        look(&self.handle.render())
    }
}
