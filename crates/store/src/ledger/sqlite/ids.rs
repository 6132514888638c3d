//! Where ids are that are written: in runs, or in the tree of `outcomes`.

use ducat_domain::ledger::working::TIME_ORDERED_END;
use ducat_domain::numbers::{Id, Seq};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::LedgerNo;
use super::runs::Runs;
use crate::Fault;

/// Where the outcomes of ids are written.
pub(super) fn written_places(
    connection: &Connection,
    runs: Option<&Runs>,
    no: LedgerNo,
    ids: &[Id],
) -> Result<Vec<Option<Seq>>, Fault> {
    let mut places = vec![None; ids.len()];
    find_written(connection, runs, no, ids, &mut places)?;
    Ok(places)
}

/// Ids from which on it is worth finding out between which ones those of the tree are.
const MANY: usize = 4;

/// Fills in where the outcomes of ids are written that have no place yet.
pub(super) fn find_written(
    connection: &Connection,
    runs: Option<&Runs>,
    no: LedgerNo,
    ids: &[Id],
    places: &mut [Option<Seq>],
) -> Result<(), Fault> {
    if let Some(runs) = runs {
        runs.find(connection, ids, places)?;
    }
    let in_tree = if ids.len() < MANY { Some((Id(0), Id(u128::MAX))) } else { ends_of_tree(connection, no)? };
    let Some((first, last)) = in_tree else { return Ok(()) };
    let mut statement = connection.prepare_cached("SELECT seq FROM outcomes WHERE ledger = ?1 AND id = ?2")?;
    for (id, place) in ids.iter().zip(places) {
        if place.is_none() && (first..=last).contains(id) {
            let key = params![no.0, &id.0.to_be_bytes()[..]];
            let seq: Option<i64> = statement.query_row(key, |row| row.get(0)).optional()?;
            *place = seq.and_then(|seq| u64::try_from(seq).ok()).map(Seq);
        }
    }
    Ok(())
}

/// The greatest id in order of time that is in the table: one descent of its key.
pub(crate) fn last_time_ordered(connection: &Connection, no: LedgerNo) -> rusqlite::Result<Option<Id>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM outcomes WHERE ledger = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1")?;
    let end = TIME_ORDERED_END.0.to_be_bytes();
    let last = statement.query_row(params![no.0, &end[..]], |row| row.get::<_, [u8; 16]>(0)).optional()?;
    Ok(last.map(|bytes| Id(u128::from_be_bytes(bytes))))
}

/// Between which ids those of a ledger are that are in the tree.
fn ends_of_tree(connection: &Connection, no: LedgerNo) -> Result<Option<(Id, Id)>, Fault> {
    let end = |order: &str, unknown: Id| -> Result<Option<Id>, Fault> {
        let sql = format!("SELECT id FROM outcomes WHERE ledger = ?1 ORDER BY id {order} LIMIT 1");
        let found = connection.prepare_cached(&sql)?.query_row([no.0], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        // What is no id says nothing of the others.
        let id = |bytes: Vec<u8>| bytes.try_into().map_or(unknown, |bytes| Id(u128::from_be_bytes(bytes)));
        Ok(found.map(id))
    };
    Ok(end("ASC", Id(0))?.zip(end("DESC", Id(u128::MAX))?))
}
