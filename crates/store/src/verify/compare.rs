//! Comparing what is stored with what the journal makes: a missing row, one too many, a column that differs, each by
//! name.

use std::collections::{BTreeMap, BTreeSet};

use ducat_domain::Replay;
use ducat_domain::ledger::replay::Reversed;
use ducat_domain::ledger::rows::{AccountRow, AssetRow, TransactionState, WORLD};
use ducat_domain::ledger::terms::Ranking;
use ducat_domain::money::Amount;
use ducat_domain::numbers::{AccountNo, Seq};
use ducat_domain::points::{LotKey, PurseRow};

use super::{CHUNK, Report, rows};
use crate::stored::{Cell, LEDGER_COLUMNS, LedgerAt, Row, Table};
use crate::{Fault, Snapshot};

/// A ledger's stored rows, beside what its journal makes.
pub(super) struct Compare<'a> {
    pub snapshot: &'a dyn Snapshot,
    pub of: &'a LedgerAt,
    pub report: &'a mut Report,
}

/// A key as it is shown, behind the ledger's number.
fn shown(no: i64, key: &[Cell]) -> String {
    let parts: Vec<String> = std::iter::once(no.to_string()).chain(key.iter().map(ToString::to_string)).collect();
    parts.join(":")
}

/// Where a difference is.
pub(super) fn place(of: &LedgerAt, table: Table, key: &[Cell]) -> String {
    format!("ledger {}, {} {}", of.name, table.name(), shown(of.no, key))
}

