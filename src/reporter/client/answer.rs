//! What an answer, or none, means for a delivery.

use std::io;
use std::time::{Duration, UNIX_EPOCH};

use ureq::Body;
use ureq::http::Response;
use ureq::http::header::RETRY_AFTER;

use super::secrets::Secrets;
use crate::reporter::failure::Failure;

/// Characters of an answer that are repeated.
const MOST_OF_TEXT: usize = 200;

/// Statuses of a request that may be taken later: too slow, too early, too many; all that begin with 5 besides.
const LATER: [u16; 3] = [408, 425, 429];

/// The failure that an answer other than success says, with `line` to explain it.
pub(super) fn refused(
    target: &str,
    response: &Response<Body>,
    line: &str,
    now: Duration,
) -> Failure {
    let status = response.status().as_u16();
    let text = match line {
        "" => format!("{target} answers {status}"),
        line => format!("{target} answers {status}: {line}"),
    };
    if status < 500 && !LATER.contains(&status) {
        return Failure::refusal(text);
    }
    let mut failure = Failure::unavailable(text);
    let retry_after = response.headers().get(RETRY_AFTER);
    failure.retry_after = retry_after.and_then(|value| wait(value.to_str().ok()?, now));
    failure
}

/// The failure where no answer came.
pub(super) fn no_answer(target: &str, secrets: &Secrets, error: &ureq::Error) -> Failure {
    let why = match error {
        ureq::Error::Timeout(_) => "did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "is not to be found".to_owned(),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "closed the connection".to_owned()
        }
        error => match error.to_string() {
            // What openssl makes by itself, and anybody else would trust.
            text if text.contains("CaUsedAsEndEntity") => {
                "has the certificate of an authority; it needs one of its own, signed by that"
                    .to_owned()
            }
            text => format!("cannot be reached: {text}"),
        },
    };
    Failure::unavailable(secrets.without_any(&format!("{target} {}", first_line(&why))))
}

/// The beginning of a text, in one line.
pub(super) fn first_line(text: &str) -> String {
    let text = text.trim().replace(char::is_control, " ");
    text.chars().take(MOST_OF_TEXT).collect()
}

/// How long a `Retry-After` header asks to wait: it has seconds or a date (RFC 9110, section 10.2.3).
fn wait(value: &str, now: Duration) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let date = date.duration_since(UNIX_EPOCH).ok()?;
    Some(date.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_or_dates() {
        let second = Duration::from_secs(1);
        let now = 1_445_412_480 * second;
        assert_eq!(wait("120", now), Some(120 * second));
        let date = "Wed, 21 Oct 2015 07:28:30 GMT";
        assert_eq!(wait(date, now), Some(30 * second));
        assert_eq!(wait(date, now + 60 * second), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "1.5", "99999999999999999999"] {
            assert_eq!(wait(nonsense, now), None);
        }
    }

    #[test]
    fn lines_are_short_and_single() {
        assert_eq!(first_line(" a\r\nb\u{1b}[31m "), "a  b [31m");
        assert_eq!(first_line(&"é".repeat(1000)).chars().count(), MOST_OF_TEXT);
    }
}
