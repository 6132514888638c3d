//! Which rows of points must be known before commands are decided.
//!
//! Accounts, purses and look-ups follow from each command. Which lots are needed follows from all commands together, by
//! amount: from a purse's place on, more than they can use; before it, as much as they can give back. Windows grow with
//! each round until they are wide enough, so a spend reads the lots that it uses and some more, however many there are.

use std::collections::{BTreeMap, BTreeSet};

use super::Host;
use super::accounts::{PREFIX, breakage_of, member, member_of, redeemed_of};
use super::command::{Action, Earning, LOTS_MAX};
use super::fact::Fact;
use super::lot::LotKey;
use super::program::Program;
use super::purse::{Place, Purse};
use super::rows::{Direction, Stretch};
use super::spend::{last_of, not_given_back};
use super::working::{Held, PointsWorking};
use crate::ledger::footprint::Footprint;
use crate::ledger::working::{Working, distinct};
use crate::money::Amount;
use crate::names::Name;
use crate::numbers::{AccountNo, Id, Seq, Timestamp};

/// The fewest lots that are read at once: a page of a store holds more, and the next spends use them too.
const STRETCH_MIN: usize = 64;

/// The most lots of one purse that one batch knows: a hundred spends of the largest kind, some tens of MB.
const WINDOW_MAX: usize = 128 * LOTS_MAX;

/// Purses of one member that are read further in one round: those whose lots end first, which are most often enough.
const PURSES_A_ROUND: usize = 2;

/// The keys of rows of points that are not loaded yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PointsFootprint {
    /// All accounts of members, by the beginning of their names.
    pub members: Vec<String>,
    /// Purses by account.
    pub purses: Vec<AccountNo>,
    /// Lots in a row.
    pub stretches: Vec<Stretch>,
    /// Lots by key.
    pub lots: Vec<(AccountNo, LotKey)>,
    /// Spends by id.
    pub spends: Vec<Id>,
}

impl PointsFootprint {
    /// Whether everything is loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
            && self.purses.is_empty()
            && self.stretches.is_empty()
            && self.lots.is_empty()
            && self.spends.is_empty()
    }

    pub(crate) fn distinct(&mut self) {
        distinct(&mut self.members);
        distinct(&mut self.purses);
        distinct(&mut self.stretches);
        distinct(&mut self.lots);
        distinct(&mut self.spends);
    }
}

/// What the commands of a batch may do to lots.
#[derive(Debug, Default)]
pub struct Demand {
    /// How many points may go of each purse, and how many may come back to it.
    purses: BTreeMap<AccountNo, Flow>,
    /// How many points may be spent by each member, across its purses.
    spends: BTreeMap<String, Use>,
    /// Spends that no store has: the batch itself may make them.
    absent_spends: Vec<Id>,
    /// How many points of spends may be given back.
    refunds: BTreeMap<Id, u128>,
    /// Whether the terms may be others than now.
    sets_program: bool,
    /// Whether any member may have more than now.
    has_income: bool,
    /// Lots that are closed meanwhile.
    closing: BTreeSet<(AccountNo, LotKey)>,
}

/// How many points so many commands may use.
#[derive(Debug, Default, Clone, Copy)]
struct Use {
    points: u128,
    commands: usize,
}

