//! What a journal makes of balances and accounts, kept apart from the rows that deciding works on.

use std::collections::BTreeMap;

use super::rows::DateSum;
use super::terms::{AssetTerms, Limits, Metadata};
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, Seq, Timestamp};

/// A balance as the journal makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivedBalance {
    /// Credits less debits.
    pub posted: i128,
    /// What open holds will credit.
    pub pending_in: i128,
    /// What open holds will debit.
    pub pending_out: i128,
    /// How many postings.
    pub entries: u64,
    /// The last of them.
    pub last: Option<Seq>,
    /// The sum of the off-date ones.
    pub off_date: DateSum,
    /// Its bounds, as last set.
    pub limits: Limits,
}

/// An account as the journal makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedAccount {
    /// Its name.
    pub name: Name,
    /// What the client keeps with it.
    pub metadata: Metadata,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whether new debits and credits are refused.
    pub frozen: bool,
    /// Whether it is closed.
    pub closed: bool,
}

impl DerivedBalance {
    pub(super) fn opened(limits: Limits) -> DerivedBalance {
        DerivedBalance {
            posted: 0,
            pending_in: 0,
            pending_out: 0,
            entries: 0,
            last: None,
            off_date: DateSum::ZERO,
            limits,
        }
    }

    /// The limit that it does not keep.
    pub(super) fn breach(&self, account: AccountNo) -> Option<String> {
        let free = self.posted.saturating_sub(self.pending_out);
        let full = self.posted.saturating_add(self.pending_in);
        let is_below = self.limits.min.is_some_and(|floor| free < floor.minor_units());
        let is_above = self.limits.max.is_some_and(|ceiling| full > ceiling.minor_units());
        (is_below || is_above).then(|| {
            let Limits { min, max } = self.limits;
            format!("account {account} has {free} to {full}, outside its limits {min:?} to {max:?}")
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.posted == 0 && self.pending_in == 0 && self.pending_out == 0
    }
}

/// Something that cannot be true at once: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Such as `effect 17`.
    pub place: String,
    /// Such as `the balance after it is 5, the postings before it make 7`.
    pub what: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What a product sees of the ledger when its facts are derived again.
#[derive(Debug, Clone, Copy)]
pub struct Derived<'a> {
    /// Every account.
    pub accounts: &'a BTreeMap<AccountNo, DerivedAccount>,
    /// The assets, by number.
    pub assets: &'a BTreeMap<AssetNo, AssetTerms>,
    /// Every balance.
    pub balances: &'a BTreeMap<(AccountNo, AssetNo), DerivedBalance>,
}

impl Derived<'_> {
    /// The number of an asset.
    #[must_use]
    pub fn asset(&self, code: &Name) -> Option<AssetNo> {
        self.assets.iter().find(|(_, terms)| terms.code == *code).map(|(no, _)| *no)
    }

    /// Credits less debits of an account; 0 where it has no balance in the asset.
    #[must_use]
    pub fn posted(&self, account: AccountNo, asset: Option<AssetNo>) -> i128 {
        asset.and_then(|asset| self.balances.get(&(account, asset))).map_or(0, |balance| balance.posted)
    }
}
