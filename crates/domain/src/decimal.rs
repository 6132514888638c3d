//! Decimals as people and files write them, read and written exactly at a scale. No float is ever near them.

/// What becomes of decimals finer than the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// They are an error, unless they are zeros.
    Refused,
    /// They are cut off, towards zero.
    CutOff,
}

/// The farthest that an exponent may move the point: over the digits of any amount, so that what is moved farther is
/// nothing or too much.
const EXPONENT_MAX: u16 = 100;

/// A decimal such as `-12.5` in minor units of a scale; an error says what is wrong with it.
///
/// # Errors
/// A phrase that says what was expected, when the text is no decimal, has too many digits, or has decimals that
/// `excess` refuses.
pub fn parse(text: &str, scale: u8, excess: Excess) -> Result<i128, String> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return Err(format!("{} is not a decimal", shown(text)));
    }
    let significant = fraction.trim_end_matches('0');
    let kept = match significant.split_at_checked(usize::from(scale)) {
        Some((_, "")) | None => significant,
        Some((kept, _)) if excess == Excess::CutOff => kept,
        Some(_) => return Err(format!("{text} has {} decimals, its asset has {scale}", significant.len())),
    };
    let digits = format!("{whole}{kept:0<width$}", width = usize::from(scale));
    let digits = digits.trim_start_matches('0');
    let number: i128 = match digits {
        "" => 0,
        digits => digits.parse().map_err(|_| format!("{} is too large", shown(text)))?,
    };
    Ok(if negative { number.saturating_neg() } else { number })
}

/// A number as JSON writes it (RFC 8259, section 6), which may have an exponent, as a plain decimal.
///
/// # Errors
/// A phrase that says what was expected, when the text is no JSON number, or has too many digits without its exponent.
pub fn plain(number: &str) -> Result<String, String> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else { return Ok(number.to_owned()) };
    let wrong = || format!("{} is not a decimal within reach", shown(number));
    let exponent: i16 = exponent.parse().map_err(|_| wrong())?;
    if exponent.unsigned_abs() > EXPONENT_MAX {
        return Err(wrong());
    }
    let (sign, unsigned) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let by = usize::from(exponent.unsigned_abs());
    if exponent >= 0 {
        let padded = format!("{fraction:0<by$}");
        let (moved, rest) = padded.split_at_checked(by).ok_or_else(wrong)?;
        Ok(format!("{sign}{whole}{moved}.{rest}"))
    } else {
        let padded = format!("{whole:0>by$}");
        let (rest, moved) = padded.split_at_checked(padded.len().saturating_sub(by)).ok_or_else(wrong)?;
        Ok(format!("{sign}0{rest}.{moved}{fraction}"))
    }
}

/// The beginning of a text that may be long.
fn shown(text: &str) -> String {
    let beginning: String = text.chars().take(40).collect();
    format!("{beginning:?}")
}

/// How many decimals a text has, trailing zeros included.
#[must_use]
pub fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// Minor units as a decimal with all the digits of its scale.
#[must_use]
pub fn write(minor_units: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", minor_units.unsigned_abs(), width = scale.saturating_add(1));
    let (whole, fraction) = digits.split_at_checked(digits.len().saturating_sub(scale)).unwrap_or((&digits, ""));
    let sign = if minor_units < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, scale, minor) in [
            ("0", 2, 0),
            ("3125.59", 2, 312_559),
            ("-15000", 2, -1_500_000),
            ("1.5", 2, 150),
            ("7", 0, 7),
            ("0.010", 2, 1),
            (".5", 1, 5),
        ] {
            assert_eq!(parse(text, scale, Excess::Refused), Ok(minor), "{text}");
        }
        for text in ["", "-", ".", "1e3", "1,000", "0x1", "1.2.3", " 1", "0.001", &"9".repeat(40)] {
            assert!(parse(text, 2, Excess::Refused).is_err(), "{text}");
        }
    }

    #[test]
    fn excess_is_cut_off_towards_zero() {
        for (text, minor) in
            [("0.129", 12), ("0.009", 0), ("-0.129", -12), ("1.999999999999999999999999", 199), ("5", 500)]
        {
            assert_eq!(parse(text, 2, Excess::CutOff), Ok(minor), "{text}");
        }
    }

    #[test]
    fn exponents_move_the_point() {
        for (number, minor) in [
            ("12.5", 1_250),
            ("1e2", 10_000),
            ("1.25E+1", 1_250),
            ("125e-1", 1_250),
            ("-1.5e0", -150),
            ("5e-3", 0),
            ("1e-100", 0),
        ] {
            assert_eq!(plain(number).and_then(|text| parse(&text, 2, Excess::CutOff)), Ok(minor), "{number}");
        }
        for number in ["1e101", "1e-101", "1e99999999999", "1e", "1e1.5"] {
            assert!(plain(number).is_err(), "{number}");
        }
        assert!(plain("1e60").and_then(|text| parse(&text, 2, Excess::CutOff)).is_err());
    }

    #[test]
    fn written_decimals_come_back() {
        for (minor, scale) in [(0, 2), (1, 2), (-1, 2), (312_559, 2), (10, 0), (123, 3), (150, 2), (1_500_000, 2)] {
            assert_eq!(parse(&write(minor, scale), scale, Excess::Refused), Ok(minor));
        }
    }
}
