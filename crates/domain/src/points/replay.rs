//! Deriving points again from the journal alone, to prove that what is stored is what happened. It shares no code with
//! deciding: open lots are kept by key, and how far they are used is moved over them by each fact.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::accounts::{BREAKAGE, MEMBERS, is_of_points};
use super::fact::{Fact, Fate};
use super::lot::{LotKey, LotRow};
use super::program::ProgramRow;
use super::purse::{Place, Purse};
use super::rows::Due;
use super::spend::Deduction;
use crate::ledger::derived::{Derived, Difference};
use crate::money::Amount;
use crate::numbers::{AccountNo, AssetNo, Seq};

/// A purse as the journal makes it.
#[derive(Debug, Clone, Default)]
pub struct DerivedPurse {
    /// Its open lots.
    pub lots: BTreeMap<LotKey, LotRow>,
    /// The sum of their points.
    pub open: u128,
    /// How many of them are used.
    pub used: u128,
    /// The first lot that is not used up, and how much of it is.
    place: Option<(LotKey, u128)>,
    /// The greatest key that any lot of it ever had.
    pub last: Option<LotKey>,
}

/// What the journal makes of points so far.
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

    /// How far lots are used.
    #[must_use]
    pub fn purse(&self) -> Purse {
        let place = self.place.map(|(lot, used)| Place { lot, used: Amount::new(used) });
        Purse { used: Amount::new(self.used), place }
    }

    fn size(&self, key: LotKey) -> u128 {
        self.lots.get(&key).map_or(0, |row| row.lot.points.minor_units())
    }

    fn after(&self, key: LotKey) -> Option<LotKey> {
        let mut later = self.lots.range((Bound::Excluded(key), Bound::Unbounded));
        later.next().map(|(key, _)| *key)
    }

    fn before(&self, key: Option<LotKey>) -> Option<LotKey> {
        let end = key.map_or(Bound::Unbounded, Bound::Excluded);
        self.lots.range((Bound::Unbounded, end)).next_back().map(|(key, _)| *key)
    }

    /// Uses the first points that are left; gives how many of which lots.
    fn advance(&mut self, points: u128) -> Vec<(LotKey, u128)> {
        self.used = self.used.saturating_add(points);
        let mut rest = points;
        let mut drawn = Vec::new();
        while let Some((key, used)) = self.place.filter(|_| rest > 0) {
            let size = self.size(key);
            let taken = size.saturating_sub(used).min(rest);
            let used = used.saturating_add(taken);
            rest = rest.saturating_sub(taken);
            drawn.push((key, taken));
            self.place = if used < size { Some((key, used)) } else { self.after(key).map(|key| (key, 0)) };
        }
        drawn
    }

    /// Gives the points back that were used last.
    fn retreat(&mut self, points: u128) {
        let mut rest = points.min(self.used);
        self.used = self.used.saturating_sub(rest);
        while rest > 0 {
            let (key, used) = match self.place {
                Some((key, used)) if used > 0 => (key, used),
                Some(_) | None => match self.before(self.place.map(|(key, _)| key)) {
                    Some(key) => (key, self.size(key)),
                    None => return,
                },
            };
            let back = used.min(rest);
            rest = rest.saturating_sub(back);
            self.place = Some((key, used.saturating_sub(back)));
        }
    }

    /// A lot among the used ones counts as used, and as many points behind it are left again.
    fn arrive(&mut self, lot: LotRow) {
        let (key, points) = (lot.lot.key, lot.lot.points.minor_units());
        self.open = self.open.saturating_add(points);
        self.last = self.last.max(Some(key));
        self.lots.insert(key, lot);
        if self.place.is_none_or(|(place, _)| key < place) {
            self.used = self.used.saturating_add(points);
            self.retreat(points);
        }
    }

    /// Closes a lot; gives what was left of it.
    fn close(&mut self, key: LotKey) -> u128 {
        let points = self.size(key);
        let used = match self.place {
            Some((place, used)) if place == key => {
                self.place = self.after(key).map(|key| (key, 0));
                used
            }
            Some((place, _)) if place < key => 0,
            Some(_) | None => points,
        };
        self.lots.remove(&key);
        self.open = self.open.saturating_sub(points);
        self.used = self.used.saturating_sub(used);
        points.saturating_sub(used)
    }
}

impl DerivedPoints {
    /// Takes in what happened at an effect. What a purse has left is what its account has, at every instant.
    pub(crate) fn fact_in(&mut self, ledger: Derived<'_>, seq: Seq, fact: &Fact, spend: Option<&Fact>) -> Vec<String> {
        let mut found = self.fact(seq, fact, spend);
        let asset = self.asset(ledger);
        for no in fact.purses() {
            let left = self.purses.get(&no).map_or(0, DerivedPurse::left);
            let posted = ledger.posted(no, asset);
            if u128::try_from(posted) != Ok(left) {
                found.push(format!("purse {no} has {left} points left, its account has {posted}"));
            }
        }
        found
    }

    /// The asset of the program.
    fn asset(&self, ledger: Derived<'_>) -> Option<AssetNo> {
        ledger.asset(&self.program.as_ref()?.program.asset)
    }

