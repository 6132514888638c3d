//! Writing balances and ids behind the journal: a few rows in each commit, in the order of their keys.
//!
//! Bulk touches the same balances again and again, and singles touch rows on pages all over their table, as do ids that
//! come in no order. So balances wait in memory ([`super::waiting`]), and so do ids, except those that have neighbours.
//! When a generation of them is full, it is frozen, and each commit writes as many of its rows as keep pace with the
//! effects that it commits: neighbours, on a few pages.
//!
//! 1. The journal alone is durable at once. `rows_behind` says, of each ledger, up to which effect its rows are
//!    written, in the transaction that writes them.
//! 2. What is missing in the table is what the journal's tail makes of it ([`derive`]): at most two generations of
//!    effects. A store writes it when it is opened, before anyone reads.
//! 3. A reader in another process lays the tail over the table in memory, in its own transaction, and writes nothing.
//! 4. No commit waits for more than its share of rows, and nothing is ever written outside a commit while the store is
//!    open. What waits is written when the store is closed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use ducat_domain::ledger::effect::HoldLeg;
use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::tail::{StoredBalance, Tail, ends_hold};
use ducat_domain::ledger::working::TIME_ORDERED_END;
use ducat_domain::numbers::{BatchNo, Id, Seq};
use ducat_domain::{Delta, Effect, Fact};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::rows::{
    ADD_OUTCOME, Columns, INSERT_OUTCOME, LedgerNo, REPLACE_BALANCE, SEQ_MAX, insert_outcome, integer, replace_balance,
};
use super::segments;
use super::waiting::{Generation, Key, Mark, Pushed, Waiting};
use crate::Fault;

/// Rows of a frozen generation that each commit writes, as a share of those that would finish it just when the next one
/// is full: in halves.
const PACE_HALVES: usize = 3;

/// How far neighbouring ids are from each other: a minute in those of UUIDv7, whose first 48 bits count milliseconds.
/// They are on the same pages, or nearly.
const NEAR: u128 = 60_000 << 80;

/// Neighbours in one batch that are worth a page.
const NEIGHBOURS: usize = 4;

/// Effects read at a time.
const EFFECTS: usize = 4_096;

/// A generation that is being written.
#[derive(Debug)]
struct Flush {
    generation: Arc<Generation>,
    keys: Vec<(i64, Key)>,
    heads: BTreeMap<i64, Mark>,
    written: usize,
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
}

impl Written {
    /// Nothing yet but a share of the frozen generation.
    pub fn new(flushed: usize) -> Written {
        Written { numbers: Vec::new(), buried: Vec::new(), ids: Vec::new(), flushed }
    }

