//! The clock of a story: what it is told until the story ends, and the system's from then on.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ducat_domain::numbers::Timestamp;
use ducat_engine::clock::{Clock, SteadyClock, SystemClock};

/// What is told where nothing is: the story has ended.
const ENDED: i64 = i64::MIN;

/// A clock that is told what time it is.
pub struct StoryClock {
    told: AtomicI64,
    system: SteadyClock,
}

impl StoryClock {
    pub fn new(begin: Timestamp) -> StoryClock {
        StoryClock { told: AtomicI64::new(begin.0), system: SteadyClock::new(SystemClock) }
    }

    /// It is this instant now. It never goes back.
    pub fn tell(&self, at: Timestamp) {
        self.told.fetch_max(at.0, Ordering::SeqCst);
    }

    /// The story has ended: it is the system's clock from now on.
    pub fn end(&self) {
        self.told.store(ENDED, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        match self.told.load(Ordering::SeqCst) {
            ENDED => self.system.now(),
            told => Timestamp(told),
        }
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }
}
