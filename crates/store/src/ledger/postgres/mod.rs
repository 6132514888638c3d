//! The ledger's rows on PostgreSQL: the statements that write and read them, and the store that does so.

mod envelope;
mod journal;
pub(crate) mod reader;
mod redactions;
pub(crate) mod rows;
mod statements;
mod stored;
mod tombstones;
mod writer;

pub use reader::PostgresReader;
pub use writer::PostgresStore;
