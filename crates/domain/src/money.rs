//! Amounts and balances: whole minor units, never a fraction, never a float.
//!
//! An [`Amount`] is unsigned and below 10^36; a [`Balance`] is signed and within 10^38 of zero. Sums are checked:
//! a [`Balance`] outside its bounds cannot be made.

use std::fmt;

/// Amounts are below this: 10^36, so that a thousand billion of the largest postings still fit a balance's bound.
pub const AMOUNT_LIMIT: u128 = 10u128.pow(36);

/// Balances stay within this of zero: 10^38, the last power of ten that a signed 128-bit number holds.
pub const BALANCE_LIMIT: i128 = 10i128.pow(38);

/// A whole number of minor units. What came from outside may be over [`AMOUNT_LIMIT`]; the rules refuse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// An amount as it was asked for; numbers that do not fit 128 bits are asked for as `u128::MAX`.
    #[must_use]
    pub const fn new(minor_units: u128) -> Amount {
        Amount(minor_units)
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor_units(self) -> u128 {
        self.0
    }

    /// Whether the rules allow an amount of this size.
    #[must_use]
    pub const fn is_within_limit(self) -> bool {
        self.0 < AMOUNT_LIMIT
    }

    /// The same number, signed. Nothing is lost: amounts that passed the rules are below 10^36.
    #[must_use]
    pub fn signed(self) -> i128 {
        i128::try_from(self.0).unwrap_or(i128::MAX)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A signed sum of amounts, within [`BALANCE_LIMIT`] of zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Balance(i128);

impl Balance {
    /// Nothing.
    pub const ZERO: Balance = Balance(0);

    /// A balance, when the number is within bounds.
    #[must_use]
    pub fn new(minor_units: i128) -> Option<Balance> {
        (minor_units.unsigned_abs() <= BALANCE_LIMIT.unsigned_abs()).then_some(Balance(minor_units))
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor_units(self) -> i128 {
        self.0
    }

    /// The balance after a credit, when it is within bounds.
    #[must_use]
    pub fn credited(self, amount: Amount) -> Option<Balance> {
        self.0.checked_add(amount.signed()).and_then(Balance::new)
    }

    /// The balance after a debit, when it is within bounds.
    #[must_use]
    pub fn debited(self, amount: Amount) -> Option<Balance> {
        self.0.checked_sub(amount.signed()).and_then(Balance::new)
    }

    /// This less the other, when it is within bounds.
    #[must_use]
    pub fn less(self, other: Balance) -> Option<Balance> {
        self.0.checked_sub(other.0).and_then(Balance::new)
    }

    /// This and the other, when it is within bounds.
    #[must_use]
    pub fn plus(self, other: Balance) -> Option<Balance> {
        self.0.checked_add(other.0).and_then(Balance::new)
    }
}

/// How far one balance is above another: up to twice [`BALANCE_LIMIT`], which no balance is and no signed number of 128
/// bits holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Whether it is below the other instead.
    pub is_negative: bool,
    /// The distance in minor units.
    pub distance: u128,
}

impl Balance {
    /// How far this is above another, exactly.
    #[must_use]
    pub fn above(self, other: Balance) -> Difference {
        Difference { is_negative: self < other, distance: self.0.abs_diff(other.0) }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        write!(f, "{sign}{}", self.distance)
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_stop_at_their_bound() {
        let top = Balance::new(BALANCE_LIMIT).expect("the bound itself is a balance");
        assert_eq!(top.credited(Amount::new(1)), None);
        assert_eq!(top.debited(Amount::new(1)).map(Balance::minor_units), Some(BALANCE_LIMIT - 1));
        let bottom = Balance::new(-BALANCE_LIMIT).expect("the bound itself is a balance");
        assert_eq!(bottom.debited(Amount::new(1)), None);
        assert_eq!(bottom.plus(top), Some(Balance::ZERO));
        assert_eq!(bottom.less(top), None);
        assert_eq!(top.above(bottom).to_string(), format!("2{}", "0".repeat(38)));
        assert_eq!(bottom.above(top).to_string(), format!("-2{}", "0".repeat(38)));
        assert!(!Amount::new(AMOUNT_LIMIT).is_within_limit());
        assert!(Amount::new(AMOUNT_LIMIT - 1).is_within_limit());
    }
}
