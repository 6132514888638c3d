//! Deciding what is asked of advances: all checks, no change.
//!
//! Every decision is an event of an advance. What it moves is derived from the difference that the event makes: before
//! and after it an advance has put so much into each of its accounts. Where that difference is what is held for a
//! credit or a debit, the hold is posted; where it is another, or none, the hold is given up and the rest is a
//! transaction of its own. So balances and plans cannot disagree.

use super::Host;
use super::accounts::{cash, metadata, overpaid, receivable, written_off};
use super::advance::{Advance, Credit, Shares, credit_key};
use super::book::Book;
use super::command::Action;
use super::day::Day;
use super::fact::{Event, Fact};
use super::footprint::known;
use super::plan::Hold;
use super::rejection::Rejection;
use super::terms::Terms;
use super::transaction::{Progress, TransactionId, TransactionResult};
use crate::ledger::decider::{Decided, Decider, ResolvedLeg, SAME, changed};
use crate::ledger::effect::Fact as LedgerFact;
use crate::ledger::rejection::Rejection as LedgerRejection;
use crate::ledger::rows::{Leg, TransactionRow, TransactionState};
use crate::ledger::terms::{Limits, Metadata};
use crate::ledger::working::BalanceSlot;
use crate::money::Amount;
use crate::names::{Name, Party};
use crate::numbers::{AccountNo, AssetNo, Id, Seq};

/// The largest advance, in minor units: with the most debits that a plan may have, a millionth of the largest balance.
const AMOUNT_MAX: u128 = 10u128.pow(29);

/// Decides one action on advances.
///
/// # Panics
/// When a row of its footprint is not loaded.
pub(crate) fn decide<P: Host>(decider: Decider<'_, P>, id: Id, action: &Action) -> Decided<P> {
    if let Action::SetTerms { asset, terms } = action {
        return set_terms(decider, asset, *terms);
    }
    let book = known(decider.working).book().ok_or(refused(Rejection::TermsNotFound))?;
    let asset = decider.asset(Some(&book.asset))?.no;
    let deciding = Deciding { book, asset, id, decider };
    match action {
        Action::Open { customer, amount } => deciding.open(customer, *amount),
        Action::AskCredit { advance } => deciding.ask_credit(*advance),
        Action::KeepCredit { advance } => deciding.keep_credit(*advance),
        Action::Cancel { advance } => deciding.cancel(*advance),
        Action::AskDebit { advance, number, as_of } => deciding.ask_debit(*advance, *number, *as_of),
        Action::Send { advance, number, transaction, as_of } => deciding.send((*advance, *number), transaction, *as_of),
        Action::Report { transaction, result, of } => deciding.report(transaction, *result, *of),
        Action::Refuse { advance, number, key, reason, as_of } => {
            deciding.refuse((*advance, *number, *key), reason, *as_of)
        }
        Action::Retry { advance, customer } => deciding.retry(*advance, customer.as_ref()),
        Action::NoteUnanswered { advance, as_of } => deciding.note_unanswered(*advance, *as_of),
        Action::AcceptReport { as_of, reason } => {
            deciding.record(Fact::ReportAccepted { as_of: *as_of, reason: reason.clone() })
        }
        Action::TimeOut { advance, as_of } => deciding.time_out(*advance, *as_of),
        Action::WriteOff { advance } => deciding.write_off(*advance),
        Action::PayOff { advance } => deciding.pay_off(*advance),
        Action::StartRun { as_of } => deciding.start_run(*as_of),
        Action::EndRun { as_of, end } => {
            deciding.check_run(*as_of)?;
            deciding.record(Fact::RunEnded { as_of: *as_of, end: end.clone() })
        }
        Action::NoteReport { as_of, reading } => deciding.record(Fact::ReportRead { as_of: *as_of, reading: *reading }),
        Action::NoteUnreadable { as_of, line, reason } => {
            deciding.record(Fact::Unreadable { as_of: *as_of, line: *line, reason: reason.clone() })
        }
        // It was decided above.
        Action::SetTerms { .. } => Ok(SAME),
    }
}

/// A refusal of this product's own.
fn refused<P: Host>(rejection: Rejection) -> LedgerRejection<P> {
    LedgerRejection::Product(rejection.into())
}

