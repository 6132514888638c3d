//! Proving that what is stored is what the journal makes, and that the journal keeps the rules.
//!
//! 1. The journal is read once, in chunks, and replayed: chains, limits, holds, reversals, lots, hashes.
//! 2. Rows that stand for one effect (outcomes, references, metadata, milestones, off-date sums, holds that ended) are
//!    looked up while their chunk is there, all of a chunk in one question.
//! 3. When the journal is caught up with, every other table is read in the order of its keys beside what the replay
//!    has, in one snapshot.
//! 4. Of the tables of step 2 rows are counted; only where there are too many are they looked at one by one.
//! 5. Rows of ledgers that are not there are looked for in all tables.
//!
//! Memory grows with the number of accounts, balances and dated buckets, open holds, reversed transactions, open lots
//! and advances, not with the journal.

use std::collections::BTreeMap;

use ducat_domain::ledger::derived::Difference;
use ducat_domain::ledger::effect::{MILESTONE_ENTRIES, Posting};
use ducat_domain::ledger::replay::{Behind, refers_to};
use ducat_domain::ledger::rows::{DateSum, LedgerState, OffDateRow, Tombstone, TransactionState};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::{Effect, Fact, Referred, Replay};

use crate::read::find_effect;
use crate::stored::{Cell, LEDGER_COLUMNS, LedgerAt, Row, Table};
use crate::{Fault, Reader, Snapshot};

mod compare;
pub(crate) mod rows;

use compare::{Compare, place, seq_in};

/// Rows read at a time, so that no snapshot is held for long.
pub(crate) const CHUNK: usize = 8_192;

/// Ledgers read at a time.
const LEDGERS_CHUNK: usize = 100;

/// Differences named before the rest is only counted.
const NAMED_MAX: usize = 1_000;

/// What was checked, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Ledgers.
    pub ledgers: u64,
    /// Batches, each by its hash.
    pub batches: u64,
    /// Effects, each by its place in the chains.
    pub effects: u64,
    /// Rows beside the journal, each by its columns.
    pub rows: u64,
    /// Balances among them.
    pub balances: u64,
    /// Open holds.
    pub holds: u64,
    /// Outcomes kept under ids.
    pub outcomes: u64,
    /// Milestones.
    pub milestones: u64,
    /// Open lots of points.
    pub lots: u64,
    /// Advances.
    pub advances: u64,
    /// What does not agree.
    pub differences: Vec<Difference>,
    /// How many more there were.
    pub unnamed: u64,
}

impl Report {
    /// Whether everything agrees.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    fn say(&mut self, place: String, what: String) {
        if self.differences.len() < NAMED_MAX {
            self.differences.push(Difference { place, what });
        } else {
            self.unnamed += 1;
        }
    }

    /// What explains many others.
    fn say_first(&mut self, place: String, what: String) {
        self.differences.insert(0, Difference { place, what });
    }

    /// Takes a fault in as a difference, where it says which rows it is about; gives it back where it does not.
    fn take(&mut self, reader: &dyn Reader, of: &str, fault: Fault) -> Result<(), Fault> {
        if let Fault::Inconsistent { table, column, key } = fault {
            let what = "it holds what no release writes; what comes after it was not checked".to_owned();
            self.say(format!("{of}{table} {key} {column}"), what);
            return Ok(());
        }
        let places = reader.unreadable();
        if places.is_empty() {
            return Err(fault);
        }
        for what in places {
            let known = self.differences.iter().any(|known| known.what == what);
            if !known {
                self.say("file".to_owned(), what);
            }
        }
        Ok(())
    }
}

/// Verifies every ledger as it was when its turn came. `progress` is called with how many effects were read.
///
/// # Errors
/// When the store cannot be read and does not say where. Rows that cannot be read are differences.
pub fn verify(reader: &dyn Reader, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
    let mut report = Report::default();
    let mut tombstones = match tombstones(reader) {
        Ok(tombstones) => tombstones,
        Err(fault) => {
            report.take(reader, &format!("ledger {}, ", Name::system()), fault)?;
            BTreeMap::new()
        }
    };
    let mut after = i64::MIN;
    loop {
        let ledgers = match reader.snapshot()?.ledger_rows(after, LEDGERS_CHUNK) {
            Ok(ledgers) => ledgers,
            Err(fault) => {
                report.take(reader, "", fault)?;
                break;
            }
        };
        let Some((last, _)) = ledgers.last() else { break };
        after = *last;
        for (no, cells) in ledgers {
            if let Some(name) = deleted(&cells) {
                buried(no, &cells, tombstones.remove(&name), &mut report);
                continue;
            }
            let Some(of) = readable(no, &cells, &mut report) else { continue };
            report.ledgers += 1;
            if let Err(fault) = verify_ledger(reader, &of, &mut report, progress) {
                report.take(reader, &format!("ledger {}, ", of.name), fault)?;
            }
        }
    }
    for name in tombstones.into_keys() {
        let what = format!("it is missing: ledger {name} was deleted, and its name could be used again");
        report.say(format!("ledger {}, ledgers {name}", Name::system()), what);
    }
    if let Err(fault) = strays(reader, &mut report) {
        report.take(reader, "", fault)?;
    }
    Ok(report)
}