    fn pushed<'a>(&'a self, deltas: &'a [Delta]) -> impl Iterator<Item = Pushed<'a>> {
        deltas.iter().zip(&self.numbers).zip(&self.ids).map(|((delta, no), ids)| Pushed {
            no: *no,
            batch: delta.head.batch,
            balances: &delta.balances,
            ids,
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
}

impl Behind {
    /// Nothing waits yet.
    pub fn new(waiting: Arc<Waiting>, effects_max: usize) -> Behind {
        Behind { waiting, flush: None, effects: 0, effects_max, buried: HashSet::new(), edges: HashMap::new() }
    }

    /// Inside a transaction that commits so many effects: writes its share of the frozen generation. Says how many rows
    /// of it are written then.
    pub fn write_share(&self, connection: &Connection, effects: usize) -> rusqlite::Result<usize> {
        let Some(flush) = &self.flush else { return Ok(0) };
        let share = flush.keys.len().saturating_mul(effects).saturating_mul(PACE_HALVES) / (self.effects_max * 2) + 1;
        self.write(connection, flush, flush.written.saturating_add(share).min(flush.keys.len()))
    }

    fn write(&self, connection: &Connection, flush: &Flush, end: usize) -> rusqlite::Result<usize> {
        let mut balances = connection.prepare_cached(REPLACE_BALANCE)?;
        let mut outcomes = connection.prepare_cached(ADD_OUTCOME)?;
        let mut reached: BTreeMap<i64, i64> = BTreeMap::new();
        for (no, key) in &flush.keys[flush.written..end] {
            let ledger = LedgerNo(*no);
            match key {
                _ if self.buried.contains(no) => {}
                Key::Balance(account, asset) => {
                    if let Some(row) = flush.generation.newest(ledger, *account, *asset) {
                        replace_balance(&mut balances, ledger, &row)?;
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
                let Some(Mark { batch, seq, hash }) = flush.heads.get(&no) else { continue };
                let place = params![no, integer(batch.0), integer(seq.0), &hash[..], key];
                connection.prepare_cached(REACHED)?.execute(place)?;
            }
        }
        Ok(end)
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
        written.pushed(deltas).for_each(|pushed| self.waiting.push(commit, &pushed));
    }

    /// A commit landed.
    pub fn landed(&mut self, deltas: &[Delta], written: Written) {
        let commit = self.waiting.next_commit();
        let heads = deltas.iter().zip(&written.numbers).map(|(delta, no)| (*no, Mark::of(&delta.head)));
        self.waiting.landed(commit, heads);
        self.buried.extend(written.buried.iter().map(|no| no.0));
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
    }

    fn freeze(&mut self) {
        let generation = self.waiting.freeze();
        let (keys, heads) = (generation.keys(), generation.heads());
        self.flush = Some(Flush { generation, keys, heads, written: 0 });
        self.effects = 0;
    }

    /// A commit did not land, though it was pushed.
    pub fn lost(&mut self, deltas: &[Delta], written: &Written) {
        let commit = self.waiting.next_commit();
        written.pushed(deltas).for_each(|pushed| self.waiting.take_back(commit, &pushed));
        self.rolled_back();
    }

    /// Nothing of a transaction stays.
    pub fn rolled_back(&mut self) {
        self.edges.clear();
    }

    /// Writes everything that waits, in a transaction of its own. After an error this is worth nothing.
    pub fn write_all(&mut self, connection: &mut Connection) -> Result<(), Fault> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.write_rest(&transaction)?;
        self.freeze();
        self.write_rest(&transaction)?;
        Ok(transaction.commit()?)
    }

    fn write_rest(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(flush) = self.flush.take() {
            self.write(connection, &flush, flush.keys.len())?;
            self.waiting.thaw();
        }
        Ok(())
    }
}

/// The greatest id in order of time that is in the table: one descent of its key.
pub(crate) fn last_time_ordered(connection: &Connection, no: LedgerNo) -> rusqlite::Result<Option<Id>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM outcomes WHERE ledger = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1")?;
    let end = TIME_ORDERED_END.0.to_be_bytes();
    let last = statement.query_row(params![no.0, &end[..]], |row| row.get::<_, [u8; 16]>(0)).optional()?;
    Ok(last.map(|bytes| Id(u128::from_be_bytes(bytes))))
}

/// Notes of a ledger that is opened that none of its balances is written.
pub(super) const OPENED: &str = "INSERT INTO rows_behind (ledger, batch, seq, hash) VALUES (?1, 0, 0, x'')";

/// Everything up to a batch is in a ledger's rows.
const WRITTEN: &str = "\
REPLACE INTO rows_behind (ledger, batch, seq, hash, next_batch, next_seq, next_hash, upto)
VALUES (?1, ?2, ?3, ?4, NULL, NULL, NULL, NULL)";

/// In its rows up to a key is everything up to a later batch.
const REACHED: &str = "\
UPDATE rows_behind SET next_batch = ?2, next_seq = ?3, next_hash = ?4, upto = ?5 WHERE ledger = ?1";

/// Whether the journal has a place.
fn is_recorded(connection: &Connection, no: LedgerNo, mark: &Mark) -> Result<bool, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM batches WHERE key = ?1 AND last = ?2 AND hash = ?3")?;
    let key = no.key(mark.batch.0.min(SEQ_MAX));
    Ok(statement.exists(params![key, integer(mark.seq.0), &mark.hash[..]])?)
}

/// How far the rows of a ledger are behind its journal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// Up to where everything is in all rows; nowhere where none is written.
    all: Option<Seq>,
    /// Up to where it is in the rows up to a key.
    next: Option<(Seq, i64)>,
}

/// What `rows_behind` has of a ledger.
#[derive(Debug)]
enum Noted {
    Nothing,
    /// What no release writes, or what the journal has not.
    Wrong(&'static str),
    Reach(Reach),
}

impl Noted {
    fn read(connection: &Connection, no: LedgerNo) -> Result<Noted, Fault> {
        let mut statement = connection.prepare_cached("SELECT * FROM rows_behind WHERE ledger = ?1")?;
        let mut rows = statement.query([no.0])?;
        let Some(row) = rows.next()? else { return Ok(Noted::Nothing) };
        let columns = Columns::new(row, "rows_behind", no.0);
        let hash =
            |column| columns.value(column).map(|value| value.as_blob().ok().and_then(|hash| hash.try_into().ok()));
        let mark = |batch, seq, of_hash| -> Result<Option<Mark>, Fault> {
            let (batch, seq) = (columns.unsigned(batch), columns.unsigned(seq));
            let (Ok(batch), Ok(seq), Some(hash)) = (batch, seq, hash(of_hash)?) else { return Ok(None) };
            let mark = Mark { batch: BatchNo(batch), seq: Seq(seq), hash };
            Ok(if is_recorded(connection, no, &mark)? { Some(mark) } else { None })
        };
        let is_none_written = columns.signed("batch").is_ok_and(|batch| batch == 0)
            && columns.signed("seq").is_ok_and(|seq| seq == 0)
            && columns.value("hash")?.as_blob().is_ok_and(<[u8]>::is_empty);
        let all = match mark("batch", "seq", "hash")? {
            Some(mark) => Some(mark.seq),
            None if is_none_written => None,
            None => return Ok(Noted::Wrong("it names a batch that the journal has not")),
        };
        let next = ["next_batch", "next_seq", "next_hash", "upto"];
        let missing =
            next.iter().filter(|column| columns.value(column).is_ok_and(|value| value == ValueRef::Null)).count();
        let next = match (missing, mark("next_batch", "next_seq", "next_hash")?, columns.signed("upto")) {
            (4, ..) => None,
            (0, Some(mark), Ok(upto)) if Some(mark.seq) >= all && LedgerNo::of_balance(upto) == no => {
                Some((mark.seq, upto))
            }
            _ => return Ok(Noted::Wrong("it names a next batch that the journal has not, or a key that is none")),
        };
        Ok(Noted::Reach(Reach { all, next }))
    }
}

impl Reach {
    /// As a connection sees it. Where what is noted is wrong, no row is believed, and all are derived.
    pub fn read(connection: &Connection, no: LedgerNo) -> Result<Reach, Fault> {
        match Noted::read(connection, no)? {
            Noted::Reach(reach) => Ok(reach),
            Noted::Nothing | Noted::Wrong(_) => Ok(Reach { all: None, next: None }),
        }
    }

