//! One advance: its credit, its plan, and what is known of every debit. All of it is one row.
//!
//! Always true: what is owed, overpaid and written off follows from what became of the credit and the debits alone,
//! whatever the order in which that was learnt. Nothing of it is stored: the replacements of what failed, and the
//! balances, are derived from the debits that were asked for each time. So the same words of a processor, in any order,
//! leave the same advance.

use super::day::{Day, Days};
use super::fact::{Event, PlanChange};
use super::obligation::{Obligation, obligations};
use super::plan::{Debit, Hold, Installment, number};
use super::terms::Terms;
use super::transaction::{Progress, TransactionResult};
use crate::codec::Fingerprint;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::names::{Name, Party};
use crate::numbers::{AccountNo, Id, Seq};

/// The most installments and replacements of one plan: with the longest plan, ten more years of weeks. A plan is one
/// row, and one that failed so often is for people.
pub const INSTALLMENTS_MAX: usize = 1_040;

/// An advance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Where in the journal it begins, with the hold of its credit: what it is found by.
    pub no: Seq,
    /// Its id: of the command that opened it, and of the hold.
    pub id: Id,
    /// The key under which the credit is asked for: another one for each time that a person has a refused credit tried
    /// again.
    pub key: Id,
    /// Where the credit is held: with the advance at first, elsewhere once it was refused and is tried again.
    pub hold: Hold,
    /// Who gets it: the account that it is paid to and collected from.
    pub customer: Party,
    /// What they owe.
    pub account: AccountNo,
    /// How much it is.
    pub amount: Amount,
    /// On what terms.
    pub terms: Terms,
    /// The day on which it was asked for.
    pub opened: Day,
    /// The day from which on its credit is asked for under its present key.
    pub asked: Day,
    /// How far the credit is.
    pub credit: Credit,
    /// Whether the credit was tried again while it was not known what became of the try before: from then on no one can
    /// say that nothing of it reached the processor.
    pub is_retried: bool,
    /// Whether people know that its credit was tried for a day without a response.
    pub is_unanswered: bool,
    /// Its installments, once the credit succeeded, and the replacements that were asked for, in order of their
    /// numbers.
    pub plan: Vec<Installment>,
    /// Whether nothing more is asked for.
    pub is_written_off: bool,
}

/// How far the credit of an advance is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credit {
    /// It was accepted, and nothing of it has reached the processor.
    Waiting,
    /// It was given up before anything reached the processor.
    Cancelled,
    /// It was asked for.
    Asked(Progress),
}

/// What an advance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The processor is not known to have its credit.
    Accepted,
    /// The processor has its credit.
    Sent,
    /// Nothing was said of its credit: a person must look.
    Unresolved,
    /// Its credit failed, or was returned.
    Failed,
    /// The processor refused its credit for good: a person decides.
    Refused,
    /// It was given up before its credit was sent.
    Cancelled,
    /// It is being collected.
    Collecting,
    /// Every installment was paid.
    Repaid,
    /// What was not paid is written off.
    WrittenOff,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 9] = [
        Status::Accepted,
        Status::Sent,
        Status::Unresolved,
        Status::Failed,
        Status::Refused,
        Status::Cancelled,
        Status::Collecting,
        Status::Repaid,
        Status::WrittenOff,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Status::Accepted => "accepted",
            Status::Sent => "sent",
            Status::Unresolved => "unresolved",
            Status::Failed => "failed",
            Status::Refused => "refused",
            Status::Cancelled => "cancelled",
            Status::Collecting => "collecting",
            Status::Repaid => "repaid",
            Status::WrittenOff => "written_off",
        }
    }
}

/// What an advance has put into each of its accounts: credits less debits. They sum to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shares {
    /// Paid out, and collected.
    pub cash: i128,
    /// What the customer owes.
    pub receivable: i128,
    /// What the customer paid too much, below zero; and what of it was paid back and is owed again, below zero too:
    /// that was paid back by a transaction which is none of the advance's.
    pub overpaid: i128,
    /// What was written off.
    pub written_off: i128,
}

