//! What a store must commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::canonical::Canonical;
use super::effect::{CommandKey, Effect, Fact, MILESTONE_ENTRIES, Posting};
use super::rows::{
    AccountRow, AssetRow, BalanceRow, BatchRow, BucketKey, DateSum, Deferral, Head, OffDateRow, Tombstone,
    TransactionState,
};
use super::terms::Ranking;
use crate::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use crate::product::Product;

/// What batches change of one ledger: committed whole or not at all, by comparing `base` with the stored head. A
/// decision makes one batch; only recorded batches are committed several at a time.
#[derive(Debug, Clone)]
pub struct Delta<P: Product> {
    /// The head as it must be.
    pub base: Head,
    /// The head as it becomes.
    pub head: Head,
    /// The batches, in order.
    pub batches: Vec<BatchRow>,
    /// New rows of the journal, in order.
    pub effects: Arc<Vec<Effect<P>>>,
    /// The same rows in canonical bytes.
    pub canonical: Canonical,
    /// New assets, and those whose scale changed.
    pub assets: Vec<AssetRow>,
    /// New and changed accounts.
    pub accounts: Vec<AccountRow>,
    /// New and changed balances, by account and asset.
    pub balances: Vec<BalanceRow>,
    /// New states of transactions that were held or reversed, in order.
    pub states: Vec<(Seq, Id, TransactionState)>,
    /// New off-date postings, in order.
    pub off_dates: Vec<OffDateRow>,
    /// Effects whose texts are erased, as they were. They may be new ones.
    pub redacted: Vec<Effect<P>>,
    /// Changed sums of off-date postings.
    pub buckets: Vec<(BucketKey, DateSum)>,
    /// What changes of products.
    pub product: P::Delta,
}

/// The balance of an account at every 64th of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// The account.
    pub account: AccountNo,
    /// The asset.
    pub asset: AssetNo,
    /// The instant of the entry.
    pub at: Timestamp,
    /// The entry.
    pub seq: Seq,
}

impl<P: Product> Delta<P> {
    /// This and what follows it, as one: of a row that both change, the last state counts.
    #[must_use]
    pub fn followed_by(self, next: Delta<P>) -> Delta<P> {
        let accounts = last_of(self.accounts, next.accounts, |row| row.no);
        let balances = last_of(self.balances, next.balances, |row| (row.account, row.asset));
        let buckets = last_of(self.buckets, next.buckets, |(key, _)| *key);
        Delta {
            base: self.base,
            head: next.head,
            batches: self.batches.into_iter().chain(next.batches).collect(),
            canonical: self.canonical.followed_by(&next.canonical),
            effects: Arc::new(self.effects.iter().chain(next.effects.iter()).cloned().collect()),
            assets: last_of(self.assets, next.assets, |row| row.no),
            accounts,
            balances,
            states: self.states.into_iter().chain(next.states).collect(),
            off_dates: self.off_dates.into_iter().chain(next.off_dates).collect(),
            redacted: self.redacted.into_iter().chain(next.redacted).collect(),
            buckets,
            product: P::followed_by(self.product, next.product),
        }
    }

    /// The requests that were recorded to be performed later, and those that now have an outcome, in order.
    pub fn deferrals(&self) -> impl Iterator<Item = (Seq, Deferral)> {
        self.effects.iter().filter_map(|effect| {
            if let Fact::Deferred { .. } = effect.fact {
                Some((effect.seq, Deferral::Waiting))
            } else if let Fact::Resolved { deferred, .. } = effect.fact {
                Some((deferred, Deferral::Resolved))
            } else {
                None
            }
        })
    }

    /// The ledgers that it deletes.
    pub fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.effects.iter().filter_map(|effect| {
            if let Fact::LedgerDeleted(tombstone) = &effect.fact { Some(&**tombstone) } else { None }
        })
    }

    /// The balances whose place in the ranking moves; none in a ledger that ranks no one.
    pub fn ranked(&self) -> impl Iterator<Item = &BalanceRow> {
        let rows = match self.head.rules.ranking {
            Ranking::ByEntries => self.balances.as_slice(),
            Ranking::None => &[],
        };
        rows.iter().filter(|row| row.is_ranked())
    }

    /// The outcomes to find by id, in order: id, effect, content, kind.
    pub fn outcomes(&self) -> impl Iterator<Item = (CommandKey, Seq)> {
        self.effects.iter().filter_map(|effect| effect.command.map(|key| (key, effect.seq)))
    }

    /// The milestones that the new postings reach.
    pub fn milestones(&self) -> impl Iterator<Item = Milestone> {
        self.effects.iter().filter_map(posting).flat_map(|(effect, posting)| {
            posting.entries().into_iter().filter_map(move |(side, _)| {
                side.entry.is_multiple_of(MILESTONE_ENTRIES).then_some(Milestone {
                    account: side.account,
                    asset: posting.asset,
                    at: effect.at,
                    seq: effect.seq,
                })
            })
        })
    }
}

/// The last row of each key, in order of the keys.
fn last_of<T, K: Ord>(first: Vec<T>, last: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let rows: BTreeMap<K, T> = first.into_iter().chain(last).map(|row| (key(&row), row)).collect();
    rows.into_values().collect()
}

/// The posting of an effect that is one.
#[must_use]
pub fn posting<P: Product>(effect: &Effect<P>) -> Option<(&Effect<P>, &Posting)> {
    if let Fact::Posting(posting) = &effect.fact { Some((effect, posting)) } else { None }
}

/// What happened to a product, where that is what the effect says.
#[must_use]
pub fn product_fact<P: Product>(effect: &Effect<P>) -> Option<&P::Fact> {
    if let Fact::Product(fact) = &effect.fact { Some(fact) } else { None }
}