    /// Up to which effect everything is in the rows of a ledger.
    pub fn seq(&self) -> Seq {
        self.all.unwrap_or(Seq(0))
    }

    /// Up to which effect everything is in one row; `None` where it is not written.
    fn of(&self, key: i64) -> Option<Seq> {
        match self.next {
            Some((seq, upto)) if key <= upto => Some(seq),
            _ => self.all,
        }
    }
}

/// What is wrong with what is noted of how far a ledger's rows are written.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn contradiction(connection: &Connection, no: LedgerNo) -> Result<Option<&'static str>, Fault> {
    match Noted::read(connection, no)? {
        Noted::Reach(_) => Ok(None),
        Noted::Wrong(what) => Ok(Some(what)),
        Noted::Nothing => Ok(Some("there is none of a ledger that was opened")),
    }
}

/// What the journal's tail makes.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    pub balances: Tail,
    /// Where the outcomes of ids are.
    pub ids: BTreeMap<Id, Seq>,
}

/// Takes the effects after one of them up to another into what is derived.
///
/// # Errors
/// When the file cannot be read, or a row holds what no release writes.
pub(super) fn derive(
    connection: &Connection,
    no: LedgerNo,
    derived: &mut Derived,
    written: Reach,
    (after, upto): (Seq, Seq),
) -> Result<(), Fault> {
    let mut after = after;
    while after < upto {
        let limit = usize::try_from(upto.0 - after.0).unwrap_or(EFFECTS).min(EFFECTS);
        let effects = segments::effects(connection, no, after, limit)?;
        let Some(last) = effects.last() else { return Ok(()) };
        after = last.seq;
        let Derived { balances: tail, ids } = &mut *derived;
        for effect in &effects {
            ids.extend(effect.command.map(|key| (key.id, effect.seq)));
            let ended = match ends_hold(effect) {
                Some(hold) => legs(connection, no, hold)?,
                None => Vec::new(),
            };
            tail.apply(effect, &ended, |account, asset| {
                let key = no.balance_key(account.0, asset.0);
                match written.of(key) {
                    Some(as_of) => Ok(StoredBalance { row: stored(connection, key)?, as_of }),
                    None => Ok::<_, Fault>(StoredBalance { row: None, as_of: Seq(0) }),
                }
            })?;
        }
    }
    Ok(())
}

