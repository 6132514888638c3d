//! Balances as the last effects of a journal leave them, on top of rows that are behind it.
//!
//! A store may write balances later than the journal. What is missing is made again here, from what the effects say:
//! a posting says the balance after it, and holds, limits and dated sums are added to what the row had. Nothing is
//! checked: `replay` proves the journal.

use std::collections::BTreeMap;

use super::effect::{Effect, Fact, HoldLeg};
use super::rows::BalanceRow;
use crate::numbers::{AccountNo, AssetNo, Seq};
use crate::product::Product;

/// Which balance.
type Key = (AccountNo, AssetNo);

/// A row, and the effect up to which everything is in it.
#[derive(Debug, Clone, Copy)]
struct AsOf {
    row: Option<BalanceRow>,
    seq: Seq,
}

/// The balances that a journal's tail changes.
#[derive(Debug, Default)]
pub struct Tail {
    rows: BTreeMap<Key, AsOf>,
}

/// The hold that an effect ends, by its first effect.
#[must_use]
pub fn ends_hold<P: Product>(effect: &Effect<P>) -> Option<Seq> {
    match &effect.fact {
        Fact::HoldVoided { hold, .. } | Fact::HoldExpired { hold, .. } => Some(*hold),
        Fact::Posting(posting) if posting.leg == 0 => posting.hold,
        Fact::Posting(_)
        | Fact::Hold(_)
        | Fact::LedgerOpened(_)
        | Fact::DefaultAssetSet { .. }
        | Fact::AssetRescaled { .. }
        | Fact::ArchivedSet { .. }
        | Fact::LedgerDeleted(_)
        | Fact::AssetAdded { .. }
        | Fact::AccountOpened(_)
        | Fact::AccountChanged(_)
        | Fact::Refused(_)
        | Fact::Deferred { .. }
        | Fact::Resolved { .. }
        | Fact::Imported { .. }
        | Fact::Product(_) => None,
    }
}

/// The balances that an effect changes, with the legs of the hold that it ends.
#[must_use]
pub fn changes<P: Product>(effect: &Effect<P>, ended: &[HoldLeg]) -> Vec<(AccountNo, AssetNo)> {
    let legs = ended.iter().flat_map(|leg| [(leg.source, leg.asset), (leg.destination, leg.asset)]);
    let own: [Option<Key>; 2] = match &effect.fact {
        Fact::AccountOpened(opened) => [Some((opened.account, opened.asset)), None],
        Fact::AccountChanged(changed) => [changed.limits.map(|(asset, _)| (changed.account, asset)), None],
        Fact::Posting(posting) => {
            [Some((posting.source.account, posting.asset)), Some((posting.destination.account, posting.asset))]
        }
        Fact::Hold(leg) => [Some((leg.source, leg.asset)), Some((leg.destination, leg.asset))],
        Fact::HoldVoided { .. }
        | Fact::HoldExpired { .. }
        | Fact::LedgerOpened(_)
        | Fact::DefaultAssetSet { .. }
        | Fact::AssetRescaled { .. }
        | Fact::ArchivedSet { .. }
        | Fact::LedgerDeleted(_)
        | Fact::AssetAdded { .. }
        | Fact::Refused(_)
        | Fact::Deferred { .. }
        | Fact::Resolved { .. }
        | Fact::Imported { .. }
        | Fact::Product(_) => [None, None],
    };
    legs.chain(own.into_iter().flatten()).collect()
}

impl Tail {
    /// Whether a balance is known.
    #[must_use]
    pub fn knows(&self, key: (AccountNo, AssetNo)) -> bool {
        self.rows.contains_key(&key)
    }

    /// Takes a row as it is stored, with everything up to an effect in it.
    pub fn know(&mut self, key: (AccountNo, AssetNo), row: Option<BalanceRow>, as_of: Seq) {
        self.rows.insert(key, AsOf { row, seq: as_of });
    }

    /// Takes the next effect, all of whose balances are known, with the legs of the hold that it ends.
    pub fn apply<P: Product>(&mut self, effect: &Effect<P>, ended: &[HoldLeg]) {
        for leg in ended {
            self.change(effect.seq, (leg.source, leg.asset), |row| {
                row.pending_out = row.pending_out.debited(leg.amount).unwrap_or_default();
            });
            self.change(effect.seq, (leg.destination, leg.asset), |row| {
                row.pending_in = row.pending_in.debited(leg.amount).unwrap_or_default();
            });
        }
        if let Fact::AccountOpened(opened) = &effect.fact {
            let key = (opened.account, opened.asset);
            let opened = BalanceRow::opened(opened.account, opened.asset, opened.limits);
            if self.rows.get(&key).is_none_or(|known| known.seq < effect.seq) {
                self.rows.insert(key, AsOf { row: Some(opened), seq: effect.seq });
            }
        }
        if let Fact::AccountChanged(changed) = &effect.fact
            && let Some((asset, limits)) = changed.limits
        {
            self.change(effect.seq, (changed.account, asset), |row| row.limits = limits);
        }
        if let Fact::Hold(leg) = &effect.fact {
            self.change(effect.seq, (leg.source, leg.asset), |row| {
                row.pending_out = row.pending_out.credited(leg.amount).unwrap_or_default();
            });
            self.change(effect.seq, (leg.destination, leg.asset), |row| {
                row.pending_in = row.pending_in.credited(leg.amount).unwrap_or_default();
            });
        }
        if let Fact::Posting(posting) = &effect.fact {
            for (side, amount) in posting.entries() {
                self.change(effect.seq, (side.account, posting.asset), |row| {
                    (row.posted, row.entries, row.last) = (side.balance, side.entry, Some(effect.seq));
                    if posting.effective_at.is_some() {
                        row.off_date = row.off_date.plus(amount);
                    }
                });
            }
        }
    }

    /// Changes a row unless the effect is in it already.
    fn change(&mut self, seq: Seq, key: Key, change: impl FnOnce(&mut BalanceRow)) {
        if let Some(AsOf { row: Some(row), seq: as_of }) = self.rows.get_mut(&key)
            && *as_of < seq
        {
            change(row);
        }
    }

    /// The balance, where the tail changes it.
    #[must_use]
    pub fn row(&self, key: (AccountNo, AssetNo)) -> Option<BalanceRow> {
        self.rows.get(&key).and_then(|known| known.row)
    }

    /// The balances of an account that the tail changes, by asset.
    pub fn of_account(&self, account: AccountNo) -> impl Iterator<Item = BalanceRow> {
        let range = (account, AssetNo(0))..=(account, AssetNo(u64::MAX));
        self.rows.range(range).filter_map(|(_, known)| known.row)
    }

    /// All balances that the tail changes, by account and asset.
    pub fn rows(&self) -> impl Iterator<Item = BalanceRow> {
        self.rows.values().filter_map(|known| known.row)
    }
}
