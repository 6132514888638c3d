//! Work that nobody asks for: holds whose time is over are given up, by the same commands as everything else.

use std::time::Duration;

use ducat_domain::ledger::command::{Action, Command, CommandId};
use ducat_domain::ledger::{Item, ItemOutcome, Outcome};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_store::Fault;

use crate::Engine;
use crate::executor::Failure;

/// How often holds are looked at: funds are back within a second of their hold's end.
pub const EXPIRY_INTERVAL: Duration = Duration::from_millis(250);

/// Holds given up in one round: one full batch.
const HOLDS_MAX: usize = 8_190;

/// Why a job could not do its work; it tries again at its next time.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store could not be read.
    #[error("due holds cannot be read: {0}")]
    Read(#[from] Fault),
    /// The commands were not taken.
    #[error("holds cannot be given up: {0}")]
    Submit(#[from] Failure),
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

/// Gives up holds for as long as the engine is open.
pub async fn run_hold_expiry(engine: Engine) {
    let mut tick = tokio::time::interval(EXPIRY_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while engine.is_open() {
        tick.tick().await;
        match expire_holds(&engine, engine.now()).await {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "holds expired"),
            Err(error) => tracing::warn!(%error, "holds are looked at again in a moment"),
        }
    }
}