impl Use {
    fn add(&mut self, points: u128, commands: usize) {
        self.points = self.points.saturating_add(points);
        self.commands = self.commands.saturating_add(commands);
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Flow {
    used: u128,
    back: u128,
    /// How many commands use it alone.
    users: usize,
    /// Whether lots of it are closed: what follows them must be known.
    closes: bool,
    /// Whether a lot arrives before what is left: a spend that uses it up goes on there.
    is_earlier: bool,
    /// The last key of the lots that arrive, of those with dates of their own.
    last: Option<LotKey>,
    /// Whether a lot arrives that gets the date of its recording, which is after all before it.
    has_now: bool,
}

/// Where the date of a lot comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dating {
    /// It is given.
    Given,
    /// It is that of its recording, and so is its place among the others.
    Now,
    /// It is that of its recording, but its place is not.
    Mixed,
}

fn add(sum: &mut u128, points: Amount) {
    *sum = sum.saturating_add(points.minor_units());
}

/// The rows that one command needs; what it may do to lots is added to the demand once they are all known.
pub(crate) fn add_action<P: Host>(
    footprint: &mut Footprint<P>,
    demand: &mut Demand,
    working: &Working<P>,
    action: &Action,
) {
    match action {
        Action::SetProgram(_) => {
            demand.sets_program = true;
            // Accounts that are named so already are another's.
            if known(working).program().is_none() {
                known_accounts(footprint, working, PREFIX);
            }
        }
        Action::Earn(earning) => add_earning(footprint, demand, working, earning),
        Action::Adjust(adjustment) => {
            footprint.add_name(working, &adjustment.holding.issued);
            if let Some((account, _)) = known_purse(footprint, working, &adjustment.holding.purse) {
                let flow = demand.purses.entry(account).or_default();
                add(&mut flow.used, adjustment.points);
                flow.users = flow.users.saturating_add(1);
            }
        }
        Action::Spend { member: party, points } => {
            let member = member(party);
            let Some(accounts) = known_member(footprint, working, member.as_str()) else { return };
            let names = accounts.iter().filter_map(|account| working.account_name(*account));
            names.for_each(|name| footprint.add_name(working, &redeemed_of(name)));
            // What is refused for the balance alone needs no lots.
            if demand.has_income || points.signed() <= total(working, accounts) {
                demand.spends.entry(member.as_str().to_owned()).or_default().add(points.minor_units(), 1);
            }
        }
        Action::Refund { spend, points } => add_refund(footprint, demand, working, *spend, *points),
        Action::Close { purse, lot, .. } => {
            let Some((name, _)) = account_and_purse(footprint, working, *purse) else { return };
            footprint.add_name(working, &breakage_of(&name));
            match known(working).lot(*purse, *lot) {
                None => keys(footprint).lots.push((*purse, *lot)),
                Some(None) => {}
                Some(Some(_)) => {
                    demand.purses.entry(*purse).or_default().closes = true;
                    demand.closing.insert((*purse, *lot));
                }
            }
        }
        Action::Mature { earning, purse, lot, .. } => {
            footprint.add_made(working, *earning);
            let Some((name, held)) = account_and_purse(footprint, working, *purse) else { return };
            footprint.add_name(working, &breakage_of(&name));
            demand.earns(*purse, held, (lot.lot.key, Dating::Given), lot.lot.points);
        }
    }
}

/// The purses that a recorded fact changes.
pub(crate) fn add_recorded<P: Host>(footprint: &mut Footprint<P>, working: &Working<P>, fact: &Fact) {
    let last_known = working.head().accounts;
    for no in fact.purses() {
        // Accounts beyond the last known one are opened by the effects themselves.
        if no <= last_known && working.account_by_no(no).is_none() {
            footprint.accounts.push(no);
        }
        if no <= last_known && known(working).purse(no).is_none() {
            keys(footprint).purses.push(no);
        }
    }
}

/// What a spend needs that is given back in the batch that makes it.
pub(crate) fn add_given_back<P: Host>(
    footprint: &mut Footprint<P>,
    demand: &Demand,
    working: &Working<P>,
    id: Id,
    action: &Action,
) {
    if let Action::Spend { member: party, .. } = action
        && demand.absent_spends.contains(&id)
    {
        let accounts = known(working).member(member(party).as_str()).unwrap_or_default();
        let names = accounts.iter().filter_map(|account| working.account_name(*account));
        names.for_each(|name| footprint.add_name(working, &breakage_of(name)));
    }
}

/// What is known of points.
pub(crate) fn known<P: Host>(working: &Working<P>) -> &PointsWorking {
    P::points(working.product())
}

fn keys<P: Host>(footprint: &mut Footprint<P>) -> &mut PointsFootprint {
    P::points_keys(&mut footprint.product)
}

impl Demand {
    /// Whether the batch gives back what no store has.
    pub(crate) fn gives_back(&self) -> bool {
        !self.absent_spends.is_empty()
    }
}

fn add_earning<P: Host>(footprint: &mut Footprint<P>, demand: &mut Demand, working: &Working<P>, earning: &Earning) {
    demand.has_income = true;
    footprint.add_name(working, &earning.holding.issued);
    let name = &earning.holding.purse;
    let program = known(working).program().map(|row| &row.program).filter(|_| !demand.sets_program);
    if program.is_none_or(|program| program.lifetime_days.is_some()) || earning.expires_at.is_some() {
        footprint.add_name(working, &breakage_of(name));
    }
    if let Some((account, held)) = known_purse(footprint, working, name) {
        let key = program.map_or(LotKey::MIN, |program| earliest(program, earning, working.head().at));
        let dating = match (earning.earned_at, earning.expires_at) {
            (Some(_), _) => Dating::Given,
            (None, None) => Dating::Now,
            (None, Some(_)) => Dating::Mixed,
        };
        demand.earns(account, held, (key, dating), earning.points);
    } else if working.account_by_name(name) == Some(None)
        && let Some(member) = member_of(name)
    {
        // A new one: a member has only so many, and a later command of the same batch may spend of it.
        known_accounts(footprint, working, member);
        footprint.add_name(working, &redeemed_of(name));
        footprint.add_name(working, &breakage_of(name));
    }
}

/// The place that an earning has at the earliest: what has no date gets that of its recording, which is not yet known.
fn earliest(program: &Program, earning: &Earning, now: Timestamp) -> LotKey {
    let earned_at = earning.earned_at.unwrap_or(now);
    let expires_at = earning.expires_at.or_else(|| program.expires_at(earned_at));
    LotKey::new(program.order, earned_at, expires_at, Seq(0))
}

/// What a member has of all payers.
pub(crate) fn total<P: Host>(working: &Working<P>, accounts: &[AccountNo]) -> i128 {
    accounts.iter().fold(0, |sum, account| sum.saturating_add(left(working, *account).signed()))
}

/// What a purse has left: its account's balance.
pub(crate) fn left<P: Host>(working: &Working<P>, account: AccountNo) -> Amount {
    let asset = known(working).program().and_then(|row| working.asset(&row.program.asset));
    let slot = working.account_by_no(account).and_then(|slot| working.account(slot));
    let balance = slot.zip(asset).and_then(|(account, asset)| working.balance(account.balance(asset.no)?));
    Amount::new(balance.map_or(0, |row| u128::try_from(row.posted.minor_units()).unwrap_or_default()))
}

fn add_refund<P: Host>(
    footprint: &mut Footprint<P>,
    demand: &mut Demand,
    working: &Working<P>,
    spend: Id,
    points: Option<Amount>,
) {
    let row = match known(working).spend(spend) {
        None => return keys(footprint).spends.push(spend),
        Some(None) => return demand.absent_spends.push(spend),
        Some(Some(row)) => row,
    };
    demand.has_income = true;
    // Of several refunds of one spend each goes on where the one before ended.
    let asked = demand.refunds.entry(spend).or_default();
    *asked = asked.saturating_add(points.map_or(u128::MAX, Amount::minor_units));
    let mut rest = *asked;
    for deduction in last_of(&not_given_back(&row.deductions, row.refunded), Amount::new(rest)) {
        let back = deduction.points.minor_units().min(rest);
        rest = rest.saturating_sub(back);
        let Some((name, _)) = account_and_purse(footprint, working, deduction.payer) else { continue };
        footprint.add_name(working, &redeemed_of(&name));
        footprint.add_name(working, &breakage_of(&name));
        if known(working).is_open(deduction.payer, deduction.lot).is_none() {
            keys(footprint).lots.push((deduction.payer, deduction.lot));
        }
        add(&mut demand.purses.entry(deduction.payer).or_default().back, Amount::new(back));
    }
}

/// A purse by the name of its account.
fn known_purse<'a, P: Host>(
    footprint: &mut Footprint<P>,
    working: &'a Working<P>,
    name: &Name,
) -> Option<(AccountNo, &'a Held)> {
    let Some(account) = working.account_by_name(name) else {
        footprint.names.push(name.clone());
        return None;
    };
    let account = working.account(account?)?.row.no;
    let held = known(working).purse(account);
    if held.is_none() {
        keys(footprint).purses.push(account);
    }
    held.flatten().map(|held| (account, held))
}