fn set_terms<P: Host>(decider: Decider<'_, P>, asset: &Name, terms: Terms) -> Decided<P> {
    decider.asset(Some(asset))?;
    match known(decider.working).book() {
        Some(book) if book.asset == *asset && book.terms == terms => return Ok(SAME),
        Some(book) if book.asset != *asset && book.has_advances => return Err(refused(Rejection::TermsFixed)),
        Some(_) => {}
        None => {
            let taken = known(decider.working).taken().expect("accounts of advances are in the footprint");
            if let Some(account) = taken.first() {
                return Err(LedgerRejection::AccountExists { account: account.clone() });
            }
        }
    }
    let fact = LedgerFact::Product(Box::new(Fact::TermsSet { asset: asset.clone(), terms }.into()));
    changed(decider.draft.push(decider.working, decider.at, fact))
}

struct Deciding<'a, P: Host> {
    book: &'a Book,
    asset: AssetNo,
    id: Id,
    decider: Decider<'a, P>,
}

/// Where the money of an advance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Cash,
    Receivable,
    Overpaid,
    WrittenOff,
}

impl<'a, P: Host> Deciding<'a, P> {
    fn open(mut self, customer: &Party, amount: Amount) -> Decided<P> {
        match amount {
            Amount::ZERO => return Err(LedgerRejection::AmountZero),
            // Each of its debits may succeed, and all that is overpaid must still be a balance.
            amount if amount.minor_units() > AMOUNT_MAX => return Err(LedgerRejection::AmountTooLarge),
            _ => {}
        }
        let (account, advance) = self.hold_credit(customer, amount)?;
        let (terms, day) = (self.book.terms, Day::of(self.decider.at));
        let customer = customer.clone();
        let (id, key) = (self.id, credit_key(&self.decider.working.head().ledger, self.id));
        self.push(Fact::Opened { advance, id, key, customer, account, amount, terms, day });
        changed(advance)
    }

    /// Holds what is paid out to a customer; says in which account they owe it, and where it is held.
    fn hold_credit(&mut self, customer: &Party, amount: Amount) -> Result<(AccountNo, Seq), LedgerRejection<P>> {
        let cash = self.slot(&cash(), Metadata::default);
        let owed = self.slot(&receivable(customer), || metadata(customer));
        let leg = ResolvedLeg { source: cash, destination: owed, asset: self.asset, amount };
        let hold = self.decider.hold(self.id, &[leg], None)?;
        Ok((self.account_of(owed), hold))
    }

