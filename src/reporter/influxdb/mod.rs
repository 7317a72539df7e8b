//! InfluxDB: points in its line protocol, sent over HTTP.
//!
//! Measurements, tags and fields are those of Flink's reporter, whichever version of the API they are written by:
//! version 1 to a database, as Flink, or version 2 to an organization's bucket.

mod options;
mod points;
mod spelling;

pub(super) use options::CLASS;

use std::time::Duration;

use self::options::Options;
use self::points::Points;
use self::spelling::SpelledScope;
use super::client::Post;
use super::courier::{Courier, System, Written};
use super::failure::Failure;
use super::pusher::{Moment, Pusher};
use super::site::Site;
use super::{MetricInfo, View};
use crate::collect::Reading;
use crate::error::Error;
use crate::metric::HistogramReading;
use crate::scope::Scope;
use crate::value::Value;

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let influxdb = Influxdb {
        options: Options::read(site.view.settings())?,
        points: Points::default(),
    };
    Ok(Box::new(Courier::new(influxdb, site)))
}

struct Influxdb {
    options: Options,
    points: Points,
}

impl System for Influxdb {
    type Scope = SpelledScope;
    /// The name.
    type Metric = Box<str>;

    fn scope(&self, view: &View, scope: &Scope) -> SpelledScope {
        SpelledScope::of(view, scope, self.options.is_exact)
    }

    fn metric(&self, info: &MetricInfo<'_>, _: &SpelledScope, _: Duration) -> Box<str> {
        spelling::name(info, self.options.is_exact)
    }

    fn begin(&mut self, moment: &Moment) {
        self.points.begin_report(moment.time);
    }

    fn write(&mut self, scope: &SpelledScope, name: &mut Box<str>, reading: &Reading) -> Written {
        let points = &mut self.points;
        points.begin(&scope.measurement, name, &scope.tags);
        match reading {
            Reading::Counter(count) | Reading::MonotonicCounter(count) => {
                points.whole("count", *count);
            }
            Reading::Gauge(value) => write_gauge(points, value.as_ref(), self.options.is_exact),
            Reading::Distribution(reading) => {
                points.whole("count", reading.count);
                points.whole("max", reading.max);
                points.double("mean", reading.mean);
                points.whole("min", reading.min);
                points.whole("sum", reading.sum);
            }
            Reading::Meter { count, rate } => {
                points.whole("count", *count);
                points.double("rate", *rate);
            }
            Reading::Histogram(reading) => write_histogram(points, reading, self.options.is_exact),
        }
        points.end()
    }

    fn is_full(&self) -> bool {
        self.points.are_full()
    }

    fn send(&mut self, moment: &Moment) -> Result<usize, Failure> {
        let body = self.points.as_bytes();
        let length = body.len();
        let outcome = if body.is_empty() {
            Ok(Vec::new())
        } else {
            let post = Post {
                method: "POST",
                url: &self.options.url,
                content_type: "text/plain; charset=utf-8",
                body,
            };
            self.options.client.send(&post, moment)
        };
        self.points.clear();
        outcome.map(|_| length)
    }
}

/// Writes the value of a gauge. Flink's reporter makes text of what is no number, and of nothing as well.
fn write_gauge(points: &mut Points, value: Option<&Value>, is_exact: bool) {
    const VALUE: &str = "value";
    match value {
        Some(Value::Int64(number)) => points.whole(VALUE, *number),
        Some(Value::Double(number)) => points.double(VALUE, *number),
        Some(Value::Bool(flag)) => points.text(VALUE, if *flag { "true" } else { "false" }),
        Some(Value::Text(text)) => points.text(VALUE, text),
        None if is_exact => points.text(VALUE, "null"),
        None => {}
    }
}

/// Writes Flink's eleven, of which Flink's reporter counts what is in the window. Those that have no value while that
/// is empty are left out.
fn write_histogram(points: &mut Points, reading: &HistogramReading, is_exact: bool) {
    let count = if is_exact {
        reading.window_count
    } else {
        reading.count
    };
    points.whole("count", count);
    points.whole("max", reading.max);
    points.double("mean", reading.mean);
    points.whole("min", reading.min);
    for (field, number) in [
        ("p50", reading.p50),
        ("p75", reading.p75),
        ("p95", reading.p95),
        ("p98", reading.p98),
        ("p99", reading.p99),
        ("p999", reading.p999),
        ("stddev", reading.stddev),
    ] {
        points.double(field, number);
    }
}
