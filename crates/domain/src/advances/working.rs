//! The rows of advances that are known while commands are decided, and what the batch under way has changed of them.
//!
//! They change by facts alone: those that are decided, and those that are taken over from elsewhere, in the same way.

use std::collections::BTreeMap;

use super::accounts::{is_derived, is_of_advances};
use super::advance::Advance;
use super::book::{Book, Run};
use super::day::{Day, Days};
use super::fact::{Event, Fact};
use super::rows::{AdvanceChange, TransactionRow};
use super::transaction::TransactionId;
use crate::hashing::{NumberMap, Seed, SeededMap};
use crate::names::Name;
use crate::numbers::{Seq, Timestamp};

/// Accounts kept between turns where advances are made: each customer's is needed once a week.
const ACCOUNTS_MAX: usize = 1 << 15;

/// What a batch changed, to be committed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdvancesDelta {
    /// The book, where it is new or changed.
    pub book: Option<Book>,
    /// New and changed advances, in order.
    pub advances: Vec<AdvanceChange>,
    /// What is known under names of transactions, in order.
    pub transactions: Vec<(TransactionId, TransactionRow)>,
    /// New and changed runs, in order.
    pub runs: Vec<Run>,
}

impl AdvancesDelta {
    /// This and what follows it, as one.
    #[must_use]
    pub fn followed_by(self, next: AdvancesDelta) -> AdvancesDelta {
        let mut advances: BTreeMap<Seq, AdvanceChange> =
            self.advances.into_iter().map(|change| (change.advance.no, change)).collect();
        for change in next.advances {
            let before = advances.get(&change.advance.no).map(|earlier| (earlier.is_new, earlier.before));
            let (is_new, before) = before.unwrap_or((change.is_new, change.before));
            advances.insert(change.advance.no, AdvanceChange { is_new, before, ..change });
        }
        let transactions: BTreeMap<_, _> = self.transactions.into_iter().chain(next.transactions).collect();
        let runs: BTreeMap<_, _> = self.runs.into_iter().chain(next.runs).map(|run| (run.no, run)).collect();
        AdvancesDelta {
            book: next.book.or(self.book),
            advances: advances.into_values().collect(),
            transactions: transactions.into_iter().collect(),
            runs: runs.into_values().collect(),
        }
    }
}

/// The rows of advances that a footprint asked for.
#[derive(Debug, Default)]
pub struct AdvancesRows {
    /// Advances by where they begin.
    pub advances: Vec<(Seq, Option<Advance>)>,
    /// What is known under names of transactions.
    pub transactions: Vec<(TransactionId, Option<TransactionRow>)>,
    /// Accounts that are named as those of advances are, where that was asked.
    pub taken: Option<Vec<Name>>,
}

/// A known advance.
#[derive(Debug)]
struct Held {
    advance: Advance,
    is_new: bool,
    /// The day that stores have.
    before: Option<Day>,
    is_dirty: bool,
}

/// The known rows of advances of one ledger.
#[derive(Debug, Default)]
pub struct AdvancesWorking {
    book: Option<Book>,
    advances: NumberMap<Seq, Option<Held>>,
    transactions: SeededMap<TransactionId, Option<TransactionRow>>,
    taken: Option<Vec<Name>>,
    book_changed: bool,
    changed: Vec<Seq>,
    changed_transactions: BTreeMap<TransactionId, TransactionRow>,
    runs: BTreeMap<Seq, Run>,
}

impl AdvancesWorking {
    pub(crate) fn new(book: Option<Book>, seed: Seed) -> AdvancesWorking {
        AdvancesWorking { book, transactions: SeededMap::with_hasher(seed), ..AdvancesWorking::default() }
    }

    /// A book and one advance, and nothing else.
    pub(crate) fn holding(book: Option<Book>, advance: Option<Advance>) -> AdvancesWorking {
        let mut working = AdvancesWorking::new(book, Seed::default());
        let advances = advance.into_iter().map(|advance| (advance.no, Some(advance))).collect();
        working.absorb(AdvancesRows { advances, ..AdvancesRows::default() });
        working
    }

    /// The book alone.
    pub(crate) fn into_book(self) -> Option<Book> {
        self.book
    }

    // What is known. `None` is "not loaded", `Some(None)` "absent".

    pub(crate) fn book(&self) -> Option<&Book> {
        self.book.as_ref()
    }

    pub(crate) fn advance(&self, no: Seq) -> Option<Option<&Advance>> {
        self.advances.get(&no).map(|held| held.as_ref().map(|held| &held.advance))
    }

    pub(crate) fn transaction(&self, id: &TransactionId) -> Option<Option<TransactionRow>> {
        self.transactions.get(id).copied()
    }

    pub(crate) fn taken(&self) -> Option<&[Name]> {
        self.taken.as_deref()
    }

    /// Whether what is in an account follows from advances.
    pub(crate) fn is_reserved(&self, account: &Name) -> bool {
        self.book.is_some() && is_derived(account)
    }

    /// Whether only advances open and change an account.
    pub(crate) fn is_owned(&self, account: &Name) -> bool {
        self.book.is_some() && is_of_advances(account)
    }

    /// How many accounts are worth keeping between turns.
    pub(crate) fn accounts_max(&self) -> usize {
        if self.book.is_some() { ACCOUNTS_MAX } else { usize::MAX }
    }

