//! What an unquoted YAML scalar means (core schema of YAML 1.2), as the text Flink makes of it.

/// The text of an unquoted scalar, `None` for null: `007` is `7`, `1.50` is `1.5`, `True` is `true`, and what
/// is no number, truth value or null stays as it is.
pub(super) fn canonical(plain: &str) -> Option<String> {
    if matches!(plain, "" | "~" | "null" | "Null" | "NULL") {
        return None;
    }
    let text = truth(plain)
        .or_else(|| decimal(plain))
        .or_else(|| radix(plain))
        .or_else(|| float(plain));
    Some(text.unwrap_or_else(|| plain.to_owned()))
}

fn truth(plain: &str) -> Option<String> {
    match plain {
        "true" | "True" | "TRUE" => Some("true".to_owned()),
        "false" | "False" | "FALSE" => Some("false".to_owned()),
        _ => None,
    }
}

/// Writes a decimal integer of any size without plus and leading zeros.
fn decimal(plain: &str) -> Option<String> {
    let digits = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    Some(match significant {
        "" => "0".to_owned(),
        _ if plain.starts_with('-') => format!("-{significant}"),
        _ => significant.to_owned(),
    })
}

/// Writes `0x1F` and `0o17` in decimal.
fn radix(plain: &str) -> Option<String> {
    let (digits, base) = match (plain.strip_prefix("0x"), plain.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (_, Some(digits)) => (digits, 8),
        _ => return None,
    };
    let unsigned = !digits.starts_with('+');
    let number = u128::from_str_radix(digits, base).ok();
    number.filter(|_| unsigned).map(|number| number.to_string())
}

fn float(plain: &str) -> Option<String> {
    let magnitude = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    match magnitude {
        ".inf" | ".Inf" | ".INF" if plain.starts_with('-') => return Some("-.inf".to_owned()),
        ".inf" | ".Inf" | ".INF" => return Some(".inf".to_owned()),
        ".nan" | ".NaN" | ".NAN" if magnitude == plain => return Some(".NaN".to_owned()),
        _ => {}
    }
    // Rust also reads "inf" and "nan" as numbers, YAML does not.
    if !magnitude.starts_with(|first: char| first == '.' || first.is_ascii_digit()) {
        return None;
    }
    plain.parse().ok().map(java_double)
}

/// Writes a double the way Java's `Double.toString` does: at least one digit after the point, and an exponent
/// below 10⁻³ and from 10⁷ on.
fn java_double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let magnitude = value.abs();
    if magnitude.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_truth_values_take_their_canonical_form() {
        let expected = [
            ("5", "5"),
            ("007", "7"),
            ("+5", "5"),
            ("-0", "0"),
            ("-012", "-12"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("1.50", "1.5"),
            ("1e3", "1000.0"),
            (".5", "0.5"),
            ("1.", "1.0"),
            ("12345678.0", "1.2345678E7"),
            ("True", "true"),
            ("FALSE", "false"),
            ("-.INF", "-.inf"),
            (".nan", ".NaN"),
        ];
        for (plain, text) in expected {
            assert_eq!(canonical(plain).as_deref(), Some(text), "{plain}");
        }
    }

    #[test]
    fn what_only_resembles_a_number_stays_as_it_is() {
        for plain in [
            "5 s",
            "9250-9260",
            "1_000",
            "0x",
            "0x+1",
            "inf",
            "nan",
            "1.2.3",
            "yes",
            "-",
            ".",
            "e5",
            "+.nan",
        ] {
            assert_eq!(canonical(plain).as_deref(), Some(plain));
        }
    }

    #[test]
    fn null_is_no_text() {
        for plain in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(canonical(plain), None);
        }
    }

    #[test]
    fn doubles_look_as_in_java() {
        let expected = [
            (1.5, "1.5"),
            (100.0, "100.0"),
            (-0.0, "-0.0"),
            (0.001, "0.001"),
            (9.99e-4, "9.99E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (-1.25e300, "-1.25E300"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, text) in expected {
            assert_eq!(java_double(value), text);
        }
        assert_eq!(java_double(f64::NAN), "NaN");
    }
}
