//! Receivers of each system, and what they read.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, UdpSocket};

use serde_json::Value;

use super::Look;
use crate::pushed::Program;
use crate::receivers::gateway::{Sample, samples};
use crate::receivers::http::{Receiver, Request};

/// What a reporter sends to.
pub(crate) trait System {
    /// The keys by which a reporter finds it, and is understood here.
    fn keys(&self) -> Vec<(&'static str, String)>;

    /// What came of the metric `x` in the root `app` since the last time.
    fn read(&mut self, program: &Program) -> Vec<Look>;
}

type Start = fn() -> Box<dyn System>;

/// What the system of a class is called, and how it is started.
pub(crate) fn of(class: &str) -> (&'static str, Start) {
    match class {
        "prometheus" => ("Prometheus", || Box::new(Prometheus)),
        "pushgateway" => ("Pushgateway", || Box::new(Pushgateway(Receiver::start()))),
        "statsd" => ("StatsD", || Box::new(StatsD(Datagrams::bind()))),
        "graphite" => ("Graphite", || Box::new(Graphite(Datagrams::bind()))),
        "influxdb" => ("InfluxDB's fields", || {
            Box::new(InfluxDB(Receiver::start()))
        }),
        "datadog" => ("Datadog", || Box::new(Datadog(Receiver::start()))),
        "opentelemetry" => ("OpenTelemetry", || {
            Box::new(OpenTelemetry(Receiver::start()))
        }),
        "log" => ("log's sections", || Box::new(Log(0))),
        other => panic!("nobody here reads what a reporter of class {other} sends"),
    }
}

/// The name behind the scope.
fn local<'a>(name: &'a str, joint: &str) -> &'a str {
    let name = name.strip_prefix("app").unwrap();
    name.strip_prefix(joint).unwrap()
}

struct Prometheus;

impl System for Prometheus {
    fn keys(&self) -> Vec<(&'static str, String)> {
        vec![("port", "0".to_owned())]
    }

    fn read(&mut self, program: &Program) -> Vec<Look> {
        let reporters = program.runtime.reporters();
        let (_, address) = reporters.first().unwrap();
        let mut stream = TcpStream::connect(address.as_deref().unwrap()).unwrap();
        let request = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        samples(&from_chunks(body)).iter().map(of_sample).collect()
    }
}

/// What is in chunks; what is not is left as it is.
fn from_chunks(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((length, behind)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        let (chunk, behind) = behind.split_at(length);
        text.push_str(chunk);
        rest = behind.strip_prefix("\r\n").unwrap();
    }
    text + rest
}

fn of_sample(sample: &Sample) -> Look {
    let name = local(&sample.name, "_");
    let labels = sample
        .labels
        .keys()
        .map(|label| format!("{{{label}=\"…\"}}"));
    let name = name.to_owned() + &labels.collect::<String>();
    Look::new(&sample.kind, &name, &sample.value)
}

struct Pushgateway(Receiver);

impl System for Pushgateway {
    fn keys(&self) -> Vec<(&'static str, String)> {
        vec![
            ("hostUrl", self.0.url("")),
            ("deleteOnShutdown", "false".to_owned()),
        ]
    }

    fn read(&mut self, _program: &Program) -> Vec<Look> {
        let requests = self.0.take();
        let page = requests.last().unwrap().text();
        samples(page).iter().map(of_sample).collect()
    }
}

/// A socket for UDP.
struct Datagrams(UdpSocket);