    /// Whether a recorded fact is about an advance that is there.
    pub(crate) fn check_recorded(&self, fact: &Fact) -> Result<(), &'static str> {
        match fact.advance().map(|no| self.advance(no)) {
            Some(Some(None)) => Err("an advance that was never opened"),
            Some(Some(Some(_)) | None) | None => Ok(()),
        }
    }

    /// An account was opened. When advances begin, its name must be found to be one of theirs.
    pub(crate) fn opened(&mut self, name: &Name) {
        if self.book.is_none()
            && is_of_advances(name)
            && let Some(taken) = &mut self.taken
        {
            taken.push(name.clone());
        }
    }

    pub(crate) fn absorb(&mut self, rows: AdvancesRows) {
        for (no, advance) in rows.advances {
            let held = |advance: Advance| Held { before: advance.next(), is_new: false, is_dirty: false, advance };
            self.advances.entry(no).or_insert_with(|| advance.map(held));
        }
        self.transactions.extend(rows.transactions);
        self.taken = rows.taken.or(self.taken.take());
    }

    /// Makes a fact true. Cannot fail: it was checked when it was decided.
    pub(crate) fn evolve(&mut self, seq: Seq, at: Timestamp, fact: &Fact) {
        if let Fact::TermsSet { asset, terms } = fact {
            let (asset, terms, reports) = (asset.clone(), *terms, Days::default());
            let none = || Book { asset, terms, version: 0, has_advances: false, last_done: None, reports, run: None };
            self.book.get_or_insert_with(none);
            self.taken = None;
        }
        self.evolve_book(seq, at, fact);
        match fact {
            Fact::Opened { advance: no, id, key, customer, account, amount, terms, day } => {
                let customer = (customer.clone(), *account);
                let advance = Advance::open(*no, (*id, *key), customer, *amount, *terms, *day);
                self.advances.insert(*no, Some(Held { advance, is_new: true, before: None, is_dirty: true }));
                self.changed.push(*no);
            }
            Fact::Changed { advance: no, event, .. } => self.change(*no, event),
            Fact::Unknown { transaction, result } => {
                let known = self.transactions.get(transaction).copied().flatten();
                let of = known.and_then(|row| row.of);
                self.know(transaction, TransactionRow { of, result: Some(*result) });
            }
            Fact::TermsSet { .. }
            | Fact::Unreadable { .. }
            | Fact::RunStarted { .. }
            | Fact::ReportRead { .. }
            | Fact::ReportAccepted { .. }
            | Fact::RunEnded { .. } => {}
        }
    }

    fn evolve_book(&mut self, seq: Seq, at: Timestamp, fact: &Fact) {
        let Some(book) = &mut self.book else { return };
        let (had_advances, was_running) = (book.has_advances, book.running().is_some());
        if let Some(run) = book.evolve(seq, at, fact) {
            self.runs.insert(run.no, run);
        }
        let is_of_advance = fact.advance().is_some() || matches!(fact, Fact::Unknown { .. } | Fact::Unreadable { .. });
        self.book_changed |= !is_of_advance || was_running || had_advances != book.has_advances;
        if let Some(run) = book.run.as_ref().filter(|run| run.ended.is_none() || was_running) {
            self.runs.insert(run.no, run.clone());
        }
    }

    fn change(&mut self, no: Seq, event: &Event) {
        let Some(Some(held)) = self.advances.get_mut(&no) else { return };
        held.advance.evolve(event);
        if !held.is_dirty {
            held.is_dirty = true;
            self.changed.push(no);
        }
        let (number, result) = match event {
            Event::Sent { number, .. } => (*number, None),
            Event::Reported { number, result } => (*number, Some(*result)),
            Event::CreditAsked
            | Event::CreditWaits
            | Event::CreditCancelled
            | Event::DebitAsked { .. }
            | Event::TimedOut { .. }
            | Event::Silent { .. }
            | Event::Refused { .. }
            | Event::CreditRetried { .. }
            | Event::Unanswered { .. }
            | Event::OwedAgain { .. }
            | Event::WrittenOff
            | Event::PaidOff { .. } => return,
        };
        if let Some(transaction) = held.advance.progress(number).and_then(|progress| progress.transaction().cloned()) {
            self.know(&transaction, TransactionRow { of: Some((no, number)), result });
        }
    }

    fn know(&mut self, transaction: &TransactionId, row: TransactionRow) {
        if let Some(known) = self.transactions.get_mut(transaction) {
            *known = Some(row);
        }
        self.changed_transactions.insert(transaction.clone(), row);
    }

    pub(crate) fn take_delta(&mut self) -> AdvancesDelta {
        let book = self.book.clone().filter(|_| std::mem::take(&mut self.book_changed));
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        let mut advances = Vec::with_capacity(changed.len());
        for no in changed {
            if let Some(Some(held)) = self.advances.get_mut(&no) {
                let (advance, is_new, before) = (held.advance.clone(), held.is_new, held.before);
                let next = advance.next();
                (held.is_dirty, held.is_new, held.before) = (false, false, next);
                advances.push(AdvanceChange { advance, is_new, before, next });
            }
        }
        let transactions = std::mem::take(&mut self.changed_transactions).into_iter().collect();
        let runs = std::mem::take(&mut self.runs).into_values().collect();
        AdvancesDelta { book, advances, transactions, runs }
    }

    /// Forgets what need not be known for the next batch: an advance is asked for once a week.
    pub(crate) fn trim(&mut self) {
        self.advances.clear();
        self.transactions.clear();
        self.taken = None;
    }
}
