//! What a scrape is answered.

use std::sync::Arc;

use super::format::Format;
use crate::collect::GaugeReader;
use crate::http::gzip::{self, Gzip};
use crate::http::{BadEscape, Credentials, Handler, Request, Response, Trouble};
use crate::log::{Level, Log, Loss};
use crate::reporter::prometheus::Page;

/// Answers every path and method with the page, as Flink does.
pub(super) struct Scrape {
    page: Page,
    gauges: Arc<GaugeReader>,
    credentials: Credentials,
    log: Arc<Log>,
}

impl Scrape {
    pub(super) fn new(
        page: Page,
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

    fn write(&mut self, format: Format, wanted: Option<&[String]>) -> Vec<u8> {
        let mut out = Vec::new();
        match format {
            Format::Text => self.page.write(&self.gauges, wanted, &mut out),
            Format::OpenMetrics => self.page.write_openmetrics(&self.gauges, wanted, &mut out),
        }
        out
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
        let format = Format::of(request);
        let (body, content_type) = (self.write(format, wanted.as_deref()), format.content_type());
        let response = if gzip::is_wanted(request) {
            Response::new(200, content_type, Gzip::new(body))
                .with_header("Content-Encoding", "gzip")
        } else {
            Response::new(200, content_type, body)
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
