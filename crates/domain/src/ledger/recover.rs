//! Making recorded effects true again: on another store, or from the journal's tail.
//!
//! Nothing is decided here. Each effect says what happened, balances included; what follows from it for the rows is
//! taken from it, through the same draft and the same evolution as a decision's, so the batch that comes of it has the
//! hash that it had. The caller compares.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::effect::{AccountChanged, AccountOpened, Effect, Fact, HoldLeg, Posting, Redacted, Redaction, Side};
use super::footprint::{Footprint, bucket_keys};
use super::rows::{
    AccountRow, AssetRow, BalanceRow, IdRow, LedgerState, Leg, OffDateRow, OutcomeKind, TransactionState,
};
use super::rules::Rules;
use super::terms::Metadata;
use super::working::{AccountSlot, BalanceSlot, Rows, Working};
use crate::money::Balance;
use crate::numbers::{AccountNo, AssetNo, Id, Seq};
use crate::product::Product;

/// An effect that cannot have happened to these rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// Where it stands.
    pub seq: Seq,
    /// What is missing.
    pub what: &'static str,
}

impl std::fmt::Display for Impossible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "effect {} cannot follow what is stored: {}", self.seq, self.what)
    }
}

impl std::error::Error for Impossible {}

/// The rows that these effects change and that are not loaded. All effects of a batch must be named at once.
#[must_use]
pub fn recovery_footprint<P: Rules>(working: &Working<P>, effects: &[Effect<P>]) -> Footprint<P> {
    let mut footprint = Footprint::default();
    let last_known = working.head().accounts;
    let account = |footprint: &mut Footprint<P>, no: AccountNo| {
        // Accounts beyond the last known one are opened by these effects.
        if no <= last_known && working.account_by_no(no).is_none() {
            footprint.accounts.push(no);
        }
    };
    for effect in effects {
        match &effect.fact {
            Fact::Redacted(redaction) => {
                if let Some(no) = redaction.of.account() {
                    account(&mut footprint, no);
                }
                let before = redaction.effects.iter().filter(|seq| **seq <= working.heads().after.seq);
                footprint.recorded.extend(before.filter(|seq| working.recorded(**seq).is_none()));
            }
            Fact::AccountOpened(opened) => account(&mut footprint, opened.account),
            Fact::AccountChanged(changed) => account(&mut footprint, changed.account),
            Fact::Posting(posting) => {
                for no in [posting.source.account, posting.destination.account] {
                    account(&mut footprint, no);
                    if let Some(effective_at) = posting.effective_at {
                        let keys = bucket_keys(no, posting.asset, effective_at);
                        footprint.buckets.extend(keys.filter(|key| !working.has_bucket(key)));
                    }
                }
            }
            Fact::Hold(leg) => {
                account(&mut footprint, leg.source);
                account(&mut footprint, leg.destination);
            }
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
            | Fact::Resolved { .. } => {}
            Fact::Imported { .. } => {}
            Fact::Product(fact) => P::add_recorded(&mut footprint, working, fact),
        }
        if let Some(id) = changed_transaction(&effect.fact) {
            match working.transaction(id) {
                None => footprint.transactions.push(id),
                Some(known) => {
                    for leg in known.map(|row| row.legs.as_slice()).unwrap_or_default() {
                        account(&mut footprint, leg.source);
                        account(&mut footprint, leg.destination);
                    }
                }
            }
        }
    }
    footprint.distinct();
    footprint
}

/// Of these effects those that redactions among them name: they must be known before any of them is taken in, because
/// the store has not got them yet.
#[must_use]
pub fn named_by_redactions<P: Product>(effects: &[Effect<P>]) -> Rows<P> {
    let mut named = BTreeSet::new();
    for effect in effects {
        if let Fact::Redacted(redaction) = &effect.fact {
            named.extend(redaction.effects.iter().copied());
        }
    }
    let those = effects.iter().filter(|effect| named.contains(&effect.seq));
    Rows { recorded: those.map(|effect| (effect.seq, Some(effect.clone()))).collect(), ..Rows::default() }
}

