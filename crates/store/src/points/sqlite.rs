//! Points on SQLite: writing them with a commit, and reading them.

use ducat_domain::Delta;
use ducat_domain::codec::Encoder;
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq, Timestamp};
use ducat_domain::points::{Direction, Due, Lot, LotKey, LotRow, Order, Program, ProgramRow, PurseRow, Stretch};
use rusqlite::{Connection, Row, params};

use super::PointsSnapshot;
use crate::Fault;
use crate::ledger::sqlite::reader::SqliteSnapshot;
use crate::ledger::sqlite::rows::{Columns, LedgerNo, SEQ_MAX, Wide, inconsistent, integer, number_of};

/// Lots that are new, before those that are closed: a batch may close what it wrote.
pub(crate) fn write(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    let points = &delta.product.points;
    if let Some(row) = &points.program {
        write_program(connection, no, row)?;
    }
    if !points.purses.is_empty() {
        let mut purses = connection.prepare_cached("REPLACE INTO points_purses (key, purse) VALUES (?1, ?2)")?;
        let mut encoder = Encoder::new();
        for row in &points.purses {
            encoder.clear();
            row.encode(&mut encoder);
            purses.raw_bind_parameter(1, no.key(row.account.0))?;
            purses.raw_bind_parameter(2, encoder.bytes())?;
            purses.raw_execute()?;
        }
    }
    if !points.lots.is_empty() {
        let mut lots = connection.prepare_cached(
            "INSERT INTO points_lots (purse, expires_first, earned_at, arrival, expires_at, points)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for (account, row) in &points.lots {
            let (purse, first, earned_at, arrival) = place(no, *account, row.lot.key);
            let expires_at = row.expires_at.map(|at| at.0);
            lots.execute(params![purse, first, earned_at, arrival, expires_at, Wide(row.lot.points.signed())])?;
        }
    }
    for (account, key) in &points.closed {
        let mut closed = connection.prepare_cached(
            "DELETE FROM points_lots WHERE purse = ?1 AND expires_first = ?2 AND earned_at = ?3 AND arrival = ?4",
        )?;
        closed.execute(place(no, *account, *key))?;
    }
    for (due, is_due) in delta.dues() {
        let sql = match is_due {
            true => "INSERT INTO points_due (ledger, at, arrival) VALUES (?1, ?2, ?3)",
            false => "DELETE FROM points_due WHERE ledger = ?1 AND at = ?2 AND arrival = ?3",
        };
        connection.prepare_cached(sql)?.execute(params![no.0, due.at.0, integer(due.arrival.0)])?;
    }
    for (seq, refunded) in delta.refunds() {
        connection
            .prepare_cached("REPLACE INTO points_refunds (key, refunded) VALUES (?1, ?2)")?
            .execute(params![no.key(seq.0), Wide(refunded.signed())])?;
    }
    Ok(())
}

fn place(no: LedgerNo, account: AccountNo, key: LotKey) -> (i64, i64, i64, i64) {
    (no.key(account.0), key.expires_first.0, key.earned_at.0, integer(key.arrival.0))
}

fn write_program(connection: &Connection, no: LedgerNo, row: &ProgramRow) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "REPLACE INTO points_programs (ledger, asset, expiring, lifetime_days, pending_days, has_lots)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let Program { asset, order, lifetime_days, pending_days } = &row.program;
    let expiring = *order == Order::Expiring;
    statement.execute(params![no.0, asset.as_str(), expiring, lifetime_days, pending_days, row.has_lots])?;
    Ok(())
}

pub(crate) fn read_program(connection: &Connection, no: LedgerNo) -> Result<Option<ProgramRow>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM points_programs WHERE ledger = ?1")?;
    let mut rows = statement.query([no.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let columns = Columns::new(row, "points_programs", no.0);
    let days =
        |column| u32::try_from(columns.signed(column)?).map_err(|_| inconsistent("points_programs", column, no.0));
    let lifetime_days: Option<i64> = row.get("lifetime_days")?;
    let program = Program {
        asset: columns.name("asset")?,
        order: if columns.signed("expiring")? == 0 { Order::Earned } else { Order::Expiring },
        lifetime_days: lifetime_days.map(|_| days("lifetime_days")).transpose()?,
        pending_days: days("pending_days")?,
    };
    Ok(Some(ProgramRow { program, has_lots: columns.signed("has_lots")? != 0 }))
}

pub(crate) fn read_purse(connection: &Connection, no: LedgerNo, account: AccountNo) -> Result<Option<PurseRow>, Fault> {
    let mut statement = connection.prepare_cached("SELECT key, purse FROM points_purses WHERE key = ?1")?;
    let mut rows = statement.query([no.key(account.0.min(SEQ_MAX))])?;
    rows.next()?.map(purse).transpose()
}

fn purse(row: &Row<'_>) -> Result<PurseRow, Fault> {
    let key: i64 = row.get(0)?;
    let wrong = || inconsistent("points_purses", "purse", number_of(key));
    let bytes = row.get_ref(1)?.as_blob().map_err(|_| wrong())?;
    PurseRow::decode(AccountNo(number_of(key)), bytes).map_err(|_| wrong())
}

fn lots(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<LotRow>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(lot(row)?);
    }
    Ok(found)
}

/// Of `expires_first, earned_at, arrival, expires_at, points`.
fn lot(row: &Row<'_>) -> Result<LotRow, Fault> {
    let columns = Columns::new(row, "points_lots", row.get::<_, i64>("arrival")?);
    let key = LotKey {
        expires_first: columns.timestamp("expires_first")?,
        earned_at: columns.timestamp("earned_at")?,
        arrival: Seq(columns.unsigned("arrival")?),
    };
    let expires_at: Option<i64> = row.get("expires_at")?;
    Ok(LotRow { lot: Lot { key, points: columns.amount("points")? }, expires_at: expires_at.map(Timestamp) })
}

