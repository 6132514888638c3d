//! The rows of points that are known while commands are decided, and what the batch under way has changed of them.

use std::collections::BTreeMap;

use super::accounts::{PREFIX, is_of_points, member_of};
use super::fact::{Fact, Fate};
use super::lot::{Lot, LotKey, LotRow};
use super::program::ProgramRow;
use super::purse::Purse;
use super::rows::{Direction, FRESH_MAX, PurseRow, SpendRow, Stretch};
use super::spend::Deduction;
use super::window::Window;
use crate::hashing::{NumberMap, Seed, SeededMap};
use crate::ledger::rows::LoadedAccount;
use crate::money::Amount;
use crate::names::Name;
use crate::numbers::{AccountNo, Id, Seq};

/// Purses kept between batches: as many with full windows would be some hundreds of MB, and most have a few lots.
const PURSES_MAX: usize = 1 << 18;

/// Lots kept with a purse between batches, before its place and from it on: what a late arrival or a refund moves back
/// over and what the next spends use. Twice as many may gather; more are loaded when they are needed.
const KEPT_BEFORE: usize = 8;
const KEPT_AFTER: usize = 56;

/// A purse with those of its lots that are known.
#[derive(Debug, Clone)]
pub struct Held {
    pub(crate) row: PurseRow,
    /// Neighbouring lots, its place among them; nothing is known of any when missing.
    pub(crate) window: Option<Window>,
    /// Whether anything of it was spent since it was loaded: where no one spends, no lots need be known.
    is_spent: bool,
    /// Used since the last sweep.
    recent: bool,
    /// Changed by the batch under way.
    dirty: bool,
}

/// What a batch changed, to be committed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PointsDelta {
    /// The program, where it is new or changed.
    pub program: Option<ProgramRow>,
    /// New and changed purses, by account.
    pub purses: Vec<PurseRow>,
    /// Lots that get rows of their own, by account and key.
    pub lots: Vec<(AccountNo, LotRow)>,
    /// Lots whose rows go, by account and key; they go after the new ones came.
    pub closed: Vec<(AccountNo, LotKey)>,
}

impl PointsDelta {
    /// This and what follows it, as one.
    #[must_use]
    pub fn followed_by(self, next: PointsDelta) -> PointsDelta {
        let purses = self.purses.into_iter().chain(next.purses).map(|row| (row.account, row));
        let mut lots: Vec<_> = self.lots.into_iter().chain(next.lots).collect();
        lots.sort_unstable_by_key(|(account, row)| (*account, row.lot.key));
        PointsDelta {
            program: next.program.or(self.program),
            purses: purses.collect::<BTreeMap<_, _>>().into_values().collect(),
            lots,
            closed: self.closed.into_iter().chain(next.closed).collect(),
        }
    }
}

/// The rows of points that a footprint asked for.
#[derive(Debug, Default)]
pub struct PointsRows {
    /// All accounts of members, by the beginning of their names.
    pub members: Vec<(String, Vec<LoadedAccount>)>,
    /// Purses by account; none where the account is no purse.
    pub purses: Vec<(AccountNo, Option<PurseRow>)>,
    /// Lots in a row.
    pub stretches: Vec<(Stretch, Vec<LotRow>)>,
    /// Lots by key that have rows of their own.
    pub lots: Vec<((AccountNo, LotKey), Option<LotRow>)>,
    /// Spends by id.
    pub spends: Vec<(Id, Option<SpendRow>)>,
}

/// The known rows of points of one ledger.
#[derive(Debug, Default)]
pub struct PointsWorking {
    program: Option<ProgramRow>,
    purses: NumberMap<AccountNo, Option<Held>>,
    /// Members of whom every purse is known, by the beginning of its accounts' names.
    members: SeededMap<String, Vec<AccountNo>>,
    lots: SeededMap<(AccountNo, LotKey), Option<LotRow>>,
    spends: SeededMap<Id, Option<SpendRow>>,
    program_changed: bool,
    changed: Vec<AccountNo>,
    /// Purses whose windows may have grown.
    widened: Vec<AccountNo>,
    flushed: Vec<(AccountNo, LotRow)>,
    closed: Vec<(AccountNo, LotKey)>,
}

