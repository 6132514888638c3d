//! What all jobs share: the times at which they look for work, and why they could not do it.

use std::time::Duration;

use ducat_store::Fault;
use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior};

use crate::Engine;
use crate::executor::Failure;

/// How often holds and lots are looked at: funds are back within a second of their hold's end.
pub const EXPIRY_INTERVAL: Duration = Duration::from_millis(250);

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

/// The times at which a job looks for work, for as long as the engine is open. Work that takes longer than the interval
/// delays the next time.
pub(crate) struct Ticks {
    engine: Engine,
    interval: Interval,
}

impl Ticks {
    pub fn every(engine: &Engine, interval: Duration) -> Ticks {
        let mut interval = tokio::time::interval(interval);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ticks { engine: engine.clone(), interval }
    }

    /// Waits for the next; says whether the engine is still open.
    pub async fn next(&mut self) -> bool {
        self.interval.tick().await;
        self.engine.is_open()
    }

    /// Waits for the next, or until there is something to do.
    pub async fn next_or(&mut self, wake: &Notify) -> bool {
        tokio::select! {
            _ = self.interval.tick() => {}
            () = wake.notified() => {}
        }
        self.engine.is_open()
    }
}
