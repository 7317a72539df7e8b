//! What a scrape is answered.

use std::sync::Arc;

use super::format::Format;
use crate::collect::GaugeReader;
use crate::http::{BadEscape, Credentials, Handler, Request, Response, Trouble, gzip};
use crate::log::{Level, Log, Loss};
use crate::reporter::prometheus::Page;

/// Answers every path and method with the page, as Flink does.
pub(super) struct Scrape {
    page: Page,
    gauges: Arc<GaugeReader>,
    credentials: Credentials,
    log: Arc<Log>,
    /// Memory for what is sent.
    body: Vec<u8>,
    /// Memory for a page that is sent compressed.
    plain: Vec<u8>,
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
            body: Vec::new(),
            plain: Vec::new(),
        }
    }

    fn write(&mut self, format: Format, wanted: Option<&[String]>, out: &mut Vec<u8>) {
        out.clear();
        match format {
            Format::Text => self.page.write(&self.gauges, wanted, out),
            Format::OpenMetrics => self.page.write_openmetrics(&self.gauges, wanted, out),
        }
    }

    /// The page compressed, in the memory of `out`.
    fn compressed(&mut self, format: Format, wanted: Option<&[String]>, out: Vec<u8>) -> Vec<u8> {
        let mut plain = std::mem::take(&mut self.plain);
        self.write(format, wanted, &mut plain);
        let body = gzip::compressed(&plain, out);
        self.plain = plain;
        body
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
        let (wanted, format) = (wanted.as_deref(), Format::of(request));
        let mut body = std::mem::take(&mut self.body);
        let is_compressed = gzip::is_wanted(request);
        if is_compressed {
            body = self.compressed(format, wanted, body);
        } else {
            self.write(format, wanted, &mut body);
        }
        let response = Response::new(200, format.content_type(), body);
        let response = response.with_header("Vary", "Accept, Accept-Encoding");
        if is_compressed {
            response.with_header("Content-Encoding", "gzip")
        } else {
            response
        }
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