/// A purse by its account.
fn account_and_purse<'a, P: Host>(
    footprint: &mut Footprint<P>,
    working: &'a Working<P>,
    account: AccountNo,
) -> Option<(Name, &'a Held)> {
    let name = working.account_name(account).cloned();
    if name.is_none() {
        footprint.accounts.push(account);
    }
    match known(working).purse(account) {
        None => {
            keys(footprint).purses.push(account);
            None
        }
        Some(held) => name.zip(held),
    }
}

fn known_accounts<'a, P: Host>(
    footprint: &mut Footprint<P>,
    working: &'a Working<P>,
    member: &str,
) -> Option<&'a [AccountNo]> {
    let known = known(working).member(member);
    if known.is_none() {
        keys(footprint).members.push(member.to_owned());
    }
    known
}

/// A member with all its purses.
fn known_member<'a, P: Host>(
    footprint: &mut Footprint<P>,
    working: &'a Working<P>,
    member: &str,
) -> Option<&'a [AccountNo]> {
    let accounts = known_accounts(footprint, working, member)?;
    for account in accounts {
        account_and_purse(footprint, working, *account);
    }
    Some(accounts)
}

impl Demand {
    /// `key` is the place of the lot, or, where it gets the date of its recording, no later than that.
    fn earns(&mut self, account: AccountNo, held: &Held, (key, dating): (LotKey, Dating), points: Amount) {
        self.has_income = true;
        // Where nothing is used, only a lot before what is left matters.
        if held.row.purse.used == Amount::ZERO && held.row.last.is_none_or(|last| last < key) {
            return;
        }
        let flow = self.purses.entry(account).or_default();
        let is_last = flow.last.max(held.row.last).is_none_or(|last| last < key);
        if is_last && dating == Dating::Now {
            flow.has_now = true;
        } else if is_last && dating == Dating::Given && !flow.has_now {
            flow.last = Some(key);
        } else if held.row.purse.used > Amount::ZERO {
            // What this batch itself uses before is known in any case.
            add(&mut flow.back, points);
        } else {
            flow.is_earlier = true;
        }
    }

