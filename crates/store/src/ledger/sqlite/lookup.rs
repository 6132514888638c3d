//! Look-ups of single rows, which the writer and the readers share.

use ducat_domain::ledger::rows::{AccountRow, AssetRow, Head, IdRow, LoadedAccount, OutcomeKind};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq};
use ducat_domain::{Effect, Fact};
use rusqlite::{Connection, OptionalExtension, params};

use super::ids::find_written;
use super::leaders::Busiest;
use super::rows::{Columns, LedgerNo, inconsistent, number_of};
use super::seen::Seen;
use super::segments;
use crate::Fault;

pub(crate) fn ledger_no(connection: &Connection, name: &Name) -> Result<Option<LedgerNo>, Fault> {
    let mut statement = connection.prepare_cached("SELECT no FROM ledgers WHERE name = ?1")?;
    Ok(statement.query_row([name.as_str()], |row| row.get(0)).optional()?.map(LedgerNo))
}

pub(crate) fn read_head(connection: &Connection, name: &Name) -> Result<Option<(LedgerNo, Head)>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM ledgers WHERE name = ?1")?;
    let mut rows = statement.query([name.as_str()])?;
    rows.next()?.map(|row| Columns::new(row, "ledgers", name).head()).transpose()
}

pub(crate) fn read_assets(connection: &Connection, no: LedgerNo) -> Result<Vec<AssetRow>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT no, code, scale FROM assets WHERE ledger = ?1 ORDER BY no")?;
    let mut rows = statement.query([no.0])?;
    let mut assets = Vec::new();
    while let Some(row) = rows.next()? {
        assets.push(Columns::new(row, "assets", no.0).asset()?);
    }
    Ok(assets)
}

/// How many accounts begin with a prefix, counted up to a bound: only the index of names is read.
pub(crate) fn count_accounts(connection: &Connection, no: LedgerNo, prefix: &str, max: usize) -> Result<usize, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM (SELECT 1 FROM accounts WHERE ledger = ?1 AND name >= ?2 AND name < ?3 LIMIT ?4)",
    )?;
    // '~' sorts after every byte that a name may have.
    let ends = params![no.0, prefix, format!("{prefix}~"), i64::try_from(max).unwrap_or(i64::MAX)];
    let counted: i64 = statement.query_row(ends, |row| row.get(0))?;
    Ok(usize::try_from(counted).unwrap_or_default())
}

pub(crate) fn read_account(
    connection: &Connection,
    seen: &Seen,
    no: LedgerNo,
    name: &Name,
) -> Result<Option<LoadedAccount>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM accounts WHERE ledger = ?1 AND name = ?2")?;
    let mut rows = statement.query(params![no.0, name.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let account = Columns::new(row, "accounts", name).account()?;
    with_balances(connection, seen, no, account).map(Some)
}

pub(crate) fn read_account_by_no(
    connection: &Connection,
    seen: &Seen,
    no: LedgerNo,
    account: u64,
) -> Result<Option<LoadedAccount>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM accounts WHERE key = ?1")?;
    let mut rows = statement.query([no.key(account)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let account = Columns::new(row, "accounts", account).account()?;
    with_balances(connection, seen, no, account).map(Some)
}

/// An account with its balances: those that wait are newer than those in the table.
pub(crate) fn with_balances(
    connection: &Connection,
    seen: &Seen,
    no: LedgerNo,
    row: AccountRow,
) -> Result<LoadedAccount, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM balances WHERE key >= ?1 AND key < ?2 ORDER BY key")?;
    let mut rows = statement.query([no.balance_key(row.no.0, 0), no.balance_key(row.no.0 + 1, 0)])?;
    // Most have one, and many are kept: a vector that grows by itself would keep room for four.
    let mut balances = Vec::with_capacity(1);
    while let Some(found) = rows.next()? {
        balances.push(Columns::new(found, "balances", row.no).balance_row()?);
    }
    for newer in seen.of_account(connection, no, row.no)? {
        match balances.iter_mut().find(|known| known.asset == newer.asset) {
            Some(known) => *known = newer,
            None => balances.push(newer),
        }
    }
    balances.sort_unstable_by_key(|row| row.asset);
    Ok(LoadedAccount { row, balances })
}

/// Where the outcomes of ids are, one after another.
pub(crate) fn read_outcome_places(
    connection: &Connection,
    seen: &Seen,
    no: LedgerNo,
    ids: &[Id],
) -> Result<Vec<Option<Seq>>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut places = seen.ids_at(connection, no, ids)?;
    let runs = seen.runs(connection, no)?;
    find_written(connection, runs.as_deref(), no, ids, &mut places)?;
    Ok(places)
}

