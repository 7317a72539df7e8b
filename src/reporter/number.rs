//! Numbers as Java writes them, which is how most of Flink's reporters do.

/// Writes a whole number in decimal.
pub(crate) fn push_whole(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a double as `Double.toString` does since JDK 19: as few digits as tell it from every other one, at least one
/// behind the point, with an exponent from 10^7 on and below 10^-3. Not finite it is `NaN`, `Infinity` or `-Infinity`.
pub(crate) fn push_double(out: &mut Vec<u8>, number: f64) {
    if !number.is_finite() {
        out.extend_from_slice(not_finite(number).as_bytes());
        return;
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-3..1e7).contains(&magnitude) {
        push_scientific(out, number);
    } else {
        push_plain(out, number);
    }
}

fn not_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// Writes a finite double without exponent, with as few digits as tell it from every other one and at least one behind the
/// point.
pub(crate) fn push_plain(out: &mut Vec<u8>, number: f64) {
    let (digits, exponent) = Digits::of(out, number);
    let digits = digits.as_bytes();
    let whole = usize::try_from(exponent.saturating_add(1)).unwrap_or(0);
    match digits.split_at_checked(whole) {
        Some(([], fraction)) => {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', zeros_before(exponent)));
            out.extend_from_slice(fraction);
        }
        Some((integer, [])) => {
            out.extend_from_slice(integer);
            out.extend_from_slice(b".0");
        }
        Some((integer, fraction)) => {
            out.extend_from_slice(integer);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
        None => {
            out.extend_from_slice(digits);
            out.extend(std::iter::repeat_n(b'0', whole - digits.len()));
            out.extend_from_slice(b".0");
        }
    }
}

/// Writes a double as Java's `%2.2f` does: two digits behind the point, of which the last is rounded half up after the
/// fewest digits that tell it from every other one. Not finite it is as with [`push_double`].
pub(crate) fn push_hundredths(out: &mut Vec<u8>, number: f64) {
    if !number.is_finite() {
        out.extend_from_slice(not_finite(number).as_bytes());
        return;
    }
    let (digits, exponent) = Digits::of(out, number);
    let digits = digits.as_bytes();
    let start = out.len();
    // A zero for what rounding may carry, and others where the first digit is behind the point.
    let kept = usize::try_from(exponent.saturating_add(3)).unwrap_or(0);
    out.extend(std::iter::repeat_n(
        b'0',
        3_usize.saturating_sub(kept).max(1),
    ));
    out.extend(digits.iter().take(kept));
    out.extend(std::iter::repeat_n(b'0', kept.saturating_sub(digits.len())));
    let is_kept_in_part = exponent >= -3;
    if is_kept_in_part && digits.get(kept).is_some_and(|digit| *digit >= b'5') {
        increment(out.get_mut(start..).unwrap_or_default());
    }
    if out.len() - start > 3 && out.get(start) == Some(&b'0') {
        out.remove(start);
    }
    out.insert(out.len() - 2, b'.');
}

/// Adds 1 to a number in decimal, which must have room for it.
fn increment(digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}

/// Writes a finite double as one digit, a point, the rest and an exponent.
fn push_scientific(out: &mut Vec<u8>, number: f64) {
    let (digits, exponent) = Digits::of(out, number);
    let (first, rest) = digits.as_bytes().split_at(1);
    out.extend_from_slice(first);
    out.push(b'.');
    out.extend_from_slice(if rest.is_empty() { b"0" } else { rest });
    out.push(b'E');
    push_whole(out, i64::from(exponent));
}

/// How many zeros stand between the point and the first digit of a number below 1.
fn zeros_before(exponent: i32) -> usize {
    usize::try_from(-1 - exponent).unwrap_or(0)
}

/// The significant digits of a finite double, without zeros at the end; at least one.
struct Digits {
    digits: [u8; Self::MOST],
    length: usize,
}

impl Digits {
    const MOST: usize = 17;

    /// The fewest digits that tell the magnitude of `number` from every other one, and the power of ten that the first of
    /// them stands for. Writes the sign.
    fn of(out: &mut Vec<u8>, number: f64) -> (Self, i32) {
        /// Below it doubles are so far apart that two digits may be nearer than the one that suffices, and Java writes
        /// two in any case.
        const COARSE: f64 = 1e-300;
        if number.is_sign_negative() {
            out.push(b'-');
        }
        let magnitude = number.abs();
        let shortest = Self::read(ryu::Buffer::new().format_finite(magnitude));
        if shortest.0.length == 1 && magnitude < COARSE && magnitude > 0.0 {
            return Self::read(&format!("{magnitude:.1e}"));
        }
        shortest
    }

    /// Reads the text of a positive number: digits, perhaps with a point, perhaps with an exponent.
    fn read(text: &str) -> (Self, i32) {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || integer.bytes().chain(fraction.bytes());
        let leading = all().take_while(|digit| *digit == b'0').count();
        let mut digits = Self {
            digits: [b'0'; Self::MOST],
            length: 1,
        };
        for (at, digit) in all().skip(leading).enumerate() {
            if let Some(place) = digits.digits.get_mut(at).filter(|_| digit != b'0') {
                *place = digit;
                digits.length = at + 1;
            }
        }
        let is_zero = leading == integer.len() + fraction.len();
        let places = i32::try_from(integer.len()).unwrap_or(0);
        let skipped = i32::try_from(leading).unwrap_or(0);
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let first = if is_zero {
            0
        } else {
            exponent + places - 1 - skipped
        };
        (digits, first)
    }

    fn as_bytes(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn doubles_are_javas() {
        for (number, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-4.0, "-4.0"),
            (0.1, "0.1"),
            (0.001, "0.001"),
            (0.000_999, "9.99E-4"),
            (123.45, "123.45"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (123_456_789.125, "1.23456789125E8"),
            (9.223_372_036_854_776e18, "9.223372036854776E18"),
            (2e23, "2.0E23"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (5e-324, "4.9E-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(written(|out| push_double(out, number)), expected);
        }
    }

    #[test]
    fn plain_doubles_have_no_exponent() {
        for (number, expected) in [
            (0.0, "0.0"),
            (-0.5, "-0.5"),
            (1e7, "10000000.0"),
            (1e-7, "0.0000001"),
            (1.5e-3, "0.0015"),
            (1234.5, "1234.5"),
            (1e21, "1000000000000000000000.0"),
        ] {
            assert_eq!(written(|out| push_plain(out, number)), expected);
        }
        for number in [f64::MAX, f64::MIN_POSITIVE, 5e-324, -1.0 / 3.0] {
            let text = written(|out| push_plain(out, number));
            assert!(!text.contains('e') && !text.contains('E'));
            assert_eq!(text.parse(), Ok(number));
        }
    }

    #[test]
    fn hundredths_are_rounded_half_up_after_the_shortest_digits() {
        for (number, expected) in [
            (0.0, "0.00"),
            (-0.0, "-0.00"),
            (1.0, "1.00"),
            (0.1, "0.10"),
            (0.05, "0.05"),
            (0.125, "0.13"),
            // In binary it is a little less.
            (1.005, "1.01"),
            (1.004, "1.00"),
            (0.005, "0.01"),
            (0.004_999, "0.00"),
            (0.000_999, "0.00"),
            (5e-324, "0.00"),
            (-0.001, "-0.00"),
            (-2.5, "-2.50"),
            (0.995, "1.00"),
            (0.994, "0.99"),
            (9.995, "10.00"),
            (99.999, "100.00"),
            (12.34, "12.34"),
            (123_456_789.125, "123456789.13"),
            (1e7, "10000000.00"),
            (1e21, "1000000000000000000000.00"),
            (2_f64.powi(63), "9223372036854776000.00"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(written(|out| push_hundredths(out, number)), expected);
        }
        let most = written(|out| push_hundredths(out, f64::MAX));
        assert!(most.starts_with("179769313486231570000") && most.ends_with("0.00"));
        assert_eq!(most.len(), 309 + 3);
    }

    #[test]
    fn hundredths_are_those_of_decimal_arithmetic() {
        for thousandths in 0..30_000_u32 {
            let number = f64::from(thousandths) / 1000.0;
            let hundredths = (thousandths + 5) / 10;
            let expected = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            assert_eq!(written(|out| push_hundredths(out, number)), expected);
        }
    }

    #[test]
    fn whole_numbers_are_decimal() {
        assert_eq!(
            written(|out| push_whole(out, i64::MIN)),
            "-9223372036854775808"
        );
    }
}
