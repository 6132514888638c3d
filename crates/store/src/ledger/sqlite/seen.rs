//! The rows that a reader sees besides those in their tables.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::numbers::{AccountNo, BatchNo, Id, Seq};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension};

use super::leaders::Busiest;
use super::rows::LedgerNo;
use super::runs::Runs;
use super::tail::{Derived, Reach, Tables, derive};
use super::waiting::{UpTo, View, Window};
use crate::Fault;

/// What a reader in another process knows of each ledger.
pub(crate) type Tails = Arc<Mutex<HashMap<i64, Known>>>;

/// What a reader in another process derived of a ledger, and the runs that it read.
#[derive(Debug)]
pub(crate) struct Known {
    /// The effect after which it derived.
    from: Seq,
    /// The effect up to which it did.
    upto: Seq,
    derived: Derived,
    runs: Arc<Runs>,
}

impl Default for Known {
    fn default() -> Known {
        Known { from: Seq(0), upto: Seq(0), derived: Derived::default(), runs: Arc::default() }
    }
}

/// What is known of one ledger, once it was asked for.
#[derive(Debug)]
pub(crate) struct Kept<T>(RefCell<Option<(LedgerNo, Rc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept(RefCell::new(None))
    }
}

impl<T> Kept<T> {
    /// That of a ledger, read if it is of another one so far.
    pub fn of(&self, no: LedgerNo, read: impl FnOnce() -> Result<T, Fault>) -> Result<Rc<T>, Fault> {
        if let Some((_, known)) = self.0.borrow().as_ref().filter(|(of, _)| *of == no) {
            return Ok(Rc::clone(known));
        }
        let known = Rc::new(read()?);
        *self.0.borrow_mut() = Some((no, Rc::clone(&known)));
        Ok(known)
    }
}

/// Where rows are that are not in their tables yet.
#[derive(Debug)]
pub(crate) enum Seen {
    /// In this process: what waits, of up to what the transaction sees.
    Window {
        /// What waits.
        view: View,
        /// Keeps older versions.
        _window: Window,
        /// The ledger that was asked about last, and what the transaction sees of it.
        last: Cell<Option<(i64, UpTo)>>,
        /// The runs of the ledger that was asked about last.
        runs: Kept<Option<Arc<Runs>>>,
    },
    /// In this process, for the one who decides: all that waits.
    All(View),
    /// In another process: derived from the journal.
    Derived {
        /// What was derived before.
        tails: Tails,
        /// Which tables this file has.
        tables: Cell<Option<Tables>>,
        /// The runs of the ledger that was asked about last.
        runs: Kept<Option<Arc<Runs>>>,
    },
}

impl Seen {
    /// For a reader of another process's file.
    pub fn derived(tails: &Tails) -> Seen {
        Seen::Derived { tails: Tails::clone(tails), tables: Cell::new(None), runs: Kept::default() }
    }

    /// The runs of a ledger, where it has any.
    ///
    /// # Errors
    /// When the file cannot be read, or a part is not as it was written.
    pub fn runs(&self, connection: &Connection, no: LedgerNo) -> Result<Option<Arc<Runs>>, Fault> {
        match self {
            Seen::All(view) => view.runs(connection, no),
            Seen::Window { view, runs, .. } => Ok(runs.of(no, || view.runs(connection, no))?.as_ref().clone()),
            Seen::Derived { tails, tables, runs } => {
                let read = || {
                    if !known_tables(connection, tables)?.runs {
                        return Ok(None);
                    }
                    let known = tails.lock().get(&no.0).map(|known| Arc::clone(&known.runs)).unwrap_or_default();
                    let read = Arc::new(Runs::read(connection, no, &known)?);
                    if read.is_empty() {
                        return Ok(None);
                    }
                    tails.lock().entry(no.0).or_default().runs = Arc::clone(&read);
                    Ok(Some(read))
                };
                Ok(runs.of(no, read)?.as_ref().clone())
            }
        }
    }

    /// The balances of an account that are newer than those in the table.
    pub fn of_account(
        &self,
        connection: &Connection,
        no: LedgerNo,
        account: AccountNo,
    ) -> Result<Vec<BalanceRow>, Fault> {
        self.read(
            connection,
            no,
            |view, up_to| view.of_account(no, account, up_to),
            |derived| derived.balances.of_account(account).collect(),
        )
    }

    /// All balances of a ledger that are newer than those in the table, by account and asset.
    pub fn of_ledger(&self, connection: &Connection, no: LedgerNo) -> Result<Vec<BalanceRow>, Fault> {
        self.read(connection, no, |view, up_to| view.of_ledger(no, up_to), |derived| derived.balances.rows().collect())
    }

