//! Small fixed APIs over the same ledgers: each is a thin face, and no rule of theirs is anywhere but in the ledger.

pub mod advances;
pub mod amounts;
pub mod bank;
pub mod points;

use ducat_domain::names::Name;
use serde::{Serialize, Serializer};

pub(crate) use self::amounts::{AccountId, SignedAmount};
pub(crate) use self::points::SignedPoints;
use crate::Api;
use crate::problem::Problem;
use crate::values::write_units;

impl Api {
    /// A ledger of a small API may have been opened, or its scale changed, by other means: amounts of one scale must
    /// not be taken for amounts of another.
    async fn check_scale(&self, ledger: &Name, code: &str, scale: u8) -> Result<(), Problem> {
        let assets = self.assets(ledger).await?;
        let found = assets.iter().flat_map(|assets| assets.iter()).find(|asset| asset.code.as_str() == code);
        match found {
            Some(asset) if asset.scale != scale => {
                let detail = format!(
                    "the ledger {ledger} has {code} with {} decimals, and this API needs {scale}; change its scale, or \
                     use another ledger under /v1",
                    asset.scale
                );
                Err(Problem::conflict("ledger_exists", detail))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// A whole number: a JSON number up to 2^53 - 1, a string above.
#[derive(Debug)]
pub(crate) struct Number(i128);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_units(self.0.unsigned_abs(), self.0.to_string(), serializer)
    }
}
