//! Rows in memory as verification reads them. They are kept as what they mean, so they are written down here as they
//! would be stored.

use std::collections::BTreeMap;

use ducat_domain::ledger::rows::TransactionState;
use ducat_domain::numbers::Timestamp;

use super::{Book, MemorySnapshot};
use crate::Fault;
use crate::stored::{Cell, LedgerAt, Row, Stored, Table};
use crate::verify::rows;

impl Book {
    fn rows(&self, table: Table) -> Vec<Row> {
        let mut all: Vec<Row> = match table {
            Table::Accounts => self.accounts.values().map(rows::account).collect(),
            Table::Advances => self.advances.advances.values().map(rows::advance).collect(),
            Table::AdvancesBooks => self.advances.book.iter().map(rows::book).collect(),
            Table::AdvancesDue => {
                self.advances.advances_due.iter().map(|(day, no)| rows::advance_due(*day, *no)).collect()
            }
            Table::AdvancesExceptions => self.advances.exceptions.iter().map(|seq| rows::seq(*seq)).collect(),
            Table::AdvancesRuns => self.advances.runs.values().map(rows::run).collect(),
            Table::AdvancesTransactions => {
                self.advances.transactions.iter().map(|(id, row)| rows::known(id, row)).collect()
            }
            Table::Assets => self.assets.iter().map(rows::asset).collect(),
            Table::Balances => self.balances.values().map(rows::balance).collect(),
            Table::Batches => {
                self.batches.iter().map(|row| Row::new(vec![rows::number(row.batch.0)], vec![])).collect()
            }
            Table::Deferred => self.deferred.iter().map(|seq| rows::seq(*seq)).collect(),
            Table::EntryRanks => self.ranked().map(rows::rank).collect(),
            Table::HoldExpiries => self.expiring().map(|(at, seq)| rows::expiry(at, seq)).collect(),
            Table::Journal => self.effects.iter().map(|effect| rows::seq(effect.seq)).collect(),
            Table::Milestones => {
                let milestones = self.milestones.keys();
                milestones.map(|(account, asset, at, seq)| rows::milestone(*account, *asset, *at, *seq)).collect()
            }
            Table::OffDateBuckets => self.buckets.iter().map(|(key, sum)| rows::bucket(key, *sum)).collect(),
            Table::OffDates => self.off_dates.values().map(rows::off_date).collect(),
            Table::Outcomes => self.outcomes.iter().map(|(id, row)| rows::outcome(*id, row.seq)).collect(),
            Table::PointsDue => self.points.dues.iter().map(rows::due).collect(),
            Table::PointsLots => self.points.lots.iter().map(|((account, _), lot)| rows::lot(*account, lot)).collect(),
            Table::PointsPrograms => self.points.program.iter().map(rows::program).collect(),
            Table::PointsPurses => self.points.purses.values().map(rows::purse).collect(),
            Table::PointsRefunds => {
                self.points.refunded.iter().map(|(seq, points)| rows::refund(*seq, *points)).collect()
            }
            Table::TransactionMetadata => {
                let pairs = self.metadata.iter().flat_map(|(pair, seqs)| seqs.iter().map(move |seq| (pair, seq)));
                pairs.map(|((key, value), seq)| Row::new(rows::pair(key, value, *seq), vec![])).collect()
            }
            Table::TransactionReferences => {
                self.references.iter().map(|(text, seq)| rows::reference(text, *seq)).collect()
            }
            Table::TransactionStates => {
                self.states.iter().map(|(seq, (id, state))| rows::state(*seq, *id, *state)).collect()
            }
        };
        all.sort_by(|one, other| one.key.cmp(&other.key));
        all
    }

    /// Pending holds that expire: here the states themselves are the queue.
    fn expiring(&self) -> impl Iterator<Item = (Timestamp, ducat_domain::numbers::Seq)> {
        self.states.iter().filter_map(|(seq, (_, state))| match state {
            TransactionState::Pending { expires_at } => Some(((*expires_at)?, *seq)),
            TransactionState::Posted { .. }
            | TransactionState::HoldPosted { .. }
            | TransactionState::Voided { .. }
            | TransactionState::Expired { .. } => None,
        })
    }
}

impl MemorySnapshot<'_> {
    fn book_at(&self, of: &LedgerAt) -> Option<&Book> {
        self.books.get(&of.name)
    }
}

impl Stored for MemorySnapshot<'_> {
    /// Ledgers have no numbers of their own here: their places by name do.
    fn ledger_rows(&self, after: i64, limit: usize) -> Result<Vec<(i64, Vec<Cell>)>, Fault> {
        let all = (1..).zip(self.books.values()).filter(|(no, _)| *no > after);
        Ok(all.take(limit).map(|(no, book)| (no, rows::head(&book.head))).collect())
    }

    fn stored(&self, table: Table, of: &LedgerAt, after: Option<&Row>, limit: usize) -> Result<Vec<Row>, Fault> {
        let all = self.book_at(of).map(|book| book.rows(table)).unwrap_or_default();
        Ok(all.into_iter().filter(|row| after.is_none_or(|after| row.key > after.key)).take(limit).collect())
    }

    fn stored_at(&self, table: Table, of: &LedgerAt, keys: &[Vec<Cell>]) -> Result<Vec<Option<Row>>, Fault> {
        let all = self.book_at(of).map(|book| book.rows(table)).unwrap_or_default();
        let mut by_key: BTreeMap<Vec<Cell>, Row> = all.into_iter().map(|row| (row.key.clone(), row)).collect();
        Ok(keys.iter().map(|key| by_key.remove(key)).collect())
    }

    fn stored_count(&self, table: Table, of: &LedgerAt) -> Result<u64, Fault> {
        Ok(self.book_at(of).map_or(0, |book| book.rows(table).len()) as u64)
    }

    /// Rows are the ledger's own.
    fn strays(&self, _: Table) -> Result<Vec<i64>, Fault> {
        Ok(Vec::new())
    }

    fn hold_expiries(&self, _: Option<&(i64, Row)>, _: usize) -> Result<Vec<(i64, Row)>, Fault> {
        Ok(Vec::new())
    }
}