/// What is left of deleted ledgers, as the system ledger recorded it.
fn tombstones(reader: &dyn Reader) -> Result<BTreeMap<Name, Tombstone>, Fault> {
    let mut found = BTreeMap::new();
    find_effect(reader, &Name::system(), |effect| -> Option<()> {
        if let Fact::LedgerDeleted(tombstone) = effect.fact {
            found.insert(tombstone.ledger.clone(), *tombstone);
        }
        None
    })?;
    Ok(found)
}

/// The name of a ledger that was deleted, if this is what is left of one.
fn deleted(cells: &[Cell]) -> Option<Name> {
    let cell = |name: &str| LEDGER_COLUMNS.iter().position(|column| *column == name).and_then(|at| cells.get(at));
    let is_deleted = cell("state") == Some(&rows::number(u64::from(LedgerState::Deleted.code())));
    match cell("name") {
        Some(Cell::Text(text)) if is_deleted => Name::recorded(text).ok(),
        Some(_) | None => None,
    }
}

/// What is left of a deleted ledger must be what its tombstone says.
fn buried(no: i64, stored: &[Cell], tombstone: Option<Tombstone>, report: &mut Report) {
    let Some(tombstone) = tombstone else {
        let what = "its ledger is deleted, and the system ledger has no tombstone of it".to_owned();
        return report.say(format!("ledgers {no}"), what);
    };
    report.rows += 1;
    for ((column, stored), expected) in LEDGER_COLUMNS.iter().zip(stored).zip(rows::head(&tombstone.head())) {
        // The epoch counts writers.
        if *stored != expected && *column != "epoch" {
            let what = format!("it is {stored}, the tombstone makes it {expected}");
            report.say(format!("ledger {}, ledgers {no} {column}", tombstone.ledger), what);
        }
    }
}

/// A ledger that can be read. One that was never opened only keeps a lost commit from landing, and has no rows.
fn readable(no: i64, cells: &[Cell], report: &mut Report) -> Option<LedgerAt> {
    let column = |name: &str| LEDGER_COLUMNS.iter().position(|column| *column == name).and_then(|at| cells.get(at));
    let zero = Some(&Cell::Number(0));
    if column("batch") == zero && column("seq") == zero {
        return None;
    }
    let name = match column("name") {
        Some(Cell::Text(text)) => Name::recorded(text).ok(),
        Some(Cell::Null | Cell::Number(_) | Cell::Bytes(_)) | None => None,
    };
    let Some(name) = name else {
        report.say(format!("ledgers {no} name"), "it holds what no release writes".to_owned());
        return None;
    };
    if column("arriving") != zero {
        let what = "it is still arriving from another store, and is not served: move it again".to_owned();
        report.say(format!("ledger {name}, ledgers {no} arriving"), what);
        return None;
    }
    Some(LedgerAt { no, name })
}

/// The journal changes only where texts are erased, so it is read in short snapshots until it is caught up with; derived rows are compared in
/// one last snapshot, after what it has more.
fn verify_ledger(
    reader: &dyn Reader,
    of: &LedgerAt,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Fault> {
    let mut journal = Journal::new(of);
    loop {
        let snapshot = reader.snapshot()?;
        let effects = snapshot.effects(&of.name, journal.replay.head.seq, CHUNK)?;
        let is_last = effects.len() < CHUNK;
        journal.read(snapshot.as_ref(), &effects, report)?;
        progress(report.effects);
        if is_last {
            return journal.end(snapshot.as_ref(), report);
        }
    }
}

/// The journal so far.
struct Journal<'a> {
    of: &'a LedgerAt,
    replay: Replay,
    /// Rows that stand for effects: how many, and how many are missing.
    counts: BTreeMap<Table, (u64, u64)>,
}

