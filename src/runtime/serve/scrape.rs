//! What a scrape is answered.

use std::sync::Arc;
use std::time::Duration;

use super::format::{content_type, format_of};
use crate::collect::GaugeReader;
use crate::http::gzip::{self, Gzip};
use crate::http::{BadEscape, Body, Credentials, Handler, Request, Response, Trouble};
use crate::log::{Level, Log, Loss};
use crate::reporter::prometheus::{Page, Walk};

/// Answers every path and method with the page, as Flink does.
pub(super) struct Scrape {
    page: Arc<Page>,
    gauges: Arc<GaugeReader>,
    credentials: Credentials,
    log: Arc<Log>,
}

impl Scrape {
    pub(super) fn new(
        page: Arc<Page>,
        gauges: Arc<GaugeReader>,
        credentials: Credentials,
        log: Arc<Log>,
    ) -> Self {
        Self {
            page,
            gauges,
            credentials,
            log,
        }
    }
}

impl Handler for Scrape {
    fn handle(&mut self, request: &Request<'_>) -> Response {
        if let Some(refusal) = self.credentials.refusal(request) {
            return refusal;
        }
        let Ok(wanted) = wanted(request) else {
            return Response::of_status(400);
        };
        let format = format_of(request);
        let (walk, content_type) = (
            self.page.walk(format, wanted, &self.gauges, Duration::MAX),
            content_type(format),
        );
        let response = if gzip::is_wanted(request) {
            Response::new(200, content_type, Gzip::new(walk))
                .with_header("Content-Encoding", "gzip")
        } else {
            Response::new(200, content_type, walk)
        };
        response.with_header("Vary", "Accept, Accept-Encoding")
    }

    fn survived(&mut self, trouble: &Trouble) {
        if matches!(trouble, Trouble::Panic) {
            self.log.count(Loss::Panic);
        }
        self.log.say_once(Level::Error, trouble);
    }
}

impl Body for Walk {
    fn next_piece(&mut self, out: &mut Vec<u8>) -> bool {
        Walk::next_piece(self, out)
    }

    fn held(&self) -> usize {
        Walk::held(self)
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
