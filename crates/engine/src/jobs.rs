//! Work that nobody asks for: holds whose time is over are given up, lots of points that have expired are closed, points that
//! were pending can be spent, all by the same commands as everything else.

use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::batch::points_fact;
use ducat_domain::ledger::command::{Action, Command, CommandId};
use ducat_domain::ledger::{Effect, Fact as LedgerFact, Item, ItemOutcome, Outcome};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::points::{self, Due, Fact, Fate};
use ducat_store::Fault;

use crate::Engine;
use crate::clock::fresh_id;
use crate::executor::Failure;
use crate::obstacle::Obstacle;

/// How often holds are looked at: funds are back within a second of their hold's end.
pub const EXPIRY_INTERVAL: Duration = Duration::from_millis(250);

/// Holds given up in one round: one full batch.
const HOLDS_MAX: usize = 8_190;

/// Lots looked at in one round: one full batch.
const LOTS_MAX: usize = 8_190;

/// Why a job could not do its work; it tries again at its next time.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store could not be read.
    #[error("what is due cannot be read: {0}")]
    Read(#[from] Fault),
    /// The commands were not taken.
    #[error("what is due cannot be done: {0}")]
    Submit(#[from] Failure),
}

/// What expired.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    /// How many lots were closed.
    pub lots: u64,
    /// How many points were lost with them.
    pub points: Amount,
}

/// Gives up holds whose time is over. Says how many.
pub async fn expire_holds(engine: &Engine, now: Timestamp) -> Result<usize, JobError> {
    let reader = std::sync::Arc::clone(engine.reader());
    let due = tokio::task::spawn_blocking(move || reader.snapshot()?.due_holds(now, HOLDS_MAX)).await;
    let mut due = due.unwrap_or_else(|_| Ok(Vec::new()))?;
    due.sort();
    let mut expired = 0;
    let mut failed = None;
    for holds in due.chunk_by(|a, b| a.0 == b.0) {
        let Some((ledger, _)) = holds.first() else { continue };
        // A ledger that cannot be served now keeps no other waiting.
        match expire_in(engine, ledger.clone(), holds).await {
            Ok(count) => expired += count,
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) if expired == 0 => Err(error),
        _ => Ok(expired),
    }
}

async fn expire_in(engine: &Engine, ledger: Name, holds: &[(Name, Id)]) -> Result<usize, JobError> {
    let items = holds
        .iter()
        .map(|(_, hold)| Item::Single(Command::new(CommandId::Server(*hold), Action::ExpireHold { hold: *hold })));
    let committed = engine.submit(ledger, items.collect()).await?;
    let done = committed.outcomes.iter().filter(|outcome| matches!(outcome, ItemOutcome::Single(Outcome::Done { .. })));
    Ok(done.count())
}

/// Closes the lots of a ledger that have expired at an instant.
pub async fn expire_lots(engine: &Engine, ledger: &Name, as_of: Timestamp) -> Result<Expired, JobError> {
    do_due(engine, ledger, as_of, Rounds::All).await
}

/// Does what is due with lots in every ledger that this node serves.
pub async fn settle_lots(engine: &Engine, now: Timestamp) -> Result<Expired, JobError> {
    let reader = Arc::clone(engine.reader());
    let ledgers = tokio::task::spawn_blocking(move || reader.snapshot()?.ledgers_due(now)).await;
    let mut all = Expired::default();
    let mut failed = None;
    for ledger in ledgers.unwrap_or_else(|_| Ok(Vec::new()))? {
        // A ledger that cannot be served now keeps no other waiting, nor does one in which much is due.
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
            .map(|action| Item::Single(Command::new(CommandId::Server(fresh_id()), Action::Points(action))));
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

/// Does what is due for as long as the engine is open.
pub async fn run(engine: Engine) {
    let mut tick = tokio::time::interval(EXPIRY_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut of_holds, mut of_lots) = (Obstacle::of("expiry of holds"), Obstacle::of("expiry of lots"));
    while engine.is_open() {
        tick.tick().await;
        if !engine.may_serve() {
            // What is due is for nodes that serve: this one's clock may be the reason why it does not.
            continue;
        }
        match expire_holds(&engine, engine.now()).await {
            Ok(0) => of_holds.passed(),
            Ok(expired) => tracing::info!(expired, "holds expired"),
            Err(error) => of_holds.met(&error),
        }
        match settle_lots(&engine, engine.now()).await {
            Ok(Expired { lots: 0, .. }) => of_lots.passed(),
            Ok(Expired { lots, points }) => tracing::info!(lots, %points, "lots of points expired"),
            Err(error) => of_lots.met(&error),
        }
    }
}
