//! Graphite: lines of text to carbon, by TCP or UDP.
//!
//! Paths are those of Flink's reporter, or with `tags` the names of tagged series. Numbers are written in full;
//! `flink-exact` gives Flink's two digits behind the point, and its rates of windows that there are not.

mod claims;
mod connection;
mod lines;
mod options;
mod spelling;

pub(super) use options::CLASS;

use std::time::Duration;

use self::claims::{Claim, Claims};
use self::connection::Connection;
use self::lines::Lines;
use self::options::{Options, Protocol};
use self::spelling::SpelledScope;
use super::class::Site;
use super::courier::{Courier, System, Written};
use super::datagrams::{Socket, Target};
use super::failure::Failure;
use super::pusher::{Moment, Pusher};
use super::{MetricInfo, View};
use crate::collect::Reading;
use crate::error::Error;
use crate::metric::HistogramReading;
use crate::scope::Scope;
use crate::value::Value;

/// Why values are left out.
const TEXT: &str = "text is no value for Graphite";
const NOT_FINITE: &str = "NaN and infinities are no values for Graphite";
const NO_PATH: &str = "another metric has the same path";

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let graphite = Graphite::new(Options::read(site.view.settings())?);
    Ok(Box::new(Courier::new(graphite, site)))
}

struct Graphite {
    options: Options,
    claims: Claims,
    lines: Lines,
    way: Way,
}

/// How lines get there.
enum Way {
    Tcp(Connection),
    Udp(Socket),
}

/// A metric as its lines have it.
struct SpelledMetric {
    name: Box<str>,
    claim: Claim,
}

impl Graphite {
    fn new(options: Options) -> Self {
        let (host, port) = (options.host.clone(), options.port);
        Self {
            claims: Claims::default(),
            lines: Lines::new(&options),
            way: match options.protocol {
                Protocol::Tcp => Way::Tcp(Connection::new(host, port)),
                Protocol::Udp => Way::Udp(Socket::new(Target::Udp { host, port })),
            },
            options,
        }
    }
}

impl System for Graphite {
    type Scope = SpelledScope;
    type Metric = SpelledMetric;

    fn scope(&self, view: &View, scope: &Scope) -> SpelledScope {
        SpelledScope::of(view, scope, &self.options)
    }

    fn metric(&self, info: &MetricInfo<'_>, scope: &SpelledScope, _: Duration) -> SpelledMetric {
        let (name, path) = spelling::name(info, scope, &self.options);
        SpelledMetric {
            name,
            claim: self.claims.claim(&path),
        }
    }

    fn begin(&mut self, moment: &Moment) {
        self.lines.begin_report(moment.time.as_secs());
        if let Way::Tcp(connection) = &mut self.way {
            connection.reset();
        }
    }

    fn write(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        reading: &Reading,
    ) -> Written {
        if !metric.claim.is_good() {
            return Written::Inexpressible(NO_PATH);
        }
        let lines = &mut self.lines;
        lines.begin(&scope.path, &metric.name, &scope.tags);
        match reading {
            Reading::Counter(count) | Reading::MonotonicCounter(count) => {
                lines.line(".count", *count);
            }
            Reading::Gauge(None) => return Written::Nothing,
            Reading::Gauge(Some(value)) => {
                if let Err(why) = write_gauge(lines, value) {
                    return Written::Inexpressible(why);
                }
            }
            Reading::Distribution(reading) => {
                lines.line(".count", reading.count);
                lines.line(".sum", reading.sum);
                lines.line(".min", reading.min);
                lines.line(".max", reading.max);
                lines.line(".mean", reading.mean);
            }
            Reading::Meter { count, rate } => {
                write_meter(lines, *count, *rate * self.options.rate_factor);
            }
            Reading::Histogram(reading) => write_histogram(lines, reading),
        }
        lines.end()
    }

    fn is_full(&self) -> bool {
        self.lines.are_full()
    }

    fn send(&mut self, moment: &Moment) -> Result<usize, Failure> {
        let bytes = self.lines.bytes();
        let sent = bytes.len();
        let outcome = match &mut self.way {
            _ if sent == 0 => Ok(()),
            Way::Tcp(connection) => connection.write(bytes, moment),
            Way::Udp(socket) => {
                let mut packets = self.lines.packets();
                let outcome = packets.try_for_each(|packet| socket.send(packet, moment));
                outcome.and_then(|()| socket.check())
            }
        };
        self.lines.clear();
        outcome.map(|()| sent)
    }

    fn end(&mut self, moment: &Moment) -> Result<(), Failure> {
        match &mut self.way {
            Way::Tcp(connection) => connection.finish(moment),
            Way::Udp(_) => Ok(()),
        }
    }
}

/// Writes the value of a gauge; why it cannot be written.
fn write_gauge(lines: &mut Lines, value: &Value) -> Result<(), &'static str> {
    match value {
        Value::Int64(number) => lines.line("", *number),
        Value::Double(number) if lines.is_exact() || number.is_finite() => {
            lines.line("", *number);
        }
        Value::Double(_) => return Err(NOT_FINITE),
        Value::Bool(flag) => lines.line("", i64::from(*flag)),
        Value::Text(_) => return Err(TEXT),
    }
    Ok(())
}

/// Writes a meter, whose one rate Flink calls that of the last minute.
fn write_meter(lines: &mut Lines, count: i64, rate: f64) {
    lines.line(".count", count);
    lines.line(".m1_rate", rate);
    if lines.is_exact() {
        for ending in [".m5_rate", ".m15_rate", ".mean_rate"] {
            lines.line(ending, 0.0);
        }
    }
}

/// Writes Flink's eleven. Those that have no value while the window is empty are left out.
fn write_histogram(lines: &mut Lines, reading: &HistogramReading) {
    lines.line(".count", reading.count);
    lines.line(".max", reading.max);
    write_statistic(lines, ".mean", reading.mean);
    lines.line(".min", reading.min);
    for (ending, number) in [
        (".stddev", reading.stddev),
        (".p50", reading.p50),
        (".p75", reading.p75),
        (".p95", reading.p95),
        (".p98", reading.p98),
        (".p99", reading.p99),
        (".p999", reading.p999),
    ] {
        write_statistic(lines, ending, number);
    }
}

fn write_statistic(lines: &mut Lines, ending: &str, number: f64) {
    if lines.is_exact() || number.is_finite() {
        lines.line(ending, number);
    }
}

#[cfg(test)]
mod tests;
