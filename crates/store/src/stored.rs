//! Rows as they are stored, column by column: what verification reads, because it may take nothing for granted.
//!
//! Always true: a table has the same name, key and columns here on every store, whatever its own form of them is. The
//! ledger comes first in every key and is left out here; rows come in the order of their keys.

use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};

use crate::Fault;

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number; a flag is 0 or 1.
    Number(i128),
    /// A text.
    Text(String),
    /// Bytes: an id, a hash, canonical bytes.
    Bytes(Vec<u8>),
}

/// Bytes of a value that are shown.
const SHOWN_MAX: usize = 64;

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cell::Null => f.write_str("null"),
            Cell::Number(number) => number.fmt(f),
            Cell::Text(text) => f.write_str(text),
            Cell::Bytes(bytes) => match <[u8; 16]>::try_from(bytes.as_slice()) {
                Ok(id) => Id(u128::from_be_bytes(id)).fmt(f),
                Err(_) => {
                    bytes.iter().take(SHOWN_MAX).try_for_each(|byte| write!(f, "{byte:02x}"))?;
                    f.write_str(if bytes.len() > SHOWN_MAX { "…" } else { "" })
                }
            },
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its key, without its ledger.
    pub key: Vec<Cell>,
    /// Its other columns, in the order of [`Table::columns`].
    pub columns: Vec<Cell>,
    /// Columns that this store repeats a part of the key in, and that say something else.
    pub contradictions: Vec<(&'static str, Cell)>,
}

impl Row {
    /// A row as it must be.
    #[must_use]
    pub fn new(key: Vec<Cell>, columns: Vec<Cell>) -> Row {
        Row { key, columns, contradictions: Vec::new() }
    }
}

/// A ledger as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerAt {
    /// Its number in this store.
    pub no: i64,
    /// Its name.
    pub name: Name,
}

/// The columns of `ledgers`, behind its number. Only those of every store: who serves a ledger is no part of it.
pub const LEDGER_COLUMNS: [&str; 13] = [
    "name",
    "batch",
    "epoch",
    "seq",
    "at",
    "hash",
    "accounts",
    "implicit_accounts",
    "zero_amounts",
    "rank_by_entries",
    "arriving",
    "default_assets",
    "state",
];

/// A table with rows of ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "its name says what a table is; the migrations say more")]
pub enum Table {
    Accounts,
    Advances,
    AdvancesBooks,
    AdvancesDue,
    AdvancesExceptions,
    AdvancesRuns,
    AdvancesTransactions,
    Assets,
    Balances,
    Batches,
    Deferred,
    EntryRanks,
    HoldExpiries,
    Journal,
    Milestones,
    OffDateBuckets,
    OffDates,
    Outcomes,
    PointsDue,
    PointsLots,
    PointsPrograms,
    PointsPurses,
    PointsRefunds,
    TransactionMetadata,
    TransactionReferences,
    TransactionStates,
}

impl Table {
    /// All of them.
    pub const ALL: [Table; 26] = [
        Table::Accounts,
        Table::Advances,
        Table::AdvancesBooks,
        Table::AdvancesDue,
        Table::AdvancesExceptions,
        Table::AdvancesRuns,
        Table::AdvancesTransactions,
        Table::Assets,
        Table::Balances,
        Table::Batches,
        Table::Deferred,
        Table::EntryRanks,
        Table::HoldExpiries,
        Table::Journal,
        Table::Milestones,
        Table::OffDateBuckets,
        Table::OffDates,
        Table::Outcomes,
        Table::PointsDue,
        Table::PointsLots,
        Table::PointsPrograms,
        Table::PointsPurses,
        Table::PointsRefunds,
        Table::TransactionMetadata,
        Table::TransactionReferences,
        Table::TransactionStates,
    ];