impl<'a> Journal<'a> {
    fn new(of: &'a LedgerAt) -> Journal<'a> {
        Journal { of, replay: Replay::new(of.name.clone()), counts: BTreeMap::new() }
    }

    fn read(&mut self, snapshot: &dyn Snapshot, effects: &[Effect], report: &mut Report) -> Result<(), Fault> {
        let Some(last) = effects.last().map(|effect| effect.seq) else { return Ok(()) };
        let mut batches = snapshot.batches(&self.of.name, self.replay.head.batch, CHUNK)?.into_iter().peekable();
        let behind = LookedUp::of(snapshot, self.of, effects)?;
        let mut expected: BTreeMap<Table, Vec<Row>> = BTreeMap::new();
        for effect in effects {
            let found = self.replay.effect(effect, behind.referred(effect));
            self.name(Table::Journal, effect.seq.0, found, report);
            self.expect(snapshot, effect, &mut expected);
            while let Some(row) = batches.next_if(|row| row.last <= effect.seq && row.last <= last) {
                let found = self.replay.batch(&row);
                self.name(Table::Batches, row.batch.0, found, report);
                report.batches += 1;
            }
            report.outcomes += u64::from(effect.command.is_some());
        }
        report.effects += effects.len() as u64;
        let mut compare = Compare { snapshot, of: self.of, report };
        for (table, rows) in expected {
            // Who reversed a transaction may be said only later.
            let but = (table == Table::TransactionStates).then_some("reversed_by");
            let missing = compare.at(table, &rows, but)?;
            let count = self.counts.entry(table).or_default();
            *count = (count.0 + rows.len() as u64, count.1 + missing);
        }
        Ok(())
    }

    fn name(&self, table: Table, number: u64, found: Vec<String>, report: &mut Report) {
        for what in found {
            report.say(place(self.of, table, &[rows::number(number)]), what);
        }
    }

    /// The rows that stand for an effect which was just replayed.
    fn expect(&self, snapshot: &dyn Snapshot, effect: &Effect, expected: &mut BTreeMap<Table, Vec<Row>>) {
        let mut expect = |table, row| expected.entry(table).or_default().push(row);
        for (table, row) in standing_for(snapshot, effect) {
            expect(table, row);
        }
        if let Some(row) = ended_hold(effect) {
            expect(Table::TransactionStates, row);
        }
        let Fact::Posting(Posting { asset, effective_at: Some(_), source, destination, .. }) = &effect.fact else {
            return;
        };
        for account in [source.account, destination.account] {
            let sum = self.replay.balances.get(&(account, *asset)).map_or(DateSum::ZERO, |row| row.off_date);
            expect(Table::OffDates, rows::off_date(&OffDateRow { account, asset: *asset, seq: effect.seq, sum }));
        }
    }

    /// Everything that is kept beside the journal.
    fn end(mut self, snapshot: &dyn Snapshot, report: &mut Report) -> Result<(), Fault> {
        for row in snapshot.batches(&self.of.name, self.replay.head.batch, CHUNK)? {
            let what = format!("it ends at effect {}, the journal at {}", row.last, self.replay.head.seq);
            report.say(place(self.of, Table::Batches, &[rows::number(row.batch.0)]), what);
        }
        if self.replay.is_within_batch() {
            let what = format!("it is missing: effects up to {} are in no batch", self.replay.head.seq);
            report.say(place(self.of, Table::Batches, &[rows::number(self.replay.head.batch.next().0)]), what);
        }
        if let Some((table, what)) = snapshot.contradiction(self.of)? {
            report.say(format!("ledger {}, {table}", self.of.name), what.to_owned());
        }
        let missing = self.counts.get(&Table::TransactionStates).map_or(0, |(_, missing)| *missing);
        Compare { snapshot, of: self.of, report: &mut *report }.derived(&mut self.replay, missing)?;
        for table in STANDING.into_iter().filter(|table| snapshot.keeps(*table)) {
            let (expected, missing) = self.counts.get(&table).copied().unwrap_or_default();
            let stored = snapshot.stored_count(table, self.of)?;
            report.rows += stored;
            if table == Table::Milestones {
                report.milestones += stored;
            }
            if stored + missing > expected {
                self.too_many(table, snapshot, report)?;
            }
        }
        Ok(())
    }

    /// Names the rows of a table that stand for nothing.
    fn too_many(&self, table: Table, snapshot: &dyn Snapshot, report: &mut Report) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let stored = snapshot.stored(table, self.of, after.as_ref(), CHUNK)?;
            let Some(last) = stored.last() else { return Ok(()) };
            after = Some(last.clone());
            // The place of the effect is the last part of the key, or the only column beside it.
            let seqs: Vec<Seq> = stored
                .iter()
                .map(|row| seq_in(if table.key().contains(&"seq") { row.key.last() } else { row.columns.first() }))
                .collect();
            for (row, effect) in stored.iter().zip(snapshot.effects_at(&self.of.name, &seqs)?) {
                let is_of = effect.is_some_and(|effect| {
                    let mut rows = standing_for(snapshot, &effect);
                    rows.extend(off_dates(&effect).map(|row| (Table::OffDates, row)));
                    rows.iter().any(|(of, expected)| *of == table && expected.key == row.key)
                });
                if !is_of {
                    Compare { snapshot, of: self.of, report: &mut *report }.extra(table, &row.key);
                }
            }
        }
    }
}

