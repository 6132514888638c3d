//! Deleting a ledger: its rows go, and what its tombstone says stays in `ledgers`.
//!
//! Always true: this runs inside the commit that records the tombstone in the system ledger, so both happen or neither.
//! A ledger with a posting is never deleted.

use ducat_domain::ledger::effect::Kind;
use ducat_domain::ledger::rows::Tombstone;

use super::statements;
use super::stored::is_kept;
use crate::postgres::session::{Attempt, Begin, Call, ROUND_TRIP_MAX, Session, SessionError};
use crate::stored::Table;
use crate::{CommitError, Fault};

/// By ledgers_by_name. No row when the ledger does not end where the tombstone says, or has a posting; where there is
/// no ledger, as when the tombstone was moved here from another store, its name is taken.
const LEAVE_TOMBSTONE: &str = "\
INSERT INTO ledgers AS l (no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, rank_by_entries,
  arriving, default_assets, state, fence)
SELECT coalesce(max(no), 0) + 1, $1::text, $2::int8, 0, 0, $3::int8, $4::bytea, 0, false, false, false, false, ''::bytea, $5::int4,
  $2::int8 + 9
FROM ledgers
ON CONFLICT (name) DO UPDATE SET epoch = l.epoch + 1, fence = l.fence + 1, seq = 0, at = excluded.at, accounts = 0, implicit_accounts = false,
  zero_amounts = false, rank_by_entries = false, arriving = false, default_assets = ''::bytea, state = excluded.state,
  owner = NULL, lease_until = NULL
WHERE l.batch = excluded.batch AND l.hash = excluded.hash AND l.state <> excluded.state
  AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.ledger = l.no AND j.kind = ANY($6::int4[]))
RETURNING no";

/// Deletes the ledger that a tombstone is of.
///
/// # Errors
/// [`Fault::NotDeletable`] when the ledger does not end where the tombstone says, or has a posting, a hold or an order.
pub(crate) async fn bury(session: &mut Session, tombstone: &Tombstone) -> Result<(), Attempt> {
    let left = tombstone.head();
    let calls = [
        Call::new(statements::LOCK_OPENING, Vec::new()),
        Call::new(
            LEAVE_TOMBSTONE,
            vec![
                Box::new(left.ledger.as_str().to_owned()),
                Box::new(super::rows::integer(left.batch.0)),
                Box::new(left.at.0),
                Box::new(left.hash.to_vec()),
                Box::new(i32::from(left.state.code())),
                Box::new(Kind::LASTING.map(|kind| i32::from(kind.code())).to_vec()),
            ],
        ),
    ];
    let rows: Result<Vec<_>, _> = session.all(&calls, Begin::Nothing, ROUND_TRIP_MAX).await?.into_iter().collect();
    let rows = rows.map_err(SessionError::from)?;
    let Some(row) = rows.last().and_then(|rows| rows.first()) else {
        let (ledger, reason) = (tombstone.ledger.clone(), "it has postings, holds or orders, or was changed meanwhile");
        return Err(Attempt::Over(CommitError::Refused(Fault::NotDeletable { ledger, reason })));
    };
    let no: i32 = row.get(0);
    let tables = Table::ALL.into_iter().filter(|table| is_kept(*table));
    let deletes: String = tables.map(|table| format!("DELETE FROM {} WHERE ledger = {no};", table.name())).collect();
    Ok(session.plain(&deletes).await?)
}
