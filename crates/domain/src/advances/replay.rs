//! Deriving advances again from the journal alone, to prove that what is stored is what happened, and that balances are
//! what advances make them.

use std::collections::{BTreeMap, BTreeSet};

use super::accounts::{WRITTEN_OFF, is_derived};
use super::advance::{Advance, Credit};
use super::book::{Book, Run};
use super::fact::{Event, Fact, PlanChange};
use super::oracle;
use super::rows::TransactionRow;
use super::transaction::{Progress, TransactionId};
use super::working::AdvancesWorking;
use crate::ledger::derived::{Derived, Difference};
use crate::numbers::{AccountNo, Seq, Timestamp};

/// What the journal makes of advances so far.
#[derive(Debug, Default)]
pub struct DerivedAdvances {
    /// The book.
    pub book: Option<Book>,
    /// Every advance.
    pub advances: BTreeMap<Seq, Advance>,
    /// What is known under the processor's names.
    pub transactions: BTreeMap<TransactionId, TransactionRow>,
    /// Every run.
    pub runs: BTreeMap<Seq, Run>,
    /// What a person must see.
    pub exceptions: BTreeSet<Seq>,
}

impl DerivedAdvances {
    /// Takes in what happened, and says what of it cannot have.
    pub(crate) fn fact(&mut self, seq: Seq, at: Timestamp, fact: &Fact) -> Vec<String> {
        let mut found = Vec::new();
        let before = fact.advance().and_then(|no| self.advances.get(&no)).cloned();
        if let Fact::Changed { advance, event, .. } = fact {
            match &before {
                None => found.push(format!("it changes advance {advance}, which is not there")),
                Some(before) => found.extend(is_impossible(before, event)),
            }
        }
        // One fact at a time, on rows that hold nothing else.
        let mut working = AdvancesWorking::holding(self.book.take(), before.clone());
        working.evolve(seq, at, fact);
        let delta = working.take_delta();
        self.book = working.into_book();
        for change in delta.advances {
            let after = change.advance;
            if let Fact::Changed { changes, .. } = fact
                && before.as_ref().is_some_and(|before| !follows(changes, &before.changes(&after)))
            {
                found.push("it says of the plan what does not follow from it".to_owned());
            }
            found.extend(oracle::faults(&after));
            self.advances.insert(after.no, after);
        }
        for (transaction, row) in delta.transactions {
            let known = self.transactions.get(&transaction).copied();
            if known.is_some_and(|known| known.of.is_some() && known.of != row.of) {
                found.push(format!("transaction {transaction} is another's"));
            }
            self.transactions.insert(transaction, row);
        }
        self.runs.extend(delta.runs.into_iter().map(|run| (run.no, run)));
        if fact.is_exception() {
            self.exceptions.insert(seq);
        }
        found
    }

    /// Whether every customer owes what the advances make, and what was written off is there.
    pub(crate) fn differences(&self, ledger: Derived<'_>) -> Vec<Difference> {
        let mut found = Vec::new();
        let Some(book) = &self.book else { return found };
        let asset = ledger.asset(&book.asset);
        let owed = self.owed();
        for (no, account) in ledger.accounts.iter().filter(|(_, account)| is_derived(&account.name)) {
            let balance = ledger.posted(*no, asset);
            let expected = match account.name.as_str() {
                WRITTEN_OFF => self.written_off(),
                _ => owed.get(no).map_or(0, |owed| i128::try_from(*owed).unwrap_or(i128::MAX)),
            };
            if balance != expected {
                let what = format!("it has {balance}, its advances make {expected}");
                found.push(Difference { place: format!("account {}", account.name), what });
            }
        }
        found
    }

    /// What customers owe by their advances, by account.
    #[must_use]
    pub fn owed(&self) -> BTreeMap<AccountNo, u128> {
        let mut owed: BTreeMap<AccountNo, u128> = BTreeMap::new();
        for advance in self.advances.values() {
            let sum = owed.entry(advance.account).or_default();
            *sum = sum.saturating_add(oracle::owed(advance));
        }
        owed
    }

    /// What was written off, in all.
    #[must_use]
    pub fn written_off(&self) -> i128 {
        self.advances.values().fold(0, |sum, advance| sum.saturating_add(advance.shares().written_off))
    }
}

fn is_impossible(before: &Advance, event: &Event) -> Option<String> {
    let is_impossible = match event {
        Event::DebitAsked { number, .. } => before.installment(*number).is_some_and(|one| one.debit.is_some()),
        Event::Sent { number, .. } => before.progress(*number).is_none_or(|progress| progress.transaction().is_some()),
        Event::Refused { number, key, times, .. } => {
            before.progress(*number) != Some(&Progress::Calling)
                || before.key(*number) != Some(*key)
                || before.refusals(*number).saturating_add(1) != *times
        }
        Event::CreditRetried { .. } => !matches!(before.credit, Credit::Asked(Progress::Refused(_))),
        Event::OwedAgain { number, .. } => before.next_number() != *number,
        Event::CreditAsked
        | Event::CreditWaits
        | Event::CreditCancelled
        | Event::Unanswered { .. }
        | Event::Reported { .. }
        | Event::TimedOut { .. }
        | Event::Silent { .. }
        | Event::WrittenOff
        | Event::PaidOff { .. } => false,
    };
    is_impossible.then(|| format!("advance {} cannot have had this happen to it: {event:?}", before.no))
}

/// Whether what a fact says of a plan follows from it. Earlier releases did not say that a plan stops.
fn follows(said: &[PlanChange], expected: &[PlanChange]) -> bool {
    let is_stop = |change: &&PlanChange| matches!(change, PlanChange::Stopped(_));
    said == expected
        || !said.iter().any(|one| is_stop(&one)) && said.iter().eq(expected.iter().filter(|one| !is_stop(one)))
}
