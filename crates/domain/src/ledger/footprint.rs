//! Which rows must be known before commands are decided.
//!
//! Rounds and invariants: `docs/design/footprint.md`. A footprint names only what is not loaded yet. Some rows are
//! named by others (the accounts of a hold, the buckets of an account), so footprints are taken until one is empty
//! or leads nowhere: three rounds for the ledger itself, and as many more as a product needs.

use super::rows::{BUCKET_LEVELS, BucketKey, bucket_index};
use super::working::{Working, distinct};
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use crate::product::Product;

/// The keys of rows that are not loaded yet, each once, sorted.
#[derive(Debug, PartialEq, Eq)]
pub struct Footprint<P: Product> {
    /// Accounts by name.
    pub names: Vec<Name>,
    /// Accounts by number.
    pub accounts: Vec<AccountNo>,
    /// Outcomes by id.
    pub ids: Vec<Id>,
    /// References.
    pub references: Vec<String>,
    /// Transactions by id.
    pub transactions: Vec<Id>,
    /// Sums of off-date postings.
    pub buckets: Vec<BucketKey>,
    /// Where requests were taken.
    pub deferred: Vec<Seq>,
    /// Effects, by their places.
    pub recorded: Vec<Seq>,
    /// Assets of which it must be known whether any amount is recorded.
    pub asset_amounts: Vec<AssetNo>,
    /// What products need.
    pub product: P::Footprint,
    /// Whether nothing more is needed once these rows are loaded: none of them leads to another.
    pub is_last: bool,
}

impl<P: Product> Footprint<P> {
    /// Whether everything is loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.accounts.is_empty() && self.ids.is_empty() && self.may_load_during_commit()
    }

    /// Whether the rows may be loaded while a batch of the ledger is being committed: only rows of which all that the
    /// batch touched are known already, which are those that [`Working::trim`] keeps.
    #[must_use]
    pub fn may_load_during_commit(&self) -> bool {
        self.references.is_empty()
            && self.transactions.is_empty()
            && self.buckets.is_empty()
            && self.deferred.is_empty()
            && self.recorded.is_empty()
            && self.asset_amounts.is_empty()
            && P::is_loaded(&self.product)
    }
}

impl<P: Product> Default for Footprint<P> {
    fn default() -> Footprint<P> {
        Footprint {
            names: Vec::new(),
            accounts: Vec::new(),
            ids: Vec::new(),
            references: Vec::new(),
            transactions: Vec::new(),
            buckets: Vec::new(),
            deferred: Vec::new(),
            recorded: Vec::new(),
            asset_amounts: Vec::new(),
            product: P::Footprint::default(),
            is_last: false,
        }
    }
}

impl<P: Product> Footprint<P> {
    /// Sorts the keys, each once.
    pub(crate) fn distinct(&mut self) {
        distinct(&mut self.names);
        distinct(&mut self.accounts);
        distinct(&mut self.ids);
        distinct(&mut self.references);
        distinct(&mut self.transactions);
        distinct(&mut self.buckets);
        distinct(&mut self.deferred);
        distinct(&mut self.recorded);
        distinct(&mut self.asset_amounts);
        P::distinct(&mut self.product);
    }

    pub(crate) fn add_name(&mut self, working: &Working<P>, name: &Name) {
        if working.account_by_name(name).is_none() {
            self.names.push(name.clone());
        }
    }

    /// A transaction made before, and the accounts that it names.
    pub(crate) fn add_made(&mut self, working: &Working<P>, id: Id) {
        match working.transaction(id) {
            None => self.transactions.push(id),
            Some(None) => {}
            Some(Some(transaction)) => {
                for leg in &transaction.legs {
                    for account in [leg.source, leg.destination] {
                        if working.account_by_no(account).is_none() {
                            self.accounts.push(account);
                        }
                    }
                }
            }
        }
    }
}

/// The buckets of an instant, one a level.
pub(crate) fn bucket_keys(account: AccountNo, asset: AssetNo, at: Timestamp) -> impl Iterator<Item = BucketKey> {
    (0..=BUCKET_LEVELS).map(move |level| BucketKey { account, asset, level, index: bucket_index(level, at) })
}