impl Datagrams {
    fn bind() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        // On loopback what was sent is there.
        socket.set_nonblocking(true).unwrap();
        Self(socket)
    }

    fn keys(&self) -> Vec<(&'static str, String)> {
        let port = self.0.local_addr().unwrap().port();
        vec![("host", "127.0.0.1".to_owned()), ("port", port.to_string())]
    }

    /// The lines that came.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut packet = vec![0; 65_536];
        loop {
            match self.0.recv(&mut packet) {
                Ok(length) => {
                    let text = std::str::from_utf8(&packet[..length]).unwrap();
                    lines.extend(text.lines().map(str::to_owned));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return lines,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

struct StatsD(Datagrams);

impl System for StatsD {
    fn keys(&self) -> Vec<(&'static str, String)> {
        self.0.keys()
    }

    fn read(&mut self, _program: &Program) -> Vec<Look> {
        let look = |line: &String| {
            let (name, said) = line.split_once(':').unwrap();
            let (value, kind) = said.split_once('|').unwrap();
            let kind = match kind {
                "g" => "gauge",
                "c" => "counter",
                other => panic!("unknown type {other}"),
            };
            Look::new(kind, local(name, "."), value)
        };
        self.0.lines().iter().map(look).collect()
    }
}

struct Graphite(Datagrams);

impl System for Graphite {
    fn keys(&self) -> Vec<(&'static str, String)> {
        let mut keys = self.0.keys();
        keys.push(("protocol", "UDP".to_owned()));
        keys
    }

    fn read(&mut self, _program: &Program) -> Vec<Look> {
        let look = |line: &String| {
            let mut words = line.split(' ');
            let (path, value) = (words.next().unwrap(), words.next().unwrap());
            Look::new("", local(path, "."), value)
        };
        self.0.lines().iter().map(look).collect()
    }
}

struct InfluxDB(Receiver);

impl System for InfluxDB {
    fn keys(&self) -> Vec<(&'static str, String)> {
        vec![
            ("host", "127.0.0.1".to_owned()),
            ("port", self.0.port().to_string()),
            ("db", "metrics".to_owned()),
        ]
    }

    fn read(&mut self, _program: &Program) -> Vec<Look> {
        let requests = self.0.take();
        let lines = requests.iter().flat_map(|request| request.text().lines());
        let looks = lines.flat_map(|line| {
            let mut words = line.split(' ');
            assert_eq!(local(words.next().unwrap(), "_"), "x");
            let fields = words.next().unwrap().split(',');
            fields.map(|field| {
                let (name, value) = field.split_once('=').unwrap();
                Look::new("", name, value.trim_end_matches('i'))
            })
        });
        looks.collect()
    }
}

/// The last request, as JSON; nothing if there was none.
fn json(requests: &[Request]) -> Value {
    let last = requests.last();
    last.map_or(Value::Null, |request| {
        serde_json::from_slice(&request.body).unwrap()
    })
}

/// The items of an array, or none.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

struct Datadog(Receiver);

impl System for Datadog {
    fn keys(&self) -> Vec<(&'static str, String)> {
        vec![("apikey", "key".to_owned()), ("url", self.0.url(""))]
    }

    fn read(&mut self, _program: &Program) -> Vec<Look> {
        let said = json(&self.0.take());
        let look = |series: &Value| {
            let kind = match series["type"].as_i64() {
                Some(1) => "count",
                Some(3) => "gauge",
                other => panic!("unknown type {other:?}"),
            };
            let value = &series["points"][0]["value"];
            Look::new(kind, local(series["metric"].as_str().unwrap(), "."), value)
        };
        items(&said["series"]).iter().map(look).collect()
    }
}

struct OpenTelemetry(Receiver);

impl System for OpenTelemetry {
    fn keys(&self) -> Vec<(&'static str, String)> {
        vec![
            ("exporter.endpoint", self.0.url("/v1/metrics")),
            ("exporter.encoding", "json".to_owned()),
        ]
    }

    fn read(&mut self, _program: &Program) -> Vec<Look> {
        let said = json(&self.0.take());
        let scopes = items(&said["resourceMetrics"])
            .iter()
            .flat_map(|resource| items(&resource["scopeMetrics"]));
        let metrics = scopes.flat_map(|scope| items(&scope["metrics"]));
        metrics.map(of_otlp).collect()
    }
}

/// OTLP's data has its type for a name, and 64-bit numbers are text.
fn of_otlp(metric: &Value) -> Look {
    let (kind, data) = [
        "sum",
        "gauge",
        "histogram",
        "exponentialHistogram",
        "summary",
    ]
    .iter()
    .find_map(|kind| Some((*kind, metric.get(kind)?)))
    .unwrap();
    let kind = match kind {
        "sum" if data["isMonotonic"] == true => "monotonic sum",
        "sum" => "non-monotonic sum",
        "exponentialHistogram" => "exponential histogram",
        other => other,
    };
    let point = &data["dataPoints"][0];
    let value = point.get("asInt").or_else(|| point.get("asDouble"));
    let value = value.map_or(String::new(), |value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    });
    let name = metric["name"].as_str().unwrap();
    Look::new(kind, local(name, "."), value)
}

/// How many lines were said before.
struct Log(usize);

impl System for Log {
    fn keys(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn read(&mut self, program: &Program) -> Vec<Look> {
        let said = program.said();
        let texts = said.get(self.0..).unwrap_or_default();
        self.0 = said.len();
        let lines = texts.iter().flat_map(|text| text.lines());
        let mut section = "";
        let mut looks = Vec::new();
        for line in lines {
            if let Some(heading) = line.strip_prefix("-- ") {
                section = heading.trim_end_matches(['-', ' ']);
            } else if let Some((name, value)) = line.split_once(": ")
                && name.starts_with("app.")
            {
                let name = format!("{}{}", local(name, "."), statistics(value));
                looks.push(Look::new(&format!("{section}:"), &name, value));
            }
        }
        looks
    }
}

/// The names of the statistics that a line has, without their values.
fn statistics(value: &str) -> String {
    let parts = value.split(", ").filter_map(|part| part.split_once('='));
    let names: Vec<String> = parts.map(|(name, _)| format!("{name}=")).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(": {}", names.join(", ")),
    }
}
