//! Points on PostgreSQL: what readers ask.

use std::collections::HashMap;

use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq, Timestamp};
use ducat_domain::points::{Direction, Due, LotKey, LotRow, ProgramRow, PurseRow, Stretch};
use tokio_postgres::Row;

use super::{PURSES, lot, program, purse};
use crate::Fault;
use crate::ledger::postgres::reader::{PostgresSnapshot, Value, bound};
use crate::ledger::postgres::rows::{Columns, integer};
use crate::points::PointsSnapshot;

const PROGRAM: &str = "\
SELECT asset, expiring, lifetime_days, pending_days, has_lots FROM points_programs WHERE ledger = $1";

/// By the key of points_lots.
const LOTS_FORWARD: &str = "\
SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
WHERE ledger = $1 AND account = $2 AND (expires_first, earned_at, arrival) >= ($3, $4, $5)
ORDER BY expires_first, earned_at, arrival LIMIT $6";

const LOTS_BACKWARD: &str = "\
SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
WHERE ledger = $1 AND account = $2 AND (expires_first, earned_at, arrival) <= ($3, $4, $5)
ORDER BY expires_first DESC, earned_at DESC, arrival DESC LIMIT $6";

const LOT: &str = "\
SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
WHERE ledger = $1 AND account = $2 AND expires_first = $3 AND earned_at = $4 AND arrival = $5";

/// By points_lots_by_expiry.
const LOTS_EXPIRING: &str = "\
SELECT expires_first, earned_at, arrival, expires_at, points FROM points_lots
WHERE ledger = $1 AND account = $2 AND expires_at <= $3 ORDER BY expires_at LIMIT $4";

const LOTS_DUE: &str = "\
SELECT at, arrival FROM points_due WHERE ledger = $1 AND at <= $2 AND (at, arrival) > ($3, $4)
ORDER BY at, arrival LIMIT $5";

/// One descent of points_due for each ledger that keeps points. A node asks for those that it serves or no one does.
const LEDGERS_DUE: &str = "\
SELECT l.name FROM points_programs p JOIN ledgers l ON l.no = p.ledger
CROSS JOIN LATERAL (SELECT 1 FROM points_due d WHERE d.ledger = p.ledger AND d.at <= $1 LIMIT 1) d
WHERE NOT l.arriving AND ($2::text IS NULL OR l.owner IS NULL OR l.owner = $2 OR l.lease_until < now())";

const REFUNDED: &str = "SELECT refunded FROM points_refunds WHERE ledger = $1 AND seq = $2";

fn due(row: &Row) -> Result<Due, Fault> {
    let mut columns = Columns::new(row, "points_due");
    Ok(Due { at: columns.timestamp("at")?, arrival: columns.seq("arrival")? })
}

impl PointsSnapshot for PostgresSnapshot<'_> {
    fn program(&self, ledger: &Name) -> Result<Option<ProgramRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        self.first(PROGRAM, &[&no.0])?.as_ref().map(program).transpose()
    }

    fn purses(&self, ledger: &Name, accounts: &[AccountNo]) -> Result<Vec<Option<PurseRow>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; accounts.len()]) };
        let numbers: Vec<i64> = accounts.iter().map(|account| integer(account.0)).collect();
        let mut found: HashMap<AccountNo, PurseRow> = HashMap::new();
        for row in self.rows(PURSES, &[&no.0, &numbers])? {
            let purse = purse(&row)?;
            found.insert(purse.account, purse);
        }
        Ok(accounts.iter().map(|account| found.get(account).cloned()).collect())
    }

    fn lots(&self, ledger: &Name, stretch: &Stretch) -> Result<Vec<LotRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = match stretch.direction {
            Direction::Forward => LOTS_FORWARD,
            Direction::Backward => LOTS_BACKWARD,
        };
        let LotKey { expires_first, earned_at, arrival } = stretch.from;
        let (account, arrival, limit) = (integer(stretch.account.0), integer(arrival.0), bound(stretch.limit));
        let rows = self.rows(sql, &[&no.0, &account, &expires_first.0, &earned_at.0, &arrival, &limit])?;
        rows.iter().map(|row| lot(row, 0)).collect()
    }

    fn lot(&self, ledger: &Name, account: AccountNo, key: LotKey) -> Result<Option<LotRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let (account, arrival) = (integer(account.0), integer(key.arrival.0));
        let row = self.first(LOT, &[&no.0, &account, &key.expires_first.0, &key.earned_at.0, &arrival])?;
        row.map(|row| lot(&row, 0)).transpose()
    }

    fn lots_expiring(
        &self,
        ledger: &Name,
        account: AccountNo,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<LotRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let rows = self.rows(LOTS_EXPIRING, &[&no.0, &integer(account.0), &until.0, &bound(limit)])?;
        rows.iter().map(|row| lot(row, 0)).collect()
    }

    fn lots_due(&self, ledger: &Name, until: Timestamp, after: Option<Due>, limit: usize) -> Result<Vec<Due>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let after = after.unwrap_or(Due { at: Timestamp::MIN, arrival: Seq(0) });
        let key: [Value<'_>; 5] = [&no.0, &until.0, &after.at.0, &integer(after.arrival.0), &bound(limit)];
        self.rows(LOTS_DUE, &key)?.iter().map(due).collect()
    }

    fn ledgers_due(&self, now: Timestamp) -> Result<Vec<Name>, Fault> {
        let rows = self.rows(LEDGERS_DUE, &[&now.0, &self.reader.node])?;
        rows.iter().map(|row| Columns::new(row, "ledgers").name("name")).collect()
    }

    fn refunded(&self, ledger: &Name, spent_at: Seq) -> Result<Option<Amount>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let row = self.first(REFUNDED, &[&no.0, &integer(spent_at.0)])?;
        row.map(|row| Columns::new(&row, "points_refunds").amount("refunded")).transpose()
    }
}
