//! The ledger's own rows, a folder a dialect. What products keep beside them is theirs.

pub mod memory;
pub mod postgres;
pub mod sqlite;