    /// Who has the most entries of those whose balances are newer than those in the table, if those are so many or more.
    pub fn busiest(&self, connection: &Connection, no: LedgerNo, at_least: u64) -> Result<Busiest, Fault> {
        self.read(
            connection,
            no,
            |view, up_to| view.busiest(no, up_to, at_least),
            |derived| Busiest::of(derived.balances.rows()),
        )
    }

    /// Where the outcomes of ids are, one after another, of those that may not be written.
    pub fn ids_at(&self, connection: &Connection, no: LedgerNo, ids: &[Id]) -> Result<Vec<Option<Seq>>, Fault> {
        let found = self.read(
            connection,
            no,
            |view, up_to| ids.iter().map(|id| view.id(no, *id, up_to)).collect(),
            |derived| ids.iter().map(|id| derived.ids.get(id).copied()).collect::<Vec<_>>(),
        )?;
        // Where nothing is behind there is nothing to ask.
        Ok(if found.is_empty() { vec![None; ids.len()] } else { found })
    }

    /// All ids of a ledger that may not be in the table, in order.
    pub fn ids(&self, connection: &Connection, no: LedgerNo) -> Result<Vec<(Id, Seq)>, Fault> {
        self.read(
            connection,
            no,
            |view, up_to| view.ids(no, up_to),
            |derived| derived.ids.iter().map(|(id, seq)| (*id, *seq)).collect(),
        )
    }

    fn read<T: Default>(
        &self,
        connection: &Connection,
        no: LedgerNo,
        waiting: impl FnOnce(&View, UpTo) -> T,
        derived: impl FnOnce(&Derived) -> T,
    ) -> Result<T, Fault> {
        match self {
            Seen::All(view) => Ok(waiting(view, UpTo::ALL)),
            Seen::Window { view, last, .. } => Ok(waiting(view, up_to(connection, no, last)?)),
            Seen::Derived { tails, tables, .. } => read_derived(connection, no, tails, tables, derived),
        }
    }
}

/// What a transaction sees of a ledger.
fn up_to(connection: &Connection, no: LedgerNo, last: &Cell<Option<(i64, UpTo)>>) -> Result<UpTo, Fault> {
    if let Some((_, up_to)) = last.get().filter(|(of, _)| *of == no.0) {
        return Ok(up_to);
    }
    // Of a deleted ledger (state 2) nothing waits: its rows went with it.
    let mut statement = connection.prepare_cached("SELECT batch, seq FROM ledgers WHERE no = ?1 AND state <> 2")?;
    let found: Option<(i64, i64)> = statement.query_row([no.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    let up_to = found.map_or(UpTo::NONE, |(batch, seq)| UpTo { batch: BatchNo(number(batch)), seq: Seq(number(seq)) });
    last.set(Some((no.0, up_to)));
    Ok(up_to)
}

/// Which tables a file has, asked once.
fn known_tables(connection: &Connection, known: &Cell<Option<Tables>>) -> Result<Tables, Fault> {
    if let Some(tables) = known.get() {
        return Ok(tables);
    }
    let tables = Tables::of(connection)?;
    known.set(Some(tables));
    Ok(tables)
}

/// Reads what the journal's tail makes, derived up to the head that the transaction sees.
fn read_derived<T: Default>(
    connection: &Connection,
    no: LedgerNo,
    tails: &Tails,
    tables: &Cell<Option<Tables>>,
    read: impl FnOnce(&Derived) -> T,
) -> Result<T, Fault> {
    if !known_tables(connection, tables)?.behind {
        return Ok(T::default());
    }
    let mut statement = connection.prepare_cached("SELECT seq FROM ledgers WHERE no = ?1")?;
    let head: Option<i64> = statement.query_row([no.0], |row| row.get(0)).optional()?;
    let head = Seq(head.and_then(|head| u64::try_from(head).ok()).unwrap_or(0));
    let reach = Reach::read(connection, no)?;
    if reach.seq() >= head {
        return Ok(T::default());
    }
    let mut tails = tails.lock();
    let Known { from, upto, derived, .. } = tails.entry(no.0).or_default();
    // Another transaction may see more rows that are written, or fewer: what was derived is of the same ones.
    if *upto > head || *from != reach.seq() {
        (*from, *upto, *derived) = (reach.seq(), reach.seq(), Derived::default());
    }
    derive(connection, no, derived, reach, (*upto, head))?;
    *upto = head;
    Ok(read(derived))
}
