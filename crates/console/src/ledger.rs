//! A ledger as the API describes it, and what its pages and commands ask of it.

use crate::address::segment;
use crate::money::{Asset, Money};
use crate::record::Record;

/// A ledger and its assets.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// Its name.
    pub name: String,
    /// Its assets.
    pub assets: Vec<Asset>,
    /// The code of the asset that is meant where none is named.
    pub default: Option<String>,
    /// Whether it is archived: nothing changes in it.
    pub is_archived: bool,
}

impl Ledger {
    /// As the API describes it.
    #[must_use]
    pub fn of(record: &Record) -> Ledger {
        let asset = |asset: Record| Asset {
            code: asset.text("code").to_owned(),
            scale: usize::try_from(asset.count("scale")).unwrap_or_default(),
        };
        Ledger {
            name: record.text("name").to_owned(),
            assets: record.list("assets").into_iter().map(asset).collect(),
            default: record.maybe("default_asset").map(str::to_owned),
            is_archived: record.flag("archived"),
        }
    }

    /// The asset of a code; one that is not known has no digits behind the point.
    #[must_use]
    pub fn asset(&self, code: &str) -> Asset {
        let found = self.assets.iter().find(|asset| asset.code == code);
        found.cloned().unwrap_or_else(|| Asset { code: code.to_owned(), scale: 0 })
    }

    /// The asset that is meant where none is named.
    #[must_use]
    pub fn default_asset(&self) -> Asset {
        let default = self.default.clone().or_else(|| self.assets.first().map(|asset| asset.code.clone()));
        self.asset(&default.unwrap_or_default())
    }

    /// The asset that was named; the default one where that is empty.
    #[must_use]
    pub fn asset_or_default(&self, code: &str) -> Asset {
        if code.is_empty() { self.default_asset() } else { self.asset(code) }
    }

    /// An amount of an asset.
    #[must_use]
    pub fn money(&self, minor: Option<i128>, code: &str) -> Option<Money> {
        minor.map(|minor| Money::new(minor, &self.asset(code)))
    }

    /// A path of the API in this ledger.
    #[must_use]
    pub fn api(&self, rest: &str) -> String {
        format!("/v1/ledgers/{}{rest}", segment(&self.name))
    }

    /// A page of this ledger.
    #[must_use]
    pub fn page(&self, rest: &str) -> String {
        format!("/console/l/{}{rest}", segment(&self.name))
    }

    /// The page of a transaction.
    #[must_use]
    pub fn transaction_page(&self, id: &str) -> String {
        self.page(&format!("/transactions/{}", segment(id)))
    }
}

/// Whether an account takes anything: `open`, `frozen` or `closed`.
#[must_use]
pub fn state_of(account: &Record) -> &'static str {
    match (account.flag("closed"), account.flag("frozen")) {
        (true, _) => "closed",
        (false, true) => "frozen",
        (false, false) => "open",
    }
}