/// Tables whose rows stand for effects.
const STANDING: [Table; 5] =
    [Table::Milestones, Table::OffDates, Table::Outcomes, Table::TransactionMetadata, Table::TransactionReferences];

/// Rows that follow from an effect by itself.
fn standing_for(snapshot: &dyn Snapshot, effect: &Effect) -> Vec<(Table, Row)> {
    let mut found = Vec::new();
    if let Some(key) = effect.command.filter(|_| snapshot.keeps(Table::Outcomes)) {
        found.push((Table::Outcomes, rows::outcome(key.id, effect.seq)));
    }
    if let Fact::Posting(posting) = &effect.fact {
        for (side, _) in posting.entries() {
            if side.entry.is_multiple_of(MILESTONE_ENTRIES) {
                let row = rows::milestone(side.account, posting.asset, effect.at, effect.seq);
                found.push((Table::Milestones, row));
            }
        }
    }
    if let Some(detail) = effect.fact.detail() {
        let reference = detail.reference.as_ref();
        found.extend(reference.map(|text| (Table::TransactionReferences, rows::reference(text, effect.seq))));
        let pairs = detail.metadata.pairs().iter();
        found.extend(pairs.map(|(key, value)| {
            (Table::TransactionMetadata, Row::new(snapshot.metadata_key(key, value, effect.seq), Vec::new()))
        }));
    }
    found
}

/// The keys of an effect's off-date sums.
fn off_dates(effect: &Effect) -> impl Iterator<Item = Row> {
    let posting = match &effect.fact {
        Fact::Posting(posting) if posting.effective_at.is_some() => Some(posting),
        _ => None,
    };
    let seq = effect.seq;
    posting.into_iter().flat_map(move |posting| {
        posting.entries().map(|(side, _)| {
            rows::off_date(&OffDateRow { account: side.account, asset: posting.asset, seq, sum: DateSum::ZERO })
        })
    })
}

/// The state of the transaction whose hold an effect ends.
pub(crate) fn ended_hold(effect: &Effect) -> Option<Row> {
    let seq = effect.seq;
    match &effect.fact {
        Fact::Posting(posting) if posting.leg == 0 => {
            let state = TransactionState::HoldPosted { seq, amount: posting.amount, reversed_by: None };
            Some(rows::state(posting.hold?, posting.transaction, state))
        }
        Fact::HoldVoided { transaction, hold } => {
            Some(rows::state(*hold, *transaction, TransactionState::Voided { seq }))
        }
        Fact::HoldExpired { transaction, hold } => {
            Some(rows::state(*hold, *transaction, TransactionState::Expired { seq }))
        }
        _ => None,
    }
}

/// What a chunk of the journal refers to, far behind it.
#[derive(Default)]
struct LookedUp {
    transactions: BTreeMap<Id, (Seq, Vec<Posting>)>,
    spends: BTreeMap<Seq, Effect>,
}

impl LookedUp {
    fn of(snapshot: &dyn Snapshot, of: &LedgerAt, effects: &[Effect]) -> Result<LookedUp, Fault> {
        let mut found = LookedUp::default();
        let mut reversed = Vec::new();
        let mut spent = Vec::new();
        for behind in effects.iter().filter_map(refers_to) {
            match behind {
                Behind::Reversed(id) => reversed.push(id),
                Behind::Fact(seq) => spent.push(seq),
            }
        }
        let spends = snapshot.effects_at(&of.name, &spent)?;
        found.spends.extend(spent.into_iter().zip(spends).filter_map(|(seq, effect)| Some((seq, effect?))));
        found.add_reversed(snapshot, of, &reversed)?;
        Ok(found)
    }

