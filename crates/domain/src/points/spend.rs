//! Spending across payers, and giving it back.

use std::collections::BTreeMap;

use super::lot::{Lot, LotKey};
use super::purse::{Beyond, Purse, Window};
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

/// The member has fewer points than are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientPoints {
    /// How many are missing.
    pub missing: Amount,
}

/// Spends a member's points, the first lots of all payers first; every purse with a place is among these, up to the last lot
/// that is needed. Tells what was taken of what, in order.
///
/// On an error of either kind the purses are worth nothing: the caller works on copies.
pub fn spend<P: Copy + Ord>(
    purses: &mut BTreeMap<P, (Purse, Window)>,
    points: Amount,
) -> Result<Result<Vec<Deduction<P>>, InsufficientPoints>, Beyond> {
    let mut heads: BTreeMap<LotKey, P> = BTreeMap::new();
    for (payer, (purse, _)) in purses.iter() {
        heads.extend(purse.place.map(|place| (place.lot, *payer)));
    }
    let mut deductions = Vec::new();
    let mut rest = points.minor_units();
    while rest > 0 {
        let Some((lot, payer)) = heads.pop_first() else {
            return Ok(Err(InsufficientPoints { missing: Amount::new(rest) }));
        };
        let Some((purse, window)) = purses.get_mut(&payer) else { continue };
        let Some(place) = purse.place else { continue };
        let left = window.points(lot)?.minor_units().saturating_sub(place.used.minor_units());
        let taken = left.min(rest);
        purse.advance(window, Amount::new(taken))?;
        deductions.push(Deduction { payer, lot, points: Amount::new(taken) });
        rest = rest.saturating_sub(taken);
        heads.extend(purse.place.map(|place| (place.lot, payer)));
    }
    Ok(Ok(deductions))
}

/// What became of points that were given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund<P> {
    /// What each payer's purse has again.
    pub returned: BTreeMap<P, Amount>,
    /// What was lost, as the lots that it was taken of are closed, or more was given back than is used.
    pub lost: BTreeMap<P, Amount>,
}

/// Gives back so many of the points that a spend took, the last first. The caller has seen that it took as many and that they
/// were not given back before.
///
/// On an error the purses are worth nothing: the caller works on copies.
pub fn refund<P: Copy + Ord>(
    purses: &mut BTreeMap<P, (Purse, Window)>,
    deductions: &[Deduction<P>],
    points: Amount,
    is_open: impl Fn(P, LotKey) -> bool,
) -> Result<Refund<P>, Beyond> {
    let mut refund = Refund { returned: BTreeMap::new(), lost: BTreeMap::new() };
    let mut rest = points.minor_units();
    for deduction in deductions.iter().rev() {
        let back = deduction.points.minor_units().min(rest);
        rest = rest.saturating_sub(back);
        let open = is_open(deduction.payer, deduction.lot);
        let used = purses.get(&deduction.payer).map_or(0, |(purse, _)| purse.used.minor_units());
        let returned = if open { back.min(used) } else { 0 };
        if let Some((purse, window)) = purses.get_mut(&deduction.payer) {
            purse.give_back(window, Amount::new(returned))?;
        }
        add(&mut refund.returned, deduction.payer, returned);
        add(&mut refund.lost, deduction.payer, back.saturating_sub(returned));
    }
    Ok(refund)
}

fn add<P: Ord>(sums: &mut BTreeMap<P, Amount>, payer: P, points: u128) {
    if points > 0 {
        let sum = sums.entry(payer).or_insert(Amount::ZERO);
        *sum = Amount::new(sum.minor_units().saturating_add(points));
    }
}

/// What a spend took, a payer after the other in the order in which they were first drawn on.
#[must_use]
pub fn by_payer<P: Copy + PartialEq>(deductions: &[Deduction<P>]) -> Vec<(P, Vec<Lot>)> {
    let mut payers: Vec<(P, Vec<Lot>)> = Vec::new();
    for Deduction { payer, lot, points } in deductions {
        let taken = Lot { key: *lot, points: *points };
        match payers.iter_mut().find(|(known, _)| known == payer) {
            Some((_, lots)) => lots.push(taken),
            None => payers.push((*payer, vec![taken])),
        }
    }
    payers
}

/// What is left of a spend's deductions when so many of its points were given back already, the last first.
#[must_use]
pub fn not_given_back<P: Copy>(deductions: &[Deduction<P>], given_back: Amount) -> Vec<Deduction<P>> {
    let mut rest = given_back.minor_units();
    let mut left = Vec::with_capacity(deductions.len());
    for deduction in deductions.iter().rev() {
        let back = deduction.points.minor_units().min(rest);
        rest = rest.saturating_sub(back);
        let points = Amount::new(deduction.points.minor_units().saturating_sub(back));
        if points > Amount::ZERO {
            left.push(Deduction { points, ..*deduction });
        }
    }
    left.reverse();
    left
}
