//! The clock: the only place that reads it.

use std::time::{SystemTime, UNIX_EPOCH};

use ducat_domain::numbers::{Id, Timestamp};

/// Something that tells the time. It may jump either way; the executor never does.
pub trait Clock: Send + Sync {
    /// The instant it is.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
        };
        Timestamp(micros)
    }
}

/// The instant of a ledger's next command: now, and always after the last one that was committed.
#[must_use]
pub fn next_instant(now: Timestamp, last: Timestamp) -> Timestamp {
    now.max(last.plus_micros(1))
}

/// A fresh id in order of time (UUIDv7), for a command that nobody else named: such ids append to the index of outcomes. The
/// instant in it is the id's own, which no rule reads.
#[must_use]
pub fn fresh_id() -> Id {
    Id(uuid::Uuid::now_v7().as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back() {
        assert_eq!(next_instant(Timestamp(10), Timestamp(5)), Timestamp(10));
        assert_eq!(next_instant(Timestamp(5), Timestamp(10)), Timestamp(11));
        assert_eq!(next_instant(Timestamp(5), Timestamp(5)), Timestamp(6));
        assert_eq!(next_instant(Timestamp(5), Timestamp::MIN), Timestamp(5));
    }
}
