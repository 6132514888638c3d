//! The one runner of everything that happens by itself, and the jobs that belong to no product.
//!
//! - A job runs for as long as the engine is open. One that ends before ends the runner, which says which it was.
//! - A job does nothing but submit commands and read what is committed, so any node may run all of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ducat_store::Fault;
use tokio::task::JoinSet;

use crate::clock::NOTABLE;
use crate::health::Health;
use crate::work::{EXPIRY_INTERVAL, Ticks};
use crate::{Engine, holds, keys, points};

/// How often a store that failed is tried.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// How often the store's size is looked at: as often as metrics are read.
const FIGURES_INTERVAL: Duration = Duration::from_secs(5);

/// How long jobs that finish something when the server stops have for it.
const FINISH_MAX: Duration = Duration::from_secs(2);

/// All jobs of a server.
#[derive(Default)]
pub struct Jobs {
    tasks: JoinSet<()>,
    /// Those that end by themselves when the server stops.
    finishing: JoinSet<()>,
    names: HashMap<tokio::task::Id, &'static str>,
}

impl Jobs {
    /// The jobs of every engine: those of the ledger and of points, and those that look after the store.
    #[must_use]
    pub fn of(engine: &Engine) -> Jobs {
        Jobs::default()
            .and("expiry of holds", holds::work(engine.clone()))
            .and("expiry of lots", points::work(engine.clone()))
            .and("watch of the clock", watch_clock(engine.clone()))
            .and("keys", keys::work(engine.clone()))
            .and("uses of keys", keys::keep_uses(engine.clone()))
            .and("commits of other nodes", follow_others(engine.clone()))
            .and("probe of the store", probe(engine.clone()))
            .and("search for damage", locate_damage(engine.clone()))
            .and("figures of the store", look_at_store(engine.clone()))
    }

    /// With one more.
    #[must_use]
    pub fn and(mut self, name: &'static str, job: impl Future<Output = ()> + Send + 'static) -> Jobs {
        let task = self.tasks.spawn(job);
        self.names.insert(task.id(), name);
        self
    }

    /// With one more, which finishes what it is at when the server stops, and ends then.
    #[must_use]
    pub fn and_finish(mut self, name: &'static str, job: impl Future<Output = ()> + Send + 'static) -> Jobs {
        let task = self.finishing.spawn(job);
        self.names.insert(task.id(), name);
        self
    }

    /// Waits until a job ends, and says which. All others end when this is dropped.
    pub async fn ended(&mut self) -> &'static str {
        let ended = tokio::select! {
            Some(ended) = self.tasks.join_next_with_id() => ended,
            Some(ended) = self.finishing.join_next_with_id() => ended,
            else => return std::future::pending().await,
        };
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.names.get(&id).copied().unwrap_or_default()
    }

    /// Ends all jobs, and waits until they have ended. Those that finish something have a moment for it.
    pub async fn end(mut self) {
        let finishing = async { while self.finishing.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_MAX, finishing).await.is_err() {
            tracing::warn!("what a job was at is not finished, and is done again at the next start");
        }
        self.finishing.shutdown().await;
        self.tasks.shutdown().await;
    }
}

/// Tries the store again after a commit that failed, until one succeeds.
async fn probe(engine: Engine) {
    let mut ticks = Ticks::every(&engine, PROBE_INTERVAL);
    while ticks.next().await {
        if matches!(engine.published().health(), Health::Failing { .. }) && !engine.published().is_settling() {
            engine.probe();
        }
    }
}

/// Looks at the store's size and pace, so that metrics wait for no store.
async fn look_at_store(engine: Engine) {
    let mut ticks = Ticks::every(&engine, FIGURES_INTERVAL);
    while ticks.next().await {
        let reader = Arc::clone(engine.reader());
        match tokio::task::spawn_blocking(move || reader.figures()).await {
            Ok(Ok(figures)) => engine.meters().note_figures(Some(figures)),
            Ok(Err(fault)) => {
                engine.meters().note_figures(None);
                engine.published().note_fault(&fault);
            }
            Err(_) => engine.meters().note_figures(None),
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

/// Follows the difference between the server's clock and the system's.
async fn watch_clock(engine: Engine) {
    let (mut ticks, mut was_off) = (Ticks::every(&engine, EXPIRY_INTERVAL), false);
    while ticks.next().await {
        if engine.may_serve() {
            was_off = report_clock(&engine, was_off);
        }
    }
}

/// Reports once when the system's clock was set, and once when the difference is worked off. Says whether there is one.
fn report_clock(engine: &Engine, was_off: bool) -> bool {
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
async fn follow_others(engine: Engine) {
    if !engine.is_among_others() {
        return std::future::pending().await;
    }
    let mut ticks = Ticks::every(&engine, OTHERS_INTERVAL);
    while ticks.next().await {
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