/// The legs of a hold.
fn legs(connection: &Connection, no: LedgerNo, hold: Seq) -> Result<Vec<HoldLeg>, Fault> {
    let of = |effect: Effect| if let Fact::Hold(leg) = effect.fact { Some(leg) } else { None };
    let Some(first) = segments::effect(connection, no, hold)?.and_then(of) else { return Ok(Vec::new()) };
    if first.legs <= 1 {
        return Ok(vec![first]);
    }
    let count = usize::try_from(first.legs).unwrap_or(usize::MAX);
    let effects = segments::effects(connection, no, Seq(hold.0.saturating_sub(1)), count)?;
    Ok(effects.into_iter().filter_map(of).collect())
}

/// A balance as its table has it.
fn stored(connection: &Connection, key: i64) -> Result<Option<BalanceRow>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM balances WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(|row| Columns::new(row, "balances", key).balance_row()).transpose()
}

fn note_written(connection: &Connection, no: i64, mark: &Mark) -> rusqlite::Result<()> {
    let place = params![no, integer(mark.batch.0), integer(mark.seq.0), &mark.hash[..]];
    connection.prepare_cached(WRITTEN)?.execute(place).map(drop)
}

/// Writes the rows that the journal is ahead of, ledger by ledger.
///
/// # Errors
/// When the file cannot be read or written, or a row holds what no release writes.
pub(super) fn catch_up(connection: &mut Connection) -> Result<(), Fault> {
    let mut behind = Vec::new();
    {
        let mut statement = connection.prepare(
            "SELECT l.* FROM ledgers l LEFT JOIN rows_behind b ON b.ledger = l.no
             WHERE l.seq > 0 AND (b.ledger IS NULL OR l.hash <> b.hash OR b.next_seq IS NOT NULL)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            behind.push(Columns::new(row, "ledgers", "").head()?);
        }
    }
    for (no, head) in behind {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut derived, written) = (Derived::default(), Reach::read(&transaction, no)?);
        derive(&transaction, no, &mut derived, written, (written.seq(), head.seq))?;
        {
            let mut statement = transaction.prepare_cached(REPLACE_BALANCE)?;
            for row in derived.balances.rows() {
                replace_balance(&mut statement, no, &row)?;
            }
            let mut statement = transaction.prepare_cached(ADD_OUTCOME)?;
            for (id, seq) in derived.ids {
                insert_outcome(&mut statement, no, id, seq)?;
            }
            note_written(&transaction, no.0, &Mark::of(&head))?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Whether a file has balances behind its journal at all: one of an earlier release, which no server of this one has
/// opened, has none.
pub(super) fn is_written_behind(connection: &Connection) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'rows_behind'")?;
    Ok(statement.query_row([], |_| Ok(())).optional()?.is_some())
}
