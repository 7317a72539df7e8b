//! The Prometheus page on a port of its own.

use std::sync::Arc;
use std::time::Instant;

use super::Carrier;
use crate::collect::GaugeReader;
use crate::error::Error;
use crate::http::{BadEscape, Handler, Request, Response, Server, Trouble};
use crate::log::{Level, Log, Loss};
use crate::registry::Registry;
use crate::reporter::View;
use crate::reporter::prometheus::{Options, Page};

/// Flink's class and the short name of the reporter that serves the page.
const CLASSES: [&str; 2] = [
    "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "prometheus",
];
/// Flink's default port.
const DEFAULT_PORT: &str = "9249";
const DEFAULT_HOST: &str = "127.0.0.1";
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A reporter that waits to be scraped.
pub(super) struct Served {
    server: Server,
}

/// Whether `class` names the reporter of this file.
pub(super) fn is_class(class: &str) -> bool {
    CLASSES.contains(&class)
}

impl Served {
    pub(super) fn start(
        view: &Arc<View>,
        registry: &Registry,
        gauges: Arc<GaugeReader>,
    ) -> Result<Self, Error> {
        let settings = view.settings();
        let ports = settings.ports("port", DEFAULT_PORT)?;
        let host = settings.get("host").unwrap_or(DEFAULT_HOST);
        let feed = registry.subscribe(|_| true, || ());
        let log = Arc::clone(registry.log());
        let options = Options::from(settings)?;
        let handler = Scrape {
            page: Page::new(Arc::clone(view), options, feed, Arc::clone(&log)),
            gauges,
            log,
            body: Vec::new(),
        };
        let server = Server::start(host, ports.iter(), "metra-http", Box::new(handler))?;
        Ok(Self { server })
    }
}

impl Carrier for Served {
    fn finish(&self) {
        self.server.stop();
    }

    fn wait_until_finished(&self, deadline: Instant) -> bool {
        self.server
            .join(deadline.saturating_duration_since(Instant::now()))
    }

    fn address(&self) -> Option<String> {
        Some(self.server.address().to_string())
    }
}

struct Scrape {
    page: Page,
    gauges: Arc<GaugeReader>,
    log: Arc<Log>,
    body: Vec<u8>,
}

impl Handler for Scrape {
    /// Answers every path and method alike, as Flink does.
    fn handle(&mut self, request: &Request<'_>) -> Response {
        let Ok(wanted) = wanted(request) else {
            return Response::of_status(400);
        };
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        self.page.write(&self.gauges, wanted.as_deref(), &mut body);
        Response::new(200, CONTENT_TYPE, body)
    }

    fn recycle(&mut self, body: Vec<u8>) {
        if body.capacity() > self.body.capacity() {
            self.body = body;
        }
    }

    fn survived(&mut self, trouble: &Trouble) {
        if matches!(trouble, Trouble::Panic) {
            self.log.count(Loss::Panic);
        }
        self.log.say_once(Level::Error, trouble);
    }
}

/// The sample names that `name[]` parameters ask for; `None` if there is no such parameter.
fn wanted(request: &Request<'_>) -> Result<Option<Vec<String>>, BadEscape> {
    let mut wanted: Option<Vec<String>> = None;
    for parameter in request.parameters() {
        let (name, value) = parameter?;
        if name == "name[]" {
            wanted.get_or_insert_default().push(value.into_owned());
        }
    }
    Ok(wanted)
}
