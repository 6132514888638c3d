//! Writing balances, their ranks and ids behind the journal: a few rows in each commit, in the order of their keys.
//!
//! Bulk touches the same balances again and again, and singles touch rows on pages all over their table, as do ids that
//! come in no order. So balances wait in memory ([`super::waiting`]), and so do ids, except those that have neighbours.
//! When a generation of them is full, it is frozen, and each commit writes as many of its rows as keep pace with the
//! effects that it commits: neighbours, on a few pages. Ids become a run ([`super::runs`]) unless they are few, and each
//! commit merges some runs, at the pace at which ids come.
//!
//! 1. The journal alone is durable at once. `rows_behind` says, of each ledger, up to which effect its rows are
//!    written, in the transaction that writes them.
//! 2. What is missing in the table is what the journal's tail makes of it ([`super::tail`]): at most two generations of
//!    effects. A store writes it when it is opened, before anyone reads.
//! 3. A reader in another process lays the tail over the table in memory, in its own transaction, and writes nothing.
//! 4. No commit waits for more than its share of rows, and nothing is ever written outside a commit while the store is
//!    open. What waits is written when the store is closed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_domain::Delta;
use ducat_domain::ledger::terms::Ranking;
use ducat_domain::ledger::working::TIME_ORDERED_END;
use ducat_domain::numbers::{Id, Seq};
use rusqlite::{Connection, TransactionBehavior};

use super::ids::last_time_ordered;
use super::rows::{
    ADD_OUTCOME, INSERT_OUTCOME, LedgerNo, REPLACE_BALANCE, insert_outcome, replace_balance, replace_rank,
};
use super::runs::{self, Place, Runs, State};
use super::tail::{note_reached, note_written};
use super::waiting::{Generation, Key, Mark, Pushed, Waiting};
use crate::Fault;

/// Rows of a frozen generation that each commit writes, as a share of those that would finish it just when the next one
/// is full: in halves. Runs are merged at the same pace.
const PACE_HALVES: usize = 3;

/// Steps of a merge that one commit makes.
const STEPS_MAX: usize = 4;

/// How far neighbouring ids are from each other: a minute in those of UUIDv7, whose first 48 bits count milliseconds.
/// They are on the same pages, or nearly.
const NEAR: u128 = 60_000 << 80;

/// Neighbours in one batch that are worth a page.
const NEIGHBOURS: usize = 4;

/// A generation that is being written.
#[derive(Debug)]
struct Flush {
    generation: Arc<Generation>,
    /// The effects that made it.
    effects: usize,
    keys: Vec<(i64, Key)>,
    heads: BTreeMap<i64, Mark>,
    written: usize,
    /// Where ids among the keys become runs, one for each ledger.
    stretches: Vec<Stretch>,
}

/// Neighbouring keys of a generation that become a run.
#[derive(Debug)]
struct Stretch {
    keys: Range<usize>,
    no: LedgerNo,
    run: u64,
}

impl Flush {
    /// The stretch that a key is in.
    fn stretch(&self, at: usize) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.keys.contains(&at))
    }

    /// Where what is written ends, if it should reach a place: parts of runs are written whole.
    fn end(&self, reach: usize, part_ids: usize) -> usize {
        let Some(Stretch { keys, .. }) = self.stretch(reach) else { return reach.min(self.keys.len()) };
        (keys.start + (reach - keys.start).next_multiple_of(part_ids)).min(keys.end)
    }
}

/// What a transaction wrote and pushed, until it is known whether it landed.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Of each delta, its ledger's number.
    pub numbers: Vec<LedgerNo>,
    /// Ledgers that were deleted.
    pub buried: Vec<LedgerNo>,
    /// Of each delta, the ids that wait.
    pub ids: Vec<Vec<(Id, Seq)>>,
    /// How many rows of the frozen generation are written then.
    flushed: usize,
    /// How many of them it wrote itself, and what it took to write and to merge.
    rows: usize,
    took: Duration,
    /// The runs of ledgers whose runs change, before and after.
    runs: Vec<Change>,
}

/// How the runs of a ledger change.
#[derive(Debug, Clone)]
struct Change {
    no: LedgerNo,
    old: Arc<Runs>,
    new: Arc<Runs>,
    seen_by: Place,
}

impl Written {
    fn new(flushed: usize, runs: Vec<Change>) -> Written {
        Written {
            numbers: Vec::new(),
            buried: Vec::new(),
            ids: Vec::new(),
            flushed,
            rows: 0,
            took: Duration::ZERO,
            runs,
        }
    }

