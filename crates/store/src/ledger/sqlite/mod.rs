//! The ledger's rows on SQLite: how each is written and read, and the store that does so.

mod behind;
mod beside;
pub mod ceiling;
mod ids;
mod journal_rows;
mod leaders;
mod loader;
pub(crate) mod lookup;
pub(crate) mod reader;
mod redactions;
pub(crate) mod rows;
mod runs;
mod seen;
pub(crate) mod segments;
mod stored;
mod tail;
mod tombstones;
mod upgrade;
mod waiting;
mod writer;

pub use ceiling::{Ceiling, ceiling};
pub use reader::SqliteReader;
pub(crate) use runs::PART_IDS;
pub use stored::locate_corruption;
pub use writer::SqliteStore;
