//! What a decision is made with: the known rows, a draft over them, and the instant.
//!
//! Always true: every method checks before it writes to the draft, and a refusal throws the draft away. Products decide
//! with the same methods, so whatever they do is double entry within limits.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::effect::{Detail, Effect, Fact, HoldLeg, Posting, Side};
use super::footprint::bucket_keys;
use super::rejection::Rejection;
use super::rows::{
    AssetRow, BalanceRow, Breach, IdRow, Leg, OffDateRow, OutcomeKind, TransactionRow, TransactionState,
};
use super::terms::{Limits, Metadata};
use super::working::{BalanceSlot, Working};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{AssetNo, Id, Seq, Timestamp};
use crate::product::Product;

mod accounts;
mod holds;
mod ledgers;
mod redactions;
mod transactions;

/// What a command that is not refused comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// The draft holds its effects.
    Change,
    /// What it asks for is so already.
    Same,
    /// It was decided before.
    Replay(IdRow),
}

/// A decision, and the effect that stands for its outcome.
pub type Decided<P> = Result<(Decision, Option<Seq>), Rejection<P>>;

pub(crate) const SAME: (Decision, Option<Seq>) = (Decision::Same, None);

pub(crate) fn changed<P: Product>(seq: Seq) -> Decided<P> {
    Ok((Decision::Change, Some(seq)))
}

/// The asset that is meant now where none is named; `None` where there is none yet.
pub(crate) fn default_asset<'a, P: Product>(working: &'a Working<P>, draft: &Draft<P>) -> Option<&'a Name> {
    let no = draft.default_asset.map_or_else(|| working.head().defaults.now(), |(_, asset)| asset);
    working.asset_by_no(no).map(|asset| &asset.code)
}

fn replay<P: Product>(command: &TransactionRow, seq: Seq) -> Decided<P> {
    // The stored fingerprint belongs to the command that did it, under whatever id; what matters is the place.
    let fingerprint = crate::codec::Fingerprint([0; 16]);
    debug_assert!(command.seq <= seq, "an outcome follows its transaction");
    Ok((Decision::Replay(IdRow { seq, fingerprint, kind: OutcomeKind::Done }), None))
}

/// Whether the state of an account stands in the way of a posting.
#[derive(Clone, Copy)]
enum Guard {
    /// A new debit or credit.
    New,
    /// The end of a hold that the account already took.
    Held,
}

/// Where the legs of a transaction go.
struct Route<'a> {
    transaction: Id,
    effective_at: Option<Timestamp>,
    hold: Option<Seq>,
    detail: Option<Box<Detail>>,
    legs: &'a [ResolvedLeg],
}

/// What one of several sources may give.
#[derive(Clone, Copy)]
struct ResolvedDraw {
    /// Of which leg it is a source.
    leg: usize,
    source: BalanceSlot,
    keep: Option<Balance>,
}

/// A posting as far as its accounts are known.
#[derive(Clone, Copy)]
pub(crate) struct ResolvedLeg {
    pub source: BalanceSlot,
    pub destination: BalanceSlot,
    pub asset: AssetNo,
    pub amount: Amount,
}

/// What a decision is made with: products decide with it too, so that whatever they do is double entry within limits.
pub struct Decider<'a, P: Product> {
    pub(crate) working: &'a Working<P>,
    pub(crate) draft: &'a mut Draft<P>,
    pub(crate) at: Timestamp,
}

