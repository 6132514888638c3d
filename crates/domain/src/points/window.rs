//! The open lots of a purse between two places: those that are known, none of them missing.
//!
//! A rule is given a window and says in which direction it would have to be wider; what a rule costs is the lots that
//! it moves over, however many there are.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::lot::{Lot, LotKey};
use crate::money::Amount;

/// All open lots of a purse from one place to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    lots: BTreeMap<LotKey, Amount>,
    /// Every lot from here is known; from the first one when missing.
    from: Option<LotKey>,
    /// Every lot up to here is known; up to the last one when missing.
    to: Option<LotKey>,
}

/// A rule needs lots beyond the window: they are to be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Lots before its first.
    Before,
    /// Lots after its last.
    After,
}

impl Window {
    /// All lots of a purse that has none yet.
    #[must_use]
    pub const fn whole() -> Window {
        Window { lots: BTreeMap::new(), from: None, to: None }
    }

    /// No lots of a purse that has some.
    #[must_use]
    pub const fn nothing() -> Window {
        Window { lots: BTreeMap::new(), from: Some(LotKey::MAX), to: Some(LotKey::MIN) }
    }

    /// Lots as a store gives them: all between these places, which are a purse's first and last lot where missing.
    #[must_use]
    pub fn new(lots: impl IntoIterator<Item = Lot>, from: Option<LotKey>, to: Option<LotKey>) -> Window {
        Window { lots: lots.into_iter().map(|lot| (lot.key, lot.points)).collect(), from, to }
    }

    /// Where the known lots begin; with the first when missing.
    #[must_use]
    pub const fn from(&self) -> Option<LotKey> {
        self.from
    }

    /// Where the known lots end; with the last when missing.
    #[must_use]
    pub const fn to(&self) -> Option<LotKey> {
        self.to
    }

    /// The lots from one on, in order.
    pub fn lots_from(&self, first: LotKey) -> impl DoubleEndedIterator<Item = Lot> {
        self.lots.range(first..).map(|(key, points)| Lot { key: *key, points: *points })
    }

    /// The lots before one, in order.
    pub fn lots_before(&self, end: LotKey) -> impl DoubleEndedIterator<Item = Lot> {
        self.lots.range(..end).map(|(key, points)| Lot { key: *key, points: *points })
    }

    /// How many lots are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lots.len()
    }

    /// Whether no lot is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lots.is_empty()
    }

    /// Whether it has a lot.
    #[must_use]
    pub fn has(&self, lot: LotKey) -> bool {
        self.lots.contains_key(&lot)
    }

    /// Whether a lot of this key would be known.
    #[must_use]
    pub fn covers(&self, lot: LotKey) -> bool {
        self.from.is_none_or(|from| from <= lot) && self.to.is_none_or(|to| lot <= to)
    }

    /// Takes in a lot that was earned, if its place is inside.
    pub fn insert(&mut self, lot: Lot) {
        if self.covers(lot.key) {
            self.lots.insert(lot.key, lot.points);
        }
    }

    /// Lets go of a lot that was closed.
    pub fn remove(&mut self, lot: LotKey) {
        self.lots.remove(&lot);
    }

    /// Takes in that there is no lot before one that is known, or none at all.
    pub fn begin_at(&mut self, first: Option<LotKey>) {
        if first.is_none_or(|first| self.covers(first)) {
            self.from = None;
        }
    }

    /// Widens it by the lots after its last, up to a place or to the very last.
    pub fn extend_after(&mut self, lots: impl IntoIterator<Item = Lot>, to: Option<LotKey>) {
        self.lots.extend(lots.into_iter().map(|lot| (lot.key, lot.points)));
        self.to = to;
    }

    /// Widens it by the lots before its first, from a place or from the very first.
    pub fn extend_before(&mut self, lots: impl IntoIterator<Item = Lot>, from: Option<LotKey>) {
        self.lots.extend(lots.into_iter().map(|lot| (lot.key, lot.points)));
        self.from = from;
    }

    /// Keeps no more than so many lots before a place and from it on.
    pub fn narrow(&mut self, place: LotKey, before: usize, after: usize) {
        let first = self.lots.range(..place).rev().nth(before).map(|(key, _)| *key);
        if let Some(first) = first {
            let mut rest = self.lots.split_off(&first);
            rest.remove(&first);
            self.lots = rest;
            self.from = Some(self.lots.first_key_value().map_or(place, |(key, _)| *key));
        }
        let end = self.lots.range(place..).nth(after).map(|(key, _)| *key);
        if let Some(end) = end {
            drop(self.lots.split_off(&end));
            self.to = Some(self.lots.last_key_value().map_or(place, |(key, _)| *key));
        }
    }

    pub(super) fn points(&self, lot: LotKey) -> Result<Amount, Beyond> {
        self.lots.get(&lot).copied().ok_or(Beyond::After)
    }

    /// The lot after another; none after the last.
    pub(super) fn after(&self, lot: LotKey) -> Result<Option<LotKey>, Beyond> {
        match self.lots.range((Bound::Excluded(lot), Bound::Unbounded)).next() {
            Some((next, _)) if self.covers(lot) => Ok(Some(*next)),
            None if self.to.is_none() && self.covers(lot) => Ok(None),
            Some(_) | None => Err(Beyond::After),
        }
    }

    /// The lot before a place, or the last of all, another one among them that is not taken in yet.
    pub(super) fn before(&self, place: Option<LotKey>, new: Lot) -> Result<Lot, Beyond> {
        let known = match place {
            Some(place) if self.covers(place) => self.lots.range(..place).next_back(),
            None if self.to.is_none() => self.lots.last_key_value(),
            Some(_) | None => return Err(Beyond::After),
        };
        let known = known.map(|(key, points)| Lot { key: *key, points: *points });
        let is_before = place.is_none_or(|place| new.key < place);
        match known {
            Some(known) if !is_before || new.key < known.key => Ok(known),
            None if !is_before => Err(Beyond::Before),
            Some(_) => Ok(new),
            None if self.from.is_none_or(|from| from < new.key) => Ok(new),
            None => Err(Beyond::Before),
        }
    }
}