    /// # Panics
    /// When the advance was not looked up.
    fn advance(&self, no: Seq) -> Result<&'a Advance, LedgerRejection<P>> {
        let known = known(self.decider.working).advance(no).expect("advances of commands are in the footprint");
        known.ok_or(refused(Rejection::AdvanceNotFound))
    }

    fn ask_credit(self, no: Seq) -> Decided<P> {
        let advance = self.advance(no)?;
        match (&advance.credit, advance.is_retried) {
            (Credit::Waiting, _) | (Credit::Asked(Progress::Calling), false) => {
                self.change(advance, Event::CreditAsked)
            }
            (Credit::Cancelled | Credit::Asked(_), _) => Ok(SAME),
        }
    }

    /// Of several tries, one that did not arrive says nothing about the others.
    fn keep_credit(self, no: Seq) -> Decided<P> {
        let advance = self.advance(no)?;
        let is_sole = advance.credit == Credit::Asked(Progress::Calling) && !advance.is_retried;
        if is_sole { self.change(advance, Event::CreditWaits) } else { Ok(SAME) }
    }

    fn cancel(mut self, no: Seq) -> Decided<P> {
        let advance = self.advance(no)?;
        match advance.credit {
            Credit::Cancelled => Ok(SAME),
            // What was held for it was given back when it was refused.
            Credit::Asked(Progress::Refused(_)) => self.change(advance, Event::CreditCancelled),
            Credit::Asked(_) => Err(refused(Rejection::CreditSent { id: advance.id })),
            Credit::Waiting => {
                let hold = self.held(advance, 0);
                self.decider.void_held(hold.id, &hold);
                self.change(advance, Event::CreditCancelled)
            }
        }
    }

    fn ask_debit(mut self, no: Seq, number: u32, as_of: Day) -> Decided<P> {
        self.check_run(as_of)?;
        let advance = self.advance(no)?;
        let first_replacement = u32::try_from(advance.plan.len()).unwrap_or(u32::MAX).saturating_add(1);
        let due = advance.due(as_of).into_iter().find(|(due, _)| *due == number && number <= first_replacement);
        let Some((_, installment)) = due else { return Ok(SAME) };
        let cash = self.slot(&cash(), Metadata::default);
        let owed = self.owed(advance);
        let amount = installment.amount;
        let leg = ResolvedLeg { source: owed, destination: cash, asset: self.asset, amount };
        let hold = self.decider.hold(self.id, &[leg], None)?;
        let (of, due, key) = (installment.of, installment.due, self.id);
        self.change(advance, Event::DebitAsked { number, of, due, amount, key, hold, asked: as_of })?;
        changed(hold)
    }

    fn send(mut self, (no, number): (Seq, u32), transaction: &TransactionId, as_of: Option<Day>) -> Decided<P> {
        let advance = self.advance(no)?;
        match advance.progress(number) {
            Some(Progress::Calling | Progress::Refused(_)) => {}
            Some(progress) if progress.transaction() == Some(transaction) => return Ok(SAME),
            Some(_) => return Err(refused(Rejection::TransactionTaken { transaction: transaction.clone() })),
            None => return Ok(SAME),
        }
        let known = known(self.decider.working).transaction(transaction);
        let known = known.expect("transactions of commands are in the footprint");
        if known.is_some_and(|row| row.of.is_some()) {
            return Err(refused(Rejection::TransactionTaken { transaction: transaction.clone() }));
        }
        let day = as_of.unwrap_or_else(|| Day::of(self.decider.at));
        let sent = Event::Sent { number, transaction: transaction.clone(), day };
        let mut after = advance.clone();
        after.evolve(&sent);
        let first = self.push(Fact::Changed { advance: no, event: sent, changes: Vec::new() });
        // A report may have named it before its name was known.
        if let Some(result) = known.and_then(|row| row.result) {
            self.become_so(&after, number, Event::Reported { number, result })?;
        }
        changed(first)
    }

    /// Only what was asked for under this key, and has no response yet, can be refused: what the processor has, it has.
    fn refuse(self, (no, number, key): (Seq, u32, Id), reason: &str, as_of: Option<Day>) -> Decided<P> {
        let advance = self.advance(no)?;
        if advance.progress(number) != Some(&Progress::Calling) || advance.key(number) != Some(key) {
            return Ok(SAME);
        }
        let day = as_of.unwrap_or_else(|| Day::of(self.decider.at));
        let times = advance.refusals(number).saturating_add(1);
        self.settle(advance, number, Event::Refused { number, key, day, times, reason: reason.to_owned() })
    }

    fn retry(mut self, no: Seq, customer: Option<&Party>) -> Decided<P> {
        let advance = self.advance(no)?;
        if !matches!(advance.credit, Credit::Asked(Progress::Refused(_))) {
            return Err(refused(Rejection::NotRefused { id: advance.id }));
        }
        let customer = customer.unwrap_or(&advance.customer).clone();
        let (account, seq) = self.hold_credit(&customer, advance.amount)?;
        let (key, day) = (credit_key(&self.decider.working.head().ledger, self.id), Day::of(self.decider.at));
        let hold = Hold { id: self.id, seq };
        self.change(advance, Event::CreditRetried { key, hold, customer, account, day })?;
        changed(seq)
    }

    fn note_unanswered(mut self, no: Seq, as_of: Day) -> Decided<P> {
        self.check_run(as_of)?;
        let advance = self.advance(no)?;
        let mut first = None;
        for number in advance.unanswered(as_of) {
            let event = Event::Unanswered { number };
            let seq = self.push(Fact::Changed { advance: no, event, changes: Vec::new() });
            first = first.or(Some(seq));
        }
        first.map_or(Ok(SAME), changed)
    }

    fn report(self, transaction: &TransactionId, result: TransactionResult, of: Option<(Seq, u32)>) -> Decided<P> {
        let known = || known(self.decider.working).transaction(transaction);
        let of = match of {
            Some(of) => Some(of),
            None => {
                let known = known().expect("transactions of commands are in the footprint");
                if !known.is_none_or(|row| row.is_news(result)) {
                    return Ok(SAME);
                }
                known.and_then(|row| row.of)
            }
        };
        let Some((no, number)) = of else {
            return self.record(Fact::Unknown { transaction: transaction.clone(), result });
        };
        let advance = self.advance(no)?;
        let progress = advance.progress(number).filter(|progress| progress.transaction() == Some(transaction));
        if progress.and_then(|progress| progress.after(result)).is_none() {
            return Ok(SAME);
        }
        self.settle(advance, number, Event::Reported { number, result })
    }

    fn time_out(mut self, no: Seq, as_of: Day) -> Decided<P> {
        self.check_run(as_of)?;
        let advance = self.advance(no)?;
        let mut first = None;
        let mut now = advance.clone();
        for (number, is_told) in advance.overdue(as_of, &self.book.reports) {
            let is_silent = matches!(advance.progress(number), Some(Progress::Silent(..)));
            let event = match (is_told, is_silent) {
                (true, _) => Event::TimedOut { number },
                (false, false) => Event::Silent { number },
                (false, true) => continue,
            };
            let seq = self.become_so(&now, number, event.clone())?;
            now.evolve(&event);
            first = first.or(Some(seq));
        }
        first.map_or(Ok(SAME), changed)
    }

    fn write_off(self, no: Seq) -> Decided<P> {
        let advance = self.advance(no)?;
        if advance.is_written_off {
            return Ok(SAME);
        }
        if !advance.has_debts() {
            return Err(refused(Rejection::NotCollected { id: advance.id }));
        }
        self.settle(advance, 0, Event::WrittenOff)
    }

    fn pay_off(self, no: Seq) -> Decided<P> {
        let advance = self.advance(no)?;
        if !advance.has_debts() || advance.is_written_off {
            return Err(refused(Rejection::NotCollected { id: advance.id }));
        }
        let day = Day::of(self.decider.at);
        if advance.plan.iter().all(|installment| installment.debit.is_some() || installment.due <= day) {
            return Ok(SAME);
        }
        self.change(advance, Event::PaidOff { day })
    }

    fn start_run(self, as_of: Day) -> Decided<P> {
        if let Some(last) = self.book.last_done.filter(|last| as_of < *last) {
            return Err(refused(Rejection::RunBeforeLast { last }));
        }
        match self.book.running() {
            Some(run) if run.as_of == as_of => Ok(SAME),
            Some(run) if as_of < run.as_of => Err(refused(Rejection::RunBeforeLast { last: run.as_of })),
            Some(_) | None => {
                let id = self.id;
                self.record(Fact::RunStarted { id, as_of })
            }
        }
    }

    /// A run that is over, or was overtaken, cannot be carried on any more.
    fn check_run(&self, as_of: Day) -> Result<(), LedgerRejection<P>> {
        match self.book.running() {
            Some(run) if run.as_of == as_of => Ok(()),
            Some(_) | None => Err(refused(Rejection::RunOver)),
        }
    }

    // What an event is for the money.

    fn record(mut self, fact: Fact) -> Decided<P> {
        changed(self.push(fact))
    }

    fn push(&mut self, fact: Fact) -> Seq {
        let fact = LedgerFact::Product(Box::new(fact.into()));
        self.decider.draft.push(self.decider.working, self.decider.at, fact)
    }

    /// An event that moves nothing.
    fn change(mut self, advance: &Advance, event: Event) -> Decided<P> {
        let mut after = advance.clone();
        after.evolve(&event);
        debug_assert!(after.shares() == advance.shares(), "money moves with a settlement alone");
        let changes = advance.changes(&after);
        changed(self.push(Fact::Changed { advance: advance.no, event, changes }))
    }

    fn settle(mut self, advance: &Advance, number: u32, event: Event) -> Decided<P> {
        changed(self.become_so(advance, number, event)?)
    }

    /// An event, with the money that it moves before it, and what it makes owed again. Says where the first of it
    /// stands.
    fn become_so(&mut self, advance: &Advance, number: u32, event: Event) -> Result<Seq, LedgerRejection<P>> {
        let first = self.decider.draft.next_seq(self.decider.working);
        let mut after = advance.clone();
        after.evolve(&event);
        let changes = advance.changes(&after);
        let again = self.owed_again(advance, &after).map(|again| {
            let before = after.clone();
            after.evolve(&again);
            (again, before.changes(&after))
        });
        let is_pending = |advance: &Advance| advance.progress(number).is_some_and(Progress::is_pending);
        let difference = after.shares().less(advance.shares());
        if is_pending(advance) && !is_pending(&after) {
            let hold = self.held(advance, number);
            let id = hold.id;
            if difference == of_hold(advance, number) {
                self.decider.post_held(id, &hold, None)?;
            } else {
                self.decider.void_held(id, &hold);
                self.transfer(advance, difference)?;
            }
        } else {
            self.transfer(advance, difference)?;
        }
        let facts = std::iter::once((event, changes)).chain(again);
        for (event, changes) in facts {
            self.push(Fact::Changed { advance: advance.no, event, changes });
        }
        Ok(first)
    }

    /// Less is overpaid than before: a debit was returned. What people have paid back of it meanwhile, by transactions
    /// of their own, the customer owes again: the part for which nothing overpaid is left in the account.
    fn owed_again(&self, before: &Advance, after: &Advance) -> Option<Event> {
        let returned = after.shares().less(before.shares()).overpaid;
        if returned <= 0 {
            return None;
        }
        let (working, draft) = (self.decider.working, &*self.decider.draft);
        let account = draft.account(working, &overpaid(&before.customer))?;
        let left = draft.balance(working, draft.balance_slot(working, account, self.asset)?).posted.minor_units();
        let amount = left.saturating_add(returned).min(returned);
        let (number, due) = (after.next_number(), after.last_due().plus(after.terms.interval_days));
        (amount > 0).then(|| Event::OwedAgain { number, due, amount: Amount::new(amount.unsigned_abs()) })
    }

    /// Moves money so that every account gets its difference: from those that have too much, to those that have too
    /// little, in a fixed order.
    fn transfer(&mut self, advance: &Advance, difference: Shares) -> Result<(), LedgerRejection<P>> {
        let mut rest = [
            (Holder::Receivable, difference.receivable),
            (Holder::Overpaid, difference.overpaid),
            (Holder::WrittenOff, difference.written_off),
            (Holder::Cash, difference.cash),
        ];
        let mut legs = Vec::new();
        loop {
            let source = rest.iter().position(|(_, left)| *left < 0);
            let destination = rest.iter().position(|(_, left)| *left > 0);
            let (Some(source), Some(destination)) = (source, destination) else { break };
            let (Some((from, owes)), Some((to, gets))) = (rest.get(source).copied(), rest.get(destination).copied())
            else {
                break;
            };
            let amount = owes.saturating_neg().min(gets);
            let (source_slot, destination_slot) = (self.holder(advance, from), self.holder(advance, to));
            legs.push(ResolvedLeg {
                source: source_slot,
                destination: destination_slot,
                asset: self.asset,
                amount: Amount::new(amount.unsigned_abs()),
            });
            for (place, moved) in [(source, amount), (destination, amount.saturating_neg())] {
                if let Some((_, left)) = rest.get_mut(place) {
                    *left = left.saturating_add(moved);
                }
            }
        }
        if !legs.is_empty() {
            self.decider.post(self.id, &legs, None)?;
        }
        Ok(())
    }

    fn holder(&mut self, advance: &Advance, holder: Holder) -> BalanceSlot {
        match holder {
            Holder::Cash => self.slot(&cash(), Metadata::default),
            Holder::Receivable => self.owed(advance),
            Holder::Overpaid => self.slot(&overpaid(&advance.customer), || metadata(&advance.customer)),
            Holder::WrittenOff => self.slot(&written_off(), Metadata::default),
        }
    }

    /// An account of advances, opened where it is missing, without a floor. It takes what is reported of the world
    /// outside, frozen or not.
    fn slot(&mut self, name: &Name, metadata: impl FnOnce() -> Metadata) -> BalanceSlot {
        let (working, draft) = (self.decider.working, &*self.decider.draft);
        let account = draft.account(working, name);
        match account.and_then(|account| draft.balance_slot(working, account, self.asset)) {
            Some(slot) => slot,
            None => self.decider.open_new(name, self.asset, Limits::NONE, metadata()),
        }
    }

    /// # Panics
    /// When the account is not loaded.
    fn owed(&self, advance: &Advance) -> BalanceSlot {
        let working = self.decider.working;
        let slot = working.account_by_no(advance.account).expect("accounts of advances are in the footprint");
        let balance = self.decider.draft.balance_slot(working, slot, self.asset);
        balance.expect("what is owed is in the asset of advances")
    }

    fn account_of(&self, slot: BalanceSlot) -> AccountNo {
        self.decider.draft.balance(self.decider.working, slot).account
    }

    /// What is held for a credit or a debit, as the ledger knows it: no one else can end it.
    fn held(&mut self, advance: &Advance, number: u32) -> TransactionRow {
        let cash = self.slot(&cash(), Metadata::default);
        let cash = self.account_of(cash);
        let debit = advance.installment(number).and_then(|one| Some((one.amount, one.debit.as_ref()?)));
        let (id, seq, source, destination, amount) = match debit {
            Some((amount, debit)) => (debit.key, debit.hold, advance.account, cash, amount),
            None => (advance.hold.id, advance.hold.seq, cash, advance.account, advance.amount),
        };
        let legs = vec![Leg { source, destination, asset: self.asset, amount }];
        TransactionRow { id, seq, legs, state: TransactionState::Pending { expires_at: None }, reversed: Vec::new() }
    }
}

/// What posting the hold of a credit or a debit does.
fn of_hold(advance: &Advance, number: u32) -> Shares {
    let (cash, receivable) = match advance.installment(number) {
        Some(installment) => (installment.amount.signed(), installment.amount.signed().saturating_neg()),
        None => (advance.amount.signed().saturating_neg(), advance.amount.signed()),
    };
    Shares { cash, receivable, ..Shares::default() }
}
