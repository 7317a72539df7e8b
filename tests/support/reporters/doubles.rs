//! Doubles as Java writes them.

/// `Double.toString` since JDK 19: the shortest digits that say which double it is, at least two of them, with an exponent
/// below 10⁻³ and from 10⁷ on.
pub(crate) fn java_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let size = number.abs();
    if size.is_infinite() {
        return format!("{sign}Infinity");
    }
    if size == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = decimal(size);
    let digits = digits.as_str();
    match exponent {
        -3..=-1 => {
            let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
            format!("{sign}0.{zeros}{}", digits.trim_end_matches('0'))
        }
        0..=6 => {
            let whole = exponent as usize + 1;
            let padded = format!("{digits:0<whole$}");
            let (whole, fraction) = padded.split_at(whole);
            format!("{sign}{whole}.{}", at_least_a_digit(fraction))
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            format!("{sign}{first}.{}E{exponent}", at_least_a_digit(rest))
        }
    }
}

fn at_least_a_digit(fraction: &str) -> &str {
    if fraction.is_empty() { "0" } else { fraction }
}

/// The digits of a positive double and the power of ten of the first one. Where one digit would do, the nearest two are
/// taken if they still say which double it is.
fn decimal(size: f64) -> (String, i32) {
    let shortest = format!("{size:e}");
    let two = format!("{size:.1e}");
    let is_single = !shortest.contains('.');
    let text = if is_single && two.parse() == Ok(size) {
        two
    } else {
        shortest
    };
    let (mantissa, exponent) = text.split_once('e').expect("an exponent");
    let digits = mantissa.replace('.', "");
    let significant = digits.trim_end_matches('0');
    let digits = if significant.is_empty() {
        "0"
    } else {
        significant
    };
    (digits.to_owned(), exponent.parse().expect("a number"))
}

/// Whether a text is a double as Java writes it.
pub(crate) fn is_java_double(text: &str) -> bool {
    text.parse().is_ok_and(|number| java_text(number) == text)
}

/// Whether a text is a whole number in decimal.
pub(crate) fn is_whole(text: &str) -> bool {
    text.parse::<i64>()
        .is_ok_and(|number| number.to_string() == text)
}
