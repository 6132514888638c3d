//! The committing half: commit, settle.
//!
//! A commit is one transaction whatever its size: each head compared and moved, the journal appended, then every
//! derived row written once, in order of its key. Balances and some ids wait in memory ([`super::behind`]), and each commit
//! writes a share of those that waited before. Until COMMIT itself is asked for, an error means that nothing landed; from
//! then on only [`Committer::settle`] can find out.

use std::collections::HashMap;
use std::sync::Arc;

use ducat_domain::Delta;
use ducat_domain::codec::Encoder;
use ducat_domain::ledger::rows::{AccountRow, Deferral, Head, TransactionState};
use ducat_domain::ledger::terms::{ImplicitAccounts, Ranking, ZeroAmounts};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use rusqlite::{Connection, params};

use super::behind::{Behind, Written};
use super::loader::{Connections, SqliteLoader};
use super::lookup::ledger_no;
use super::reader::Idle;
use super::rows::{ACCOUNTS_MAX, LEDGERS_MAX, LedgerNo, Wide, integer};
use super::waiting::Waiting;
use super::{SqliteReader, redactions, runs, segments, tail, tombstones, upgrade};
use crate::advances::sqlite as advances;
use crate::beside::WriteBeside;
use crate::points::sqlite as points;
use crate::sinks::{Noted, Progress};
use crate::sqlite::checkpoint::{Checkpointer, FOLD};
use crate::sqlite::witness::Witness;
use crate::sqlite::{
    Ownership, SqliteOptions, check_log, check_ours, check_whole, check_witness, open_io, open_writer,
};
use crate::sqlite::{sinks, uses};
use crate::{CommitError, Committer, Fault, Halves, Use};

/// The store that owns a file.
pub type SqliteStore = Halves<SqliteLoader, SqliteCommitter>;

/// The committing half of a file. It owns the file.
#[derive(Debug)]
pub struct SqliteCommitter {
    options: SqliteOptions,
    connections: Arc<Connections>,
    numbers: HashMap<Name, LedgerNo>,
    checkpointer: Checkpointer,
    witness: Witness,
    readers: Idle,
    waiting: Arc<Waiting>,
    behind: Behind,
    /// What a commit wrote of which it is not known whether it landed.
    unsettled: Option<Written>,
    ownership: Ownership,
}

impl SqliteStore {
    /// Takes a file for itself, creating it or bringing it up to date as needed.
    ///
    /// # Errors
    /// When the file is held by another server, is another program's, is damaged, has gone back to an earlier state, or
    /// was written by a newer release. Nothing is written to it then.
    pub fn open(options: SqliteOptions) -> Result<SqliteStore, Fault> {
        let ownership = Ownership::take(&options.path)?;
        check_ours(&options.path)?;
        accept(check_log(&options.path), options.accepts_loss)?;
        upgrade::check_space(&options)?;
        let mut connection = open_writer(&options)?;
        let accepted = accept(check_witness(&options.path, &connection), options.accepts_loss)?;
        // A log that is put down at once cannot take pages back that are long in the file.
        drop(connection.execute_batch(FOLD));
        check_whole(&options.path, &connection)?;
        upgrade::to_segments(&mut connection, &options)?;
        let mut witness = Witness::open(&options.path).map_err(|error| open_io(&options.path, &error))?;
        if accepted == Accepted::Loss {
            witness.clear().map_err(|error| open_io(&options.path, &error))?;
        }
        let file = witness.file().map_err(|error| open_io(&options.path, &error))?;
        let checkpointer = Checkpointer::start(&options.path, &connection, file)?;
        tail::catch_up(&mut connection, options.part_ids)?;
        let runs = runs::read_all(&connection)?;
        let connections = Connections::new(&options.path, connection)?;
        let waiting = Arc::new(Waiting::new(runs));
        let behind = Behind::new(Arc::clone(&waiting), options.generation_effects, options.part_ids);
        let committer = SqliteCommitter {
            options,
            connections: Arc::clone(&connections),
            numbers: HashMap::new(),
            checkpointer,
            witness,
            readers: Idle::default(),
            waiting: Arc::clone(&waiting),
            behind,
            unsettled: None,
            ownership,
        };
        Ok(Halves { loader: SqliteLoader::new(connections, waiting), committer })
    }