impl PointsWorking {
    pub(crate) fn new(program: Option<ProgramRow>, seed: Seed) -> PointsWorking {
        PointsWorking {
            program,
            members: SeededMap::with_hasher(seed),
            lots: SeededMap::with_hasher(seed),
            spends: SeededMap::with_hasher(seed),
            ..PointsWorking::default()
        }
    }

    // What is known. `None` is "not loaded", `Some(None)` "absent".

    pub(crate) fn program(&self) -> Option<&ProgramRow> {
        self.program.as_ref()
    }

    pub(crate) fn purse(&self, account: AccountNo) -> Option<Option<&Held>> {
        self.purses.get(&account).map(Option::as_ref)
    }

    pub(crate) fn member(&self, member: &str) -> Option<&[AccountNo]> {
        self.members.get(member).map(Vec::as_slice)
    }

    pub(crate) fn spend(&self, id: Id) -> Option<Option<&SpendRow>> {
        self.spends.get(&id).map(Option::as_ref)
    }

    /// An open lot, by what a purse keeps with itself and what was looked up.
    pub(crate) fn lot(&self, account: AccountNo, key: LotKey) -> Option<Option<LotRow>> {
        let held = self.purse(account).flatten();
        let fresh = held.and_then(|held| held.row.fresh.iter().find(|row| row.lot.key == key));
        let known = fresh.map(|row| Some(*row)).or_else(|| self.lots.get(&(account, key)).copied());
        // What this batch itself wrote down was with its purse when it was asked for; no store has it yet.
        let is_this = |(owner, row): &&(AccountNo, LotRow)| *owner == account && row.lot.key == key;
        known.or_else(|| self.flushed.iter().find(is_this).map(|(_, row)| Some(*row)))
    }

    /// Whether what is in an account follows from lots.
    pub(crate) fn is_reserved(&self, account: &Name) -> bool {
        self.program.is_some() && is_of_points(account)
    }

