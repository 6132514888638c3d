//! Advances as a snapshot shows them: what a footprint asks for, and what readers ask.

mod memory;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod tables;

use ducat_domain::advances::accounts::PREFIX;
use ducat_domain::advances::footprint::AdvancesFootprint;
use ducat_domain::advances::working::AdvancesRows;
use ducat_domain::advances::{Advance, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq};

use crate::{Fault, Snapshot};

/// What readers ask of advances. Of a ledger that makes none there is nothing.
pub trait AdvancesSnapshot {
    /// What a ledger keeps of its advances as a whole.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn book(&self, ledger: &Name) -> Result<Option<Book>, Fault>;
    /// The ledgers that make advances, as far as this node serves them or no one does.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn books(&self) -> Result<Vec<(Name, Book)>, Fault>;
    /// An advance.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn advance(&self, ledger: &Name, no: Seq) -> Result<Option<Advance>, Fault>;
    /// Advances in order, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn advances(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault>;
    /// Advances of which one account keeps what is owed, in order, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn advances_of(&self, ledger: &Name, owed: AccountNo, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault>;
    /// Advances with which something is to be done up to a day, with the first such day, in order of it, after one of
    /// them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn advances_due(
        &self,
        ledger: &Name,
        until: Day,
        after: Option<(Day, Seq)>,
        limit: usize,
    ) -> Result<Vec<(Day, Advance)>, Fault>;
    /// What is known under the processor's names for transactions, in the order of the names.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn transactions(&self, ledger: &Name, ids: &[TransactionId]) -> Result<Vec<Option<TransactionRow>>, Fault>;
    /// A daily run.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn run(&self, ledger: &Name, no: Seq) -> Result<Option<Run>, Fault>;
    /// Daily runs, newest first, before one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn runs(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Run>, Fault>;
    /// Where something happened that a person must see, newest first, before one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn exceptions(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault>;
}

/// Accounts named as those of advances that are listed: one is enough to know that there are some.
pub(crate) const TAKEN_MAX: usize = 1;

/// The rows that a footprint asks for, one question after another.
pub(crate) fn load(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    footprint: &AdvancesFootprint,
) -> Result<AdvancesRows, Fault> {
    let mut rows = AdvancesRows::default();
    for no in &footprint.advances {
        rows.advances.push((*no, snapshot.advance(ledger, *no)?));
    }
    let known = snapshot.transactions(ledger, &footprint.transactions)?;
    rows.transactions = footprint.transactions.iter().cloned().zip(known).collect();
    if footprint.taken {
        let taken = snapshot.accounts(ledger, PREFIX, None, TAKEN_MAX)?;
        rows.taken = Some(taken.into_iter().map(|account| account.row.name).collect());
    }
    Ok(rows)
}

/// The rows of advances of a ledger that has none.
pub(crate) fn absent(footprint: &AdvancesFootprint) -> AdvancesRows {
    AdvancesRows {
        advances: footprint.advances.iter().map(|no| (*no, None)).collect(),
        transactions: footprint.transactions.iter().map(|id| (id.clone(), None)).collect(),
        taken: footprint.taken.then(Vec::new),
    }
}
