//! Numbers and truth values, and how Java writes a double.

use super::mistake::Mistake;

const NOT_A_BOOL: Mistake = Mistake::new("is neither true nor false", "'true' or 'false'");
const NOT_AN_INTEGER: Mistake = Mistake::new("is not a whole number", "a number such as '100'");
const NOT_A_LIMIT: Mistake = Mistake::new("is not a limit", "a whole number, '0' or larger");

/// Reads `true` or `false` in any case.
pub(super) fn parse_bool(text: &str) -> Result<bool, Mistake> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(NOT_A_BOOL),
    }
}

/// Reads a whole number of at most 32 bits, Flink's int.
pub(super) fn parse_integer(text: &str) -> Result<i32, Mistake> {
    text.parse().map_err(|_| NOT_AN_INTEGER)
}

/// Reads how many of something there may be.
pub(super) fn parse_limit(text: &str) -> Result<usize, Mistake> {
    text.parse().map_err(|_| NOT_A_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_comes_in_any_case_but_in_two_words_only() {
        assert_eq!(parse_bool("TRUE"), Ok(true));
        assert_eq!(parse_bool("False"), Ok(false));
        for text in ["", "1", "yes", " true"] {
            assert_eq!(parse_bool(text), Err(NOT_A_BOOL), "{text}");
        }
    }

    #[test]
    fn integers_have_32_bits_and_limits_no_sign() {
        assert_eq!(parse_integer("-3"), Ok(-3));
        assert_eq!(parse_integer("2147483648"), Err(NOT_AN_INTEGER));
        assert_eq!(parse_integer("1.0"), Err(NOT_AN_INTEGER));
        assert_eq!(parse_limit("0"), Ok(0));
        assert_eq!(parse_limit("-1"), Err(NOT_A_LIMIT));
    }
}
