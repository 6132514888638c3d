//! The terms on which a ledger keeps points.

use super::lot::Order;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::names::Name;
use crate::numbers::Timestamp;

/// The longest lifetime and the longest delay of points: a hundred years, which is without end to a program, and keeps
/// every date within range.
pub const DAYS_MAX: u32 = 36_525;

const DAY_SECONDS: u64 = 86_400;

/// What holds for what is earned from now on; the asset and the order are fixed once there is a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// In which asset points are kept.
    pub asset: Name,
    /// Which points are spent first.
    pub order: Order,
    /// After how many days points are lost; never when missing.
    pub lifetime_days: Option<u32>,
    /// For how many days from the date on them points cannot be spent.
    pub pending_days: u32,
}

/// A program as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramRow {
    /// Its terms.
    pub program: Program,
    /// Whether anything was ever earned in it: then its asset and its order are fixed.
    pub has_lots: bool,
}

impl Program {
    /// When points of this date are lost.
    #[must_use]
    pub fn expires_at(&self, earned_at: Timestamp) -> Option<Timestamp> {
        self.lifetime_days.map(|days| plus_days(earned_at, days))
    }

    /// From when on points of this date can be spent.
    #[must_use]
    pub fn matures_at(&self, earned_at: Timestamp) -> Option<Timestamp> {
        (self.pending_days > 0).then(|| plus_days(earned_at, self.pending_days))
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.text(self.asset.as_str());
        e.flag(self.order == Order::Expiring);
        e.option(self.lifetime_days, |e, days| e.number(u64::from(days)));
        e.number(u64::from(self.pending_days));
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Program, Malformed> {
        let days = |d: &mut Decoder<'_>| u32::try_from(d.number()?).map_err(|_| Malformed { expected: "days" });
        Ok(Program {
            asset: d.name()?,
            order: if d.flag()? { Order::Expiring } else { Order::Earned },
            lifetime_days: d.option(days)?,
            pending_days: days(d)?,
        })
    }
}

fn plus_days(from: Timestamp, days: u32) -> Timestamp {
    from.plus_seconds(u64::from(days).saturating_mul(DAY_SECONDS))
}