    /// Its name, its key without the ledger, and its other columns.
    const fn form(self) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
        match self {
            Table::Accounts => ("accounts", &["no"], &["name", "metadata", "opened_at", "frozen", "closed"]),
            Table::Advances => ("advances", &["seq"], &["owed", "advance"]),
            Table::AdvancesBooks => ("advances_books", &[], &["book"]),
            Table::AdvancesDue => ("advances_due", &["day", "advance"], &[]),
            Table::AdvancesExceptions => ("advances_exceptions", &["seq"], &[]),
            Table::AdvancesRuns => ("advances_runs", &["seq"], &["run"]),
            Table::AdvancesTransactions => ("advances_transactions", &["transaction_id"], &["known"]),
            Table::Assets => ("assets", &["no"], &["code", "scale"]),
            Table::Balances => (
                "balances",
                &["account", "asset"],
                &["min_balance", "max_balance", "posted", "pending_in", "pending_out", "entries", "last", "off_date"],
            ),
            // These two are read as what they mean: their columns are covered by hashes.
            Table::Batches => ("batches", &["batch"], &[]),
            Table::Journal => ("journal", &["seq"], &[]),
            Table::Deferred => ("deferred", &["seq"], &[]),
            Table::EntryRanks => ("entry_ranks", &["account", "asset"], &["entries"]),
            Table::HoldExpiries => ("hold_expiries", &["expires_at", "seq"], &[]),
            Table::Milestones => ("milestones", &["account", "asset", "at", "seq"], &[]),
            Table::OffDateBuckets => ("off_date_buckets", &["account", "asset", "level", "bucket"], &["sum"]),
            Table::OffDates => ("off_dates", &["account", "asset", "seq"], &["sum"]),
            Table::Outcomes => ("outcomes", &["id"], &["seq"]),
            Table::PointsDue => ("points_due", &["at", "arrival"], &[]),
            Table::PointsLots => {
                ("points_lots", &["account", "expires_first", "earned_at", "arrival"], &["expires_at", "points"])
            }
            Table::PointsPrograms => {
                ("points_programs", &[], &["asset", "expiring", "lifetime_days", "pending_days", "has_lots"])
            }
            Table::PointsPurses => ("points_purses", &["account"], &["purse"]),
            Table::PointsRefunds => ("points_refunds", &["seq"], &["refunded"]),
            Table::TransactionMetadata => ("transaction_metadata", &["key", "value", "seq"], &[]),
            Table::TransactionReferences => ("transaction_references", &["reference"], &["seq"]),
            Table::TransactionStates => {
                ("transaction_states", &["seq"], &["id", "state", "expires_at", "resolved", "amount", "reversed_by"])
            }
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.form().0
    }

    /// The columns of its key, without the ledger.
    #[must_use]
    pub const fn key(self) -> &'static [&'static str] {
        self.form().1
    }

    /// Its other columns.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        self.form().2
    }
}

/// What verification reads.
pub trait Stored {
    /// Ledgers in the order of their numbers, after one of them, with [`LEDGER_COLUMNS`]: also those that are not
    /// shown.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn ledger_rows(&self, after: i64, limit: usize) -> Result<Vec<(i64, Vec<Cell>)>, Fault>;
    /// Rows of a ledger in a table that is stored by ledgers (all but [`Table::HoldExpiries`]), after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn stored(&self, table: Table, of: &LedgerAt, after: Option<&Row>, limit: usize) -> Result<Vec<Row>, Fault>;
    /// Rows of a ledger by their keys, in the order of the keys.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn stored_at(&self, table: Table, of: &LedgerAt, keys: &[Vec<Cell>]) -> Result<Vec<Option<Row>>, Fault>;
    /// How many rows of a ledger there are.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn stored_count(&self, table: Table, of: &LedgerAt) -> Result<u64, Fault>;
    /// Numbers of ledgers that have rows in a table and none in `ledgers`.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn strays(&self, table: Table) -> Result<Vec<i64>, Fault>;
    /// All rows of [`Table::HoldExpiries`] with the numbers of their ledgers, in an order of the store's own, after
    /// one.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn hold_expiries(&self, after: Option<&(i64, Row)>, limit: usize) -> Result<Vec<(i64, Row)>, Fault>;
    /// What a store notes of a ledger for itself, where that contradicts the journal: in which table, and what.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn contradiction(&self, _of: &LedgerAt) -> Result<Option<(&'static str, &'static str)>, Fault> {
        Ok(None)
    }
    /// What a store notes for itself of ledgers that have no row in `ledgers`: in which table, and of which number.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn stray_notes(&self) -> Result<Vec<(&'static str, i64)>, Fault> {
        Ok(Vec::new())
    }
    /// Whether this store keeps a table: one that does not, finds its rows by an index of the journal.
    fn keeps(&self, _table: Table) -> bool {
        true
    }
    /// The key under which a pair of metadata of a transaction is found.
    fn metadata_key(&self, key: &str, value: &str, seq: Seq) -> Vec<Cell> {
        vec![Cell::Text(key.to_owned()), Cell::Text(value.to_owned()), Cell::Number(i128::from(seq.0))]
    }
}