impl Shares {
    /// What this is more than another.
    #[must_use]
    pub const fn less(self, other: Shares) -> Shares {
        Shares {
            cash: self.cash.saturating_sub(other.cash),
            receivable: self.receivable.saturating_sub(other.receivable),
            overpaid: self.overpaid.saturating_sub(other.overpaid),
            written_off: self.written_off.saturating_sub(other.written_off),
        }
    }
}

impl Advance {
    /// One that was just asked for: its credit is being sent.
    #[must_use]
    pub fn open(
        no: Seq,
        (id, key): (Id, Id),
        (customer, account): (Party, AccountNo),
        amount: Amount,
        terms: Terms,
        opened: Day,
    ) -> Advance {
        Advance {
            no,
            id,
            key,
            hold: Hold { id, seq: no },
            customer,
            account,
            amount,
            terms,
            opened,
            asked: opened,
            credit: Credit::Asked(Progress::Calling),
            is_retried: false,
            is_unanswered: false,
            plan: Vec::new(),
            is_written_off: false,
        }
    }

    /// Whether the credit was paid out, and stayed so.
    #[must_use]
    pub const fn is_paid_out(&self) -> bool {
        matches!(&self.credit, Credit::Asked(progress) if progress.is_success())
    }

    /// Whether anything of an installment is asked for, for as long as it is not paid.
    #[must_use]
    pub fn is_collected(&self, of: u32) -> bool {
        let is_owed_again = || self.installment(of).is_some_and(|one| one.is_owed_again);
        !self.is_written_off && (self.is_paid_out() || is_owed_again())
    }

    /// Whether it has anything to collect: it was paid out, or what was paid back of it is owed again.
    #[must_use]
    pub fn has_debts(&self) -> bool {
        self.is_paid_out() || self.plan.iter().any(|one| one.is_owed_again)
    }

    /// Whether an obligation is still owed: one that was not paid, and is not written off, or may yet be paid.
    const fn is_owed(&self, obligation: &Obligation) -> bool {
        (self.is_paid_out() || obligation.is_owed_again)
            && obligation.successes == 0
            && (obligation.is_pending || !self.is_written_off)
    }

    /// What it has put into each of its accounts.
    #[must_use]
    pub fn shares(&self) -> Shares {
        let mut shares = Shares::default();
        let is_paid_out = self.is_paid_out();
        if is_paid_out {
            shares.cash = self.amount.signed().saturating_neg();
        }
        for obligation in obligations(&self.plan) {
            let is_due = is_paid_out || obligation.is_owed_again;
            // What is owed again was paid back before, out of what was overpaid.
            let paid_back = obligation.times(u128::from(obligation.is_owed_again));
            shares.cash = shares.cash.saturating_add(obligation.times(obligation.successes));
            shares.overpaid = shares.overpaid.saturating_sub(self.too_much(&obligation)).saturating_sub(paid_back);
            if is_due && obligation.successes == 0 {
                let share = match self.is_owed(&obligation) {
                    true => &mut shares.receivable,
                    false => &mut shares.written_off,
                };
                *share = share.saturating_add(obligation.amount.signed());
            }
        }
        shares
    }

    /// What was paid too much of an obligation: one success is what is owed, where anything is.
    fn too_much(&self, obligation: &Obligation) -> i128 {
        let owed = u128::from(self.is_paid_out() || obligation.is_owed_again);
        obligation.times(obligation.successes.saturating_sub(owed))
    }

    /// What the customer owes.
    #[must_use]
    pub fn owed(&self) -> Amount {
        Amount::new(u128::try_from(self.shares().receivable).unwrap_or_default())
    }

    /// What the customer paid too much, as far as the processor says.
    #[must_use]
    pub fn overpaid(&self) -> Amount {
        let too_much = obligations(&self.plan).iter().map(|one| self.too_much(one)).fold(0, i128::saturating_add);
        Amount::new(too_much.unsigned_abs())
    }

    /// The obligations that are to be asked for again, by the number of their last debit: all of whose debits failed.
    fn failed(&self) -> Vec<(u32, Obligation)> {
        let failed = obligations(&self.plan).into_iter().filter(|one| one.has_failed() && self.is_collected(one.of));
        let mut failed: Vec<(u32, Obligation)> = failed.filter_map(|one| Some((one.last?, one))).collect();
        failed.sort_unstable_by_key(|(last, _)| *last);
        failed
    }

