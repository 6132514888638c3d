//! How far sinks are, in a database that several nodes send from.

use std::collections::HashMap;

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use tokio_postgres::Row;

use super::numeric::integer;
use super::session::{Call, Value};
use crate::Fault;
use crate::sinks::{
    Delivery, Noted, Progress, SINK_LEASE, decode_retries, encode_retries, inconsistent, kept, sink_name, slot_of,
};

/// By the key of sinks. One that another node has stays that node's until its time is over, and its row is left alone.
const CLAIM: &str = "\
INSERT INTO sinks (name, owner, until, epoch, ordered_at, seq, attempts, seen_at, retries)
SELECT name, $2::text, clock_timestamp() + $3::int8 * interval '1 microsecond', 1, 0, 0, 0, 0, ''
FROM unnest($1::text[]) AS of (name)
WHERE NOT EXISTS (
    SELECT FROM sinks WHERE sinks.name = of.name AND sinks.owner <> $2::text AND sinks.until >= clock_timestamp())
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until,
    epoch = CASE WHEN sinks.owner = excluded.owner THEN sinks.epoch ELSE sinks.epoch + 1 END
WHERE sinks.owner = excluded.owner OR sinks.until < clock_timestamp()
RETURNING name, epoch, ordered_at, seq, attempts, retries, seen_at";

/// By the key of sinks. Where another sender has come since, nothing changes.
const NOTE: &str = "\
UPDATE sinks SET ordered_at = of.ordered_at, seq = of.seq, attempts = of.attempts, retries = of.retries,
    seen_at = of.seen_at
FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::bytea[], $7::int8[])
    AS of (name, epoch, ordered_at, seq, attempts, retries, seen_at)
WHERE sinks.name = of.name AND sinks.epoch = of.epoch";

/// By the keys of sinks and of deliveries. Of a sender that has been replaced nothing is kept.
const NOTE_DELIVERIES: &str = "\
INSERT INTO deliveries (sink, slot, number, seq, attempt, at, took_us, status, reason)
SELECT of.sink, of.slot, of.number, of.seq, of.attempt, of.at, of.took_us, of.status, of.reason
FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int4[], $9::text[],
    $10::int8[]) AS of (sink, slot, number, seq, attempt, at, took_us, status, reason, epoch)
JOIN sinks ON sinks.name = of.sink AND sinks.epoch = of.epoch
ON CONFLICT (sink, slot) DO UPDATE SET number = excluded.number, seq = excluded.seq, attempt = excluded.attempt,
    at = excluded.at, took_us = excluded.took_us, status = excluded.status, reason = excluded.reason";

/// By the key of sinks.
pub(crate) const PROGRESS: &str =
    "SELECT name, epoch, ordered_at, seq, attempts, retries, seen_at FROM sinks WHERE name = ANY ($1::text[])";

/// By the key of deliveries, of which a sink has few hundred.
pub(crate) const DELIVERIES: &str = "\
SELECT number, seq, attempt, at, took_us, status, reason FROM deliveries
WHERE sink = $1::text AND number < $2::int8 ORDER BY number DESC LIMIT $3::int8";

/// The names of sinks, as the parameter of a statement.
pub(crate) fn names(sinks: &[Name]) -> Vec<String> {
    let mut names: Vec<String> = sinks.iter().map(|sink| sink.as_str().to_owned()).collect();
    // In one order on all nodes, so that none waits for another that waits for it; and no row twice in one statement.
    names.sort_unstable();
    names.dedup();
    names
}

/// Claims sinks for a sender. Gives the rows of those that it has.
pub(crate) fn claim(sinks: &[Name], owner: String) -> Call {
    let lease = i64::try_from(SINK_LEASE.as_micros()).unwrap_or(i64::MAX);
    Call::new(CLAIM, vec![Box::new(names(sinks)), Box::new(owner), Box::new(lease)])
}

