//! Erasing texts: the journal's own bytes, and the rows that repeat them.
//!
//! What is erased is overwritten in the file's pages by this commit. The log keeps older pages until it is written over.

use ducat_domain::{Delta, Effect};
use rusqlite::{Connection, params};

use super::rows::{LedgerNo, inconsistent, integer};
use super::segments;
use crate::Fault;

/// Whether bytes that become free are overwritten.
pub(crate) fn overwrite_freed(connection: &Connection, overwrite: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", overwrite)
}

/// Erases the texts that a batch erases.
pub(crate) fn write(connection: &Connection, no: LedgerNo, delta: &Delta) -> Result<(), Fault> {
    delta.redacted.iter().try_for_each(|effect| redact(connection, no, effect))
}

fn redact(connection: &Connection, no: LedgerNo, effect: &Effect) -> Result<(), Fault> {
    let Some(redacted) = effect.redacted() else { return Ok(()) };
    let wrong = || inconsistent("journal", "effects", format!("{}:{}", no.0, effect.seq));
    let segment = segments::segment_of(connection, no, effect.seq)?.ok_or_else(wrong)?;
    segment.replace(connection, &redacted)?;
    for (key, value) in effect.fact.detail().map(|detail| detail.metadata.pairs()).unwrap_or_default() {
        connection
            .prepare_cached(
                "DELETE FROM transaction_metadata WHERE ledger = ?1 AND key = ?2 AND value = ?3 AND seq = ?4",
            )?
            .execute(params![no.0, key, value, integer(effect.seq.0)])?;
    }
    Ok(())
}
