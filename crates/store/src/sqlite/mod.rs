//! The store on one SQLite file.
//!
//! Always true: one process owns the file, by an operating-system lock on the file `<database>.lock` beside it; one
//! connection writes, in WAL mode with `synchronous=FULL`, so a commit that was answered is on the disk; readers have
//! connections of their own and never wait for the writer. No one checkpoints on the writer's time but the writer
//! itself, and only above a bound (see `checkpoint.rs`).
//!
//! Before a file is written to it is shown to be ours (`application_id`), to have a whole log (`wal.rs`), and to hold
//! the last commit that was acknowledged (`witness.rs`). A file that fails one of these is left as it is.

use std::fs::{File, TryLockError};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::Fault;

pub(crate) mod checkpoint;
pub(crate) mod sinks;
pub(crate) mod uses;
pub(crate) mod wal;
pub(crate) mod witness;

mod migrations {
    refinery::embed_migrations!("src/sqlite/migrations");
}

/// What the files of this store say they are, in SQLite's `application_id`: "Duca".
pub(crate) const APPLICATION_ID: i32 = 0x4475_6361;

/// Only their owner reads and writes files: they hold other people's money.
pub(crate) const FILE_MODE: u32 = 0o600;

/// Between SQLite's 4 KiB and the 16 KiB with which bare bulk inserts were a sixth faster: SQLite logs whole pages, so
/// the larger they are, the more a small batch writes. The size itself was chosen, not measured.
pub(crate) const PAGE_BYTES: i64 = 8_192;

/// Memory for pages on the writing connection: enough for the right edges of all trees and the balances of some hundred
/// thousand accounts, little enough to stay well under 300 MB in all.
pub(crate) const WRITER_CACHE_KIB: i64 = 64 * 1_024;

/// Memory for pages on each reading connection.
pub(crate) const READER_CACHE_KIB: i64 = 8 * 1_024;

/// How long a connection waits for another to finish what SQLite does alone: opening, recovering. The file has one
/// writer, so nothing else is ever waited for.
pub(crate) const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Statements kept prepared on a connection: more than there are.
pub(crate) const STATEMENTS_MAX: usize = 96;

/// Effects of a generation of rows that wait in memory: a start derives two generations in a fraction of a second.
/// Of ten thousand accounts each row is then written once where it changed 26 times.
pub(crate) const GENERATION_EFFECTS: usize = 1 << 17;

/// Where the file is and how to write it.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file. Its WAL and its lock stand beside it.
    pub path: PathBuf,
    /// The most pages the file may have; the file system decides when missing. Tests fill a disk with it.
    pub pages_max: Option<u32>,
    /// Whether a file that has lost acknowledged commits is taken as it is.
    pub accepts_loss: bool,
    /// The effects after which bringing an earlier release's journal up to date stops, as if the process had been killed.
    /// Tests look at what is there then.
    pub upgrade_stops_after: Option<usize>,
    /// Hears how far bringing an earlier release's journal up to date is.
    pub upgrade_watcher: Option<Watcher>,
    /// The bytes that count as free on the disk, when a journal is brought up to date; the system is asked when missing.
    /// Tests make them few.
    pub bytes_free: Option<u64>,
    /// The effects after which rows that wait in memory begin to be written: what a start after a crash derives is
    /// up to twice as much. Tests make it small.
    pub generation_effects: usize,
    /// The ids of a part of a run, the piece in which ids that come in no order are written. Tests make it small.
    pub part_ids: usize,
}

impl SqliteOptions {
    /// A file with no bound of its own.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> SqliteOptions {
        SqliteOptions {
            path: path.into(),
            pages_max: None,
            accepts_loss: false,
            upgrade_stops_after: None,
            upgrade_watcher: None,
            bytes_free: None,
            generation_effects: GENERATION_EFFECTS,
            part_ids: crate::ledger::sqlite::PART_IDS,
        }
    }
}

/// Is called now and then with how many effects are done, of how many.
#[derive(Clone)]
pub struct Watcher(Arc<dyn Fn(u64, u64) + Send + Sync>);

impl Watcher {
    /// One that calls a function.
    #[must_use]
    pub fn new(hear: impl Fn(u64, u64) + Send + Sync + 'static) -> Watcher {
        Watcher(Arc::new(hear))
    }

    pub(crate) fn hear(&self, done: u64, total: u64) {
        (self.0)(done, total);
    }
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watcher")
    }
}

/// The right to write a file. The lock goes when this goes, or the process does.
#[derive(Debug)]
pub(crate) struct Ownership {
    _lock: File,
    path: PathBuf,
    /// Device and number of the file.
    identity: (u64, u64),
}

