//! Amounts as people write them.
//!
//! - Whole minor units in, digits with a point and commas out. No float, and no rounding.
//! - A minus is U+2212 on pages, and `-` in files, which machines read.

/// An amount of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Minor units.
    pub minor: i128,
    /// Digits behind the point.
    pub scale: usize,
    /// The code of the asset.
    pub code: String,
}

impl Money {
    /// An amount.
    pub fn new(minor: i128, asset: &Asset) -> Money {
        Money { minor, scale: asset.scale, code: asset.code.clone() }
    }

    /// The digits before the point, in groups of three.
    pub fn whole(&self) -> String {
        let (whole, _) = self.digits();
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// The point and the digits behind it; nothing where the asset has none.
    pub fn fraction(&self) -> String {
        match self.digits().1 {
            fraction if fraction.is_empty() => fraction,
            fraction => format!(".{fraction}"),
        }
    }

    fn digits(&self) -> (String, String) {
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = self.scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale);
        (whole.to_owned(), fraction.to_owned())
    }

    /// As on a page: `−1,250.00 USD`.
    pub fn shown(&self) -> String {
        let sign = if self.minor < 0 { "\u{2212}" } else { "" };
        format!("{sign}{}{} {}", self.whole(), self.fraction(), self.code)
    }

    /// As in a file, and in a form: `-1250.00`.
    pub fn plain(&self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, _) = self.digits();
        format!("{sign}{whole}{}", self.fraction())
    }
}

/// The sum of amounts; nothing where it has more digits than any balance.
pub fn sum(amounts: impl Iterator<Item = i128>) -> Option<i128> {
    let mut all = 0i128;
    for amount in amounts {
        all = all.checked_add(amount)?;
    }
    Some(all)
}

/// The same where no one takes a decision by it: it ends at the largest number.
pub fn total(amounts: impl Iterator<Item = i128>) -> i128 {
    amounts.fold(0, i128::saturating_add)
}

/// An asset of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its code.
    pub code: String,
    /// Digits behind the point.
    pub scale: usize,
}

impl Asset {
    /// Minor units of an amount that someone typed: digits, commas and one point.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn parse(&self, typed: &str) -> Result<u128, String> {
        let typed = typed.trim().replace(',', "");
        let (whole, fraction) = typed.split_once('.').unwrap_or((&typed, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
            return Err(format!("{typed:?} is not an amount. Write digits, as 20 or 20.50."));
        }
        if fraction.len() > self.scale {
            return Err(format!("{} has {} digits behind the point; {typed} has more.", self.code, self.scale));
        }
        let digits = format!("{whole}{fraction:0<width$}", width = self.scale);
        digits.parse().map_err(|_| format!("{typed} is larger than any amount."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(scale: usize) -> Asset {
        Asset { code: "USD".to_owned(), scale }
    }

    #[test]
    fn amounts_are_written_in_groups() {
        for (minor, scale, shown) in [
            (0, 2, "0.00 USD"),
            (-5, 2, "\u{2212}0.05 USD"),
            (123_456_789, 2, "1,234,567.89 USD"),
            (1_000, 0, "1,000 USD"),
            (-999, 0, "\u{2212}999 USD"),
            (1, 8, "0.00000001 USD"),
            (10i128.pow(35), 2, "1,000,000,000,000,000,000,000,000,000,000,000.00 USD"),
        ] {
            assert_eq!(Money::new(minor, &asset(scale)).shown(), shown);
        }
    }

    #[test]
    fn what_is_typed_is_read_to_the_last_digit() {
        for (typed, scale, minor) in [
            ("20", 2, Some(2_000)),
            ("20.5", 2, Some(2_050)),
            ("1,250.00", 2, Some(125_000)),
            (" 7 ", 0, Some(7)),
            ("20.505", 2, None),
            ("-1", 2, None),
            ("1e3", 2, None),
            ("", 2, None),
            (".5", 2, None),
            ("1.2.3", 2, None),
        ] {
            assert_eq!(asset(scale).parse(typed).ok(), minor, "{typed}");
        }
    }
}
