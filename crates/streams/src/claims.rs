//! Claims: which sinks this node holds, and until when.
//!
//! - A claim that is not renewed ends by itself ([`SINK_LEASE`]), so a node that died keeps nothing.
//! - A node that has the store alone claims each sink once: no one else can.
//! - What was done at a sink is noted each second. A crash before that has up to a second of it done again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_domain::names::Name;
use ducat_engine::Engine;
use ducat_store::sinks::{Noted, Progress, SINK_LEASE};

use crate::holding::Holding;

/// How often what was done is noted.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// How often sinks are claimed, where other nodes may claim them.
const CLAIM_INTERVAL: Duration = Duration::from_secs(2);

/// How long before its end a claim is not relied on any more.
const MARGIN: Duration = Duration::from_secs(1);

/// A claim that never ends: no one else writes to the store.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// What claims sinks.
pub struct Claims {
    engine: Engine,
    claimed_at: Option<Instant>,
}

/// What came of claiming.
pub struct Claimed {
    progress: Vec<Progress>,
    until: Instant,
    is_alone: bool,
}

impl Claims {
    /// None yet.
    pub fn new(engine: Engine) -> Claims {
        Claims { engine, claimed_at: None }
    }

    /// Whether the last claims are recent enough.
    pub fn are_fresh(&self) -> bool {
        self.claimed_at.is_some_and(|at| at.elapsed() < CLAIM_INTERVAL)
    }

    /// Claims sinks, each with whether this node holds it already. Nothing where the store could not be written.
    pub async fn claim(&mut self, sinks: impl Iterator<Item = (&Name, bool)>) -> Option<Claimed> {
        let is_alone = !self.engine.is_among_others();
        let asked: Vec<Name> =
            sinks.filter(|(_, is_held)| !(is_alone && *is_held)).map(|(sink, _)| sink.clone()).collect();
        let begun = Instant::now();
        let progress = match asked.is_empty() {
            true => Vec::new(),
            false => match self.engine.claim_sinks(asked).await {
                Ok(progress) => progress,
                Err(error) => {
                    tracing::warn!(%error, "where events are sent cannot be claimed; it is claimed again in a moment");
                    return None;
                }
            },
        };
        self.claimed_at = Some(begun);
        let until = begun + if is_alone { FOR_EVER } else { SINK_LEASE.saturating_sub(MARGIN) };
        Some(Claimed { progress, until, is_alone })
    }

    /// Notes what was done at sinks since the last time.
    pub async fn note(&self, held: impl Iterator<Item = &Arc<Holding>>) {
        let changed: Vec<(&Arc<Holding>, Noted)> =
            held.filter_map(|holding| holding.take_changes().map(|noted| (holding, noted))).collect();
        if changed.is_empty() {
            return;
        }
        let noted = changed.iter().map(|(_, noted)| noted.clone()).collect();
        if let Err(error) = self.engine.note_deliveries(noted).await {
            tracing::warn!(%error, "what was sent cannot be noted; it is noted again in a moment");
            for (holding, noted) in changed {
                holding.give_back(noted);
            }
        }
    }
}

/// What becomes of a sink after claiming.
pub enum Standing {
    /// This node holds it as before.
    Held,
    /// This node holds it from now on.
    New(Holding),
    /// Another node holds it.
    Elsewhere,
}

impl Claimed {
    /// What becomes of a sink that this node holds so far, or does not.
    pub fn standing(&self, sink: &Name, held: Option<&Holding>) -> Standing {
        let claim = self.progress.iter().find(|progress| progress.sink == *sink);
        match (claim, held) {
            (claim, Some(held)) if claim.map_or(self.is_alone, |claim| claim.epoch == held.epoch()) => {
                held.extend(self.until);
                Standing::Held
            }
            (Some(claim), _) => Standing::New(Holding::new(claim.clone(), self.until)),
            (None, _) => Standing::Elsewhere,
        }
    }
}
