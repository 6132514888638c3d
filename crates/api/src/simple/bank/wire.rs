//! Amounts, links and bodies of the bank.

use ducat_domain::decimal::{self, Excess};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::numbers::Id;
use ducat_engine::bank::SCALE;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Target;
use crate::values::write_units;

/// Dollars with two decimals: a JSON number up to 2^53 - 1 cents, a string above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dollars(pub i128);

impl From<Balance> for Dollars {
    fn from(balance: Balance) -> Dollars {
        Dollars(balance.minor_units())
    }
}

impl From<Amount> for Dollars {
    fn from(amount: Amount) -> Dollars {
        Dollars(amount.signed())
    }
}

impl std::fmt::Display for Dollars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&decimal::write(self.0, SCALE))
    }
}

impl Serialize for Dollars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_units(self.0.unsigned_abs(), self.to_string(), serializer)
    }
}

/// More than nothing: a number or a text, read as its digits and never through a float; digits past the second decimal
/// are cut off.
#[derive(Debug, Clone, Copy)]
pub struct PositiveDollars(pub Amount);

impl<'de> Deserialize<'de> for PositiveDollars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PositiveDollars, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        read(raw).map(PositiveDollars).map_err(serde::de::Error::custom)
    }
}

fn read(raw: &str) -> Result<Amount, String> {
    let minor = if raw.starts_with('"') {
        let text: String = serde_json::from_str(raw).map_err(|error| error.to_string())?;
        decimal::parse(&decimal::plain(&text)?, SCALE, Excess::CutOff)?
    } else if raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        decimal::parse(&decimal::plain(raw)?, SCALE, Excess::CutOff)?
    } else {
        return Err("expected a number such as 5, 5.25 or \"5.25\"".to_owned());
    };
    match u128::try_from(minor) {
        Ok(0) | Err(_) => Err("expected at least 0.01".to_owned()),
        Ok(minor) => {
            let amount = Amount::new(minor);
            if amount.is_within_limit() { Ok(amount) } else { Err("it is too large: 10^34 or more".to_owned()) }
        }
    }
}

/// What stays as it is in a path (RFC 3986, section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where an account is, as the request named it.
pub fn base(target: &Target, id: Id, name: &str) -> String {
    match target {
        // A client that follows a link takes these two for steps in the path, encoded or not.
        Target::Name(_) if matches!(name, "." | "..") => format!("/v2/accounts/{id}"),
        Target::Name(_) => format!("/accounts/{}", utf8_percent_encode(name, SEGMENT)),
        Target::Id(_) => format!("/v2/accounts/{id}"),
    }
}

/// A link (draft-kelly-json-hal); what has braces is a template (RFC 6570).
pub fn link(href: impl Into<String>) -> Value {
    let href = href.into();
    if href.contains('{') { json!({ "href": href, "templated": true }) } else { json!({ "href": href }) }
}

/// A link with a word on what to send there.
pub fn titled(href: impl Into<String>, title: &str) -> Value {
    let mut link = link(href);
    link["title"] = title.into();
    link
}
