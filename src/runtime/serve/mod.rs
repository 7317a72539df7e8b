//! The Prometheus page on a port of its own.

mod credentials;
mod format;
mod scrape;

use std::sync::Arc;
use std::time::Instant;

use self::scrape::Scrape;
use super::Carrier;
use crate::collect::GaugeReader;
use crate::error::Error;
use crate::http::Server;
use crate::registry::Registry;
use crate::reporter::View;
use crate::reporter::prometheus::{DEFAULT_HOST, DEFAULT_PORT, Options, Page};

/// A reporter that waits to be scraped.
pub(super) struct Served {
    server: Server,
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
        let credentials = credentials::read(settings)?;
        let options = Options::from(settings)?;
        let feed = registry.subscribe(|_| true, || ());
        let log = Arc::clone(registry.log());
        let page = Page::new(Arc::clone(view), options, feed, Arc::clone(&log));
        let scrape = Scrape::new(Arc::new(page), gauges, credentials, log);
        let server = Server::start(host, ports.iter(), "metra-http", Box::new(scrape))?;
        Ok(Self { server })
    }
}

impl Carrier for Served {
    fn finish(&self, _deadline: Instant) {
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
