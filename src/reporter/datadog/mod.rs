//! Datadog: series in JSON, sent over HTTP.
//!
//! Series are those of Flink's reporter, in version 2 of the API unless version 1 is asked for. A count is what came
//! since it last arrived. Nobody is asked at the start whether the key is a good one: a report that is refused says so.

mod answer;
mod format;
mod options;
mod series;
mod spelling;

pub(super) use options::CLASS;

use std::sync::Arc;
use std::time::Duration;

use self::options::Options;
use self::series::Series;
use self::spelling::SpelledScope;
use super::client::Post;
use super::courier::{Courier, System, Written};
use super::delta::Delta;
use super::failure::Failure;
use super::pusher::{Moment, Pusher};
use super::site::Site;
use super::{MetricInfo, View};
use crate::collect::Reading;
use crate::error::Error;
use crate::log::Level;
use crate::metric::HistogramReading;
use crate::scope::Scope;
use crate::value::Value;

/// Why values are left out.
const TEXT: &str = "text is no value for Datadog";
const BOOL: &str = "true and false are no values for Flink's reporter to Datadog";

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let options = Options::read(site.view.settings())?;
    let datadog = Datadog {
        view: Arc::clone(site.view),
        series: Series::new(
            options.format,
            options.is_exact,
            options.most_series,
            options.most_bytes,
        ),
        options,
    };
    Ok(Box::new(Courier::new(datadog, site)))
}

struct Datadog {
    view: Arc<View>,
    options: Options,
    series: Series,
}

/// A metric as its series have it.
struct SpelledMetric {
    name: Box<str>,
    /// Of a counter, and of a meter's events.
    delta: Delta,
}

impl System for Datadog {
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

    fn begin(&mut self, moment: &Moment) {
        self.series.begin_report(moment.time);
    }

    fn write(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        reading: &Reading,
    ) -> Written {
        let series = &mut self.series;
        series.begin(&scope.members, &scope.prefix, &metric.name);
        match reading {
            Reading::Counter(count) | Reading::MonotonicCounter(count) => {
                series.count("", metric.delta.of(*count));
            }
            Reading::Gauge(None) => {}
            Reading::Gauge(Some(value)) => match value {
                Value::Int64(number) => series.gauge("", *number),
                Value::Double(number) => series.gauge("", *number),
                Value::Bool(_) if self.options.is_exact => return Written::Inexpressible(BOOL),
                Value::Bool(flag) => series.gauge("", i64::from(*flag)),
                Value::Text(_) => return Written::Inexpressible(TEXT),
            },
            Reading::Distribution(reading) => {
                series.gauge(".avg", reading.mean);
                series.gauge(".count", reading.count);
                series.gauge(".max", reading.max);
                series.gauge(".min", reading.min);
                series.gauge(".sum", reading.sum);
            }
            Reading::Meter { count, rate } => {
                series.gauge("", *rate);
                if !self.options.is_exact {
                    // Last, as it must not be sent a second time where more than one request is needed.
                    series.count(".count", metric.delta.of(*count));
                }
            }
            Reading::Histogram(reading) => write_histogram(series, reading),
        }
        series.end()
    }

    fn is_full(&self) -> bool {
        self.series.are_full()
    }

    fn send(&mut self, moment: &Moment) -> Result<usize, Failure> {
        let Options { client, url, .. } = &mut self.options;
        let view = &self.view;
        let outcome = self.series.send(|body| {
            let post = Post {
                method: "POST",
                url,
                content_type: "application/json; charset=utf-8",
                body,
            };
            let answer = client.send(&post, moment)?;
            if let Some(complaint) = answer::complaint(&answer) {
                let (name, complaint) = (&view.settings().name, client.repeatable(&complaint));
                let about = format!("reporter {name}: Datadog complains");
                view.log.say_once_about(Level::Warn, &about, &complaint);
            }
            Ok(())
        });
        self.series.clear();
        outcome
    }

    fn arrived(metric: &mut SpelledMetric) {
        metric.delta.arrived();
    }
}

/// Writes Flink's six. Those that have no value while the window is empty are left out.
fn write_histogram(series: &mut Series, reading: &HistogramReading) {
    series.gauge(".avg", reading.mean);
    series.gauge(".count", reading.count);
    series.gauge(".median", reading.p50);
    series.gauge(".95percentile", reading.p95);
    series.gauge(".min", reading.min);
    series.gauge(".max", reading.max);
}