impl Ownership {
    pub fn take(path: &Path) -> Result<Ownership, Fault> {
        let open =
            |reason: std::io::Error| Fault::Open { path: path.display().to_string(), reason: reason.to_string() };
        // The file itself, whatever links lead to it; it must be there to be found.
        let file = File::options().create(true).truncate(false).write(true).mode(FILE_MODE).open(path).map_err(open)?;
        let identity = file.metadata().map(|found| (found.dev(), found.ino())).map_err(open)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true).mode(FILE_MODE);
        let lock = options.open(beside(path, ".lock")).map_err(open)?;
        match lock.try_lock() {
            Ok(()) => Ok(Ownership { _lock: lock, path: path.to_owned(), identity }),
            Err(TryLockError::WouldBlock) => Err(Fault::Owned { path: path.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(open(error)),
        }
    }

    /// Whether the file is still where it was. Commits to one that was moved away would be found by no one.
    pub fn check(&self) -> Result<(), Fault> {
        let found = std::fs::metadata(&self.path).map(|found| (found.dev(), found.ino()));
        if found.is_ok_and(|found| found == self.identity) {
            return Ok(());
        }
        Err(Fault::Moved { path: self.path.display().to_string() })
    }
}

/// Whether someone owns a file now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Someone,
    NoOne,
    /// The lock may not be read.
    Unknown,
}

impl Owner {
    pub fn of(path: &Path) -> Owner {
        match File::open(beside(path, ".lock")) {
            Ok(lock) if matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)) => Owner::Someone,
            Ok(_) => Owner::NoOne,
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Owner::Unknown,
            Err(_) => Owner::NoOne,
        }
    }
}

/// Shows that a file is ours, or no one's yet, without writing to it.
pub(crate) fn check_ours(path: &Path) -> Result<(), Fault> {
    let foreign = |reason: &str| Fault::Foreign { path: path.display().to_string(), reason: reason.to_owned() };
    let bytes = std::fs::metadata(path).map_or(0, |found| found.len());
    if bytes == 0 {
        return Ok(());
    }
    let connection = open_reader(path)?;
    let read = || -> rusqlite::Result<(i32, i64, bool)> {
        let id = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        // Releases before application_id was set have the history of our schema, and our tables.
        let has_history = connection.table_exists(None, "refinery_schema_history")?;
        Ok((id, tables, has_history && connection.table_exists(None, "ledgers")?))
    };
    match read() {
        Ok((APPLICATION_ID, _, _) | (0, 0, _) | (0, _, true)) => Ok(()),
        Ok((0, ..)) => Err(foreign("it has tables of its own")),
        Ok((id, ..)) => Err(foreign(&format!("its application_id is {id}"))),
        Err(error) => Err(open_fault(path, &error)),
    }
}

/// Shows that the log beside a file, which no one has open, has lost nothing that was acknowledged.
pub(crate) fn check_log(path: &Path) -> Result<(), Fault> {
    let lost = |reason| Fault::Lost { path: path.display().to_string(), reason };
    match wal::inspect(path).map_err(|error| open_io(path, &error))? {
        wal::Log::Empty | wal::Log::Whole => Ok(()),
        wal::Log::Damaged { frame, lost: commits } => Err(lost(format!(
            "frame {frame} of its write-ahead log is damaged, and at least {commits} commits from there on would be left out"
        ))),
    }
}

/// Shows that a file holds what was committed last.
pub(crate) fn check_witness(path: &Path, connection: &Connection) -> Result<(), Fault> {
    let Some(last) = witness::read(path).map_err(|error| open_io(path, &error))? else { return Ok(()) };
    let sql = "SELECT count(*) FROM batches b JOIN ledgers l ON b.key = l.no * 1099511627776 + ?2
               WHERE l.name = ?1 AND b.hash = ?3";
    let place = rusqlite::params![last.ledger.as_str(), integer(last.batch.0), &last.hash[..]];
    let count: i64 = connection.query_row(sql, place, |row| row.get(0))?;
    if count == 1 {
        return Ok(());
    }
    let reason = format!("batch {} of ledger {} is not in it, or is another one", last.batch, last.ledger);
    Err(Fault::Lost { path: path.display().to_string(), reason })
}

/// Shows what can be shown of a whole file in a moment: that it is as long as it says, and that each ledger's head is
/// its last batch.
pub(crate) fn check_whole(path: &Path, connection: &Connection) -> Result<(), Fault> {
    let number = |name| -> Result<u64, Fault> {
        let number: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
        Ok(u64::try_from(number).unwrap_or(0))
    };
    let (said, found) = (number("page_count")?.saturating_mul(number("page_size")?), std::fs::metadata(path));
    let found = found.map_err(|error| open_io(path, &error))?.len();
    let log = std::fs::metadata(wal::path_of(path)).map_or(0, |log| log.len());
    if found < said && log == 0 {
        return Err(Fault::Damaged(format!("{} has {found} bytes of the {said} that it says", path.display())));
    }
    // Of a deleted ledger (state 2) only its row in ledgers is left.
    let sql = "SELECT l.name FROM ledgers l LEFT JOIN batches b ON b.key = l.no * 1099511627776 + l.batch
               WHERE l.batch > 0 AND l.state <> 2 AND (b.hash IS NOT l.hash OR b.last IS NOT l.seq) LIMIT 1";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        None => Ok(()),
        Some(row) => {
            let ledger: String = row.get(0)?;
            Err(Fault::Damaged(format!("the head of ledger {ledger} is not its last row in batches")))
        }
    }
}

