//! Rows of release 0.1.0 are made into segments when a store is opened.
//!
//! 1. A batch is read from `journal_rows`, and its hash is made of the bytes that are about to be stored.
//! 2. It must be the hash that the batch has. Otherwise nothing of the batch is changed, and the store is not opened.
//! 3. Its segments are written and its rows are deleted in one transaction, together with its neighbours'.
//! 4. When no row is left, the table goes.
//!
//! Before the first batch, the disk must have room for what this takes: the log of a transaction, and segments that are
//! written before the pages of their rows are free.
//!
//! A crash leaves whole batches in either form, the earlier ones as segments. The next start goes on behind them. A reader
//! in another process finds each effect in one of the two.

use std::time::{Duration, Instant};

use ducat_domain::Effect;
use ducat_domain::ledger::canonical::Canonical;
use ducat_domain::ledger::rows::BatchRow;
use ducat_domain::ledger::working::batch_hash;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::journal_rows::JOURNAL;
use super::rows::{Columns, LedgerNo, inconsistent, integer, number_of};
use super::segments;
use crate::Fault;
use crate::sqlite::checkpoint::FOLD;
use crate::sqlite::{SqliteOptions, open_io, open_reader};

/// Effects of one transaction at least: some megabytes of log.
const TRANSACTION_EFFECTS: usize = 50_000;

/// How often it is said how far it is.
const SAID_EACH: Duration = Duration::from_secs(2);

/// Batches read at a time.
const BATCHES: usize = 1_000;

/// The most that the log takes: that of a few transactions.
const LOG_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// How far it is.
struct Progress<'a> {
    effects: usize,
    /// Those of earlier starts.
    before: u64,
    /// How many there are in all ledgers.
    total: u64,
    said: Instant,
    options: &'a SqliteOptions,
}

impl Progress<'_> {
    /// Effects of the next transaction.
    fn next(&self) -> usize {
        self.options.upgrade_stops_after.unwrap_or(TRANSACTION_EFFECTS)
    }

    /// Notes what was done, and says it now and then.
    fn note(&mut self, connection: &Connection, name: &Name, done: usize) -> Result<(), Fault> {
        self.effects = self.effects.saturating_add(done);
        if let Some(watcher) = &self.options.upgrade_watcher {
            watcher.hear(self.before.saturating_add(self.effects as u64), self.total);
        }
        if self.options.upgrade_stops_after.is_some_and(|effects| self.effects >= effects) {
            return Err(Fault::Database("it was stopped while the journal was brought up to date".to_owned()));
        }
        if self.said.elapsed() > SAID_EACH {
            self.said = Instant::now();
            let (effects, total) = (self.effects, self.total);
            tracing::info!(%name, effects, total, "the journal of an earlier release is being stored as segments");
            connection.execute_batch(FOLD)?;
        }
        Ok(())
    }
}

/// Makes all rows into segments.
///
/// # Errors
/// When the file cannot be read or written, the disk has no room, or a batch has not the hash of its rows. What was done
/// until then stays.
pub(crate) fn to_segments(connection: &mut Connection, options: &SqliteOptions) -> Result<(), Fault> {
    if !connection.table_exists(None, "journal_rows")? {
        return Ok(());
    }
    let count = |sql: &str| -> Result<u64, Fault> {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let total = count("SELECT coalesce(sum(seq), 0) FROM ledgers")?;
    let before = total.saturating_sub(count("SELECT count(*) FROM journal_rows")?);
    let mut progress = Progress { effects: 0, before, total, said: Instant::now(), options };
    for (no, name) in ledgers(connection)? {
        ledger_to_segments(connection, no, &name, &mut progress)?;
    }
    let left: Option<i64> = connection.query_row("SELECT min(key) FROM journal_rows", [], |row| row.get(0))?;
    if let Some(key) = left {
        return Err(inconsistent("journal_rows", "key", format!("{key}, which is in no batch")));
    }
    connection.execute_batch("DROP TABLE journal_rows")?;
    if progress.effects > 0 {
        tracing::info!(effects = progress.effects, "the journal of an earlier release is stored as segments now");
        connection.execute_batch(FOLD)?;
    }
    Ok(())
}

/// Whether the disk has room to bring a file up to date, before anything is written to it. What was begun goes on: its
/// pages are used again.
///
/// # Errors
/// When it has not, or the file cannot be read.
pub(crate) fn check_space(options: &SqliteOptions) -> Result<(), Fault> {
    let path = &options.path;
    let bytes = std::fs::metadata(path).map_err(|error| open_io(path, &error))?.len();
    if bytes == 0 || !has_early_journal(&open_reader(path)?)? {
        return Ok(());
    }
    let needed = bytes.min(LOG_BYTES_MAX).saturating_add(bytes / 8);
    let free = match options.bytes_free {
        Some(free) => free,
        None => {
            let disk = rustix::fs::statvfs(path).map_err(|error| open_io(path, &error.into()))?;
            disk.f_bavail.saturating_mul(disk.f_frsize)
        }
    };
    if free >= needed {
        return Ok(());
    }
    let reason = format!(
        "it is of an earlier release, and bringing it up to date needs {} MB free on its disk, which has {} MB; nothing was \
         changed",
        needed.div_ceil(1_000_000),
        free / 1_000_000
    );
    Err(Fault::Open { path: path.display().to_string(), reason })
}

/// Whether the journal is that of release 0.1.0: a row for each effect.
fn has_early_journal(connection: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_info('journal') WHERE name = 'kind')";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn ledgers(connection: &Connection) -> Result<Vec<(LedgerNo, Name)>, Fault> {
    let mut statement = connection.prepare("SELECT no, name FROM ledgers ORDER BY no")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let no: i64 = row.get(0)?;
        found.push((LedgerNo(no), Columns::new(row, "ledgers", no).name("name")?));
    }
    Ok(found)
}

