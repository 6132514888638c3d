//! What a store knows of its own size and pace, for whoever watches it. It decides nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Figures of a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Bytes of the file, or of the database.
    pub bytes: u64,
    /// Bytes of the log that is not folded into the file yet. A database has its own.
    pub log_bytes: Option<u64>,
    /// What is written behind the journal; nothing where all is written with it.
    pub flush: Option<Flushed>,
}

/// What was written behind the journal since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Effects whose balances and ids may be in the journal alone: as many are read again when the store is opened after
    /// a crash.
    pub lag_effects: u64,
    /// Rows written.
    pub rows: u64,
    /// The time that commits spent on that.
    pub time: Duration,
}

/// The same, as the writing half keeps it for the reading one.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    lag_effects: AtomicU64,
    rows: AtomicU64,
    nanos: AtomicU64,
}

impl Pace {
    /// So many effects are behind now.
    pub fn set_lag(&self, effects: usize) {
        self.lag_effects.store(effects as u64, Ordering::Relaxed);
    }

    /// So many rows were written.
    pub fn wrote(&self, rows: usize, time: Duration) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// As it is now.
    pub fn flushed(&self) -> Flushed {
        Flushed {
            lag_effects: self.lag_effects.load(Ordering::Relaxed),
            rows: self.rows.load(Ordering::Relaxed),
            time: Duration::from_nanos(self.nanos.load(Ordering::Relaxed)),
        }
    }
}

/// How often leases changed hands since the node started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeaseChanges {
    /// Taken.
    pub taken: u64,
    /// Let go, handed over or lost.
    pub ended: u64,
}
