//! Work that no one asks for: holds whose time is over are given up, lots of points that have expired are closed,
//! points that were pending can be spent, all by the same commands as everything else.

use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::command::CommandId;
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::points::{self, Due, Fact, Fate};
use ducat_domain::products::points_fact;
use ducat_domain::{Action, Command, Effect, Fact as LedgerFact, Item, ItemOutcome, Outcome};
use ducat_store::Fault;

use crate::Engine;
use crate::clock::{NOTABLE, fresh_id};
use crate::executor::Failure;
use crate::health::Health;
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

/// How often a store that failed is tried.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// Does what is due for as long as the engine is open.
pub async fn run(engine: Engine) {
    let mut tick = tokio::time::interval(EXPIRY_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut clock_was_off = false;
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
        clock_was_off = watch_clock(&engine, clock_was_off);
    }
}

/// Tries the store again after a commit that failed, until one succeeds.
pub async fn probe(engine: Engine) {
    let mut tick = tokio::time::interval(PROBE_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while engine.is_open() {
        tick.tick().await;
        if matches!(engine.published().health(), Health::Failing { .. }) && !engine.published().is_settling() {
            engine.probe();
        }
    }
}

/// When the store is found to be damaged, reads it through once and reports each table that cannot be read whole, and
/// from which row to which.
pub async fn locate_damage(engine: Engine) {
    engine.published().damaged().await;
    let reader = Arc::clone(engine.reader());
    let places = tokio::task::spawn_blocking(move || reader.unreadable()).await.unwrap_or_default();
    for place in &places {
        tracing::error!(place, "the store is damaged here");
    }
    if !places.is_empty() {
        engine.published().note_places(&places);
    }
    std::future::pending().await
}

/// Reports once when the system's clock was set, and once when the difference is worked off. Says whether there is one.
fn watch_clock(engine: &Engine, was_off: bool) -> bool {
    let (offset_us, _) = engine.clock_offsets_us();
    let is_off = Duration::from_micros(offset_us.unsigned_abs()) >= NOTABLE;
    match (was_off, is_off) {
        (false, true) => tracing::warn!(
            ahead_s = offset_us / 1_000_000,
            "the system's clock was set; the server's follows it slowly, and at once on SIGHUP"
        ),
        (true, false) => tracing::info!("the server's clock agrees with the system's again"),
        (false, false) | (true, true) => {}
    }
    is_off
}

/// How often a node looks for what others committed to ledgers that are followed here.
const OTHERS_INTERVAL: Duration = Duration::from_millis(250);

/// Wakes those who follow ledgers to which other nodes commit: one look at each followed ledger, however many follow
/// it. A node alone has nothing to look for.
pub async fn follow_others(engine: Engine) {
    if !engine.is_among_others() {
        return std::future::pending().await;
    }
    let mut tick = tokio::time::interval(OTHERS_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while engine.is_open() {
        tick.tick().await;
        let followed = engine.published().followed();
        if followed.is_empty() {
            continue;
        }
        let of = engine.clone();
        let looked = tokio::task::spawn_blocking(move || -> Result<(), Fault> {
            let snapshot = of.reader().snapshot()?;
            for ledger in followed {
                if let Some(head) = snapshot.head(&ledger)? {
                    of.published().wake(&ledger, head.seq);
                }
            }
            Ok(())
        });
        if let Ok(Err(error)) = looked.await {
            tracing::debug!(%error, "what other nodes committed is looked for again in a moment");
        }
    }
}
