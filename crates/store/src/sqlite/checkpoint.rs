//! Moving committed pages from the WAL into the database, beside the writer.
//!
//! A thread of its own checkpoints passively whenever the WAL has grown by [`PASSIVE_PAGES`]; it never makes anybody
//! wait. A writer that never pauses would let the WAL grow for ever all the same, so above [`RESTART_PAGES`] the writer
//! itself finishes the checkpoint between two batches. The WAL file is then written again from its start: writing into
//! space that is there already is several times faster than growing a file.

use std::cell::Cell;
use std::path::Path;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::open_writer_beside;
use crate::Fault;

/// 32 MB: large enough that pages written over and over are moved once, small enough to be moved in a fraction of a second.
const PASSIVE_PAGES: u32 = 4_096;

/// 128 MB: recovery after a crash reads this much, in a fraction of a second.
const RESTART_PAGES: u32 = 16_384;

thread_local! {
    /// The size of the WAL after the last commit on this thread, in pages. SQLite tells it to a hook that gets no
    /// argument of ours; the thread that commits is the one that asks.
    static WAL_PAGES: Cell<u32> = const { Cell::new(0) };
}

/// The thread that checkpoints, and when to wake it.
#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    woken_at: u32,
    /// The size from which the writer tries to finish the checkpoint itself.
    restart_at: u32,
}

impl Checkpointer {
    pub fn start(path: &Path, writer: &Connection) -> Result<Checkpointer, Fault> {
        let connection = open_writer_beside(path)?;
        let (wake, woken) = sync_channel::<()>(1);
        let thread = std::thread::Builder::new()
            .name("ducat-checkpoint".to_owned())
            .spawn(move || {
                while woken.recv().is_ok() {
                    // Busy or failed, the next commit wakes it again.
                    drop(checkpoint(&connection, "PRAGMA wal_checkpoint(PASSIVE)"));
                }
            })
            .map_err(|error| Fault::Database(error.to_string()))?;
        let mut checkpointer =
            Checkpointer { wake: Some(wake), thread: Some(thread), woken_at: 0, restart_at: RESTART_PAGES };
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
        } else if pages >= self.woken_at.saturating_add(PASSIVE_PAGES)
            && let Some(wake) = &self.wake
        {
            match wake.try_send(()) {
                Ok(()) | Err(TrySendError::Full(())) => self.woken_at = pages,
                Err(TrySendError::Disconnected(())) => self.wake = None,
            }
        }
    }
}

impl Checkpointer {
    /// Finishes the checkpoint unless a reader is in the way: nobody waits for a reader here. After a failure the WAL
    /// grows on, and the next attempt is a good piece later.
    fn restart(&mut self, writer: &Connection, pages: u32) {
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
