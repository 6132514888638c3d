//! The balances that a reader sees besides those in their table.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::tail::Tail;
use ducat_domain::numbers::{AccountNo, BatchNo, Seq};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension};

use super::behind::{Reach, derive, is_written_behind};
use super::rows::LedgerNo;
use super::waiting::{View, Window};
use crate::Fault;

/// The tails of ledgers that a reader in another process derived, each with the effect up to which it did.
pub(crate) type Tails = Arc<Mutex<HashMap<i64, (Seq, Tail)>>>;

/// Where balances are that are not in their table yet.
#[derive(Debug)]
pub(crate) enum Seen {
    /// In this process: what waits, of up to the batch that the transaction sees.
    Window {
        /// What waits.
        view: View,
        /// Keeps older versions.
        _window: Window,
        /// The ledger that was asked about last, and its last batch.
        last: Cell<Option<(i64, BatchNo)>>,
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
        match self {
            Seen::All(view) => Ok(view.of_account(no, account, BatchNo(u64::MAX))),
            Seen::Window { view, last, .. } => Ok(view.of_account(no, account, last_batch(connection, no, last)?)),
            Seen::Derived { tails, is_behind } => {
                derived(connection, no, tails, is_behind, |tail| tail.of_account(account).collect())
            }
        }
    }

    /// All balances of a ledger that are newer than those in the table, by account and asset.
    pub fn of_ledger(&self, connection: &Connection, no: LedgerNo) -> Result<Vec<BalanceRow>, Fault> {
        match self {
            Seen::All(view) => Ok(view.of_ledger(no, BatchNo(u64::MAX))),
            Seen::Window { view, last, .. } => Ok(view.of_ledger(no, last_batch(connection, no, last)?)),
            Seen::Derived { tails, is_behind } => {
                derived(connection, no, tails, is_behind, |tail| tail.rows().collect())
            }
        }
    }
}

/// The last batch of a ledger that a transaction sees.
fn last_batch(connection: &Connection, no: LedgerNo, last: &Cell<Option<(i64, BatchNo)>>) -> Result<BatchNo, Fault> {
    if let Some((_, batch)) = last.get().filter(|(of, _)| *of == no.0) {
        return Ok(batch);
    }
    // Of a deleted ledger (state 2) nothing waits: its rows went with it.
    let mut statement = connection.prepare_cached("SELECT batch FROM ledgers WHERE no = ?1 AND state <> 2")?;
    let batch: Option<i64> = statement.query_row([no.0], |row| row.get(0)).optional()?;
    let batch = BatchNo(batch.and_then(|batch| u64::try_from(batch).ok()).unwrap_or(0));
    last.set(Some((no.0, batch)));
    Ok(batch)
}

/// What the journal's tail makes, derived up to the head that the transaction sees.
fn derived(
    connection: &Connection,
    no: LedgerNo,
    tails: &Tails,
    is_behind: &Cell<Option<bool>>,
    read: impl FnOnce(&Tail) -> Vec<BalanceRow>,
) -> Result<Vec<BalanceRow>, Fault> {
    let is_behind = match is_behind.get() {
        Some(known) => known,
        None => {
            let found = is_written_behind(connection)?;
            is_behind.set(Some(found));
            found
        }
    };
    if !is_behind {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached("SELECT seq FROM ledgers WHERE no = ?1")?;
    let head: Option<i64> = statement.query_row([no.0], |row| row.get(0)).optional()?;
    let head = Seq(head.and_then(|head| u64::try_from(head).ok()).unwrap_or(0));
    let reach = Reach::read(connection, no)?;
    if reach.seq() >= head {
        return Ok(Vec::new());
    }
    let mut tails = tails.lock();
    let (upto, tail) = tails.entry(no.0).or_insert_with(|| (reach.seq(), Tail::default()));
    if *upto > head || *upto < reach.seq() {
        (*upto, *tail) = (reach.seq(), Tail::default());
    }
    derive(connection, no, tail, reach, (*upto, head))?;
    *upto = head;
    Ok(read(tail))
}
