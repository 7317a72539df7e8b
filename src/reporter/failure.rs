//! Why a report did not arrive.

use std::fmt;
#[cfg(feature = "push")]
use std::io;
use std::time::Duration;

/// What went wrong with a delivery, in words that contain no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether the other side may take what comes next: it refused what this delivery said, and nothing else is wrong.
    pub(crate) is_refusal: bool,
    /// How long the other side asked to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// One line, lower case.
    text: String,
}

#[cfg(any(feature = "push", test))]
impl Failure {
    /// The other side is not there, does not answer or has no time.
    pub(crate) fn unavailable(text: impl Into<String>) -> Self {
        Self {
            is_refusal: false,
            retry_after: None,
            text: text.into(),
        }
    }

    /// The other side does not take what it was sent, and would not take it a second time.
    #[cfg(any(feature = "push-http", test))]
    pub(crate) fn refusal(text: impl Into<String>) -> Self {
        Self {
            is_refusal: true,
            ..Self::unavailable(text)
        }
    }

    /// The system failed in what `doing` names ("sending to 127.0.0.1:8125").
    #[cfg(feature = "push")]
    pub(crate) fn io(doing: impl fmt::Display, error: &io::Error) -> Self {
        Self::unavailable(format!("{doing}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