    /// How many replacements the plan has room for.
    fn room(&self) -> usize {
        INSTALLMENTS_MAX.saturating_sub(self.plan.len())
    }

    /// How many obligations are unpaid and not asked for any more, because the plan has as many installments as it may.
    #[must_use]
    pub fn stopped(&self) -> usize {
        // There is no more to replace than there are installments.
        if self.plan.len() <= self.room() { 0 } else { self.failed().len().saturating_sub(self.room()) }
    }

    /// The replacements that stand at the end of the plan and were not asked for yet: one of each obligation whose
    /// debits all failed, a term apart, in the order in which they were last asked for.
    #[must_use]
    pub fn replacements(&self) -> Vec<Installment> {
        let mut due = self.last_due();
        let replacement = |(_, failed): (u32, Obligation)| {
            due = due.plus(self.terms.interval_days);
            Installment { of: failed.of, due, amount: failed.amount, is_owed_again: false, debit: None }
        };
        self.failed().into_iter().take(self.room()).map(replacement).collect()
    }

    /// The last day of the plan, without replacements that were not asked for.
    #[must_use]
    pub fn last_due(&self) -> Day {
        self.plan.iter().map(|installment| installment.due).max().unwrap_or(Day::FIRST)
    }

    /// What an installment replaces directly: the debit of the same obligation before it. None for one that replaces
    /// nothing.
    #[must_use]
    pub fn replaced(&self, number: u32, of: u32) -> Option<u32> {
        let before = numbered(&self.plan).take_while(|(earlier, _)| *earlier < number);
        before.filter(|(_, installment)| installment.of == of).map(|(earlier, _)| earlier).last()
    }

    /// How many debits before this one, of the same obligation, were refused for good, one after another.
    #[must_use]
    pub fn refusals(&self, number: u32) -> u32 {
        let Some(of) = self.installment(number).map(|one| one.of) else { return 0 };
        let earlier = numbered(&self.plan).take_while(|(earlier, _)| *earlier < number);
        let debits = earlier.filter(|(_, one)| one.of == of).filter_map(|(_, one)| one.debit.as_ref());
        debits.fold(0, |row, debit| if debit.progress.refused().is_some() { row.saturating_add(1) } else { 0 })
    }

    /// All installments with their numbers: those of the plan, then the replacements that were not asked for yet.
    #[must_use]
    pub fn installments(&self) -> Vec<(u32, Installment)> {
        numbered(&self.plan)
            .map(|(number, installment)| (number, installment.clone()))
            .chain(((self.next_number())..).zip(self.replacements()))
            .collect()
    }

    /// The number of the next installment that is added to the plan.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        u32::try_from(self.plan.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// An installment by its number, from 1.
    #[must_use]
    pub fn installment(&self, number: u32) -> Option<&Installment> {
        self.plan.get(place(number)?)
    }

    /// How far the credit, which is number 0, or the debit of an installment is.
    #[must_use]
    pub fn progress(&self, number: u32) -> Option<&Progress> {
        match (number, &self.credit) {
            (0, Credit::Asked(progress)) => Some(progress),
            (0, Credit::Waiting | Credit::Cancelled) => None,
            _ => self.installment(number)?.debit.as_ref().map(|debit| &debit.progress),
        }
    }

    fn progress_mut(&mut self, number: u32) -> Option<&mut Progress> {
        match (number, &mut self.credit) {
            (0, Credit::Asked(progress)) => Some(progress),
            (0, Credit::Waiting | Credit::Cancelled) => None,
            _ => self.plan.get_mut(place(number)?)?.debit.as_mut().map(|debit| &mut debit.progress),
        }
    }

    /// The key under which the credit, which is number 0, or the debit of an installment is asked for.
    #[must_use]
    pub fn key(&self, number: u32) -> Option<Id> {
        match number {
            0 => Some(self.key),
            _ => self.installment(number)?.debit.as_ref().map(|debit| debit.key),
        }
    }