    /// Asks for as many lots as this needs and are not known yet.
    pub(crate) fn ask<P: Host>(&self, footprint: &mut Footprint<P>, working: &Working<P>) {
        let points = known(working);
        let stretches = &mut keys(footprint).stretches;
        for (account, flow) in &self.purses {
            let Some(Some(held)) = points.purse(*account) else { continue };
            let is_at_place = |place: Place| held.window.as_ref().is_some_and(|window| window.covers(place.lot));
            if !self.covers_back(held, flow.back) {
                stretches.extend(before(held));
            } else if flow.is_earlier && !held.row.purse.place.is_none_or(is_at_place) {
                stretches.extend(after(held));
            }
        }
        // What goes of one purse alone, and what goes of a member's purses by date.
        let mut alone: BTreeMap<AccountNo, Use> = BTreeMap::new();
        let mut members = self.spends.clone();
        for (account, flow) in self.purses.iter().filter(|(_, flow)| flow.users > 0 || flow.closes) {
            alone.insert(*account, Use { points: flow.used, commands: flow.users });
            let member = working.account_name(*account).and_then(member_of);
            if let Some(sum) = member.and_then(|member| members.get_mut(member)) {
                sum.add(flow.used, flow.users);
            }
        }
        for (member, sum) in &members {
            let Some(accounts) = points.member(member) else { continue };
            let known = |account: &AccountNo| Some((*account, points.purse(*account)??));
            let purses: Vec<(AccountNo, &Held)> = accounts.iter().filter_map(known).collect();
            self.ask_for_spend(stretches, &purses, *sum);
            for account in accounts {
                if let Some(used) = alone.get_mut(account) {
                    *used = *sum;
                }
            }
        }
        for (account, used) in alone {
            if let Some(Some(held)) = points.purse(account) {
                self.ask_for_spend(stretches, &[(account, held)], used);
            }
        }
    }

    /// Whether as many used points before the place are known, or all of them are.
    fn covers_back(&self, held: &Held, back: u128) -> bool {
        if back == 0 {
            return true;
        }
        let Some(window) = &held.window else { return false };
        let (before, used) = match held.row.purse.place {
            Some(place) if !window.covers(place.lot) => return false,
            Some(place) => (place.lot, place.used.minor_units()),
            None => (LotKey::MAX, 0),
        };
        let is_closing = |key| self.closing.contains(&(held.row.account, key));
        let mut lots = window.lots_before(before).rev().filter(|lot| !is_closing(lot.key));
        let mut sum = used;
        window.from().is_none()
            || window.len() >= WINDOW_MAX
            || sum >= back
            || lots.any(|lot| {
                add(&mut sum, lot.points);
                sum >= back
            })
    }

