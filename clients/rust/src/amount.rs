//! Amounts: whole minor units. In JSON they are a number up to 2^53 - 1, and a string above.

use std::fmt;

use serde::de;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The largest integer that every reader of JSON keeps.
const SAFE: i128 = (1 << 53) - 1;

/// An amount, or a balance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i128);

/// What is between two balances: up to 2*10^38, more than 128 bits with a sign hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Difference {
    /// Whether it is below 0.
    pub is_negative: bool,
    /// How much, without its sign.
    pub magnitude: u128,
}

impl From<i128> for Amount {
    fn from(amount: i128) -> Amount {
        Amount(amount)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_negative { "-" } else { "" }, self.magnitude)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.0) {
            Ok(number) if self.0.abs() <= SAFE => serializer.serialize_i64(number),
            _ => serializer.collect_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = digits(deserializer)?;
        text.parse().map(Amount).map_err(|_| de::Error::custom(format!("{text:?} is no amount")))
    }
}

impl<'de> Deserialize<'de> for Difference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Difference, D::Error> {
        let text = digits(deserializer)?;
        let magnitude = text.strip_prefix('-').unwrap_or(&text).parse();
        let magnitude = magnitude.map_err(|_| de::Error::custom(format!("{text:?} is no amount")))?;
        Ok(Difference { is_negative: text.starts_with('-'), magnitude })
    }
}

/// The digits of a number, or of a string.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Number(number) => Ok(number.to_string()),
        serde_json::Value::String(text) => Ok(text),
        other => Err(de::Error::custom(format!("{other} is no amount: a whole number, or a string of digits"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_numbers_and_strings() {
        for (json, amount) in [
            ("0", 0),
            ("-5", -5),
            ("9007199254740991", 9_007_199_254_740_991),
            ("\"9007199254740992\"", 9_007_199_254_740_992),
            ("\"-100000000000000000000000000000000000000\"", -10i128.pow(38)),
        ] {
            assert_eq!(serde_json::from_str::<Amount>(json).expect(json), Amount(amount));
            assert_eq!(serde_json::to_string(&Amount(amount)).expect(json), json);
        }
        for json in ["1.5", "\"x\"", "\"\"", "null", "true"] {
            assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
        }
        let available = format!("\"{}\"", "2".to_owned() + &"0".repeat(38));
        let difference: Difference = serde_json::from_str(&available).expect("a difference");
        assert_eq!(format!("\"{difference}\""), available);
    }
}