    /// Readers of the same file.
    #[must_use]
    pub fn reader(&self) -> SqliteReader {
        let SqliteCommitter { options, readers, waiting, .. } = &self.committer;
        SqliteReader::among(&options.path, Idle::clone(readers), Arc::clone(waiting))
    }
}

impl SqliteStore {
    /// Writes the file anew, so that no byte is left of earlier versions of rows. It takes as much room again meanwhile.
    ///
    /// # Errors
    /// When there is no room, or the file cannot be written. It is then as it was.
    pub fn scrub(mut self) -> Result<(), Fault> {
        let committer = &mut self.committer;
        committer.connections.close_loading();
        let mut connection = committer.connections.writing.lock();
        committer.behind.write_all(&mut connection)?;
        connection.execute_batch(FOLD)?;
        // A copy of the file is no thing to keep in memory.
        connection.execute_batch("PRAGMA temp_store = file; VACUUM")?;
        // The log has all of it twice now.
        Ok(connection.execute_batch(FOLD)?)
    }
}

/// Everything but COMMIT.
fn write(
    connection: &Connection,
    numbers: &HashMap<Name, LedgerNo>,
    behind: &mut Behind,
    deltas: &[Delta],
) -> Result<Written, CommitError> {
    let refused = |error: rusqlite::Error| CommitError::Refused(Fault::from(error));
    connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut s| s.execute([])).map_err(refused)?;
    let effects = deltas.iter().map(|delta| delta.effects.len()).sum();
    let mut written = behind.write_share(connection, effects).map_err(CommitError::Refused)?;
    for delta in deltas {
        let no = write_delta(connection, numbers, delta)?;
        written.ids.push(behind.write_ids(connection, no, delta).map_err(refused)?);
        written.numbers.push(no);
        for tombstone in delta.tombstones() {
            written.buried.extend(ledger_no(connection, &tombstone.ledger).map_err(CommitError::Refused)?);
        }
    }
    behind.push(deltas, &written);
    Ok(written)
}

/// Commits what was written and pushed.
fn commit(connection: &Connection) -> Result<(), CommitError> {
    match connection.prepare_cached("COMMIT").and_then(|mut s| s.execute([])) {
        Ok(_) => Ok(()),
        Err(error) => Err(match Fault::from(error) {
            // A full disk is found while the WAL is written, before its last frame: nothing landed.
            Fault::Full => CommitError::Refused(Fault::Full),
            fault => CommitError::Unknown(fault),
        }),
    }
}

