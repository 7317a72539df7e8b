//! OpenTelemetry: OTLP over HTTP, in protobuf or JSON.
//!
//! | part | what it does |
//! |---|---|
//! | `options`, `resource` | what the keys say, and who sends |
//! | `spelling`, `attributes` | what is written of scopes and names |
//! | `history` | since when a metric is known, and how much |
//! | `exponential` | exponential buckets out of a histogram's own |
//! | `readings`, `points`, `schema` | metrics as OTLP's messages |
//! | `writer`, `protobuf`, `json` | messages as bytes or text |
//! | `batch`, `answer` | a request, and what is answered |
//!
//! Counters are sums that go up and down and so are cumulative always; what only goes up is a monotonic sum, a distribution
//! a histogram without bounds, a histogram an exponential one of all its values. With the temporality `delta` monotonic sums
//! and histograms begin where the last point that arrived had ended. `flink-exact` gives Flink's stream instead: differences
//! of all counts, none that is negative, and summaries.

mod answer;
mod attributes;
mod batch;
mod exponential;
mod history;
mod json;
mod options;
mod points;
mod protobuf;
mod readings;
mod resource;
mod schema;
mod spelling;
#[cfg(test)]
mod tests;
mod writer;

pub(super) use options::CLASS;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::answer::PartialSuccess;
use self::batch::Batch;
use self::exponential::Exponential;
use self::history::History;
use self::options::Options;
use self::spelling::{Kind, SpelledScope};
use super::class::Site;
use super::client::{Client, Post};
use super::courier::{Courier, Rejection, System, Written};
use super::failure::Failure;
use super::pusher::{Moment, Pusher};
use super::{MetricInfo, View};
use crate::cell::Tally;
use crate::collect::Reading;
use crate::error::Error;
use crate::log::Level;
use crate::metric::Histogram;
use crate::scope::Scope;

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let settings = site.view.settings();
    let options = Options::read(settings)?;
    let client = Client::at(&options.url, settings)?
        .with_headers(settings, options::HEADERS)?
        .compressing(options.is_compressing)
        .explaining(answer::explanation(options.encoding));
    let batch = Batch::new(
        options.encoding,
        &options.resource,
        resource::scope(options.is_exact),
        options.most_metrics,
    );
    let system = OpenTelemetry {
        options,
        client,
        view: Arc::clone(site.view),
        batch,
        time: 0,
        has_reported: false,
        tally: Tally::default(),
        exponential: Exponential::default(),
        rejection: None,
    };
    Ok(Box::new(Courier::new(system, site)))
}

struct OpenTelemetry {
    options: Options,
    client: Client,
    view: Arc<View>,
    batch: Batch,
    /// Of all points of this report, in nanoseconds since 1970-01-01.
    time: u64,
    has_reported: bool,
    /// Memory for one histogram after the other.
    tally: Tally,
    exponential: Exponential,
    /// What was not taken of the last batch.
    rejection: Option<Rejection>,
}

/// A metric as messages have it.
struct SpelledMetric {
    name: Box<[u8]>,
    history: History,
}

impl System for OpenTelemetry {
    type Scope = SpelledScope;
    type Metric = SpelledMetric;

    fn scope(&self, view: &View, scope: &Scope) -> SpelledScope {
        SpelledScope::of(view, scope, &self.options.prefix, self.options.encoding)
    }

    fn metric(
        &self,
        info: &MetricInfo<'_>,
        scope: &SpelledScope,
        since: Duration,
    ) -> SpelledMetric {
        let (options, metric_type) = (&self.options, info.metric_type());
        let kind = Kind::of(metric_type, options.is_exact);
        scope.spell(kind, info, options.encoding);
        let start = nanoseconds(since);
        let history = match options.is_exact {
            false => History::new(metric_type, options.temporality, start),
            // Flink knows of no time before the first report.
            true if self.has_reported => History::exact(metric_type, start),
            true => History::exact(metric_type, 0),
        };
        SpelledMetric {
            name: options.encoding.spelled(info.name()),
            history,
        }
    }

    fn begin(&mut self, moment: &Moment) {
        self.batch.clear();
        self.time = nanoseconds(moment.time);
        self.has_reported = true;
    }

    fn write(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        reading: &Reading,
    ) -> Written {
        self.fit(|system| system.write_reading(scope, metric, reading))
    }

    fn writes_life(&self) -> bool {
        !self.options.is_exact
    }

    fn write_life(
        &mut self,
        scope: &SpelledScope,
        metric: &mut SpelledMetric,
        histogram: &Histogram,
    ) -> Written {
        self.fit(|system| system.write_buckets(scope, metric, histogram))
    }

    fn is_full(&self) -> bool {
        self.batch.is_full()
    }

    fn send(&mut self, moment: &Moment) -> Result<usize, Failure> {
        if self.batch.is_empty() {
            return Ok(0);
        }
        let now = Instant::now();
        let own = self.options.timeout.and_then(|time| now.checked_add(time));
        let deadline = own.map_or(moment.deadline, |own| own.min(moment.deadline));
        let body = self.batch.close();
        let bytes = body.len();
        let post = Post {
            method: "POST",
            url: self.options.url.as_str(),
            content_type: self.options.encoding.content_type(),
            body,
        };
        let answer = self.client.send(
            &post,
            &Moment {
                deadline,
                ..*moment
            },
        );
        self.batch.clear();
        self.take_in(&answer?);
        Ok(bytes)
    }

    fn rejection(&mut self) -> Option<Rejection> {
        self.rejection.take()
    }

    fn arrived(metric: &mut SpelledMetric) {
        metric.history.arrived();
    }
}

impl OpenTelemetry {
    /// Takes in what an answer of success says beside that.
    fn take_in(&mut self, answer: &[u8]) {
        let Some(partial) = PartialSuccess::read(self.options.encoding, answer) else {
            return;
        };
        let (url, name) = (self.options.url.as_str(), &self.view.settings().name);
        let message = self.client.repeatable(&partial.message);
        if partial.rejected == 0 {
            let about = format!("reporter {name}: {url} warns");
            self.view.log.say_once_about(Level::Warn, &about, &message);
            return;
        }
        let text = format!("{url} does not take everything: {message}");
        self.rejection = Some(Rejection {
            metrics: usize::try_from(partial.rejected).unwrap_or(usize::MAX),
            failure: Failure::refusal(text),
        });
    }
}

/// A time since 1970-01-01.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