    /// Whether breakage is what was lost, and every purse is what its account is.
    pub(crate) fn differences(&self, ledger: Derived<'_>) -> Vec<Difference> {
        let asset = self.asset(ledger);
        let mut found = Vec::new();
        let mut breakage = 0i128;
        for (no, account) in ledger.accounts.iter().filter(|(_, account)| is_of_points(&account.name)) {
            let posted = ledger.posted(*no, asset);
            if account.name.as_str().starts_with(BREAKAGE) {
                breakage = breakage.saturating_add(posted);
            }
            let left = self.purses.get(no).map_or(0, DerivedPurse::left);
            if account.name.as_str().starts_with(MEMBERS) && u128::try_from(posted) != Ok(left) {
                let what = format!("it has {posted} points, its lots have {left} left");
                found.push(Difference { place: format!("account {}", account.name), what });
            }
        }
        if self.program.is_some() && u128::try_from(breakage) != Ok(self.lost) {
            let what = format!("it sums to {breakage}, {} points were lost", self.lost);
            found.push(Difference { place: "breakage".to_owned(), what });
        }
        found
    }

    /// Takes in what happened at an effect, and says what of it cannot have. Of a refund the caller shows the spend.
    pub fn fact(&mut self, seq: Seq, fact: &Fact, spend: Option<&Fact>) -> Vec<String> {
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
            Fact::Earned { purse, lot, fate } => {
                if lot.lot.key.arrival != seq {
                    found.push(format!("its lot says that it arrived at {}", lot.lot.key.arrival));
                }
                found.extend(self.earn(*purse, *lot, *fate));
            }
            Fact::Matured { purse, lot, fate, .. } => found.extend(self.earn(*purse, *lot, *fate)),
            Fact::Adjusted { purse, points, after } => {
                let derived = self.purses.entry(*purse).or_default();
                derived.advance(points.minor_units());
                found.extend(differs(*purse, derived, *after));
            }
            Fact::Spent { deductions, after } => {
                found.extend(self.spend(deductions));
                found.extend(self.all_differ(after));
            }
            Fact::Refunded { spent_at, points, lost, refunded, after, .. } => {
                found.extend(exceeds(*refunded, spend));
                found.extend(self.refund(*spent_at, [*points, *lost, *refunded], after));
                found.extend(self.all_differ(after));
            }
            Fact::Closed { purse, lot, left, after } => {
                let derived = self.purses.entry(*purse).or_default();
                if derived.lots.get(&lot.lot.key) != Some(lot) {
                    found.push(format!("it closes a lot of purse {purse} that is not open"));
                }
                let lost = derived.close(lot.lot.key);
                if lost != left.minor_units() {
                    found.push(format!("it closes a lot of purse {purse} that has {lost} left, and says {left}"));
                }
                self.lost = self.lost.saturating_add(left.minor_units());
                found.extend(differs(*purse, derived, *after));
            }
        }
        found
    }

    fn earn(&mut self, purse: AccountNo, lot: LotRow, fate: Fate) -> Option<String> {
        if let Some(program) = &mut self.program {
            program.has_lots = true;
        }
        let derived = self.purses.entry(purse).or_default();
        match fate {
            Fate::Pending(_) => None,
            Fate::Lost => {
                self.lost = self.lost.saturating_add(lot.lot.points.minor_units());
                None
            }
            Fate::Open(after) => {
                derived.arrive(lot);
                differs(purse, derived, after)
            }
        }
    }

    /// Of each payer, a spend takes the first points that are left.
    fn spend(&mut self, deductions: &[Deduction<AccountNo>]) -> Vec<String> {
        let mut found = Vec::new();
        if !deductions.iter().map(|one| one.lot).is_sorted() {
            found.push("it draws on a later lot before an earlier one".to_owned());
        }
        let mut of_payers: BTreeMap<AccountNo, Vec<(LotKey, u128)>> = BTreeMap::new();
        for one in deductions {
            of_payers.entry(one.payer).or_default().push((one.lot, one.points.minor_units()));
        }
        for (payer, taken) in of_payers {
            let points = taken.iter().fold(0, |sum: u128, (_, points)| sum.saturating_add(*points));
            let drawn = self.purses.entry(payer).or_default().advance(points);
            if drawn != taken {
                found.push(format!("it takes {taken:?} of purse {payer}, of which {drawn:?} is left first"));
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
            let back = derived.used.saturating_sub(after.used.minor_units());
            returned = returned.saturating_add(back);
            derived.retreat(back);
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

/// What a fact says of a purse that the facts before it do not make.
fn differs(no: AccountNo, derived: &DerivedPurse, after: Purse) -> Option<String> {
    if derived.used > derived.open {
        return Some(format!("purse {no} has used {} of {}", derived.used, derived.open));
    }
    (derived.purse() != after)
        .then(|| format!("purse {no} becomes {after:?}, the facts before make {:?}", derived.purse()))
}

/// Whether more is given back than a spend took.
fn exceeds(refunded: Amount, spend: Option<&Fact>) -> Option<String> {
    let Some(Fact::Spent { deductions, .. }) = spend else {
        return Some("it gives points of a spend back that is not there".to_owned());
    };
    let spent = deductions.iter().fold(0, |sum: u128, one| sum.saturating_add(one.points.minor_units()));
    (refunded.minor_units() > spent).then(|| format!("{refunded} points of a spend of {spent} are given back"))
}