    /// Whether a recorded fact is about purses that are there.
    pub(crate) fn check_recorded(&self, fact: &Fact) -> Result<(), &'static str> {
        let is_purse = |no: &AccountNo| self.purse(*no).flatten().is_some();
        if fact.purses().iter().all(is_purse) { Ok(()) } else { Err("points of an account that is no purse") }
    }

    /// An account was opened. Where points are kept, one with the name of a purse is a purse. Elsewhere a ledger that
    /// begins to keep points must see that the name is taken.
    pub(crate) fn opened(&mut self, account: AccountNo, name: &Name) {
        let Some(program) = &mut self.program else {
            if let Some(taken) = self.members.get_mut(PREFIX).filter(|_| is_of_points(name)) {
                taken.push(account);
            }
            return;
        };
        let Some(member) = member_of(name) else { return };
        if !program.has_lots {
            program.has_lots = true;
            self.program_changed = true;
        }
        if let Some(accounts) = self.members.get_mut(member) {
            accounts.push(account);
        }
        let row = PurseRow::opened(account);
        let held = Held { row, window: Some(Window::whole()), is_spent: false, recent: true, dirty: true };
        self.purses.insert(account, Some(held));
        self.changed.push(account);
    }

    /// Whether a lot is open, by all that is known of its purse.
    pub(crate) fn is_open(&self, account: AccountNo, key: LotKey) -> Option<bool> {
        let window = self.purse(account).flatten().and_then(|held| held.window.as_ref());
        match window.filter(|window| window.covers(key)) {
            Some(window) => Some(window.has(key)),
            None => self.lot(account, key).map(|row| row.is_some()),
        }
    }

    /// Later commands of this batch may give back what the batch itself spends: a spend that was looked up is known
    /// here.
    fn remember_spend(&mut self, id: Option<Id>, spent_at: Seq, deductions: &[Deduction<AccountNo>]) {
        if let Some((id, row)) = id.and_then(|id| Some((id, self.spends.get_mut(&id)?))) {
            *row = Some(SpendRow { id, spent_at, deductions: deductions.to_vec(), refunded: Amount::ZERO });
        }
    }

    /// Takes in the rows that a footprint asked for; accounts are the ledger's.
    pub(crate) fn absorb(&mut self, rows: PointsRows) -> Vec<LoadedAccount> {
        let mut accounts = Vec::new();
        for (member, loaded) in rows.members {
            self.members.insert(member, loaded.iter().map(|account| account.row.no).collect());
            accounts.extend(loaded);
        }
        for (account, row) in rows.purses {
            let held = row.map(|row| Held { row, window: None, is_spent: false, recent: true, dirty: false });
            self.purses.entry(account).or_insert(held);
        }
        for (stretch, lots) in rows.stretches {
            if let Some(Some(held)) = self.purses.get_mut(&stretch.account) {
                held.widen(stretch, &lots);
                self.widened.push(stretch.account);
            }
        }
        self.lots.extend(rows.lots);
        self.spends.extend(rows.spends);
        accounts
    }

    /// Makes a fact true, whether it was just decided or was recorded elsewhere. `transaction` is the one whose
    /// postings stand before it.
    pub(crate) fn evolve(&mut self, seq: Seq, transaction: Option<Id>, fact: &Fact) {
        match fact {
            Fact::ProgramSet(program) => {
                let has_lots = self.program.as_ref().is_some_and(|row| row.has_lots);
                self.program = Some(ProgramRow { program: program.clone(), has_lots });
                self.program_changed = true;
                self.members.remove(PREFIX);
            }
            Fact::Earned { purse, lot, fate } | Fact::Matured { purse, lot, fate, .. } => match fate {
                Fate::Open(after) => self.add_lot(*purse, *lot, *after),
                Fate::Pending(_) | Fate::Lost => {}
            },
            Fact::Adjusted { purse, after, .. } => self.become_used(*purse, *after),
            Fact::Spent { deductions, after } => {
                after.iter().for_each(|(purse, after)| self.become_used(*purse, *after));
                self.remember_spend(transaction, seq, deductions);
            }
            Fact::Refunded { spend, refunded, after, .. } => {
                after.iter().for_each(|(purse, after)| self.become_used(*purse, *after));
                if let Some(Some(row)) = self.spends.get_mut(spend) {
                    row.refunded = *refunded;
                }
            }
            Fact::Closed { purse, lot, after, .. } => {
                self.close_lot(*purse, lot.lot.key);
                self.become_used(*purse, *after);
            }
        }
    }

    fn become_used(&mut self, account: AccountNo, after: Purse) {
        if let Some(held) = touch(&mut self.purses, &mut self.changed, account) {
            held.become_used(after);
        }
    }

    fn close_lot(&mut self, account: AccountNo, key: LotKey) {
        if let Some(held) = touch(&mut self.purses, &mut self.changed, account) {
            if let Some(window) = &mut held.window {
                window.remove(key);
            }
            let kept = held.row.fresh.len();
            held.row.fresh.retain(|row| row.lot.key != key);
            if held.row.fresh.len() == kept {
                self.closed.push((account, key));
            }
        }
        self.lots.insert((account, key), None);
    }

    fn add_lot(&mut self, account: AccountNo, lot: LotRow, after: Purse) {
        let Some(held) = touch(&mut self.purses, &mut self.changed, account) else { return };
        let key = lot.lot.key;
        let is_last = held.row.last.is_none_or(|last| last < key);
        let Purse { used, place } = held.row.purse;
        held.see_beginning();
        match &mut held.window {
            Some(window) if window.covers(key) => window.insert(lot.lot),
            Some(_) | None => {
                if used == Amount::ZERO && place.is_none_or(|place| key < place.lot) {
                    // It is the first of all; whether another follows is not known, unless there is none.
                    held.window = Some(Window::new([lot.lot], None, place.map(|_| key)));
                } else if place.is_none() && is_last {
                    // All before it are used up, and none is after it.
                    held.window = Some(Window::new([lot.lot], Some(key), None));
                }
            }
        }
        held.row.last = held.row.last.max(Some(key));
        let place = held.row.fresh.partition_point(|row| row.lot.key < key);
        held.row.fresh.insert(place, lot);
        held.become_used(after);
        if held.row.fresh.len() > FRESH_MAX {
            self.flushed.extend(held.row.fresh.drain(..).map(|row| (account, row)));
        }
    }

    /// Forgets which purses members have and which lots purses have: recorded effects are taken in without either.
    pub(crate) fn forget_windows(&mut self) {
        self.members.clear();
        self.purses.retain(|_, held| {
            if let Some(held) = held {
                held.window = None;
            }
            true
        });
    }

    pub(crate) fn take_delta(&mut self) -> PointsDelta {
        let program = self.program.clone().filter(|_| std::mem::take(&mut self.program_changed));
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        let mut purses = Vec::with_capacity(changed.len());
        for account in changed {
            if let Some(Some(held)) = self.purses.get_mut(&account) {
                held.dirty = false;
                self.widened.push(account);
                purses.push(held.row.clone());
            }
        }
        let mut lots = std::mem::take(&mut self.flushed);
        lots.sort_unstable_by_key(|(account, row)| (*account, row.lot.key));
        PointsDelta { program, purses, lots, closed: std::mem::take(&mut self.closed) }
    }

    /// Forgets what need not be known for the next batch.
    pub(crate) fn trim(&mut self) {
        self.lots.clear();
        self.spends.clear();
        for account in self.widened.drain(..) {
            if let Some(Some(held)) = self.purses.get_mut(&account) {
                held.narrow();
            }
        }
        if self.members.len() > PURSES_MAX {
            self.members.clear();
        }
        if self.purses.len() > PURSES_MAX {
            // Those that were used since the last time stay; all go when all were.
            self.purses.retain(|_, held| held.as_mut().is_some_and(|held| std::mem::take(&mut held.recent)));
            if self.purses.len() > PURSES_MAX {
                self.purses.clear();
            }
        }
    }
}

