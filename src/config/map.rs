//! Maps: YAML (`{a: b}` or `a: b`), or items separated by `,` whose parts are separated by `:`.

use super::blank;
use super::list;
use super::mistake::Mistake;
use super::yaml::{self, Node};

const NOT_A_MAP: Mistake = Mistake::new(
    "is not a map",
    "'env:prod,region:eu' or '{env: prod, region: eu}'",
);
const NO_VALUE: Mistake = Mistake::new("has a key without value", "'env:prod' or '{env: prod}'");
const TWICE: Mistake = Mistake::new("has a key twice", "each key once");

/// Reads a map, in the order in which it is written; empty text is an empty map.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, Mistake> {
    match yaml::parse(text) {
        Ok(Node::Map(members)) => members
            .into_iter()
            .map(|member| Ok((member.key, member.value.into_text().ok_or(NO_VALUE)?)))
            .collect(),
        // Split at commas, YAML with a slip in it would give keys like "{env".
        _ if blank::trimmed(text).starts_with('{') => Err(NOT_A_MAP),
        _ => split(text),
    }
}

/// Reads `key:value,key:value`; quotes count only at the start of an item or of a part.
fn split(text: &str) -> Result<Vec<(String, String)>, Mistake> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for item in list::split(text, ',')? {
        let parts: Result<[String; 2], _> = list::split(&item, ':')?.try_into();
        let [key, value] = parts.map_err(|_| NOT_A_MAP)?;
        if pairs.iter().any(|(known, _)| *known == key) {
            return Err(TWICE);
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<const N: usize>(pairs: [(&str, &str); N]) -> Result<Vec<(String, String)>, Mistake> {
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Ok(pairs.into_iter().map(owned).collect())
    }

    #[cfg(feature = "yaml")]
    #[test]
    fn yaml_maps_are_read_as_such() {
        assert_eq!(
            parse("{env: prod, n: 5, f: 1.50, t: true, q: 'x:y'}"),
            map([
                ("env", "prod"),
                ("n", "5"),
                ("f", "1.5"),
                ("t", "true"),
                ("q", "x:y")
            ])
        );
        assert_eq!(parse("env: prod"), map([("env", "prod")]));
        assert_eq!(parse("{}"), map([]));
    }

    #[test]
    fn items_are_split_at_commas_and_colons() {
        assert_eq!(
            parse("env:prod,region:eu-1"),
            map([("env", "prod"), ("region", "eu-1")])
        );
        assert_eq!(
            parse(" env : prod , region: eu 1 "),
            map([("env", "prod"), ("region", "eu 1")])
        );
        assert_eq!(parse("<env>:prod"), map([("<env>", "prod")]));
        assert_eq!(parse(""), map([]));
    }

    #[test]
    fn quotes_count_only_at_the_start() {
        assert_eq!(parse("'env:a,b',x:y"), map([("env", "a,b"), ("x", "y")]));
        assert!(parse("env:'a,b:c',\"k:1\":v").is_err());
        assert!(parse("env:'a:b',\"k:1\":v").is_err());
    }

    #[cfg(feature = "yaml")]
    #[test]
    fn items_without_exactly_two_parts_are_refused() {
        for text in ["env", "env:a:b", "env:,x:y", ":a", "a::b", "a:b,,c:d"] {
            assert_eq!(parse(text), Err(NOT_A_MAP), "{text}");
        }
        assert_eq!(parse("env:"), Err(NO_VALUE));
        assert_eq!(parse("{env:prod}"), Err(NO_VALUE));
        assert_eq!(parse("{a: 1, a: 2}"), Err(NOT_A_MAP));
    }

    #[test]
    fn a_key_twice_is_refused() {
        assert_eq!(parse("env:a,env:b"), Err(TWICE));
    }
}
