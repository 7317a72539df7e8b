//! Parameters of a request's query, with their percent escapes resolved.

use std::borrow::Cow;

/// A `%` that two hexadecimal digits do not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadEscape;

/// A name and its value, both decoded.
pub(crate) type Parameter<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The parameters of `query`, in their order; one without `=` has an empty value.
///
/// As in Flink's REST server both `&` and `;` separate, and `+` is a blank.
pub(super) fn parameters(query: &str) -> impl Iterator<Item = Result<Parameter<'_>, BadEscape>> {
    query
        .split(['&', ';'])
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
}

/// Resolves escapes; bytes that are no UTF-8 become U+FFFD.
fn decode(text: &str) -> Result<Cow<'_, str>, BadEscape> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hexadecimal(bytes.next())? << 4 | hexadecimal(bytes.next())?,
            other => other,
        });
    }
    Ok(Cow::Owned(String::from_utf8_lossy(&decoded).into_owned()))
}

fn hexadecimal(digit: Option<u8>) -> Result<u8, BadEscape> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        Some(digit @ b'A'..=b'F') => Ok(digit - b'A' + 10),
        _ => Err(BadEscape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(query: &str) -> Result<Vec<(String, String)>, BadEscape> {
        parameters(query)
            .map(|pair| pair.map(|(name, value)| (name.into_owned(), value.into_owned())))
            .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Result<Vec<(String, String)>, BadEscape> {
        Ok(pairs
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }

    #[test]
    fn parameters_keep_order_and_repetition() {
        assert_eq!(
            all("name[]=a&name%5B%5D=b;get=x,y"),
            pairs(&[("name[]", "a"), ("name[]", "b"), ("get", "x,y")])
        );
    }

    #[test]
    fn what_is_missing_is_empty() {
        assert_eq!(all(""), pairs(&[]));
        assert_eq!(
            all("&&get&agg=&=1"),
            pairs(&[("get", ""), ("agg", ""), ("", "1")])
        );
    }

    #[test]
    fn escapes_are_resolved_in_names_and_values() {
        assert_eq!(
            all("a%26b=%CE%BC+%2b%2B%"),
            Err(BadEscape),
            "the last one is cut short"
        );
        assert_eq!(all("a%26b=%CE%BC+%2b%3d"), pairs(&[("a&b", "μ +=")]));
        assert_eq!(all("x=%ff"), pairs(&[("x", "\u{fffd}")]));
    }

    #[test]
    fn bad_escapes_are_refused() {
        for query in ["a=%", "a=%1", "a=%zz", "%g0=1", "a=%+1", "a=1&b=%2"] {
            assert_eq!(all(query), Err(BadEscape), "{query}");
        }
    }
}