/// A purse that is about to change.
fn touch<'a>(
    purses: &'a mut NumberMap<AccountNo, Option<Held>>,
    changed: &mut Vec<AccountNo>,
    account: AccountNo,
) -> Option<&'a mut Held> {
    let held = purses.get_mut(&account)?.as_mut()?;
    held.recent = true;
    if !held.dirty {
        held.dirty = true;
        changed.push(account);
    }
    Some(held)
}

impl Held {
    /// Takes in lots that were loaded, and those between them that the purse keeps with itself.
    fn widen(&mut self, stretch: Stretch, lots: &[LotRow]) {
        let is_all = lots.len() < stretch.limit;
        let end = lots.last().map(|row| row.lot.key).filter(|_| !is_all);
        let is_inside = |key: LotKey| match stretch.direction {
            Direction::Forward => key >= stretch.from && end.is_none_or(|end| key <= end),
            Direction::Backward => key <= stretch.from && end.is_none_or(|end| key >= end),
        };
        let fresh = self.row.fresh.iter().filter(|row| is_inside(row.lot.key));
        let all: Vec<Lot> = lots.iter().chain(fresh).map(|row| row.lot).collect();
        match (&mut self.window, stretch.direction) {
            (Some(window), Direction::Forward) => window.extend_after(all, end),
            (Some(window), Direction::Backward) => window.extend_before(all, end),
            (None, Direction::Forward) => self.window = Some(Window::new(all, Some(stretch.from), end)),
            (None, Direction::Backward) => {
                let to = (stretch.from != LotKey::MAX).then_some(stretch.from);
                self.window = Some(Window::new(all, end, to));
            }
        }
        self.see_beginning();
    }

    fn become_used(&mut self, purse: Purse) {
        // A purse that is only earned in keeps its place.
        self.is_spent |= purse.used > self.row.purse.used;
        self.row.purse = purse;
        self.see_beginning();
    }

    /// Where nothing is used, what is left begins with the first lot of all.
    fn see_beginning(&mut self) {
        let Purse { used, place } = self.row.purse;
        if let Some(window) = &mut self.window
            && used == Amount::ZERO
        {
            window.begin_at(place.map(|place| place.lot));
        }
    }

    /// Keeps what the next commands are likely to need.
    fn narrow(&mut self) {
        let place = self.row.purse.place.map_or(LotKey::MAX, |place| place.lot);
        let Some(window) = &mut self.window else { return };
        let kept = KEPT_BEFORE.saturating_add(KEPT_AFTER);
        match self.is_spent {
            true if window.len() > kept.saturating_mul(2) => window.narrow(place, KEPT_BEFORE, KEPT_AFTER),
            false if window.len() > KEPT_BEFORE => self.window = None,
            true | false => {}
        }
    }
}
