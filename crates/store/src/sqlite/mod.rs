//! The store on one SQLite file.
//!
//! Always true: one process owns the file, by an operating-system lock on the file `<database>.lock` beside it; one
//! connection writes, in WAL mode with `synchronous=FULL`, so a commit that was answered is on the disk; readers have
//! connections of their own and never wait for the writer. Nobody checkpoints on the writer's time but the writer
//! itself, and only above a bound (see `checkpoint.rs`).

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::Fault;

mod advances;
pub mod ceiling;
mod checkpoint;
mod points;
mod reader;
mod rows;
mod stored;
mod writer;

pub use reader::SqliteReader;
pub use writer::SqliteStore;

mod migrations {
    refinery::embed_migrations!("src/sqlite/migrations");
}

/// Between SQLite's 4 KiB and the 16 KiB with which bare bulk inserts were a sixth faster: SQLite logs whole pages, so the
/// larger they are, the more a small batch writes. The size itself was chosen, not measured.
const PAGE_BYTES: i64 = 8_192;

/// Memory for pages on the writing connection: enough for the right edges of all trees and the balances of some hundred
/// thousand accounts, little enough to stay well under 300 MB in all.
const WRITER_CACHE_KIB: i64 = 64 * 1_024;

/// Memory for pages on each reading connection.
const READER_CACHE_KIB: i64 = 8 * 1_024;

/// How long a connection waits for another to finish what SQLite does alone: opening, recovering. The file has one
/// writer, so nothing else is ever waited for.
const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Statements kept prepared on a connection: more than there are.
const STATEMENTS_MAX: usize = 96;

/// Where the file is and how to write it.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file. Its WAL and its lock stand beside it.
    pub path: PathBuf,
    /// The most pages the file may have; the file system decides when missing. Tests fill a disk with it.
    pub pages_max: Option<u32>,
}

impl SqliteOptions {
    /// A file with no bound of its own.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> SqliteOptions {
        SqliteOptions { path: path.into(), pages_max: None }
    }
}

/// The right to write a file. The lock goes when this goes, or the process does.
#[derive(Debug)]
struct Ownership {
    _lock: File,
}

impl Ownership {
    fn take(path: &Path) -> Result<Ownership, Fault> {
        let open =
            |reason: std::io::Error| Fault::Open { path: path.display().to_string(), reason: reason.to_string() };
        // The file itself, whatever links lead to it; it must be there to be found.
        File::options().create(true).truncate(false).write(true).open(path).map_err(open)?;
        let mut beside = path.canonicalize().map_err(open)?.into_os_string();
        beside.push(".lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&beside).map_err(open)?;
        match lock.try_lock() {
            Ok(()) => Ok(Ownership { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Fault::Owned { path: path.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(open(error)),
        }
    }
}

fn open_fault(path: &Path, error: &rusqlite::Error) -> Fault {
    Fault::Open { path: path.display().to_string(), reason: error.to_string() }
}

/// Opens the connection that writes, and brings the file up to this release's schema.
fn open_writer(options: &SqliteOptions) -> Result<Connection, Fault> {
    let path = &options.path;
    let fault = |error: rusqlite::Error| open_fault(path, &error);
    let mut connection = Connection::open(path).map_err(fault)?;
    let set_up = |connection: &Connection| -> rusqlite::Result<()> {
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "locking_mode", "normal")?;
        if let Some(pages) = options.pages_max {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        connection.busy_timeout(BUSY_TIMEOUT)
    };
    set_up(&connection).map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    migrate(&mut connection, path)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    let runner = migrations::migrations::runner();
    let known = runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0);
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
fn open_writer_beside(path: &Path) -> Result<Connection, Fault> {
    let fault = |error: rusqlite::Error| open_fault(path, &error);
    let connection = Connection::open(path).map_err(fault)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(fault)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(fault)?;
    Ok(connection)
}

/// Where pages of a file cannot be read: of each table or index that cannot be read whole, its name and the keys between
/// which that is so. It reads all of the file, and nothing of it is changed.
///
/// # Errors
/// When the file cannot be opened, or nothing of it can be read.
pub fn locate_corruption(path: &Path) -> Result<Vec<String>, Fault> {
    stored::locate(&open_reader(path)?).map_err(|error| open_fault(path, &error))
}

/// The bytes of a WAL that hold no page yet.
const WAL_HEADER_BYTES: u64 = 32;

/// Opens a connection that only reads.
///
/// SQLite reads a file in WAL mode by means of two files beside it. Where it cannot make them, a file that is whole by itself
/// is read as one that cannot change; one whose WAL holds pages is refused, because without them it is an older state.
fn open_reader(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match connect_reader(path, flags) {
        Ok(connection) => Ok(connection),
        Err(error) if is_unopened(&error) && !beside(path, "-shm").exists() => {
            let wal = beside(path, "-wal");
            if wal.metadata().is_ok_and(|wal| wal.len() > WAL_HEADER_BYTES) {
                let reason = format!(
                    "a part of it is in {}, which can only be read where files can be made; copy both into a folder \
                     that may be written, and read the copy",
                    wal.display()
                );
                return Err(Fault::Open { path: path.display().to_string(), reason });
            }
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            connect_reader(&immutable_uri(path), flags).map_err(|_| open_fault(path, &error))
        }
        Err(error) => Err(open_fault(path, &error)),
    }
}

fn connect_reader(path: impl AsRef<Path>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Only a question shows whether the file can be read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether SQLite could not open the file or make what it needs beside it.
fn is_unopened(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// A file that SQLite keeps beside the database, whatever links lead there.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

fn immutable_uri(path: &Path) -> PathBuf {
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

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Fault::Full,
            _ => Fault::Database(error.to_string()),
        }
    }
}
