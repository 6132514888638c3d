//! Moving committed pages from the WAL into the database, beside the writer.
//!
//! A thread of its own checkpoints passively whenever the WAL has grown by [`PASSIVE_PAGES`]; it makes no one wait. A
//! writer that never pauses would let the WAL grow without end all the same, so above [`RESTART_PAGES`] the writer
//! itself finishes the checkpoint between two batches. The WAL file is then written again from its start: writing into
//! space that is there already is several times faster than growing a file. A second after the last commit the thread
//! empties the WAL, so that a log damaged while nothing happens has nothing to lose. The witness of the last commit is
//! synced whenever pages are moved.

use std::cell::Cell;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::open_writer_beside;
use crate::Fault;

/// Moves the log into the file and leaves it empty, unless a reader is in the way.
pub(crate) const FOLD: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// 16 MB: large enough that pages written over and over are moved once, small enough to be moved in a fraction of a
/// second.
const PASSIVE_PAGES: u32 = 2_048;

/// A log that was not written to for so long is emptied.
const IDLE_TIME: Duration = Duration::from_secs(1);

/// 128 MB: recovery after a crash reads this much, in a fraction of a second.
const RESTART_PAGES: u32 = 16_384;

thread_local! {
    /// The size of the WAL after the last commit on this thread, in pages. SQLite passes it to a hook that gets no
    /// argument of ours; the thread that commits is the one that asks.
    static WAL_PAGES: Cell<u32> = const { Cell::new(0) };
}

/// The thread that checkpoints, and when to wake it.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    wake: Option<SyncSender<Wake>>,
    thread: Option<JoinHandle<()>>,
    /// Whether the thread moves pages now. SQLite lets one connection do that at a time.
    is_moving: Arc<AtomicBool>,
    woken_at: u32,
    /// The size from which the writer tries to finish the checkpoint itself.
    restart_at: u32,
}

impl Checkpointer {
    pub fn start(path: &Path, writer: &Connection, witness: File) -> Result<Checkpointer, Fault> {
        let connection = open_writer_beside(path)?;
        let (wake, woken) = sync_channel::<Wake>(1);
        let is_moving = Arc::new(AtomicBool::new(false));
        let mover = Mover { connection, witness, is_moving: Arc::clone(&is_moving) };
        let thread = std::thread::Builder::new()
            .name("ducat-checkpoint".to_owned())
            .spawn(move || mover.run(&woken))
            .map_err(|error| Fault::Database(error.to_string()))?;
        let mut checkpointer =
            Checkpointer { wake: Some(wake), thread: Some(thread), is_moving, woken_at: 0, restart_at: RESTART_PAGES };
        checkpointer.watch(writer);
        Ok(checkpointer)
    }

    /// Follows a new writing connection.
    pub fn watch(&mut self, writer: &Connection) {
        writer.wal_hook(Some(|_, pages| {
            WAL_PAGES.set(u32::try_from(pages).unwrap_or(0));
            Ok(())
        }));
        self.woken_at = 0;
    }

    /// Between two batches.
    pub fn after_commit(&mut self, writer: &Connection) {
        let pages = WAL_PAGES.get();
        if pages < self.woken_at {
            self.woken_at = 0;
        }
        if pages >= self.restart_at {
            self.restart(writer, pages);
        } else if let Some(wake) = &self.wake {
            let is_large = pages >= self.woken_at.saturating_add(PASSIVE_PAGES);
            match wake.try_send(if is_large { Wake::Large } else { Wake::Written }) {
                Ok(()) if is_large => self.woken_at = pages,
                // A thread that is busy is at work already, or is woken by the next commit.
                Ok(()) | Err(TrySendError::Full(_)) => {}
                Err(TrySendError::Disconnected(_)) => self.wake = None,
            }
        }
    }
}

/// Moves what no reader is in the way of.
const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// What the writer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wake {
    /// It committed.
    Written,
    /// It committed, and the log is large.
    Large,
}

/// What the thread has.
struct Mover {
    connection: Connection,
    witness: File,
    is_moving: Arc<AtomicBool>,
}

impl Mover {
    /// Moves pages as the log grows, and all of them once the writer is idle.
    fn run(self, woken: &Receiver<Wake>) {
        // Readers are never waited for: the writer would wait meanwhile.
        drop(self.connection.busy_timeout(Duration::ZERO));
        let mut is_folded = true;
        loop {
            let wake = match is_folded {
                true => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => woken.recv_timeout(IDLE_TIME),
            };
            match wake {
                Ok(Wake::Written) => is_folded = false,
                Ok(Wake::Large) => {
                    is_folded = false;
                    // Busy or failed, a later commit wakes it again.
                    self.move_pages(&[PASSIVE]);
                }
                // Passively first: the writer, should it come back now, waits only for what is left.
                Err(RecvTimeoutError::Timeout) => is_folded = self.move_pages(&[PASSIVE, FOLD]),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Whether the last of these ran to its end.
    fn move_pages(&self, pragmas: &[&str]) -> bool {
        self.is_moving.store(true, Ordering::Release);
        drop(self.witness.sync_data());
        let mut is_done = false;
        for pragma in pragmas {
            is_done = checkpoint(&self.connection, pragma).unwrap_or(false);
        }
        self.is_moving.store(false, Ordering::Release);
        is_done
    }
}

impl Checkpointer {
    /// Finishes the checkpoint unless a reader is in the way: no one waits for a reader here. After a failure the WAL
    /// grows on, and the next attempt is a good piece later. While the thread moves pages the next attempt is after the
    /// next commit: no one wakes the thread meanwhile, so it comes to its end.
    fn restart(&mut self, writer: &Connection, pages: u32) {
        if self.is_moving.load(Ordering::Acquire) {
            return;
        }
        let restarted = writer
            .busy_timeout(std::time::Duration::ZERO)
            .and_then(|()| checkpoint(writer, "PRAGMA wal_checkpoint(RESTART)"))
            .unwrap_or(false);
        drop(writer.busy_timeout(super::BUSY_TIMEOUT));
        if restarted {
            WAL_PAGES.set(0);
            self.woken_at = 0;
            self.restart_at = RESTART_PAGES;
        } else {
            self.restart_at = pages.saturating_add(PASSIVE_PAGES);
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Whether it ran to its end.
fn checkpoint(connection: &Connection, pragma: &str) -> rusqlite::Result<bool> {
    connection.query_row(pragma, [], |row| row.get::<_, i64>(0)).map(|busy| busy == 0)
}
