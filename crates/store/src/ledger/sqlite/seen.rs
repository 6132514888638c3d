//! The rows that a reader sees besides those in their tables.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::numbers::{AccountNo, BatchNo, Id, Seq};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension};

use super::behind::{Derived, Reach, derive, is_written_behind};
use super::rows::LedgerNo;
use super::waiting::{UpTo, View, Window};
use crate::Fault;

/// What a reader in another process derived of ledgers, each with the effect up to which it did.
pub(crate) type Tails = Arc<Mutex<HashMap<i64, (Seq, Derived)>>>;

/// All rows of a ledger that are not in their table, once they were asked for.
#[derive(Debug)]
pub(crate) struct Kept<T>(RefCell<Option<(LedgerNo, Rc<Vec<T>>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept(RefCell::new(None))
    }
}

impl<T> Kept<T> {
    /// Those of a ledger, read if they are of another one so far.
    pub fn of(&self, no: LedgerNo, read: impl FnOnce() -> Result<Vec<T>, Fault>) -> Result<Rc<Vec<T>>, Fault> {
        if let Some((_, rows)) = self.0.borrow().as_ref().filter(|(of, _)| *of == no) {
            return Ok(Rc::clone(rows));
        }
        let rows = Rc::new(read()?);
        *self.0.borrow_mut() = Some((no, Rc::clone(&rows)));
        Ok(rows)
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
    },
    /// In this process, for the one who decides: all that waits.
    All(View),
    /// In another process: derived from the journal.
    Derived {
        /// What was derived before.
        tails: Tails,
        /// Whether anything is behind the journal in this file.
        is_behind: Cell<Option<bool>>,
    },
}

impl Seen {
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

    /// Where the outcome of an id is, if that may not be in the table.
    pub fn id(&self, connection: &Connection, no: LedgerNo, id: Id) -> Result<Option<Seq>, Fault> {
        self.read(connection, no, |view, up_to| view.id(no, id, up_to), |derived| derived.ids.get(&id).copied())
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
            Seen::Derived { tails, is_behind } => read_derived(connection, no, tails, is_behind, derived),
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

/// Reads what the journal's tail makes, derived up to the head that the transaction sees.
fn read_derived<T: Default>(
    connection: &Connection,
    no: LedgerNo,
    tails: &Tails,
    is_behind: &Cell<Option<bool>>,
    read: impl FnOnce(&Derived) -> T,
) -> Result<T, Fault> {
    let is_behind = match is_behind.get() {
        Some(known) => known,
        None => {
            let found = is_written_behind(connection)?;
            is_behind.set(Some(found));
            found
        }
    };
    if !is_behind {
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
    let (upto, derived) = tails.entry(no.0).or_insert_with(|| (reach.seq(), Derived::default()));
    if *upto > head || *upto < reach.seq() {
        (*upto, *derived) = (reach.seq(), Derived::default());
    }
    derive(connection, no, derived, reach, (*upto, head))?;
    *upto = head;
    Ok(read(derived))
}