/// Notes how far sinks are, and what was delivered.
pub(crate) fn note(noted: &[Noted]) -> Vec<Call> {
    let mut noted: Vec<&Noted> = noted.iter().collect();
    noted.sort_unstable_by(|a, b| a.progress.sink.as_str().cmp(b.progress.sink.as_str()));
    let column = |value: fn(&Progress) -> i64| -> Value {
        Box::new(noted.iter().map(|one| value(&one.progress)).collect::<Vec<i64>>())
    };
    let sinks: Vec<String> = noted.iter().map(|one| one.progress.sink.to_string()).collect();
    let retries: Vec<Vec<u8>> = noted.iter().map(|one| encode_retries(&one.progress.retries)).collect();
    let mut calls = vec![Call::new(
        NOTE,
        vec![
            Box::new(sinks),
            column(|of| integer(of.epoch)),
            column(|of| of.ordered_at.0),
            column(|of| integer(of.seq.0)),
            column(|of| integer(of.attempts)),
            Box::new(retries),
            column(|of| of.seen_at.0),
        ],
    )];
    let deliveries: Vec<(&Progress, &Delivery)> =
        noted.iter().flat_map(|one| kept(one).map(|delivery| (&one.progress, delivery))).collect();
    if deliveries.is_empty() {
        return calls;
    }
    let column = |value: fn(&Delivery) -> i64| -> Value {
        Box::new(deliveries.iter().map(|(_, of)| value(of)).collect::<Vec<i64>>())
    };
    let sinks: Vec<String> = deliveries.iter().map(|(of, _)| of.sink.to_string()).collect();
    let epochs: Vec<i64> = deliveries.iter().map(|(of, _)| integer(of.epoch)).collect();
    let seqs: Vec<Option<i64>> = deliveries.iter().map(|(_, of)| of.seq.map(|seq| integer(seq.0))).collect();
    let statuses: Vec<Option<i32>> = deliveries.iter().map(|(_, of)| of.status.map(i32::from)).collect();
    let reasons: Vec<String> = deliveries.iter().map(|(_, of)| of.reason.clone()).collect();
    calls.push(Call::new(
        NOTE_DELIVERIES,
        vec![
            Box::new(sinks),
            column(|of| integer(slot_of(of.number))),
            column(|of| integer(of.number)),
            Box::new(seqs),
            column(|of| i64::from(of.attempt)),
            column(|of| of.at.0),
            column(|of| integer(of.took_us)),
            Box::new(statuses),
            Box::new(reasons),
            Box::new(epochs),
        ],
    ));
    calls
}

/// Rows of sinks.
pub(crate) fn progress(rows: &[Row]) -> Result<Vec<Progress>, Fault> {
    rows.iter().map(of).collect()
}

/// The progress of sinks in their order; those that have no row are at their beginning.
pub(crate) fn in_order(rows: &[Row], sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
    let rows = progress(rows)?;
    let mut found: HashMap<Name, Progress> = rows.into_iter().map(|one| (one.sink.clone(), one)).collect();
    Ok(sinks.iter().map(|sink| found.remove(sink).unwrap_or_else(|| Progress::new(sink.clone()))).collect())
}

fn of(row: &Row) -> Result<Progress, Fault> {
    let sink = sink_name(row.get(0))?;
    let count = |index: usize, column| u64::try_from(row.get::<_, i64>(index)).map_err(|_| inconsistent(column, &sink));
    Ok(Progress {
        epoch: count(1, "epoch")?,
        ordered_at: Timestamp(row.get(2)),
        seq: Seq(count(3, "seq")?),
        attempts: count(4, "attempts")?,
        retries: decode_retries(&sink, row.get(5))?,
        seen_at: Timestamp(row.get(6)),
        sink,
    })
}

/// A row of a delivery.
pub(crate) fn delivery(sink: &Name, row: &Row) -> Result<Delivery, Fault> {
    let wrong = |column| Fault::Inconsistent { table: "deliveries", column, key: sink.to_string() };
    let count = |index: usize, column| u64::try_from(row.get::<_, i64>(index)).map_err(|_| wrong(column));
    let seq = row.get::<_, Option<i64>>(1).map(|seq| u64::try_from(seq).map(Seq)).transpose();
    let status = row.get::<_, Option<i32>>(5).map(u16::try_from).transpose();
    Ok(Delivery {
        number: count(0, "number")?,
        seq: seq.map_err(|_| wrong("seq"))?,
        attempt: u32::try_from(row.get::<_, i64>(2)).map_err(|_| wrong("attempt"))?,
        at: Timestamp(row.get(3)),
        took_us: count(4, "took_us")?,
        status: status.map_err(|_| wrong("status"))?,
        reason: row.get(6),
    })
}
