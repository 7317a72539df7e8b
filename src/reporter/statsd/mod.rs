//! StatsD: lines in datagrams.
//!
//! What only goes up is a StatsD counter, sent as what came since it last arrived; everything else is a gauge, as with
//! Flink's reporter. Lines are packed into datagrams. `flink-exact` gives Flink's stream instead: gauges throughout, each
//! value in a datagram of its own, that of a number gauge in two.

mod lines;
mod options;
mod spelling;

pub(super) use options::CLASS;

use std::time::Duration;

use self::lines::Lines;
use self::options::Options;
use self::spelling::SpelledScope;
use super::class::Site;
use super::courier::{Courier, System, Written};
use super::datagrams::Socket;
use super::delta::Delta;
use super::failure::Failure;
use super::pusher::{Moment, Pusher};
use super::{MetricInfo, View};
use crate::collect::Reading;
use crate::error::Error;
use crate::metric::HistogramReading;
use crate::scope::Scope;
use crate::value::Value;

/// Why text is left out.
const TEXT: &str = "text is no value for StatsD";
const NOT_FINITE: &str = "NaN and infinities are no values for StatsD";

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let options = Options::read(site.view.settings())?;
    let statsd = Statsd {
        lines: Lines::new(options.max_packet_size, options.is_exact),
        socket: Socket::new(options.target.clone()),
        options,
    };
    Ok(Box::new(Courier::new(statsd, site)))
}

struct Statsd {
    options: Options,
    socket: Socket,
    lines: Lines,
}

/// A metric as its lines have it.
struct SpelledMetric {
    name: Box<str>,
    /// Of a monotonic counter.
    delta: Delta,
}

impl System for Statsd {
    type Scope = SpelledScope;
    type Metric = SpelledMetric;

    fn scope(&self, view: &View, scope: &Scope) -> SpelledScope {
        SpelledScope::of(view, scope, &self.options)
    }

    fn metric(&self, info: &MetricInfo<'_>, _: &SpelledScope, _: Duration) -> SpelledMetric {
        SpelledMetric {
            name: spelling::name(info, &self.options),
            delta: Delta::default(),
        }
    }

    fn begin(&mut self, _: &Moment) {
        self.lines.clear();
    }

    fn write(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        reading: &Reading,
    ) -> Written {
        let lines = &mut self.lines;
        lines.begin(&scope.prefix, &metric.name, &scope.tags);
        match reading {
            Reading::Counter(count) => lines.gauge("", *count),
            Reading::MonotonicCounter(count) if self.options.is_exact => lines.gauge("", *count),
            Reading::MonotonicCounter(count) => {
                match metric.delta.of(*count) {
                    0 if metric.delta.is_known() => return Written::Nothing,
                    new => lines.counter(new),
                };
            }
            Reading::Gauge(None) => return Written::Nothing,
            Reading::Gauge(Some(value)) => match write_gauge(lines, value, self.options.is_exact) {
                Ok(()) => {}
                Err(why) => return Written::Inexpressible(why),
            },
            Reading::Distribution(reading) => {
                lines.gauge(".count", reading.count);
                lines.gauge(".sum", reading.sum);
                lines.gauge(".min", reading.min);
                lines.gauge(".max", reading.max);
                lines.gauge(".mean", reading.mean);
            }
            Reading::Meter { count, rate } => {
                lines.gauge(".rate", *rate);
                lines.gauge(".count", *count);
            }
            Reading::Histogram(reading) => write_histogram(lines, reading),
        }
        lines.end()
    }

    fn is_full(&self) -> bool {
        self.lines.are_full()
    }

    fn send(&mut self, moment: &Moment) -> Result<usize, Failure> {
        let mut bytes = 0;
        let outcome = self.lines.packets().try_for_each(|packet| {
            bytes += packet.len();
            self.socket.send(packet, moment)
        });
        let outcome = outcome.and_then(|()| self.socket.check());
        self.lines.clear();
        outcome.map(|()| bytes)
    }

    fn arrived(metric: &mut SpelledMetric) {
        metric.delta.arrived();
    }
}

/// Writes the value of a gauge; why it cannot be written.
fn write_gauge(lines: &mut Lines, value: &Value, is_exact: bool) -> Result<(), &'static str> {
    // Flink sends the values of number gauges twice.
    let times = if is_exact { 2 } else { 1 };
    match value {
        Value::Int64(number) => lines.repeated(times, *number),
        Value::Double(number) if is_exact || number.is_finite() => lines.repeated(times, *number),
        Value::Double(_) => return Err(NOT_FINITE),
        Value::Bool(flag) if is_exact => lines.text(if *flag { "true" } else { "false" }),
        Value::Bool(flag) => lines.gauge("", i64::from(*flag)),
        Value::Text(text) if is_exact => lines.text(text),
        Value::Text(_) => return Err(TEXT),
    }
    Ok(())
}

/// Writes Flink's eleven. Those that have no value while the window is empty are left out.
fn write_histogram(lines: &mut Lines, reading: &HistogramReading) {
    lines.gauge(".count", reading.count);
    lines.gauge(".max", reading.max);
    lines.gauge(".min", reading.min);
    for (ending, number) in [
        (".mean", reading.mean),
        (".stddev", reading.stddev),
        (".p50", reading.p50),
        (".p75", reading.p75),
        (".p95", reading.p95),
        (".p98", reading.p98),
        (".p99", reading.p99),
        (".p999", reading.p999),
    ] {
        if lines.is_exact() || number.is_finite() {
            lines.gauge(ending, number);
        }
    }
}

#[cfg(test)]
mod tests;