    /// The installments that are to be asked for on a day, with their numbers: a replacement comes after those before
    /// it. What was refused on that day is not asked for again on it, however long it has been due.
    #[must_use]
    pub fn due(&self, as_of: Day) -> Vec<(u32, Installment)> {
        let is_due = |one: &Installment| one.debit.is_none() && one.due <= as_of && self.is_collected(one.of);
        let is_refused = |of: u32| {
            let debits = self.plan.iter().rev().filter(|one| one.of == of).filter_map(|one| one.debit.as_ref());
            debits.take(1).filter_map(|debit| debit.progress.refused()).any(|day| day >= as_of)
        };
        self.installments().into_iter().filter(|(_, one)| is_due(one) && !is_refused(one.of)).collect()
    }

    /// The credit and the debits of which it is not known whether the processor has them, by number.
    pub fn calling(&self) -> impl Iterator<Item = u32> {
        self.numbers().filter(|number| self.progress(*number) == Some(&Progress::Calling))
    }

    /// Whether the processor has, or may have, had a credit or a debit since before a day of which nothing was reported
    /// yet.
    #[must_use]
    pub fn is_awaited(&self, as_of: Day) -> bool {
        self.numbers().any(|number| match self.progress(number) {
            Some(Progress::UnderWay(_, day)) => *day < as_of,
            Some(Progress::Calling) => match self.installment(number).and_then(|one| one.debit.as_ref()) {
                Some(debit) => debit.asked < as_of,
                None => self.asked < as_of,
            },
            Some(
                Progress::Silent(..)
                | Progress::TimedOut(..)
                | Progress::Succeeded(..)
                | Progress::Failed(..)
                | Progress::Refused(_),
            )
            | None => false,
        })
    }

    /// The credit and the debits that were tried before a day, have no response, and of which people do not know that
    /// yet, by number.
    pub fn unanswered(&self, as_of: Day) -> impl Iterator<Item = u32> {
        let is_credit = matches!(self.credit, Credit::Waiting | Credit::Asked(Progress::Calling));
        let credit = (is_credit && !self.is_unanswered && self.asked < as_of).then_some(0);
        let is_one =
            move |debit: &Debit| debit.progress == Progress::Calling && !debit.is_unanswered && debit.asked < as_of;
        let debits = numbered(&self.plan).filter(move |(_, one)| one.debit.as_ref().is_some_and(is_one));
        credit.into_iter().chain(debits.map(|(number, _)| number))
    }

    /// The credit and the debits that the processor has had for longer than it reports on them, without a report, by
    /// number; and whether silence about each means that it failed.
    ///
    /// It does where every report that may have been the last to name it was read whole: of a transaction that was
    /// asked for on several days it is not known on which of them the processor took it. A credit is never sent again.
    pub fn overdue(&self, as_of: Day, reports: &Days) -> impl Iterator<Item = (u32, bool)> {
        let is_told = move |number: u32, sent: Day| {
            let debit = self.installment(number).and_then(|one| one.debit.as_ref());
            let told = |debit: &Debit| (self.terms.last_told(debit.asked), self.terms.last_told(sent));
            debit.map(told).is_some_and(|(first, last)| reports.has_all(first, last))
        };
        self.numbers().filter_map(move |number| match self.progress(number)? {
            Progress::UnderWay(_, day) if self.terms.times_out(*day) <= as_of => Some((number, is_told(number, *day))),
            // What was silent stays so, unless the report that was missing was read after all.
            Progress::Silent(_, day) if number > 0 && self.terms.times_out(*day) <= as_of => {
                Some((number, is_told(number, *day)))
            }
            Progress::Calling
            | Progress::UnderWay(..)
            | Progress::Silent(..)
            | Progress::TimedOut(..)
            | Progress::Succeeded(..)
            | Progress::Failed(..)
            | Progress::Refused(_) => None,
        })
    }

    fn numbers(&self) -> std::ops::Range<u32> {
        0..self.next_number()
    }