/// The transaction, made before, whose state an effect changes.
fn changed_transaction<P: Product>(fact: &Fact<P>) -> Option<Id> {
    let Fact::Posting(posting) = fact else { return fact.ended() };
    if posting.leg > 0 {
        return None;
    }
    let reversed = posting.detail.as_ref().and_then(|detail| detail.reverses);
    posting.hold.map(|_| posting.transaction).or(reversed)
}

/// Whether more recorded batches are to come: until the last of them no one sees the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// More are to come.
    More,
    /// These are the last.
    Last,
}

/// Begins the terms of a ledger that is brought to this store, so that no writer of a store that was here before holds one of
/// them. A ledger that is here already keeps its terms.
pub fn begin_terms<P: Product>(working: &mut Working<P>, epoch: u64) {
    let head = working.head_mut();
    if head.is_absent() && head.epoch == 0 {
        head.epoch = epoch;
    }
}

/// Takes effects in, in order. After an error the working rows are worth nothing.
///
/// # Errors
/// When an effect cannot have happened to these rows. The draft is then to be thrown away.
pub fn recover<P: Product>(
    working: &mut Working<P>,
    effects: &[Effect<P>],
    arrival: Arrival,
    draft: &mut Draft<P>,
) -> Result<(), Impossible> {
    if working.head().state == LedgerState::Deleted {
        return Err(Impossible { seq: Seq(0), what: "the ledger was deleted here, and its name is not used again" });
    }
    working.head_mut().arriving = arrival == Arrival::More;
    working.forget_windows();
    for effect in effects {
        draft.begin(working);
        Recovering { working, draft, effect }.take()?;
        draft.effects.push(effect.clone());
        working.evolve(draft);
    }
    Ok(())
}

struct Recovering<'a, P: Product> {
    working: &'a Working<P>,
    draft: &'a mut Draft<P>,
    effect: &'a Effect<P>,
}