/// By the key of points_lots, which is the order in which lots are used.
const LOTS_FORWARD: &str = "\
SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
WHERE purse = ?1 AND (expires_first, earned_at, arrival) >= (?2, ?3, ?4)
ORDER BY expires_first, earned_at, arrival LIMIT ?5";

const LOTS_BACKWARD: &str = "\
SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
WHERE purse = ?1 AND (expires_first, earned_at, arrival) <= (?2, ?3, ?4)
ORDER BY expires_first DESC, earned_at DESC, arrival DESC LIMIT ?5";

pub(crate) fn read_lots(connection: &Connection, no: LedgerNo, stretch: &Stretch) -> Result<Vec<LotRow>, Fault> {
    let sql = match stretch.direction {
        Direction::Forward => LOTS_FORWARD,
        Direction::Backward => LOTS_BACKWARD,
    };
    let (purse, first, earned_at, arrival) = place(no, stretch.account, stretch.from);
    lots(connection, sql, params![purse, first, earned_at, arrival, integer(stretch.limit as u64)])
}

pub(crate) fn read_lot(
    connection: &Connection,
    no: LedgerNo,
    account: AccountNo,
    key: LotKey,
) -> Result<Option<LotRow>, Fault> {
    let sql = "SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
               WHERE purse = ?1 AND expires_first = ?2 AND earned_at = ?3 AND arrival = ?4";
    Ok(lots(connection, sql, place(no, account, key))?.into_iter().next())
}

/// By points_lots_by_expiry.
pub(crate) fn read_expiring(
    connection: &Connection,
    no: LedgerNo,
    account: AccountNo,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<LotRow>, Fault> {
    let sql = "SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
               WHERE purse = ?1 AND expires_at <= ?2 ORDER BY expires_at LIMIT ?3";
    lots(connection, sql, params![no.key(account.0), until.0, integer(limit as u64)])
}

pub(crate) fn read_dues(
    connection: &Connection,
    no: LedgerNo,
    until: Timestamp,
    after: Option<Due>,
    limit: usize,
) -> Result<Vec<Due>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT at, arrival FROM points_due WHERE ledger = ?1 AND at <= ?2 AND (at, arrival) > (?3, ?4)
         ORDER BY at, arrival LIMIT ?5",
    )?;
    let after = after.unwrap_or(Due { at: Timestamp::MIN, arrival: Seq(0) });
    let key = params![no.0, until.0, after.at.0, integer(after.arrival.0), integer(limit as u64)];
    let mut rows = statement.query(key)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let columns = Columns::new(row, "points_due", no.0);
        found.push(Due { at: columns.timestamp("at")?, arrival: Seq(columns.unsigned("arrival")?) });
    }
    Ok(found)
}

/// One descent of points_due for each ledger that keeps points.
pub(crate) const LEDGERS_DUE: &str = "\
SELECT l.name FROM points_programs p JOIN ledgers l ON l.no = p.ledger
WHERE l.arriving = 0 AND EXISTS (SELECT 1 FROM points_due d WHERE d.ledger = p.ledger AND d.at <= ?1)";

pub(crate) fn read_refunded(connection: &Connection, no: LedgerNo, spent_at: Seq) -> Result<Option<Amount>, Fault> {
    let mut statement = connection.prepare_cached("SELECT refunded FROM points_refunds WHERE key = ?1")?;
    let mut rows = statement.query([no.key(spent_at.0.min(SEQ_MAX))])?;
    rows.next()?.map(|row| Columns::new(row, "points_refunds", spent_at).amount("refunded")).transpose()
}

impl PointsSnapshot for SqliteSnapshot<'_> {
    fn program(&self, ledger: &Name) -> Result<Option<ProgramRow>, Fault> {
        self.in_ledger(ledger, |no| read_program(self.connection(), no))
    }

    fn purses(&self, ledger: &Name, accounts: &[AccountNo]) -> Result<Vec<Option<PurseRow>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; accounts.len()]) };
        accounts.iter().map(|account| read_purse(self.connection(), no, *account)).collect()
    }

    fn lots(&self, ledger: &Name, stretch: &Stretch) -> Result<Vec<LotRow>, Fault> {
        self.in_ledger(ledger, |no| read_lots(self.connection(), no, stretch))
    }

    fn lot(&self, ledger: &Name, account: AccountNo, key: LotKey) -> Result<Option<LotRow>, Fault> {
        self.in_ledger(ledger, |no| read_lot(self.connection(), no, account, key))
    }

    fn lots_expiring(
        &self,
        ledger: &Name,
        account: AccountNo,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<LotRow>, Fault> {
        self.in_ledger(ledger, |no| read_expiring(self.connection(), no, account, until, limit))
    }

    fn lots_due(&self, ledger: &Name, until: Timestamp, after: Option<Due>, limit: usize) -> Result<Vec<Due>, Fault> {
        self.in_ledger(ledger, |no| read_dues(self.connection(), no, until, after, limit))
    }

    fn ledgers_due(&self, now: Timestamp) -> Result<Vec<Name>, Fault> {
        self.rows(LEDGERS_DUE, [now.0], |row| Columns::new(row, "ledgers", "name").name("name"))
    }

    fn refunded(&self, ledger: &Name, spent_at: Seq) -> Result<Option<Amount>, Fault> {
        self.in_ledger(ledger, |no| read_refunded(self.connection(), no, spent_at))
    }
}
