//! What output says, and what it is to say.

use std::collections::BTreeMap;
use std::fmt;

use crate::support::topics::histogram::Approximate;

/// What was said about each item, several values in their order. The order of items means nothing.
pub(crate) type Items<K> = BTreeMap<K, Vec<Said>>;

/// What is to be said about each item.
pub(crate) type Model<K> = BTreeMap<K, Vec<Wanted>>;

/// One value in some output.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    /// As it stands there, to the byte; also a number where its spelling matters.
    Text(String),
    Number(f64),
}

impl Said {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Whether Flink, which said this, and `metra` say the same: numbers but for the rounding of a formula.
    fn agrees(&self, metra: &Self) -> bool {
        match (self, metra) {
            (Self::Number(flink), Self::Number(metra)) => {
                (flink.is_nan() && metra.is_nan())
                    || flink == metra
                    || (flink - metra).abs() <= 1e-12 * flink.abs()
            }
            (Self::Text(flink), Self::Text(metra)) => {
                flink == metra || is_spelled_longer(flink, metra)
            }
            _ => false,
        }
    }
}

/// Whether Flink's JDK spelled the same double with a digit too many, as those before JDK 19 do.
fn is_spelled_longer(flink: &str, metra: &str) -> bool {
    /// From so many digits on a double may have a shorter spelling.
    const LONG: usize = 16;
    let digits = |text: &str| {
        let mantissa = text.split(['E', 'e']).next().unwrap_or_default();
        mantissa
            .chars()
            .filter(|letter| letter.is_ascii_digit())
            .count()
    };
    let same = || {
        flink
            .parse::<f64>()
            .is_ok_and(|number| metra.parse() == Ok(number))
    };
    digits(flink) >= LONG && digits(flink) > digits(metra) && same()
}

/// A number that is to be said.
pub(crate) struct Expected {
    pub(crate) number: Approximate,
    /// Whether Flink's number was made up, so that there is nothing to compare with.
    pub(crate) made_up: bool,
}

impl Expected {
    pub(crate) fn exactly(value: f64) -> Self {
        Self {
            number: Approximate {
                value,
                tolerance: 0.0,
            },
            made_up: false,
        }
    }
}

/// One value that is to be in the output.
pub(crate) enum Wanted {
    Text(String),
    Number(Expected),
    /// A number written out, which must be spelled as the system spells it.
    Spelled(Expected, fn(&str) -> bool),
}

impl Wanted {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn holds(&self, said: &Said) -> bool {
        match (self, said) {
            (Self::Text(wanted), Said::Text(said)) => wanted == said,
            (Self::Number(wanted), Said::Number(said)) => wanted.number.holds(*said),
            (Self::Spelled(wanted, is_spelled), Said::Text(said)) => {
                let number = said.parse();
                is_spelled(said) && number.is_ok_and(|number| wanted.number.holds(number))
            }
            _ => false,
        }
    }

    pub(crate) fn is_made_up(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Number(expected) | Self::Spelled(expected, _) => expected.made_up,
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(expected) | Self::Spelled(expected, _) => {
                let Approximate { value, tolerance } = expected.number;
                write!(f, "{value} ± {tolerance}")
            }
        }
    }
}

/// One item in all three.
pub(super) struct Compared<'a> {
    pub(super) flink: Option<&'a [Said]>,
    pub(super) expected: Option<&'a [Wanted]>,
    pub(super) actual: Option<&'a [Said]>,
}

impl Compared<'_> {
    /// Whether metra says what it is to say.
    pub(super) fn holds(&self) -> bool {
        match (self.expected, self.actual) {
            (None, None) => true,
            (Some(expected), Some(actual)) => {
                expected.len() == actual.len()
                    && expected
                        .iter()
                        .zip(actual)
                        .all(|(wanted, said)| wanted.holds(said))
            }
            _ => false,
        }
    }

    /// Whether Flink says the same, where its value was not made up.
    pub(super) fn is_flinks(&self) -> bool {
        match (self.flink, self.expected, self.actual) {
            (Some(_), Some(expected), _) if expected.iter().any(Wanted::is_made_up) => true,
            (Some(flink), _, Some(actual)) => {
                flink.len() == actual.len()
                    && flink
                        .iter()
                        .zip(actual)
                        .all(|(flink, actual)| flink.agrees(actual))
            }
            (flink, _, actual) => flink.is_none() && actual.is_none(),
        }
    }
}

impl fmt::Display for Compared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.expected {
            None => "nothing".to_owned(),
            Some(wanted) => {
                let words: Vec<String> = wanted.iter().map(ToString::to_string).collect();
                words.join(", ")
            }
        };
        write!(
            f,
            "expected {expected}, got {:?}, Flink says {:?}",
            self.actual, self.flink
        )
    }
}