    /// Asks on where lots end first, until more points are known than go. All lots before the first of these ends are
    /// known, and the spends use the first of all.
    ///
    /// Each command draws on so many lots at most. Where as many are known for all of them, one that would need more is
    /// refused for that, and none need be read for it.
    fn ask_for_spend(&self, stretches: &mut Vec<Stretch>, purses: &[(AccountNo, &Held)], usage: Use) {
        let ends = purses.iter().filter_map(|(account, held)| Some((self.known_end(held)?, *account, *held)));
        let mut ends: Vec<(LotKey, AccountNo, &Held)> = ends.collect();
        ends.sort_unstable_by_key(|(end, account, _)| (*end, *account));
        let Some((end, ..)) = ends.first() else { return };
        let mut sum = 0u128;
        let mut lots_left = LOTS_MAX.saturating_mul(usage.commands.max(1)).min(WINDOW_MAX);
        let mut windows = 0usize;
        for (account, held) in purses {
            let (Some(place), Some(window)) = (held.row.purse.place, &held.window) else { continue };
            if !window.covers(place.lot) {
                continue;
            }
            windows = windows.saturating_add(1);
            let is_closing = |key| self.closing.contains(&(*account, key));
            for lot in window.lots_from(place.lot).take_while(|lot| lot.key < *end) {
                let used = if lot.key == place.lot { place.used.minor_units() } else { 0 };
                let left = if is_closing(lot.key) { 0 } else { lot.points.minor_units().saturating_sub(used) };
                sum = sum.saturating_add(left);
                lots_left = lots_left.saturating_sub(1);
                if sum > usage.points || lots_left == 0 {
                    return;
                }
            }
        }
        // Twice as many each round: however many payers there are, there are few rounds.
        for (_, _, held) in ends.iter().take(windows.max(PURSES_A_ROUND)) {
            stretches.extend(after(held));
        }
    }

    /// The first lot that may be missing: all before it are known. None when all are.
    fn known_end(&self, held: &Held) -> Option<LotKey> {
        let place = held.row.purse.place?;
        let window = held.window.as_ref().filter(|window| window.covers(place.lot));
        let Some(window) = window else { return Some(place.lot) };
        if window.to().is_none() || window.len() >= WINDOW_MAX {
            return None;
        }
        let is_open = |key| !self.closing.contains(&(held.row.account, key));
        let last = window.lots_from(place.lot).map(|lot| lot.key).rev().find(|key| is_open(*key));
        Some(last.unwrap_or(place.lot))
    }
}

/// The lots that follow those that are known.
fn after(held: &Held) -> Option<Stretch> {
    let Purse { place, .. } = held.row.purse;
    let Place { lot, .. } = place?;
    let window = held.window.as_ref().filter(|window| window.covers(lot));
    let (from, known) = match window {
        None => (lot, 0),
        Some(window) => (window.to()?, window.lots_from(lot).count()),
    };
    let limit = known.saturating_mul(3).clamp(STRETCH_MIN, WINDOW_MAX);
    Some(Stretch { account: held.row.account, direction: Direction::Forward, from, limit })
}

/// The lots that come before those that are known.
fn before(held: &Held) -> Option<Stretch> {
    let first = held.row.purse.place.map_or(LotKey::MAX, |place| place.lot);
    let window = held.window.as_ref().filter(|window| window.covers(first));
    let (direction, from, known) = match (window, held.row.purse.place) {
        // What follows the place comes first: all lots that are known are neighbours.
        (None, Some(place)) => (Direction::Forward, place.lot, 0),
        (None, None) => (Direction::Backward, LotKey::MAX, 0),
        (Some(window), _) => (Direction::Backward, window.from()?, window.lots_before(first).count()),
    };
    let limit = known.saturating_mul(3).clamp(STRETCH_MIN, WINDOW_MAX);
    Some(Stretch { account: held.row.account, direction, from, limit })
}
