//! How a refusal is shown: status, sentence and members, one beside the other.

use std::cell::Cell;

use axum::http::StatusCode;
use ducat_domain::decimal;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use serde_json::{Value, json};

use crate::values::{JsonAmount, JsonBalance};

/// A refusal as clients see it. Its code stands beside its variant in `domain`.
pub(crate) struct Shown {
    pub status: StatusCode,
    pub detail: String,
    pub members: Vec<(&'static str, Value)>,
}

impl Shown {
    fn new(status: StatusCode, detail: impl Into<String>) -> Shown {
        Shown { status, detail: detail.into(), members: Vec::new() }
    }

    /// 400: the request is wrong by itself.
    pub fn malformed(detail: impl Into<String>) -> Shown {
        Shown::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: what it names is not there.
    pub fn not_found(detail: impl Into<String>) -> Shown {
        Shown::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: what is there stands in the way.
    pub fn conflict(detail: impl Into<String>) -> Shown {
        Shown::new(StatusCode::CONFLICT, detail)
    }

    /// 412: what was expected is not so.
    pub fn precondition_failed(detail: impl Into<String>) -> Shown {
        Shown::new(StatusCode::PRECONDITION_FAILED, detail)
    }

    /// 422: a rule refuses it.
    pub fn unprocessable(detail: impl Into<String>) -> Shown {
        Shown::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// Adds what the sentence names, for machines.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Shown {
        self.members.push((name, value.into()));
        self
    }

    /// Adds an id.
    pub fn id(self, id: Id) -> Shown {
        self.with("id", id.to_string())
    }

    /// Adds an account.
    pub fn account(self, account: &Name) -> Shown {
        self.with("account", account.as_str())
    }

    /// Adds an asset, where it is known.
    pub fn asset<'a>(self, asset: impl Into<Option<&'a Name>>) -> Shown {
        match asset.into() {
            Some(asset) => self.with("asset", asset.as_str()),
            None => self,
        }
    }

    /// Adds an amount in minor units.
    pub fn amount(self, name: &'static str, amount: Amount) -> Shown {
        self.with(name, json!(JsonAmount(amount)))
    }

    /// Adds a balance in minor units.
    pub fn balance(self, name: &'static str, balance: Balance) -> Shown {
        self.with(name, json!(JsonBalance(balance)))
    }
}

/// Writes amounts as people do, in the scales of these assets.
pub(crate) struct Amounts<'a> {
    assets: &'a [AssetRow],
    is_unscaled: Cell<bool>,
}

impl<'a> Amounts<'a> {
    /// In the scales of these assets; in minor units where an asset is not among them.
    pub fn new(assets: &'a [AssetRow]) -> Amounts<'a> {
        Amounts { assets, is_unscaled: Cell::new(false) }
    }

    /// Whether an amount was written in minor units, because the scale of its asset is not known here.
    pub fn is_unscaled(&self) -> bool {
        self.is_unscaled.get()
    }

    /// An amount. Refusals of release 0.1 do not always name its asset.
    pub fn write<'n>(&self, minor_units: i128, asset: impl Into<Option<&'n Name>>) -> String {
        let asset = asset.into();
        let row = asset.and_then(|asset| self.assets.iter().find(|row| row.code == *asset));
        match (row, asset) {
            (Some(row), _) => format!("{} {}", decimal::write(minor_units, row.scale), row.code),
            (None, Some(asset)) => {
                self.is_unscaled.set(true);
                format!("{minor_units} minor units of {asset}")
            }
            (None, None) => format!("{minor_units} minor units"),
        }
    }
}