fn first_row(connection: &Connection, no: LedgerNo) -> Result<Option<Seq>, Fault> {
    let sql = "SELECT key FROM journal_rows WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT 1";
    let found: Option<i64> = connection
        .prepare_cached(sql)?
        .query_row([no.key(0), LedgerNo(no.0 + 1).key(0)], |row| row.get(0))
        .optional()?;
    Ok(found.map(|key| Seq(number_of(key))))
}

fn batches(connection: &Connection, no: LedgerNo, after: BatchNo) -> Result<Vec<BatchRow>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM batches WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3")?;
    let ends = params![no.key(after.0), LedgerNo(no.0 + 1).key(0), integer(BATCHES as u64)];
    let mut rows = statement.query(ends)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Columns::new(row, "batches", after).batch()?);
    }
    Ok(found)
}

fn ledger_to_segments(
    connection: &mut Connection,
    no: LedgerNo,
    name: &Name,
    progress: &mut Progress<'_>,
) -> Result<(), Fault> {
    let Some(mut first) = first_row(connection, no)? else { return Ok(()) };
    let (mut after, mut before) = (BatchNo(0), [0; 32]);
    loop {
        let page = batches(connection, no, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.batch;
        let mut page = page.iter().peekable();
        while page.peek().is_some() {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut done = 0;
            while done < progress.next()
                && let Some(batch) = page.next()
            {
                if batch.last >= first {
                    done += batch_to_segments(&transaction, no, name, (first, before), batch)?;
                    first = batch.last.next();
                }
                before = batch.hash;
            }
            transaction.commit()?;
            progress.note(connection, name, done)?;
        }
    }
}

/// Makes the rows of one batch into segments; gives how many there were.
fn batch_to_segments(
    connection: &Connection,
    no: LedgerNo,
    name: &Name,
    (first, before): (Seq, [u8; 32]),
    batch: &BatchRow,
) -> Result<usize, Fault> {
    let ends = [no.key(first.0), no.key(batch.last.0)];
    let mut statement =
        connection.prepare_cached("SELECT * FROM journal_rows WHERE key >= ?1 AND key <= ?2 ORDER BY key")?;
    let mut rows = statement.query(ends)?;
    let mut effects: Vec<Effect> = Vec::new();
    while let Some(row) = rows.next()? {
        effects.push(Columns::in_order(row, "journal_rows", &JOURNAL).effect()?);
    }
    drop(rows);
    let canonical = Canonical::of(&effects);
    let is_whole = effects.len() == segments::len(first, batch.last);
    if !is_whole || batch_hash(name, batch.batch, &before, &canonical.hashed(&effects)) != batch.hash {
        return Err(inconsistent("batches", "hash", format!("{}:{}", no.0, batch.batch)));
    }
    segments::write(connection, no, first, &canonical, std::iter::once(batch.last))?;
    connection.prepare_cached("DELETE FROM journal_rows WHERE key >= ?1 AND key <= ?2")?.execute(ends)?;
    Ok(effects.len())
}
