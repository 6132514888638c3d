//! Lots of points: those that have expired are closed, those that were pending can be spent, by the same commands as
//! everything else.

use std::sync::Arc;

use ducat_domain::ledger::command::CommandId;
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_domain::points::{self, Due, Fact, Fate};
use ducat_domain::products::points_fact;
use ducat_domain::{Action, Command, Effect, Fact as LedgerFact, Item, ItemOutcome, Outcome};
use ducat_store::Fault;

use crate::Engine;
use crate::clock::fresh_id;
use crate::obstacle::Obstacle;
use crate::work::{EXPIRY_INTERVAL, JobError, Ticks};

/// Lots looked at in one round: one full batch.
const LOTS_MAX: usize = 8_190;

/// What expired.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    /// How many lots were closed.
    pub lots: u64,
    /// How many points were lost with them.
    pub points: Amount,
}

/// Does what is due with lots, for as long as the engine is open.
pub(crate) async fn work(engine: Engine) {
    let (mut ticks, mut obstacle) =
        (Ticks::every(&engine, EXPIRY_INTERVAL), Obstacle::of_job(&engine, "expiry of lots"));
    while ticks.next().await {
        if !engine.may_serve() {
            obstacle.rests();
            continue;
        }
        match settle_lots(&engine, engine.now()).await {
            Ok(Expired { lots: 0, .. }) => obstacle.passed(),
            Ok(Expired { lots, points }) => {
                obstacle.passed();
                engine.meters().lots_expired.inc_by(lots);
                tracing::info!(lots, %points, "lots of points expired");
            }
            Err(error) => obstacle.met(&error),
        }
    }
}

/// Closes the lots of a ledger that have expired at an instant.
///
/// # Errors
/// When what is due cannot be read, or its commands were not committed.
pub async fn expire_lots(engine: &Engine, ledger: &Name, as_of: Timestamp) -> Result<Expired, JobError> {
    do_due(engine, ledger, as_of, Rounds::All).await
}

/// Does what is due with lots in every ledger that this node serves.
///
/// # Errors
/// When what is due cannot be read, or its commands were not committed.
pub async fn settle_lots(engine: &Engine, now: Timestamp) -> Result<Expired, JobError> {
    let reader = Arc::clone(engine.reader());
    let ledgers = tokio::task::spawn_blocking(move || reader.snapshot()?.ledgers_due(now)).await;
    let mut ledgers = ledgers.unwrap_or_else(|_| Ok(Vec::new()))?;
    ledgers.extend(engine.ledgers_ahead());
    let mut all = Expired::default();
    let mut failed = None;
    for ledger in ledgers {
        // A ledger that cannot be served now keeps no other waiting, nor does one in which much is due.
        let now = if engine.ledgers_ahead().contains(&ledger) { engine.now_in(&ledger) } else { now };
        match do_due(engine, &ledger, now, Rounds::One).await {
            Ok(expired) => all.add(expired),
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) if all.lots == 0 => Err(error),
        _ => Ok(all),
    }
}

/// How much of what is due is done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rounds {
    /// One batch of it.
    One,
    /// All of it.
    All,
}

impl Expired {
    fn add(&mut self, more: Expired) {
        self.lots += more.lots;
        self.points = Amount::new(self.points.minor_units().saturating_add(more.points.minor_units()));
    }
}

/// Reads what is due until an instant, a batch at a time, and asks for it. What is not to be done yet stays due.
async fn do_due(engine: &Engine, ledger: &Name, as_of: Timestamp, rounds: Rounds) -> Result<Expired, JobError> {
    let mut all = Expired::default();
    let mut after = None;
    loop {
        let (reader, of) = (Arc::clone(engine.reader()), ledger.clone());
        let read = move || -> Result<(Vec<Due>, Vec<points::Action>), Fault> {
            let snapshot = reader.snapshot()?;
            let due = snapshot.lots_due(&of, as_of, after, LOTS_MAX)?;
            let mut actions = Vec::with_capacity(due.len());
            for due in &due {
                // What was earned and is pending is held right before it is said so.
                let before = Seq(due.arrival.0.saturating_sub(2));
                actions.extend(what_is_due(&snapshot.effects(&of, before, 2)?, *due, as_of));
            }
            Ok((due, actions))
        };
        let (due, actions) =
            tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Ok((Vec::new(), Vec::new())))?;
        let Some(last) = due.last().copied() else { return Ok(all) };
        after = Some(last);
        if actions.is_empty() {
            continue;
        }
        let items = actions
            .into_iter()
            .map(|action| Item::Single(Command::new(CommandId::Server(fresh_id()), Action::from(action))));
        let committed = engine.submit(ledger.clone(), items.collect()).await?;
        for outcome in &committed.outcomes {
            let ItemOutcome::Single(Outcome::Done { first, count }) = outcome else { continue };
            let done = committed.effects.iter().skip(*first).take(*count).find_map(points_fact);
            if let Some(Fact::Closed { left, .. }) = done {
                all.add(Expired { lots: 1, points: *left });
            }
        }
        if rounds == Rounds::One {
            return Ok(all);
        }
    }
}

/// What is to be done with a lot at an instant, by the effect that recorded it and the one before.
fn what_is_due(recorded: &[Effect], due: Due, as_of: Timestamp) -> Option<points::Action> {
    let [before, earned] = recorded else { return None };
    let Some(Fact::Earned { purse, lot, fate }) = points_fact(earned) else { return None };
    match (fate, &before.fact) {
        (Fate::Pending(matures_at), LedgerFact::Hold(leg)) if *matures_at == due.at => {
            let (earning, purse, lot, matures_at) = (leg.transaction, *purse, *lot, *matures_at);
            Some(points::Action::Mature { earning, purse, lot, matures_at })
        }
        (Fate::Pending(_) | Fate::Open(_), _) => Some(points::Action::Close { purse: *purse, lot: lot.lot.key, as_of }),
        (Fate::Lost, _) => None,
    }
}