    fn pushed<'a>(&'a self, deltas: &'a [Delta]) -> impl Iterator<Item = Pushed<'a>> {
        deltas.iter().zip(&self.numbers).zip(&self.ids).map(|((delta, no), ids)| Pushed {
            no: *no,
            batch: delta.head.batch,
            balances: &delta.balances,
            ids,
            is_ranked: delta.head.rules.ranking == Ranking::ByEntries,
        })
    }
}

/// Where ids of a ledger were written last.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// The greatest one in order of time.
    last: Id,
    /// The last one.
    written: Id,
}

/// The rows that one store has not written yet.
#[derive(Debug)]
pub(super) struct Behind {
    waiting: Arc<Waiting>,
    flush: Option<Flush>,
    /// Effects in the current generation.
    effects: usize,
    /// Effects after which a generation is full.
    effects_max: usize,
    buried: HashSet<i64>,
    /// Where ids of each ledger were written last.
    edges: HashMap<i64, Edge>,
    /// Ids of a part of a run.
    part_ids: usize,
    /// Ids that are still to be merged, of each ledger and level, to keep pace; of high levels first.
    owed: BTreeMap<(i64, Reverse<u8>), usize>,
}

impl Behind {
    /// Nothing waits yet.
    pub fn new(waiting: Arc<Waiting>, effects_max: usize, part_ids: usize) -> Behind {
        let (buried, edges, owed) = (HashSet::new(), HashMap::new(), BTreeMap::new());
        Behind { waiting, flush: None, effects: 0, effects_max, buried, edges, part_ids, owed }
    }

    /// Inside a transaction that commits so many effects: writes its share of the frozen generation, and merges runs.
    pub fn write_share(&mut self, connection: &Connection, effects: usize) -> Result<Written, Fault> {
        let waiting = Arc::clone(&self.waiting);
        let mut changed = Changed::new(&waiting);
        let begun = Instant::now();
        let (mut flushed, mut rows) = (0, 0);
        let mut growing = HashMap::new();
        if let Some(flush) = &self.flush {
            let share =
                flush.keys.len().saturating_mul(effects).saturating_mul(PACE_HALVES) / (self.effects_max * 2) + 1;
            flushed = flush.end(flush.written.saturating_add(share), self.part_ids);
            self.write(connection, flush, flushed, &mut changed)?;
            rows = flushed - flush.written;
            growing.extend(flush.stretches.iter().filter(|one| one.keys.end > flushed).map(|one| (one.no.0, one.run)));
        }
        self.merge(connection, &growing, &mut changed)?;
        let mut written = Written::new(flushed, changed.into_changes());
        (written.rows, written.took) = (rows, begun.elapsed());
        Ok(written)
    }

    /// Merges runs, of each ledger and level as many ids as are owed.
    fn merge(
        &mut self,
        connection: &Connection,
        growing: &HashMap<i64, u64>,
        changed: &mut Changed<'_>,
    ) -> Result<(), Fault> {
        for ((no, Reverse(level)), owed) in &mut self.owed {
            let ledger = LedgerNo(*no);
            for _ in 0..STEPS_MAX {
                if *owed < self.part_ids {
                    break;
                }
                let growing = growing.get(no).copied();
                let merged = changed.of(ledger).merge(connection, ledger, *level, growing, self.part_ids)?;
                // Where there is no merge, nothing is saved up for later.
                *owed = merged.map_or(0, |ids| owed.saturating_sub(ids));
            }
        }
        Ok(())
    }

