//! Lots: what was earned at once, from one payer, to be used in the order of its key.

use crate::money::Amount;
use crate::numbers::{Seq, Timestamp};

/// In which order a program's lots are used. It cannot change once there is a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What was earned first, by the date on it and not by arrival.
    #[default]
    Earned,
    /// What expires soonest; what never does last.
    Expiring,
}

/// The place of a lot among a member's lots: equal dates are in the order of their arrival, so no two lots share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotKey {
    expires_first: Timestamp,
    earned_at: Timestamp,
    /// Where in the journal the lot was recorded.
    arrival: Seq,
}

impl LotKey {
    /// The place of a lot that was earned, expires and arrived so.
    #[must_use]
    pub fn new(order: Order, earned_at: Timestamp, expires_at: Option<Timestamp>, arrival: Seq) -> LotKey {
        let expires_first = match order {
            Order::Earned => Timestamp::MIN,
            Order::Expiring => expires_at.unwrap_or(Timestamp::MAX),
        };
        LotKey { expires_first, earned_at, arrival }
    }

    /// Where in the journal the lot was recorded.
    #[must_use]
    pub const fn arrival(self) -> Seq {
        self.arrival
    }
}

/// A lot. It never changes; it is open until it expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// Its place.
    pub key: LotKey,
    /// How many points it had when it was earned: at least one.
    pub points: Amount,
}
