//! Deciding what is asked of accounts.

use super::{Decided, Decider, SAME, changed};
use crate::ledger::effect::{AccountChanged, Fact};
use crate::ledger::rejection::Rejection;
use crate::ledger::rows::BalanceRow;
use crate::ledger::terms::{AccountChange, AccountTerms, Expectation, Limits, Metadata};
use crate::ledger::working::AccountSlot;
use crate::names::Name;
use crate::numbers::AssetNo;
use crate::product::Product;

impl<P: Product> Decider<'_, P> {
    pub(crate) fn open_account(self, terms: &AccountTerms) -> Decided<P> {
        self.check_owner(&terms.name)?;
        let asset = self.asset(terms.asset.as_ref())?.no;
        let account = self.draft.account(self.working, &terms.name);
        if let Some(account) = account
            && let Some(slot) = self.draft.balance_slot(self.working, account, asset)
        {
            let same = self.draft.balance(self.working, slot).limits == terms.limits;
            return if same && self.is_metadata_same(account, &terms.metadata) {
                Ok(SAME)
            } else {
                Err(Rejection::AccountExists { account: terms.name.clone() })
            };
        }
        if let Some(account) = account {
            // Another asset of an account that is there: nothing else of it changes.
            if self.draft.account_row(self.working, account).closed {
                return Err(Rejection::AccountClosed { account: terms.name.clone() });
            }
            if !self.is_metadata_same(account, &terms.metadata) {
                return Err(Rejection::AccountExists { account: terms.name.clone() });
            }
        }
        self.check_limits(&terms.name, asset, terms.limits)?;
        let empty = BalanceRow::opened(self.working.head().accounts, asset, terms.limits);
        if !empty.is_within_limits() {
            return Err(self.outside(&terms.name, &empty));
        }
        let metadata = Some(terms.metadata.clone());
        let opened = self.draft.open_account(self.working, self.at, &terms.name, asset, terms.limits, metadata);
        changed(opened.1)
    }

    /// A floor above a ceiling leaves no balance that keeps both.
    fn check_limits(&self, account: &Name, asset: AssetNo, limits: Limits) -> Result<(), Rejection<P>> {
        match (limits.min, limits.max) {
            (Some(min), Some(max)) if min > max => {
                Err(Rejection::LimitsCrossed { account: account.clone(), asset: self.code(asset) })
            }
            _ => Ok(()),
        }
    }

    /// Metadata that is not given asks for nothing.
    fn is_metadata_same(&self, account: AccountSlot, asked: &Metadata) -> bool {
        asked.is_empty() || self.draft.account_row(self.working, account).metadata == *asked
    }

    pub(crate) fn change_account(self, change: &AccountChange) -> Decided<P> {
        if change.name.is_world() {
            return Err(Rejection::WorldIsFixed);
        }
        self.check_owner(&change.name)?;
        let wants_limits = change.min.is_some() || change.max.is_some();
        let asset = if wants_limits || change.asset.is_some() {
            Some(self.asset(change.asset.as_ref())?.clone())
        } else {
            None
        };
        let not_found = || Rejection::AccountNotFound {
            account: change.name.clone(),
            asset: asset
                .as_ref()
                .or(self.working.assets().first())
                .map_or_else(Name::world, |asset| asset.code.clone()),
        };
        let slot = self.draft.account(self.working, &change.name).ok_or_else(not_found)?;
        let before = self.draft.account_row(self.working, slot);
        let mut row = before.clone();
        if let Some(metadata) = &change.metadata {
            row.metadata = metadata.clone();
        }
        row.frozen = change.frozen.unwrap_or(row.frozen);
        row.closed = change.closed.unwrap_or(row.closed);
        let mut limits = None;
        if let Some(asset) = &asset {
            let balance = self.draft.balance_slot(self.working, slot, asset.no).ok_or_else(not_found)?;
            let mut changed = self.draft.balance(self.working, balance);
            changed.limits.min = change.min.unwrap_or(changed.limits.min);
            changed.limits.max = change.max.unwrap_or(changed.limits.max);
            if wants_limits {
                self.check_limits(&change.name, asset.no, changed.limits)?;
            }
            if wants_limits && !changed.is_within_limits() {
                return Err(self.outside(&change.name, &changed));
            }
            if wants_limits && changed.limits != self.draft.balance(self.working, balance).limits {
                limits = Some((asset.no, changed.limits));
                self.draft.set_balance(balance, changed);
            }
        }
        if row.closed && !before.closed {
            for balance in self.draft.balance_slots(self.working, slot) {
                let balance = self.draft.balance(self.working, balance);
                if !balance.is_empty() {
                    let (account, asset) = (change.name.clone(), self.code(balance.asset));
                    return Err(Rejection::NotEmpty { account, asset, posted: balance.posted });
                }
            }
        }
        if row == before && limits.is_none() {
            return Ok(SAME);
        }
        let fact = Fact::AccountChanged(Box::new(AccountChanged {
            account: row.no,
            limits,
            metadata: row.metadata.clone(),
            frozen: row.frozen,
            closed: row.closed,
        }));
        self.draft.changed_accounts.push((slot, row));
        changed(self.draft.push(self.working, self.at, fact))
    }

    pub(crate) fn expect(self, expectation: &Expectation) -> Decided<P> {
        let slot = self.draft.account(self.working, &expectation.account);
        let is_so = slot.map(|slot| self.draft.account_row(self.working, slot)).is_some_and(|row| {
            row.metadata == expectation.metadata
                && expectation.frozen.is_none_or(|frozen| row.frozen == frozen)
                && expectation.closed.is_none_or(|closed| row.closed == closed)
        });
        let has_limits = |(asset, limits): &(Name, Limits)| {
            let asset = self.working.asset(asset)?;
            let balance = self.draft.balance_slot(self.working, slot?, asset.no)?;
            Some(self.draft.balance(self.working, balance).limits == *limits)
        };
        let is_so = is_so && expectation.limits.iter().all(|expected| has_limits(expected) == Some(true));
        if is_so { Ok(SAME) } else { Err(Rejection::AccountChanged { account: expectation.account.clone() }) }
    }

    fn outside(&self, account: &Name, balance: &BalanceRow) -> Rejection<P> {
        let asset = self.code(balance.asset);
        Rejection::BalanceOutside { account: account.clone(), asset, posted: balance.posted }
    }
}