pub(crate) fn open_io(path: &Path, error: &std::io::Error) -> Fault {
    Fault::Open { path: path.display().to_string(), reason: error.to_string() }
}

pub(crate) fn open_fault(path: &Path, error: &rusqlite::Error) -> Fault {
    if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) {
        return Fault::Foreign { path: path.display().to_string(), reason: "it is no SQLite database".to_owned() };
    }
    Fault::Open { path: path.display().to_string(), reason: error.to_string() }
}

/// Opens the connection that writes, and brings the file up to this release's schema.
pub(crate) fn open_writer(options: &SqliteOptions) -> Result<Connection, Fault> {
    let path = &options.path;
    let fault = |error: rusqlite::Error| open_fault(path, &error);
    let mut connection = Connection::open(path).map_err(fault)?;
    let set_up = |connection: &Connection| -> rusqlite::Result<()> {
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        if connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0))? != APPLICATION_ID {
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        }
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "locking_mode", "normal")?;
        // There may be no folder for temporary files.
        connection.pragma_update(None, "temp_store", "memory")?;
        if let Some(pages) = options.pages_max {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        connection.busy_timeout(BUSY_TIMEOUT)
    };
    set_up(&connection).map_err(fault)?;
    keep_statements(&connection).map_err(fault)?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

/// Keeps every statement of a connection prepared, whatever is bound to it. Without the query planner stability guarantee
/// SQLite prepares a statement with `LIMIT ?` again each time its limit is bound: it plans by the number.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// The version of the schema that this release writes.
#[must_use]
pub fn schema() -> i64 {
    let runner = migrations::migrations::runner();
    runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
}

pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    // All in one transaction: otherwise a migration and the note of it are two, and a crash between them is for good.
    let runner = migrations::migrations::runner().set_grouped(true);
    let known = schema();
    let database = |error: refinery::Error| Fault::Database(error.to_string());
    let found = match connection.table_exists(None, "refinery_schema_history")? {
        false => 0,
        true => {
            let last = runner.get_last_applied_migration(connection).map_err(database)?;
            last.map_or(0, |migration| i64::from(migration.version()))
        }
    };
    if found > known {
        return Err(Fault::Newer { path: path.display().to_string(), found, known });
    }
    if found < known {
        runner.run(connection).map_err(database)?;
    }
    Ok(())
}

/// Opens a second connection that may checkpoint and does nothing else.
pub(crate) fn open_writer_beside(path: &Path) -> Result<Connection, Fault> {
    let fault = |error: rusqlite::Error| open_fault(path, &error);
    let connection = Connection::open(path).map_err(fault)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(fault)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(fault)?;
    Ok(connection)
}

/// The bytes of a WAL that hold no page yet.
pub(crate) const WAL_HEADER_BYTES: u64 = 32;

/// Opens a connection that only reads.
///
/// SQLite reads a file in WAL mode by means of two files beside it. Where it cannot make them, a file that is whole by
/// itself is read as one that cannot change; one whose WAL holds pages is refused, because without them it is an older
/// state.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match connect_reader(path, flags) {
        Ok(connection) => Ok(connection),
        Err(error) if is_unopened(&error) && Owner::of(path) == Owner::NoOne => {
            let wal = wal::path_of(path);
            if wal.metadata().is_ok_and(|wal| wal.len() > WAL_HEADER_BYTES) {
                let reason = format!(
                    "a part of it is in {}, which can only be read where files can be made; copy both into a folder \
                     that may be written, and read the copy",
                    wal.display()
                );
                return Err(Fault::Open { path: path.display().to_string(), reason });
            }
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            connect_reader(immutable_uri(path), flags).map_err(|_| open_fault(path, &error))
        }
        Err(error) => Err(open_fault(path, &error)),
    }
}

pub(crate) fn connect_reader(path: impl AsRef<Path>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_statements(&connection)?;
    // Only a question shows whether the file can be read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether SQLite could not open the file or make what it needs beside it.
pub(crate) fn is_unopened(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// A file that SQLite keeps beside the database, whatever links lead there.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

pub(crate) fn immutable_uri(path: &Path) -> PathBuf {
    let mut uri = std::ffi::OsString::from("file:");
    for part in path.as_os_str().as_encoded_bytes() {
        match part {
            b'%' => uri.push("%25"),
            b'?' => uri.push("%3f"),
            b'#' => uri.push("%23"),
            byte if byte.is_ascii() => uri.push(char::from(*byte).to_string()),
            byte => uri.push(format!("%{byte:02x}")),
        }
    }
    uri.push("?immutable=1");
    PathBuf::from(uri)
}

pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Fault::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Fault::Damaged(error.to_string()),
            _ => Fault::Database(error.to_string()),
        }
    }
}
