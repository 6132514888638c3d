//! Dollars and cents as settings write them.

use std::str::FromStr;

use ducat_domain::decimal::{self, Excess};
use ducat_domain::money::Amount;
use serde::Deserialize;

/// Dollars and cents, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "DollarsText")]
pub struct Dollars(pub Amount);

/// Dollars as a settings file may write them. A TOML number is read back as the digits that stand there.
#[derive(Deserialize)]
#[serde(untagged)]
enum DollarsText {
    Text(String),
    Whole(i64),
    Decimal(f64),
}

impl FromStr for Dollars {
    type Err = String;

    fn from_str(text: &str) -> Result<Dollars, String> {
        let cents = decimal::parse(text, 2, Excess::Refused)?;
        let amount = u128::try_from(cents).map_err(|_| format!("{text} is negative"))?;
        Some(Dollars(Amount::new(amount)))
            .filter(|dollars| dollars.0.is_within_limit())
            .ok_or_else(|| format!("{text} is too large"))
    }
}

impl TryFrom<DollarsText> for Dollars {
    type Error = String;

    fn try_from(text: DollarsText) -> Result<Dollars, String> {
        match text {
            DollarsText::Text(text) => text.parse(),
            DollarsText::Whole(number) => number.to_string().parse(),
            DollarsText::Decimal(number) => number.to_string().parse(),
        }
    }
}
