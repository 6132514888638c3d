//! When a key was used: kept in memory, stored once an hour and when the server stops.

use std::sync::atomic::{AtomicI64, Ordering};

use ducat_domain::numbers::{ActorNo, Timestamp};
use ducat_store::Use;

/// When a key was used, in microseconds; 0 is never. All nodes' uses count, those of others as far as they are stored.
#[derive(Debug, Default)]
pub struct Uses {
    first: AtomicI64,
    last: AtomicI64,
    /// The last use that was handed over to be stored.
    stored: AtomicI64,
}

fn read(at: &AtomicI64) -> Option<Timestamp> {
    Some(at.load(Ordering::Relaxed)).filter(|at| *at != 0).map(Timestamp)
}

impl Uses {
    /// It is used.
    pub fn note(&self, now: Timestamp) {
        if self.first.load(Ordering::Relaxed) == 0 {
            // Another request may have been first.
            self.first.compare_exchange(0, now.0, Ordering::Relaxed, Ordering::Relaxed).ok();
        }
        self.last.store(now.0, Ordering::Relaxed);
    }

    /// The first time.
    #[must_use]
    pub fn first(&self) -> Option<Timestamp> {
        read(&self.first)
    }

    /// The last time.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        read(&self.last)
    }

    /// Goes on where an earlier reading of the same key was.
    pub(super) fn go_on_from(&self, before: &Uses) {
        for (to, from) in [(&self.first, &before.first), (&self.last, &before.last), (&self.stored, &before.stored)] {
            to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Takes in what is stored.
    pub(super) fn merge(&self, stored: &Use) {
        if self.first().is_none_or(|first| stored.first < first) {
            self.first.store(stored.first.0, Ordering::Relaxed);
        }
        self.last.fetch_max(stored.last.0, Ordering::Relaxed);
        self.stored.fetch_max(stored.last.0, Ordering::Relaxed);
    }

    /// What is to be stored, if it is not; it counts as stored then.
    pub(super) fn unstored(&self, actor: ActorNo) -> Option<Use> {
        let (first, last) = (self.first()?, self.last()?);
        (self.stored.swap(last.0, Ordering::Relaxed) < last.0).then_some(Use { actor, first, last })
    }
}