/// What products decide with.
impl<P: Product> Decider<'_, P> {
    /// An account's place, where there is one; it takes new debits and credits.
    pub(crate) fn open_slot(&self, name: &Name, asset: AssetNo) -> Result<Option<BalanceSlot>, Rejection<P>> {
        let Some(account) = self.draft.account(self.working, name) else { return Ok(None) };
        let (closed, frozen) = self.draft.account_state(self.working, account);
        check_state(name, closed, frozen, Guard::New)?;
        Ok(self.draft.balance_slot(self.working, account, asset))
    }

    /// Opens an account that is not there, or not for this asset.
    pub(crate) fn open_new(&mut self, name: &Name, asset: AssetNo, limits: Limits, metadata: Metadata) -> BalanceSlot {
        self.draft.open_account(self.working, self.at, name, asset, limits, Some(metadata)).0
    }

    /// Posts a transaction; says where its first posting stands.
    pub(crate) fn post(
        &mut self,
        transaction: Id,
        legs: &[ResolvedLeg],
        detail: Option<Box<Detail>>,
    ) -> Result<Seq, Rejection<P>> {
        self.post_legs(Route { transaction, effective_at: None, hold: None, detail, legs })
    }

    /// Holds a transaction without a limit of time; says where its first leg stands.
    pub(crate) fn hold(
        &mut self,
        transaction: Id,
        legs: &[ResolvedLeg],
        detail: Option<Box<Detail>>,
    ) -> Result<Seq, Rejection<P>> {
        self.hold_legs(transaction, legs, None, detail)
    }

    /// Posts what is held, or less of it where it has one leg; says where the first posting stands.
    pub(crate) fn post_held(
        &mut self,
        id: Id,
        hold: &TransactionRow,
        amount: Option<Amount>,
    ) -> Result<Seq, Rejection<P>> {
        self.release(hold);
        let mut legs = self.resolve_legs(&hold.legs, Guard::Held)?;
        if let ([leg], Some(amount)) = (legs.as_mut_slice(), amount) {
            leg.amount = amount;
        }
        let route = Route { transaction: id, effective_at: None, hold: Some(hold.seq), detail: None, legs: &legs };
        let seq = self.post_legs(route)?;
        let amount = legs.first().map_or(Amount::ZERO, |leg| leg.amount);
        let state = TransactionState::HoldPosted { seq, amount, reversed_by: None };
        self.draft.states.push((hold.seq, id, state));
        Ok(seq)
    }

    /// Gives up what is held; says where.
    pub(crate) fn void_held(&mut self, id: Id, hold: &TransactionRow) -> Seq {
        self.release(hold);
        let seq = self.draft.push(self.working, self.at, Fact::HoldVoided { transaction: id, hold: hold.seq });
        self.draft.states.push((hold.seq, id, TransactionState::Voided { seq }));
        seq
    }
}

