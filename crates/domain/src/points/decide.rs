//! Deciding what is asked of points: all checks, no change.
//!
//! Every decision is a transaction of double entry, by the ledger's own rules, and after its postings one fact that
//! says which lots it was about and what the purses became.

use std::collections::BTreeMap;

use super::Host;
use super::accounts::{Holding, PAYER, PREFIX, breakage_of, member, member_of, redeemed_of};
use super::command::{Action, Adjustment, Earning, LOTS_MAX, PAYERS_MAX};
use super::fact::{Fact, Fate};
use super::footprint::{known, left, total};
use super::lot::{Lot, LotKey, LotRow};
use super::program::Program;
use super::purse::{Purse, plus};
use super::rejection::Rejection;
use super::spend::{SpendError, by_payer, last_of, not_given_back, refund, spend};
use super::window::Window;
use super::working::Held;
use crate::ledger::decider::{Decided, Decider, ResolvedLeg, SAME, changed};
use crate::ledger::effect::{Detail, Fact as LedgerFact};
use crate::ledger::rejection::Rejection as LedgerRejection;
use crate::ledger::rows::TransactionState;
use crate::ledger::terms::{Limits, Metadata};
use crate::ledger::working::{BalanceSlot, Working};
use crate::money::Amount;
use crate::names::{Name, Party};
use crate::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};

/// Where no lot is known: every rule asks for more.
static UNKNOWN: Window = Window::nothing();

/// Decides one action on points.
///
/// # Panics
/// When a row of its footprint is not loaded.
pub(crate) fn decide<P: Host>(decider: Decider<'_, P>, id: Id, action: &Action) -> Decided<P> {
    if let Action::SetProgram(program) = action {
        return set_program(decider, program);
    }
    let row = known(decider.working).program().ok_or(refused(Rejection::ProgramNotFound))?;
    let program = &row.program;
    let asset = decider.asset(Some(&program.asset))?.no;
    let points = Deciding { program, asset, id, decider };
    match action {
        Action::Earn(earning) => points.earn(earning),
        Action::Adjust(adjustment) => points.adjust(adjustment),
        Action::Spend { member, points: asked } => points.spend(member, *asked),
        Action::Refund { spend, points: asked } => points.refund(*spend, *asked),
        Action::Close { purse, lot, as_of } => points.close(*purse, *lot, *as_of),
        Action::Mature { earning, purse, lot, matures_at } => points.mature(*earning, *purse, *lot, *matures_at),
        // It was decided above.
        Action::SetProgram(_) => Ok(SAME),
    }
}

/// A refusal of this product's own.
fn refused<P: Host>(rejection: Rejection) -> LedgerRejection<P> {
    LedgerRejection::Product(rejection.into())
}

fn set_program<P: Host>(decider: Decider<'_, P>, program: &Program) -> Decided<P> {
    decider.asset(Some(&program.asset))?;
    match known(decider.working).program() {
        Some(row) if row.program == *program => return Ok(SAME),
        Some(row) => {
            if row.has_lots && (row.program.asset != program.asset || row.program.order != program.order) {
                return Err(refused(Rejection::ProgramFixed));
            }
        }
        None => {
            let taken = known(decider.working).member(PREFIX).expect("accounts of points are in the footprint");
            if let Some(account) = taken.first().and_then(|no| decider.working.account_name(*no)) {
                return Err(LedgerRejection::AccountExists { account: account.clone() });
            }
        }
    }
    let fact = LedgerFact::Product(Box::new(Fact::ProgramSet(program.clone()).into()));
    changed(decider.draft.push(decider.working, decider.at, fact))
}

struct Deciding<'a, P: Host> {
    program: &'a Program,
    asset: AssetNo,
    id: Id,
    decider: Decider<'a, P>,
}