    fn write(
        &self,
        connection: &Connection,
        flush: &Flush,
        end: usize,
        changed: &mut Changed<'_>,
    ) -> rusqlite::Result<()> {
        let mut balances = connection.prepare_cached(REPLACE_BALANCE)?;
        let mut outcomes = connection.prepare_cached(ADD_OUTCOME)?;
        let mut reached: BTreeMap<i64, i64> = BTreeMap::new();
        let mut at = flush.written;
        while at < end {
            let (no, key) = &flush.keys[at];
            let ledger = LedgerNo(*no);
            if let Some(Stretch { keys, run, .. }) = flush.stretch(at) {
                let part = at..(at + self.part_ids).min(keys.end);
                at = part.end;
                if !self.buried.contains(no) {
                    let ids: Vec<(Id, Seq)> = flush.keys[part].iter().filter_map(|(_, key)| key.id()).collect();
                    changed.of(ledger).add(connection, ledger, *run, &ids, self.part_ids)?;
                }
                continue;
            }
            at += 1;
            match key {
                _ if self.buried.contains(no) => {}
                Key::Balance(account, asset) => {
                    if let Some(row) = flush.generation.newest(ledger, *account, *asset) {
                        replace_balance(&mut balances, ledger, &row)?;
                        if flush.generation.ranks(ledger) {
                            replace_rank(connection, ledger, &row)?;
                        }
                        reached.insert(*no, ledger.balance_key(account.0, asset.0));
                    }
                }
                Key::Id(id, seq) => insert_outcome(&mut outcomes, ledger, *id, *seq)?,
            }
        }
        if end == flush.keys.len() {
            for (no, mark) in flush.heads.iter().filter(|(no, _)| !self.buried.contains(no)) {
                note_written(connection, *no, mark)?;
            }
        } else {
            for (no, key) in reached {
                let Some(mark) = flush.heads.get(&no) else { continue };
                note_reached(connection, no, mark, key)?;
            }
        }
        Ok(())
    }

    /// Inside a transaction: writes the ids that have neighbours, where those are in the table. Gives the others, which
    /// wait.
    pub fn write_ids(
        &mut self,
        connection: &Connection,
        no: LedgerNo,
        delta: &Delta,
    ) -> rusqlite::Result<Vec<(Id, Seq)>> {
        let mut ids: Vec<(Id, Seq)> = delta.outcomes().map(|(key, seq)| (key.id, seq)).collect();
        if !ids.is_sorted() {
            ids.sort_unstable();
        }
        let Edge { mut last, mut written } = match self.edges.get(&no.0) {
            Some(edge) => *edge,
            None => {
                let last = last_time_ordered(connection, no)?.unwrap_or(Id(0));
                Edge { last, written: last }
            }
        };
        let mut outcomes = connection.prepare_cached(INSERT_OUTCOME)?;
        let mut waiting = Vec::new();
        let near = |one: Id, next: Id| one.0.abs_diff(next.0) <= NEAR;
        for neighbours in ids.chunk_by(|(one, _), (next, _)| near(*one, *next)) {
            let is_many = neighbours.len() >= NEIGHBOURS;
            for (id, seq) in neighbours {
                // The greatest one must be in the table: whoever loads the ledger takes ids above it for new.
                let is_greatest = *id > last && *id < TIME_ORDERED_END;
                if is_many || is_greatest || near(*id, written) {
                    insert_outcome(&mut outcomes, no, *id, *seq)?;
                    written = *id;
                } else {
                    waiting.push((*id, *seq));
                }
                if is_greatest {
                    last = *id;
                }
            }
        }
        self.edges.insert(no.0, Edge { last, written });
        Ok(waiting)
    }

    /// Lets readers see what waits of a commit as soon as it is committed.
    pub fn push(&self, deltas: &[Delta], written: &Written) {
        let commit = self.waiting.next_commit();
        self.set_runs(&written.runs, |Change { old, new, seen_by, .. }| State::Changing {
            old: Arc::clone(old),
            new: Arc::clone(new),
            seen_by: *seen_by,
        });
        written.pushed(deltas).for_each(|pushed| self.waiting.push(commit, &pushed));
    }

    /// A commit landed.
    pub fn landed(&mut self, deltas: &[Delta], written: Written) {
        let commit = self.waiting.next_commit();
        let heads = deltas.iter().zip(&written.numbers).map(|(delta, no)| (*no, Mark::of(&delta.head)));
        self.waiting.landed(commit, heads);
        self.set_runs(&written.runs, |change| State::Settled(Arc::clone(&change.new)));
        self.bury(&written.buried);
        self.owe(&written);
        self.waiting.pace.wrote(written.rows, written.took);
        self.effects += deltas.iter().map(|delta| delta.effects.len()).sum::<usize>();
        if let Some(flush) = &mut self.flush {
            flush.written = written.flushed;
            if flush.written == flush.keys.len() {
                self.flush = None;
                self.waiting.thaw();
            }
        }
        if self.flush.is_none() && self.effects >= self.effects_max {
            self.freeze();
        }
        self.waiting.pace.set_lag(self.effects + self.flush.as_ref().map_or(0, |flush| flush.effects));
    }

    fn set_runs(&self, changes: &[Change], state: impl Fn(&Change) -> State) {
        if !changes.is_empty() {
            self.waiting.change_runs(|runs| runs.extend(changes.iter().map(|change| (change.no.0, state(change)))));
        }
    }