impl<P: Product> Decider<'_, P> {
    /// # Panics
    /// When it was not looked up whether the request is waiting.
    pub(crate) fn answer(self, deferred: Seq, answer: &[u8]) -> Decided<P> {
        let is_waiting = self.working.is_waiting(deferred).expect("requests of commands are in the footprint");
        let is_done =
            |effect: &Effect<P>| matches!(&effect.fact, Fact::Resolved { deferred: done, .. } if *done == deferred);
        if !is_waiting || self.draft.effects.iter().any(is_done) {
            return Ok(SAME);
        }
        self.record(Fact::Resolved { deferred, answer: answer.into() })
    }

    pub(crate) fn record(self, fact: Fact<P>) -> Decided<P> {
        changed(self.draft.push(self.working, self.at, fact))
    }

    /// Applies postings in order; every limit holds after each. Says where the first one stands.
    fn post_legs(&mut self, route: Route<'_>) -> Result<Seq, Rejection<P>> {
        let first = self.draft.next_seq(self.working);
        let legs = leg_number(route.legs.len());
        let mut detail = route.detail;
        for (leg, resolved) in route.legs.iter().enumerate() {
            let seq = self.draft.next_seq(self.working);
            let source = self.post_side(resolved, resolved.source, seq, BalanceRow::debit)?;
            let destination = self.post_side(resolved, resolved.destination, seq, BalanceRow::credit)?;
            let posting = Posting {
                transaction: route.transaction,
                leg: leg_number(leg),
                legs,
                asset: resolved.asset,
                amount: resolved.amount,
                source,
                destination,
                effective_at: route.effective_at,
                hold: route.hold,
                detail: detail.take(),
            };
            if let Some(effective_at) = route.effective_at {
                self.add_off_date(&posting, resolved, seq, effective_at);
            }
            self.draft.push(self.working, self.at, Fact::Posting(posting));
        }
        Ok(first)
    }

    fn post_side(
        &mut self,
        leg: &ResolvedLeg,
        slot: BalanceSlot,
        seq: Seq,
        change: fn(&mut BalanceRow, Amount) -> Result<(), Breach>,
    ) -> Result<Side, Rejection<P>> {
        let mut row = self.draft.balance(self.working, slot);
        change(&mut row, leg.amount).map_err(|breach| self.refuse(&row, leg.amount, breach))?;
        let side = Side {
            account: row.account,
            previous: row.last,
            entry: row.entries.saturating_add(1),
            balance: row.posted,
        };
        row.last = Some(seq);
        row.entries = side.entry;
        self.draft.set_balance(slot, row);
        Ok(side)
    }

    fn add_off_date(&mut self, posting: &Posting, leg: &ResolvedLeg, seq: Seq, effective_at: Timestamp) {
        let slots = [leg.source, leg.destination];
        for ((side, amount), slot) in posting.entries().into_iter().zip(slots) {
            let mut row = self.draft.balance(self.working, slot);
            row.off_date = row.off_date.plus(amount);
            self.draft.set_balance(slot, row);
            let (account, asset) = (side.account, leg.asset);
            self.draft.off_dates.push(OffDateRow { account, asset, seq, sum: row.off_date });
            for key in bucket_keys(account, asset, effective_at) {
                self.draft.buckets.push((key, amount));
            }
        }
    }

    fn hold_legs(
        &mut self,
        id: Id,
        legs: &[ResolvedLeg],
        expires_at: Option<Timestamp>,
        mut detail: Option<Box<Detail>>,
    ) -> Result<Seq, Rejection<P>> {
        let first = self.draft.next_seq(self.working);
        for (leg, resolved) in legs.iter().enumerate() {
            let amount = resolved.amount;
            let mut source = self.draft.balance(self.working, resolved.source);
            source.hold_debit(amount).map_err(|breach| self.refuse(&source, amount, breach))?;
            self.draft.set_balance(resolved.source, source);
            let mut destination = self.draft.balance(self.working, resolved.destination);
            destination.hold_credit(amount).map_err(|breach| self.refuse(&destination, amount, breach))?;
            self.draft.set_balance(resolved.destination, destination);
            let held = HoldLeg {
                transaction: id,
                leg: leg_number(leg),
                legs: leg_number(legs.len()),
                asset: resolved.asset,
                amount,
                source: source.account,
                destination: destination.account,
                expires_at,
                detail: detail.take(),
            };
            self.draft.push(self.working, self.at, Fact::Hold(held));
        }
        self.draft.states.push((first, id, TransactionState::Pending { expires_at }));
        Ok(first)
    }

    /// # Panics
    /// When the transaction's accounts are not loaded.
    fn resolve_legs(&self, legs: &[Leg], guard: Guard) -> Result<Vec<ResolvedLeg>, Rejection<P>> {
        let slot = |no, asset| {
            let slot = self.working.account_by_no(no).expect("accounts of transactions are in the footprint");
            let account = self.working.account(slot).expect("a slot comes from these rows");
            let (closed, frozen) = self.draft.account_state(self.working, slot);
            check_state(&account.row.name, closed, frozen, guard)?;
            Ok(account.balance(asset).expect("a transaction's accounts are open for its assets"))
        };
        legs.iter()
            .map(|leg| {
                Ok(ResolvedLeg {
                    source: slot(leg.source, leg.asset)?,
                    destination: slot(leg.destination, leg.asset)?,
                    asset: leg.asset,
                    amount: leg.amount,
                })
            })
            .collect()
    }

    /// Accounts of products are opened and changed by them alone.
    fn check_owner(&self, name: &Name) -> Result<(), Rejection<P>> {
        if self.working.is_owned(name) {
            return Err(Rejection::AccountReserved { account: name.clone() });
        }
        Ok(())
    }

    fn check_name(&self, name: &Name) -> Result<(), Rejection<P>> {
        if self.working.is_reserved(name) {
            return Err(Rejection::AccountReserved { account: name.clone() });
        }
        Ok(())
    }

    /// A product's transaction is not to be changed by other means.
    fn check_made(&self, row: &TransactionRow) -> Result<(), Rejection<P>> {
        let accounts = row.legs.iter().flat_map(|leg| [leg.source, leg.destination]);
        accounts.filter_map(|no| self.working.account_name(no)).try_for_each(|name| self.check_name(name))
    }

    /// Gives back all that a hold took.
    fn release(&mut self, hold: &TransactionRow) {
        let legs = self.resolve_legs(&hold.legs, Guard::Held).unwrap_or_default();
        for leg in &legs {
            let mut source = self.draft.balance(self.working, leg.source);
            source.release_debit(leg.amount);
            self.draft.set_balance(leg.source, source);
            let mut destination = self.draft.balance(self.working, leg.destination);
            destination.release_credit(leg.amount);
            self.draft.set_balance(leg.destination, destination);
        }
    }

    /// # Panics
    /// When the transaction was not looked up.
    pub(crate) fn transaction(&self, id: Id) -> Result<TransactionRow, Rejection<P>> {
        let known = self.working.transaction(id).expect("transactions of commands are in the footprint");
        known.cloned().ok_or(Rejection::TransactionNotFound { id })
    }

    pub(crate) fn asset(&self, code: Option<&Name>) -> Result<&AssetRow, Rejection<P>> {
        match code {
            Some(code) => self.working.asset(code).ok_or_else(|| Rejection::AssetNotFound { asset: code.clone() }),
            None => {
                let code = default_asset(self.working, self.draft).ok_or(Rejection::AssetRequired)?;
                self.asset(Some(code))
            }
        }
    }

    /// # Panics
    /// When there is no such asset: numbers come from rows.
    fn code(&self, no: AssetNo) -> Name {
        self.working.asset_by_no(no).map(|asset| asset.code.clone()).expect("an asset's number comes from these rows")
    }

    fn refuse(&self, row: &BalanceRow, amount: Amount, breach: Breach) -> Rejection<P> {
        let account = self.name(row);
        let asset = self.code(row.asset);
        match breach {
            Breach::Floor(available) => Rejection::InsufficientFunds { account, asset, available, needed: amount },
            Breach::Ceiling(room) => Rejection::BalanceAboveMax { account, asset, room, amount },
            Breach::Range => Rejection::BalanceOverflow { account, asset },
        }
    }

    /// # Panics
    /// When there is no such account: balances belong to accounts.
    fn name(&self, balance: &BalanceRow) -> Name {
        let known = self.working.account_name(balance.account).cloned();
        known
            .or_else(|| {
                let opened = self.draft.accounts.iter().find(|row| row.no == balance.account);
                opened.map(|row| row.name.clone())
            })
            .expect("a balance belongs to an account")
    }
}

fn sum(one: Amount, other: Amount) -> Amount {
    Amount::new(one.minor_units().saturating_add(other.minor_units()))
}

/// What the legs before do to balances, by their places.
type Moved = BTreeMap<usize, i128>;

fn add(moved: &mut Moved, slot: BalanceSlot, amount: i128) {
    let sum = moved.entry(slot.0).or_default();
    *sum = sum.saturating_add(amount);
}

fn check_state<P: Product>(name: &Name, closed: bool, frozen: bool, guard: Guard) -> Result<(), Rejection<P>> {
    match guard {
        Guard::Held => Ok(()),
        Guard::New if closed => Err(Rejection::AccountClosed { account: name.clone() }),
        Guard::New if frozen => Err(Rejection::AccountFrozen { account: name.clone() }),
        Guard::New => Ok(()),
    }
}

fn leg_number(leg: usize) -> u32 {
    u32::try_from(leg).unwrap_or(u32::MAX)
}
