//! What the tables lack: `rows_behind` notes how far they are written, and the journal's tail makes the rest.
//!
//! Always true: what is derived is what a server would have written by then. It is derived in one transaction, and where
//! what is noted is wrong, no row is believed.

use std::collections::BTreeMap;

use ducat_domain::ledger::effect::HoldLeg;
use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::tail::{StoredBalance, Tail, ends_hold};
use ducat_domain::ledger::terms::Ranking;
use ducat_domain::numbers::{BatchNo, Id, Seq};
use ducat_domain::{Effect, Fact};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, TransactionBehavior, params};

use super::ids::written_places;
use super::rows::{
    Columns, INSERT_OUTCOME, LedgerNo, REPLACE_BALANCE, SEQ_MAX, insert_outcome, integer, replace_balance, replace_rank,
};
use super::runs::{self, Runs};
use super::segments;
use super::waiting::Mark;
use crate::Fault;

/// Effects read at a time.
const EFFECTS: usize = 4_096;

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

/// Notes that everything up to a place in the journal is in a ledger's rows.
pub(super) fn note_written(connection: &Connection, no: i64, mark: &Mark) -> rusqlite::Result<()> {
    let place = params![no, integer(mark.batch.0), integer(mark.seq.0), &mark.hash[..]];
    connection.prepare_cached(WRITTEN)?.execute(place).map(drop)
}

/// Notes that everything up to a later place is in its rows up to a key.
pub(super) fn note_reached(connection: &Connection, no: i64, mark: &Mark, key: i64) -> rusqlite::Result<()> {
    let place = params![no, integer(mark.batch.0), integer(mark.seq.0), &mark.hash[..], key];
    connection.prepare_cached(REACHED)?.execute(place).map(drop)
}

/// Writes the rows that the journal is ahead of, ledger by ledger.
///
/// # Errors
/// When the file cannot be read or written, or a row holds what no release writes.
pub(super) fn catch_up(connection: &mut Connection, part_ids: usize) -> Result<(), Fault> {
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
                if head.rules.ranking == Ranking::ByEntries {
                    replace_rank(&transaction, no, &row)?;
                }
            }
            write_missing_ids(&transaction, no, derived.ids, part_ids)?;
            note_written(&transaction, no.0, &Mark::of(&head))?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Writes those of some ids that are not written yet.
fn write_missing_ids(
    connection: &Connection,
    no: LedgerNo,
    ids: BTreeMap<Id, Seq>,
    part_ids: usize,
) -> Result<(), Fault> {
    let mut runs = Runs::read(connection, no, &Runs::default())?;
    let all: Vec<Id> = ids.keys().copied().collect();
    let places = written_places(connection, Some(&runs), no, &all)?;
    let missing: Vec<(Id, Seq)> =
        ids.into_iter().zip(places).filter(|(_, place)| place.is_none()).map(|(one, _)| one).collect();
    if missing.len() < runs::run_ids_min(part_ids) {
        let mut statement = connection.prepare_cached(INSERT_OUTCOME)?;
        return Ok(missing.into_iter().try_for_each(|(id, seq)| insert_outcome(&mut statement, no, id, seq))?);
    }
    let run = runs.next_number();
    Ok(missing.chunks(part_ids).try_for_each(|part| runs.add(connection, no, run, part, part_ids))?)
}

/// Which tables a file has: one of an earlier release, which no server of this one has opened, lacks some.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tables {
    /// `rows_behind`: without it, no row is behind the journal.
    pub behind: bool,
    /// `id_parts` and `id_blocks`: without them, all ids that are written are in the tree.
    pub runs: bool,
}

impl Tables {
    /// Those that a connection sees.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(connection: &Connection) -> Result<Tables, Fault> {
        let mut statement = connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = ?1")?;
        Ok(Tables { behind: statement.exists(["rows_behind"])?, runs: statement.exists(["id_parts"])? })
    }
}
