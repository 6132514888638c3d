//! Lots: what was earned at once, from one payer, to be used in the order of its key.

use crate::codec::{Decoder, Encoder, Malformed};
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
    /// When it expires, where that decides; the same for all lots where it does not.
    pub expires_first: Timestamp,
    /// The date on it.
    pub earned_at: Timestamp,
    /// Where in the journal the lot was recorded.
    pub arrival: Seq,
}

impl LotKey {
    /// Before every lot.
    pub const MIN: LotKey = LotKey { expires_first: Timestamp::MIN, earned_at: Timestamp::MIN, arrival: Seq(0) };
    /// After every lot.
    pub const MAX: LotKey = LotKey { expires_first: Timestamp::MAX, earned_at: Timestamp::MAX, arrival: Seq(u64::MAX) };

    /// The place of a lot that was earned, expires and arrived so.
    #[must_use]
    pub fn new(order: Order, earned_at: Timestamp, expires_at: Option<Timestamp>, arrival: Seq) -> LotKey {
        let expires_first = match order {
            Order::Earned => Timestamp(0),
            Order::Expiring => expires_at.unwrap_or(Timestamp::MAX),
        };
        LotKey { expires_first, earned_at, arrival }
    }

    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        e.instant(self.expires_first);
        e.instant(self.earned_at);
        e.number(self.arrival.0);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<LotKey, Malformed> {
        Ok(LotKey { expires_first: d.instant()?, earned_at: d.instant()?, arrival: Seq(d.number()?) })
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

/// A lot as it is recorded: with the day when it is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotRow {
    /// The lot.
    pub lot: Lot,
    /// When it expires, if ever.
    pub expires_at: Option<Timestamp>,
}

impl LotRow {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        self.lot.key.encode(e);
        e.wide(self.lot.points.minor_units());
        e.option(self.expires_at, Encoder::instant);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<LotRow, Malformed> {
        let lot = Lot { key: LotKey::decode(d)?, points: Amount::new(d.wide()?) };
        Ok(LotRow { lot, expires_at: d.option(Decoder::instant)? })
    }
}
