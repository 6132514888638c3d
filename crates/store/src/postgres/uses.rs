//! When actors were used, in a database.

use std::num::NonZeroU32;

use ducat_domain::numbers::{ActorNo, Timestamp};
use tokio_postgres::Row;

use super::session::Call;
use crate::uses::Use;

/// By the key of uses.
const NOTE: &str = "\
INSERT INTO uses (actor, first, last) SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[])
ON CONFLICT (actor) DO UPDATE SET first = least(uses.first, excluded.first), last = greatest(uses.last, excluded.last)";

/// All of them, by actor.
pub(crate) const ALL: &str = "SELECT actor, first, last FROM uses ORDER BY actor";

/// Takes them down: the earliest first time and the latest last time count, whichever node knows them.
pub(crate) fn note(uses: &[Use]) -> Call {
    // In one order on all nodes, so that none waits for another that waits for it.
    let mut uses = uses.to_vec();
    uses.sort_unstable_by_key(|of| of.actor);
    let column = |value: fn(&Use) -> i64| Box::new(uses.iter().map(value).collect::<Vec<i64>>());
    Call::new(NOTE, vec![column(|of| i64::from(of.actor.0.get())), column(|of| of.first.0), column(|of| of.last.0)])
}

/// A row; a number that is none of an actor is no one's use.
pub(crate) fn of(row: &Row) -> Option<Use> {
    let actor = u32::try_from(row.get::<_, i64>(0)).ok().and_then(NonZeroU32::new).map(ActorNo)?;
    Some(Use { actor, first: Timestamp(row.get(1)), last: Timestamp(row.get(2)) })
}
