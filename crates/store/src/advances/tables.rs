//! The rows of advances in memory, and what a commit does to them.

use std::collections::{BTreeMap, BTreeSet};

use ducat_domain::Delta;
use ducat_domain::advances::{Advance, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::numbers::Seq;

/// The rows of advances of one ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct AdvancesBook {
    pub book: Option<Book>,
    pub advances: BTreeMap<Seq, Advance>,
    pub advances_due: BTreeSet<(Day, Seq)>,
    pub transactions: BTreeMap<TransactionId, TransactionRow>,
    pub runs: BTreeMap<Seq, Run>,
    pub exceptions: BTreeSet<Seq>,
}

impl AdvancesBook {
    pub fn apply(&mut self, delta: &Delta) {
        let advances = &delta.product.advances;
        self.book = advances.book.clone().or(self.book.take());
        for change in &advances.advances {
            let no = change.advance.no;
            if let Some(day) = change.before {
                self.advances_due.remove(&(day, no));
            }
            self.advances_due.extend(change.next.map(|day| (day, no)));
            self.advances.insert(no, change.advance.clone());
        }
        self.transactions.extend(advances.transactions.iter().cloned());
        self.runs.extend(advances.runs.iter().map(|run| (run.no, run.clone())));
        self.exceptions.extend(delta.exceptions());
    }
}
