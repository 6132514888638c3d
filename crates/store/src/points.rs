//! Points as a snapshot shows them: what a footprint asks for, what readers ask, and whether it is what the journal tells.

use ducat_domain::ledger::batch::points_fact;
use ducat_domain::ledger::effect::Effect;
use ducat_domain::ledger::replay::Replay;
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq, Timestamp};
use ducat_domain::points::command::PAYERS_MAX;
use ducat_domain::points::footprint::PointsFootprint;
use ducat_domain::points::replay::{DerivedPoints, DerivedPurse};
use ducat_domain::points::working::PointsRows;
use ducat_domain::points::{Direction, Due, Fact, LotKey, LotRow, PurseRow, SpendRow, Stretch};

use crate::read::{effect_at, leg_count, run_from};
use crate::verify::{CHUNK, compare_in_order};
use crate::{Fault, Snapshot};

/// Accounts of one member that are loaded at most: one more than it may have, so that too many are seen.
pub(crate) const MEMBER_ACCOUNTS_MAX: usize = PAYERS_MAX + 1;

/// The rows that a footprint asks for, one question after another.
pub(crate) fn load(snapshot: &dyn Snapshot, ledger: &Name, footprint: &PointsFootprint) -> Result<PointsRows, Fault> {
    let mut rows = PointsRows::default();
    for member in &footprint.members {
        rows.members.push((member.clone(), snapshot.accounts(ledger, member, None, MEMBER_ACCOUNTS_MAX)?));
    }
    let purses = snapshot.purses(ledger, &footprint.purses)?;
    rows.purses = footprint.purses.iter().copied().zip(purses).collect();
    for stretch in &footprint.stretches {
        rows.stretches.push((*stretch, snapshot.lots(ledger, stretch)?));
    }
    for (account, key) in &footprint.lots {
        rows.lots.push(((*account, *key), snapshot.lot(ledger, *account, *key)?));
    }
    for id in &footprint.spends {
        rows.spends.push((*id, spend_row(snapshot, ledger, *id)?));
    }
    Ok(rows)
}

/// The rows of points of a ledger that has none.
pub(crate) fn absent(footprint: &PointsFootprint) -> PointsRows {
    PointsRows {
        members: footprint.members.iter().map(|member| (member.clone(), Vec::new())).collect(),
        purses: footprint.purses.iter().map(|account| (*account, None)).collect(),
        stretches: footprint.stretches.iter().map(|stretch| (*stretch, Vec::new())).collect(),
        lots: footprint.lots.iter().map(|key| (*key, None)).collect(),
        spends: footprint.spends.iter().map(|id| (*id, None)).collect(),
    }
}

/// What a command on points did, by the effect that its outcome is kept at: its postings, and the fact behind them.
pub fn effects_of(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<Vec<Effect>, Fault> {
    let first = effect_at(snapshot, ledger, seq)?;
    run_from(snapshot, ledger, &first, leg_count(&first).saturating_add(1))
}

/// A spend, and how much of it was given back.
pub fn spend_row(snapshot: &dyn Snapshot, ledger: &Name, id: Id) -> Result<Option<SpendRow>, Fault> {
    let Some(outcome) = snapshot.outcome(ledger, id)? else { return Ok(None) };
    let effects = effects_of(snapshot, ledger, outcome.seq)?;
    let Some(effect) = effects.last() else { return Ok(None) };
    let Some(Fact::Spent { deductions, .. }) = points_fact(effect) else { return Ok(None) };
    let refunded = snapshot.refunded(ledger, effect.seq)?.unwrap_or(Amount::ZERO);
    Ok(Some(SpendRow { id, spent_at: effect.seq, deductions: deductions.clone(), refunded }))
}

/// Whether what is stored of points is what the journal tells: says of each difference where it is, and what. Gives how many
/// lots are open.
pub(crate) fn compare(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    replay: &Replay,
    say: &mut dyn FnMut(String, String),
) -> Result<u64, Fault> {
    let derived = &replay.points;
    for difference in replay.points_unbalanced() {
        say(difference.place, difference.what);
    }
    let program = snapshot.program(ledger)?;
    if program != derived.program {
        say("program of points".to_owned(), format!("the row says {program:?}, the journal {:?}", derived.program));
    }
    let (mut after, mut stored, mut lots) = (AccountNo(0), 0, 0);
    loop {
        let purses = snapshot.purses_after(ledger, after, CHUNK)?;
        let Some(last) = purses.last() else { break };
        after = last.account;
        stored += purses.len();
        for row in &purses {
            lots += compare_purse(snapshot, ledger, derived, row, say)?;
        }
    }
    if stored != derived.purses.len() {
        let what = format!("there are {stored} rows, the journal has {}", derived.purses.len());
        say("purses".to_owned(), what);
    }
    let stored = |after: Option<Due>| snapshot.lots_due(ledger, Timestamp::MAX, after, CHUNK);
    compare_in_order("lots that are due", stored, derived.dues.iter().copied(), say)?;
    let refunds = snapshot.refunds_count(ledger)?;
    if refunds != derived.refunded.len() as u64 {
        let what = format!("of {refunds} spends points were given back, in the journal of {}", derived.refunded.len());
        say("refunds".to_owned(), what);
    }
    for (seq, refunded) in &derived.refunded {
        let found = snapshot.refunded(ledger, *seq)?;
        if found.map(Amount::minor_units) != Some(*refunded) {
            say(format!("spend at {seq}"), format!("its row says {found:?} were given back, the journal {refunded}"));
        }
    }
    Ok(lots)
}

/// A purse, and its lots: those that it keeps with itself and those that have rows.
fn compare_purse(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    derived: &DerivedPoints,
    row: &PurseRow,
    say: &mut dyn FnMut(String, String),
) -> Result<u64, Fault> {
    let none = DerivedPurse::default();
    let expected = derived.purses.get(&row.account).unwrap_or(&none);
    let place = || format!("purse {}", row.account);
    if (row.purse, row.last) != (expected.purse(), expected.last) {
        let what = format!("its row says {:?}, the journal {:?}", (row.purse, row.last), expected.purse());
        say(place(), what);
    }
    let mut found: Vec<LotRow> = row.fresh.clone();
    let mut from = LotKey::MIN;
    loop {
        let stretch = Stretch { account: row.account, direction: Direction::Forward, from, limit: CHUNK };
        let lots = snapshot.lots(ledger, &stretch)?;
        found.extend(&lots);
        match lots.last() {
            Some(last) if lots.len() == CHUNK => {
                let LotKey { expires_first, earned_at, arrival } = last.lot.key;
                from = LotKey { expires_first, earned_at, arrival: arrival.next() };
            }
            _ => break,
        }
    }
    found.sort_by_key(|lot| lot.lot.key);
    if !found.iter().eq(expected.lots.values()) {
        let differs = found.iter().zip(expected.lots.values()).find(|(found, expected)| found != expected);
        let what = match differs {
            Some((found, expected)) => format!("a lot is stored as {found:?}, the journal has {expected:?}"),
            None => format!("{} lots are stored, the journal has {}", found.len(), expected.lots.len()),
        };
        say(place(), what);
    }
    Ok(found.len() as u64)
}