impl<'a, P: Host> Deciding<'a, P> {
    fn earn(mut self, earning: &Earning) -> Decided<P> {
        check_points(earning.points)?;
        let at = self.decider.at;
        let earned_at = earning.earned_at.unwrap_or(at);
        let expires_at = earning.expires_at.or_else(|| self.program.expires_at(earned_at));
        let matures_at = self.program.matures_at(earned_at).filter(|matures_at| *matures_at > at);
        let holding = &earning.holding;
        let issued = self.open(&holding.issued, Limits::NONE, || holding.payer_metadata())?;
        let (slot, account, held) = self.open_purse(holding)?;
        let detail = Detail { metadata: earning.metadata.clone(), ..Detail::default() }.boxed();
        let into = self.leg(issued, slot, earning.points);
        let is_lost = matures_at.is_none() && is_over(expires_at, at);
        let first = match matures_at {
            Some(_) => self.decider.hold(self.id, &[into], detail)?,
            None if is_lost => {
                let lost = self.lose(&holding.purse, into.destination, into.amount, || holding.payer_metadata())?;
                self.decider.post(self.id, &[into, lost], detail)?
            }
            None => self.decider.post(self.id, &[into], detail)?,
        };
        let arrival = self.decider.draft.next_seq(self.decider.working);
        let key = LotKey::new(self.program.order, earned_at, expires_at, arrival);
        let lot = LotRow { lot: Lot { key, points: earning.points }, expires_at };
        let fate = match matures_at {
            Some(matures_at) => Fate::Pending(matures_at),
            None if is_lost => Fate::Lost,
            None => take_in(held, lot)?,
        };
        self.record(Fact::Earned { purse: account, lot, fate });
        changed(first)
    }

    fn adjust(mut self, adjustment: &Adjustment) -> Decided<P> {
        check_points(adjustment.points)?;
        let holding = &adjustment.holding;
        let insufficient = |available| {
            refused(Rejection::InsufficientPoints {
                member: holding.member.clone(),
                payer: Some(holding.payer.clone()),
                available,
                needed: adjustment.points,
            })
        };
        let Some((slot, account, held)) = self.purse_of(holding)? else {
            return Err(insufficient(Amount::ZERO));
        };
        let available = left(self.decider.working, account);
        if available < adjustment.points {
            return Err(insufficient(available));
        }
        let (after, drawn) = held.row.purse.advance(window(held), adjustment.points).map_err(|_| too_many_lots())?;
        check_lots(drawn.len())?;
        let issued = self.open(&holding.issued, Limits::NONE, || holding.payer_metadata())?;
        let leg = self.leg(slot, issued, adjustment.points);
        let detail = Detail { metadata: adjustment.metadata.clone(), ..Detail::default() }.boxed();
        let first = self.decider.post(self.id, &[leg], detail)?;
        self.record(Fact::Adjusted { purse: account, points: adjustment.points, after });
        changed(first)
    }

    fn spend(mut self, party: &Party, asked: Amount) -> Decided<P> {
        check_points(asked)?;
        let member = member(party);
        let working = self.decider.working;
        let accounts = known(working).member(member.as_str()).expect("members of spends are in the footprint");
        let available = Amount::new(total(working, accounts).unsigned_abs());
        let insufficient =
            || refused(Rejection::InsufficientPoints { member: party.clone(), payer: None, available, needed: asked });
        if available < asked {
            return Err(insufficient());
        }
        let purses = purses(working, accounts.iter().copied());
        let spent = spend(&purses, asked).map_err(|error| match error {
            SpendError::Insufficient { .. } => insufficient(),
            SpendError::Beyond(_) => too_many_lots(),
        })?;
        check_lots(spent.deductions.len())?;
        let mut legs = Vec::new();
        for (account, lots) in by_payer(&spent.deductions) {
            let points = lots.iter().fold(Amount::ZERO, |sum, lot| plus(sum, lot.points));
            let (name, from, metadata) = self.purse_account(account)?;
            let redeemed = self.open(&redeemed_of(&name), Limits::DEFAULT, || metadata)?;
            legs.push(self.leg(from, redeemed, points));
        }
        let first = self.decider.post(self.id, &legs, None)?;
        let after: Vec<(AccountNo, Purse)> = spent.purses.into_iter().collect();
        self.record(Fact::Spent { deductions: spent.deductions, after });
        changed(first)
    }

