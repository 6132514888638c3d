//! Spending across payers, and giving it back.

use std::collections::BTreeMap;

use super::lot::{Lot, LotKey};
use super::purse::{Purse, minus, plus};
use super::window::{Beyond, Window};
use crate::money::Amount;

/// What a spend took of one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deduction<P> {
    /// Of which payer.
    pub payer: P,
    /// Of which lot.
    pub lot: LotKey,
    /// How many points.
    pub points: Amount,
}

/// What a spend comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend<P> {
    /// What it takes of what, in order.
    pub deductions: Vec<Deduction<P>>,
    /// What the purses that it draws on become.
    pub purses: BTreeMap<P, Purse>,
}

/// Why a spend is not possible with what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendError {
    /// The member has fewer points than are asked for: so many are missing.
    Insufficient {
        /// How many.
        missing: Amount,
    },
    /// More lots must be known.
    Beyond(Beyond),
}

impl From<Beyond> for SpendError {
    fn from(beyond: Beyond) -> SpendError {
        SpendError::Beyond(beyond)
    }
}

/// Spends a member's points, the first lots of all payers first; every purse with a place is among these.
///
/// # Errors
/// When the member has too few points, or more lots must be loaded.
pub fn spend<P: Copy + Ord>(purses: &BTreeMap<P, (Purse, &Window)>, points: Amount) -> Result<Spend<P>, SpendError> {
    let places = purses.iter().filter_map(|(payer, (purse, _))| purse.place.map(|place| (place.lot, *payer)));
    let mut heads: BTreeMap<LotKey, P> = places.collect();
    let mut spend = Spend { deductions: Vec::new(), purses: BTreeMap::new() };
    let mut rest = points;
    while rest > Amount::ZERO {
        let Some((lot, payer)) = heads.pop_first() else {
            return Err(SpendError::Insufficient { missing: rest });
        };
        let Some((purse, window)) = purses.get(&payer) else { continue };
        let purse = spend.purses.entry(payer).or_insert(*purse);
        let Some(place) = purse.place else { continue };
        let taken = minus(window.points(lot)?, place.used).min(rest);
        *purse = purse.advance(window, taken)?.0;
        spend.deductions.push(Deduction { payer, lot, points: taken });
        rest = minus(rest, taken);
        heads.extend(purse.place.map(|place| (place.lot, payer)));
    }
    Ok(spend)
}

/// What becomes of points that are given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund<P> {
    /// What each payer's purse has again.
    pub returned: BTreeMap<P, Amount>,
    /// What is lost, as the lots that it was taken of are closed, or more is given back than is used.
    pub lost: BTreeMap<P, Amount>,
    /// What the purses become.
    pub purses: BTreeMap<P, Purse>,
}

/// Gives back so many of the points that a spend took, the last first. The caller has seen that it took as many and
/// that they were not given back before.
///
/// # Panics
/// When a purse that points are given back to is not among these.
///
/// # Errors
/// When more lots must be loaded.
pub fn refund<P: Copy + Ord>(
    purses: &BTreeMap<P, (Purse, &Window)>,
    deductions: &[Deduction<P>],
    points: Amount,
    is_open: impl Fn(P, LotKey) -> bool,
) -> Result<Refund<P>, Beyond> {
    let mut refund = Refund { returned: BTreeMap::new(), lost: BTreeMap::new(), purses: BTreeMap::new() };
    let mut rest = points;
    for deduction in last_of(deductions, points) {
        let back = deduction.points.min(rest);
        rest = minus(rest, back);
        let (purse, window) = purses.get(&deduction.payer).expect("the purses of what is given back are known");
        let purse = refund.purses.entry(deduction.payer).or_insert(*purse);
        let is_open = is_open(deduction.payer, deduction.lot);
        let returned = if is_open { back.min(purse.used) } else { Amount::ZERO };
        *purse = purse.give_back(window, returned)?;
        add(&mut refund.returned, deduction.payer, returned);
        add(&mut refund.lost, deduction.payer, minus(back, returned));
    }
    Ok(refund)
}

/// The last deductions of a spend, the last first, until they have so many points.
pub fn last_of<P: Copy>(deductions: &[Deduction<P>], points: Amount) -> impl Iterator<Item = Deduction<P>> {
    let mut rest = points;
    deductions.iter().rev().copied().take_while(move |deduction| {
        let is_touched = rest > Amount::ZERO;
        rest = minus(rest, deduction.points);
        is_touched
    })
}

fn add<P: Ord>(sums: &mut BTreeMap<P, Amount>, payer: P, points: Amount) {
    if points > Amount::ZERO {
        let sum = sums.entry(payer).or_insert(Amount::ZERO);
        *sum = plus(*sum, points);
    }
}

/// What a spend took, a payer after the other in the order in which they were first drawn on.
#[must_use]
pub fn by_payer<P: Copy + Ord>(deductions: &[Deduction<P>]) -> Vec<(P, Vec<Lot>)> {
    let mut payers: Vec<(P, Vec<Lot>)> = Vec::new();
    let mut places: BTreeMap<P, usize> = BTreeMap::new();
    for Deduction { payer, lot, points } in deductions {
        let place = *places.entry(*payer).or_insert(payers.len());
        if place == payers.len() {
            payers.push((*payer, Vec::new()));
        }
        if let Some((_, lots)) = payers.get_mut(place) {
            lots.push(Lot { key: *lot, points: *points });
        }
    }
    payers
}

/// What is left of a spend's deductions when so many of its points were given back already, the last first.
#[must_use]
pub fn not_given_back<P: Copy>(deductions: &[Deduction<P>], given_back: Amount) -> Vec<Deduction<P>> {
    let mut rest = given_back;
    let mut left = Vec::with_capacity(deductions.len());
    for deduction in deductions.iter().rev() {
        let back = deduction.points.min(rest);
        rest = minus(rest, back);
        let points = minus(deduction.points, back);
        if points > Amount::ZERO {
            left.push(Deduction { points, ..*deduction });
        }
    }
    left.reverse();
    left
}