/// What is known of an outcome, by the effect that it is.
pub(crate) fn outcome_row(effect: &Effect, id: Id) -> Result<IdRow, Fault> {
    let kind = if let Fact::Refused(_) = effect.fact { OutcomeKind::Refused } else { OutcomeKind::Done };
    let key = effect.command.ok_or_else(|| inconsistent("outcomes", "seq", id))?;
    Ok(IdRow { seq: effect.seq, fingerprint: key.fingerprint, kind })
}

/// The outcomes of ids, from segments, one after another.
pub(crate) fn read_outcomes(
    connection: &Connection,
    seen: &Seen,
    no: LedgerNo,
    ids: &[Id],
) -> Result<Vec<Option<IdRow>>, Fault> {
    let outcome = |(id, place): (&Id, Option<Seq>)| {
        let Some(seq) = place else { return Ok(None) };
        let effect = segments::effect(connection, no, seq)?.ok_or_else(|| inconsistent("outcomes", "seq", *id))?;
        outcome_row(&effect, *id).map(Some)
    };
    ids.iter().zip(read_outcome_places(connection, seen, no, ids)?).map(outcome).collect()
}

pub(crate) fn read_reference(connection: &Connection, no: LedgerNo, reference: &str) -> Result<Option<Seq>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT seq FROM transaction_references WHERE ledger = ?1 AND reference = ?2")?;
    let seq: Option<i64> = statement.query_row(params![no.0, reference], |row| row.get(0)).optional()?;
    Ok(seq.and_then(|seq| u64::try_from(seq).ok()).map(Seq))
}

/// Whether a ledger ranks its accounts.
pub(crate) fn ranks(connection: &Connection, no: LedgerNo) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM ledgers WHERE no = ?1 AND rank_by_entries")?;
    Ok(statement.exists([no.0])?)
}

/// The busiest accounts of a ledger that are written, in one statement.
const BUSIEST: &str = "\
SELECT r.entries, r.account FROM entry_ranks r
WHERE r.ledger = ?1 AND r.entries = (SELECT max(entries) FROM entry_ranks WHERE ledger = ?1)";

/// Who has the most entries.
pub(crate) fn read_busiest(connection: &Connection, seen: &Seen, no: LedgerNo) -> Result<Busiest, Fault> {
    // Its plan, whatever there is of either: the right edge of the ledger in one index, and the rows that are equal to
    // it.
    //   SEARCH r USING INDEX entry_ranks_by_entries (ledger=? AND entries=?)
    //   SCALAR SUBQUERY 1
    //     SEARCH entry_ranks USING COVERING INDEX entry_ranks_by_entries (ledger=?)
    let mut statement = connection.prepare_cached(BUSIEST)?;
    let mut rows = statement.query([no.0])?;
    let mut busiest = Busiest::default();
    while let Some(row) = rows.next()? {
        let columns = Columns::new(row, "entry_ranks", no.0);
        busiest.entries = columns.unsigned("entries")?;
        busiest.accounts.push(AccountNo(number_of(columns.signed("account")?)));
    }
    if !ranks(connection, no)? {
        return Ok(busiest);
    }
    // What waits has more entries than the table knows of. Whoever has the most of both has the most.
    let waiting = seen.busiest(connection, no, busiest.entries)?;
    Ok(busiest.or(waiting))
}
