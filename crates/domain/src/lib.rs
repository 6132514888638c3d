//! The rules of the ledger: what a command may do, and what it changes.
//!
//! Always true here: no clock, no randomness, no I/O, no floats, no async, no serialisation framework.
//! Time and identifiers are arguments; the same working rows and the same commands give the same effects,
//! the same rejections and the same hash, on every machine and every store.
//!
//! The one path that every write takes:
//!
//! ```text
//! footprint(commands, &working) -> Footprint     which rows must be known before anyone decides
//! apply(&mut working, commands, at) -> outcomes  decide (borrows, may refuse), then evolve (cannot fail)
//! working.take_delta() -> Delta                  what a store must commit, all of it or nothing
//! ```

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::float_arithmetic
)]

pub mod advances;
pub mod codec;
pub mod decimal;
#[cfg(test)]
mod frozen;
pub mod hashing;
pub mod ledger;
pub mod money;
pub mod names;
pub mod numbers;
pub mod points;
pub mod private;
pub mod product;
pub mod products;
#[cfg(test)]
mod vouchers;

pub use products::{
    Action, Command, Delta, Draft, Effect, Fact, Footprint, Import, ImportRow, Item, ItemOutcome, LoadedLedger,
    Outcome, Products, Referred, Rejection, Replay, Rows, Working,
};
