//! Holds whose time is over are given up, by the same commands as everything else.

use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::{Action, Command, Item, ItemOutcome, Outcome};
use ducat_store::Fault;

use crate::Engine;
use crate::obstacle::Obstacle;
use crate::work::{EXPIRY_INTERVAL, JobError, Ticks};

/// Holds given up in one round: one full batch.
const HOLDS_MAX: usize = 8_190;

/// Gives up holds when their time is over, for as long as the engine is open.
pub(crate) async fn work(engine: Engine) {
    let (mut ticks, mut obstacle) =
        (Ticks::every(&engine, EXPIRY_INTERVAL), Obstacle::of_job(&engine, "expiry of holds"));
    while ticks.next().await {
        if !engine.may_serve() {
            // What is due is for nodes that serve: this one's clock may be the reason why it does not.
            obstacle.rests();
            continue;
        }
        match expire_holds(&engine, engine.now()).await {
            Ok(0) => obstacle.passed(),
            Ok(expired) => {
                obstacle.passed();
                engine.meters().holds_expired.inc_by(expired as u64);
                tracing::info!(expired, "holds expired");
            }
            Err(error) => obstacle.met(&error),
        }
    }
}

/// Gives up holds whose time is over, each by the time of its ledger. Says how many.
///
/// # Errors
/// When nothing could be done and something failed.
pub async fn expire_holds(engine: &Engine, now: Timestamp) -> Result<usize, JobError> {
    let of = engine.clone();
    let read = move || -> Result<Vec<(Name, Id)>, Fault> {
        let snapshot = of.reader().snapshot()?;
        let mut due = snapshot.due_holds(None, now, HOLDS_MAX)?;
        for ledger in of.ledgers_ahead() {
            due.extend(snapshot.due_holds(Some(&ledger), of.now_in(&ledger), HOLDS_MAX)?);
        }
        due.sort();
        due.dedup();
        Ok(due)
    };
    let due = tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Ok(Vec::new()))?;
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
