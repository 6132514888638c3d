//! The points that one member has of one payer: how far its open lots are used, as one place among them.
//!
//! Always true: the lots before the place, and what is used of the lot at the place, add up to `used`; there is no place
//! exactly when every lot is used up.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::lot::{Lot, LotKey};
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

/// Neighbouring open lots of a purse: those that are loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    lots: BTreeMap<LotKey, Amount>,
    /// Whether there is no lot before the first of these.
    from_first: bool,
    /// Whether there is no lot after the last of these.
    to_last: bool,
}

/// A rule needs lots beyond the window: they are to be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Lots before its first.
    Before,
    /// Lots after its last.
    After,
}

/// What became of a lot that was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// What was used of it, and leaves `used` with it.
    pub used: Amount,
    /// What was left of it, and is lost.
    pub left: Amount,
}

impl Default for Window {
    /// A purse without lots.
    fn default() -> Window {
        Window { lots: BTreeMap::new(), from_first: true, to_last: true }
    }
}

impl Window {
    /// Lots as a store gives them, and whether they begin and end with the purse's own.
    #[must_use]
    pub fn new(lots: impl IntoIterator<Item = Lot>, from_first: bool, to_last: bool) -> Window {
        Window { lots: lots.into_iter().map(|lot| (lot.key, lot.points)).collect(), from_first, to_last }
    }

    /// The lots, in order.
    pub fn lots(&self) -> impl DoubleEndedIterator<Item = Lot> {
        self.lots.iter().map(|(key, points)| Lot { key: *key, points: *points })
    }

    pub(super) fn points(&self, lot: LotKey) -> Result<Amount, Beyond> {
        self.lots.get(&lot).copied().ok_or(Beyond::After)
    }

    /// The lot after another; none after the last.
    fn after(&self, lot: LotKey) -> Result<Option<LotKey>, Beyond> {
        match self.lots.range((Bound::Excluded(lot), Bound::Unbounded)).next() {
            Some((next, _)) => Ok(Some(*next)),
            None if self.to_last => Ok(None),
            None => Err(Beyond::After),
        }
    }

    /// The lot before another, or the last of all.
    fn before(&self, lot: Option<LotKey>) -> Result<Place, Beyond> {
        let found = match lot {
            Some(lot) => self.lots.range(..lot).next_back(),
            None if self.to_last => self.lots.last_key_value(),
            None => return Err(Beyond::After),
        };
        found.map(|(lot, points)| Place { lot: *lot, used: *points }).ok_or(Beyond::Before)
    }

    /// Whether a lot's place is inside, or where nothing is missing in between.
    fn reaches(&self, lot: LotKey) -> bool {
        let not_before = self.from_first || self.lots.first_key_value().is_some_and(|(first, _)| *first < lot);
        let not_after = self.to_last || self.lots.last_key_value().is_some_and(|(last, _)| *last > lot);
        not_before && not_after
    }
}

impl Purse {
    /// Uses points, the first that are left; tells of which lots. The caller has seen that as many are left.
    ///
    /// On an error nothing has changed.
    pub fn advance(&mut self, window: &Window, points: Amount) -> Result<Vec<Lot>, Beyond> {
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
        self.place = place;
        self.used = Amount::new(self.used.minor_units().saturating_add(points.minor_units()));
        Ok(drawn)
    }

    /// Gives used points back, the last that were used first. The caller has seen that as many are used.
    ///
    /// On an error nothing has changed.
    pub fn give_back(&mut self, window: &Window, points: Amount) -> Result<(), Beyond> {
        self.place = self.earlier(window, points)?;
        self.used = Amount::new(self.used.minor_units().saturating_sub(points.minor_units()));
        Ok(())
    }

    /// Takes a new lot in. What was used so far is used of the first lots, the new one among them: if its place is among the
    /// used, as many points behind it are left again.
    ///
    /// On an error nothing has changed.
    pub fn earn(&mut self, window: &mut Window, lot: Lot) -> Result<(), Beyond> {
        let is_inside = window.reaches(lot.key);
        if is_inside {
            window.lots.insert(lot.key, lot.points);
        }
        let is_behind = self.place.is_none_or(|place| lot.key < place.lot);
        let moved = if is_behind { self.earlier(window, lot.points) } else { Ok(self.place) };
        match moved {
            Ok(place) => self.place = place,
            Err(beyond) => {
                window.lots.remove(&lot.key);
                return Err(beyond);
            }
        }
        Ok(())
    }

    /// Closes a lot: what is left of it is lost, and what was used of it is used of nothing any more.
    ///
    /// On an error nothing has changed.
    pub fn close(&mut self, window: &mut Window, lot: Lot) -> Result<Closed, Beyond> {
        let used = match self.place {
            Some(place) if place.lot == lot.key => {
                self.place = window.after(lot.key)?.map(|lot| Place { lot, used: Amount::ZERO });
                place.used
            }
            Some(place) if lot.key > place.lot => Amount::ZERO,
            Some(_) | None => lot.points,
        };
        window.lots.remove(&lot.key);
        self.used = Amount::new(self.used.minor_units().saturating_sub(used.minor_units()));
        Ok(Closed { used, left: Amount::new(lot.points.minor_units().saturating_sub(used.minor_units())) })
    }

    /// The place so many points earlier.
    fn earlier(&self, window: &Window, points: Amount) -> Result<Option<Place>, Beyond> {
        let mut rest = points.minor_units();
        let mut place = self.place;
        while rest > 0 {
            let Place { lot, used } = match place {
                Some(place) if place.used > Amount::ZERO => place,
                Some(place) => window.before(Some(place.lot))?,
                None => window.before(None)?,
            };
            let back = used.minor_units().min(rest);
            rest = rest.saturating_sub(back);
            place = Some(Place { lot, used: Amount::new(used.minor_units().saturating_sub(back)) });
        }
        Ok(place)
    }
}
