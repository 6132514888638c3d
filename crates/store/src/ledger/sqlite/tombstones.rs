//! Deleting a ledger: its rows go, and what its tombstone says stays in `ledgers`.
//!
//! Always true: this runs inside the commit that records the tombstone in the system ledger, so both happen or neither.
//! A ledger with a posting is never deleted.

use ducat_domain::codec::Encoder;
use ducat_domain::ledger::effect::Kind;
use ducat_domain::ledger::rows::{LedgerState, Tombstone};
use ducat_domain::numbers::Seq;
use rusqlite::{Connection, params};

use super::lookup::read_head;
use super::rows::{LedgerNo, integer};
use super::stored::range;
use super::{runs, segments};
use crate::Fault;
use crate::stored::Table;

/// Deletes the ledger that a tombstone is of. Where there is none, as when the tombstone was moved here from another
/// store, its name is taken.
///
/// # Errors
/// [`Fault::NotDeletable`] when the ledger does not end where the tombstone says, or has a posting, a hold or an order.
pub(crate) fn bury(connection: &Connection, tombstone: &Tombstone) -> Result<(), Fault> {
    let refused = |reason| Fault::NotDeletable { ledger: tombstone.ledger.clone(), reason };
    let left = tombstone.head();
    let mut defaults = Encoder::new();
    left.defaults.encode(&mut defaults);
    let Some((no, head)) = read_head(connection, &tombstone.ledger)? else {
        connection.prepare_cached(TAKE_NAME)?.execute(params![
            left.ledger.as_str(),
            integer(left.batch.0),
            left.at.0,
            &left.hash[..],
            left.state.code(),
            defaults.bytes(),
        ])?;
        return Ok(());
    };
    if head.state == LedgerState::Deleted || (head.batch, head.hash) != (tombstone.batch, tombstone.hash) {
        return Err(refused("it was changed meanwhile"));
    }
    if has_lasting(connection, no)? {
        return Err(refused("it has postings, holds or orders"));
    }
    for table in Table::ALL {
        let (range, ends) = range(table, no);
        connection.execute(&format!("DELETE FROM {} WHERE {range}", table.name()), ends)?;
    }
    runs::delete(connection, no)?;
    connection.prepare_cached("DELETE FROM rows_behind WHERE ledger = ?1")?.execute([no.0])?;
    connection.prepare_cached(LEAVE_TOMBSTONE)?.execute(params![
        no.0,
        left.at.0,
        left.state.code(),
        defaults.bytes()
    ])?;
    Ok(())
}

const TAKE_NAME: &str = "\
INSERT INTO ledgers (name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, rank_by_entries, arriving,
  default_assets, state)
VALUES (?1, ?2, 0, 0, ?3, ?4, 0, 0, 0, 0, 0, ?6, ?5)";

const LEAVE_TOMBSTONE: &str = "\
UPDATE ledgers SET epoch = epoch + 1, seq = 0, at = ?2, accounts = 0, implicit_accounts = 0, zero_amounts = 0,
  rank_by_entries = 0, arriving = 0, default_assets = ?4, state = ?3
WHERE no = ?1";

/// Whether a journal has what keeps its ledger from being deleted.
fn has_lasting(connection: &Connection, no: LedgerNo) -> Result<bool, Fault> {
    let mut after = Seq(0);
    loop {
        let effects = segments::effects(connection, no, after, EFFECTS)?;
        let Some(last) = effects.last().map(|effect| effect.seq) else { return Ok(false) };
        if effects.iter().any(|effect| Kind::LASTING.contains(&effect.fact.kind())) {
            return Ok(true);
        }
        after = last;
    }
}

/// Effects read at a time.
const EFFECTS: usize = 1_000;
