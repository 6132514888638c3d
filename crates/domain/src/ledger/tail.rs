//! Balances as the last effects of a journal leave them, on top of rows that are behind it.
//!
//! A store may write balances later than the journal. What is missing is derived here from the effects: a posting says
//! the balance after it; holds, limits and dated sums are added to what the row had. Nothing is checked: `replay` proves
//! the journal.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::effect::{Effect, Fact, HoldLeg};
use super::rows::BalanceRow;
use crate::numbers::{AccountNo, AssetNo, Seq};
use crate::product::Product;

/// A balance as it is stored; `None` where there is none.
#[derive(Debug, Clone, Copy)]
pub struct StoredBalance {
    /// Its row.
    pub row: Option<BalanceRow>,
    /// The effect up to which everything is in it.
    pub as_of: Seq,
}

/// The balances that a journal's tail changes.
#[derive(Debug, Default)]
pub struct Tail {
    rows: BTreeMap<(AccountNo, AssetNo), StoredBalance>,
}

/// The hold that an effect ends, by its first effect.
#[must_use]
pub fn ends_hold<P: Product>(effect: &Effect<P>) -> Option<Seq> {
    if let Fact::HoldVoided { hold, .. } | Fact::HoldExpired { hold, .. } = &effect.fact {
        return Some(*hold);
    }
    if let Fact::Posting(posting) = &effect.fact { posting.hold.filter(|_| posting.leg == 0) } else { None }
}

impl Tail {
    /// Takes the next effect, with the legs of the hold that it ends. `stored` reads a balance that is not known yet.
    ///
    /// # Errors
    /// Those of `stored`. The tail is then to be thrown away.
    pub fn apply<P: Product, E>(
        &mut self,
        effect: &Effect<P>,
        ended: &[HoldLeg],
        mut stored: impl FnMut(AccountNo, AssetNo) -> Result<StoredBalance, E>,
    ) -> Result<(), E> {
        let mut change = |account, asset, change: &dyn Fn(Option<BalanceRow>) -> Option<BalanceRow>| {
            let known = match self.rows.entry((account, asset)) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(stored(account, asset)?),
            };
            // What is in the row already counts once.
            if known.as_of < effect.seq {
                known.row = change(known.row);
            }
            Ok(())
        };
        for HoldLeg { source, destination, asset, amount, .. } in ended {
            change(*source, *asset, &|row| {
                row.map(|row| BalanceRow { pending_out: row.pending_out.debited(*amount).unwrap_or_default(), ..row })
            })?;
            change(*destination, *asset, &|row| {
                row.map(|row| BalanceRow { pending_in: row.pending_in.debited(*amount).unwrap_or_default(), ..row })
            })?;
        }
        if let Fact::AccountOpened(opened) = &effect.fact {
            let row = BalanceRow::opened(opened.account, opened.asset, opened.limits);
            change(opened.account, opened.asset, &|_| Some(row))?;
        }
        if let Fact::AccountChanged(changed) = &effect.fact
            && let Some((asset, limits)) = changed.limits
        {
            change(changed.account, asset, &|row| row.map(|row| BalanceRow { limits, ..row }))?;
        }
        if let Fact::Hold(HoldLeg { source, destination, asset, amount, .. }) = &effect.fact {
            change(*source, *asset, &|row| {
                row.map(|row| BalanceRow { pending_out: row.pending_out.credited(*amount).unwrap_or_default(), ..row })
            })?;
            change(*destination, *asset, &|row| {
                row.map(|row| BalanceRow { pending_in: row.pending_in.credited(*amount).unwrap_or_default(), ..row })
            })?;
        }
        if let Fact::Posting(posting) = &effect.fact {
            for (side, amount) in posting.entries() {
                let dated = if posting.effective_at.is_some() { amount } else { 0 };
                change(side.account, posting.asset, &|row| {
                    row.map(|row| BalanceRow {
                        posted: side.balance,
                        entries: side.entry,
                        last: Some(effect.seq),
                        off_date: row.off_date.plus(dated),
                        ..row
                    })
                })?;
            }
        }
        Ok(())
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
