//! Writing the journal: as arrays, or copied where a commit is large.

use std::time::Duration;

use ducat_domain::Delta;
use tokio_postgres::types::{ToSql, Type};

use super::rows::{JournalArrays, LedgerNo};
use crate::postgres::session::{Call, Session, SessionError};

/// Effects of a commit that are worth a round trip more: they are copied, which takes two thirds of the time.
const COPY_EFFECTS_MIN: usize = 1_000;

/// The columns that are written, in one order for both ways.
macro_rules! journal_columns {
    () => {
        "ledger, seq, kind, at, transaction_id, outcome_id, fingerprint, leg, legs, asset, amount,
  source, source_previous, source_entry, source_balance,
  destination, destination_previous, destination_entry, destination_balance, effective_at, hold, payload"
    };
}

const COPY_JOURNAL: &str = concat!("COPY journal (", journal_columns!(), ") FROM STDIN BINARY");

/// The types of what is copied.
const JOURNAL_TYPES: [Type; 22] = [
    Type::INT4,
    Type::INT8,
    Type::INT4,
    Type::INT8,
    Type::UUID,
    Type::UUID,
    Type::UUID,
    Type::INT4,
    Type::INT4,
    Type::INT8,
    Type::NUMERIC,
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::NUMERIC,
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::NUMERIC,
    Type::INT8,
    Type::INT8,
    Type::BYTEA,
];

const INSERT_JOURNAL: &str = concat!(
    "INSERT INTO journal (",
    journal_columns!(),
    ")
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int8[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int4[],
  $9::int4[], $10::int8[], $11::numeric[], $12::int8[], $13::int8[], $14::int8[], $15::numeric[], $16::int8[],
  $17::int8[], $18::int8[], $19::numeric[], $20::int8[], $21::int8[], $22::bytea[])"
);

/// Whether the journal of a commit is copied: it is not among [`super::statements::writes`] then.
pub(crate) fn is_copied(all: &[(LedgerNo, &Delta)]) -> bool {
    all.iter().map(|(_, delta)| delta.effects.len()).sum::<usize>() >= COPY_EFFECTS_MIN
}

/// Copies the journal of a commit.
pub(crate) async fn copy_journal(
    session: &mut Session,
    all: &[(LedgerNo, &Delta)],
    time: Duration,
) -> Result<(), SessionError> {
    let arrays = journal_arrays(all);
    let [source, destination] = &arrays.sides;
    let rows = (0..arrays.seq.len()).map(|at| {
        let row: [&(dyn ToSql + Sync); JOURNAL_TYPES.len()] = [
            &arrays.ledger[at],
            &arrays.seq[at],
            &arrays.kind[at],
            &arrays.at[at],
            &arrays.transaction_id[at],
            &arrays.outcome_id[at],
            &arrays.fingerprint[at],
            &arrays.leg[at],
            &arrays.legs[at],
            &arrays.asset[at],
            &arrays.amount[at],
            &source.account[at],
            &source.previous[at],
            &source.entry[at],
            &source.balance[at],
            &destination.account[at],
            &destination.previous[at],
            &destination.entry[at],
            &destination.balance[at],
            &arrays.effective_at[at],
            &arrays.hold[at],
            &arrays.payload[at],
        ];
        row
    });
    session.copy(COPY_JOURNAL, &JOURNAL_TYPES, rows, time).await
}

fn journal_arrays(all: &[(LedgerNo, &Delta)]) -> JournalArrays {
    let mut arrays = JournalArrays::default();
    for (no, delta) in all {
        delta.effects.iter().for_each(|effect| arrays.push(*no, effect));
    }
    arrays
}

/// Every row of a journal, as arrays.
pub(super) fn insert_journal(all: &[(LedgerNo, &Delta)]) -> Call {
    let arrays = journal_arrays(all);
    let [source, destination] = arrays.sides;
    Call::new(
        INSERT_JOURNAL,
        vec![
            Box::new(arrays.ledger),
            Box::new(arrays.seq),
            Box::new(arrays.kind),
            Box::new(arrays.at),
            Box::new(arrays.transaction_id),
            Box::new(arrays.outcome_id),
            Box::new(arrays.fingerprint),
            Box::new(arrays.leg),
            Box::new(arrays.legs),
            Box::new(arrays.asset),
            Box::new(arrays.amount),
            Box::new(source.account),
            Box::new(source.previous),
            Box::new(source.entry),
            Box::new(source.balance),
            Box::new(destination.account),
            Box::new(destination.previous),
            Box::new(destination.entry),
            Box::new(destination.balance),
            Box::new(arrays.effective_at),
            Box::new(arrays.hold),
            Box::new(arrays.payload),
        ],
    )
}
