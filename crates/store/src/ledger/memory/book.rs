//! The rows of one ledger, each kind in a sorted map.

use std::collections::{BTreeMap, BTreeSet};

use ducat_domain::ledger::rows::{
    AccountRow, AssetRow, BalanceRow, BatchRow, BucketKey, DateSum, Deferral, Head, IdRow, LoadedAccount, OffDateRow,
    TransactionState,
};
use ducat_domain::ledger::terms::Ranking;
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use ducat_domain::{Delta, Effect, Fact};

use crate::advances::tables::AdvancesBook;
use crate::points::tables::PointsBook;

#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub head: Head,
    pub(super) assets: Vec<AssetRow>,
    pub(super) accounts: BTreeMap<AccountNo, AccountRow>,
    pub(super) names: BTreeMap<Name, AccountNo>,
    pub(super) balances: BTreeMap<(AccountNo, AssetNo), BalanceRow>,
    pub(super) effects: Vec<Effect>,
    pub(super) outcomes: BTreeMap<Id, IdRow>,
    pub(super) references: BTreeMap<String, Seq>,
    pub(super) metadata: BTreeMap<(String, String), Vec<Seq>>,
    pub(super) states: BTreeMap<Seq, (Id, TransactionState)>,
    pub(super) milestones: BTreeMap<(AccountNo, AssetNo, Timestamp, Seq), ()>,
    pub(super) off_dates: BTreeMap<(AccountNo, AssetNo, Seq), OffDateRow>,
    pub(super) buckets: BTreeMap<BucketKey, DateSum>,
    pub(super) deferred: BTreeSet<Seq>,
    pub points: PointsBook,
    pub advances: AdvancesBook,
    pub(super) batches: Vec<BatchRow>,
}

impl Book {
    pub(super) fn new(head: Head) -> Book {
        Book {
            head,
            assets: Vec::new(),
            accounts: BTreeMap::new(),
            names: BTreeMap::new(),
            balances: BTreeMap::new(),
            effects: Vec::new(),
            outcomes: BTreeMap::new(),
            references: BTreeMap::new(),
            metadata: BTreeMap::new(),
            states: BTreeMap::new(),
            milestones: BTreeMap::new(),
            off_dates: BTreeMap::new(),
            buckets: BTreeMap::new(),
            deferred: BTreeSet::new(),
            points: PointsBook::default(),
            advances: AdvancesBook::default(),
            batches: Vec::new(),
        }
    }

    pub(super) fn apply(&mut self, delta: &Delta) {
        self.head = delta.head.clone();
        self.batches.extend(delta.batches.iter().cloned());
        for asset in &delta.assets {
            match self.assets.iter_mut().find(|known| known.no == asset.no) {
                Some(known) => *known = asset.clone(),
                None => self.assets.push(asset.clone()),
            }
        }
        for row in &delta.accounts {
            self.names.insert(row.name.clone(), row.no);
            self.accounts.insert(row.no, row.clone());
        }
        self.balances.extend(delta.balances.iter().map(|row| ((row.account, row.asset), *row)));
        for effect in delta.effects.iter() {
            self.outcomes.extend(effect.outcome());
            if let Some(detail) = effect.fact.detail() {
                if let Some(reference) = &detail.reference {
                    self.references.insert(reference.clone(), effect.seq);
                }
                for pair in detail.metadata.pairs() {
                    self.metadata.entry(pair.clone()).or_default().push(effect.seq);
                }
            }
        }
        self.effects.extend(delta.effects.iter().cloned());
        self.states.extend(delta.states.iter().map(|(seq, id, state)| (*seq, (*id, *state))));
        for milestone in delta.milestones() {
            let key = (milestone.account, milestone.asset, milestone.at, milestone.seq);
            self.milestones.insert(key, ());
        }
        self.off_dates.extend(delta.off_dates.iter().map(|row| ((row.account, row.asset, row.seq), *row)));
        self.buckets.extend(delta.buckets.iter().copied());
        for (seq, deferral) in delta.deferrals() {
            match deferral {
                Deferral::Waiting => self.deferred.insert(seq),
                Deferral::Resolved => self.deferred.remove(&seq),
            };
        }
        delta.redacted.iter().for_each(|effect| self.redact(effect));
        self.points.apply(delta);
        self.advances.apply(delta);
    }

    pub(super) fn has_amounts(&self, asset: AssetNo) -> bool {
        let is_set = |limit: Option<Balance>| limit.is_some_and(|limit| limit != Balance::ZERO);
        let mut of_asset = self.balances.values().filter(|row| row.asset == asset);
        of_asset.any(|row| row.entries > 0 || !row.is_empty() || is_set(row.limits.min) || is_set(row.limits.max))
            || self.effects.iter().any(|effect| matches!(&effect.fact, Fact::Hold(leg) if leg.asset == asset))
    }

    /// The ranked balances: here the balances themselves are the ranking.
    pub(super) fn ranked(&self) -> impl Iterator<Item = &BalanceRow> {
        let is_ranking = self.head.rules.ranking == Ranking::ByEntries;
        self.balances.values().filter(move |row| is_ranking && row.is_ranked())
    }

    pub(super) fn loaded(&self, no: AccountNo) -> Option<LoadedAccount> {
        let row = self.accounts.get(&no)?.clone();
        let of_account = (no, AssetNo(0))..=(no, AssetNo(u64::MAX));
        Some(LoadedAccount { row, balances: self.balances.range(of_account).map(|(_, row)| *row).collect() })
    }

    pub(super) fn effects_after(&self, after: Seq, limit: usize) -> &[Effect] {
        let from = usize::try_from(after.0).unwrap_or(usize::MAX).min(self.effects.len());
        let to = from.saturating_add(limit).min(self.effects.len());
        &self.effects[from..to]
    }

    pub(super) fn effect(&self, seq: Seq) -> Option<&Effect> {
        self.effects_after(Seq(seq.0.checked_sub(1)?), 1).first()
    }
}