    /// The first day on which anything is to be done with it; [`Day::FIRST`] while its credit is to be sent, and none
    /// when nothing is.
    #[must_use]
    pub fn next(&self) -> Option<Day> {
        let credit = match &self.credit {
            Credit::Waiting | Credit::Asked(Progress::Calling) => Some(Day::FIRST),
            Credit::Asked(Progress::UnderWay(_, day)) => Some(self.terms.times_out(*day)),
            Credit::Cancelled | Credit::Asked(_) => None,
        };
        let debits = self.plan.iter().filter_map(|installment| installment.debit.as_ref()).filter_map(|debit| {
            match &debit.progress {
                Progress::Calling => Some(debit.asked),
                Progress::UnderWay(_, day) | Progress::Silent(_, day) => Some(self.terms.times_out(*day)),
                Progress::TimedOut(..) | Progress::Succeeded(..) | Progress::Failed(..) | Progress::Refused(_) => None,
            }
        });
        let open = self.plan.iter().filter(|one| one.debit.is_none() && self.is_collected(one.of)).map(|one| one.due);
        let replacement = self.replacements().first().map(|one| one.due);
        // What is owed and not asked for any more is found all the same, by those who ask what is owed.
        let stopped = (self.stopped() > 0).then_some(Day::LAST);
        credit.into_iter().chain(debits).chain(open).chain(replacement).chain(stopped).min()
    }