    /// Transactions are found by their ids; those that were held were posted elsewhere, where their states say.
    fn add_reversed(&mut self, snapshot: &dyn Snapshot, of: &LedgerAt, ids: &[Id]) -> Result<(), Fault> {
        let outcomes = snapshot.outcomes(&of.name, ids)?;
        let known: Vec<(Id, Seq)> = ids.iter().zip(outcomes).filter_map(|(id, row)| Some((*id, row?.seq))).collect();
        let keys: Vec<Vec<Cell>> = known.iter().map(|(_, seq)| vec![rows::number(seq.0)]).collect();
        let states = snapshot.stored_at(Table::TransactionStates, of, &keys)?;
        let posted = |(_, first): &(Id, Seq), state: &Option<Row>| {
            let resolved = state.as_ref().map_or(Seq(0), |row| seq_in(row.columns.get(3)));
            if resolved == Seq(0) { *first } else { resolved }
        };
        let places: Vec<Seq> = known.iter().zip(&states).map(|(known, state)| posted(known, state)).collect();
        let firsts = snapshot.effects_at(&of.name, &places)?;
        let mut rest: Vec<(Id, Seq)> = Vec::new();
        for ((id, first), effect) in known.into_iter().zip(firsts) {
            let Some(Effect { seq, fact: Fact::Posting(posting), .. }) = effect else { continue };
            rest.extend((1..u64::from(posting.legs)).map(|leg| (id, Seq(seq.0.saturating_add(leg)))));
            self.transactions.insert(id, (first, vec![posting]));
        }
        for rest in rest.chunks(CHUNK) {
            let seqs: Vec<Seq> = rest.iter().map(|(_, seq)| *seq).collect();
            for ((id, _), effect) in rest.iter().zip(snapshot.effects_at(&of.name, &seqs)?) {
                if let (Some(Effect { fact: Fact::Posting(posting), .. }), Some((_, postings))) =
                    (effect, self.transactions.get_mut(id))
                {
                    postings.push(posting);
                }
            }
        }
        Ok(())
    }

    fn referred(&self, effect: &Effect) -> Referred<'_> {
        let found = match refers_to(effect) {
            None => None,
            Some(Behind::Reversed(id)) => {
                let known = self.transactions.get(&id).filter(|(first, _)| *first < effect.seq);
                known.map(|(first, postings)| Referred::Transaction(*first, postings))
            }
            Some(Behind::Fact(seq)) => self.spends.get(&seq).filter(|_| seq < effect.seq).and_then(fact),
        };
        found.unwrap_or(Referred::Nothing)
    }
}

fn fact(effect: &Effect) -> Option<Referred<'_>> {
    ducat_domain::ledger::delta::product_fact(effect).map(Referred::Fact)
}

fn say_stray(table: &str, no: i64, report: &mut Report) {
    report.say(format!("{table} {no}"), format!("rows of ledger {no}, which has none in ledgers"));
}

/// Rows of ledgers that are not there, and rows of the queue of holds that no pending transaction has.
fn strays(reader: &dyn Reader, report: &mut Report) -> Result<(), Fault> {
    for table in Table::ALL {
        let snapshot = reader.snapshot()?;
        if !snapshot.keeps(table) {
            continue;
        }
        for no in snapshot.strays(table)? {
            say_stray(table.name(), no, report);
        }
    }
    for (table, no) in reader.snapshot()?.stray_notes()? {
        say_stray(table, no, report);
    }
    let mut after = None;
    loop {
        let snapshot = reader.snapshot()?;
        let queue = snapshot.hold_expiries(after.as_ref(), CHUNK)?;
        let Some(last) = queue.last() else { return Ok(()) };
        after = Some(last.clone());
        report.rows += queue.len() as u64;
        for of_ledger in queue.chunk_by(|one, next| one.0 == next.0) {
            let Some((no, _)) = of_ledger.first() else { continue };
            let found = snapshot.ledger_rows(no - 1, 1)?.into_iter().find(|(found, _)| found == no);
            let name = match found.as_ref().and_then(|(_, cells)| cells.first()) {
                Some(Cell::Text(text)) => Name::recorded(text).ok(),
                Some(Cell::Null | Cell::Number(_) | Cell::Bytes(_)) | None => None,
            };
            // Without a ledger the rows have no name to be found by; the rest is said of their states.
            let of = LedgerAt { no: *no, name: name.unwrap_or_else(Name::world) };
            let keys: Vec<Vec<Cell>> = of_ledger.iter().map(|(_, row)| row.key[1..].to_vec()).collect();
            let states = snapshot.stored_at(Table::TransactionStates, &of, &keys)?;
            for ((_, row), state) in of_ledger.iter().zip(states) {
                let expires_at = |state: &Row| {
                    state.columns.get(1) == Some(&Cell::Number(1)) && state.columns.get(2) == row.key.first()
                };
                if found.is_none() || !state.is_some_and(|state| expires_at(&state)) {
                    Compare { snapshot: snapshot.as_ref(), of: &of, report: &mut *report }
                        .extra(Table::HoldExpiries, &row.key);
                }
            }
        }
    }
}
