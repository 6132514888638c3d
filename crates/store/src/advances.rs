//! Advances as a snapshot shows them: what a footprint asks for, what readers ask, and whether it is what the journal tells.

use ducat_domain::advances::accounts::PREFIX;
use ducat_domain::advances::footprint::AdvancesFootprint;
use ducat_domain::advances::replay::DerivedAdvances;
use ducat_domain::advances::working::AdvancesRows;
use ducat_domain::advances::{Advance, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::ledger::replay::Replay;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq};

use crate::verify::{CHUNK, compare_in_order};
use crate::{Fault, Snapshot};

/// What readers ask of advances. Of a ledger that makes none there is nothing.
pub trait AdvancesSnapshot {
    /// What a ledger keeps of its advances as a whole.
    fn book(&self, ledger: &Name) -> Result<Option<Book>, Fault>;
    /// The ledgers that make advances, as far as this node serves them or nobody does.
    fn books(&self) -> Result<Vec<(Name, Book)>, Fault>;
    /// An advance.
    fn advance(&self, ledger: &Name, no: Seq) -> Result<Option<Advance>, Fault>;
    /// Advances in order, after one of them.
    fn advances(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault>;
    /// Advances of which one account keeps what is owed, in order, after one of them.
    fn advances_of(&self, ledger: &Name, owed: AccountNo, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault>;
    /// Advances with which something is to be done up to a day, with the first such day, in order of it, after one of them.
    fn advances_due(
        &self,
        ledger: &Name,
        until: Day,
        after: Option<(Day, Seq)>,
        limit: usize,
    ) -> Result<Vec<(Day, Advance)>, Fault>;
    /// What is known under the processor's names for transactions, in the order of the names.
    fn transactions(&self, ledger: &Name, ids: &[TransactionId]) -> Result<Vec<Option<TransactionRow>>, Fault>;
    /// What is known under names, in order of them, after one.
    fn transactions_after(
        &self,
        ledger: &Name,
        after: Option<&TransactionId>,
        limit: usize,
    ) -> Result<Vec<(TransactionId, TransactionRow)>, Fault>;
    /// A daily run.
    fn run(&self, ledger: &Name, no: Seq) -> Result<Option<Run>, Fault>;
    /// Daily runs, newest first, before one of them.
    fn runs(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Run>, Fault>;
    /// Where something happened that a person must see, newest first, before one of them.
    fn exceptions(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault>;
}

/// Accounts named as those of advances that are told of: one is enough to know that there are some.
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

/// Whether what is stored of advances is what the journal tells: says of each difference where it is, and what. Gives how many
/// advances there are.
pub(crate) fn compare(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    replay: &Replay,
    say: &mut dyn FnMut(String, String),
) -> Result<u64, Fault> {
    let derived = &replay.advances;
    for difference in replay.advances_unbalanced() {
        say(difference.place, difference.what);
    }
    let book = snapshot.book(ledger)?;
    if book != derived.book {
        say("book of advances".to_owned(), format!("the row says {book:?}, the journal {:?}", derived.book));
    }
    let count = compare_advances(snapshot, ledger, derived, say)?;
    compare_due(snapshot, ledger, derived, say)?;
    compare_transactions(snapshot, ledger, derived, say)?;
    let runs = snapshot.runs(ledger, Seq(u64::MAX), usize::MAX)?;
    if !runs.iter().rev().eq(derived.runs.values()) {
        let what = format!("{} are stored, the journal has {}, or others", runs.len(), derived.runs.len());
        say("runs of advances".to_owned(), what);
    }
    let exceptions = snapshot.exceptions(ledger, Seq(u64::MAX), usize::MAX)?;
    if !exceptions.iter().rev().eq(derived.exceptions.iter()) {
        let what = format!("{} are stored, the journal has {}, or others", exceptions.len(), derived.exceptions.len());
        say("exceptions of advances".to_owned(), what);
    }
    Ok(count)
}

fn compare_advances(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    derived: &DerivedAdvances,
    say: &mut dyn FnMut(String, String),
) -> Result<u64, Fault> {
    let (mut after, mut stored) = (Seq(0), 0);
    loop {
        let advances = snapshot.advances(ledger, after, CHUNK)?;
        let Some(last) = advances.last() else { break };
        after = last.no;
        stored += advances.len();
        for advance in &advances {
            let expected = derived.advances.get(&advance.no);
            if Some(advance) != expected {
                let what = format!("its row says {advance:?}, the journal {expected:?}");
                say(format!("advance {}", advance.no), what);
            }
        }
    }
    if stored != derived.advances.len() {
        let what = format!("there are {stored} rows, the journal has {}", derived.advances.len());
        say("advances".to_owned(), what);
    }
    Ok(stored as u64)
}

fn compare_due(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    derived: &DerivedAdvances,
    say: &mut dyn FnMut(String, String),
) -> Result<(), Fault> {
    let mut expected: Vec<(Day, Seq)> =
        derived.advances.values().filter_map(|advance| Some((advance.next()?, advance.no))).collect();
    expected.sort_unstable();
    let stored = |after: Option<(Day, Seq)>| {
        let found = snapshot.advances_due(ledger, Day::LAST, after, CHUNK)?;
        Ok(found.into_iter().map(|(day, advance)| (day, advance.no)).collect())
    };
    compare_in_order("advances that are due", stored, expected.into_iter(), say)
}

fn compare_transactions(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    derived: &DerivedAdvances,
    say: &mut dyn FnMut(String, String),
) -> Result<(), Fault> {
    let (mut after, mut stored) = (None, 0);
    loop {
        let found = snapshot.transactions_after(ledger, after.as_ref(), CHUNK)?;
        stored += found.len();
        for (id, row) in &found {
            let expected = derived.transactions.get(id);
            if Some(row) != expected {
                say(format!("transaction {id}"), format!("its row says {row:?}, the journal {expected:?}"));
            }
        }
        match found.into_iter().next_back() {
            Some((last, _)) => after = Some(last),
            None => break,
        }
    }
    if stored != derived.transactions.len() {
        let what = format!("there are {stored} rows, the journal has {}", derived.transactions.len());
        say("transactions of advances".to_owned(), what);
    }
    Ok(())
}
