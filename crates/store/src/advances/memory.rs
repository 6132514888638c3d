//! Advances in memory: reading them.

use ducat_domain::advances::{Advance, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq};

use super::AdvancesSnapshot;
use crate::Fault;
use crate::ledger::memory::MemorySnapshot;

impl AdvancesSnapshot for MemorySnapshot<'_> {
    fn book(&self, ledger: &Name) -> Result<Option<Book>, Fault> {
        self.of(ledger, |book| book.advances.book.clone())
    }

    fn books(&self) -> Result<Vec<(Name, Book)>, Fault> {
        let shown = self.books.values().filter(|book| self.shows(book));
        Ok(shown.filter_map(|book| Some((book.head.ledger.clone(), book.advances.book.clone()?))).collect())
    }

    fn advance(&self, ledger: &Name, no: Seq) -> Result<Option<Advance>, Fault> {
        self.of(ledger, |book| book.advances.advances.get(&no).cloned())
    }

    fn advances(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault> {
        self.of(ledger, |book| {
            book.advances.advances.range(after.next()..).take(limit).map(|(_, advance)| advance.clone()).collect()
        })
    }

    fn advances_of(&self, ledger: &Name, owed: AccountNo, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault> {
        self.of(ledger, |book| {
            let later = book.advances.advances.range(after.next()..).map(|(_, advance)| advance);
            later.filter(|advance| advance.account == owed).take(limit).cloned().collect()
        })
    }

    fn advances_due(
        &self,
        ledger: &Name,
        until: Day,
        after: Option<(Day, Seq)>,
        limit: usize,
    ) -> Result<Vec<(Day, Advance)>, Fault> {
        self.of(ledger, |book| {
            let due = book
                .advances
                .advances_due
                .iter()
                .filter(|due| due.0 <= until && after.is_none_or(|after| **due > after));
            due.take(limit).filter_map(|(day, no)| Some((*day, book.advances.advances.get(no)?.clone()))).collect()
        })
    }

    fn transactions(&self, ledger: &Name, ids: &[TransactionId]) -> Result<Vec<Option<TransactionRow>>, Fault> {
        let one = |id: &TransactionId| self.of(ledger, |book| book.advances.transactions.get(id).copied());
        ids.iter().map(one).collect()
    }

    fn run(&self, ledger: &Name, no: Seq) -> Result<Option<Run>, Fault> {
        self.of(ledger, |book| book.advances.runs.get(&no).cloned())
    }

    fn runs(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Run>, Fault> {
        self.of(ledger, |book| {
            book.advances.runs.range(..before).rev().take(limit).map(|(_, run)| run.clone()).collect()
        })
    }

    fn exceptions(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        self.of(ledger, |book| book.advances.exceptions.range(..before).rev().take(limit).copied().collect())
    }
}
