//! Delimiters: one UTF-16 code unit, as Java counts characters.
//!
//! A text that does not fit falls back with a warning instead of being refused, because Flink documents that.

use super::Config;

const KEY: &str = "metrics.scope.delimiter";
const DEFAULT: char = '.';

/// The global delimiter: the first character of its key.
pub(super) fn global(config: &Config, warnings: &mut Vec<String>) -> char {
    let Some(text) = config.get(KEY) else {
        return DEFAULT;
    };
    let first = text.chars().next().filter(|first| first.len_utf16() == 1);
    first.unwrap_or_else(|| {
        warnings.push(unusable(KEY, text, DEFAULT));
        DEFAULT
    })
}

/// A reporter's delimiter: the only character of its key, else the global one.
pub(super) fn of_reporter(
    key: &str,
    config: &Config,
    global: char,
    warnings: &mut Vec<String>,
) -> char {
    let Some(text) = config.get(key) else {
        return global;
    };
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) if only.len_utf16() == 1 => only,
        _ => {
            warnings.push(unusable(key, text, global));
            global
        }
    }
}

fn unusable(key: &str, text: &str, instead: char) -> String {
    format!("{key}: '{text}' is not one character, '{instead}' is used")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    fn read(
        key: &str,
        text: &str,
        read: impl Fn(&Config, &mut Vec<String>) -> char,
    ) -> (char, usize) {
        let mut config = Config::new();
        config.set(key, text).unwrap();
        let mut warnings = Vec::new();
        (read(&config, &mut warnings), warnings.len())
    }

    #[test]
    fn only_the_first_character_of_the_global_delimiter_counts() {
        for (text, expected) in [
            ("_", ('_', 0)),
            ("::", (':', 0)),
            ("", ('.', 1)),
            ("😀", ('.', 1)),
        ] {
            assert_eq!(read(KEY, text, global), expected, "{text}");
        }
    }

    #[test]
    fn reporters_delimiter_is_a_single_character_or_the_global_one() {
        let key = "metrics.reporter.a.scope.delimiter";
        let of_reporter =
            |config: &Config, warnings: &mut Vec<String>| of_reporter(key, config, '/', warnings);
        for (text, expected) in [
            ("|", ('|', 0)),
            ("é", ('é', 0)),
            ("ab", ('/', 1)),
            ("", ('/', 1)),
            ("😀", ('/', 1)),
        ] {
            assert_eq!(read(key, text, of_reporter), expected, "{text}");
        }
    }
}