impl<P: Product> Recovering<'_, P> {
    fn impossible(&self, what: &'static str) -> Impossible {
        Impossible { seq: self.effect.seq, what }
    }

    fn take(mut self) -> Result<(), Impossible> {
        if self.effect.seq != self.working.head().seq.next() {
            return Err(self.impossible("its place is not the next"));
        }
        if let Some(key) = self.effect.command {
            let refused = matches!(self.effect.fact, Fact::Refused(_));
            let kind = if refused { OutcomeKind::Refused } else { OutcomeKind::Done };
            let row = IdRow { seq: self.effect.seq, fingerprint: key.fingerprint, kind };
            self.draft.ids.push((key.id, row));
        }
        if let Some(reference) = self.effect.fact.detail().and_then(|detail| detail.reference.clone()) {
            self.draft.references.push(reference);
        }
        match &self.effect.fact {
            Fact::LedgerOpened(rules) => {
                self.draft.rules = Some(*rules);
                Ok(())
            }
            Fact::DefaultAssetSet { no } => {
                self.draft.default_asset = Some((self.effect.seq, *no));
                Ok(())
            }
            Fact::AssetRescaled { no, scale } => {
                self.draft.rescaled.push((*no, *scale));
                Ok(())
            }
            Fact::ArchivedSet { archived } => {
                self.draft.archived = Some(*archived);
                Ok(())
            }
            Fact::Redacted(redaction) => self.redact(redaction),
            Fact::LedgerDeleted(_) if !self.working.head().ledger.is_system() => {
                Err(self.impossible("the deletion of a ledger that the system ledger did not record"))
            }
            Fact::AssetAdded { no, terms } => {
                self.draft.assets.push(AssetRow { no: *no, code: terms.code.clone(), scale: terms.scale });
                Ok(())
            }
            Fact::AccountOpened(opened) => self.open(opened),
            Fact::AccountChanged(changed) => self.change(changed),
            Fact::Posting(posting) => self.post(posting),
            Fact::Hold(leg) => self.hold(leg),
            Fact::HoldVoided { transaction, .. } => {
                self.end_hold(*transaction, TransactionState::Voided { seq: self.effect.seq })
            }
            Fact::HoldExpired { transaction, .. } => {
                self.end_hold(*transaction, TransactionState::Expired { seq: self.effect.seq })
            }
            Fact::LedgerDeleted(_) | Fact::Refused(_) | Fact::Deferred { .. } | Fact::Resolved { .. } => Ok(()),
            Fact::Imported { .. } => Ok(()),
            Fact::Product(fact) => {
                P::check_recorded(self.working.product(), fact).map_err(|what| self.impossible(what))
            }
        }
    }

    fn account(&self, no: AccountNo) -> Result<AccountSlot, Impossible> {
        self.working.account_by_no(no).ok_or_else(|| self.impossible("an account that was not opened"))
    }

    fn slot(&self, no: AccountNo, asset: AssetNo) -> Result<BalanceSlot, Impossible> {
        let account = self.working.account(self.account(no)?);
        let slot = account.and_then(|account| account.balance(asset));
        slot.ok_or_else(|| self.impossible("an account that is not open for the asset"))
    }

    /// Most effects come without the texts that were erased since; those that were taken in before still have them.
    fn redact(&mut self, redaction: &Redaction) -> Result<(), Impossible> {
        if let Redacted::Account(no) = redaction.of {
            let slot = self.account(no)?;
            let row = self.draft.account_row(self.working, slot);
            self.draft.changed_accounts.push((slot, AccountRow { metadata: Metadata::default(), ..row }));
        }
        for seq in &redaction.effects {
            let known = self.working.recorded(*seq).flatten();
            let known = known.ok_or_else(|| self.impossible("an effect whose texts are erased"))?;
            if known.is_redactable() {
                self.draft.redacted.push(known.clone());
            }
        }
        Ok(())
    }

    fn open(&mut self, opened: &AccountOpened) -> Result<(), Impossible> {
        let slot = match self.working.account_by_no(opened.account) {
            Some(slot) => {
                let row = self.draft.account_row(self.working, slot);
                if row.metadata != opened.metadata {
                    let metadata = opened.metadata.clone();
                    self.draft.changed_accounts.push((slot, AccountRow { metadata, ..row }));
                }
                slot
            }
            None if opened.account == self.working.head().accounts.next() => {
                self.draft.accounts.push(AccountRow {
                    no: opened.account,
                    name: opened.name.clone(),
                    metadata: opened.metadata.clone(),
                    opened_at: self.effect.at,
                    frozen: false,
                    closed: false,
                });
                AccountSlot(self.working.accounts_len())
            }
            None => return Err(self.impossible("an account's number is not the next")),
        };
        self.draft.opened.push((slot, BalanceRow::opened(opened.account, opened.asset, opened.limits)));
        Ok(())
    }

    fn change(&mut self, changed: &AccountChanged) -> Result<(), Impossible> {
        let slot = self.account(changed.account)?;
        let row = self.draft.account_row(self.working, slot);
        let metadata = changed.metadata.clone();
        let row = AccountRow { metadata, frozen: changed.frozen, closed: changed.closed, ..row };
        self.draft.changed_accounts.push((slot, row));
        if let Some((asset, limits)) = changed.limits {
            let slot = self.slot(changed.account, asset)?;
            let row = self.draft.balance(self.working, slot);
            self.draft.set_balance(slot, BalanceRow { limits, ..row });
        }
        Ok(())
    }

    fn post(&mut self, posting: &Posting) -> Result<(), Impossible> {
        let seq = self.effect.seq;
        if posting.leg == 0 {
            if posting.hold.is_some() {
                let state = TransactionState::HoldPosted { seq, amount: posting.amount, reversed_by: None };
                self.end_hold(posting.transaction, state)?;
            } else if let Some(original) = posting.detail.as_ref().and_then(|detail| detail.reverses) {
                self.reverse(original, posting.transaction)?;
            }
        }
        for (side, amount) in posting.entries() {
            self.enter(posting, side, amount)?;
        }
        Ok(())
    }

    fn enter(&mut self, posting: &Posting, side: Side, amount: i128) -> Result<(), Impossible> {
        let seq = self.effect.seq;
        let slot = self.slot(side.account, posting.asset)?;
        let mut row = self.draft.balance(self.working, slot);
        let follows = row.last == side.previous
            && row.entries.saturating_add(1) == side.entry
            && Some(side.balance) == Balance::new(row.posted.minor_units().saturating_add(amount));
        if !follows {
            return Err(self.impossible("a balance that does not follow from the one before"));
        }
        (row.posted, row.entries, row.last) = (side.balance, side.entry, Some(seq));
        if let Some(effective_at) = posting.effective_at {
            let (account, asset) = (side.account, posting.asset);
            row.off_date = row.off_date.plus(amount);
            self.draft.off_dates.push(OffDateRow { account, asset, seq, sum: row.off_date });
            self.draft.buckets.extend(bucket_keys(account, asset, effective_at).map(|key| (key, amount)));
        }
        self.draft.set_balance(slot, row);
        Ok(())
    }

    fn hold(&mut self, leg: &HoldLeg) -> Result<(), Impossible> {
        let beyond = || Impossible { seq: self.effect.seq, what: "a hold beyond the range of balances" };
        let source = self.slot(leg.source, leg.asset)?;
        let mut row = self.draft.balance(self.working, source);
        row.pending_out = row.pending_out.credited(leg.amount).ok_or_else(beyond)?;
        self.draft.set_balance(source, row);
        let destination = self.slot(leg.destination, leg.asset)?;
        let mut row = self.draft.balance(self.working, destination);
        row.pending_in = row.pending_in.credited(leg.amount).ok_or_else(beyond)?;
        self.draft.set_balance(destination, row);
        if leg.leg == 0 {
            let state = TransactionState::Pending { expires_at: leg.expires_at };
            self.draft.states.push((self.effect.seq, leg.transaction, state));
        }
        Ok(())
    }

    fn end_hold(&mut self, transaction: Id, state: TransactionState) -> Result<(), Impossible> {
        let row = self.working.transaction(transaction).flatten();
        let row = row.ok_or_else(|| self.impossible("a hold that was not made"))?;
        if !matches!(row.state, TransactionState::Pending { .. }) {
            return Err(self.impossible("a hold that has ended already"));
        }
        for leg in &row.legs {
            self.release(leg)?;
        }
        self.draft.states.push((row.seq, transaction, state));
        Ok(())
    }

    fn release(&mut self, leg: &Leg) -> Result<(), Impossible> {
        let less = || Impossible { seq: self.effect.seq, what: "a hold that gives back more than is held" };
        let source = self.slot(leg.source, leg.asset)?;
        let mut row = self.draft.balance(self.working, source);
        row.pending_out = row.pending_out.debited(leg.amount).ok_or_else(less)?;
        self.draft.set_balance(source, row);
        let destination = self.slot(leg.destination, leg.asset)?;
        let mut row = self.draft.balance(self.working, destination);
        row.pending_in = row.pending_in.debited(leg.amount).ok_or_else(less)?;
        self.draft.set_balance(destination, row);
        Ok(())
    }

    fn reverse(&mut self, original: Id, by: Id) -> Result<(), Impossible> {
        let row = self.working.transaction(original).flatten();
        let row = row.ok_or_else(|| self.impossible("the reversal of what was not made"))?;
        let reversed_by = Some(by);
        let state = match row.state {
            TransactionState::Posted { .. } => TransactionState::Posted { reversed_by },
            TransactionState::HoldPosted { seq, amount, .. } => {
                TransactionState::HoldPosted { seq, amount, reversed_by }
            }
            TransactionState::Pending { .. } | TransactionState::Voided { .. } | TransactionState::Expired { .. } => {
                return Err(self.impossible("the reversal of what was not posted"));
            }
        };
        self.draft.states.push((row.seq, original, state));
        Ok(())
    }
}
