//! What can go wrong at a store, and what is known of a commit afterwards.
//!
//! A fault comes from the world: nothing is known to have changed, and it may be retried. Damage may not: no retry
//! helps.

use ducat_domain::names::Name;

/// Something that the world did: nothing is known to have changed, and it may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No space is left.
    #[error("the disk is full: free some space, the server goes on by itself")]
    Full,
    /// The file is another server's.
    #[error("{path} is held by another server: stop that one, or give this one a file of its own")]
    Owned {
        /// The file.
        path: String,
    },
    /// The file cannot be opened.
    #[error("{path} cannot be opened: {reason}")]
    Open {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The file was written by a newer release.
    #[error("{path} was written by a newer release (schema {found}, this one knows {known}): use that release")]
    Newer {
        /// The file.
        path: String,
        /// Its schema.
        found: i64,
        /// The newest schema that this release knows.
        known: i64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(String),
    /// The database cannot be read as one.
    #[error(
        "the store is damaged: {0}; stop the server, keep a copy, and restore a backup (`ducat verify` names what is damaged)"
    )]
    Damaged(String),
    /// The file is of another program.
    #[error("{path} belongs to another program: {reason}; give Ducat a file of its own")]
    Foreign {
        /// The file.
        path: String,
        /// What shows it.
        reason: String,
    },
    /// The file is not where it was when it was opened.
    #[error(
        "{path} was moved or replaced while it is served: put it back, or stop the server; nothing is written meanwhile"
    )]
    Moved {
        /// Where it was.
        path: String,
    },
    /// The file has lost what was acknowledged.
    #[error(
        "{path} has lost commits that were acknowledged: {reason}. Restore a backup that has them, or give --accept-loss to go on without them"
    )]
    Lost {
        /// The file.
        path: String,
        /// What shows it.
        reason: String,
    },
    /// Another node has the lease of a ledger.
    #[error("ledger {ledger} is served by {owner}")]
    Elsewhere {
        /// The ledger.
        ledger: Name,
        /// Where that node is.
        owner: String,
    },
    /// A ledger that is to be deleted may not be.
    #[error("ledger {ledger} cannot be deleted: {reason}")]
    NotDeletable {
        /// The ledger.
        ledger: Name,
        /// Why not.
        reason: &'static str,
    },
    /// This node may serve no ledger, and no other node can.
    #[error("this node serves no ledgers now: {reason}")]
    Withdrawn {
        /// Why not, and what to do.
        reason: String,
    },
    /// A row holds what no release writes.
    #[error("{table} {key}: {column} holds what no release writes")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        key: String,
    },
}

impl Fault {
    /// Whether the store holds what cannot be, so that no retry helps.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Fault::Damaged(_) | Fault::Inconsistent { .. } => true,
            Fault::Full
            | Fault::Owned { .. }
            | Fault::Open { .. }
            | Fault::Newer { .. }
            | Fault::Database(_)
            | Fault::Foreign { .. }
            | Fault::Lost { .. }
            | Fault::Moved { .. }
            | Fault::NotDeletable { .. }
            | Fault::Withdrawn { .. }
            | Fault::Elsewhere { .. } => false,
        }
    }
}

/// Why a commit did not say yes.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// No: someone else wrote. Nothing of ours landed.
    #[error("ledger {ledger} has another writer")]
    Deposed {
        /// The ledger whose head had moved.
        ledger: Name,
    },
    /// No: nothing landed.
    #[error("nothing was committed: {0}")]
    Refused(#[source] Fault),
    /// It is not known yet. Only [`crate::Committer::settle`] can find out.
    #[error("whether it was committed is not known: {0}")]
    Unknown(#[source] Fault),
}