    fn bury(&mut self, buried: &[LedgerNo]) {
        if !buried.is_empty() {
            self.buried.extend(buried.iter().map(|no| no.0));
            self.owed.retain(|(no, _), _| !self.buried.contains(no));
            self.waiting.change_runs(|runs| runs.retain(|no, _| !self.buried.contains(no)));
        }
    }

    /// As many ids are to be merged on each level as come.
    fn owe(&mut self, written: &Written) {
        for (no, ids) in written.numbers.iter().zip(&written.ids).filter(|(_, ids)| !ids.is_empty()) {
            for level in self.waiting.settled_runs(*no).levels() {
                *self.owed.entry((no.0, Reverse(level))).or_default() += (ids.len() * PACE_HALVES).div_ceil(2);
            }
        }
    }

    fn freeze(&mut self) {
        let generation = self.waiting.freeze();
        self.flush = Some(self.flush_of(generation, |no| self.waiting.settled_runs(no).next_number()));
        self.effects = 0;
    }

    /// How a generation is written. Of each ledger that gets a run, `number` is that run's.
    fn flush_of(&self, generation: Arc<Generation>, mut number: impl FnMut(LedgerNo) -> u64) -> Flush {
        let (keys, heads) = (generation.keys(), generation.heads());
        let mut stretches = Vec::new();
        let mut start = 0;
        for of_ledger in keys.chunk_by(|(one, _), (next, _)| one == next) {
            let end = start + of_ledger.len();
            let first = start + of_ledger.partition_point(|(_, key)| key.id().is_none());
            if let Some((no, _)) = of_ledger.first().filter(|_| end - first >= self.run_ids_min()) {
                let no = LedgerNo(*no);
                // Greater than all that a merge has, and no merge of this level begins before this run is whole.
                stretches.push(Stretch { keys: first..end, no, run: number(no) });
            }
            start = end;
        }
        Flush { generation, effects: self.effects, keys, heads, written: 0, stretches }
    }

    fn run_ids_min(&self) -> usize {
        runs::run_ids_min(self.part_ids)
    }

    /// A commit did not land, though it was pushed.
    pub fn lost(&mut self, deltas: &[Delta], written: &Written) {
        let commit = self.waiting.next_commit();
        written.pushed(deltas).for_each(|pushed| self.waiting.take_back(commit, &pushed));
        self.set_runs(&written.runs, |change| State::Settled(Arc::clone(&change.old)));
        self.rolled_back();
    }

    /// Nothing of a transaction stays.
    pub fn rolled_back(&mut self) {
        self.edges.clear();
    }

    /// Writes everything that waits, in a transaction of its own. Until it has landed, readers see what they saw.
    pub fn write_all(&mut self, connection: &mut Connection) -> Result<(), Fault> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let waiting = Arc::clone(&self.waiting);
        let mut changed = Changed::new(&waiting);
        if let Some(flush) = &self.flush {
            self.write(&transaction, flush, flush.keys.len(), &mut changed)?;
        }
        let rest = self.flush_of(waiting.current(), |no| changed.of(no).next_number());
        self.write(&transaction, &rest, rest.keys.len(), &mut changed)?;
        let written = Written::new(0, changed.into_changes());
        self.push(&[], &written);
        transaction.commit()?;
        self.set_runs(&written.runs, |change| State::Settled(Arc::clone(&change.new)));
        self.flush = None;
        waiting.thaw();
        waiting.freeze();
        waiting.thaw();
        Ok(())
    }
}

/// Runs of ledgers that a transaction changes.
struct Changed<'a> {
    waiting: &'a Waiting,
    runs: BTreeMap<i64, (Arc<Runs>, Runs)>,
}

impl Changed<'_> {
    fn new(waiting: &Waiting) -> Changed<'_> {
        Changed { waiting, runs: BTreeMap::new() }
    }

    /// The runs of a ledger as the transaction leaves them.
    fn of(&mut self, no: LedgerNo) -> &mut Runs {
        let known = || {
            let old = self.waiting.settled_runs(no);
            (Arc::clone(&old), Runs::clone(&old))
        };
        &mut self.runs.entry(no.0).or_insert_with(known).1
    }

    fn into_changes(self) -> Vec<Change> {
        let change = |(no, (old, new)): (i64, (Arc<Runs>, Runs))| {
            let seen_by = new.newer_than(&old)?;
            Some(Change { no: LedgerNo(no), old, new: Arc::new(new), seen_by })
        };
        self.runs.into_iter().filter_map(change).collect()
    }
}