impl Compare<'_> {
    fn missing(&mut self, table: Table, key: &[Cell]) {
        self.report.say(place(self.of, table, key), "it is missing: the journal makes it".to_owned());
    }

    pub(super) fn extra(&mut self, table: Table, key: &[Cell]) {
        self.report.say(place(self.of, table, key), "the journal makes no such row".to_owned());
    }

    /// Two rows of one key. A column that is named in `but` is compared elsewhere.
    fn columns(&mut self, table: Table, stored: &Row, expected: &Row, but: Option<&str>) {
        for ((column, stored_cell), cell) in table.columns().iter().zip(&stored.columns).zip(&expected.columns) {
            if stored_cell != cell && but != Some(*column) {
                self.differs(table, &stored.key, column, stored_cell, cell);
            }
        }
        for (column, found) in &stored.contradictions {
            let place = format!("{} {column}", place(self.of, table, &stored.key));
            self.report.say(place, format!("it is {found}, which is not what its key says"));
        }
    }

    fn differs(&mut self, table: Table, key: &[Cell], column: &str, stored: &Cell, expected: &Cell) {
        let place = format!("{} {column}", place(self.of, table, key));
        self.report.say(place, format!("it is {stored}, the journal makes it {expected}"));
    }

    /// All rows of a table, in both directions: both are read in the order of their keys. Gives how many are stored.
    fn all(&mut self, table: Table, expected: impl Iterator<Item = Row>) -> Result<u64, Fault> {
        let mut expected = expected.peekable();
        let (mut after, mut count) = (None, 0);
        loop {
            let stored = self.snapshot.stored(table, self.of, after.as_ref(), CHUNK)?;
            let is_last = stored.len() < CHUNK;
            count += stored.len() as u64;
            after = stored.last().cloned();
            for mut row in stored {
                rows::canonical(table, &mut row);
                while let Some(missing) = expected.next_if(|expected| expected.key < row.key) {
                    self.missing(table, &missing.key);
                }
                match expected.next_if(|expected| expected.key == row.key) {
                    Some(expected) => self.columns(table, &row, &expected, None),
                    None => self.extra(table, &row.key),
                }
            }
            if is_last {
                expected.for_each(|missing| self.missing(table, &missing.key));
                self.report.rows += count;
                return Ok(count);
            }
        }
    }

    /// Rows by their keys, those of a chunk of the journal. Gives how many are missing.
    pub(super) fn at(&mut self, table: Table, expected: &[Row], but: Option<&str>) -> Result<u64, Fault> {
        let mut missing = 0;
        let keys: Vec<Vec<Cell>> = expected.iter().map(|row| row.key.clone()).collect();
        for (expected, found) in expected.iter().zip(self.snapshot.stored_at(table, self.of, &keys)?) {
            match found {
                Some(found) => self.columns(table, &found, expected, but),
                None => {
                    missing += 1;
                    self.missing(table, &expected.key);
                }
            }
        }
        Ok(missing)
    }

    /// Everything of which the replay has all rows. So many rows of holds that ended were missing.
    pub(super) fn derived(&mut self, replay: &mut Replay, missing: u64) -> Result<(), Fault> {
        self.look_at_unerased(replay)?;
        let replay = &*replay;
        self.head(replay)?;
        for difference in replay.differences() {
            self.report.say(format!("ledger {}, journal, {}", self.of.name, difference.place), difference.what);
        }
        let assets = replay.assets.iter();
        let assets = assets.map(|(no, terms)| AssetRow { no: *no, code: terms.code.clone(), scale: terms.scale });
        self.all(Table::Assets, assets.map(|row| rows::asset(&row)))?;
        let accounts = replay.accounts.iter().map(|(no, account)| AccountRow {
            no: *no,
            name: account.name.clone(),
            metadata: account.metadata.clone(),
            opened_at: account.opened_at,
            frozen: account.frozen,
            closed: account.closed,
        });
        self.all(Table::Accounts, accounts.map(|row| rows::account(&row)))?;
        let balances = replay.balances.iter().map(|(key, balance)| rows::derived_balance(*key, balance));
        self.report.balances += self.all(Table::Balances, balances)?;
        let is_ranking = replay.head.rules.ranking == Ranking::ByEntries;
        let ranked =
            replay.balances.iter().filter(|((account, _), row)| is_ranking && *account != WORLD && row.entries > 0);
        self.all(Table::EntryRanks, ranked.map(|(key, balance)| rows::derived_rank(*key, balance.entries)))?;
        self.all(Table::OffDateBuckets, replay.buckets.iter().map(|(key, sum)| rows::bucket(key, *sum)))?;
        self.all(Table::Deferred, replay.deferred.iter().map(|seq| rows::seq(*seq)))?;
        self.states(replay, missing)?;
        self.points(replay)?;
        self.advances(replay)
    }

    /// An effect may have been read before its redaction was committed: then its texts are gone by now.
    fn look_at_unerased(&self, replay: &mut Replay) -> Result<(), Fault> {
        let seqs: Vec<Seq> = replay.unerased.iter().copied().collect();
        for (seq, effect) in seqs.iter().zip(self.snapshot.effects_at(&self.of.name, &seqs)?) {
            if effect.is_some_and(|effect| effect.is_redacted()) {
                replay.unerased.remove(seq);
            }
        }
        Ok(())
    }

    /// The epoch counts writers and not effects: whatever it is, a writer compares it with what it read.
    fn head(&mut self, replay: &Replay) -> Result<(), Fault> {
        let found = self.snapshot.ledger_rows(self.of.no - 1, 1)?.into_iter().find(|(no, _)| *no == self.of.no);
        let place = |column: &str| format!("ledger {}, ledgers {} {column}", self.of.name, self.of.no);
        let Some((_, stored)) = found else {
            self.report.say(place("no"), "its row went away meanwhile".to_owned());
            return Ok(());
        };
        let expected = rows::head(&replay.head);
        for ((column, stored), cell) in LEDGER_COLUMNS.iter().zip(&stored).zip(&expected) {
            if stored != cell && *column != "epoch" {
                self.report.say(place(column), format!("it is {stored}, the journal makes it {cell}"));
            }
        }
        if replay.head.batch.0 > 0 && replay.hashed == 0 {
            let what = format!("no batch has the hash that it would have under {}", self.of.name);
            self.report.say_first(place("name"), what);
        }
        Ok(())
    }

    /// Transactions that were held or reversed. Those whose hold ended were compared where it ends, but for who
    /// reversed them; so many of them were missing.
    fn states(&mut self, replay: &Replay, missing: u64) -> Result<(), Fault> {
        let table = Table::TransactionStates;
        let mut expected: BTreeMap<Seq, Row> = BTreeMap::new();
        let mut expiries = Vec::new();
        for (id, (seq, legs)) in &replay.holds {
            let expires_at = legs.first().and_then(|leg| leg.expires_at);
            expected.insert(*seq, rows::state(*seq, *id, TransactionState::Pending { expires_at }));
            expiries.extend(expires_at.map(|at| rows::expiry(at, *seq)));
        }
        self.report.holds += expected.len() as u64;
        for expiries in expiries.chunks(CHUNK) {
            self.at(Table::HoldExpiries, expiries, None)?;
        }
        for (seq, reversed) in replay.reversed.iter().filter(|(_, reversed)| !reversed.was_held) {
            let state = TransactionState::Posted { reversed_by: Some(reversed.by) };
            expected.insert(*seq, rows::state(*seq, reversed.of, state));
        }
        let (mut after, mut ended) = (None, 0);
        loop {
            let stored = self.snapshot.stored(table, self.of, after.as_ref(), CHUNK)?;
            self.report.rows += stored.len() as u64;
            let Some(last) = stored.last() else { break };
            after = Some(last.clone());
            for row in &stored {
                let seq = seq_in(row.key.first());
                match (expected.remove(&seq), row.columns.get(1)) {
                    (Some(expected), _) => self.columns(table, row, &expected, None),
                    (None, Some(Cell::Number(2..=4))) => {
                        ended += 1;
                        self.reversed_by(row, replay.reversed.get(&seq));
                    }
                    (None, _) => self.extra(table, &row.key),
                }
            }
        }
        expected.into_values().for_each(|row| self.missing(table, &row.key));
        if ended + missing > replay.ended { self.unended() } else { Ok(()) }
    }

    fn reversed_by(&mut self, row: &Row, reversed: Option<&Reversed>) {
        let expected = reversed.map_or(Cell::Null, |one| Cell::Bytes(one.by.0.to_be_bytes().to_vec()));
        if let Some(stored) = row.columns.last().filter(|stored| **stored != expected) {
            self.differs(Table::TransactionStates, &row.key, "reversed_by", stored, &expected);
        }
    }

    /// More holds are said to have ended than have: names those that end nowhere.
    fn unended(&mut self) -> Result<(), Fault> {
        let table = Table::TransactionStates;
        let mut after = None;
        loop {
            let mut stored = self.snapshot.stored(table, self.of, after.as_ref(), CHUNK)?;
            let Some(last) = stored.last() else { return Ok(()) };
            after = Some(last.clone());
            stored.retain(|row| matches!(row.columns.get(1), Some(Cell::Number(2..=4))));
            let seqs: Vec<Seq> = stored.iter().map(|row| seq_in(row.columns.get(3))).collect();
            let effects = self.snapshot.effects_at(&self.of.name, &seqs)?;
            for (row, effect) in stored.iter().zip(effects) {
                let ended = effect.as_ref().and_then(super::ended_hold);
                if ended.is_none_or(|ended| ended.key != row.key) {
                    self.extra(table, &row.key);
                }
            }
        }
    }

    /// Lots are in the order of their keys, some with their purse and the others in rows of their own.
    fn points(&mut self, replay: &Replay) -> Result<(), Fault> {
        let derived = &replay.product.points;
        self.all(Table::PointsPrograms, derived.program.iter().map(rows::program))?;
        let fresh = self.purses(replay)?;
        let lots = derived.purses.iter().flat_map(|(no, purse)| purse.lots.values().map(move |lot| (*no, lot)));
        let of_rows = lots.filter(|(no, lot)| !fresh.contains(&(*no, lot.lot.key)));
        self.report.lots +=
            fresh.len() as u64 + self.all(Table::PointsLots, of_rows.map(|(no, lot)| rows::lot(no, lot)))?;
        self.all(Table::PointsDue, derived.dues.iter().map(rows::due))?;
        let refunds = derived.refunded.iter().map(|(seq, points)| rows::refund(*seq, Amount::new(*points)));
        self.all(Table::PointsRefunds, refunds)?;
        Ok(())
    }

    /// Which lots a purse keeps with itself is its own affair: they must be its lots. Gives those.
    fn purses(&mut self, replay: &Replay) -> Result<BTreeSet<(AccountNo, LotKey)>, Fault> {
        let table = Table::PointsPurses;
        let mut expected = replay.product.points.purses.iter().peekable();
        let mut fresh = BTreeSet::new();
        let mut after = None;
        loop {
            let stored = self.snapshot.stored(table, self.of, after.as_ref(), CHUNK)?;
            self.report.rows += stored.len() as u64;
            let Some(last) = stored.last() else { break };
            after = Some(last.clone());
            for row in stored {
                let Some(Cell::Number(number)) = row.key.first() else { continue };
                let account = AccountNo(u64::try_from(*number).unwrap_or(0));
                while let Some((no, _)) = expected.next_if(|(no, _)| **no < account) {
                    self.missing(table, &[rows::number(no.0)]);
                }
                let Some((_, purse)) = expected.next_if(|(no, _)| **no == account) else {
                    self.extra(table, &row.key);
                    continue;
                };
                let read = match row.columns.first() {
                    Some(Cell::Bytes(bytes)) => PurseRow::decode(account, bytes).ok(),
                    Some(Cell::Null | Cell::Text(_) | Cell::Number(_)) | None => None,
                };
                let Some(stored) = read else {
                    self.say(table, &row.key, "purse", "it holds what no release writes".to_owned());
                    continue;
                };
                if (stored.purse, stored.last) != (purse.purse(), purse.last) {
                    let what = format!("it is {:?}, the journal makes it {:?}", stored.purse, purse.purse());
                    self.say(table, &row.key, "purse", what);
                }
                for lot in &stored.fresh {
                    if purse.lots.get(&lot.lot.key) != Some(lot) {
                        self.say(table, &row.key, "purse", format!("the journal makes no such lot: {lot:?}"));
                    }
                    fresh.insert((account, lot.lot.key));
                }
            }
        }
        expected.for_each(|(no, _)| self.missing(table, &[rows::number(no.0)]));
        Ok(fresh)
    }

    fn say(&mut self, table: Table, key: &[Cell], column: &str, what: String) {
        self.report.say(format!("{} {column}", place(self.of, table, key)), what);
    }

    fn advances(&mut self, replay: &Replay) -> Result<(), Fault> {
        let derived = &replay.product.advances;
        self.all(Table::AdvancesBooks, derived.book.iter().map(rows::book))?;
        self.report.advances += self.all(Table::Advances, derived.advances.values().map(rows::advance))?;
        let mut due: Vec<_> = derived.advances.values().filter_map(|one| Some((one.next()?, one.no))).collect();
        due.sort_unstable();
        self.all(Table::AdvancesDue, due.into_iter().map(|(day, no)| rows::advance_due(day, no)))?;
        let known = derived.transactions.iter().map(|(id, row)| rows::known(id, row));
        self.all(Table::AdvancesTransactions, known)?;
        self.all(Table::AdvancesRuns, derived.runs.values().map(rows::run))?;
        self.all(Table::AdvancesExceptions, derived.exceptions.iter().map(|seq| rows::seq(*seq)))?;
        Ok(())
    }
}

/// A place in the journal; 0 where it is none.
pub(super) fn seq_in(cell: Option<&Cell>) -> Seq {
    Seq(match cell {
        Some(Cell::Number(number)) => u64::try_from(*number).unwrap_or(0),
        Some(Cell::Null | Cell::Text(_) | Cell::Bytes(_)) | None => 0,
    })
}
