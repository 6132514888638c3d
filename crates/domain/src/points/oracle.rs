//! The rules a second time, by a program too simple to be wrong: everything that was earned, what was used of each
//! payer, and an answer to every question by sorting it all again. Tests hold the rules, and every store, to it.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of tests are small")]

use std::collections::BTreeMap;

use super::lot::LotKey;
use crate::numbers::Timestamp;

/// A payer, by a number or a letter.
pub type Payer = char;

/// A lot that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLot {
    /// Whose points.
    pub payer: Payer,
    /// Its place.
    pub key: LotKey,
    /// How many points it had.
    pub points: u128,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
}

/// One member.
#[derive(Debug, Clone, Default)]
pub struct Oracle {
    /// What is open, in the order of arrival.
    pub lots: Vec<OpenLot>,
    /// What was used of each payer.
    pub used: BTreeMap<Payer, u128>,
    /// What was lost.
    pub lost: u128,
}

impl Oracle {
    /// What is left of each lot, in order; of one payer or of all.
    #[must_use]
    pub fn left(&self, of: Option<Payer>) -> Vec<(LotKey, Payer, u128)> {
        let mut lots = self.lots.clone();
        lots.sort_by_key(|lot| lot.key);
        let mut used = self.used.clone();
        let left = lots.into_iter().map(|lot| {
            let used = used.entry(lot.payer).or_default();
            let taken = lot.points.min(*used);
            *used -= taken;
            (lot.key, lot.payer, lot.points - taken)
        });
        left.filter(|(_, payer, left)| *left > 0 && of.is_none_or(|of| of == *payer)).collect()
    }

    /// How many points are left; of one payer or of all.
    #[must_use]
    pub fn total(&self, of: Option<Payer>) -> u128 {
        self.left(of).iter().map(|(.., left)| left).sum()
    }

    /// Takes points of one payer back, if there are as many.
    pub fn adjust(&mut self, payer: Payer, points: u128) -> bool {
        let has = self.total(Some(payer)) >= points;
        *self.used.entry(payer).or_default() += if has { points } else { 0 };
        has
    }

    /// Spends points, if there are as many; returns what it takes of what.
    pub fn spend(&mut self, points: u128) -> Option<Vec<(Payer, LotKey, u128)>> {
        let mut rest = points;
        let mut taken = Vec::new();
        for (key, payer, left) in self.left(None) {
            let take = left.min(rest);
            rest -= take;
            taken.extend((take > 0).then_some((payer, key, take)));
        }
        if rest > 0 {
            return None;
        }
        taken.iter().for_each(|(payer, _, take)| *self.used.entry(*payer).or_default() += take);
        Some(taken)
    }

    /// Closes a lot, if it is open.
    pub fn close(&mut self, payer: Payer, key: LotKey) {
        let left = self.left(Some(payer)).iter().find(|(found, ..)| *found == key).map_or(0, |(.., left)| *left);
        let Some(place) = self.lots.iter().position(|lot| lot.key == key) else { return };
        let lot = self.lots.remove(place);
        *self.used.entry(payer).or_default() -= lot.points - left;
        self.lost += left;
    }

    /// Gives back points of what a spend took, the last first.
    pub fn refund(&mut self, deductions: &[(Payer, LotKey, u128)], points: u128) {
        let mut rest = points;
        for (payer, key, taken) in deductions.iter().rev() {
            let back = (*taken).min(rest);
            rest -= back;
            let is_open = self.lots.iter().any(|lot| lot.key == *key);
            let used = self.used.entry(*payer).or_default();
            let returned = if is_open { back.min(*used) } else { 0 };
            *used -= returned;
            self.lost += back - returned;
        }
    }
}
