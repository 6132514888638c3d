//! Deriving points again from the journal alone, to prove that what is stored is what happened. It shares no code with
//! deciding: open lots are kept by key, and what is left is their sum less what was used.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Fact, Fate};
use super::lot::{LotKey, LotRow};
use super::program::ProgramRow;
use super::purse::{Place, Purse};
use super::rows::Due;
use super::spend::Deduction;
use crate::money::Amount;
use crate::numbers::{AccountNo, Seq};

/// A purse as the journal tells it.
#[derive(Debug, Clone, Default)]
pub struct DerivedPurse {
    /// Its open lots.
    pub lots: BTreeMap<LotKey, LotRow>,
    /// The sum of their points.
    pub open: u128,
    /// How many of them are used.
    pub used: u128,
    /// The greatest key that any lot of it ever had.
    pub last: Option<LotKey>,
}

/// What the journal tells of points so far.
#[derive(Debug, Default)]
pub struct DerivedPoints {
    /// The program.
    pub program: Option<ProgramRow>,
    /// Every purse.
    pub purses: BTreeMap<AccountNo, DerivedPurse>,
    /// What is to be done with lots.
    pub dues: BTreeSet<Due>,
    /// How much was given back of spends.
    pub refunded: BTreeMap<Seq, u128>,
    /// What was lost, of all payers.
    pub lost: u128,
}

impl DerivedPurse {
    /// What is left.
    #[must_use]
    pub const fn left(&self) -> u128 {
        self.open.saturating_sub(self.used)
    }

    /// How far lots are used, found by walking over all of them.
    #[must_use]
    pub fn purse(&self) -> Purse {
        let mut rest = self.used;
        let mut place = None;
        for (key, row) in &self.lots {
            let points = row.lot.points.minor_units();
            if rest < points {
                place = Some(Place { lot: *key, used: Amount::new(rest) });
                break;
            }
            rest = rest.saturating_sub(points);
        }
        Purse { used: Amount::new(self.used), place }
    }

    fn arrive(&mut self, lot: LotRow) {
        self.open = self.open.saturating_add(lot.lot.points.minor_units());
        self.last = self.last.max(Some(lot.lot.key));
        self.lots.insert(lot.lot.key, lot);
    }
}

impl DerivedPoints {
    /// Takes in what happened, and says what of it cannot have.
    pub fn fact(&mut self, fact: &Fact) -> Vec<String> {
        let mut found = Vec::new();
        for (due, is_due) in fact.dues() {
            let changed = if is_due { self.dues.insert(due) } else { self.dues.remove(&due) };
            if !changed {
                found.push(format!("what is due at {} of the lot at {} was not so before", due.at.0, due.arrival));
            }
        }
        match fact {
            Fact::ProgramSet(program) => {
                let has_lots = self.program.as_ref().is_some_and(|row| row.has_lots);
                self.program = Some(ProgramRow { program: program.clone(), has_lots });
            }
            Fact::Earned { purse, lot, fate } | Fact::Matured { purse, lot, fate, .. } => {
                if let Some(program) = &mut self.program {
                    program.has_lots = true;
                }
                let derived = self.purses.entry(*purse).or_default();
                match fate {
                    Fate::Pending(_) => {}
                    Fate::Lost => self.lost = self.lost.saturating_add(lot.lot.points.minor_units()),
                    Fate::Open(after) => {
                        derived.arrive(*lot);
                        found.extend(differs(*purse, derived, *after));
                    }
                }
            }
            Fact::Adjusted { purse, points, after } => {
                let derived = self.purses.entry(*purse).or_default();
                derived.used = derived.used.saturating_add(points.minor_units());
                found.extend(differs(*purse, derived, *after));
            }
            Fact::Spent { deductions, after } => {
                found.extend(self.spend(deductions));
                found.extend(self.all_differ(after));
            }
            Fact::Refunded { spent_at, points, lost, refunded, after, .. } => {
                found.extend(self.refund(*spent_at, [*points, *lost, *refunded], after));
                found.extend(self.all_differ(after));
            }
            Fact::Closed { purse, lot, left, after } => {
                let derived = self.purses.entry(*purse).or_default();
                if derived.lots.remove(&lot.lot.key) != Some(*lot) {
                    found.push(format!("it closes a lot of purse {purse} that is not open"));
                }
                let points = lot.lot.points.minor_units();
                derived.open = derived.open.saturating_sub(points);
                derived.used = derived.used.saturating_sub(points.saturating_sub(left.minor_units()));
                self.lost = self.lost.saturating_add(left.minor_units());
                found.extend(differs(*purse, derived, *after));
            }
            Fact::Imported { .. } => {}
        }
        found
    }

    fn spend(&mut self, deductions: &[Deduction<AccountNo>]) -> Vec<String> {
        let mut found = Vec::new();
        if !deductions.iter().map(|one| one.lot).is_sorted() {
            found.push("it draws on a later lot before an earlier one".to_owned());
        }
        for one in deductions {
            let derived = self.purses.entry(one.payer).or_default();
            derived.used = derived.used.saturating_add(one.points.minor_units());
            let size = derived.lots.get(&one.lot).map_or(Amount::ZERO, |row| row.lot.points);
            if one.points > size {
                found.push(format!("it takes {} points of a lot that has {size}", one.points));
            }
        }
        found
    }

    fn refund(
        &mut self,
        spent_at: Seq,
        [points, lost, refunded]: [Amount; 3],
        after: &[(AccountNo, Purse)],
    ) -> Vec<String> {
        let mut found = Vec::new();
        let before = self.refunded.insert(spent_at, refunded.minor_units()).unwrap_or_default();
        if before.saturating_add(points.minor_units()) != refunded.minor_units() {
            found.push(format!("{refunded} points of the spend at {spent_at} were given back, not as many"));
        }
        let mut returned = 0u128;
        for (purse, after) in after {
            let derived = self.purses.entry(*purse).or_default();
            returned = returned.saturating_add(derived.used.saturating_sub(after.used.minor_units()));
            derived.used = derived.used.min(after.used.minor_units());
        }
        self.lost = self.lost.saturating_add(lost.minor_units());
        if returned.saturating_add(lost.minor_units()) != points.minor_units() {
            found.push(format!("it gives back {points} points, of which {returned} came and {lost} were lost"));
        }
        found
    }

    fn all_differ(&self, after: &[(AccountNo, Purse)]) -> Vec<String> {
        after
            .iter()
            .filter_map(|(no, after)| self.purses.get(no).and_then(|purse| differs(*no, purse, *after)))
            .collect()
    }
}

/// What a fact says of a purse that the facts before it do not make. Where its place is, is found at the end: to find it
/// takes a walk over all lots.
fn differs(no: AccountNo, derived: &DerivedPurse, after: Purse) -> Option<String> {
    let used = after.used.minor_units();
    if used != derived.used {
        return Some(format!("purse {no} has used {used}, the facts before make {}", derived.used));
    }
    (used > derived.open).then(|| format!("purse {no} has used {used} of {}", derived.open))
}
