//! Which of the page's formats a client gets.

use crate::http::Request;
use crate::http::accept::{Preference, preferences};
use crate::reporter::prometheus::Format;

/// The format for a request: OpenMetrics for clients that name it and do not like text better, text for all others.
pub(super) fn format_of(request: &Request<'_>) -> Format {
    let fields = || request.header("accept");
    let openmetrics = best(fields(), is_openmetrics);
    let text = ["text/plain", "text/*", "*/*"]
        .iter()
        .find_map(|range| best(fields(), |item| item.is(range)));
    match openmetrics {
        Some(quality) if quality > 0.0 && quality >= text.unwrap_or(0.0) => Format::OpenMetrics,
        _ => Format::Text,
    }
}

pub(super) fn content_type(format: Format) -> &'static str {
    match format {
        Format::Text => "text/plain; version=0.0.4; charset=utf-8",
        Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
    }
}

/// Whether a client that accepts `item` can read version 1.0.0: those who name its draft, 0.0.1, can.
fn is_openmetrics(item: &Preference<'_>) -> bool {
    let version = item.parameter("version").unwrap_or("1.0.0");
    item.is("application/openmetrics-text") && ["1.0.0", "0.0.1"].contains(&version)
}

/// The highest quality among those of the `wanted` items.
fn best<'a>(
    fields: impl Iterator<Item = &'a str>,
    wanted: impl Fn(&Preference<'_>) -> bool,
) -> Option<f32> {
    let wanted = preferences(fields).filter(wanted);
    wanted.map(|item| item.quality).reduce(f32::max)
}
