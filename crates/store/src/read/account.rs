//! One account and asset: its entries, its balances at an instant, and pages of its statement.
//!
//! An account's history is no index but a chain: each posting names the previous one of both its accounts, so the
//! newest come first, one look-up each. A past instant is reached through the first milestone after it and at most 64
//! steps back. Off-date postings move a balance between the two calendars: what was recorded is taken off, what was
//! effective is put on, read from sums over hours and powers of 64 hours.

use std::ops::ControlFlow;

use ducat_domain::ledger::effect::{Posting, Side};
use ducat_domain::ledger::rows::{BUCKET_LEVELS, BalanceRow, DateSum, bucket_index, bucket_span_micros};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq, Timestamp};
use ducat_domain::{Effect, Fact};

use super::{missing, seq_at};
use crate::{Fault, Snapshot};

/// Entries between two milestones, and one: what is fetched at once where a question can bring several.
const MILESTONE_STEPS: usize = 65;

/// One account and asset of a ledger, with the snapshot to read it from.
#[derive(Clone, Copy)]
pub struct AccountReader<'a> {
    /// What is read.
    pub snapshot: &'a dyn Snapshot,
    /// The ledger.
    pub ledger: &'a Name,
    /// The balance as it is now.
    pub row: &'a BalanceRow,
}

/// One entry of an account.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The posting.
    pub effect: Effect,
    /// The account's side of it.
    pub side: Side,
    /// Credit positive, debit negative.
    pub amount: i128,
    /// The other side's account.
    pub counterparty: AccountNo,
}

impl Entry {
    /// The posting itself.
    pub fn posting(&self) -> Option<&Posting> {
        match &self.effect.fact {
            Fact::Posting(posting) => Some(posting),
            _ => None,
        }
    }
}

