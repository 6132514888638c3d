//! The points that one member has of one payer: how far its open lots are used, as one place among them.
//!
//! Always true: the lots before the place, and what is used of the lot at the place, add up to `used`; there is no
//! place exactly when every lot is used up. Every rule borrows, and says what the purse becomes.

use super::lot::{Lot, LotKey};
use super::window::{Beyond, Window};
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;

/// The first lot that is not used up, and how much of it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The lot.
    pub lot: LotKey,
    /// What is used of it: less than it has.
    pub used: Amount,
}

/// How far lots are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purse {
    /// What is used of the lots that are open, in all.
    pub used: Amount,
    /// Where what is left begins; none when nothing is.
    pub place: Option<Place>,
}

/// What became of a lot that was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// What was used of it, and leaves `used` with it.
    pub used: Amount,
    /// What was left of it, and is lost.
    pub left: Amount,
}

impl Purse {
    /// Uses points, the first that are left; returns of which lots. The caller has seen that as many are left.
    ///
    /// # Errors
    /// When the result lies beyond the window: more lots must be loaded.
    pub fn advance(self, window: &Window, points: Amount) -> Result<(Purse, Vec<Lot>), Beyond> {
        let mut place = self.place;
        let mut rest = points.minor_units();
        let mut drawn = Vec::new();
        while rest > 0 {
            let Place { lot, used } = place.ok_or(Beyond::After)?;
            let size = window.points(lot)?.minor_units();
            let taken = size.saturating_sub(used.minor_units()).min(rest);
            rest = rest.saturating_sub(taken);
            drawn.push(Lot { key: lot, points: Amount::new(taken) });
            let used = used.minor_units().saturating_add(taken);
            place = if used < size {
                Some(Place { lot, used: Amount::new(used) })
            } else {
                window.after(lot)?.map(|lot| Place { lot, used: Amount::ZERO })
            };
        }
        Ok((Purse { used: plus(self.used, points), place }, drawn))
    }

    /// Gives used points back, the last that were used first. The caller has seen that as many are used.
    ///
    /// # Errors
    /// When the result lies beyond the window: more lots must be loaded.
    pub fn give_back(self, window: &Window, points: Amount) -> Result<Purse, Beyond> {
        // Nothing new: a lot that is after every place is never met.
        let none = Lot { key: LotKey::MAX, points: Amount::ZERO };
        let place = if points == Amount::ZERO { self.place } else { self.earlier(window, points, none)? };
        Ok(Purse { used: minus(self.used, points), place })
    }

    /// Takes a new lot in. What was used so far is used of the first lots, the new one among them: if its place is
    /// among the used, as many points behind it are left again. `last` is no lot's place if none is after it; the
    /// window does not have the new lot yet.
    ///
    /// # Errors
    /// When the result lies beyond the window: more lots must be loaded.
    pub fn earn(self, window: &Window, lot: Lot, last: Option<LotKey>) -> Result<Purse, Beyond> {
        let first = Some(Place { lot: lot.key, used: Amount::ZERO });
        let place = match self.place {
            Some(place) if place.lot < lot.key => self.place,
            // Nothing is used, so what is left begins with the first of all; or all is used, and this is the last of
            // all.
            Some(_) | None if self.used == Amount::ZERO => first,
            None if last.is_none_or(|last| last < lot.key) => first,
            Some(_) | None => self.earlier(window, lot.points, lot)?,
        };
        Ok(Purse { place, ..self })
    }

    /// Closes a lot: what is left of it is lost, and what was used of it is used of nothing any more.
    ///
    /// # Errors
    /// When the result lies beyond the window: more lots must be loaded.
    pub fn close(self, window: &Window, lot: Lot) -> Result<(Purse, Closed), Beyond> {
        let (used, place) = match self.place {
            Some(place) if place.lot == lot.key => {
                let next = window.after(lot.key)?.map(|lot| Place { lot, used: Amount::ZERO });
                (place.used, next)
            }
            Some(place) if lot.key > place.lot => (Amount::ZERO, self.place),
            Some(_) | None => (lot.points, self.place),
        };
        let purse = Purse { used: minus(self.used, used), place };
        Ok((purse, Closed { used, left: minus(lot.points, used) }))
    }

    /// The place so many points earlier, among the known lots and a new one.
    fn earlier(self, window: &Window, points: Amount, new: Lot) -> Result<Option<Place>, Beyond> {
        let mut rest = points.minor_units();
        let mut place = self.place;
        while rest > 0 {
            let Place { lot, used } = match place {
                Some(place) if place.used > Amount::ZERO => place,
                Some(_) | None => {
                    let lot = window.before(place.map(|place| place.lot), new)?;
                    Place { lot: lot.key, used: lot.points }
                }
            };
            let back = used.minor_units().min(rest);
            rest = rest.saturating_sub(back);
            place = Some(Place { lot, used: minus(used, Amount::new(back)) });
        }
        Ok(place)
    }

    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        e.wide(self.used.minor_units());
        e.option(self.place, |e, place| {
            place.lot.encode(e);
            e.wide(place.used.minor_units());
        });
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Purse, Malformed> {
        let used = Amount::new(d.wide()?);
        let place = d.option(|d| Ok(Place { lot: LotKey::decode(d)?, used: Amount::new(d.wide()?) }))?;
        Ok(Purse { used, place })
    }
}

/// Sums of points are balances of accounts, which are within range.
pub(super) fn plus(one: Amount, other: Amount) -> Amount {
    Amount::new(one.minor_units().saturating_add(other.minor_units()))
}

pub(super) fn minus(one: Amount, other: Amount) -> Amount {
    Amount::new(one.minor_units().saturating_sub(other.minor_units()))
}