    /// What it is.
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.credit {
            Credit::Waiting | Credit::Asked(Progress::Calling) => Status::Accepted,
            Credit::Cancelled => Status::Cancelled,
            Credit::Asked(Progress::UnderWay(..)) => Status::Sent,
            // A credit is never taken to have failed: one that was refused, and turned out to be with the processor
            // after all.
            Credit::Asked(Progress::Silent(..) | Progress::TimedOut(..)) => Status::Unresolved,
            Credit::Asked(Progress::Refused(_)) => Status::Refused,
            Credit::Asked(Progress::Failed(..)) => {
                let mut obligations = obligations(&self.plan).into_iter();
                match obligations.any(|one| self.is_owed(&one)) {
                    true => Status::Collecting,
                    false => Status::Failed,
                }
            }
            Credit::Asked(Progress::Succeeded(..)) => {
                if obligations(&self.plan).iter().all(|obligation| obligation.successes > 0) {
                    Status::Repaid
                } else if self.is_written_off {
                    Status::WrittenOff
                } else {
                    Status::Collecting
                }
            }
        }
    }

    /// Whether an installment is owed: not paid by any debit of it, and not written off.
    #[must_use]
    pub fn is_unpaid(&self, of: u32) -> bool {
        obligations(&self.plan).iter().any(|one| one.of == of && self.is_owed(one))
    }

    /// What is owed: of each installment that was not paid, when it was due first, and how much it is.
    #[must_use]
    pub fn unpaid(&self) -> Vec<(Day, Amount)> {
        let owed = obligations(&self.plan).into_iter().filter(|one| self.is_owed(one));
        owed.filter_map(|one| Some((self.installment(one.of)?.due, one.amount))).collect()
    }

    /// Makes an event true. It was checked when it was decided.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::CreditAsked if self.credit == Credit::Asked(Progress::Calling) => self.is_retried = true,
            Event::CreditAsked => self.credit = Credit::Asked(Progress::Calling),
            Event::CreditWaits => self.credit = Credit::Waiting,
            Event::CreditCancelled => self.credit = Credit::Cancelled,
            Event::DebitAsked { number, of, due, amount, key, hold, asked } => {
                let (progress, is_unanswered) = (Progress::Calling, false);
                let debit = Debit { key: *key, hold: *hold, asked: *asked, progress, is_unanswered };
                self.debit_asked(*number, (*of, *due, *amount), debit);
            }
            Event::Sent { number, transaction, day } => self.become_so(*number, |progress| match progress {
                // It was refused, and taken all the same: nothing is held for it, so it counts as failed until a report
                // says more.
                Progress::Refused(_) => Some(Progress::TimedOut(transaction.clone(), *day)),
                Progress::Calling
                | Progress::UnderWay(..)
                | Progress::Silent(..)
                | Progress::TimedOut(..)
                | Progress::Succeeded(..)
                | Progress::Failed(..) => Some(Progress::UnderWay(transaction.clone(), *day)),
            }),
            Event::Reported { number, result } => self.told(*number, *result),
            Event::TimedOut { number } => self.become_so(*number, |progress| match progress {
                Progress::UnderWay(transaction, day) | Progress::Silent(transaction, day) => {
                    Some(Progress::TimedOut(transaction.clone(), *day))
                }
                Progress::Calling
                | Progress::TimedOut(..)
                | Progress::Succeeded(..)
                | Progress::Failed(..)
                | Progress::Refused(_) => None,
            }),
            Event::Silent { number } => self.become_so(*number, |progress| match progress {
                Progress::UnderWay(transaction, day) => Some(Progress::Silent(transaction.clone(), *day)),
                Progress::Calling
                | Progress::Silent(..)
                | Progress::TimedOut(..)
                | Progress::Succeeded(..)
                | Progress::Failed(..)
                | Progress::Refused(_) => None,
            }),
            Event::Refused { number, day, .. } => self.become_so(*number, |_| Some(Progress::Refused(*day))),
            Event::CreditRetried { key, hold, customer, account, day } => {
                (self.key, self.hold, self.asked) = (*key, *hold, *day);
                (self.customer, self.account) = (customer.clone(), *account);
                self.credit = Credit::Asked(Progress::Calling);
                (self.is_retried, self.is_unanswered) = (false, false);
            }
            Event::Unanswered { number: 0 } => self.is_unanswered = true,
            Event::Unanswered { number } => {
                let place = place(*number).and_then(|place| self.plan.get_mut(place));
                if let Some(debit) = place.and_then(|one| one.debit.as_mut()) {
                    debit.is_unanswered = true;
                }
            }
            Event::OwedAgain { number, due, amount } => {
                let (of, due, amount) = (*number, *due, *amount);
                self.plan.push(Installment { of, due, amount, is_owed_again: true, debit: None });
            }
            Event::WrittenOff => self.is_written_off = true,
            Event::PaidOff { day } => {
                for installment in self.plan.iter_mut().filter(|installment| installment.debit.is_none()) {
                    installment.due = installment.due.min(*day);
                }
            }
        }
    }

    fn debit_asked(&mut self, number: u32, (of, due, amount): (u32, Day, Amount), debit: Debit) {
        let debit = Some(debit);
        match place(number).and_then(|place| self.plan.get_mut(place)) {
            Some(open) => *open = Installment { of, due, amount, debit, ..*open },
            None => self.plan.push(Installment { of, due, amount, is_owed_again: false, debit }),
        }
    }

    fn become_so(&mut self, number: u32, after: impl FnOnce(&Progress) -> Option<Progress>) {
        if let Some(progress) = self.progress_mut(number)
            && let Some(after) = after(progress)
        {
            *progress = after;
        }
    }

    fn told(&mut self, number: u32, result: TransactionResult) {
        self.become_so(number, |progress| progress.after(result));
        let Credit::Asked(credit) = &self.credit else { return };
        match credit {
            Progress::Succeeded(_, day) if self.plan.is_empty() => {
                let plan = self.terms.plan(self.amount, *day);
                let installment =
                    |(of, (due, amount))| Installment { of, due, amount, is_owed_again: false, debit: None };
                self.plan = (1u32..).zip(plan).map(installment).collect();
            }
            // Nothing is owed: without a debit it is as if there had been no plan.
            Progress::Failed(..) if self.plan.iter().all(|installment| installment.debit.is_none()) => {
                self.plan.clear();
            }
            Progress::Calling
            | Progress::UnderWay(..)
            | Progress::Silent(..)
            | Progress::TimedOut(..)
            | Progress::Succeeded(..)
            | Progress::Failed(..)
            | Progress::Refused(_) => {}
        }
    }

    /// What an event changes of the plan and of what is overpaid.
    #[must_use]
    pub fn changes(&self, after: &Advance) -> Vec<PlanChange> {
        let mut changes = Vec::new();
        if self.plan.is_empty() != after.plan.is_empty() {
            changes.push(PlanChange::Planned(after.plan.iter().map(|one| (one.due, one.amount)).collect()));
        }
        let replacements = after.replacements();
        if self.replacements() != replacements {
            let told = replacements.into_iter().map(|one| (one.of, one.due, one.amount));
            changes.push(PlanChange::Replacements(told.collect()));
        }
        let overpaid = after.overpaid();
        if self.overpaid() != overpaid {
            changes.push(PlanChange::Overpaid(overpaid));
        }
        let stopped = after.stopped();
        if self.stopped() < stopped {
            changes.push(PlanChange::Stopped(u32::try_from(stopped).unwrap_or(u32::MAX)));
        }
        changes
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.byte(VERSION);
        e.wide(self.id.0);
        e.id(self.key);
        e.text(self.customer.as_str());
        e.number(self.account.0);
        e.wide(self.amount.minor_units());
        self.terms.encode(e);
        self.opened.encode(e);
        match &self.credit {
            Credit::Waiting => e.byte(0),
            Credit::Cancelled => e.byte(1),
            Credit::Asked(progress) => {
                e.byte(2);
                progress.encode(e);
            }
        }
        e.flag(self.is_retried);
        e.flag(self.is_written_off);
        e.flag(self.is_unanswered);
        self.hold.encode(e);
        self.asked.encode(e);
        e.length(self.plan.len());
        for installment in &self.plan {
            e.number(u64::from(installment.of));
            installment.due.encode(e);
            e.wide(installment.amount.minor_units());
            e.flag(installment.is_owed_again);
            e.option(installment.debit.as_ref(), |e, debit| {
                e.id(debit.key);
                e.number(debit.hold.0);
                debit.asked.encode(e);
                debit.progress.encode(e);
                e.flag(debit.is_unanswered);
            });
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(no: Seq, d: &mut Decoder<'_>) -> Result<Advance, Malformed> {
        let is_first = match d.byte()? {
            FIRST_VERSION => true,
            VERSION => false,
            _ => return Err(Malformed { expected: "version of an advance" }),
        };
        // What the first version does not say is as it was then.
        let later = |d: &mut Decoder<'_>| if is_first { Ok(false) } else { d.flag() };
        let (id, key) = (Id(d.wide()?), d.id()?);
        let customer = Party::parse(d.text()?).map_err(|_| Malformed { expected: "name of a customer" })?;
        let (account, amount) = (AccountNo(d.number()?), Amount::new(d.wide()?));
        let (terms, opened) = (Terms::decode(d)?, Day::decode(d)?);
        let credit = match d.byte()? {
            0 => Credit::Waiting,
            1 => Credit::Cancelled,
            2 => Credit::Asked(Progress::decode(d)?),
            _ => return Err(Malformed { expected: "credit of an advance" }),
        };
        let (is_retried, is_written_off, is_unanswered) = (d.flag()?, d.flag()?, later(d)?);
        let (hold, asked) = match is_first {
            true => (Hold { id, seq: no }, opened),
            false => (Hold::decode(d)?, Day::decode(d)?),
        };
        let mut plan = Vec::new();
        for _ in 0..d.length()? {
            plan.push(Installment {
                of: number(d)?,
                due: Day::decode(d)?,
                amount: Amount::new(d.wide()?),
                is_owed_again: later(d)?,
                debit: d.option(|d| {
                    Ok(Debit {
                        key: d.id()?,
                        hold: Seq(d.number()?),
                        asked: Day::decode(d)?,
                        progress: Progress::decode(d)?,
                        is_unanswered: later(d)?,
                    })
                })?,
            });
        }
        Ok(Advance {
            no,
            id,
            key,
            hold,
            customer,
            account,
            amount,
            terms,
            opened,
            asked,
            credit,
            is_retried,
            is_unanswered,
            plan,
            is_written_off,
        })
    }
}

/// The key under which the credit of an advance is asked for: clients choose ids, and may choose the same one in two
/// ledgers, but a processor knows no ledgers. It is a UUID of version 8 (RFC 9562, section 5.8) over both.
#[must_use]
pub fn credit_key(ledger: &Name, id: Id) -> Id {
    let Fingerprint(hash) = Fingerprint::of(format!("advance\0{ledger}\0{id}").as_bytes());
    let custom = u128::from_be_bytes(hash);
    let version = custom & !(0xF << 76u32) | (0x8 << 76u32);
    Id(version & !(0x3 << 62u32) | (0x2 << 62u32))
}

/// Of the bytes of an advance, before credits could be tried again.
const FIRST_VERSION: u8 = 1;

/// Of the bytes of an advance.
const VERSION: u8 = 2;

fn numbered(plan: &[Installment]) -> impl Iterator<Item = (u32, &Installment)> {
    (1u32..).zip(plan)
}

/// Where an installment is in its plan; the credit is nowhere.
fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