    fn refund(mut self, spend: Id, asked: Option<Amount>) -> Decided<P> {
        let working = self.decider.working;
        let row = known(working).spend(spend).expect("spends of refunds are in the footprint");
        let row = row.ok_or(refused(Rejection::SpendNotFound { spend }))?;
        let rest = not_given_back(&row.deductions, row.refunded);
        let available = rest.iter().fold(Amount::ZERO, |sum, one| plus(sum, one.points));
        let points = asked.unwrap_or(available);
        if points > available || available == Amount::ZERO {
            return Err(refused(Rejection::ExceedsSpend { spend, available }));
        }
        check_points(points)?;
        let purses = purses(working, last_of(&rest, points).map(|one| one.payer));
        let is_open =
            |account, lot| known(working).is_open(account, lot).expect("lots of refunds are in the footprint");
        let given = refund(&purses, &rest, points, is_open).map_err(|_| too_many_lots())?;
        let mut legs = Vec::new();
        for (account, points) in &given.returned {
            let (name, to, metadata) = self.purse_account(*account)?;
            let redeemed = self.open(&redeemed_of(&name), Limits::DEFAULT, || metadata)?;
            legs.push(self.leg(redeemed, to, *points));
        }
        let mut lost = Amount::ZERO;
        for (account, points) in &given.lost {
            let (name, _, metadata) = self.purse_account(*account)?;
            let redeemed = self.open(&redeemed_of(&name), Limits::DEFAULT, || metadata.clone())?;
            legs.push(self.lose(&name, redeemed, *points, || metadata)?);
            lost = plus(lost, *points);
        }
        let first = self.decider.post(self.id, &legs, None)?;
        let after: Vec<(AccountNo, Purse)> = given.purses.into_iter().collect();
        let refunded = plus(row.refunded, points);
        self.record(Fact::Refunded { spend, spent_at: row.spent_at, points, lost, refunded, after });
        changed(first)
    }

    fn close(mut self, account: AccountNo, key: LotKey, as_of: Timestamp) -> Decided<P> {
        let Some(held) = self.held(account) else { return Ok(SAME) };
        let lot = known(self.decider.working).lot(account, key).expect("lots to close are in the footprint");
        let lot = lot.filter(|lot| lot.expires_at.is_some_and(|expires_at| expires_at <= as_of));
        let Some(lot) = lot else { return Ok(SAME) };
        let (after, closed) = held.row.purse.close(window(held), lot.lot).map_err(|_| too_many_lots())?;
        let mut first = None;
        if closed.left > Amount::ZERO {
            let (name, from, metadata) = self.purse_account(account)?;
            let leg = self.lose(&name, from, closed.left, || metadata)?;
            first = Some(self.decider.post(self.id, &[leg], None)?);
        }
        let seq = self.record(Fact::Closed { purse: account, lot, left: closed.left, after });
        changed(first.unwrap_or(seq))
    }

    fn mature(mut self, earning: Id, account: AccountNo, lot: LotRow, matures_at: Timestamp) -> Decided<P> {
        let at = self.decider.at;
        let hold = self.decider.transaction(earning)?;
        let is_pending = matches!(hold.state, TransactionState::Pending { .. });
        let held = self.held(account);
        if !is_pending || matures_at > at || held.is_none() {
            return Ok(SAME);
        }
        let first = self.decider.post_held(earning, &hold, None)?;
        let fate = if is_over(lot.expires_at, at) {
            let (name, from, metadata) = self.purse_account(account)?;
            let lost = self.lose(&name, from, lot.lot.points, || metadata)?;
            self.decider.post(self.id, &[lost], None)?;
            Fate::Lost
        } else {
            take_in(held, lot)?
        };
        self.record(Fact::Matured { earning, matured_at: matures_at, purse: account, lot, fate });
        changed(first)
    }

