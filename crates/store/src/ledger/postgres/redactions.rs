//! Erasing texts: the journal's own rows, and the rows that repeat them.
//!
//! The database keeps the version of a row before this one until it is vacuumed, and its log for as long as it is kept.

use ducat_domain::Delta;

use super::PostgresStore;
use super::rows::{JournalArrays, LedgerNo, integer, pair};
use crate::Fault;
use crate::postgres::connect::{Target, sentence};
use crate::postgres::runtime_here;
use crate::postgres::session::Call;

/// By the key of journal.
const REDACT_JOURNAL: &str = "\
UPDATE journal j SET fingerprint = r.fingerprint, payload = r.payload
FROM unnest($1::int4[], $2::int8[], $3::uuid[], $4::bytea[]) AS r (ledger, seq, fingerprint, payload)
WHERE j.ledger = r.ledger AND j.seq = r.seq";

/// By the key of transaction_metadata.
const DELETE_METADATA: &str = "\
DELETE FROM transaction_metadata m USING unnest($1::int4[], $2::uuid[], $3::int8[]) AS d (ledger, pair, seq)
WHERE m.ledger = d.ledger AND m.pair = d.pair AND m.seq = d.seq";

/// The tables that have texts.
const TABLES: [&str; 3] = ["journal", "accounts", "transaction_metadata"];

impl PostgresStore {
    /// Has the database write the tables anew that have texts, so that no earlier version of a row is left in them. Nodes
    /// wait for each table meanwhile.
    ///
    /// # Errors
    /// When the database cannot be reached, has no room, or refuses it to this user.
    pub fn scrub(url: &str) -> Result<(), Fault> {
        let target = Target::parse(url)?;
        runtime_here()?.block_on(async {
            let client = target.connect().await?;
            let fault = |error: tokio_postgres::Error| Fault::Database(sentence(&error));
            client.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0").await.map_err(fault)?;
            for table in TABLES {
                client.batch_execute(&format!("VACUUM (FULL) {table}")).await.map_err(fault)?;
            }
            Ok(())
        })
    }
}

/// What erases the texts that batches erase, once their own rows are written. Most erase none.
pub(crate) fn redactions(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let mut arrays = JournalArrays::default();
    let (mut ledgers, mut pairs, mut seqs) = (Vec::new(), Vec::new(), Vec::new());
    for (no, delta) in all {
        for effect in &delta.redacted {
            let Some(redacted) = effect.redacted() else { continue };
            arrays.push(*no, &redacted);
            for (key, value) in effect.fact.detail().map(|detail| detail.metadata.pairs()).unwrap_or_default() {
                ledgers.push(no.0);
                pairs.push(pair(key, value));
                seqs.push(integer(effect.seq.0));
            }
        }
    }
    if arrays.seq.is_empty() {
        return Vec::new();
    }
    let journal = vec![
        Box::new(arrays.ledger) as _,
        Box::new(arrays.seq) as _,
        Box::new(arrays.fingerprint) as _,
        Box::new(arrays.payload) as _,
    ];
    let metadata = vec![Box::new(ledgers) as _, Box::new(pairs) as _, Box::new(seqs) as _];
    vec![Call::new(REDACT_JOURNAL, journal), Call::new(DELETE_METADATA, metadata)]
}
