//! Refusals of access, counted by key and hour: not one row a knock.
//!
//! They are of this node and in memory: whoever has no key must not be able to fill a store.

use std::collections::BTreeMap;

use ducat_domain::numbers::Timestamp;
use ducat_engine::keys::token::KeyId;
use parking_lot::Mutex;

/// An hour in microseconds.
const HOUR_US: i64 = 3_600_000_000;

/// Rows that are kept: a week of a hundred keys that are refused each hour. The oldest go first.
const ROWS_MAX: usize = 20_000;

/// How often someone was refused in an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Without a key that is taken.
    pub unauthorized: u64,
    /// With a key that is for something else.
    pub forbidden: u64,
}

/// All counts, by the beginning of the hour and the key; no key where none was taken.
#[derive(Debug, Default)]
pub(crate) struct Knocks(Mutex<BTreeMap<(Timestamp, Option<KeyId>), Count>>);

impl Knocks {
    /// Counts a refusal.
    pub fn note(&self, now: Timestamp, key: Option<KeyId>, status: u16) {
        let hour = Timestamp(now.0 - now.0.rem_euclid(HOUR_US));
        let mut counts = self.0.lock();
        let count = counts.entry((hour, key)).or_default();
        match status {
            401 => count.unauthorized += 1,
            _ => count.forbidden += 1,
        }
        if counts.len() > ROWS_MAX {
            counts.pop_first();
        }
    }

    /// All counts, the latest first.
    pub fn counts(&self) -> Vec<(Timestamp, Option<KeyId>, Count)> {
        self.0.lock().iter().rev().map(|((hour, key), count)| (*hour, *key, *count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knocks_are_counted_by_key_and_hour() {
        let knocks = Knocks::default();
        let key = Some(KeyId(7));
        for (at, key, status) in [(5, None, 401), (6, None, 401), (HOUR_US - 1, key, 403), (HOUR_US, key, 403)] {
            knocks.note(Timestamp(at), key, status);
        }
        let count = |unauthorized, forbidden| Count { unauthorized, forbidden };
        let expected = [
            (Timestamp(HOUR_US), key, count(0, 1)),
            (Timestamp(0), key, count(0, 1)),
            (Timestamp(0), None, count(2, 0)),
        ];
        assert_eq!(knocks.counts(), expected);
        (0..30_000).for_each(|hour| knocks.note(Timestamp(hour * HOUR_US), None, 401));
        assert_eq!(knocks.counts().len(), ROWS_MAX);
    }
}
