//! Points as a snapshot shows them: what a footprint asks for, and what readers ask.

mod memory;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod tables;

use ducat_domain::Effect;
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq, Timestamp};
use ducat_domain::points::command::PAYERS_MAX;
use ducat_domain::points::footprint::PointsFootprint;
use ducat_domain::points::working::PointsRows;
use ducat_domain::points::{Due, Fact, LotKey, LotRow, ProgramRow, PurseRow, SpendRow, Stretch};
use ducat_domain::products::points_fact;

use crate::read::{effect_at, leg_count, run_from};
use crate::{Fault, Snapshot};

/// What readers ask of points. Of a ledger that keeps none there is nothing.
pub trait PointsSnapshot {
    /// The terms on which a ledger keeps points, where it does.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn program(&self, ledger: &Name) -> Result<Option<ProgramRow>, Fault>;
    /// Purses by account, in the order of the accounts.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn purses(&self, ledger: &Name, accounts: &[AccountNo]) -> Result<Vec<Option<PurseRow>>, Fault>;
    /// Open lots of a purse in a row, without those that it keeps with itself.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn lots(&self, ledger: &Name, stretch: &Stretch) -> Result<Vec<LotRow>, Fault>;
    /// An open lot that its purse does not keep with itself.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn lot(&self, ledger: &Name, account: AccountNo, key: LotKey) -> Result<Option<LotRow>, Fault>;
    /// Open lots of a purse that expire up to an instant, without those that it keeps with itself.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn lots_expiring(
        &self,
        ledger: &Name,
        account: AccountNo,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<LotRow>, Fault>;
    /// What is to be done with lots up to an instant, in order, after some.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn lots_due(&self, ledger: &Name, until: Timestamp, after: Option<Due>, limit: usize) -> Result<Vec<Due>, Fault>;
    /// The ledgers in which something is to be done with lots by now.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn ledgers_due(&self, now: Timestamp) -> Result<Vec<Name>, Fault>;
    /// How much was given back of a spend, if anything was.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn refunded(&self, ledger: &Name, spent_at: Seq) -> Result<Option<Amount>, Fault>;
}

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
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn effects_of(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<Vec<Effect>, Fault> {
    let first = effect_at(snapshot, ledger, seq)?;
    run_from(snapshot, ledger, &first, leg_count(&first).saturating_add(1))
}

/// A spend, and how much of it was given back.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn spend_row(snapshot: &dyn Snapshot, ledger: &Name, id: Id) -> Result<Option<SpendRow>, Fault> {
    let Some(outcome) = snapshot.outcome(ledger, id)? else { return Ok(None) };
    let effects = effects_of(snapshot, ledger, outcome.seq)?;
    let Some(effect) = effects.last() else { return Ok(None) };
    let Some(Fact::Spent { deductions, .. }) = points_fact(effect) else { return Ok(None) };
    let refunded = snapshot.refunded(ledger, effect.seq)?.unwrap_or(Amount::ZERO);
    Ok(Some(SpendRow { id, spent_at: effect.seq, deductions: deductions.clone(), refunded }))
}
