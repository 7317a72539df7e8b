//! What is wrong with a value, told apart from the key that holds it.

use std::borrow::Cow;

use super::entries;
use crate::error::{Error, ErrorKind};

/// Why a grammar refuses a text, and what it would have taken; [`Mistake::of`] adds key and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Goes after the value: "is not a duration".
    pub(crate) what: Cow<'static, str>,
    /// Goes after "right would be".
    pub(crate) right: Cow<'static, str>,
}

impl Mistake {
    pub(crate) const fn new(what: &'static str, right: &'static str) -> Self {
        Self {
            what: Cow::Borrowed(what),
            right: Cow::Borrowed(right),
        }
    }

    /// The refusal of `value` as the value of `key`, in one line. A secret is not repeated.
    pub(crate) fn of(&self, key: &str, value: &str) -> Error {
        let value = entries::shown(key, value);
        let message = format!(
            "{key}: '{value}' {}; right would be {}",
            self.what, self.right
        );
        Error::new(ErrorKind::Config, one_line(&message))
    }
}

/// Parses the `value` of `key`, if there is one, and makes a mistake in it an error.
pub(super) fn read<T>(
    key: &str,
    value: Option<&str>,
    parse: fn(&str) -> Result<T, Mistake>,
) -> Result<Option<T>, Error> {
    let parsed = value.map(|value| parse(value).map_err(|mistake| mistake.of(key, value)));
    parsed.transpose()
}

/// `text` with blanks for line breaks and other control characters, which quoted values may contain.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_is_one_line_with_key_value_and_what_would_be_right() {
        let error = Mistake::new("is not a number", "'5'").of("a.b", "x\ny");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(
            error.message(),
            "a.b: 'x y' is not a number; right would be '5'"
        );
    }
}
