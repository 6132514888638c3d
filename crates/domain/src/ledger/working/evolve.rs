//! Making a decision true. It cannot fail: everything was checked when the decision was made.

use std::collections::hash_map::Entry;

use super::{Bucket, Working};
use crate::ledger::draft::Draft;
use crate::ledger::effect::{Effect, Fact};
use crate::ledger::rows::{BucketKey, DateSum, LedgerState, Leg, TransactionRow, TransactionState};
use crate::ledger::working::{AccountSlot, BalanceSlot, Slots};
use crate::product::Product;

impl<P: Product> Working<P> {
    /// Makes a decision true. Cannot fail: everything was checked when it was made.
    pub(crate) fn evolve(&mut self, draft: &mut Draft<P>) {
        if let Some(rules) = draft.rules.take() {
            self.head.rules = rules;
        }
        if let Some((since, asset)) = draft.default_asset.take() {
            self.head.defaults.set(since, asset);
        }
        if let Some(archived) = draft.archived.take() {
            self.head.state = if archived { LedgerState::Archived } else { LedgerState::Open };
        }
        for asset in draft.assets.drain(..) {
            self.changes.assets.push(asset.no);
            self.assets.push(asset);
        }
        for (no, scale) in draft.rescaled.drain(..) {
            if let Some(asset) = self.assets.iter_mut().find(|asset| asset.no == no) {
                asset.scale = scale;
                self.changes.assets.push(no);
            }
        }
        for row in draft.accounts.drain(..) {
            self.head.accounts = row.no;
            P::opened(&mut self.product, row.no, &row.name);
            let slot = self.push_account(row, Slots::None);
            self.mark_account(slot);
        }
        for (slot, row) in draft.changed_accounts.drain(..) {
            if let Some(account) = self.accounts.get_mut(slot.0) {
                account.row = row;
            }
            self.mark_account(slot);
        }
        for (account, row) in draft.opened.drain(..) {
            let slot = BalanceSlot(self.balances.len());
            if let Some(account) = self.accounts.get_mut(account.0) {
                account.balances.push(row.asset, slot);
            }
            self.balances.push(row);
            self.dirty.push(false);
            self.mark_balance(slot);
        }
        for (slot, row) in draft.touched.drain(..) {
            if let Some(balance) = self.balances.get_mut(slot.0) {
                *balance = row;
            }
            if let Some(account) = self.by_no.get(&row.account).and_then(|slot| self.accounts.get_mut(slot.0)) {
                account.recent = true;
            }
            self.mark_balance(slot);
        }
        draft.ids.drain(..).for_each(|(id, row)| self.ids.record(id, row));
        draft.references.drain(..).for_each(|reference| {
            self.references.insert(reference, true);
        });
        draft.buckets.drain(..).for_each(|(key, sum)| self.add_to_bucket(key, sum));
        self.changes.off_dates.append(&mut draft.off_dates);
        draft.redacted.drain(..).for_each(|effect| self.redact(effect));
        self.remember_made(&draft.effects);
        self.evolve_products(&draft.effects);
        for (seq, id, state) in draft.states.drain(..) {
            if let Some(Some(row)) = self.transactions.get_mut(&id) {
                row.state = state;
            }
            self.changes.states.push((seq, id, state));
        }
        if let Some(last) = draft.effects.last() {
            self.head.seq = last.seq;
            self.head.at = last.at;
        }
        self.changes.effects.append(&mut draft.effects);
    }

    fn mark_account(&mut self, slot: AccountSlot) {
        if let Some(account) = self.accounts.get_mut(slot.0)
            && !account.dirty
        {
            account.dirty = true;
            self.changes.accounts.push(slot);
        }
    }

    fn mark_balance(&mut self, slot: BalanceSlot) {
        if let Some(dirty) = self.dirty.get_mut(slot.0)
            && !*dirty
        {
            *dirty = true;
            self.changes.balances.push(slot);
        }
    }

    /// # Panics
    /// When the bucket was not loaded though its account and asset are older than the batch.
    fn add_to_bucket(&mut self, key: BucketKey, amount: i128) {
        let is_new = key.account > self.base.accounts || key.asset > self.base_assets;
        let bucket = match self.buckets.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                assert!(is_new, "bucket {key:?} is in the footprint");
                entry.insert(Bucket { sum: DateSum::ZERO, dirty: false })
            }
        };
        bucket.sum = bucket.sum.plus(amount);
        if !bucket.dirty {
            bucket.dirty = true;
            self.changes.buckets.push(key);
        }
    }

    /// Later commands of this batch may name a transaction, or a request, that the batch itself made.
    fn remember_made(&mut self, effects: &[Effect<P>]) {
        if self.transactions.is_empty() && self.deferred.is_empty() {
            return;
        }
        for effect in effects {
            let (id, leg, state) = match &effect.fact {
                Fact::Posting(posting) if posting.hold.is_none() => (
                    posting.transaction,
                    Leg {
                        source: posting.source.account,
                        destination: posting.destination.account,
                        asset: posting.asset,
                        amount: posting.amount,
                    },
                    TransactionState::Posted { reversed_by: None },
                ),
                Fact::Hold(hold) => (
                    hold.transaction,
                    Leg { source: hold.source, destination: hold.destination, asset: hold.asset, amount: hold.amount },
                    TransactionState::Pending { expires_at: hold.expires_at },
                ),
                Fact::Posting(_)
                | Fact::LedgerOpened(_)
                | Fact::DefaultAssetSet { .. }
                | Fact::AssetRescaled { .. }
                | Fact::ArchivedSet { .. }
                | Fact::LedgerDeleted(_)
                | Fact::Redacted(_)
                | Fact::AssetAdded { .. }
                | Fact::AccountOpened(_)
                | Fact::AccountChanged(_)
                | Fact::HoldVoided { .. }
                | Fact::HoldExpired { .. }
                | Fact::Refused(_)
                | Fact::Imported { .. }
                | Fact::Product(_) => continue,
                // What the same batch takes, it may do: where anybody asks for it, it is known here.
                Fact::Deferred { .. } => {
                    if let Some(waiting) = self.deferred.get_mut(&effect.seq) {
                        *waiting = true;
                    }
                    continue;
                }
                Fact::Resolved { deferred, .. } => {
                    self.deferred.insert(*deferred, false);
                    continue;
                }
            };
            // What reversed a transaction that is known is asked for with it.
            let original = effect.fact.detail().and_then(|detail| detail.reverses);
            if original.is_some_and(|original| self.transactions.contains_key(&original)) {
                self.transactions.entry(id).or_insert(None);
            }
            if let Some(known) = self.transactions.get_mut(&id) {
                let reversed = effect.fact.detail().map(|detail| detail.reversed.clone()).unwrap_or_default();
                let row = TransactionRow { id, seq: effect.seq, legs: Vec::new(), state, reversed };
                known.get_or_insert(row).legs.push(leg);
            }
        }
    }

    /// Products change by facts alone.
    fn evolve_products(&mut self, effects: &[Effect<P>]) {
        let mut transaction = None;
        for effect in effects {
            if let Fact::Posting(posting) = &effect.fact {
                transaction = Some(posting.transaction);
            }
            if let Fact::Product(fact) = &effect.fact {
                P::evolve(&mut self.product, (effect.seq, effect.at), fact, transaction);
            }
        }
    }
}
