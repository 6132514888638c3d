//! Decimals of files, read and written exactly at a scale.

/// A decimal such as `-12.5` in minor units of a scale; an error says what is wrong with it.
pub fn parse(text: &str, scale: u8) -> Result<i128, String> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return Err(format!("{text:?} is not a decimal"));
    }
    let significant = fraction.trim_end_matches('0');
    if significant.len() > usize::from(scale) {
        return Err(format!("{text} has {} decimals, its asset has {scale}", significant.len()));
    }
    let digits = format!("{whole}{significant:0<width$}", width = usize::from(scale));
    let number: i128 = digits.trim_start_matches('0').parse().or_else(|_| {
        if digits.bytes().all(|byte| byte == b'0') { Ok(0) } else { Err(format!("{text} is too large")) }
    })?;
    Ok(if negative { -number } else { number })
}

/// How many decimals a text has, trailing zeros included.
pub fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// Minor units as a decimal with all the digits of its scale.
pub fn write(minor_units: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", minor_units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
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
            assert_eq!(parse(text, scale), Ok(minor), "{text}");
        }
        for text in ["", "-", ".", "1e3", "1,000", "0x1", "1.2.3", " 1", "0.001"] {
            assert!(parse(text, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn written_decimals_come_back() {
        for (minor, scale) in [(0, 2), (1, 2), (-1, 2), (312_559, 2), (10, 0), (123, 3), (150, 2), (1_500_000, 2)] {
            assert_eq!(parse(&write(minor, scale), scale), Ok(minor));
        }
    }
}