impl Drop for SqliteCommitter {
    fn drop(&mut self) {
        // A file that is put down is whole without its WAL. Readers in the way leave that to the next owner. The last
        // connection that may write removes what SQLite keeps beside the file.
        self.readers.lock().clear();
        self.connections.close_loading();
        let mut connection = self.connections.writing.lock();
        // What is not written now, the next owner derives. What may not have landed is no one's to write.
        if self.unsettled.is_none() {
            drop(self.behind.write_all(&mut connection));
        }
        drop(connection.execute_batch(FOLD));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Accepted {
    Whole,
    Loss,
}

/// What has lost acknowledged commits is taken only where that was said.
fn accept(checked: Result<(), Fault>, accepts_loss: bool) -> Result<Accepted, Fault> {
    match checked {
        Ok(()) => Ok(Accepted::Whole),
        Err(Fault::Lost { path, reason }) if accepts_loss => {
            tracing::warn!(path, reason, "acknowledged commits are lost, and the file is taken without them");
            Ok(Accepted::Loss)
        }
        Err(fault) => Err(fault),
    }
}

impl Committer for SqliteCommitter {
    fn commit(&mut self, deltas: &[Delta]) -> Result<(), CommitError> {
        self.ownership.check().map_err(CommitError::Refused)?;
        let SqliteCommitter { connections, numbers, checkpointer, witness, behind, unsettled, .. } = self;
        let connection = &*connections.writing.lock();
        let erases = deltas.iter().any(|delta| !delta.redacted.is_empty());
        if erases {
            redactions::overwrite_freed(connection, true).map_err(|error| CommitError::Refused(error.into()))?;
        }
        let prepared = write(connection, numbers, behind, deltas);
        if prepared.is_err() {
            behind.rolled_back();
        }
        let written = prepared.and_then(|written| {
            let committed = commit(connection);
            match &committed {
                Ok(()) => {
                    for (delta, no) in deltas.iter().zip(&written.numbers) {
                        if !numbers.contains_key(&delta.head.ledger) {
                            numbers.insert(delta.head.ledger.clone(), *no);
                        }
                    }
                    behind.landed(deltas, written);
                }
                Err(CommitError::Unknown(_)) => *unsettled = Some(written),
                Err(_) => behind.lost(deltas, &written),
            }
            committed
        });
        if let (Ok(()), Some(last)) = (&written, deltas.last()) {
            witness.note(&last.head);
        }
        if written.is_err() && !connection.is_autocommit() {
            // Whatever the rollback says, the next BEGIN or the settling finds out.
            drop(connection.execute_batch("ROLLBACK"));
        }
        if erases {
            // What it costs is all that is left of it: the setting is of this connection.
            drop(redactions::overwrite_freed(connection, false));
        }
        checkpointer.after_commit(connection);
        written
    }

    fn confirm(&mut self, _: &[Head]) -> Result<bool, Fault> {
        // The file is ours: no one else can have moved a head.
        Ok(true)
    }

    fn probe(&mut self) -> Result<(), Fault> {
        self.ownership.check()?;
        let mut connection = self.connections.writing.lock();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // As many pages as a small batch takes, given back at once: a full disk has no room for them.
        transaction.execute("INSERT INTO probes (no, content) VALUES (1, zeroblob(65536))", [])?;
        transaction.execute("DELETE FROM probes", [])?;
        Ok(transaction.commit()?)
    }

    fn settle(&mut self, deltas: &[Delta]) -> Result<bool, Fault> {
        let mut connection = self.connections.writing.lock();
        *connection = open_writer(&self.options)?;
        self.checkpointer.watch(&connection);
        self.numbers.clear();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut landed = true;
        for delta in deltas {
            let ledger = delta.head.ledger.as_str();
            transaction.execute("UPDATE ledgers SET epoch = epoch + 1 WHERE name = ?1", [ledger])?;
            landed &= match ledger_no(&transaction, &delta.head.ledger)? {
                None => false,
                Some(no) => transaction.query_row(
                    "SELECT count(*) FROM batches WHERE key = ?1 AND hash = ?2",
                    params![no.key(delta.head.batch.0), &delta.head.hash[..]],
                    |row| Ok(row.get::<_, i64>(0)? == 1),
                )?,
            };
        }
        transaction.commit()?;
        if let Some(written) = self.unsettled.take() {
            match landed {
                true => self.behind.landed(deltas, written),
                false => self.behind.lost(deltas, &written),
            }
        }
        Ok(landed)
    }
}

impl WriteBeside for SqliteCommitter {
    fn note_uses(&mut self, uses: &[Use]) -> Result<(), Fault> {
        self.ownership.check()?;
        uses::note(&mut self.connections.writing.lock(), uses)
    }

    fn claim_sinks(&mut self, sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
        // The file is ours, and so is every sink.
        sinks::progress(&self.connections.writing.lock(), sinks)
    }

    fn note_deliveries(&mut self, noted: &[Noted]) -> Result<(), Fault> {
        self.ownership.check()?;
        sinks::note(&mut self.connections.writing.lock(), noted)
    }
}

/// Writes one ledger's batch inside the transaction, but for its balances and ids. Gives its number.
fn write_delta(
    connection: &Connection,
    numbers: &HashMap<Name, LedgerNo>,
    delta: &Delta,
) -> Result<LedgerNo, CommitError> {
    let refused = |error: rusqlite::Error| CommitError::Refused(Fault::from(error));
    let known = match numbers.get(&delta.head.ledger) {
        Some(no) => Some(*no),
        None => ledger_no(connection, &delta.head.ledger).map_err(CommitError::Refused)?,
    };
    let moved = move_head(connection, known, delta).map_err(refused)?;
    let Some(no) = moved else {
        return Err(CommitError::Deposed { ledger: delta.head.ledger.clone() });
    };
    if no.0 > LEDGERS_MAX || delta.head.accounts.0 > ACCOUNTS_MAX {
        let reason = format!("a file has at most {LEDGERS_MAX} ledgers of {ACCOUNTS_MAX} accounts; use another");
        return Err(CommitError::Refused(Fault::Database(reason)));
    }
    write_journal(connection, no, delta).map_err(refused)?;
    write_accounts(connection, no, delta).map_err(refused)?;
    write_transactions(connection, no, delta).map_err(refused)?;
    // Batches that are taken over together may have texts and their redaction.
    redactions::write(connection, no, delta).map_err(CommitError::Refused)?;
    write_dates(connection, no, delta).map_err(refused)?;
    write_deferrals(connection, no, delta).map_err(refused)?;
    points::write(connection, no, delta).map_err(refused)?;
    advances::write(connection, no, delta).map_err(refused)?;
    for tombstone in delta.tombstones() {
        tombstones::bury(connection, tombstone).map_err(CommitError::Refused)?;
    }
    Ok(no)
}

/// Compares the head and moves it; `None` when it was not where this batch started.
fn move_head(connection: &Connection, known: Option<LedgerNo>, delta: &Delta) -> rusqlite::Result<Option<LedgerNo>> {
    let head = &delta.head;
    if let Some(no) = known {
        let mut statement = connection.prepare_cached(
            "UPDATE ledgers SET batch = ?1, seq = ?2, at = ?3, hash = ?4, accounts = ?5, arriving = ?9,
               default_assets = ?10, state = ?11
             WHERE no = ?6 AND batch = ?7 AND epoch = ?8",
        )?;
        let moved = statement.execute(params![
            integer(head.batch.0),
            integer(head.seq.0),
            head.at.0,
            &head.hash[..],
            integer(head.accounts.0),
            no.0,
            integer(delta.base.batch.0),
            integer(delta.base.epoch),
            head.arriving,
            defaults(head),
            head.state.code(),
        ])?;
        return Ok((moved == 1).then_some(no));
    }
    if !delta.base.is_absent() {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO ledgers (name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts,
           rank_by_entries, arriving, default_assets, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let no = statement.insert(params![
        head.ledger.as_str(),
        integer(head.batch.0),
        integer(head.epoch),
        integer(head.seq.0),
        head.at.0,
        &head.hash[..],
        integer(head.accounts.0),
        head.rules.implicit_accounts == ImplicitAccounts::Opened,
        head.rules.zero_amounts == ZeroAmounts::Record,
        head.rules.ranking == Ranking::ByEntries,
        head.arriving,
        defaults(head),
        head.state.code(),
    ])?;
    connection.prepare_cached(tail::OPENED)?.execute([no])?;
    Ok(Some(LedgerNo(no)))
}

/// The default assets of a ledger in canonical bytes.
fn defaults(head: &Head) -> Vec<u8> {
    let mut encoder = Encoder::new();
    head.defaults.encode(&mut encoder);
    encoder.into_bytes()
}

fn write_journal(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    let lasts = delta.batches.iter().map(|batch| batch.last);
    segments::write(connection, no, delta.base.seq.next(), &delta.canonical, lasts)?;
    let mut batches = connection.prepare_cached("INSERT INTO batches (key, last, at, hash) VALUES (?1, ?2, ?3, ?4)")?;
    for batch in &delta.batches {
        batches.execute(params![no.key(batch.batch.0), integer(batch.last.0), batch.at.0, &batch.hash[..]])?;
    }
    Ok(())
}

fn write_accounts(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    for asset in &delta.assets {
        connection
            .prepare_cached(
                "INSERT INTO assets (ledger, no, code, scale) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (ledger, no) DO UPDATE SET scale = excluded.scale",
            )?
            .execute(params![no.0, integer(asset.no.0), asset.code.as_str(), asset.scale])?;
    }
    for account in &delta.accounts {
        write_account(connection, no, account)?;
    }
    Ok(())
}

fn write_deferrals(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    for (seq, deferral) in delta.deferrals() {
        let sql = match deferral {
            Deferral::Waiting => "INSERT INTO deferred (key) VALUES (?1)",
            Deferral::Resolved => "DELETE FROM deferred WHERE key = ?1",
        };
        connection.prepare_cached(sql)?.execute([no.key(seq.0)])?;
    }
    Ok(())
}

fn write_account(connection: &Connection, no: LedgerNo, account: &AccountRow) -> rusqlite::Result<()> {
    let metadata = (!account.metadata.is_empty()).then(|| {
        let mut encoder = Encoder::new();
        account.metadata.encode(&mut encoder);
        encoder.into_bytes()
    });
    let mut statement = connection.prepare_cached(
        "INSERT INTO accounts (key, ledger, name, metadata, opened_at, frozen, closed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (key) DO UPDATE SET metadata = excluded.metadata, frozen = excluded.frozen,
           closed = excluded.closed",
    )?;
    statement.execute(params![
        no.key(account.no.0),
        no.0,
        account.name.as_str(),
        metadata,
        account.opened_at.0,
        account.frozen,
        account.closed,
    ])?;
    Ok(())
}

/// References, metadata and states: only transactions that have them pay for them.
fn write_transactions(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    for effect in delta.effects.iter() {
        let Some(detail) = effect.fact.detail() else { continue };
        if let Some(reference) = &detail.reference {
            connection
                .prepare_cached("INSERT INTO transaction_references (ledger, reference, seq) VALUES (?1, ?2, ?3)")?
                .execute(params![no.0, reference, integer(effect.seq.0)])?;
        }
        for (key, value) in detail.metadata.pairs() {
            connection
                .prepare_cached("INSERT INTO transaction_metadata (ledger, key, value, seq) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![no.0, key, value, integer(effect.seq.0)])?;
        }
    }
    for (seq, id, state) in &delta.states {
        write_state(connection, no, *seq, *id, *state)?;
    }
    Ok(())
}

fn write_state(
    connection: &Connection,
    no: LedgerNo,
    seq: Seq,
    id: Id,
    state: TransactionState,
) -> rusqlite::Result<()> {
    let key = no.key(seq.0);
    let (code, expires_at, resolved, amount, reversed_by) = match state {
        TransactionState::Posted { reversed_by } => (0, None, None, None, reversed_by),
        TransactionState::Pending { expires_at } => (1, expires_at, None, None, None),
        TransactionState::HoldPosted { seq, amount, reversed_by } => (2, None, Some(seq), Some(amount), reversed_by),
        TransactionState::Voided { seq } => (3, None, Some(seq), None, None),
        TransactionState::Expired { seq } => (4, None, Some(seq), None, None),
    };
    if code == 1 {
        if let Some(expires_at) = expires_at {
            connection
                .prepare_cached("INSERT INTO hold_expiries (expires_at, key) VALUES (?1, ?2)")?
                .execute(params![expires_at.0, key])?;
        }
    } else {
        // The state that is about to be overwritten knows where in the queue the hold stands.
        connection
            .prepare_cached(
                "DELETE FROM hold_expiries WHERE key = ?1
                   AND expires_at = (SELECT expires_at FROM transaction_states WHERE key = ?1)",
            )?
            .execute([key])?;
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO transaction_states (key, id, state, expires_at, resolved, amount, reversed_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at,
           resolved = excluded.resolved, amount = excluded.amount, reversed_by = excluded.reversed_by",
    )?;
    statement.execute(params![
        key,
        &id.0.to_be_bytes()[..],
        code,
        expires_at.map(|at| at.0),
        resolved.map(|seq| integer(seq.0)),
        amount.map(|amount| Wide(amount.signed())),
        reversed_by.map(|id| id.0.to_be_bytes().to_vec()),
    ])?;
    Ok(())
}

/// Milestones and off-date sums.
fn write_dates(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    let mut milestones = connection
        .prepare_cached("INSERT INTO milestones (ledger, account, asset, at, seq) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut reached: Vec<_> = delta.milestones().collect();
    reached.sort_unstable_by_key(|milestone| (milestone.account, milestone.asset, milestone.seq));
    for milestone in reached {
        let (account, asset) = (integer(milestone.account.0), integer(milestone.asset.0));
        milestones.execute(params![no.0, account, asset, milestone.at.0, integer(milestone.seq.0)])?;
    }
    if delta.off_dates.is_empty() {
        return Ok(());
    }
    let mut off_dates = connection
        .prepare_cached("INSERT INTO off_dates (ledger, account, asset, seq, sum) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in &delta.off_dates {
        let (account, asset) = (integer(row.account.0), integer(row.asset.0));
        off_dates.execute(params![no.0, account, asset, integer(row.seq.0), Wide(row.sum.0)])?;
    }
    let mut buckets = connection.prepare_cached(
        "INSERT INTO off_date_buckets (ledger, account, asset, level, bucket, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (ledger, account, asset, level, bucket) DO UPDATE SET sum = excluded.sum",
    )?;
    for (key, sum) in &delta.buckets {
        let (account, asset) = (integer(key.account.0), integer(key.asset.0));
        buckets.execute(params![no.0, account, asset, key.level, key.index, Wide(sum.0)])?;
    }
    Ok(())
}