    /// # Panics
    /// When it was not looked up whether the account is a purse.
    fn held(&self, account: AccountNo) -> Option<&'a Held> {
        known(self.decider.working).purse(account).expect("purses of commands are in the footprint")
    }

    fn leg(&self, source: BalanceSlot, destination: BalanceSlot, amount: Amount) -> ResolvedLeg {
        ResolvedLeg { source, destination, asset: self.asset, amount }
    }

    /// From a purse to what was lost of its payer's points.
    fn lose(
        &mut self,
        purse: &Name,
        from: BalanceSlot,
        points: Amount,
        metadata: impl FnOnce() -> Metadata,
    ) -> Result<ResolvedLeg, LedgerRejection<P>> {
        let breakage = self.open(&breakage_of(purse), Limits::DEFAULT, metadata)?;
        Ok(self.leg(from, breakage, points))
    }

    /// An account of points, opened where it is missing.
    fn open(
        &mut self,
        name: &Name,
        limits: Limits,
        metadata: impl FnOnce() -> Metadata,
    ) -> Result<BalanceSlot, LedgerRejection<P>> {
        match self.decider.open_slot(name, self.asset)? {
            Some(slot) => Ok(slot),
            None => Ok(self.decider.open_new(name, self.asset, limits, metadata())),
        }
    }

    /// The purse of a holding, opened where it is missing.
    fn open_purse(
        &mut self,
        holding: &Holding,
    ) -> Result<(BalanceSlot, AccountNo, Option<&'a Held>), LedgerRejection<P>> {
        if let Some((slot, account, held)) = self.purse_of(holding)? {
            return Ok((slot, account, Some(held)));
        }
        let member = member_of(&holding.purse).unwrap_or_default();
        let known = known(self.decider.working).member(member).expect("members with new purses are in the footprint");
        if known.len() >= PAYERS_MAX {
            return Err(refused(Rejection::TooManyPayers { limit: bound(PAYERS_MAX) }));
        }
        let slot = self.decider.open_new(&holding.purse, self.asset, Limits::DEFAULT, holding.metadata());
        let account = self.decider.draft.balance(self.decider.working, slot).account;
        Ok((slot, account, None))
    }

    /// The purse of a holding that there is. An account of that name that is no purse is another's.
    fn purse_of(&self, holding: &Holding) -> Result<Option<(BalanceSlot, AccountNo, &'a Held)>, LedgerRejection<P>> {
        let Some(place) = self.decider.draft.account(self.decider.working, &holding.purse) else { return Ok(None) };
        let account = self.decider.draft.account_row(self.decider.working, place).no;
        let slot = self.decider.open_slot(&holding.purse, self.asset)?;
        match slot.zip(self.held(account)) {
            Some((slot, held)) => Ok(Some((slot, account, held))),
            None => Err(LedgerRejection::AccountExists { account: holding.purse.clone() }),
        }
    }

    /// # Panics
    /// When the account is not loaded.
    fn purse_account(&self, account: AccountNo) -> Result<(Name, BalanceSlot, Metadata), LedgerRejection<P>> {
        let slot = self.decider.working.account_by_no(account).expect("accounts of purses are in the footprint");
        let row = self.decider.draft.account_row(self.decider.working, slot);
        let pairs = row.metadata.pairs().iter().filter(|(key, _)| key == PAYER).cloned();
        let metadata = Metadata::new(pairs);
        let slot = self.decider.open_slot(&row.name, self.asset)?.expect("a purse is open for the program's asset");
        Ok((row.name, slot, metadata))
    }

    fn record(&mut self, fact: Fact) -> Seq {
        let fact = LedgerFact::Product(Box::new(fact.into()));
        self.decider.draft.push(self.decider.working, self.decider.at, fact)
    }
}

/// Opens a lot: it takes its place among the others.
fn take_in<P: Host>(held: Option<&Held>, lot: LotRow) -> Result<Fate, LedgerRejection<P>> {
    let after = match held {
        None => Purse::default().earn(&UNKNOWN, lot.lot, None),
        Some(held) => held.row.purse.earn(window(held), lot.lot, held.row.last),
    };
    let after = after.map_err(|_| too_many_lots())?;
    Ok(Fate::Open(after))
}

/// The purses among these accounts.
///
/// # Panics
/// When it was not looked up whether one of them is a purse.
fn purses<P: Host>(
    working: &Working<P>,
    accounts: impl Iterator<Item = AccountNo>,
) -> BTreeMap<AccountNo, (Purse, &Window)> {
    let held = accounts.filter_map(|account| {
        let held = known(working).purse(account).expect("purses of commands are in the footprint");
        Some((account, held?))
    });
    held.map(|(account, held)| (account, (held.row.purse, window(held)))).collect()
}

fn window(held: &Held) -> &Window {
    held.window.as_ref().unwrap_or(&UNKNOWN)
}

fn is_over(expires_at: Option<Timestamp>, at: Timestamp) -> bool {
    expires_at.is_some_and(|expires_at| expires_at <= at)
}

fn check_points<P: Host>(points: Amount) -> Result<(), LedgerRejection<P>> {
    match points {
        Amount::ZERO => Err(LedgerRejection::AmountZero),
        points if !points.is_within_limit() => Err(LedgerRejection::AmountTooLarge),
        _ => Ok(()),
    }
}

fn check_lots<P: Host>(count: usize) -> Result<(), LedgerRejection<P>> {
    if count <= LOTS_MAX { Ok(()) } else { Err(too_many_lots()) }
}

fn too_many_lots<P: Host>() -> LedgerRejection<P> {
    refused(Rejection::TooManyLots { limit: bound(LOTS_MAX) })
}

fn bound(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
