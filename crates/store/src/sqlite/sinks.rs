//! How far sinks are, in a file. It has one owner, so no one else sends.

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::integer;
use crate::Fault;
use crate::sinks::{Delivery, Noted, Progress, decode_retries, encode_retries, inconsistent, kept, slot_of};

/// Notes how far sinks are, and what was delivered.
pub(crate) fn note(connection: &mut Connection, noted: &[Noted]) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for one in noted {
        let Progress { sink, epoch, ordered_at, seq, seen_at, attempts, retries } = &one.progress;
        transaction
            .prepare_cached(
                "INSERT INTO sinks (name, epoch, ordered_at, seq, attempts, retries, seen_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (name) DO UPDATE SET ordered_at = excluded.ordered_at, seq = excluded.seq,
                     attempts = excluded.attempts, retries = excluded.retries, seen_at = excluded.seen_at",
            )?
            .execute(params![
                sink.as_str(),
                integer(*epoch),
                ordered_at.0,
                integer(seq.0),
                integer(*attempts),
                encode_retries(retries),
                seen_at.0
            ])?;
        for delivery in kept(one) {
            let Delivery { number, seq, attempt, at, took_us, status, reason } = delivery;
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO deliveries
                         (sink, slot, number, seq, attempt, at, took_us, status, reason)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    sink.as_str(),
                    integer(slot_of(*number)),
                    integer(*number),
                    seq.map(|seq| integer(seq.0)),
                    attempt,
                    at.0,
                    integer(*took_us),
                    status,
                    reason
                ])?;
        }
    }
    Ok(transaction.commit()?)
}

/// How far sinks are, in their order; those to which nothing was delivered are at their beginning.
pub(crate) fn progress(connection: &Connection, sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT epoch, ordered_at, seq, attempts, seen_at, retries FROM sinks WHERE name = ?1")?;
    let mut found = Vec::with_capacity(sinks.len());
    for sink in sinks {
        let row = statement.query_row([sink.as_str()], |row| {
            let numbers: [i64; 5] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            Ok((numbers, row.get::<_, Vec<u8>>(5)?))
        });
        let Some(([epoch, ordered_at, seq, attempts, seen_at], retries)) = row.optional()? else {
            found.push(Progress::new(sink.clone()));
            continue;
        };
        let count = |column, number: i64| u64::try_from(number).map_err(|_| inconsistent(column, sink));
        found.push(Progress {
            sink: sink.clone(),
            epoch: count("epoch", epoch)?,
            ordered_at: Timestamp(ordered_at),
            seq: Seq(count("seq", seq)?),
            seen_at: Timestamp(seen_at),
            attempts: count("attempts", attempts)?,
            retries: decode_retries(sink, &retries)?,
        });
    }
    Ok(found)
}

/// What was delivered to a sink last, newest first, before one of them.
pub(crate) fn deliveries(
    connection: &Connection,
    sink: &Name,
    before: u64,
    limit: usize,
) -> Result<Vec<Delivery>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT number, seq, attempt, at, took_us, status, reason FROM deliveries
         WHERE sink = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![sink.as_str(), integer(before), limit], |row| {
        let numbers: (i64, Option<i64>, i64) = (row.get(0)?, row.get(1)?, row.get(4)?);
        Ok((numbers, of(row)?))
    })?;
    let wrong = |column| Fault::Inconsistent { table: "deliveries", column, key: sink.to_string() };
    let mut found = Vec::new();
    for row in rows {
        let ((number, seq, took_us), delivery) = row?;
        found.push(Delivery {
            number: u64::try_from(number).map_err(|_| wrong("number"))?,
            seq: seq.map(|seq| u64::try_from(seq).map(Seq)).transpose().map_err(|_| wrong("seq"))?,
            took_us: u64::try_from(took_us).map_err(|_| wrong("took_us"))?,
            ..delivery
        });
    }
    Ok(found)
}

/// What a row says, but for the numbers that are to be looked at.
fn of(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        number: 0,
        seq: None,
        attempt: row.get(2)?,
        at: Timestamp(row.get(3)?),
        took_us: 0,
        status: row.get(5)?,
        reason: row.get(6)?,
    })
}