impl AccountReader<'_> {
    /// One of the account's entries; `None` when the effect is not one.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn entry(&self, seq: Seq) -> Result<Option<Entry>, Fault> {
        Ok(self.entries(seq, 1)?.into_iter().next())
    }

    /// The account's entries from one on, towards older ones: as many as come in one question, up to a limit.
    fn entries(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, Fault> {
        let effects = self.snapshot.chain(self.ledger, self.row.account, self.row.asset, from, limit)?;
        Ok(effects.into_iter().filter_map(|effect| self.entry_of(effect)).collect())
    }

    fn entry_of(&self, effect: Effect) -> Option<Entry> {
        let Fact::Posting(posting) = &effect.fact else { return None };
        let [debit, credit] = posting.entries();
        let counterparty = if debit.0.account == self.row.account { credit.0.account } else { debit.0.account };
        let side = [debit, credit].into_iter().find(|(side, _)| side.account == self.row.account);
        side.map(|(side, amount)| Entry { side, amount, counterparty, effect })
    }

    /// Walks from an entry towards older ones until `visit` has what it wants.
    fn walk<T>(
        &self,
        first: Option<Seq>,
        limit: usize,
        mut visit: impl FnMut(Entry) -> ControlFlow<T>,
    ) -> Result<Option<T>, Fault> {
        let mut next = first;
        while let Some(seq) = next {
            let entries = self.entries(seq, limit)?;
            if entries.is_empty() {
                return Err(missing("journal", seq));
            }
            for entry in entries {
                next = entry.side.previous;
                if let ControlFlow::Break(found) = visit(entry) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// The newest entry for which `is_early` holds, where it holds for all older ones too; found from the first
    /// milestone after `at`, the instant that the result is at or before.
    fn newest(&self, at: Timestamp, is_early: impl Fn(&Entry) -> bool) -> Result<Option<Entry>, Fault> {
        let milestone = self.snapshot.milestone(self.ledger, self.row.account, self.row.asset, at)?;
        self.walk(milestone.or(self.row.last), MILESTONE_STEPS, |entry| {
            if is_early(&entry) { ControlFlow::Break(entry) } else { ControlFlow::Continue(()) }
        })
    }

    /// The newest entry at or before an instant.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn newest_at(&self, at: Timestamp) -> Result<Option<Entry>, Fault> {
        self.newest(at, |entry| entry.effect.at <= at)
    }

    /// The newest entry before an effect.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn newest_before(&self, before: Seq) -> Result<Option<Entry>, Fault> {
        match self.snapshot.effect(self.ledger, before)? {
            Some(effect) => self.newest(effect.at, |entry| entry.effect.seq < before),
            None => self.newest(Timestamp::MAX, |entry| entry.effect.seq < before),
        }
    }

    /// The balance at an instant, by the instant of recording.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn recorded_at(&self, at: Timestamp) -> Result<Balance, Fault> {
        Ok(self.newest_at(at)?.map(|entry| entry.side.balance).unwrap_or_default())
    }

    /// The balance after all that was recorded up to an effect.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn recorded_up_to(&self, last: Seq) -> Result<Balance, Fault> {
        if self.row.last.is_none_or(|of_row| of_row <= last) {
            return Ok(self.row.posted);
        }
        Ok(self.newest_before(last.next())?.map(|entry| entry.side.balance).unwrap_or_default())
    }

    /// The balance at an instant, by effective date; `None` when it is out of the range of balances.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn effective_at(&self, at: Timestamp) -> Result<Option<Balance>, Fault> {
        self.effective_as_of(at, Seq(u64::MAX))
    }

    /// The balance at an instant, by effective date, as far as it was recorded up to an effect; `None` when it is out
    /// of the range of balances.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn effective_as_of(&self, at: Timestamp, last: Seq) -> Result<Option<Balance>, Fault> {
        let (account, asset) = (self.row.account, self.row.asset);
        let up_to = seq_at(self.snapshot, self.ledger, at)?.min(last);
        let recorded = DateSum(self.recorded_up_to(up_to)?.minor_units());
        let early = self.snapshot.off_date(self.ledger, account, asset, up_to)?.map(|row| row.sum);
        let mut sum = recorded.less(early.unwrap_or_default());
        for (level, range) in bucket_ranges(at) {
            for (_, part) in self.snapshot.buckets(self.ledger, account, asset, level, range)? {
                sum = sum.plus(part.0);
            }
        }
        Ok(Balance::new(sum.less(self.off_date_after(at, last)?).0))
    }

    /// What postings after an effect are dated up to an instant, off their own.
    fn off_date_after(&self, at: Timestamp, last: Seq) -> Result<DateSum, Fault> {
        let newest = self.snapshot.off_date(self.ledger, self.row.account, self.row.asset, Seq(u64::MAX))?;
        if newest.is_none_or(|row| row.seq <= last) {
            return Ok(DateSum::ZERO);
        }
        let mut sum = DateSum::ZERO;
        self.walk(self.row.last, MILESTONE_STEPS, |entry| {
            if entry.effect.seq <= last {
                return ControlFlow::Break(());
            }
            let effective_at = entry.posting().and_then(|posting| posting.effective_at);
            if effective_at.is_some_and(|effective_at| effective_at <= at) {
                sum = sum.plus(entry.amount);
            }
            ControlFlow::Continue(())
        })?;
        Ok(sum)
    }

    /// Entries from one on, towards older ones, while they are not before `from`.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn page(&self, first: Option<Seq>, from: Timestamp, limit: usize) -> Result<(Vec<Entry>, Option<Seq>), Fault> {
        let mut entries = Vec::new();
        let next = self.walk(first, limit.saturating_add(1), |entry| {
            if entry.effect.at < from {
                return ControlFlow::Break(None);
            }
            if entries.len() == limit {
                return ControlFlow::Break(Some(entry.effect.seq));
            }
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok((entries, next.flatten()))
    }
}

/// The buckets that make up all effective dates at or before an instant: whole ones of each level, then single
/// instants.
fn bucket_ranges(at: Timestamp) -> Vec<(u8, std::ops::Range<i64>)> {
    let mut ranges = vec![(BUCKET_LEVELS, i64::MIN..bucket_index(BUCKET_LEVELS, at))];
    for level in (1..BUCKET_LEVELS).rev() {
        let first = bucket_index(level + 1, at).saturating_mul(64);
        ranges.push((level, first..bucket_index(level, at)));
    }
    let hour = bucket_index(1, at).saturating_mul(bucket_span_micros(1));
    ranges.push((0, hour..at.0.saturating_add(1)));
    ranges
}
