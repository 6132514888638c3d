//! When actors were used, in a file.

use std::num::NonZeroU32;

use ducat_domain::numbers::{ActorNo, Timestamp};
use rusqlite::{Connection, Row, params};

use crate::Fault;
use crate::uses::Use;

/// Takes them down: the earliest first time and the latest last time count.
pub(crate) fn note(connection: &mut Connection, uses: &[Use]) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for of in uses {
        transaction
            .prepare_cached(
                "INSERT INTO uses (actor, first, last) VALUES (?1, ?2, ?3)
                 ON CONFLICT (actor) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
            )?
            .execute(params![of.actor.0.get(), of.first.0, of.last.0])?;
    }
    Ok(transaction.commit()?)
}

/// All of them, by actor.
pub(crate) fn read(connection: &Connection) -> Result<Vec<Use>, Fault> {
    let mut statement = connection.prepare_cached("SELECT actor, first, last FROM uses ORDER BY actor")?;
    let rows = statement.query_map([], of)?;
    // A number that is none of an actor is no one's use.
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn of(row: &Row<'_>) -> rusqlite::Result<Option<Use>> {
    let actor = u32::try_from(row.get::<_, i64>(0)?).ok().and_then(NonZeroU32::new).map(ActorNo);
    let (first, last) = (Timestamp(row.get(1)?), Timestamp(row.get(2)?));
    Ok(actor.map(|actor| Use { actor, first, last }))
}
